//! Protobuf's wire format as it stands: keys and values of one message; and whether bytes are a message at all. It
//! must not know names.

use super::super::schema::protobuf::Width;
use super::numbers::varint;

/// The rest of a message.
pub(super) struct Wire<'b> {
    pub(super) bytes: &'b [u8],
}

/// A value as it is written.
pub(super) enum Value<'b> {
    Varint(u64),
    Four([u8; 4]),
    Eight([u8; 8]),
    Sized(&'b [u8]),
}

/// The largest number that a field can have.
const LARGEST_NUMBER: u64 = (1 << 29) - 1;
/// Of what is not known to be a message, the largest that is believed.
const LARGEST_BELIEVED: u32 = 1 << 12;
/// Bytes that are not known to be a message have as much text at least: one byte in so many,
const TEXT_SHARE: usize = 8;
/// in pieces of this length at least.
const SHORTEST_TEXT: usize = 4;
/// Deeper, what is not known to be a message is not looked for one: each level is read once for all levels above.
pub(super) const DEEPEST_BELIEVED: usize = 16;

impl<'b> Wire<'b> {
    /// The next field's number and value; inside, `None` is the end. Outside, that it is broken: groups, which were
    /// never part of version 3, count as that.
    pub(super) fn next(&mut self) -> Option<Option<(u32, Value<'b>)>> {
        if self.bytes.is_empty() {
            return Some(None);
        }
        let key = self.varint()?;
        let number =
            u32::try_from(key >> 3).ok().filter(|number| (1..=LARGEST_NUMBER).contains(&(*number).into()))?;
        let value = match key & 7 {
            0 => Value::Varint(self.varint()?),
            1 => self.eight()?,
            2 => {
                let length = usize::try_from(self.varint()?).ok()?;
                Value::Sized(self.take(length)?)
            }
            5 => self.four()?,
            _ => return None,
        };
        Some(Some((number, value)))
    }

    /// The next of several numbers without keys.
    pub(super) fn packed(&mut self, width: Width) -> Option<Value<'b>> {
        match width {
            Width::Varint => self.varint().map(Value::Varint),
            Width::Four => self.four(),
            Width::Eight => self.eight(),
        }
    }

    fn varint(&mut self) -> Option<u64> {
        let (number, length) = varint(self.bytes)?;
        self.bytes = &self.bytes[length..];
        Some(number)
    }

    fn four(&mut self) -> Option<Value<'b>> {
        Some(Value::Four(self.take(4)?.try_into().ok()?))
    }

    fn eight(&mut self) -> Option<Value<'b>> {
        Some(Value::Eight(self.take(8)?.try_into().ok()?))
    }

    fn take(&mut self, length: usize) -> Option<&'b [u8]> {
        let (taken, rest) = self.bytes.split_at_checked(length)?;
        self.bytes = rest;
        Some(taken)
    }
}

/// Whether bytes can be read as a message to their end.
pub(super) fn is_message(bytes: &[u8]) -> bool {
    !bytes.is_empty() && texts(bytes, DEEPEST_BELIEVED).is_some()
}

/// Whether bytes of an unknown kind are surely a message: they can be read as one to their end, and enough of them
/// is text in its fields.
pub(in crate::decode) fn is_surely_message(bytes: &[u8]) -> bool {
    let least = SHORTEST_TEXT.max(bytes.len() / TEXT_SHARE);
    texts(bytes, DEEPEST_BELIEVED).is_some_and(|text| text >= least)
}

/// Bytes of text in the fields of a message, if it is one.
fn texts(bytes: &[u8], depth: usize) -> Option<usize> {
    let mut wire = Wire { bytes };
    let mut count = 0;
    while let Some((number, value)) = wire.next()? {
        if number > LARGEST_BELIEVED {
            return None;
        }
        let Value::Sized(bytes) = value else { continue };
        count += match is_text(bytes) {
            true if bytes.len() >= SHORTEST_TEXT => bytes.len(),
            false if depth > 0 => texts(bytes, depth - 1).unwrap_or(0),
            _ => 0,
        };
    }
    Some(count)
}

/// Whether bytes are text without control characters.
pub(super) fn is_text(bytes: &[u8]) -> bool {
    let is_odd = |c: char| c.is_control() && !matches!(c, '\t' | '\n' | '\r');
    !bytes.is_empty() && std::str::from_utf8(bytes).is_ok_and(|text| !text.contains(is_odd))
}
