//! Walks one framed record's payload into fields, through every nesting of one format in another.

use super::{FieldPath, Limits, Record};

/// Walks payloads into the fields of one record.
#[derive(Debug)]
#[expect(dead_code, reason = "written next")]
pub(super) struct Walker<'a> {
    limits: &'a Limits,
    record: &'a mut Record,
}

#[expect(dead_code, reason = "written next")]
impl<'a> Walker<'a> {
    pub(super) fn new(limits: &'a Limits, record: &'a mut Record) -> Self {
        Walker { limits, record }
    }

    /// A JSON value; `at` is the file's byte where it begins, if it stands there unchanged.
    /// Returns false, having pushed nothing, if it does not parse.
    pub(super) fn json(&mut self, _path: Option<&FieldPath>, _bytes: &[u8], _at: Option<u64>) -> bool {
        todo!()
    }

    /// A line of a log, or any free text: leading timestamp, `key=value` pairs, embedded JSON and dumps.
    pub(super) fn text(&mut self, _path: &FieldPath, _bytes: &[u8], _at: Option<u64>) {
        todo!()
    }

    /// A leaf value, such as a CSV cell: pushed as a field of `group`, and unfolded if it holds more.
    pub(super) fn value(&mut self, _path: &FieldPath, _bytes: &[u8], _group: u32, _at: Option<u64>) {
        todo!()
    }

    /// A number for a new object: its members share it.
    pub(super) fn group(&mut self) -> u32 {
        todo!()
    }
}
