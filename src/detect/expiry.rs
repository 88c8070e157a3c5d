//! Expiry dates, by key and form, and only where a card is: alone they are dates like any other.

use super::{
    Candidate, Class, Context, Detector, Tag, Test,
    companions::{CardBeside, card_beside},
    detector::{Evidence, Stands},
    keys::Role,
};

/// Expiry dates.
pub(super) static DETECTOR: Detector = Detector {
    id: "expiry",
    class: Class::Expiry,
    about: "expiry dates beside a card number, its last four digits or its token",
    sources: &["data/keys.txt", "ISO 8583, field 14 (YYMM)"],
    examples: &[
        ("expiry = 12/27\npan = 4111111111111111", "expiry.clear"),
        ("card.exp_month = 7\ncard.last4 = 1111", "expiry.clear"),
        ("card.exp_year = 2027\ncard.last4 = 1111", "expiry.clear"),
        ("card.expiry.month = 12\ncard.number = 4111111111111111", "expiry.clear"),
        ("validThru = 2027-12\nmasked = x\ncardLastFour = 1111", "expiry.clear"),
        ("ccexp = 1227\nccnumber = 4111111111111111", "expiry.clear"),
    ],
    counterexamples: &[
        "expiry = 12/27",
        "exp = 1735689600\npan = 4111111111111111",
        "month = 7\nlast4 = 1111",
        "expires = soon\npan = 4111111111111111",
        "exp_month = 13\npan = 4111111111111111",
    ],
    find,
};

const KEY: Evidence = Evidence(700, "the key names an expiry date, and a card stands beside it");

fn find(context: &Context<'_>, found: &mut Vec<Candidate>) {
    let roles = context.roles();
    if !roles.any(&[Role::Expiry, Role::ExpiryPart]) || !(1..=8).contains(&context.digits) {
        return;
    }
    let value = context.value().trim_ascii();
    let fits = match roles.has(Role::Expiry) {
        true => is_date(value),
        false => is_part(value) && part_is_of_a_card(context),
    };
    let test = match fits.then(|| card_beside(context)) {
        Some(CardBeside::Clear(test)) => test,
        Some(CardBeside::Reduced) => Test::Real,
        Some(CardBeside::None) | None => return,
    };
    let tag = Tag { test, ..Tag::clear(Class::Expiry) };
    found.push(Candidate::new(tag, 0..context.value().len(), vec![KEY], Stands::Nothing));
}

/// `month` alone says little; `exp_month` says it all.
fn part_is_of_a_card(context: &Context<'_>) -> bool {
    let bare = matches!(context.key(), "month" | "year" | "mm" | "yy" | "yyyy");
    !bare || context.parent().has(Role::Expiry) || context.in_card()
}

fn is_part(value: &[u8]) -> bool {
    match number(value) {
        Some(month) if value.len() <= 2 => (1..=12).contains(&month) || (20..=59).contains(&month),
        Some(year) if value.len() == 4 => (2_000..=2_099).contains(&year),
        _ => false,
    }
}

/// `MM/YY`, `MM/YYYY`, `MMYY`, `YYMM`, `MMYYYY`, `YYYYMM`, `YYYY-MM`, `YYYY-MM-DD`, `--MM--YYYY`.
fn is_date(value: &[u8]) -> bool {
    let mut parts = value.split(|b| !b.is_ascii_digit()).filter(|part| !part.is_empty());
    let separators = value.iter().filter(|b| !b.is_ascii_digit());
    if value.len() > 12 || !separators.into_iter().all(|b| matches!(b, b'/' | b'-' | b' ' | b'.')) {
        return false;
    }
    match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(joined), None, None, None) if matches!(joined.len(), 4 | 6) => {
            let halves = [2, joined.len() - 2].map(|at| joined.split_at(at));
            halves.iter().any(|(a, b)| is_month_and_year(a, b) || is_month_and_year(b, a))
        }
        (Some(a), Some(b), None, None) => is_month_and_year(a, b) || is_month_and_year(b, a),
        (Some(year), Some(month), Some(day), None) => {
            is_month_and_year(month, year) && number(day).is_some_and(|day| (1..=31).contains(&day))
        }
        _ => false,
    }
}

fn is_month_and_year(month: &[u8], year: &[u8]) -> bool {
    let year_fits = match year.len() {
        2 => true,
        4 => year.starts_with(b"20"),
        _ => false,
    };
    year_fits && month.len() <= 2 && number(month).is_some_and(|month| (1..=12).contains(&month))
}

fn number(digits: &[u8]) -> Option<u32> {
    std::str::from_utf8(digits).ok()?.parse().ok()
}
