//! Bytes as a row of codes in text: `34 31 31 31`, `0x34, 0x31`, `34:31:31`, `U+0034 U+0031`, `[52, 49, 49]`. What
//! they decode to decides whether they were meant as bytes.

use std::ops::Range;

use data_encoding::HEXLOWER_PERMISSIVE;
use zeroize::Zeroizing;

use super::{Leaf, Walker};

/// The shortest number, packed behind its EMV tag, takes nine bytes.
const FEWEST: usize = 9;
/// Digits enough for a number.
const FEWEST_DIGITS: usize = 12;

/// A row of codes.
struct Row {
    span: Range<usize>,
    count: usize,
    /// Codes have a prefix: they are hex.
    is_hex: bool,
    /// Each separator is one of those that the detector reads over.
    is_plain: bool,
}

impl Walker<'_> {
    /// Takes out of a text its rows of codes.
    pub(super) fn codes(&mut self, leaf: Leaf<'_>) {
        for row in rows(self.record.field(leaf.index).value.expose()) {
            self.row(leaf, &row);
        }
    }

    fn row(&mut self, leaf: Leaf<'_>, row: &Row) {
        let codes = codes(leaf.bytes, row);
        let is_hex = codes.iter().all(|code| code.len() == 2);
        let is_digit = |code: &&[u8]| matches!(code, [b'3', digit] if digit.is_ascii_digit());
        if row.is_plain && !row.is_hex && codes.iter().all(is_digit) {
            // The detector reads them as they stand.
            return;
        }
        let joined = Zeroizing::new(codes.concat());
        if is_hex && self.hex_row(leaf, row, &joined) || row.is_hex {
            return;
        }
        if let Some(text) = characters(codes.iter().copied()) {
            self.decoded_part(leaf, "codes", row.span.clone(), &text);
        }
    }

    fn hex_row(&mut self, leaf: Leaf<'_>, row: &Row, joined: &[u8]) -> bool {
        let Some(bytes) = packed(joined) else { return false };
        let is_meant = match super::hex::text(&bytes) {
            Some(text) => self.decoded_part(leaf, "hex", row.span.clone(), &text),
            None => self.octets(leaf.spot, &bytes),
        };
        if is_meant {
            self.record.blank(leaf.index, row.span.clone());
        }
        is_meant
    }
}

/// The bytes that pairs of hex digits are.
pub(super) fn packed(text: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    HEXLOWER_PERMISSIVE.decode(text).ok().map(Zeroizing::new)
}

/// Printable characters by their decimal codes, if there are digits enough among them.
pub(super) fn characters<'b>(codes: impl Iterator<Item = &'b [u8]>) -> Option<Zeroizing<Vec<u8>>> {
    let mut text = Zeroizing::new(Vec::new());
    for code in codes {
        let code: u8 = std::str::from_utf8(code).ok()?.parse().ok()?;
        matches!(code, b' '..=b'~' | b'\t' | b'\n' | b'\r').then(|| text.push(code))?;
    }
    (text.iter().filter(|byte| byte.is_ascii_digit()).count() >= FEWEST_DIGITS).then_some(text)
}

/// The rows that are long enough.
fn rows(bytes: &[u8]) -> Vec<Row> {
    let (mut rows, mut at) = (Vec::new(), 0);
    while let Some(start) = bytes[at..].iter().position(u8::is_ascii_alphanumeric).map(|ahead| at + ahead) {
        let row = read_row(bytes, start);
        if row.count >= FEWEST {
            at = row.span.end;
            rows.push(row);
        } else {
            at = start + bytes[start..].iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
        }
    }
    rows
}

/// The row that begins with this word; without any codes if it is none.
fn read_row(bytes: &[u8], start: usize) -> Row {
    let mut row = Row { span: start..start, count: 0, is_hex: false, is_plain: true };
    let mut at = start;
    while let Some((code, prefixed)) = code(bytes, at) {
        row.is_hex |= prefixed;
        row.span.end = code.end;
        row.count += 1;
        let gap = gap(&bytes[code.end..]);
        if gap == 0 {
            break;
        }
        row.is_plain &= gap == 1 && matches!(bytes[code.end], b' ' | b'-');
        at = code.end + gap;
    }
    row
}

/// The codes of a row, without their prefixes.
fn codes<'b>(bytes: &'b [u8], row: &Row) -> Vec<&'b [u8]> {
    let (mut codes, mut at) = (Vec::with_capacity(row.count), row.span.start);
    while let Some((code, _)) = code(bytes, at).filter(|_| codes.len() < row.count) {
        at = code.end + gap(&bytes[code.end..]);
        codes.push(&bytes[code]);
    }
    codes
}

/// Bytes between two codes; none if they are too far apart.
fn gap(bytes: &[u8]) -> usize {
    let is_between = |byte: &&u8| matches!(byte, b' ' | b',' | b':' | b'-' | b';');
    let length = bytes.iter().take(4).take_while(is_between).count();
    if length > 3 { 0 } else { length }
}

/// One code: two digits of hex with or without a prefix, or two or three decimal digits; and whether it had a prefix.
fn code(bytes: &[u8], at: usize) -> Option<(Range<usize>, bool)> {
    let rest = &bytes[at..];
    let prefix =
        [&b"0x"[..], b"0X", b"U+00", b"u+00", b"\\x"].into_iter().find(|prefix| rest.starts_with(prefix));
    let start = at + prefix.map_or(0, <[u8]>::len);
    let length = bytes[start..].iter().take(4).take_while(|byte| byte.is_ascii_alphanumeric()).count();
    let text = &bytes[start..start + length];
    let is_code = match length {
        2 => text.iter().all(u8::is_ascii_hexdigit),
        3 => prefix.is_none() && text.iter().all(u8::is_ascii_digit),
        _ => false,
    };
    is_code.then_some((start..start + length, prefix.is_some()))
}
