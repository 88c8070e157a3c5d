//! Whether a text is rows of cells, and with which delimiter and header. A log whose lines have commas must stay
//! a log, so a table has to prove itself: by a header that names columns, or by cells that are no prose.

use super::csv::{RowScan, cells};
use super::framer::Scan;
use super::lines::trim;

/// How a table is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Dialect {
    /// Between cells.
    pub(super) delimiter: u8,
    /// The first row's names, if it is a header.
    pub(super) header: Option<Vec<String>>,
    /// Cells of the first row.
    pub(super) columns: usize,
}

/// Delimiters, the least ambiguous first.
const DELIMITERS: [u8; 4] = [b'\t', b';', b'|', b','];
/// So many rows are looked at.
const ROWS: usize = 30;

type Row = Vec<String>;

/// The dialect of the table that begins with `head`, if it is one.
pub(super) fn dialect(head: &[u8]) -> Option<Dialect> {
    let candidates = DELIMITERS.iter().filter_map(|&delimiter| candidate(head, delimiter));
    // The first of the widest: max_by_key would return the last.
    candidates.reduce(|best, next| if next.columns > best.columns { next } else { best })
}

fn candidate(head: &[u8], delimiter: u8) -> Option<Dialect> {
    let rows = rows(head, delimiter);
    let (first, rest) = rows.split_first()?;
    let columns = first.len();
    let agreeing = rest.iter().filter(|row| row.len() == columns).count();
    if columns < 2 || agreeing == 0 {
        return None;
    }
    let header = (agreeing * 10 >= rest.len() * 6 && is_header(first, rest))
        .then(|| first.iter().map(|name| name.trim().to_owned()).collect());
    let is_table = header.is_some() || agreeing == rest.len() && rest.len() >= 2 && is_plain_table(&rows);
    is_table.then_some(Dialect { delimiter, header, columns })
}

/// The first rows.
fn rows(head: &[u8], delimiter: u8) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut scan = RowScan::new(delimiter);
    let mut rest = head;
    while rows.len() < ROWS && !rest.is_empty() {
        scan.reset();
        let length = scan.feed(rest, 0).or_else(|| scan.give_up()).unwrap_or(rest.len());
        let row = trim(&rest[..length]);
        if !row.is_empty() {
            rows.push(
                cells(row, delimiter).map(|cell| String::from_utf8_lossy(&cell.text).into_owned()).collect(),
            );
        }
        rest = &rest[length..];
    }
    rows
}

/// A header has cells that look like names, and something that sets it apart from the rows below.
fn is_header(first: &Row, rest: &[Row]) -> bool {
    let named = first.iter().filter(|name| !name.trim().is_empty()).count();
    let all_names = first.iter().all(|name| name.trim().is_empty() || is_name(name.trim()));
    let spaced = first.iter().skip(1).any(|name| name.starts_with(' '));
    let distinct =
        first.iter().collect::<std::collections::BTreeSet<_>>().len() + (first.len() - named) >= first.len();
    let is_usual = first.iter().any(|name| is_usual_name(name.trim()));
    // Prose has a space behind its commas, and so have headers made by hand.
    let no_prose = !spaced || is_usual && first.iter().all(|name| !name.trim().contains(' '));
    all_names && distinct && named * 2 >= first.len() && no_prose && (is_usual || has_other_kind(first, rest))
}

/// A column whose values are no names: numbers, dates, addresses.
fn has_other_kind(first: &Row, rest: &[Row]) -> bool {
    (0..first.len()).any(|column| {
        let values =
            || rest.iter().filter_map(|row| row.get(column)).filter(|value| !value.trim().is_empty());
        let odd = values().filter(|value| !is_name(value.trim()) && !value.contains(' ')).count();
        odd > 0 && odd * 2 >= values().count()
    })
}

fn is_name(text: &str) -> bool {
    let begins = text.starts_with(|c: char| c.is_alphabetic() || matches!(c, '_' | '$' | '#' | '%'));
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let fits = |c: char| c.is_alphanumeric() || " _-./()#%&'?$:".contains(c);
    begins
        && digits < 5
        && text.chars().count() <= 64
        && text.chars().all(fits)
        && text.split(' ').count() <= 5
}

/// Words that name columns of exports.
const WORDS: &[&str] = &[
    "account",
    "address",
    "amount",
    "brand",
    "bin",
    "card",
    "city",
    "contact",
    "country",
    "currency",
    "customer",
    "cvc",
    "cvv",
    "date",
    "description",
    "email",
    "exp",
    "expiry",
    "first",
    "iban",
    "id",
    "last",
    "level",
    "message",
    "name",
    "note",
    "notes",
    "number",
    "order",
    "owner",
    "pan",
    "phone",
    "postcode",
    "price",
    "product",
    "quantity",
    "sku",
    "status",
    "street",
    "subject",
    "time",
    "timestamp",
    "title",
    "token",
    "total",
    "type",
    "uuid",
    "value",
    "zip",
];

/// A word that names columns, or a spelling that only names have.
fn is_usual_name(name: &str) -> bool {
    let is_identifier = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let inner_capital =
        name.as_bytes().windows(2).any(|pair| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase());
    let lower = name.to_lowercase();
    is_identifier && (name.contains('_') || inner_capital)
        || lower.split([' ', '_', '-']).any(|word| WORDS.contains(&word)) && name.split(' ').count() <= 3
}

/// Rows without a header: every row has as many cells, half of the columns never hold prose, and the delimiter is
/// not the comma of a stamp's milliseconds.
fn is_plain_table(rows: &[Row]) -> bool {
    let columns = rows[0].len();
    // Quotes and markup within cells are a document's.
    let is_markup = |cell: &str| cell.contains(['"', '<']) || cell.ends_with("&lt") || cell.ends_with("&gt");
    let is_atom = |cell: &str| !cell.contains([' ', '=', '{', '[']) && !is_markup(cell);
    let atoms = (0..columns).filter(|&column| rows.iter().all(|row| is_atom(&row[column]))).count();
    let spaced = rows.iter().flatten().any(|cell| cell.starts_with(' '));
    let is_millis =
        |row: &Row| row.windows(2).any(|pair| ends_in_seconds(&pair[0]) && begins_with_millis(&pair[1]));
    columns >= 3 && atoms * 2 >= columns && !spaced && !rows.iter().any(is_millis)
}

fn ends_in_seconds(cell: &str) -> bool {
    let tail: Vec<u8> = cell.bytes().rev().take(6).collect();
    matches!(tail[..], [a, b, b':', c, d, b':'] if [a, b, c, d].iter().all(u8::is_ascii_digit))
}

fn begins_with_millis(cell: &str) -> bool {
    let digits = cell.bytes().take_while(u8::is_ascii_digit).count();
    digits == 3 && cell.len() > 3
}

#[cfg(test)]
mod tests {
    use super::dialect;

    fn check(text: &str, expected: &str) {
        let found = match dialect(text.as_bytes()) {
            None => "text".to_owned(),
            Some(found) => match found.header {
                Some(names) => format!("{:?} {}", char::from(found.delimiter), names.join("/")),
                None => format!("{:?} {} columns", char::from(found.delimiter), found.columns),
            },
        };
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn tables_prove_themselves() {
        check("id,pan\n1,4111111111111111\n", "',' id/pan");
        check("Name;Kartennummer;Gültig bis\nA;4111111111111111;12/30\n", "';' Name/Kartennummer/Gültig bis");
        check("a\tb\n1\t2\n3\t4\n", "'\\t' a/b");
        check("name, card\nA, 4111111111111111\n", "',' name/card");
        check("1,4111111111111111,12/30\n2,4000056655665556,11/29\n3,,\n", "',' 3 columns");
        check("id,note\n1,\"a, b\nc\"\n2,x\n3,x,ragged\n", "',' id/note");
        check("id|amount|status\n1|2.50|paid\n", "'|' id/amount/status");
    }

    #[test]
    fn logs_with_commas_stay_text() {
        check("2026-11-20 10:00:00,123 INFO a, b\n2026-11-20 10:00:01,124 INFO c, d\n", "text");
        check(
            "2026-11-20 10:00:00,123 INFO paid,ok\n2026-11-20 10:00:00,124 INFO paid,ok\n2026-11-20 10:00:00,125 INFO paid,ok\n",
            "text",
        );
        check("Hello, world\nGood bye, world\n", "text");
        check("INFO, started service, port 80\nINFO, started service, port 81\n", "text");
        check(
            "2026-11-20T10:00:00Z | INFO | a | b\n2026-11-20T10:00:00Z | INFO | a | b\n2026-11-20T10:00:00Z | INFO | a | b\n",
            "text",
        );
        check(
            "user=a, card=4111111111111111, ok\nuser=b, card=4111111111111111, ok\nuser=c, card=1, ok\n",
            "text",
        );
        let wire = "<- \"{\\\"pan\\\":\\\"4111\\\",\\\"cvv\\\":\\\"123\\\",\\\"a\\\":1}\"\n";
        check(&wire.repeat(3), "text");
        check(&"a&lt;b&gt;1&lt;/b&gt;\n".repeat(3), "text");
        check("one line, only", "text");
        check("", "text");
    }
}
