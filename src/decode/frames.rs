//! A partition's batches become records: container formats are opened, lines, rows, documents and messages are
//! framed, and a framed record is decoded into fields when it is asked for. Memory stays within a few MiB and the
//! longest record, whatever the partition's size.

use dyetrace_connectors::{End, PartitionReader, SourceError, Step};

use super::feed::is_stream;
use super::messages::Messages;
use super::stream::Stream;
use super::{Hints, Limits, Record, Skim, Skipped, split};

/// The records of one partition, in order.
pub struct Records {
    hints: Hints,
    limits: Limits,
    skim: Option<Box<dyn Skim + Send>>,
    state: State,
}

/// What came next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// A record is framed: decode it with [`Records::decode`].
    Record,
    /// So many records were not worth decoding.
    PassedOver(u64),
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
        Records { hints: hints.clone(), limits: limits.clone(), skim: None, state: State::Unread(reader) }
    }

    /// Passes over the records of streams that are not worth decoding. Messages are all decoded: their keys and
    /// headers stand beside them.
    pub fn skimming(self, skim: Box<dyn Skim + Send>) -> Self {
        Records { skim: Some(skim), ..self }
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

    /// Whether the framed record belongs to the sample by which fields are judged: chosen without regard to what
    /// its numbers are. All do where nothing is passed over.
    pub fn is_sample(&self) -> bool {
        match &self.state {
            State::Stream(stream) => stream.is_sample(),
            _ => true,
        }
    }

    /// How many bytes were read when that end came. The position of a message counts something else.
    pub fn bytes(&self, end: &End) -> u64 {
        match &self.state {
            State::Messages(messages) => messages.bytes(),
            State::Ended(_) => 0,
            _ => end.position,
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
            Step::Batch(batch) if is_stream(&batch) => {
                State::Stream(Box::new(Stream::open(reader, batch, &self.limits, self.skim.take())))
            }
            Step::Batch(batch) => State::Messages(Box::new(Messages::open(reader, batch, &self.limits))),
        };
        Ok(())
    }
}

#[cfg(test)]
#[path = "frames_tests.rs"]
mod tests;
