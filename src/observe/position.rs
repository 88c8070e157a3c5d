//! Where something was seen. A position names a record; it must not hold anything of the record's text.

use std::collections::BTreeSet;

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
    /// Adds one, if it is among the smallest.
    pub fn insert(&mut self, position: &Position) {
        let full = self.0.len() >= KEPT_POSITIONS;
        if full && self.0.last().is_some_and(|largest| position >= largest) {
            return;
        }
        self.0.insert(position.clone());
        if self.0.len() > KEPT_POSITIONS {
            self.0.pop_last();
        }
    }

    /// Adds all of another set.
    pub fn merge(&mut self, other: Positions) {
        self.0.extend(other.0);
        while self.0.len() > KEPT_POSITIONS {
            self.0.pop_last();
        }
    }

    /// The smallest first.
    pub fn iter(&self) -> impl Iterator<Item = &Position> {
        self.0.iter()
    }
}

impl Position {
    /// Before or equal to every other.
    pub(super) fn smallest() -> Self {
        Position { partition: Scrubbed::default(), record: 0, offset: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_are_kept_in_whatever_order_they_come() {
        let at = |record| Position { record, ..Position::smallest() };
        let mut up = Positions::default();
        let mut down = Positions::default();
        (0..50).for_each(|record| up.insert(&at(record)));
        (0..50).rev().for_each(|record| down.insert(&at(record)));
        assert_eq!(up, down);
        assert_eq!(
            up.iter().map(|position| position.record).collect::<Vec<_>>(),
            (0..10).collect::<Vec<_>>()
        );
    }
}
