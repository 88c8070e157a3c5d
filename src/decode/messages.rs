//! Messages as a broker framed them: the value's fields stand at the root, the key is `$key`, a header is
//! `$header.name`.

use std::ops::Range;

use dyetrace_connectors::{Batch, Body, Message, PartitionReader, SourceError, Step, Written};

use super::frames::Next;
use super::parts::{Form, Members, Part};
use super::schema::Schemas;
use super::{FieldPath, Hints, Limits, Origin, Record, SkipReason, Skipped, Standing, time};

/// The messages of one partition.
pub(super) struct Messages {
    reader: Box<dyn PartitionReader>,
    limits: Limits,
    schemas: Schemas,
    batch: Batch,
    /// Bytes of all batches so far.
    bytes: u64,
    /// Of the framed message.
    index: usize,
    stage: Stage,
    value: FieldPath,
    key: FieldPath,
    header: FieldPath,
}

/// What of the framed message was handed out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Untouched,
    Skipped,
    Framed,
}

impl Messages {
    /// Goes on from a first batch.
    pub(super) fn open(reader: Box<dyn PartitionReader>, first: Batch, limits: &Limits) -> Self {
        Messages {
            reader,
            limits: limits.clone(),
            schemas: Schemas::default(),
            bytes: first.bytes.len() as u64,
            batch: framed(first),
            index: 0,
            stage: Stage::Untouched,
            value: FieldPath::root("$value"),
            key: FieldPath::root("$key"),
            header: FieldPath::root("$header"),
        }
    }

    /// See [`super::Records::next`].
    pub(super) fn next(&mut self) -> Result<Next, SourceError> {
        if self.stage == Stage::Framed {
            self.index += 1;
            self.stage = Stage::Untouched;
        }
        while self.message().is_none() {
            match self.reader.next()? {
                Step::End(end) => return Ok(Next::End(end)),
                Step::Batch(batch) => {
                    self.bytes += batch.bytes.len() as u64;
                    self.batch = framed(batch);
                }
            }
            self.index = 0;
        }
        Ok(self.hand_out())
    }

    /// How many bytes were read, keys and headers too.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Decodes the framed message.
    pub(super) fn decode(&mut self, record: &mut Record, hints: &Hints) {
        self.learn();
        let Some(message) = self.message() else { return };
        record.origin = origin(message);
        self.decode_part(record, message.written.as_ref(), (&self.value, Members::AtRoot), &message.value);
        if let Some(key) = &message.key {
            self.decode_part(record, message.key_written.as_ref(), (&self.key, Members::Below), key);
        }
        for (name, value) in &message.headers {
            let path = self.header.dotted(&String::from_utf8_lossy(self.slice(name)));
            self.decode_part(record, None, (&path, Members::Below), value);
        }
        record.time = time::resolve(record, self.slice(&message.value), hints, message.time);
    }

    /// Makes the framed message's schemas ready.
    fn learn(&mut self) {
        let Body::Messages(messages) = &self.batch.body else { return };
        let Some(message) = messages.get(self.index) else { return };
        for written in [&message.written, &message.key_written].into_iter().flatten() {
            written.schema.iter().for_each(|schema| self.schemas.learn(schema));
        }
    }

    fn message(&self) -> Option<&Message> {
        match &self.batch.body {
            Body::Messages(messages) => messages.get(self.index),
            Body::Stream => None,
        }
    }

    fn slice(&self, range: &Range<usize>) -> &[u8] {
        &self.batch.bytes[range.clone()]
    }

    fn hand_out(&mut self) -> Next {
        let skipped = self.message().and_then(|message| self.problem(message));
        match skipped {
            Some(skipped) if self.stage == Stage::Untouched => {
                self.stage = Stage::Skipped;
                Next::Skipped(skipped)
            }
            _ => {
                self.stage = Stage::Framed;
                Next::Record
            }
        }
    }

    fn problem(&self, message: &Message) -> Option<Skipped> {
        let value = self.slice(&message.value);
        let reason = match () {
            () if value.len() > self.limits.record => SkipReason::RecordTooLong,
            () if message.written.is_none() && matches!(Form::of(value), Form::Binary) => SkipReason::Binary,
            () => return None,
        };
        Some(Skipped { origin: origin(message), reason })
    }

    /// A value or a key; what names its schema is no part of it.
    fn decode_part(
        &self,
        record: &mut Record,
        written: Option<&Written>,
        (path, members): (&FieldPath, Members),
        range: &Range<usize>,
    ) {
        let bytes = self.slice(written.map_or(range, |written| &written.payload));
        if !bytes.is_empty() {
            Part { path, members, bytes }.decode(written, &self.schemas, &self.limits, record);
        }
    }
}

fn origin(message: &Message) -> Origin {
    Origin { member: None, record: message.offset, offset: message.offset, standing: Standing::Decoded }
}

/// A stream's piece among messages is one message.
fn framed(mut batch: Batch) -> Batch {
    if matches!(batch.body, Body::Stream) {
        let whole = Message { value: 0..batch.bytes.len(), offset: batch.start, ..Message::default() };
        batch.body = Body::Messages(vec![whole]);
    }
    batch
}

#[cfg(test)]
#[path = "messages_tests.rs"]
mod tests;
