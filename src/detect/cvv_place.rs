//! Verification codes by their place: in a row with a card number and its expiry date, as text or as fields without
//! names. It is how stolen cards are traded, how careless code joins them, and what binds of statements look like.

use std::sync::OnceLock;

use regex::bytes::{Captures, Regex};

use super::{
    Candidate, Context, Test,
    companions::{card_number, test_of_text},
    cvv::{BEHIND_CARD, candidate, ends_free, pattern, span},
    detector::Digits,
    luhn,
};

/// Adds the codes of rows in a text: `4111…|12|27|123`, `4111…,12/27,123`, `4111…,123,12/27`.
pub(super) fn behind_card(context: &Context<'_>, found: &mut Vec<Candidate>) {
    static ROWS: OnceLock<[Regex; 2]> = OnceLock::new();
    // A number of 13 digits at least, a month and a year, and three.
    if context.digits < 18 {
        return;
    }
    let rows = ROWS.get_or_init(|| {
        let behind = format!("{NUMBER}{BETWEEN}(?:{DATE})(?:{BETWEEN}{NAME})?{BETWEEN}([0-9]{{3,4}})");
        let before = format!("{NUMBER}{BETWEEN}([0-9]{{3,4}}){BETWEEN}(?:{DATE})(?:[^0-9]|$)");
        [pattern(&behind), pattern(&before)]
    });
    let value = context.value();
    for captures in rows.iter().flat_map(|row| row.captures_iter(value)) {
        if ends_free(value, &captures, 2) && is_of_card(&captures) {
            found.push(candidate(test_of_text(value), span(&captures, 2), BEHIND_CARD));
        }
    }
}

/// In one piece or in groups.
const NUMBER: &str = r"(\b[0-9](?:[ -]?[0-9]){12,18})";
const BETWEEN: &str = r#"["'\\]{0,2}\s?[|,;:/\t ]\s?["'\\]{0,2}"#;
/// Month and year, either way round, together or as two values.
const DATE: &str = concat!(
    r#"(?:0?[1-9]|1[0-2])["'\\]{0,2}\s?[|,;:/\t -]\s?["'\\]{0,2}(?:20)?[2-5][0-9]|"#,
    r#"20[2-5][0-9]["'\\]{0,2}\s?[|,;:/\t -]\s?["'\\]{0,2}(?:0?[1-9]|1[0-2])|"#,
    r"(?:0[1-9]|1[0-2])(?:20)?[2-5][0-9]|[2-5][0-9](?:0[1-9]|1[0-2])",
);
const NAME: &str = r"[a-z][a-z .'-]{2,40}";

/// Four digits belong to American Express alone.
fn is_of_card(captures: &Captures<'_>) -> bool {
    let Some(number) = Digits::of(&captures[1]) else { return false };
    let number = number.expose();
    let is_amex = number.len() == 15 && (number.starts_with(b"34") || number.starts_with(b"37"));
    luhn::passes(number) && (captures[2].len() == 4) == is_amex
}

/// The same rows as fields without names: `column1`, `column2` …; `$1`, `$2` …; the items of a list.
pub(super) fn behind_fields(context: &Context<'_>) -> Option<Test> {
    let field = |back: usize| before(context, back);
    match field(1)? {
        // `12/27`
        [month @ .., b'/' | b'-', _, _] if is_month(month) => card_number(field(2)?),
        [b'2', b'0', _, _] | [b'2'..=b'5', _] if is_month(field(2)?) => card_number(field(3)?),
        _ => None,
    }
}

/// The value of the field so many places before, if both have no name but their place.
fn before<'a>(context: &Context<'a>, back: usize) -> Option<&'a [u8]> {
    let path = context.field.path;
    let Some((stem, number)) = place(path.key()) else {
        let item = context.item_before(back).filter(|_| path.as_str().ends_with("[]"));
        return item.filter(|item| item.field.path == path).map(|item| item.value);
    };
    let wanted = number.checked_sub(back)?;
    context
        .siblings()
        .find(|near| place(near.field.path.key()) == Some((stem, wanted)))
        .map(|near| near.value)
}

/// `column4`, `$4`, `param4`: a stem that says nothing, and a place.
fn place(key: &str) -> Option<(&str, usize)> {
    let digits = key.bytes().rev().take_while(u8::is_ascii_digit).count();
    let (stem, number) = key.split_at(key.len() - digits);
    let is_nameless = matches!(stem, "column" | "col" | "$" | ":" | "?" | "p" | "param" | "arg" | "_" | "");
    Some((stem, number.parse().ok()?)).filter(|_| is_nameless)
}

fn is_month(value: &[u8]) -> bool {
    matches!(value, [b'1'..=b'9'] | [b'0', b'1'..=b'9'] | [b'1', b'0'..=b'2'])
}
