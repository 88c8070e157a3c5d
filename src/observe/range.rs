//! What was counted already, so that a part read twice counts once.

use std::collections::BTreeMap;

use crate::detect::Scrubbed;

/// A contiguous piece of one partition, in the partition's unit of position. One without length counts
/// nothing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Part {
    /// The partition.
    pub partition: Scrubbed,
    /// First position.
    pub start: u64,
    /// The position after the last.
    pub end: u64,
}

/// What was counted: disjoint ranges a partition, from start to the position after the last, adjacent ones
/// joined.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ranges(pub BTreeMap<Scrubbed, BTreeMap<u64, u64>>);

impl Ranges {
    /// Adds a part and joins it with what it touches.
    pub fn insert(&mut self, part: Part) {
        if part.start < part.end {
            join(self.0.entry(part.partition).or_default(), part.start, part.end);
        }
    }

    /// Adds all of another's.
    pub fn merge(&mut self, other: Ranges) {
        for part in other.parts() {
            self.insert(part);
        }
    }

    /// Whether everything that the other counted is counted here.
    pub fn covers(&self, other: &Ranges) -> bool {
        other.parts().all(|part| {
            let before =
                self.0.get(&part.partition).and_then(|ranges| ranges.range(..=part.start).next_back());
            before.is_some_and(|(_, end)| *end >= part.end)
        })
    }

    /// Whether nothing was counted by both.
    pub fn is_disjoint(&self, other: &Ranges) -> bool {
        other.parts().all(|part| {
            let before = self.0.get(&part.partition).and_then(|ranges| ranges.range(..part.end).next_back());
            before.is_none_or(|(_, end)| *end <= part.start)
        })
    }

    /// The ranges in order.
    pub fn parts(&self) -> impl Iterator<Item = Part> {
        self.0.iter().flat_map(|(partition, ranges)| {
            ranges.iter().map(|(start, end)| Part { partition: partition.clone(), start: *start, end: *end })
        })
    }
}

fn join(ranges: &mut BTreeMap<u64, u64>, mut start: u64, mut end: u64) {
    // Ranges are disjoint, so their ends ascend with their starts: the last that begins at or before `end` is
    // the only one that could reach in, until it has been taken up.
    while let Some((&other_start, &other_end)) = ranges.range(..=end).next_back() {
        if other_end < start {
            break;
        }
        ranges.remove(&other_start);
        start = start.min(other_start);
        end = end.max(other_end);
    }
    ranges.insert(start, end);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ranges(pieces: &[(u64, u64)]) -> Ranges {
        let mut ranges = Ranges::default();
        for &(start, end) in pieces {
            ranges.insert(Part { partition: Scrubbed::from_static("a.log"), start, end });
        }
        ranges
    }

    fn check(pieces: &[(u64, u64)], expected: &[(u64, u64)]) {
        let parts: Vec<(u64, u64)> = ranges(pieces).parts().map(|part| (part.start, part.end)).collect();
        assert_eq!(parts, expected);
    }

    #[test]
    fn what_touches_is_joined() {
        check(&[(0, 5), (5, 9)], &[(0, 9)]);
        check(&[(6, 9), (0, 5)], &[(0, 5), (6, 9)]);
        check(&[(0, 2), (4, 6), (8, 9), (1, 8)], &[(0, 9)]);
        check(&[(0, 9), (3, 4)], &[(0, 9)]);
        check(&[(3, 3)], &[]);
    }

    #[test]
    fn another_partition_is_another_place() {
        let mut other = Ranges::default();
        other.insert(Part { partition: Scrubbed::from_static("b.log"), start: 0, end: 9 });
        assert!(other.is_disjoint(&ranges(&[(0, 9)])) && !other.covers(&ranges(&[(0, 9)])));
    }

    fn pieces() -> impl Strategy<Value = Vec<(u64, u64)>> {
        proptest::collection::vec(
            (0u64..40, 0u64..8).prop_map(|(start, length)| (start, start + length)),
            0..8,
        )
    }

    fn counted(pieces: &[(u64, u64)]) -> std::collections::BTreeSet<u64> {
        pieces.iter().flat_map(|&(start, end)| start..end).collect()
    }

    proptest! {
        #[test]
        fn ranges_are_sets_of_positions(one in pieces(), other in pieces()) {
            let (a, b) = (counted(&one), counted(&other));
            prop_assert_eq!(ranges(&one).covers(&ranges(&other)), a.is_superset(&b));
            prop_assert_eq!(ranges(&one).is_disjoint(&ranges(&other)), a.is_disjoint(&b));
            let mut both = ranges(&one);
            both.merge(ranges(&other));
            let merged: Vec<(u64, u64)> = both.parts().map(|part| (part.start, part.end)).collect();
            prop_assert_eq!(counted(&merged), &a | &b);
            prop_assert!(merged.windows(2).all(|pair| pair[0].1 < pair[1].0));
        }
    }
}
