//! What is known of one field of a dataset, and the verdict on its weak candidates.

use std::collections::BTreeMap;

use super::{Positions, Sketch};
use crate::{
    decode::Time,
    detect::{Reason, Score, Tag},
};

/// Counts, tags and sketches of one field.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FieldObservation {
    /// Values, empty ones not counted.
    pub count: u64,
    /// What was found in it.
    pub tags: BTreeMap<Tag, TagObservation>,
    /// Fingerprints of tagged values and of values chosen for joining.
    pub values: Sketch,
    /// Fingerprints of the unkeyed digests of its clear card numbers: what a hash elsewhere is recognised by.
    pub digests: Sketch,
    /// Values that are as long as a card number and all digits, whether or not they pass.
    pub numbers: Sketch,
}

/// One tag in one field.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TagObservation {
    /// Values with it.
    pub count: u64,
    /// Of those, the ones that stand by themselves: at or above `Score::STRONG`.
    pub strong: u64,
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
    /// Where, a few of them; strong ones are preferred.
    pub positions: Positions,
    /// Distinct values that passed, as far as they were kept.
    pub passed: Sketch,
}

/// What the field as a whole says of a tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// So many values are findings.
    Finding {
        /// Values that count.
        count: u64,
        /// Weak ones that were voted down, still counted.
        unresolved: u64,
    },
    /// Nothing in it stands; so many weak candidates stay counted.
    Unresolved {
        /// Weak candidates.
        count: u64,
    },
}
