//! Network tokens: numbers that stand for a card at its scheme. They pass every check that a card number passes;
//! only the context tells them.

use super::{
    Candidate, Class, Context, Detector, Tag,
    detector::{Canonical, Digits, Evidence, Stands},
    iin::issuer,
    keys::Role,
};

/// Network tokens.
pub(super) static DETECTOR: Detector = Detector {
    id: "network-token",
    class: Class::Token,
    about: "network tokens and device account numbers, by key",
    sources: &[
        "EMVCo payment tokenisation framework",
        "Google Pay API: payment data cryptography, authMethod",
        "data/keys.txt",
    ],
    examples: &[
        ("dpan = 4111115262628047", "token.clear"),
        ("payment.networkToken.number = 4111115262628047", "token.clear"),
        ("applicationPrimaryAccountNumber = 4111115262628047", "token.clear"),
        ("tokenizedCard.number = 4111 1152 6262 8047", "token.clear"),
        (
            "paymentMethodDetails.pan = 4111115262628047\npaymentMethodDetails.authMethod = CRYPTOGRAM_3DS",
            "token.clear",
        ),
    ],
    counterexamples: &["dpan = none", "networkToken.brand = visa"],
    find,
};

const KEY: Evidence = Evidence(900, "the key names a network token");

fn find(context: &Context<'_>, found: &mut Vec<Candidate>) {
    if !(13..=Digits::MOST).contains(&context.digits) || !is_network_token(context) {
        return;
    }
    let value = context.value();
    let plain = value.iter().all(|b| b.is_ascii_digit() || matches!(b, b' ' | b'-'));
    if let (true, Some(digits)) = (plain, Digits::of(value)) {
        let tail = String::from_utf8_lossy(digits.tail()).into_owned();
        let stands =
            Stands::Value { canonical: Canonical::new(digits.expose()), shown: format!("**** {tail}") };
        let token = Candidate::new(Tag::clear(Class::Token), 0..value.len(), vec![KEY], stands);
        let brand = issuer(digits.expose()).map(|issuer| issuer.brand.as_str());
        found.push(Candidate { brand, ..token });
    }
}

/// Whether the field, or an object around it that it is the number of, is named for a network token, or a wallet
/// says that it is one.
pub(super) fn is_network_token(context: &Context<'_>) -> bool {
    let roles = context.roles();
    let number = roles.any(&[Role::Number, Role::Pan, Role::Account, Role::Token]);
    let inside = number && context.parent().has(Role::NetworkToken);
    roles.has(Role::NetworkToken) || inside || number && is_with_cryptogram(context)
}

/// Google Pay's decrypted payload calls both `pan`; its `authMethod` tells them apart.
fn is_with_cryptogram(context: &Context<'_>) -> bool {
    context.siblings().any(|sibling| sibling.value == b"CRYPTOGRAM_3DS")
}
