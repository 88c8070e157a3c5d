//! ISO 8583 messages: a type, a bitmap that says which fields follow, and the fields, some with their length before
//! them. Two packings: characters throughout (ASCII), and packed digits with binary fields (BCD), as hosts use them.
//! Without a separator or a checksum it is the whole that convinces: every field read fits its format, and the
//! message ends where its fields do; one that a log cut off needs dates that are dates.
//!
//! It must not know what a card number is.

use std::ops::Range;

use zeroize::Zeroizing;

use super::iso8583_fields::{Kind, Length, format};
use super::tlv::hex;

/// How numbers and bitmaps are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Packing {
    /// As characters; the bitmap and binary fields in hex.
    Characters,
    /// Two digits a byte; the bitmap and binary fields as they are.
    Packed,
}

/// A message that was read.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Message {
    /// The fields that say something about a card, in their order.
    pub(super) fields: Vec<Field>,
    /// Bytes of the message.
    pub(super) length: usize,
}

/// One field.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Field {
    number: u8,
    value: Range<usize>,
    packing: Packing,
    /// Digits or characters in it; packed, they may be one fewer than there is room for.
    count: usize,
}

/// What a field holds.
pub(super) enum Content<'b> {
    Text(Zeroizing<Vec<u8>>),
    /// EMV data.
    Octets(&'b [u8]),
}

/// Fields that say something about a card: number, expiry, tracks, PIN block, EMV data, and those in which each
/// network puts its own.
const TOLD: &[u8] = &[2, 14, 34, 35, 36, 37, 45, 48, 52, 55, 60, 61, 62, 63, 102, 103, 125, 126];
/// One of these makes it worth reading.
const ABOUT_CARDS: &[u8] = &[2, 34, 35, 36, 45, 52, 55];
/// A message that ends early has at least so many fields.
const FEWEST_FIELDS: usize = 4;

/// Whether packed bytes may begin a message.
pub(super) fn begins(bytes: &[u8]) -> bool {
    matches!(
        bytes,
        [0x01..=0x08 | 0x11..=0x18 | 0x21..=0x28, 0x00..=0x05 | 0x10..=0x15 | 0x20..=0x25 | 0x30..=0x35, ..]
    )
}

/// Whether text may begin one: a type, and a bitmap in hex.
pub(super) fn begins_in_characters(text: &[u8]) -> bool {
    let is_type = matches!(text, [b'0'..=b'2', b'1'..=b'8', b'0'..=b'3', b'0'..=b'5', ..]);
    is_type && text.get(4..20).is_some_and(|map| map.iter().all(u8::is_ascii_hexdigit))
}

/// The message that bytes begin with.
pub(super) fn read(bytes: &[u8], packing: Packing) -> Option<Message> {
    let mut walk = Walk { bytes, at: 0, packing, dates: 0 };
    let class = walk.message_type()?;
    let bits = walk.bitmaps()?;
    if !ABOUT_CARDS.iter().any(|field| bits.contains(field)) {
        return None;
    }
    let (mut fields, mut read, mut whole) = (Vec::new(), 0, true);
    for number in bits {
        match walk.field(number, class)? {
            Some(field) => {
                read += 1;
                fields.extend(TOLD.contains(&number).then_some(field));
            }
            None => {
                whole = false;
                break;
            }
        }
    }
    let rest = &bytes[walk.at..];
    let ends = match packing {
        Packing::Characters => !rest.first().is_some_and(u8::is_ascii_alphanumeric),
        Packing::Packed => rest.is_empty(),
    };
    let is_meant = whole && ends && read >= 2 || read >= FEWEST_FIELDS && walk.dates >= 2;
    (is_meant && !fields.is_empty()).then_some(Message { fields, length: walk.at })
}

struct Walk<'b> {
    bytes: &'b [u8],
    at: usize,
    packing: Packing,
    /// Dates and times that could be some, weighed by how little chance there was.
    dates: usize,
}

/// Which edition: they differ in a few fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Edition {
    Of1987,
    Of1993,
}

impl Walk<'_> {
    fn message_type(&mut self) -> Option<Edition> {
        let digits = self.digits(4)?;
        let fits = matches!(digits[..], [b'0'..=b'2', b'1'..=b'8', b'0'..=b'3', b'0'..=b'5']);
        fits.then_some(if digits[0] == b'0' { Edition::Of1987 } else { Edition::Of1993 })
    }

    fn bitmaps(&mut self) -> Option<Vec<u8>> {
        let mut bits = Vec::new();
        for half in 0..2 {
            let map = self.octets(8)?;
            let set = (0..64_u8).filter(|bit| map[usize::from(bit / 8)] & 0x80 >> (bit % 8) != 0);
            bits.extend(set.map(|bit| half * 64 + bit + 1));
            if half == 0 && bits.first() != Some(&1) {
                break;
            }
        }
        bits.retain(|bit| *bit != 1);
        Some(bits)
    }

    /// The next field. `None` is: this is no message; `Some(None)`: it stops here.
    fn field(&mut self, number: u8, edition: Edition) -> Option<Option<Field>> {
        let (length, kind) = format(number, edition);
        let before = self.at;
        let count = match length {
            Length::Fixed(count) => Some(count),
            Length::Upto(digits, most) => self.prefix(digits).filter(|count| *count <= most),
        };
        let value = count.and_then(|count| self.take(count, kind));
        let Some((count, value)) = count.zip(value) else {
            self.at = before;
            return Some(None);
        };
        let field = Field { number, value, packing: self.packing_of(kind), count };
        match number {
            7 | 12 | 13 | 14 => self.date(&field, number, edition)?,
            _ => {}
        }
        Some(Some(field))
    }

    fn packing_of(&self, kind: Kind) -> Packing {
        match kind {
            Kind::Text => Packing::Characters,
            Kind::Digits | Kind::Track | Kind::Octets => self.packing,
        }
    }

    /// The length before a field.
    fn prefix(&mut self, digits: usize) -> Option<usize> {
        let digits = self.digits(digits)?;
        std::str::from_utf8(&digits).ok()?.parse().ok()
    }

    fn take(&mut self, count: usize, kind: Kind) -> Option<Range<usize>> {
        let length = match (kind, self.packing) {
            (Kind::Text, _) | (Kind::Digits | Kind::Track, Packing::Characters) => count,
            (Kind::Digits | Kind::Track, Packing::Packed) => count.div_ceil(2),
            (Kind::Octets, Packing::Packed) => count,
            (Kind::Octets, Packing::Characters) => count * 2,
        };
        let value = self.at..self.at + length;
        let text = self.bytes.get(value.clone())?;
        let written = match self.packing_of(kind) {
            Packing::Characters => Zeroizing::new(text.to_vec()),
            Packing::Packed => hex(text),
        };
        let fits = match kind {
            Kind::Digits => written.iter().all(|byte| byte.is_ascii_digit() || *byte == b'F'),
            Kind::Track => written.iter().all(|byte| byte.is_ascii_digit() || b"=DdF".contains(byte)),
            Kind::Text => text.iter().all(|byte| *byte >= b' '),
            Kind::Octets => written.iter().all(u8::is_ascii_hexdigit),
        };
        fits.then(|| {
            self.at = value.end;
            value
        })
    }

    /// Whether a date or a time is one.
    fn date(&mut self, field: &Field, number: u8, edition: Edition) -> Option<()> {
        let text = field.text(self.bytes);
        let part = |at: usize| {
            text.get(at..at + 2).and_then(|part| std::str::from_utf8(part).ok()?.parse::<u32>().ok())
        };
        let within = |at: usize, range: std::ops::RangeInclusive<u32>| {
            part(at).is_some_and(|part| range.contains(&part))
        };
        let (fits, weight) = match (number, edition) {
            (7, _) => (within(0, 1..=12) && within(2, 1..=31) && within(4, 0..=23) && within(6, 0..=59), 2),
            (12, Edition::Of1987) => (within(0, 0..=23) && within(2, 0..=59) && within(4, 0..=59), 1),
            (13, Edition::Of1987) => (within(0, 1..=12) && within(2, 1..=31), 1),
            (14, _) => (within(2, 1..=12), 1),
            _ => (true, 0),
        };
        self.dates += weight;
        fits.then_some(())
    }

    fn digits(&mut self, count: usize) -> Option<Zeroizing<Vec<u8>>> {
        let value = self.take(count, Kind::Digits)?;
        let text = Field { number: 0, value, packing: self.packing, count }.text(self.bytes);
        text.iter().all(u8::is_ascii_digit).then_some(text)
    }

    fn octets(&mut self, count: usize) -> Option<Zeroizing<Vec<u8>>> {
        let value = self.take(count, Kind::Octets)?;
        match self.packing {
            Packing::Packed => Some(Zeroizing::new(self.bytes[value].to_vec())),
            Packing::Characters => super::codes::packed(&self.bytes[value]),
        }
    }
}

impl Field {
    /// `DE2`.
    pub(super) fn name(&self) -> String {
        format!("DE{}", self.number)
    }

    /// What it holds.
    pub(super) fn content<'b>(&self, bytes: &'b [u8]) -> Content<'b> {
        match (self.number, self.packing) {
            (55, Packing::Packed) => Content::Octets(&bytes[self.value.clone()]),
            _ => Content::Text(self.text(bytes)),
        }
    }

    /// Its digits or characters.
    fn text(&self, bytes: &[u8]) -> Zeroizing<Vec<u8>> {
        let value = &bytes[self.value.clone()];
        if self.packing == Packing::Characters {
            return Zeroizing::new(value.to_vec());
        }
        let mut text = hex(value);
        // A number of odd length is filled with F behind it or a zero before it.
        if text.len() == self.count + 1 {
            match text.last() {
                Some(b'F') => _ = text.pop(),
                _ => _ = text.remove(0),
            }
        }
        text
    }
}

#[cfg(test)]
#[path = "iso8583_tests.rs"]
mod tests;
