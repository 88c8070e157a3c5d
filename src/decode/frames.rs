//! A partition's batches become records: container formats are opened, lines, rows, documents and messages are
//! framed, and a framed record is decoded into fields when it is asked for.

use dyetrace_connectors::{End, PartitionReader, SourceError};

use super::{Hints, Limits, Record, Skipped};

/// The records of one partition, in order.
pub struct Records {
    _reader: Box<dyn PartitionReader>,
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

impl Records {
    /// Starts reading; the format is found out from the first bytes.
    pub fn open(reader: Box<dyn PartitionReader>, _hints: &Hints, _limits: &Limits) -> Self {
        Records { _reader: reader }
    }

    /// Frames the next record. A [`SourceError`] is the source's failure; dirty input is never an error.
    // Not an Iterator: a record borrows from the reader, and errors end the partition.
    #[expect(clippy::should_implement_trait, reason = "the frame is borrowed until the next call")]
    pub fn next(&mut self) -> Result<Next, SourceError> {
        todo!()
    }

    /// The framed record's bytes, before any decoding: what a fast scan looks at.
    pub fn frame(&self) -> &[u8] {
        todo!()
    }

    /// Decodes the framed record into `record`, which is cleared first.
    pub fn decode(&mut self, _record: &mut Record) {
        todo!()
    }
}
