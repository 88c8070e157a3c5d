//! How messages name their schemas: before the payload or in a header, by a number (a zero and four bytes) or by a
//! GUID (a one and sixteen bytes). As Confluent's serializers write it.

use std::fmt::Write;
use std::ops::Range;

use super::Part;
use crate::Message;

/// How a registry knows a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum SchemaId {
    Number(u32),
    Guid([u8; 16]),
}

/// A schema's id and where it stands.
pub(super) struct Named {
    pub(super) id: SchemaId,
    pub(super) at: At,
    /// What stands behind it there.
    pub(super) rest: Range<usize>,
    /// Whether it can be nothing else. Many things begin with a one.
    pub(super) is_sure: bool,
}

/// Where an id stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum At {
    Header,
    Payload,
}

/// What a part of a message names, if it names something.
pub(super) fn named(bytes: &[u8], message: &Message, part: &Part) -> Option<Named> {
    let header = message.headers.iter().find(|(name, _)| &bytes[name.clone()] == part.header);
    let places = [(At::Header, header.map(|(_, value)| value)), (At::Payload, Some(&part.range))];
    places.into_iter().find_map(|(at, range)| {
        let range = range?;
        let (id, length) = id(&bytes[range.clone()])?;
        let is_sure = at == At::Header || matches!(id, SchemaId::Number(_));
        Some(Named { id, at, rest: range.start + length..range.end, is_sure })
    })
}

/// The id that bytes begin with, and its length. No schema has the number zero.
fn id(bytes: &[u8]) -> Option<(SchemaId, usize)> {
    match bytes.first()? {
        0 => {
            let number = u32::from_be_bytes(bytes.get(1..5)?.try_into().ok()?);
            (number != 0).then_some((SchemaId::Number(number), 5))
        }
        1 => Some((SchemaId::Guid(bytes.get(1..17)?.try_into().ok()?), 17)),
        _ => None,
    }
}

/// The path to a Protobuf message within its file, and how many bytes it takes: its length and its numbers as
/// zigzag varints; a zero alone is the first message.
pub(super) fn message_path(bytes: &[u8]) -> Option<(Vec<u32>, usize)> {
    const LONGEST: i64 = 32;
    let (count, mut at) = zigzag(bytes)?;
    if count == 0 {
        return Some((vec![0], at));
    }
    let mut path = Vec::new();
    for _ in 0..(1..=LONGEST).contains(&count).then_some(count)? {
        let (number, length) = zigzag(bytes.get(at..)?)?;
        path.push(u32::try_from(number).ok()?);
        at += length;
    }
    Some((path, at))
}

fn zigzag(bytes: &[u8]) -> Option<(i64, usize)> {
    let mut number = 0u64;
    for (index, byte) in bytes.iter().take(9).enumerate() {
        number |= u64::from(byte & 0x7f) << (7 * index);
        if byte & 0x80 == 0 {
            return Some(((number >> 1).cast_signed() ^ -(number & 1).cast_signed(), index + 1));
        }
    }
    None
}

/// `550e8400-e29b-41d4-a716-446655440000`.
pub(super) fn uuid(guid: [u8; 16]) -> String {
    let mut text = String::new();
    for (index, byte) in guid.iter().enumerate() {
        let dash = if matches!(index, 4 | 6 | 8 | 10) { "-" } else { "" };
        let _ = write!(text, "{dash}{byte:02x}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{id, message_path, uuid};

    fn check(bytes: &[u8], expected: &str) {
        let found =
            id(bytes).map(|(id, length)| format!("{id:?} {length} {:?}", message_path(&bytes[length..])));
        assert_eq!(found.as_deref().unwrap_or("none"), expected, "{bytes:?}");
    }

    #[test]
    fn ids_and_the_messages_behind_them() {
        check(b"\0\0\0\0\x07\0", "Number(7) 5 Some(([0], 1))");
        check(b"\0\0\0\x01\0\x04\x02\x06", "Number(256) 5 Some(([1, 3], 3))");
        check(b"\0\0\0\0\x07\x04\x02", "Number(7) 5 None");
        check(b"\0\0\0\0\0abc", "none");
        check(b"\0\0\0\0", "none");
        check(b"{\"a\":1}", "none");
        check(b"\x01short", "none");
        let guid = uuid(*b"\x55\x0e\x84\x00\xe2\x9b\x41\xd4\xa7\x16\x44\x66\x55\x44\x00\x00");
        assert_eq!(guid, "550e8400-e29b-41d4-a716-446655440000");
    }
}
