//! A bounded set of fingerprints with their times: FracMinHash (Irber et al. 2022). A value is kept when its
//! rank is below a threshold that halves when the sketch is full, so the sketches of two datasets keep the
//! same values.
//!
//! The threshold of a set is the largest of the halvings under which no more than the capacity remain. That
//! is a function of the set alone, and a part never halves further than the whole: so merging in any order
//! gives what one pass would have given.

use std::collections::BTreeMap;

use super::{
    Position,
    times::{earlier, later},
};
use crate::{decode::Time, detect::Fingerprint};

/// Fingerprints below a threshold, with what is known of each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sketch {
    /// Ranks below this are kept: `u64::MAX` is everything.
    pub threshold: u64,
    /// What was kept.
    pub entries: BTreeMap<Fingerprint, Sighting>,
    /// The most that is kept.
    pub capacity: usize,
}

/// Where and when one value was seen in one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sighting {
    /// How often.
    pub count: u64,
    /// The time that ends first, of all its sightings with a time.
    pub first: Option<Time>,
    /// The time that begins last.
    pub last: Option<Time>,
    /// The smallest position.
    pub position: Position,
}

/// How many values of one field are kept by default: 2^12.
const CAPACITY: usize = 4096;

impl Default for Sketch {
    fn default() -> Self {
        Sketch::with_capacity(CAPACITY)
    }
}

impl Sketch {
    /// An empty one that keeps at most so many.
    pub fn with_capacity(capacity: usize) -> Self {
        Sketch { threshold: u64::MAX, entries: BTreeMap::new(), capacity }
    }

    /// Adds one sighting of a value.
    pub fn insert(&mut self, value: Fingerprint, time: Option<Time>, position: &Position) {
        if value.rank() >= self.threshold {
            return;
        }
        match self.entries.get_mut(&value) {
            Some(sighting) => sighting.again(1, (time, time), position),
            None => {
                let position = position.clone();
                self.entries.insert(value, Sighting { count: 1, first: time, last: time, position });
                self.shrink();
            }
        }
    }

    /// Adds all of another's; the smaller capacity holds for both.
    pub fn merge(&mut self, other: Sketch) {
        self.threshold = self.threshold.min(other.threshold);
        self.capacity = self.capacity.min(other.capacity);
        for (value, seen) in other.entries {
            match self.entries.get_mut(&value) {
                Some(sighting) => sighting.again(seen.count, (seen.first, seen.last), &seen.position),
                None => drop(self.entries.insert(value, seen)),
            }
        }
        self.entries.split_off(&first_at(self.threshold));
        self.shrink();
    }

    /// The values that both hold, in the order of their ranks, with their sightings here and there. Where one
    /// keeps less, only what it would have kept is compared, see [`Sketch::kept_below`].
    pub fn shared<'a>(
        &'a self,
        other: &'a Sketch,
    ) -> impl Iterator<Item = (Fingerprint, &'a Sighting, &'a Sighting)> {
        let (few, many, swapped) = match self.entries.len() <= other.entries.len() {
            true => (self, other, false),
            false => (other, self, true),
        };
        few.entries.iter().filter_map(move |(value, one)| {
            let two = many.entries.get(value)?;
            Some(if swapped { (*value, two, one) } else { (*value, one, two) })
        })
    }

    /// How many kept values rank below a threshold: with the smaller threshold of two sketches, the number
    /// that a count of shared values is a part of.
    pub fn kept_below(&self, threshold: u64) -> u64 {
        match threshold >= self.threshold {
            true => self.entries.len() as u64,
            false => self.entries.range(..first_at(threshold)).count() as u64,
        }
    }

    /// About how many distinct values there were: exact while nothing was dropped.
    pub fn distinct(&self) -> u64 {
        (self.entries.len() as u64) << self.threshold.leading_zeros().min(63)
    }

    /// Whether it holds nothing.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    fn shrink(&mut self) {
        while self.entries.len() > self.capacity {
            self.threshold /= 2;
            self.entries.split_off(&first_at(self.threshold));
        }
    }
}

impl Sighting {
    fn again(&mut self, count: u64, (first, last): (Option<Time>, Option<Time>), position: &Position) {
        self.count = self.count.saturating_add(count);
        self.first = earlier(self.first, first);
        self.last = later(self.last, last);
        if *position < self.position {
            self.position = position.clone();
        }
    }
}

/// The smallest fingerprint that does not rank below the threshold: fingerprints are ordered as their ranks
/// are.
pub(super) fn first_at(threshold: u64) -> Fingerprint {
    Fingerprint(u128::from(threshold) << 64)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Values of one rank or of a few: both ends of what can happen, and collisions.
    fn sightings() -> impl Strategy<Value = Vec<(u128, Option<i64>, u64)>> {
        let value = prop_oneof![any::<u128>(), (0u128..8).prop_map(|low| low << 100 | 7)];
        proptest::collection::vec((value, proptest::option::of(0i64..50), 0u64..20), 0..60)
    }

    fn sketch(seen: &[(u128, Option<i64>, u64)]) -> Sketch {
        let mut sketch = Sketch::with_capacity(8);
        for &(value, millis, record) in seen {
            let position = Position { record, ..Position::smallest() };
            sketch.insert(Fingerprint(value), millis.map(Time::at), &position);
        }
        sketch
    }

    fn merged(mut one: Sketch, other: Sketch) -> Sketch {
        one.merge(other);
        one
    }

    proptest! {
        #[test]
        fn parts_merged_in_any_order_are_the_whole(seen in sightings(), cuts in (0usize..60, 0usize..60)) {
            let mut cuts = [cuts.0.min(seen.len()), cuts.1.min(seen.len())];
            cuts.sort();
            let [a, b, c] = [&seen[..cuts[0]], &seen[cuts[0]..cuts[1]], &seen[cuts[1]..]].map(sketch);
            let whole = sketch(&seen);
            prop_assert!(whole.entries.len() <= whole.capacity);
            prop_assert_eq!(&merged(merged(a.clone(), b.clone()), c.clone()), &whole);
            prop_assert_eq!(&merged(c, merged(b, a)), &whole);
        }

        #[test]
        fn what_both_saw_below_both_thresholds_is_shared(one in sightings(), other in sightings()) {
            let (a, b) = (sketch(&one), sketch(&other));
            let threshold = a.threshold.min(b.threshold);
            let of = |seen: &[(u128, Option<i64>, u64)]| -> std::collections::BTreeSet<u128> {
                seen.iter().map(|s| s.0).filter(|value| Fingerprint(*value).rank() < threshold).collect()
            };
            let expected: Vec<u128> = of(&one).intersection(&of(&other)).copied().collect();
            prop_assert_eq!(a.shared(&b).map(|(value, ..)| value.0).collect::<Vec<_>>(), expected);
            prop_assert_eq!(a.kept_below(threshold), of(&one).len() as u64);
        }
    }

    #[test]
    fn of_many_values_about_the_right_number_is_told() {
        let mut sketch = Sketch::with_capacity(256);
        let golden = 0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835_u128;
        (1..=10_000u128)
            .for_each(|n| sketch.insert(Fingerprint(n.wrapping_mul(golden)), None, &Position::smallest()));
        assert!((9_000..11_000).contains(&sketch.distinct()), "{}", sketch.distinct());
    }
}
