//! Numbers and bytes of binary formats as text: a card number stored as one comes out as its digits.

use std::fmt::Write;

use zeroize::Zeroizing;

use super::super::FieldPath;
use super::super::binary::{is_binary, runs};
use super::super::text::readable;
use super::{BARE, Paths, Place, Spot, Step, Walker, is_compressed};

/// Digits of a number, wiped after use.
type Text = Zeroizing<String>;

impl Walker<'_> {
    /// Where a payload that has fields stands: at the root, or below the name of what holds it.
    pub(super) fn payload_spot(&mut self, path: Option<&FieldPath>) -> Spot {
        let place = path.map_or(Paths::ROOT, |path| self.record.scratch.paths.enter(path));
        // What it holds counts against the limit of what a record may unfold to.
        Spot { place, group: self.group(), at: None, depth: 1 }
    }

    /// A whole number.
    pub(super) fn number(&mut self, spot: Spot, number: impl Into<i128>) {
        let mut text = Text::default();
        let _ = write!(text, "{}", number.into());
        self.push(spot, text.as_bytes());
    }

    /// A floating number: a whole one as its digits, without exponent.
    pub(super) fn float(&mut self, spot: Spot, number: f64) {
        let mut text = Text::default();
        let _ = match number == 0.0 || (1e-7..1e20).contains(&number.abs()) {
            true => write!(text, "{number}"),
            false => write!(text, "{number:e}"),
        };
        self.push(spot, text.as_bytes());
    }

    /// What is said to be text, and what it holds.
    pub(super) fn text_of(&mut self, spot: Spot, text: &[u8]) {
        let spot = self.named(spot);
        self.leaf(spot, &readable(text));
    }

    /// Bytes that may be text, digits in half bytes, or something compressed.
    pub(super) fn bytes_of(&mut self, spot: Spot, bytes: &[u8]) {
        let spot = self.named(spot);
        if let Some(digits) = packed_digits(bytes) {
            let place = self.step(spot.place, Step::Encoded("bcd"));
            self.push(Spot { place, ..spot }, digits.as_bytes());
        } else if is_binary(bytes) && !is_compressed(bytes) {
            for run in runs(bytes) {
                self.leaf(spot, run);
            }
        } else if is_compressed(bytes) {
            self.leaf(spot, bytes);
        } else {
            self.text_of(spot, bytes);
        }
    }

    /// The place of a map's entry. A key that is data is pushed as well.
    pub(super) fn entry(&mut self, spot: Spot, key: &str) -> Place {
        let place = self.step(spot.place, Step::Key(key));
        if self.record.scratch.paths.is_folded(place) && !key.is_empty() {
            let encoded = self.step(place, Step::Encoded("key"));
            self.push(Spot { place: encoded, ..spot }, key.as_bytes());
        }
        place
    }

    /// A payload that is one bare value has a name all the same.
    fn named(&mut self, spot: Spot) -> Spot {
        match spot.place == Paths::ROOT {
            true => Spot { place: self.step(spot.place, Step::Key(BARE)), ..spot },
            false => spot,
        }
    }
}

/// A number in groups of seven bits, the lowest first, as Avro and Protobuf write it; and its length.
pub(in crate::decode) fn varint(bytes: &[u8]) -> Option<(u64, usize)> {
    let mut number = 0u64;
    for (index, byte) in bytes.iter().take(10).enumerate() {
        let part = u64::from(byte & 0x7f);
        if index == 9 && part > 1 {
            return None;
        }
        number |= part << (7 * index);
        if byte & 0x80 == 0 {
            return Some((number, index + 1));
        }
    }
    None
}

/// 0, 1, 2, 3 … are 0, −1, 1, −2 ….
pub(in crate::decode) fn zigzag(number: u64) -> i64 {
    (number >> 1).cast_signed() ^ -(number & 1).cast_signed()
}

/// A decimal as Avro and Kafka Connect write it: the unscaled number in two's complement, the highest byte first.
/// `None` if it has more than 16 bytes or a scale beyond all use. What is whole is written without a point.
pub(super) fn decimal(bytes: &[u8], scale: usize) -> Option<Text> {
    const MOST: usize = 38;
    let first = *bytes.first()?;
    if bytes.len() > 16 || scale > MOST {
        return None;
    }
    let fill = if first & 0x80 == 0 { 0 } else { 0xff };
    let mut wide = Zeroizing::new([fill; 16]);
    wide[16 - bytes.len()..].copy_from_slice(bytes);
    let number = i128::from_be_bytes(*wide);
    let mut digits = Text::default();
    let _ = write!(digits, "{:0width$}", number.unsigned_abs(), width = scale + 1);
    let (whole, part) = digits.split_at(digits.len() - scale);
    let (sign, part) = (if number < 0 { "-" } else { "" }, part.trim_end_matches('0'));
    let point = if part.is_empty() { "" } else { "." };
    let mut text = Text::default();
    let _ = write!(text, "{sign}{whole}{point}{part}");
    Some(text)
}

/// Digits in half bytes, as payment systems store a card number: 12 to 20 of them, the last may be filled up with
/// `F`. Bytes that could as well be text are text.
fn packed_digits(bytes: &[u8]) -> Option<Text> {
    const LENGTHS: std::ops::RangeInclusive<usize> = 6..=10;
    if !LENGTHS.contains(&bytes.len()) || bytes.iter().all(|byte| matches!(byte, 0x20..=0x7e)) {
        return None;
    }
    let halves = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    let filled = usize::from(bytes.last().is_some_and(|byte| byte & 15 == 15));
    let digits = halves.take(2 * bytes.len() - filled).map(|half| char::from_digit(half.into(), 10));
    digits.collect::<Option<String>>().map(Zeroizing::new)
}
