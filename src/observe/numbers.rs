//! The numbers of a field that are as long as a card's: a bounded sample of distinct ones, chosen by their keyed
//! hash, and of each whether it passed as a card number, how it begins and how long it is. What a field holds is
//! read off them.
//!
//! Like a [`super::Sketch`] it is a function of the set of numbers alone, so parts merge in any order.

use std::collections::{BTreeMap, BTreeSet};

use crate::detect::Counted;

/// Distinct numbers that stand alike in one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Numbers {
    threshold: u64,
    kept: BTreeMap<u64, Kept>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Kept {
    start: u32,
    stem: u32,
    length: u8,
    passed: bool,
}

/// A field's share of card numbers is measured by so many: within three percentage points.
const CAPACITY: usize = 512;

impl Default for Numbers {
    fn default() -> Self {
        Numbers { threshold: u64::MAX, kept: BTreeMap::new() }
    }
}

impl Numbers {
    /// Adds a number that was seen.
    pub(super) fn insert(&mut self, counted: &Counted) {
        self.keep(counted, false);
    }

    /// Adds a number that passed as a card number.
    pub(super) fn pass(&mut self, counted: &Counted) {
        self.keep(counted, true);
    }

    fn keep(&mut self, counted: &Counted, passed: bool) {
        let rank = counted.number.rank();
        if rank < self.threshold {
            let &Counted { start, stem, length, .. } = counted;
            self.kept.entry(rank).or_insert(Kept { start, stem, length, passed: false }).passed |= passed;
            self.shrink();
        }
    }

    /// Adds all of another's.
    pub(super) fn merge(&mut self, other: Numbers) {
        self.threshold = self.threshold.min(other.threshold);
        for (rank, number) in other.kept {
            self.kept.entry(rank).or_insert(number).passed |= number.passed;
        }
        self.kept.split_off(&self.threshold);
        self.shrink();
    }

    fn shrink(&mut self) {
        while self.kept.len() > CAPACITY {
            self.threshold /= 2;
            self.kept.split_off(&self.threshold);
        }
    }

    /// How many distinct numbers were kept.
    pub fn distinct(&self) -> u64 {
        self.kept.len() as u64
    }

    /// How many of those passed as card numbers.
    pub fn passed(&self) -> u64 {
        self.kept.values().filter(|number| number.passed).count() as u64
    }

    /// Of those that passed, how many ways they begin.
    pub(super) fn starts(&self) -> usize {
        let passed = self.kept.values().filter(|number| number.passed);
        passed.map(|number| number.start).collect::<BTreeSet<_>>().len()
    }

    /// Of all, how many differ before their last four digits.
    pub(super) fn stems(&self) -> usize {
        self.kept.values().map(|number| number.stem).collect::<BTreeSet<_>>().len()
    }

    /// Of those that passed, how many are as long as cards mostly are.
    pub(super) fn usual(&self) -> u64 {
        let passed = self.kept.values().filter(|number| number.passed);
        passed.filter(|number| matches!(number.length, 14..=16)).count() as u64
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::detect::{Fingerprint, Manner};

    fn counted(value: u64) -> Counted {
        let number = Fingerprint(u128::from(value.wrapping_mul(0x9e37_79b9_7f4a_7c15)) << 64);
        Counted { manner: Manner::Bare, number, start: 1, stem: value as u32 / 10, length: 16 }
    }

    fn numbers(seen: &[(u64, bool)]) -> Numbers {
        let mut numbers = Numbers::default();
        for (value, passes) in seen {
            numbers.insert(&counted(*value));
            if *passes {
                numbers.pass(&counted(*value));
            }
        }
        numbers
    }

    fn merged(mut one: Numbers, other: Numbers) -> Numbers {
        one.merge(other);
        one
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn parts_merged_in_any_order_are_the_whole(
            seen in proptest::collection::vec((0u64..3_000, any::<bool>()), 0..2_000),
            cut in any::<prop::sample::Index>(),
        ) {
            let (one, other) = seen.split_at(cut.index(seen.len() + 1));
            let whole = numbers(&seen);
            prop_assert!(whole.kept.len() <= CAPACITY);
            prop_assert_eq!(&merged(numbers(one), numbers(other)), &whole);
            prop_assert_eq!(&merged(numbers(other), numbers(one)), &whole);
        }
    }

    #[test]
    fn what_is_told_of_them() {
        let numbers = numbers(&[(10, true), (11, false), (12, false), (25, true), (10, true)]);
        let told = (numbers.distinct(), numbers.passed(), numbers.starts(), numbers.stems(), numbers.usual());
        assert_eq!(told, (4, 2, 1, 2, 2));
    }
}
