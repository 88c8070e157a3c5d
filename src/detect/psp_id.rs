//! Identifiers that payment providers give to payments, customers and events. They hold no card data; they tell how
//! far payments have spread, and records are joined by them.

use std::sync::LazyLock;

use super::{
    Candidate, Class, Context, Detector, Tag, Test,
    detector::{Canonical, Evidence, Stands},
    forms::{Body, Form, Forms, Mode, is_said_to_be_test},
    opaque,
};

/// Identifiers of payment providers.
pub(super) static DETECTOR: Detector = Detector {
    id: "psp-id",
    class: Class::PspId,
    about: "identifiers of payments, customers and events at payment providers",
    sources: &[
        "Stripe's OpenAPI description and its fixtures: prefixes of ids",
        "Adyen's OpenAPI description: pspReference, networkTxReference",
        "forms of Checkout.com's, Razorpay's and PayPal's ids as seen in public samples",
    ],
    examples: &[
        ("payment_intent = pi_3MtwBwLkdIwHu7ix28a3tqPa", "psp-id.clear"),
        ("id = cus_NffrFeUfNV2Hib", "psp-id.clear"),
        ("message = refunded ch_3MmlLrLkdIwHu7ix0snN0B15 for re_1Nispe2eZvKYlo2Cd31jOCgZ", "psp-id.clear"),
        ("path = /v1/accounts/acct_1032D82eZvKYlo2C/transfers", "psp-id.clear"),
        ("id = cs_test_a11YYufWQzNY63zpQ6QSNRQhkUpVph4WRmzW0zWJO2znZKdVujZ0N0S22u", "psp-id.clear"),
        ("pspReference = NC6HT9CRT65ZGN82", "psp-id.clear"),
        ("pspReference = 8815329842815468", "psp-id.clear"),
        ("additionalData.networkTxReference = MCC000000000355", "psp-id.clear"),
        ("id = pay_mbabizu24mvu3mela5njyhpit4", "psp-id.clear"),
        ("id = order_IluGWxBm9U8zJ8", "psp-id.clear"),
        ("id = PAYID-LZKRM7Y4RP45687BK0123456", "psp-id.clear"),
    ],
    counterexamples: &[
        "id = pi_123",
        "id = in_progress",
        "name = main_1MtHbELkdIwHu7ixl4OzzPMv",
        "name = in_somethingverylonginlowercase1",
        "id = po_MAINTENANCEWINDOW2026",
        "id = ord-100042",
        "id = pi_3MtwBwLkdIwHu7ix28a3tqPa_extended",
        "merchantReference = NC6HT9CRT65ZGN82",
        "pspReference = pending",
        "path = /assets/re_render-1MtHbELkdIwHu7ix.js",
    ],
    find,
};

const FORM: i32 = 900;
const KEY: Evidence = Evidence(700, "the key names a provider's reference");

macro_rules! form {
    ($mode:ident, $body:ident, $about:literal, $pattern:literal) => {
        Form { pattern: $pattern, shown: "", mode: Mode::$mode, body: Body::$body, about: $about }
    };
}

/// Those in lower case come first: Stripe's pattern would take them, and turn them away for their letters.
static FORMS: &[Form] = &[
    form!(Unsaid, Opaque, "form of a Checkout.com id", r"(?:pay|cus|act|evt|pi|acc|ctx)_[a-z2-7]{26}\b"),
    form!(Test, Mixed, "form of a Stripe test id", r"cs_test_[0-9A-Za-z]{20,100}"),
    form!(Live, Mixed, "form of a Stripe id", r"cs_live_[0-9A-Za-z]{20,100}"),
    form!(Test, Opaque, "form of a Razorpay test key's id", r"rzp_test_[0-9A-Za-z]{14}\b"),
    form!(Live, Opaque, "form of a Razorpay key's id", r"rzp_live_[0-9A-Za-z]{14}\b"),
    form!(Unsaid, Mixed, "form of a Razorpay id", r"(?:pay|order|cust|rfnd|inv|setl)_[0-9A-Za-z]{14}\b"),
    form!(
        Unsaid,
        Mixed,
        "form of a Stripe id",
        r"(?:pi|seti|setatt|ch|py|pyr|re|txn|po|in|ii|il|sub|si|cus|acct|mandate|evt|ic|ich|iauth|ipi|tr|trr|dp|du|fee|fr|plink|qt|cn|we)_[0-9A-Za-z]{14,40}"
    ),
    form!(Unsaid, Opaque, "form of a PayPal payment's id", r"PAY(?:ID)?-[0-9A-Z]{20,28}\b"),
];

static FINDER: LazyLock<Forms> = LazyLock::new(|| Forms::new(FORMS));

fn find(context: &Context<'_>, found: &mut Vec<Candidate>) {
    let value = context.value();
    if value.len() >= 16 && memchr::memchr2(b'_', b'-', value).is_some() {
        FINDER.add(context, Class::PspId, FORM, found);
    }
    if KEYS.contains(&context.key()) && is_reference(value.trim_ascii()) {
        let test = if is_said_to_be_test(context) { Test::Published } else { Test::Real };
        let canonical = Canonical::new(value.trim_ascii());
        let stands = Stands::Value { canonical, shown: "***".to_owned() };
        let tag = Tag { test, ..Tag::clear(Class::PspId) };
        found.push(Candidate::new(tag, 0..value.len(), vec![KEY], stands));
    }
}

/// Letters and digits, of which most are capitals or digits.
fn is_reference(value: &[u8]) -> bool {
    (9..=64).contains(&value.len())
        && value.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
        && value.iter().any(u8::is_ascii_digit)
        && !opaque::is_placeholder(value)
}

/// Names of references that providers and schemes give, in the comparable spelling.
const KEYS: &[&str] = &[
    "acquirerreferencenumber",
    "braintreetransactionid",
    "checkoutpaymentid",
    "ckopaymentid",
    "modificationpspreference",
    "networktransactionid",
    "networktransactionreference",
    "networktxreference",
    "originalpspreference",
    "paypalcaptureid",
    "paypalorderid",
    "paypaltransactionid",
    "pspref",
    "pspreference",
    "psppaymentid",
    "psptransactionid",
    "schemetransactionid",
    "worldpaypaymentid",
];

#[cfg(test)]
mod tests {
    use crate::detect::{Test, table::check_shown as check};

    #[test]
    fn the_mode_is_told_by_the_form_or_the_record() {
        check("id = pi_3MtwBwLkdIwHu7ix28a3tqPa", Test::Real, "pi_…");
        check("id = pi_3MtwBwLkdIwHu7ix28a3tqPa\nlivemode = false", Test::Published, "pi_…");
        check("eventData.pspReference = NC6HT9CRT65ZGN82\nlive = false", Test::Published, "***");
        check("id = cs_test_a11YYufWQzNY63zpQ6QSNRQhkUpVph4WRmzW", Test::Published, "cs_…");
    }
}
