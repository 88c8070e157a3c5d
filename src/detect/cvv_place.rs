//! Verification codes by their place: in a row with a card number and its expiry date, as text or as fields without
//! names. It is how stolen cards are traded, how careless code joins them, and what binds of statements look like.

use std::sync::OnceLock;

use regex::bytes::{Captures, Regex};

use super::{
    Candidate, Context, Test,
    companions::{card_number, test_of_text},
    cvv::{BEHIND_CARD, candidate, ends_free, pattern, span},
    detector::Digits,
    iin::issuer,
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

/// The number is some brand's, and four digits belong to American Express alone.
fn is_of_card(captures: &Captures<'_>) -> bool {
    let Some(number) = Digits::of(&captures[1]) else { return false };
    let is_card = luhn::passes(number.expose()) && issuer(number.expose()).is_some();
    is_card && (captures[2].len() == 4) == is_amex(&captures[1])
}

fn is_amex(number: &[u8]) -> bool {
    number.starts_with(b"34") || number.starts_with(b"37")
}

/// The same rows as fields without names: `column1`, `column2` …; `$1`, `$2` …; the items of a list.
pub(super) fn behind_fields(context: &Context<'_>) -> Option<Test> {
    let skipped = usize::from(before(context, 1).is_some_and(is_name));
    let field = |back: usize| before(context, back + skipped);
    let number = match field(1)? {
        // `12/27`
        [month @ .., b'/' | b'-', _, _] if is_month(month) => field(2)?,
        [a, b, c, d]
            if is_month(&[*a, *b]) && is_year(&[*c, *d]) || is_year(&[*a, *b]) && is_month(&[*c, *d]) =>
        {
            match field(2)? {
                month if is_month(month) && a == &b'2' && b == &b'0' => field(3)?,
                number => number,
            }
        }
        year if is_year(year) && is_month(field(2)?) => field(3)?,
        month if is_month(month) && is_year(field(2)?) => field(3)?,
        _ => return None,
    };
    card_number(number).filter(|_| (context.digits == 4) == is_amex(number))
}

/// The value of the field so many places before, if both have no name but their place.
fn before<'a>(context: &Context<'a>, back: usize) -> Option<&'a [u8]> {
    let path = context.field.path;
    let Some((stem, number)) = place(path.key()) else {
        let item = context.item_before(back).filter(|_| path.as_str().ends_with("[]"));
        return item.filter(|item| item.field.path == path).map(|item| unquoted(item.value));
    };
    let wanted = number.checked_sub(back)?;
    context
        .siblings()
        .find(|near| place(near.field.path.key()) == Some((stem, wanted)))
        .map(|near| unquoted(near.value))
}

/// Without the quotes and brackets of a statement's row.
pub(super) fn unquoted(value: &[u8]) -> &[u8] {
    let is_kept = |byte: &u8| !matches!(byte, b'\'' | b'"' | b'(' | b')' | b' ');
    let Some(start) = value.iter().position(is_kept) else { return &[] };
    let end = value.iter().rposition(is_kept).map_or(start, |last| last + 1);
    &value[start..end]
}

/// A cardholder's.
fn is_name(value: &[u8]) -> bool {
    value.len() > 2 && value.iter().all(|b| b.is_ascii_alphabetic() || b" .'-".contains(b))
}

fn is_year(value: &[u8]) -> bool {
    matches!(value, [b'2', b'0', b'2'..=b'5', b'0'..=b'9'] | [b'2'..=b'5', b'0'..=b'9'])
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
