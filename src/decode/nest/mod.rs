//! Walks one framed record's payload into fields, through every nesting of one format in another. It must not
//! know what a card number is, nor where payloads come from.
//!
//! A byte is seen once, in the most specific field: where a value was taken apart, what its parts cover is
//! replaced by spaces in the value itself, so that offsets stay right and nothing is counted twice. Encoded bytes
//! (base64, gzip) stay as they are beside what they hold.

mod avro;
mod base64;
mod classes;
mod codes;
mod compressed;
mod escapes;
mod form_data;
mod hex;
pub(super) mod hexdump;
mod insert;
mod iso8583;
mod iso8583_fields;
mod json;
mod list;
mod messages;
mod numbers;
mod pairs;
mod paths;
mod protobuf;
mod quoted_printable;
mod respell;
mod runs;
mod text;
mod tlv;
mod unfold;
mod urlencoded;
mod wire;
mod xml;

use super::{FieldPath, Limits, Record, SkipReason};
use classes::Classes;
use paths::{Paths, Place, Step};

pub(super) use avro::Broken;
pub(super) use numbers::{varint, zigzag};
pub(super) use wire::is_surely_message;

/// What walking keeps from record to record.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    paths: Paths,
    tape: Vec<json::Token>,
}

/// Whether a payload is compressed by itself.
pub(super) fn is_compressed(bytes: &[u8]) -> bool {
    compressed::Format::of(bytes).is_some()
}

/// Walks payloads into the fields of one record.
#[derive(Debug)]
pub(super) struct Walker<'a> {
    limits: &'a Limits,
    record: &'a mut Record,
}

/// Where a value is found: what it is called, beside what, at which byte of the file, in how many others.
#[derive(Debug, Clone, Copy)]
struct Spot {
    place: Place,
    group: u32,
    at: Option<u64>,
    depth: usize,
}

/// A value that was pushed, and may hold more.
#[derive(Clone, Copy)]
struct Leaf<'b> {
    spot: Spot,
    /// Its place in the record.
    index: usize,
    bytes: &'b [u8],
}

/// The name of a payload that is one bare value.
const BARE: &str = "value";

impl<'a> Walker<'a> {
    /// Adds to what the record holds already.
    pub(super) fn new(limits: &'a Limits, record: &'a mut Record) -> Self {
        record.scratch.paths.trim();
        Walker { limits, record }
    }

    /// A JSON value; `at` is the file's byte where it begins, if it stands there unchanged.
    /// Returns false, having pushed nothing, if it does not parse.
    pub(super) fn json(&mut self, path: Option<&FieldPath>, bytes: &[u8], at: Option<u64>) -> bool {
        let place = match path {
            Some(path) => self.record.scratch.paths.enter(path),
            None if bytes.trim_ascii_start().first().is_some_and(|b| matches!(b, b'{' | b'[')) => Paths::ROOT,
            None => self.step(Paths::ROOT, Step::Key(BARE)),
        };
        let group = self.group();
        self.whole_json(Spot { place, group, at, depth: 0 }, bytes)
    }

    /// A line of a log, or any free text: pushed whole, and what is found in it as fields of their own: pairs
    /// (`line.card`), queries (`line.query.card`), JSON (`line|json.card`), dumps of objects (`line.Card.number`),
    /// XML, base64. The bytes of a part are spaces in the whole.
    pub(super) fn text(&mut self, path: &FieldPath, bytes: &[u8], at: Option<u64>) {
        let group = self.group();
        self.value(path, bytes, group, at);
    }

    /// A piece of a record that is too long to be decoded: pushed as it is.
    pub(super) fn window(&mut self, path: &FieldPath, bytes: &[u8], at: Option<u64>) {
        let group = self.group();
        self.record.push(path.clone(), bytes, group, at);
    }

    /// A leaf value, such as a CSV cell: pushed as a field of `group`, and unfolded if it holds more.
    pub(super) fn value(&mut self, path: &FieldPath, bytes: &[u8], group: u32, at: Option<u64>) {
        let classes = Classes::of(bytes);
        let index = self.record.fields().len();
        self.record.push(path.clone(), bytes, group, at);
        if !classes.is_plain(bytes.len()) {
            let place = self.record.scratch.paths.enter(path);
            self.unfold(Leaf { spot: Spot { place, group, at, depth: 0 }, index, bytes }, classes);
        }
    }

    /// A payload that is compressed by itself, such as a message's value: what it holds. Returns false, having
    /// pushed nothing, if it is not or cannot be read.
    pub(super) fn compressed_payload(&mut self, path: &FieldPath, bytes: &[u8]) -> bool {
        let Some(format) = compressed::Format::of(bytes) else { return false };
        let place = self.record.scratch.paths.enter(path);
        let spot = Spot { place, group: self.group(), at: None, depth: 0 };
        self.compressed(Leaf { spot, index: 0, bytes }, format)
    }

    /// A payload of bytes that terminals and hosts exchange: EMV data, an ISO 8583 message in packed digits. Returns
    /// false, having pushed nothing, if it is neither.
    pub(super) fn octets_payload(&mut self, path: &FieldPath, bytes: &[u8]) -> bool {
        let place = self.record.scratch.paths.enter(path);
        let spot = Spot { place, group: self.group(), at: None, depth: 0 };
        self.octets(spot, bytes)
    }

    /// A number for a new object: its members share it.
    pub(super) fn group(&mut self) -> u32 {
        self.record.groups += 1;
        self.record.groups
    }

    /// Pushes a value and what it holds; whether there was room.
    fn leaf(&mut self, spot: Spot, bytes: &[u8]) -> bool {
        let index = self.record.fields().len();
        let is_pushed = self.push(spot, bytes);
        let classes = Classes::of(bytes);
        if is_pushed && !classes.is_plain(bytes.len()) {
            self.unfold(Leaf { spot, index, bytes }, classes);
        }
        is_pushed
    }

    /// Pushes a value as it is. What came from within another counts against the limit.
    fn push(&mut self, spot: Spot, bytes: &[u8]) -> bool {
        let has_room = spot.depth == 0 || self.charge(bytes.len());
        if has_room {
            let path = self.record.scratch.paths.path(spot.place).clone();
            self.record.push(path, bytes, spot.group, spot.at);
        }
        has_room
    }

    fn step(&mut self, from: Place, step: Step<'_>) -> Place {
        self.record.scratch.paths.step(from, step)
    }

    fn note(&mut self, reason: SkipReason) {
        self.record.note(reason);
    }
}

impl Spot {
    /// The same place, with bytes that begin `ahead` of it in the file.
    fn ahead(self, ahead: usize) -> Self {
        Spot { at: self.at.map(|at| at + ahead as u64), ..self }
    }
}

#[cfg(test)]
mod tests;
