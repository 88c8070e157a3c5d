//! SQL inserts: `INSERT INTO cards (number, cvv) VALUES ('4111…', '123')`. The name of a value is the column that
//! stands in its place.

use std::ops::Range;

use memchr::memmem;

use super::{Leaf, Spot, Step, Walker};

/// A statement up to its values.
struct Head {
    table: Range<usize>,
    columns: Vec<Range<usize>>,
    /// Where the rows begin.
    rows: usize,
}

/// `INTO a(b) VALUES(12)`
const SHORTEST: usize = 20;
/// Tables have fewer columns, and their list is shorter.
const MOST_COLUMNS: usize = 512;
const LONGEST_LIST: usize = 16 << 10;
/// Between `INTO` and the columns stands the table's name.
const LONGEST_TABLE: usize = 160;

impl Walker<'_> {
    /// The values of the inserts in a text, each a field below its table; whether there were any.
    pub(super) fn inserts(&mut self, leaf: Leaf<'_>) -> bool {
        let (first, mut from) = (self.record.fields().len(), 0);
        if leaf.bytes.len() < SHORTEST || memchr::memchr(b'(', leaf.bytes).is_none() {
            return false;
        }
        while let Some(head) = head(leaf.bytes, from) {
            let before = self.record.fields().len();
            from = self.insert_rows(leaf, &head).max(head.rows);
            if self.record.fields().len() == before && from == head.rows {
                break;
            }
        }
        self.record.fields().len() > first
    }

    fn insert_rows(&mut self, leaf: Leaf<'_>, head: &Head) -> usize {
        let Some(spot) = self.deeper(leaf.spot) else { return head.rows };
        let table = String::from_utf8_lossy(&leaf.bytes[head.table.clone()]).into_owned();
        let place = self.step(spot.place, Step::Key(&table));
        let mut end = head.rows;
        while let Some((values, next)) = row(leaf.bytes, end) {
            if values.iter().all(|value| is_placeholder(&leaf.bytes[value.clone()])) {
                break;
            }
            let spot = Spot { place, group: self.group(), ..spot };
            for (column, value) in head.columns.iter().zip(values) {
                self.insert_value(spot, leaf, column, value);
            }
            end = next;
        }
        end
    }

    fn insert_value(&mut self, spot: Spot, leaf: Leaf<'_>, column: &Range<usize>, value: Range<usize>) {
        let name = String::from_utf8_lossy(&leaf.bytes[column.clone()]);
        let spot = Spot {
            place: self.step(spot.place, Step::Key(&name)),
            at: leaf.spot.ahead(value.start).at,
            ..spot
        };
        if self.leaf(spot, &leaf.bytes[value.clone()]) {
            self.record.blank(leaf.index, value);
        }
    }
}

/// The next statement that names its columns.
fn head(bytes: &[u8], from: usize) -> Option<Head> {
    let mut at = from;
    loop {
        let rest = bytes.get(at..)?;
        let found = [&b"VALUES"[..], b"values", b"Values"]
            .iter()
            .filter_map(|word| memmem::find(rest, word))
            .min()?;
        if let Some(head) = head_before(bytes, from, at + found) {
            return Some(head);
        }
        at += found + 6;
    }
}

fn head_before(bytes: &[u8], floor: usize, values: usize) -> Option<Head> {
    let close = floor + bytes[floor..values].trim_ascii_end().len().checked_sub(1)?;
    let nearest = floor.max(close.saturating_sub(LONGEST_LIST));
    let open = nearest + memchr::memrchr(b'(', &bytes[nearest..close]).filter(|_| bytes[close] == b')')?;
    let before = &bytes[floor.max(open.saturating_sub(LONGEST_TABLE))..open];
    let start = open - before.len();
    let into = before.windows(5).rposition(|word| word.eq_ignore_ascii_case(b"into "))?;
    let table = last_name(bytes, start + into + 5..open)?;
    let columns: Option<Vec<_>> =
        split(bytes, open + 1..close).map(|column| last_name(bytes, column)).collect();
    let columns = columns.filter(|columns| columns.len() <= MOST_COLUMNS)?;
    Some(Head { table, columns, rows: values + 6 })
}

fn split(bytes: &[u8], range: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let mut start = range.start;
    bytes[range].split(|byte| *byte == b',').map(move |part| {
        let here = start..start + part.len();
        start = here.end + 1;
        here
    })
}

/// The last part of a qualified name, without its quotes: `number` of `` `cards`.`number` ``.
fn last_name(bytes: &[u8], range: Range<usize>) -> Option<Range<usize>> {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || !byte.is_ascii() || matches!(byte, b'_' | b'$');
    let text = &bytes[range.clone()];
    let end = text.iter().rposition(is_part)? + 1;
    let start = text[..end].iter().rposition(|byte| !is_part(byte)).map_or(0, |at| at + 1);
    let others = text.iter().filter(|byte| !is_part(byte));
    let is_name = others.into_iter().all(|byte| b"`\"'[]. \\\r\n\t".contains(byte));
    is_name.then_some(range.start + start..range.start + end)
}

/// The values of the row that begins at `from`, and where the next one may.
fn row(bytes: &[u8], from: usize) -> Option<(Vec<Range<usize>>, usize)> {
    let gap = bytes[from..].iter().position(|byte| !byte.is_ascii_whitespace() && *byte != b',')?;
    let mut at = from + gap + 1;
    let mut values = Vec::new();
    if bytes[from + gap] != b'(' {
        return None;
    }
    loop {
        let (value, end) = value(bytes, at)?;
        values.push(value);
        match bytes.get(end)? {
            b',' => at = end + 1,
            b')' => return Some((values, end + 1)),
            _ => return None,
        }
    }
}

/// A value without its quotes, and the comma or bracket behind it.
fn value(bytes: &[u8], from: usize) -> Option<(Range<usize>, usize)> {
    let start = from + bytes.get(from..)?.iter().position(|byte| !byte.is_ascii_whitespace())?;
    // `N'…'` and `E'…'`.
    let quote =
        start + usize::from(bytes[start].is_ascii_alphabetic() && bytes.get(start + 1) == Some(&b'\''));
    match bytes[quote] {
        mark @ (b'\'' | b'"') => {
            let end = quoted_end(bytes, quote + 1, mark)?;
            let rest = &bytes[end + 1..];
            let over = end + 1 + rest.iter().position(|byte| matches!(byte, b',' | b')'))?;
            Some((quote + 1..end, over))
        }
        _ => {
            let over = bare_end(bytes, start)?;
            Some((start..start + bytes[start..over].trim_ascii_end().len(), over))
        }
    }
}

/// A doubled quote and one behind a backslash are no end.
fn quoted_end(bytes: &[u8], from: usize, mark: u8) -> Option<usize> {
    let mut at = from;
    loop {
        at += memchr::memchr2(mark, b'\\', bytes.get(at..)?)?;
        let is_end = bytes[at] == mark && bytes.get(at + 1) != Some(&mark);
        if is_end {
            return Some(at);
        }
        at += 2;
    }
}

/// `NULL`, `17`, `now()`, `md5(concat(a, b))`.
fn bare_end(bytes: &[u8], from: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, byte) in bytes.iter().enumerate().skip(from) {
        match byte {
            b'(' => depth += 1,
            b')' if depth > 0 => depth -= 1,
            b',' | b')' if depth == 0 => return Some(at),
            _ => {}
        }
    }
    None
}

/// `?`, `$1`, `:name`, `%s`: the values stand elsewhere.
fn is_placeholder(value: &[u8]) -> bool {
    matches!(value.first(), Some(b'?' | b'$' | b':' | b'%' | b'@'))
}

#[cfg(test)]
mod tests {
    use super::super::tests::check_parts;

    #[test]
    fn values_have_their_columns_names() {
        check_parts(
            "INSERT INTO cards (number, cvv) VALUES ('4111', '123')",
            "line.cards.number=4111\nline.cards.cvv=123",
        );
        check_parts(
            r#"insert into "public"."pay" ("pan", "note", `n`) values ('4111', 'it''s, (ok)', now()), ('4111', NULL, 7) returning id"#,
            "line.pay.pan=4111\nline.pay.note=it''s, (ok)\nline.pay.n=now()\nline.pay.pan=4111\nline.pay.note=NULL\nline.pay.n=7",
        );
        check_parts(
            "INSERT INTO a (b, c) VALUES (1, N'4111'); INSERT INTO d (e) VALUES ('{\"f\":4111}')",
            "line.a.b=1\nline.a.c=4111\nline.d.e=_\nline.d.e|json.f=4111",
        );
    }

    #[test]
    fn what_has_no_values_is_left_alone() {
        check_parts("INSERT INTO cards (number) VALUES ($1) card=4111", "line.card=4111");
        check_parts("the values (a, b) VALUES (c) card=4111", "line.card=4111");
        check_parts("INSERT INTO cards (number) VALUES ('12 card=4111", "line.card=4111");
        check_parts("INSERT INTO cards (number, cvv) VALUES", "");
    }
}
