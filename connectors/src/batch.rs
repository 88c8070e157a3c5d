//! What a partition is read as: contiguous bytes of many records. It must not know what the bytes mean.

use std::ops::Range;

use zeroize::Zeroize;

use crate::{MOST_MOVEMENTS, Movement, Written};

/// Contiguous bytes of many records of one partition. Wiped on drop; `Debug` shows its size only.
pub struct Batch {
    /// The bytes of all records, one after another.
    pub bytes: Vec<u8>,
    /// Position of the first byte (a stream) or the first message (offset) in the partition.
    pub start: u64,
    /// How the bytes are framed.
    pub body: Body,
}

/// How a batch is framed.
#[derive(Debug)]
pub enum Body {
    /// A piece of a stream: records may begin and end in other batches.
    Stream,
    /// Whole messages, each a span of the bytes, as the system framed them.
    Messages(Vec<Message>),
}

/// One message of a batch; its ranges are bytes of [`Batch::bytes`].
#[derive(Debug, Clone, Default)]
pub struct Message {
    /// The value. Empty for a tombstone.
    pub value: Range<usize>,
    /// The key, if the message has one.
    pub key: Option<Range<usize>>,
    /// Header names (as bytes, since a name is data too) and values.
    pub headers: Vec<(Range<usize>, Range<usize>)>,
    /// Position of the message in its partition.
    pub offset: u64,
    /// The broker's time, in milliseconds since 1970 UTC.
    pub time: Option<i64>,
    /// That it failed before, where the system says so. Error texts and origins are headers, and scanned as such.
    pub retry: Option<Retry>,
    /// How the value was written, if it names a schema.
    pub written: Option<Written>,
    /// The same of the key.
    pub key_written: Option<Written>,
}

/// A message failed before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Retry {
    /// How often it was tried, the first time included.
    pub attempts: Option<u32>,
    /// When it failed first, in milliseconds since 1970 UTC.
    pub first_failed: Option<i64>,
}

/// One step of reading a partition.
#[derive(Debug)]
pub enum Step {
    /// More bytes.
    Batch(Batch),
    /// Nothing more.
    End(End),
}

/// How a partition ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct End {
    /// The position after the last byte or message that was read.
    pub position: u64,
    /// What a reader of the report must know.
    pub note: EndNote,
    /// What the records themselves told of where they were before: sorted, counted, at most [`MOST_MOVEMENTS`].
    pub movements: Vec<Movement>,
}

impl End {
    /// An end of records that told of no movement.
    pub fn new(position: u64, note: EndNote) -> End {
        End { position, note, movements: Vec::new() }
    }

    /// With what the records told of movements.
    pub fn with_movements(self, mut movements: Vec<Movement>) -> End {
        movements.sort();
        movements.truncate(MOST_MOVEMENTS);
        End { movements, ..self }
    }
}

/// Why a partition ended where it did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndNote {
    /// All that was there when it was opened was read.
    Complete,
    /// It grew meanwhile; what came after the opening was not read.
    Grew,
    /// It became shorter while it was read; the missing part was not read.
    Cut,
    /// The budget of bytes ended it.
    Budget,
    /// The deadline of the source ended it.
    Deadline,
    /// The user asked for a part, and it was read: the newest, a window of time, a hash of keys.
    Sampled,
}

impl std::fmt::Debug for Batch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Batch({} bytes from {})", self.bytes.len(), self.start)
    }
}

impl Drop for Batch {
    fn drop(&mut self) {
        self.bytes.zeroize();
    }
}
