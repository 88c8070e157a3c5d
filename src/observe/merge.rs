//! Merging observations of one dataset. Defined where what was counted is disjoint, or where one counted all
//! that the other did (then it stands for both): a part read twice counts once. Anything else is an
//! [`Overlap`].
//!
//! Where both are defined, `(a + b) + c` and `a + (b + c)` are the same, and so are `a + b` and `b + a`.

use super::{
    Observation, SkipCount, Together,
    times::{earlier, later},
};
use crate::decode::Time;

/// Two observations counted partly the same records: a bug in how the work was cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("two observations counted partly the same records")]
pub struct Overlap;

impl Observation {
    /// Both together.
    pub fn merge(self, other: Observation) -> Result<Observation, Overlap> {
        match (self.ranges.is_disjoint(&other.ranges), self.ranges.covers(&other.ranges)) {
            (true, _) => Ok(self.add(other)),
            (false, true) => Ok(self),
            (false, false) if other.ranges.covers(&self.ranges) => Ok(other),
            (false, false) => Err(Overlap),
        }
    }

    fn add(mut self, other: Observation) -> Observation {
        self.records = self.records.saturating_add(other.records);
        self.bytes = self.bytes.saturating_add(other.bytes);
        self.ranges.merge(other.ranges);
        for (path, field) in other.fields {
            self.fields.entry(path).or_default().merge(field);
        }
        for (tags, together) in other.together {
            self.together.entry(tags).or_default().merge(together);
        }
        self.sample.merge(other.sample);
        for (entry, more) in other.allowed {
            let count = self.allowed.entry(entry).or_default();
            *count = count.saturating_add(more);
        }
        for (reason, skipped) in other.skipped {
            self.skipped.entry(reason).or_default().merge(skipped);
        }
        self.times = widest(self.times, other.times);
        self.retries.merge(other.retries);
        self.fold();
        self
    }
}

/// The earliest and the latest of two spans.
pub(super) fn widest(one: Option<(Time, Time)>, other: Option<(Time, Time)>) -> Option<(Time, Time)> {
    let first = earlier(one.map(|span| span.0), other.map(|span| span.0));
    let last = later(one.map(|span| span.1), other.map(|span| span.1));
    first.zip(last)
}

impl Together {
    pub(super) fn merge(&mut self, other: Together) {
        self.count = self.count.saturating_add(other.count);
        self.positions.merge(other.positions);
    }
}

impl SkipCount {
    fn merge(&mut self, other: SkipCount) {
        self.count = self.count.saturating_add(other.count);
        self.positions.merge(other.positions);
    }
}
