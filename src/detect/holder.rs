//! Cardholders' names and service codes, by key, and only where a card is.

use super::{
    Candidate, Class, Context, Detector, Tag, Test,
    companions::{CardBeside, card_beside},
    detector::{Canonical, Evidence, Stands},
    keys::Role,
};

/// Cardholders' names.
pub(super) static CARDHOLDER: Detector = Detector {
    id: "cardholder",
    class: Class::Cardholder,
    about: "cardholders' names beside a card number, its last four digits or its token",
    sources: &["data/keys.txt"],
    examples: &[
        ("cardHolderName = Jane Doe\npan = 4111111111111111", "cardholder.clear"),
        ("card.name = JANE DOE\ncard.number = 4111111111111111", "cardholder.clear"),
        ("name_on_card = J. Doe\nlast4 = 1111", "cardholder.clear"),
    ],
    counterexamples: &[
        "cardHolderName = Jane Doe",
        "name = Jane Doe\npan = 4111111111111111",
        "cardholder = ****\npan = 4111111111111111",
        "card.shipping.name = Jane Doe\ncard.number = 4111111111111111",
        "bank_account.account_holder_name = Jane Doe\nbank_account.last4 = 6789",
        "card.name = null\ncard.number = 4111111111111111",
    ],
    find: find_cardholder,
};

/// Service codes.
pub(super) static SERVICE_CODE: Detector = Detector {
    id: "service-code",
    class: Class::ServiceCode,
    about: "service codes beside a card number, its last four digits or its token",
    sources: &["ISO/IEC 7813: the meaning of each digit"],
    examples: &[("service_code = 201\npan = 4111111111111111", "service-code.clear")],
    counterexamples: &["service_code = 201", "service_code = 911\npan = 4111111111111111"],
    find: find_service_code,
};

const NAME: Evidence = Evidence(700, "the key names a cardholder, and a card stands beside it");
const CODE: Evidence = Evidence(700, "the key names a service code, and a card stands beside it");

fn find_cardholder(context: &Context<'_>, found: &mut Vec<Candidate>) {
    let roles = context.roles();
    let in_card = || context.parent().any(&[Role::Card, Role::Holder]);
    let named = roles.has(Role::Holder) || roles.has(Role::MaybeHolder) && in_card();
    let value = context.value();
    if named && is_name(value) {
        let stands = Stands::Value { canonical: Canonical::new(value.trim_ascii()), shown: "***".to_owned() };
        push(context, Class::Cardholder, NAME, stands, found);
    }
}

fn is_name(value: &[u8]) -> bool {
    let word = value.trim_ascii().to_ascii_lowercase();
    let letters = word.iter().filter(|b| b.is_ascii_alphabetic() || **b >= 0x80).count();
    let placeholder =
        matches!(word.as_slice(), b"null" | b"none" | b"nil" | b"undefined" | b"true" | b"false" | b"n/a");
    letters >= 2
        && word.len() <= 80
        && !placeholder
        && !word.iter().any(|b| b.is_ascii_digit() || b"*{}[]@=".contains(b))
}

fn find_service_code(context: &Context<'_>, found: &mut Vec<Candidate>) {
    // Interchange; authorization; services (ISO/IEC 7813).
    let [a, b, c] = context.value().trim_ascii() else { return };
    let fits = b"125679".contains(a) && b"024".contains(b) && (b'0'..=b'7').contains(c);
    if fits && context.roles().has(Role::ServiceCode) {
        push(context, Class::ServiceCode, CODE, Stands::Nothing, found);
    }
}

fn push(context: &Context<'_>, class: Class, evidence: Evidence, stands: Stands, found: &mut Vec<Candidate>) {
    let test = match card_beside(context) {
        CardBeside::Clear(test) => test,
        CardBeside::Reduced => Test::Real,
        CardBeside::None => return,
    };
    let tag = Tag { test, ..Tag::clear(class) };
    found.push(Candidate::new(tag, 0..context.value().len(), vec![evidence], stands));
}
