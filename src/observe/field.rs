//! What is known of one field of a dataset.

use std::collections::BTreeMap;

use super::{
    Numbers, Position, Positions, Sketch,
    tally::Tally,
    times::{earlier, later},
};
use crate::{
    decode::Time,
    detect::{Hit, Manner, Reason, Score, Tag},
};

/// Counts, tags and sketches of one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldObservation {
    /// Values, empty ones not counted.
    pub count: u64,
    /// What was found in it.
    pub tags: BTreeMap<Tag, TagObservation>,
    /// Fingerprints of tagged values and of values chosen for joining. Values that meet by chance are not in
    /// it: last four digits, expiry dates, names, service codes, published test cards.
    pub values: Sketch,
    /// Fingerprints of the unkeyed digests of its clear card numbers: what a hash elsewhere is recognised by.
    pub digests: Sketch,
    /// Numbers as long as a card's, whether or not they pass, by how they stand.
    pub numbers: BTreeMap<Manner, Numbers>,
}

/// One tag in one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagObservation {
    /// Values with it.
    pub count: u64,
    /// Of those, the ones that stand by themselves: at or above `Score::STRONG`.
    pub strong: u64,
    /// All others, by score: what the field can raise or vote down.
    pub weak: Tally,
    /// The best score.
    pub best: Score,
    /// How often each reason was given.
    pub reasons: BTreeMap<Reason, u64>,
    /// Cards by brand.
    pub brands: BTreeMap<&'static str, u64>,
    /// The earliest time of a record with it.
    pub first: Option<Time>,
    /// The latest time of a record with it.
    pub last: Option<Time>,
    /// Where, a few of them: of strong hits if there are any, else of likely ones if there are any, else of
    /// weak ones.
    pub positions: Positions,
}

/// How many digests are kept of a field's cards: each card has about ten, of which one is what somebody
/// stored. 2^14.
const DIGEST_CAPACITY: usize = 16_384;

impl Default for FieldObservation {
    fn default() -> Self {
        FieldObservation {
            count: 0,
            tags: BTreeMap::new(),
            values: Sketch::default(),
            digests: Sketch::with_capacity(DIGEST_CAPACITY),
            numbers: BTreeMap::new(),
        }
    }
}

impl Default for TagObservation {
    fn default() -> Self {
        TagObservation {
            count: 0,
            strong: 0,
            weak: Tally::default(),
            best: Score(i32::MIN),
            reasons: BTreeMap::new(),
            brands: BTreeMap::new(),
            first: None,
            last: None,
            positions: Positions::default(),
        }
    }
}

/// How good the hits are that positions are kept of.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Strength {
    Weak,
    Likely,
    Strong,
}

fn strength(score: Score) -> Strength {
    match score {
        score if score >= Score::STRONG => Strength::Strong,
        score if score >= Score::FINDING => Strength::Likely,
        _ => Strength::Weak,
    }
}

impl FieldObservation {
    /// Adds all of another's, which counted other records.
    pub(super) fn merge(&mut self, other: FieldObservation) {
        self.count = self.count.saturating_add(other.count);
        for (tag, seen) in other.tags {
            self.tags.entry(tag).or_default().merge(seen);
        }
        self.values.merge(other.values);
        self.digests.merge(other.digests);
        for (manner, numbers) in other.numbers {
            self.numbers.entry(manner).or_default().merge(numbers);
        }
    }
}

impl TagObservation {
    /// Adds one hit.
    pub(super) fn record(&mut self, hit: &Hit, time: Option<Time>, position: &Position) {
        self.prefer(hit.score);
        if strength(hit.score) == strength(self.best) {
            self.positions.insert(position);
        }
        add(&mut self.count, 1);
        match strength(hit.score) {
            Strength::Strong => add(&mut self.strong, 1),
            Strength::Likely | Strength::Weak => {
                self.weak.add(hit.counted.map(|counted| counted.manner).unwrap_or_default(), hit.score);
            }
        }
        hit.reasons.iter().for_each(|reason| add(self.reasons.entry(*reason).or_default(), 1));
        hit.brand.iter().for_each(|brand| add(self.brands.entry(brand).or_default(), 1));
        self.first = earlier(self.first, time);
        self.last = later(self.last, time);
    }

    fn merge(&mut self, other: TagObservation) {
        self.prefer(other.best);
        if strength(other.best) == strength(self.best) {
            self.positions.merge(other.positions);
        }
        add(&mut self.count, other.count);
        add(&mut self.strong, other.strong);
        self.weak.merge(other.weak);
        other
            .reasons
            .into_iter()
            .for_each(|(reason, count)| add(self.reasons.entry(reason).or_default(), count));
        other.brands.into_iter().for_each(|(brand, count)| add(self.brands.entry(brand).or_default(), count));
        self.first = earlier(self.first, other.first);
        self.last = later(self.last, other.last);
    }

    /// Raises the best score; positions of hits that are now of a lesser kind are forgotten.
    fn prefer(&mut self, score: Score) {
        if strength(score) > strength(self.best) {
            self.positions = Positions::default();
        }
        self.best = self.best.max(score);
    }
}

fn add(count: &mut u64, more: u64) {
    *count = count.saturating_add(more);
}
