//! What every fuzz target shares: bytes as a source, and what must hold of all that is read from them.

use std::sync::Arc;

use dyetrace::decode::{Field, Hints, Limits, Next, Record, Records, Standing};
use dyetrace::detect::{Key, Reveal, Sifted, Sifter, Wanted};
use dyetrace_connectors::{
    Batch, Body, End, EndNote, Message, PartitionReader, Schema, SchemaFormat, SourceError, Step, Written,
};

/// A source that hands out what it was given.
struct Given(std::vec::IntoIter<Batch>);

impl PartitionReader for Given {
    fn next(&mut self) -> Result<Step, SourceError> {
        Ok(match self.0.next() {
            Some(batch) => Step::Batch(batch),
            None => Step::End(End::new(0, EndNote::Complete)),
        })
    }
}

/// Reads bytes as a file that comes in pieces of `size` bytes; what was found, a line a record.
pub fn file(bytes: &[u8], size: usize, limits: &Limits) -> Vec<String> {
    let starts = (0_usize..).step_by(size);
    let batch = |(piece, start): (&[u8], usize)| Batch {
        bytes: piece.to_vec(),
        start: start as u64,
        body: Body::Stream,
    };
    read(bytes, bytes.chunks(size).zip(starts).map(batch).collect(), limits)
}

/// Reads bytes as the value of one message; what was found.
pub fn message(bytes: &[u8]) -> Vec<String> {
    message_with(bytes, Message::default())
}

/// Reads bytes as the value of one message that was written with a schema.
pub fn written(bytes: &[u8], format: SchemaFormat, text: &str) -> Vec<String> {
    let schema = Ok(Arc::new(Schema { format, text: text.into(), references: Vec::new() }));
    let written = Some(Written { payload: 0..bytes.len(), schema, message: vec![0] });
    message_with(bytes, Message { written, ..Message::default() })
}

fn message_with(bytes: &[u8], message: Message) -> Vec<String> {
    let message = Message { value: 0..bytes.len(), ..message };
    let batch = Batch { bytes: bytes.to_vec(), start: 0, body: Body::Messages(vec![message]) };
    read(bytes, vec![batch], &Limits::default())
}

fn read(bytes: &[u8], batches: Vec<Batch>, limits: &Limits) -> Vec<String> {
    let mut records = Records::open(Box::new(Given(batches.into_iter())), &Hints::default(), limits);
    let mut sifter = Sifter::new(Reveal::Fingerprint(Key::new([7; 32])), Wanted::Everything);
    let mut record = Record::default();
    let mut said = Vec::new();
    loop {
        match records.next().expect("memory does not fail") {
            Next::Record => {
                records.decode(&mut record);
                check(&record, bytes, limits);
                said.push(line(&record, &sifter.sift(&record)));
            }
            // Only who asks for a scan passes records over.
            Next::PassedOver(_) => {}
            Next::Skipped(skipped) => said.push(format!("{skipped:?}")),
            Next::End(_) => return said,
        }
    }
}

fn line(record: &Record, sifted: &Sifted) -> String {
    format!("{:?} {:?} {:?} {sifted:?}", record.origin, record.time, record.problems)
}

/// Of every record: its fields stand where they say, and it did not unfold beyond the limit.
fn check(record: &Record, bytes: &[u8], limits: &Limits) {
    // A record's own bytes do not count against the limit; a field may hold them once, and its parts once more.
    let most = limits.unfolded + 4 * bytes.len().max(1 << 10);
    assert!(record.unfolded() <= most, "{} bytes of {}", record.unfolded(), bytes.len());
    if record.origin.standing == Standing::InFile {
        record.fields().for_each(|field| stands_there(field, bytes));
    }
}

/// A part that has a field of its own is blank in the whole.
fn stands_there(field: Field<'_>, bytes: &[u8]) {
    let Some(offset) = field.offset else { return };
    let value = field.value.expose();
    let there = &bytes[offset as usize..][..value.len()];
    let is_same = value.iter().zip(there).all(|(a, b)| a == b || *a == b' ');
    assert!(is_same, "{} is not at {offset}", field.path);
}
