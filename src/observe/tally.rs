//! How many weak hits there are of each score: what a field's verdict can still raise or vote down, when all of it is
//! known. Bounded, whatever the number of hits.

use std::collections::BTreeMap;

use crate::detect::{Manner, Score};

/// Counts of hits below [`Score::STRONG`] by how they stand and by half bits of their score.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tally(BTreeMap<(Manner, i32), u64>);

/// Weights of fields are whole multiples of it, so that nothing is lost by counting in steps.
pub(super) const STEP: i32 = 50;
/// Nothing is weaker: such candidates are not kept.
const LOWEST: i32 = -20;

impl Tally {
    /// Adds a hit.
    pub(super) fn add(&mut self, manner: Manner, score: Score) {
        let count = self.0.entry((manner, score.0.div_euclid(STEP).max(LOWEST))).or_default();
        *count = count.saturating_add(1);
    }

    /// Adds all of another's.
    pub(super) fn merge(&mut self, other: Tally) {
        for (key, more) in other.0 {
            let count = self.0.entry(key).or_default();
            *count = count.saturating_add(more);
        }
    }

    /// How many hits that stand like this become findings when their field adds `weight`.
    pub(super) fn findings(&self, manner: Manner, weight: i32) -> u64 {
        let least = -weight.div_euclid(STEP);
        let hits = self.0.range((manner, least)..=(manner, i32::MAX));
        hits.fold(0, |sum, (_, count)| sum.saturating_add(*count))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_weight_moves_the_line() {
        let mut tally = Tally::default();
        for score in [-2_000, -600, -1, 0, 550, 599] {
            tally.add(Manner::Bare, Score(score));
        }
        tally.add(Manner::Grouped, Score(0));
        let findings = |weight| tally.findings(Manner::Bare, weight);
        assert_eq!([-600, -550, 0, 50, 600, 1_000].map(findings), [0, 2, 3, 4, 5, 6]);
    }
}
