//! Numbers that do not stand in one piece: over lines, list items, sibling fields.

use super::{
    Betrayed::{self, Digits, Divided},
    Cost::{self, Decoded},
    Form, Write,
    lines::{Dump, hexdump},
    write::{between, groups, split},
};

const fn form(
    name: &'static str,
    cost: Cost,
    betrayed: &'static [Betrayed],
    field: &'static str,
    write: fn(&str) -> String,
) -> Form {
    Form { name, write: Write::Lines(write), told: &["pan.clear"], field, cost, betrayed }
}

const DIGITS: &[Betrayed] = &[Digits];
const DIVIDED: &[Betrayed] = &[Divided];

/// The forms.
#[rustfmt::skip]
pub const FORMS: &[Form] = &[
    form("json groups", Decoded, DIGITS, "card|joined", |n| format!(r#"{{"card":["{}"]}}"#, groups(n, "\",\""))),
    form("json digits", Decoded, DIGITS, "pan|joined", |n| format!(r#"{{"pan":[{}]}}"#, between(n, ","))),
    form("json digits as strings", Decoded, DIGITS, "pan|joined", |n| format!(r#"{{"pan":["{}"]}}"#, between(n, "\",\""))),
    form("sibling fields", Decoded, DIVIDED, "card|joined", |n| {
        let parts: Vec<String> = numbered(n, |place, part| format!(r#""card{place}":"{part}""#));
        format!("{{{}}}", parts.join(","))
    }),
    form("sibling fields in a card", Decoded, DIVIDED, "card.number_part|joined", |n| {
        let parts: Vec<String> = numbered(n, |place, part| format!(r#""number_part_{place}":"{part}""#));
        format!(r#"{{"card":{{{}}}}}"#, parts.join(","))
    }),
    form("sibling form fields", Decoded, DIVIDED, "line|url.cc|joined", |n| {
        format!("POST body {}&cc_exp=0429", numbered(n, |place, part| format!("cc{place}={part}")).join("&"))
    }),
    form("sibling pairs", Decoded, DIVIDED, "line.pan|joined", |n| {
        format!("read {}", numbered(n, |place, part| format!("pan{place}={part}")).join(" "))
    }),
    form("line wrap", Decoded, DIGITS, "line|wrapped", |n| format!("card number {}\n{} was declined", &n[..8], &n[8..])),
    form("line wrap in groups", Decoded, DIGITS, "line|wrapped", |n| {
        let parts = split(n);
        format!("card number {}\n{} was declined", parts[..2].join(" "), parts[2..].join(" "))
    }),
    form("line wrap, indented", Decoded, DIGITS, "line|wrapped", |n| format!("  the card number {}\n    {} was declined", &n[..6], &n[6..])),
    form("line wrap in a quoted mail", Decoded, DIGITS, "line|wrapped", |n| {
        let parts = split(n);
        format!("> my card number is {}\n> {} thanks", parts[..2].join(" "), parts[2..].join(" "))
    }),
    form("line wrap of Windows", Decoded, DIGITS, "line|wrapped", |n| format!("card number {}\r\n{} was declined", &n[..8], &n[8..])),
    form("wrap with dash", Decoded, DIGITS, "line|wrapped", |n| format!("card number {}-\n{} was declined", &n[..8], &n[8..])),
    form("wrap with backslash", Decoded, DIGITS, "line|wrapped", |n| format!("card number {}\\\n{} was declined", &n[..8], &n[8..])),
    form("quoted-printable soft break", Decoded, DIGITS, "line|wrapped", |n| format!("Please charge my card number {}=\n{} today", &n[..8], &n[8..])),
    form("hexdump over two lines", Decoded, DIVIDED, "line|wrapped", |n| hexdump(format!("pan={n}").as_bytes(), Dump::Canonical)),
];

fn numbered(number: &str, write: impl Fn(usize, &str) -> String) -> Vec<String> {
    split(number).iter().enumerate().map(|(place, part)| write(place + 1, part)).collect()
}
