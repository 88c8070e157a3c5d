//! A partition's batches become records: container formats are opened, lines, rows, documents and messages are
//! framed, and a framed record is decoded into fields when it is asked for. Memory stays within a few MiB and the
//! longest record, whatever the partition's size.

use dyetrace_connectors::{Batch, End, PartitionReader, SourceError, Step};

use super::feed::is_stream;
use super::messages::Messages;
use super::stream::Stream;
use super::{Hints, Limits, Record, Skipped, split};

/// The records of one partition, in order.
pub struct Records {
    hints: Hints,
    limits: Limits,
    state: State,
}

/// What came next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// A record is framed: look at it with [`Records::frame`], decode it with [`Records::decode`].
    Record,
    /// Something could not be framed or unpacked; reading goes on.
    Skipped(Skipped),
    /// Nothing more.
    End(End),
}

enum State {
    Unread(Box<dyn PartitionReader>),
    Stream(Box<Stream>),
    Messages(Box<Messages>),
    Ended(End),
    Failed,
}

impl Records {
    /// Starts reading; the format is found out from the first bytes.
    pub fn open(reader: Box<dyn PartitionReader>, hints: &Hints, limits: &Limits) -> Self {
        Records { hints: hints.clone(), limits: limits.clone(), state: State::Unread(reader) }
    }

    /// Frames the next record. A [`SourceError`] is the source's failure; dirty input is never an error. After
    /// an error it is not called again.
    // Not an Iterator: a record borrows from the reader, and errors end the partition.
    #[expect(clippy::should_implement_trait, reason = "the frame is borrowed until the next call")]
    pub fn next(&mut self) -> Result<Next, SourceError> {
        if matches!(self.state, State::Unread(_)) {
            self.begin()?;
        }
        match &mut self.state {
            State::Stream(stream) => stream.next(),
            State::Messages(messages) => messages.next(),
            State::Ended(end) => Ok(Next::End(end.clone())),
            State::Unread(_) | State::Failed => panic!("next is not called after an error"),
        }
    }

    /// The framed record's bytes, before any decoding: what a fast scan looks at.
    pub fn frame(&self) -> &[u8] {
        match &self.state {
            State::Stream(stream) => stream.frame(),
            State::Messages(messages) => messages.frame(),
            _ => &[],
        }
    }

    /// Whether the frame says all of the record. A row's cells are named by the header, and a message has a key
    /// and headers beside its value: those are decoded whatever their frame looks like.
    pub fn is_whole(&self) -> bool {
        match &self.state {
            State::Stream(stream) => stream.is_whole(),
            _ => false,
        }
    }

    /// Decodes the framed record into `record`, which is cleared first.
    pub fn decode(&mut self, record: &mut Record) {
        record.clear();
        match &mut self.state {
            State::Stream(stream) => stream.decode(record, &self.hints),
            State::Messages(messages) => messages.decode(record, &self.hints),
            _ => {}
        }
        split::join(record);
    }

    fn begin(&mut self) -> Result<(), SourceError> {
        let State::Unread(mut reader) = std::mem::replace(&mut self.state, State::Failed) else {
            return Ok(());
        };
        self.state = match reader.next()? {
            Step::End(end) => State::Ended(end),
            Step::Batch(batch) => State::of(reader, batch, &self.limits),
        };
        Ok(())
    }
}

impl State {
    fn of(reader: Box<dyn PartitionReader>, batch: Batch, limits: &Limits) -> Self {
        match is_stream(&batch) {
            true => State::Stream(Box::new(Stream::open(reader, batch, limits))),
            false => State::Messages(Box::new(Messages::open(reader, batch, limits))),
        }
    }
}

#[cfg(test)]
#[path = "frames_tests.rs"]
mod tests;
