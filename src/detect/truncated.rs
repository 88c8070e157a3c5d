//! Fields that hold the last four digits of a card, or its first six or eight, by key.

use super::{
    Candidate, Class, Context, Detector, State, Tag,
    companions::{CardBeside, card_beside},
    detector::{Digits, Evidence, Stands},
    exponent::{self, exponents},
    iin::issuer_of_mask,
    keys::Role,
};

/// Truncated card numbers, by key.
pub(super) static DETECTOR: Detector = Detector {
    id: "pan-truncated",
    class: Class::Pan,
    about: "the last four or the first six or eight digits of a card number, by key",
    sources: &["data/keys.txt", "PCI SSC FAQ 1091"],
    examples: &[
        ("last4 = 1111", "pan.truncated"),
        ("CardLastFour = 42", "pan.truncated"),
        ("card.cardSummary = 1111", "pan.truncated"),
        ("card.suffix = 1111", "pan.truncated"),
        ("card.bin = 411111\ncard.last4 = 1111", "pan.truncated"),
        ("cardBin = 41111111", "pan.truncated"),
        ("card_number = 4.11112E+15", "pan.truncated"),
    ],
    counterexamples: &[
        "last4 = abcd",
        "payment_method_details.us_bank_account.last4 = 6789",
        "source.iban_last4 = 3000",
        "last4 = 6789\nrouting_number = 110000000",
        "last4 = 11111",
        "suffix = 1111",
        "bin = 411111",
        "bin = 7\nlast4 = 1111",
        "volume = 4.11112E+15",
        "card_number = 1.11112E+15",
    ],
    find,
};

const LAST_FOUR: Evidence = Evidence(900, "the key names the last four digits of a card");
const MAYBE_LAST_FOUR: Evidence = Evidence(700, "the key names last digits, in or beside a card");
const ROUNDED: Evidence = Evidence(500, "the key names a card number, and its last digits were rounded away");
const FIRST: Evidence = Evidence(700, "the key names the first digits of a card");

fn find(context: &Context<'_>, found: &mut Vec<Candidate>) {
    let roles = context.roles();
    if roles.has(Role::Pan) {
        rounded(context, found);
    }
    if !roles.any(&[Role::LastFour, Role::MaybeLastFour, Role::Bin]) {
        return;
    }
    let value = context.value().trim_ascii();
    if value.is_empty() || value.len() > 8 || !value.iter().all(u8::is_ascii_digit) {
        return;
    }
    let of_a_card = || context.in_card() || card_beside(context) != CardBeside::None;
    let named_by_card = context.key().starts_with("card") || context.key().starts_with("issuer");
    let (evidence, stands) = match value.len() {
        // Numbers lose their leading zeros.
        _ if context.in_bank_account() => return,
        1..=4 if roles.has(Role::LastFour) => (LAST_FOUR, tail(value)),
        4 if roles.has(Role::MaybeLastFour) && of_a_card() => (MAYBE_LAST_FOUR, tail(value)),
        6 | 8 if roles.has(Role::Bin) && (named_by_card || of_a_card()) => (FIRST, Stands::Nothing),
        _ => return,
    };
    let tag = Tag::clear(Class::Pan).in_state(State::Truncated);
    found.push(Candidate::new(tag, 0..context.value().len(), vec![evidence], stands));
}

/// What spreadsheets and JavaScript leave of a card number: `4.11112E+15`. Its first digits are there, the others
/// cannot be known.
fn rounded(context: &Context<'_>, found: &mut Vec<Candidate>) {
    exponents(context.value(), |exponent| {
        let issuer = issuer_of_mask(exponent.digits.expose(), exponent.length);
        if exponent.digits.expose().len() < 4 || exponent::whole(&exponent).is_some() {
            return;
        }
        let tag = Tag::clear(Class::Pan).in_state(State::Truncated);
        found.extend(issuer.map(|issuer| Candidate {
            brand: Some(issuer.brand.as_str()),
            ..Candidate::new(tag, exponent.span, vec![ROUNDED], Stands::Nothing)
        }));
    });
}

fn tail(value: &[u8]) -> Stands {
    let mut padded = [b'0'; 4];
    padded[4 - value.len()..].copy_from_slice(value);
    Digits::of(&padded).map_or(Stands::Nothing, Stands::Tail)
}
