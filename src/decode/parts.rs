//! The value, the key and the headers of a message as fields: by the schema that they name, or by what they look
//! like. It must not know where messages come from.

use dyetrace_connectors::{NoSchema, Written};
use serde::de::IgnoredAny;

use super::binary::{self, is_binary};
use super::lines::{self, Lines, Payload};
use super::nest::{self, Walker};
use super::schema::{Compiled, Schemas};
use super::text::readable;
use super::{FieldPath, Limits, Record, SkipReason};

/// A part of a message on its way to becoming fields of a record.
pub(super) struct Part<'a> {
    /// The field that it is, if it is no object.
    pub(super) path: &'a FieldPath,
    /// Where its members stand.
    pub(super) members: Members,
    /// All of it.
    pub(super) bytes: &'a [u8],
}

/// Where the members of an object stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Members {
    /// At the root: they are the record.
    AtRoot,
    /// Below the part's own path.
    Below,
}

/// What bytes without a known schema look like.
pub(super) enum Form<'a> {
    /// Text, or something compressed.
    Readable,
    /// JSON behind a schema's id.
    Json(&'a [u8]),
    /// A Protobuf message, perhaps behind a schema's id.
    Message(&'a [u8]),
    /// Nothing that is known.
    Binary,
}

impl<'a> Form<'a> {
    /// What bytes look like.
    pub(super) fn of(bytes: &'a [u8]) -> Self {
        if let Some(framed) = unframed(bytes) {
            // For Protobuf a zero more, or a list of numbers.
            let message = framed.strip_prefix(&[0]).unwrap_or(framed);
            match framed[0] {
                b'{' | b'[' if serde_json::from_slice::<IgnoredAny>(framed).is_ok() => {
                    return Form::Json(framed);
                }
                _ if nest::is_surely_message(message) => return Form::Message(message),
                _ => {}
            }
        }
        // Lengths and small numbers are control characters.
        if bytes.iter().any(|byte| *byte < b'\t') && nest::is_surely_message(bytes) {
            return Form::Message(bytes);
        }
        match is_binary(bytes) && !nest::is_compressed(bytes) {
            true => Form::Binary,
            false => Form::Readable,
        }
    }
}

/// What stands behind a schema's id: Confluent's is a zero and four bytes, that of AWS Glue a three, a zero where
/// nothing is compressed, and sixteen bytes.
fn unframed(bytes: &[u8]) -> Option<&[u8]> {
    let behind = match bytes {
        [0, rest @ ..] => rest.get(4..),
        [3, 0, rest @ ..] => rest.get(16..),
        _ => None,
    };
    behind.filter(|rest| !rest.is_empty())
}

impl Part<'_> {
    /// Its fields, by the schema that it names if it names one.
    pub(super) fn decode(
        &self,
        written: Option<&Written>,
        schemas: &Schemas,
        limits: &Limits,
        record: &mut Record,
    ) {
        let Some(written) = written.filter(|_| self.bytes.len() <= limits.record) else {
            return self.by_form(limits, record);
        };
        let problem = match &written.schema {
            Err(NoSchema::Unknown) => SkipReason::UnknownSchema,
            Err(NoSchema::Unreachable) => SkipReason::UnreachableSchema,
            Ok(schema) => match schemas.get(schema) {
                None | Some(Compiled::Broken) => SkipReason::BrokenSchema,
                Some(compiled) => return self.by_schema(compiled, written, limits, record),
            },
        };
        record.note(problem);
        self.by_form(limits, record);
    }

    /// What was decoded before a payload broke stays, and all of it is scanned: one or the other is right.
    fn by_schema(&self, compiled: &Compiled, written: &Written, limits: &Limits, record: &mut Record) {
        let path = (self.members == Members::Below).then_some(self.path);
        let mut walker = Walker::new(limits, record);
        let read = match compiled {
            Compiled::Avro(schema) => walker.avro(schema, path, self.bytes),
            Compiled::Protobuf(schema) => match schema.message(&written.message) {
                Some(message) => walker.protobuf(Some((schema, message)), path, self.bytes),
                None => Err(nest::Broken),
            },
            Compiled::Json | Compiled::Broken => return self.text(limits, record),
        };
        if read.is_err() {
            record.note(SkipReason::BrokenPayload);
            self.runs(limits, record);
        }
    }

    fn by_form(&self, limits: &Limits, record: &mut Record) {
        if self.bytes.len() > limits.record {
            return self.runs(limits, record);
        }
        match Form::of(self.bytes) {
            Form::Json(bytes) => Part { bytes, ..*self }.text(limits, record),
            Form::Message(bytes) => {
                let path = (self.members == Members::Below).then_some(self.path);
                if Walker::new(limits, record).protobuf(None, path, bytes).is_err() {
                    self.runs(limits, record);
                }
            }
            Form::Readable if !is_binary(self.bytes) => self.text(limits, record),
            Form::Readable | Form::Binary => self.runs(limits, record),
        }
    }

    /// A key's or header's fields are siblings of each other only where they are objects themselves.
    fn text(&self, limits: &Limits, record: &mut Record) {
        if self.members == Members::AtRoot {
            let payload = Payload { path: self.path, bytes: self.bytes, at: None };
            return lines::decode(Lines::Text, payload, limits, record);
        }
        let mut walker = Walker::new(limits, record);
        let group = walker.group();
        walker.value(self.path, &readable(self.bytes), group, None);
    }

    fn runs(&self, limits: &Limits, record: &mut Record) {
        let mut walker = Walker::new(limits, record);
        let is_short = self.bytes.len() <= limits.record;
        let opened = |walker: &mut Walker<'_>| {
            walker.compressed_payload(self.path, self.bytes) || walker.octets_payload(self.path, self.bytes)
        };
        if is_short && opened(&mut walker) {
            return;
        }
        for run in binary::runs(self.bytes) {
            walker.text(self.path, run, None);
        }
    }
}
