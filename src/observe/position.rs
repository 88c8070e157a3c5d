//! Where something was seen, and what was counted already.

use std::collections::{BTreeMap, BTreeSet};

use crate::detect::Scrubbed;

/// A record's place: both ends of a violation lead back to one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The partition: a path (with `!member` in an archive), `topic/3`.
    pub partition: Scrubbed,
    /// 1-based line or row, or the message's offset.
    pub record: u64,
    /// Byte in the file, where the record stands there unchanged.
    pub offset: Option<u64>,
}

/// A bounded set of positions: the smallest ones, so that merging in any order keeps the same.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Positions(pub BTreeSet<Position>);

/// How many positions are kept of one thing.
pub const KEPT_POSITIONS: usize = 10;

impl Positions {
    /// Adds one and drops the largest if there are too many.
    pub fn insert(&mut self, position: Position) {
        self.0.insert(position);
        if self.0.len() > KEPT_POSITIONS {
            self.0.pop_last();
        }
    }

    /// Adds all of another set.
    pub fn merge(&mut self, other: Positions) {
        other.0.into_iter().for_each(|position| self.insert(position));
    }
}

/// A contiguous piece of one partition, in the partition's unit of position.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Part {
    /// The partition.
    pub partition: Scrubbed,
    /// First position.
    pub start: u64,
    /// The position after the last.
    pub end: u64,
}

/// What was counted: disjoint ranges a partition, adjacent ones joined.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ranges(pub BTreeMap<Scrubbed, BTreeMap<u64, u64>>);
