//! Ciphertext of card numbers and verification codes: by a key that says so, or by the form that a known library gives
//! it. It is told so that a field that was clear before, or that should be, is seen for what it is.

use super::{
    Candidate, Class, Context, Detector, State, Tag, Test,
    detector::{Evidence, Stands},
    keys::{Role, Roles},
    opaque,
};

/// Encrypted card numbers.
pub(super) static PAN: Detector = Detector {
    id: "pan-encrypted",
    class: Class::Pan,
    about: "ciphertext of card numbers and whole cards, by key or by a library's form",
    sources: SOURCES,
    examples: &[
        ("encryptedCardNumber = adyenjs_0_1_25$Mq3k7Lz0Pw9Xv2Bt5RnY8sJd", "pan.encrypted"),
        ("card_number = adyenjs_0_1_25$Mq3k7Lz0Pw9Xv2Bt5RnY8sJd", "pan.encrypted"),
        ("pan_encrypted = Zk81hWq0PmTn5Yc7DfRb3XQ2e4r6t8y0u1i3o5p7", "pan.encrypted"),
        ("encPan = 9f86d081884c7d659a2feaa0c55ad015", "pan.encrypted"),
        ("credit_card.number = $bt4|javascript_1_3_10$Mq3k7Lz0Pw9Xv2Bt5RnY8sJd", "pan.encrypted"),
        ("cardData = -----BEGIN PGP MESSAGE----- hQEMA1u2c9Qk3vT8AQf", "pan.encrypted"),
        ("card = eyJhbGciOiJSU0EifQ.Mq3k7Lz0Pw9X.v2Bt5RnY8sJd.Qk3vT8AQf.Zk81hWq0Pm", "pan.encrypted"),
        (
            "paymentData.data = Mq3k7Lz0Pw9Xv2Bt5RnY8sJdZk81hWq0PmTn5Yc7Df\npaymentData.version = EC_v1",
            "pan.encrypted",
        ),
        (
            "encryptedMessage = Mq3k7Lz0Pw9Xv2Bt5RnY8sJdZk81hWq0PmTn5Yc7Df\nephemeralPublicKey = BPhVspn",
            "pan.encrypted",
        ),
    ],
    counterexamples: &[
        "encryptedCardNumber = none",
        "encrypted = Zk81hWq0PmTn5Yc7DfRb3XQ2e4r6t8y0",
        "encryptedPassword = Zk81hWq0PmTn5Yc7DfRb3XQ2e4r6t8y0",
        "card_number = [ENCRYPTED_CARD_NUMBER]",
        "card = eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.Mq3k7Lz0",
        "data = Mq3k7Lz0Pw9Xv2Bt5RnY8sJdZk81hWq0PmTn5Yc7Df",
        "encoding = Zk81hWq0PmTn5Yc7DfRb3XQ2e4r6t8y0",
    ],
    find: |context, found| find(context, Class::Pan, found),
};

/// Encrypted verification codes.
pub(super) static CVV: Detector = Detector {
    id: "cvv-encrypted",
    class: Class::Cvv,
    about: "ciphertext of verification codes, by key or by a library's form; a test mode's codes in clear",
    sources: SOURCES,
    examples: &[
        ("encryptedSecurityCode = adyenjs_0_1_25$Mq3k7Lz0Pw9Xv2Bt5RnY8sJd", "cvv.encrypted"),
        ("cvv = adyenjs_0_1_25$Mq3k7Lz0Pw9Xv2Bt5RnY8sJd", "cvv.encrypted"),
        ("cvv_encrypted = Zk81hWq0PmTn5Yc7DfRb3XQ2e4r6t8y0", "cvv.encrypted"),
        ("encryptedSecurityCode = test_737", "cvv.clear"),
    ],
    counterexamples: &[
        "encryptedSecurityCode = true",
        "encryptedSecurityCode = 1",
        "cvv_encrypted = [FILTERED]",
    ],
    find: |context, found| find(context, Class::Cvv, found),
};

const SOURCES: &[&str] = &[
    "Adyen's client-side encryption: names of fields, adyenjs_ and test_ prefixes",
    "Braintree's client-side encryption: $bt prefixes",
    "Apple Pay payment token format: data, version EC_v1; Google Pay: encryptedMessage, ephemeralPublicKey",
    "RFC 7516: compact serialisation of JWE; RFC 9580: armour of PGP messages",
    "PCI DSS 4.0.1, 3.3.1 and 3.5.1",
];
const KEY: Evidence = Evidence(900, "the key names ciphertext");
const FORM: Evidence = Evidence(900, "the form of ciphertext under the name of what it hides");
const WALLET: Evidence = Evidence(900, "a wallet's encrypted card");
const TEST_MODE: Evidence = Evidence(900, "a test mode's value, not encrypted");

/// Shorter is no ciphertext: a block cipher's block in base64 is 22 characters, in hex 32.
const SHORTEST: usize = 22;

fn find(context: &Context<'_>, class: Class, found: &mut Vec<Candidate>) {
    let value = context.value().trim_ascii();
    if value.len() < 8 {
        return;
    }
    let hidden = hidden(context.key());
    let is_it = |roles: Roles| match class {
        Class::Cvv => roles.any(&[Role::Cvv, Role::MaybeCvv]),
        _ => roles.any(&[Role::Pan, Role::Card]) && !roles.has(Role::Cvv),
    };
    let verdict = if hidden.is_some_and(is_it) && is_test_code(value) && class == Class::Cvv {
        Some((State::Clear, Test::Published, TEST_MODE))
    } else if hidden.is_some_and(is_it) && is_ciphertext(value) {
        Some((State::Encrypted, Test::Real, KEY))
    } else if has_form(value) && is_it(roles(context)) {
        Some((State::Encrypted, Test::Real, FORM))
    } else if class == Class::Pan && is_of_a_wallet(context, value) {
        Some((State::Encrypted, Test::Real, WALLET))
    } else {
        None
    };
    if let Some((state, test, evidence)) = verdict {
        let tag = Tag { test, ..Tag::clear(class).in_state(state) };
        found.push(Candidate::new(tag, 0..context.value().len(), vec![evidence], Stands::Nothing));
    }
}

/// What the field is, or the object that it is the number of.
fn roles(context: &Context<'_>) -> Roles {
    match context.roles() {
        roles if roles.has(Role::Number) => context.parent(),
        roles => roles,
    }
}

/// What a key hides that says "encrypted", in front or behind.
fn hidden(key: &str) -> Option<Roles> {
    const MARKS: &[&str] = &["encrypted", "ciphertext", "cipher", "enc"];
    let rest = MARKS.iter().find_map(|mark| key.strip_prefix(mark).or_else(|| key.strip_suffix(mark)))?;
    Some(Roles::of(rest))
}

/// `test_737`: Adyen's forms do not encrypt in their test mode's examples.
fn is_test_code(value: &[u8]) -> bool {
    value
        .strip_prefix(b"test_")
        .is_some_and(|code| matches!(code.len(), 3 | 4) && code.iter().all(u8::is_ascii_digit))
}

fn is_ciphertext(value: &[u8]) -> bool {
    let is_of_base64 = |b: &u8| b.is_ascii_alphanumeric() || b"+/=-_.:$|".contains(b);
    let plain = value.len() >= SHORTEST && value.iter().all(is_of_base64) && opaque::is_random(value);
    plain || has_form(value)
}

/// Forms that say by themselves that they are ciphertext.
fn has_form(value: &[u8]) -> bool {
    const PREFIXES: &[&[u8]] =
        &[b"adyenjs_", b"adyenan", b"adyenio", b"$bt4|", b"$bt3|", b"$bt2$", b"-----BEGIN PGP MESSAGE"];
    PREFIXES.iter().any(|prefix| value.starts_with(prefix)) || is_jwe(value)
}

/// Five parts; a signed token has three.
fn is_jwe(value: &[u8]) -> bool {
    value.starts_with(b"eyJ")
        && value.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
        && value.iter().filter(|b| **b == b'.').count() == 4
}

/// Apple Pay's `data` beside its version, Google Pay's `encryptedMessage` beside its key.
fn is_of_a_wallet(context: &Context<'_>, value: &[u8]) -> bool {
    let beside = |key: &str, version: &[u8]| {
        context.siblings().any(|near| near.field.path.key() == key && near.value.starts_with(version))
    };
    let is_named = match context.key() {
        "data" => beside("version", b"EC_v1") || beside("version", b"RSA_v1"),
        "encryptedmessage" => beside("ephemeralPublicKey", b""),
        _ => return false,
    };
    is_named && is_ciphertext(value)
}
