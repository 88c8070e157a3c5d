//! Tokens that stand for a card: by the form that a provider gives them, or by a key that names one. A number that
//! could be a card's counts weakly, with the number's own identity, so that the field and other datasets judge it: a
//! token that is a card number elsewhere is no token. Where a digest could stand, the detector of digests decides.

use std::sync::LazyLock;

use super::{
    Candidate, Class, Context, Detector, Tag, Test,
    detector::{Canonical, Digits, Evidence, Stands},
    forms::{Body, Form, Forms, Mode, is_said_to_be_test},
    keys::Role,
    luhn, opaque,
};

/// Tokens of payment providers and vaults.
pub(super) static DETECTOR: Detector = Detector {
    id: "psp-token",
    class: Class::Token,
    about: "tokens that stand for a card at a payment provider or a vault",
    sources: &[
        "Stripe's OpenAPI description and its fixtures: prefixes of payment methods, sources and cards",
        "Adyen's OpenAPI description: storedPaymentMethodId, recurringDetailReference",
        "Square's connect-api-specification: nonces and cards on file",
        "VGS's API client: formats of aliases",
        "CyberSource's token management service: formats of tokens",
        "forms of Braintree's, Checkout.com's, Razorpay's and PayPal's tokens as seen in public samples",
    ],
    examples: &[
        ("payment_method = pm_1MqLiJLkdIwHu7ixUEgbFdYF", "token.clear"),
        ("message = charging card_1MvoiELkdIwHu7ixOeFGbN9D again", "token.clear"),
        ("source = src_1NfRGv2eZvKYlo2CaPjDYaDM", "token.clear"),
        ("token = tok_visa", "token.clear"),
        ("token = tok_4gzeau5o2uqubbk6fufs3m7p54", "token.clear"),
        ("alias = tok_sandbox_5UpnbMvaihRuRwz5QXwBFw", "token.clear"),
        ("source_id = cnon:CBASEMOq4V4cRJz5vTqQYZa8mC0", "token.clear"),
        ("nonce = fake-valid-nonce", "token.clear"),
        ("storedPaymentMethodId = M5N7TQ4TG5PFWR50", "token.clear"),
        ("additionalData.recurring.recurringDetailReference = 8415995487234100", "token.clear"),
        ("payment_method_token = 56wTqLd3kRmZb8nYp7VZ8Xk2Qr9", "token.clear"),
        ("payment_method_token = 6tk2gr", "token.clear"),
        ("card.token = 0b9fbc33-2f2d-4b6a-9d0c-6d2a3f1e8c57", "token.clear"),
        ("token = Zk81hWq0PmTn5Yc7DfRb3X\nlast4 = 1111", "token.clear"),
        ("token = 0b9fbc33-2f2d-4b6a-9d0c-6d2a3f1e8c57", "token.clear"),
        ("tokenInformation.paymentInstrument.id = 9DB8D56A1FC4F5E7E053AF598E0A2C33", "token.clear"),
        ("card_token = 4111115262628047", "token.clear"),
    ],
    counterexamples: &[
        "csrf_token = Zk81hWq0PmTn5Yc7DfRb3X",
        "access_token = Zk81hWq0PmTn5Yc7DfRb3X",
        "session_token = 0b9fbc33-2f2d-4b6a-9d0c-6d2a3f1e8c57",
        "device.token = 0b9fbc33-2f2d-4b6a-9d0c-6d2a3f1e8c57",
        "auth.token = Zk81hWq0PmTn5Yc7DfRb3X",
        "token = Zk81hWq0PmTn5Yc7DfRb3X\nexpires_in = 3600",
        "next_page_token = Zk81hWq0PmTn5Yc7DfRb3X",
        "id_token = 0b9fbc33-2f2d-4b6a-9d0c-6d2a3f1e8c57",
        "token = eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.sig",
        "token = 123456",
        "token = unexpected",
        "payment_method = card",
        "card_token = your_card_token_1_here",
        "name = card_payment_method_updated2026",
        "card_token = [FILTERED]",
    ],
    find,
};

const FORM: i32 = 900;
const KEY: Evidence = Evidence(700, "the key names a token for a card");
const GENERIC_KEY: Evidence = Evidence(30, "the key names a token");
const CARD: Evidence = Evidence(600, "parts of a card beside it, or inside an object about one");
const OTHER_USE: Evidence = Evidence(-900, "a token of a session, a device or a page");
const SHORT: Evidence = Evidence(-500, "short");
const COULD_BE_DIGEST: Evidence = Evidence(20, "a token, or a digest under a token's name");
const COULD_BE_CARD: Evidence =
    Evidence(50, "a token that keeps a card number's format, or a card number under a token's name");

macro_rules! form {
    ($mode:ident, $body:ident, $about:literal, $pattern:literal) => {
        Form { pattern: $pattern, shown: "", mode: Mode::$mode, body: Body::$body, about: $about }
    };
}

/// The narrower come first.
static FORMS: &[Form] = &[
    form!(
        Test,
        Listed,
        "Stripe's test token",
        r"tok_(?:visa|mastercard|amex|discover|diners|jcb|unionpay)(?:_[A-Za-z_]{2,40})?\b"
    ),
    form!(Test, Listed, "Stripe's test payment method", r"pm_card_[A-Za-z][0-9A-Za-z_]{3,60}"),
    form!(Test, Opaque, "form of a VGS sandbox alias", r"tok_sandbox_[1-9A-HJ-NP-Za-km-z]{16,30}"),
    form!(Live, Opaque, "form of a VGS alias", r"tok_live_[1-9A-HJ-NP-Za-km-z]{16,30}"),
    form!(Unsaid, Opaque, "form of a Checkout.com token", r"(?:tok|src)_[a-z2-7]{26}\b"),
    form!(
        Unsaid,
        Mixed,
        "form of a Stripe payment method",
        r"(?:pm|tok|btok|card|src|ba)_[0-9A-Za-z]{14,40}"
    ),
    form!(Unsaid, Mixed, "form of a Razorpay token", r"token_[0-9A-Za-z]{14}\b"),
    form!(Test, Listed, "Square's test nonce", r"cnon:card-nonce-[0-9a-z-]{2,40}"),
    form!(Test, Listed, "Square's test card on file", r"ccof:customer-card-id-[0-9a-z-]{2,40}"),
    form!(
        Unsaid,
        Opaque,
        "form of a Square nonce or card on file",
        r"(?:cnon|ccof|icard|gftc):[0-9A-Za-z_-]{12,64}"
    ),
    form!(Unsaid, Opaque, "form of a Braintree nonce", r"tokencc_[0-9a-z_]{10,64}"),
    form!(Test, Listed, "Braintree's test nonce", r"fake-(?:[a-z]{2,20}-){1,4}nonce"),
    form!(Unsaid, Opaque, "form of a PayPal billing agreement", r"B-[0-9A-Z]{17}\b"),
];

static FINDER: LazyLock<Forms> = LazyLock::new(|| Forms::new(FORMS));

fn find(context: &Context<'_>, found: &mut Vec<Candidate>) {
    let value = context.value();
    let before = found.len();
    if value.len() >= 8 && memchr::memchr3(b'_', b'-', b':', value).is_some() {
        FINDER.add(context, Class::Token, FORM, found);
    }
    if found.len() == before {
        found.extend(by_key(context));
    }
}

/// What a field's name says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Named {
    /// A token for a card.
    Token,
    /// Some token.
    Something,
}

/// What a value looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Look {
    /// 13 to 19 digits with a card's check digit.
    Card,
    /// Other digits.
    Digits,
    /// Hex digits, as many as a digest has.
    Digest,
    /// Random characters, at least 16.
    Opaque,
    /// The same with dashes and underscores.
    Punctuated,
    /// A few letters and digits.
    Short,
}

fn by_key(context: &Context<'_>) -> Option<Candidate> {
    let named = named(context)?;
    let value = context.value().trim_ascii();
    let look = look(value)?;
    let stands = match (look, Digits::of(value)) {
        (Look::Card, Some(digits)) => Stands::Card(digits),
        _ => Stands::Value { canonical: Canonical::new(value), shown: "***".to_owned() },
    };
    let test = if is_said_to_be_test(context) { Test::Published } else { Test::Real };
    let tag = Tag { test, ..Tag::clear(Class::Token) };
    Some(Candidate::new(tag, 0..context.value().len(), judge(context, named, look)?, stands))
}

fn named(context: &Context<'_>) -> Option<Named> {
    let key = context.key();
    let parent = context.field.path.keys().nth(1).unwrap_or_default();
    let of_parent = matches!(key, "id" | "token" | "tokenid" | "value") && has_ending(parent, PARENTS);
    if of_parent || ENDINGS.iter().any(|ending| key.ends_with(ending)) {
        return Some(Named::Token);
    }
    GENERIC.contains(&key).then_some(Named::Something)
}

fn look(value: &[u8]) -> Option<Look> {
    let plain = value.iter().all(u8::is_ascii_alphanumeric);
    let punctuated = || value.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b':'));
    let digits = value.iter().all(u8::is_ascii_digit);
    match value.len() {
        13..=19 if digits && luhn::passes(value) => Some(Look::Card),
        12..=40 if digits => Some(Look::Digits),
        _ if opaque::is_digest(value) => Some(Look::Digest),
        16..=128 if plain && opaque::is_random(value) => Some(Look::Opaque),
        36 if opaque::is_uuid(value) => Some(Look::Opaque),
        16..=128 if punctuated() && opaque::is_random(value) => Some(Look::Punctuated),
        5..=15 if plain && !digits && value.iter().any(u8::is_ascii_digit) => Some(Look::Short),
        _ => None,
    }
}

/// What speaks for a token; nothing if it is none.
fn judge(context: &Context<'_>, named: Named, look: Look) -> Option<Vec<Evidence>> {
    let mut evidence = match (named, look) {
        (_, Look::Card) => vec![COULD_BE_CARD],
        // 32 hex digits are what CyberSource's vault gives.
        (Named::Token, Look::Digest) if context.value().trim_ascii().len() == 32 => vec![KEY],
        (_, Look::Digest) => vec![COULD_BE_DIGEST],
        (Named::Token, Look::Short) => vec![KEY, SHORT],
        (Named::Token, _) => vec![KEY],
        (Named::Something, Look::Digits | Look::Opaque) => vec![GENERIC_KEY],
        (Named::Something, Look::Punctuated | Look::Short) => return None,
    };
    if named == Named::Something {
        let could_be_other = matches!(look, Look::Card | Look::Digest);
        let with_card = !could_be_other && (context.in_card() || is_beside_card(context));
        evidence.extend(with_card.then_some(CARD));
        evidence.extend(has_other_use(context).then_some(OTHER_USE));
    }
    Some(evidence)
}

fn is_beside_card(context: &Context<'_>) -> bool {
    context.siblings().any(|beside| beside.roles.any(&[Role::LastFour, Role::Bin, Role::Brand, Role::Pan]))
}

/// Whether the object around it, or what stands beside it, is about something else than payments.
fn has_other_use(context: &Context<'_>) -> bool {
    context.field.path.keys().skip(1).any(|key| has_ending(key, OTHER_OBJECTS))
        || context.siblings().any(|beside| has_ending(beside.field.path.key(), OTHER_SIBLINGS))
}

/// Whether the key ends in one of these, compared without case and punctuation.
fn has_ending(key: &str, endings: &[&str]) -> bool {
    let letters = |text: &str| text.bytes().rev().filter(u8::is_ascii_alphanumeric).collect::<Vec<_>>();
    let key = letters(key).to_ascii_lowercase();
    endings.iter().any(|ending| key.starts_with(&letters(ending)))
}

/// Endings of names for tokens, in the comparable spelling.
const ENDINGS: &[&str] = &[
    "billingagreementid",
    "billingagreementtoken",
    "cardonfileid",
    "cardtoken",
    "cardtokenid",
    "cctoken",
    "coftoken",
    "creditcardtoken",
    "instrumentidentifierid",
    "instrumenttoken",
    "pantoken",
    "paymentinstrumentid",
    "paymentmethodid",
    "paymentmethodnonce",
    "paymentmethodtoken",
    "paymentnonce",
    "paymenttoken",
    "recurringdetailreference",
    "storedcardid",
    "storedpaymentmethodid",
    "tokenizedcardnumber",
    "tokenizedpan",
    "vaultedcardid",
    "vaultid",
    "vaulttoken",
    "walletcardid",
];

/// Objects whose `id` is a token.
const PARENTS: &[&str] = &["paymentinstrument", "instrumentidentifier", "storedpaymentmethod", "vaultedcard"];

/// Names of tokens of any kind.
const GENERIC: &[&str] = &[
    "alias",
    "cardalias",
    "cardid",
    "nonce",
    "paymentmethod",
    "providerref",
    "sourceid",
    "token",
    "tokenid",
    "tokenref",
];

/// Objects about other tokens.
const OTHER_OBJECTS: &[&str] = &[
    "access",
    "auth",
    "authentication",
    "authorization",
    "captcha",
    "credentials",
    "csrf",
    "cursor",
    "device",
    "invite",
    "jwt",
    "login",
    "notification",
    "oauth",
    "page",
    "pagination",
    "push",
    "recaptcha",
    "reset",
    "security",
    "session",
    "sso",
    "user",
    "xsrf",
];

/// What stands beside other tokens.
const OTHER_SIBLINGS: &[&str] = &[
    "accesstoken",
    "csrf",
    "deviceid",
    "devicetype",
    "expiresin",
    "granttype",
    "nextpage",
    "password",
    "platform",
    "refreshtoken",
    "scope",
    "sessionid",
    "tokentype",
    "useragent",
    "username",
];

#[cfg(test)]
mod tests {
    use crate::detect::{Identity, Score, table};

    /// Whether the first token is strong, and what is shown of it.
    fn check(record: &str, strong: bool, shown: &str) {
        let hits = table::findings(record);
        let Identity::Mask(mask) = &hits[0].identity else { panic!("a mask was asked for") };
        assert_eq!((hits[0].score >= Score::STRONG, mask.as_str()), (strong, shown), "{record}");
    }

    #[test]
    fn what_could_be_something_else_counts_weakly() {
        check("payment_method = pm_1MqLiJLkdIwHu7ixUEgbFdYF", true, "pm_…");
        check("card_token = 4111115262628047", false, "**** 8047");
        check("token = 4111115262628047", false, "**** 8047");
        let digest = "3b0c9f6a41d27e58c3b0a9d8e7f61524".repeat(2);
        check(&format!("card.token = {digest}"), false, "***");
        check("token = 0b9fbc33-2f2d-4b6a-9d0c-6d2a3f1e8c57", false, "***");
        check("token = 0b9fbc33-2f2d-4b6a-9d0c-6d2a3f1e8c57\ncard_last4 = 1111", true, "***");
    }

    #[test]
    fn a_card_number_with_a_code_beside_it_is_no_token() {
        let hits = table::findings("token = 4111115262628047\nexpiry = 12/27\ncvv = 123");
        assert_eq!(hits[0].tag.to_string(), "pan.clear");
    }
}
