//! Keys and secrets of payment providers: by their form, or by a key that names a provider and a secret.
//!
//! It must not look at whether they work.

use std::sync::LazyLock;

use super::{
    Candidate, Class, Context, Detector, Tag,
    detector::{Canonical, Evidence, Stands},
    forms::Forms,
    opaque,
    secret_forms::FORMS,
};

/// Keys and secrets of payment providers. Test keys are tagged as test values.
pub(super) static DETECTOR: Detector = Detector {
    id: "secret",
    class: Class::Secret,
    about: "keys, client secrets and webhook secrets of payment providers",
    sources: &[
        "rules of gitleaks, TruffleHog and Kingfisher for the vendors named",
        "Stripe's OpenAPI fixtures: client secrets",
        "Checkout.com's SDKs: patterns of keys",
    ],
    examples: &[
        (concat!("api_key = sk", "_live_", "4eC39HqLyjWDarjtT1zdp7dc"), "secret.clear"),
        (concat!("message = using sk", "_test_", "4eC39HqLyjWDarjtT1zdp7dc now"), "secret.clear"),
        (concat!("q = k%3Drk", "_live_", "4eC39HqLyjWDarjtT1zdp7dc"), "secret.clear"),
        (concat!("env = STRIPE_WEBHOOK=whs", "ec_", "Tq3kWm9ZpLx7RvYd5NsGb2Hc"), "secret.clear"),
        (
            concat!("client_secret = pi_3MtwBwLkdIwHu7ix28a3tqPa_sec", "ret_YrKJUKribcBjcG8HVhfZluoGH"),
            "secret.clear",
        ),
        (concat!("x = s", "k_", "m7qk2x4wz5ntbc3vhj6ydpafgr#"), "secret.clear"),
        (concat!("x = sk", "_sbox_", "m7qk2x4wz5ntbc3vhj6ydpafgra"), "secret.clear"),
        (concat!("x = sk", "_test_", "0b9fbc33-2f2d-4b6a-9d0c-6d2a3f1e8c57"), "secret.clear"),
        (
            concat!("x = AQ", "Eyhmf3Kd92LmQzRt71vBnS0w==-", "Zk81hWq0PmTn5Yc7DfRb3Xs2LgVa9E=-k3Jd8s.f)2"),
            "secret.clear",
        ),
        (concat!("x = sq0", "atp-", "Zk81hWq0PmTn5Yc7DfRb3X"), "secret.clear"),
        (
            concat!("x = EA", "AA", "Zk81hWq0PmTn5Yc7DfRb3XQ2e4r6t8y0u1i3o5p7Zk81hWq0PmTn5Yc7DfRb"),
            "secret.clear",
        ),
        (concat!("x = klarna_", "live_api_", "Zk81hWq0PmTn5Yc7DfRb3XQ2e4r6t8y0"), "secret.clear"),
        (
            concat!("x = APP_", "USR-", "7120398471200017-081211-3b0c9f6a41d27e58c3b0a9d8e7f61524-90211123"),
            "secret.clear",
        ),
        (concat!("x = shp", "at_", "3b0c9f6a41d27e58c3b0a9d8e7f61524"), "secret.clear"),
        (concat!("x = FLW", "SECK-", "3b0c9f6a41d27e58c3b0a9d8e7f61524-X"), "secret.clear"),
        (concat!("x = access-", "sandbox-", "0b9fbc33-2f2d-4b6a-9d0c-6d2a3f1e8c57"), "secret.clear"),
        (
            concat!(
                "adyen.hmac",
                "Key = ",
                "44782DEF547AAA06C910C43932B1EB0C",
                "71FC68D9D0C057550C48EC2ACF6BA056"
            ),
            "secret.clear",
        ),
        (concat!("BRAINTREE_PRIVATE_", "KEY = ", "3b0c9f6a41d27e58c3b0a9d8e7f61524"), "secret.clear"),
    ],
    counterexamples: &[
        concat!("key = pk", "_live_", "4eC39HqLyjWDarjtT1zdp7dc"),
        concat!("key = sk", "_live_", "xxxxxxxxxxxxxxxxxxxxxxxx"),
        concat!("key = sk", "_live_", "YOURKEY1234567"),
        concat!("key = sk", "_test_", "..."),
        "suite = task_test_environment",
        concat!("suite = desk", "_live_", "4eC39HqLyjWDarjtT1zdp7dc"),
        "job = risk_test_results_20261120",
        "stripe.secret_key = ${STRIPE_SECRET_KEY}",
        "stripe.secret_key = your_stripe_secret_key_1",
        "stripe.webhook_secret = vault:payments/stripe#webhook",
        "adyen.hmacSignature = coqCmt/IZ4E3CzPvMY8zTjQVL5hYJUiBRg8UU+iCWo0=",
        "paypal.api_key_id = 3b0c9f6a41d27e58c3b0a9d8e7f61524",
        "api_key = 3b0c9f6a41d27e58c3b0a9d8e7f61524",
        "image = data:AQEAAAAAAAAAAAAAAAAAAAAAAAAA",
    ],
    find,
};

const KEY: Evidence = Evidence(800, "the key names a provider's secret");
const FORM: i32 = 1_500;

static FINDER: LazyLock<Forms> = LazyLock::new(|| Forms::new(FORMS));

fn find(context: &Context<'_>, found: &mut Vec<Candidate>) {
    let value = context.value();
    // All forms have one of the two, but for Square's.
    let has_mark =
        || memchr::memchr2(b'_', b'-', value).is_some() || memchr::memmem::find(value, b"EAAA").is_some();
    if value.len() < 16 || !has_mark() {
        return by_key(context, found);
    }
    let before = found.len();
    FINDER.add(context, Class::Secret, FORM, found);
    if found.len() == before {
        by_key(context, found);
    }
}

/// A provider's name in the path, a secret's name in the key, and an opaque value.
fn by_key(context: &Context<'_>, found: &mut Vec<Candidate>) {
    let key = context.key();
    if !SECRETS.iter().any(|secret| key.ends_with(secret)) {
        return;
    }
    let lower = context.field.path.as_str().to_ascii_lowercase();
    if !PROVIDERS.iter().any(|provider| lower.contains(provider)) {
        return;
    }
    let value = context.value().trim_ascii();
    let plain = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'=' | b'-' | b'_');
    if (16..=256).contains(&value.len()) && value.iter().all(plain) && opaque::is_random(value) {
        let stands = Stands::Value { canonical: Canonical::new(value), shown: "***".to_owned() };
        found.push(Candidate::new(Tag::clear(Class::Secret), 0..context.value().len(), vec![KEY], stands));
    }
}

/// Endings of names for secrets, in the comparable spelling.
const SECRETS: &[&str] = &[
    "accesstoken",
    "apikey",
    "apisecret",
    "clientsecret",
    "endpointsecret",
    "hmackey",
    "hmacsecret",
    "keysecret",
    "privatekey",
    "secret",
    "secretkey",
    "sharedsecret",
    "signaturekey",
    "signingkey",
    "signingsecret",
    "transactionkey",
    "webhookkey",
    "webhooksecret",
];

/// Payment providers, as paths name them.
const PROVIDERS: &[&str] = &[
    "adyen",
    "authorizenet",
    "authorize_net",
    "basistheory",
    "bluesnap",
    "braintree",
    "checkoutcom",
    "cko_",
    "cybersource",
    "datatrans",
    "dlocal",
    "ebanx",
    "flutterwave",
    "gocardless",
    "klarna",
    "mercadopago",
    "mollie",
    "opayo",
    "paypal",
    "paystack",
    "payu",
    "plaid",
    "rapyd",
    "razorpay",
    "sagepay",
    "shopify",
    "spreedly",
    "square",
    "stripe",
    "verygoodsecurity",
    "vgs_",
    "worldpay",
];

#[cfg(test)]
mod tests {
    use crate::detect::{Test, table::check_shown as check};

    #[test]
    fn the_mode_is_told_and_only_the_prefix_is_shown() {
        let key = |kind: &str| format!("k = sk_{kind}_4eC39HqLyjWDarjtT1zdp7dc");
        check(&key("live"), Test::Real, "sk_live_…");
        check(&key("test"), Test::Published, "sk_test_…");
        let webhook = ["k = whs", "ec_Tq3kWm9ZpLx7RvYd5NsGb2Hc"].concat();
        check(&webhook, Test::Real, "whsec_…");
        check(&format!("{webhook}\nlivemode = false"), Test::Published, "whsec_…");
        check("adyen.api_key = Zk81hWq0PmTn5Yc7DfRb3X", Test::Real, "***");
    }
}
