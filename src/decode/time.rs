//! When a value was there. A time is an interval, and says where it is known from; a date alone, or a stamp
//! without zone, is a wider one. It must not know the wall clock.

/// Milliseconds since 1970 UTC, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Time {
    /// Not before.
    pub earliest: i64,
    /// Not after.
    pub latest: i64,
    /// Where it is known from.
    pub known: Known,
}

/// Where a time is known from, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Known {
    /// A field of the record, or its leading timestamp.
    Field,
    /// The broker's stamp.
    Broker,
    /// A date, or a stamp without a zone.
    DateOnly,
    /// The file's own time: an upper bound, never shown.
    File,
}

impl Time {
    /// An instant known from a record's own field.
    pub fn at(millis: i64) -> Self {
        Time { earliest: millis, latest: millis, known: Known::Field }
    }

    /// Whether this is surely before the other.
    pub fn before(&self, other: &Time) -> bool {
        self.known != Known::File && self.latest < other.earliest
    }
}
