//! All that is known of one dataset.

use std::collections::{BTreeMap, BTreeSet};

use super::{FieldObservation, Positions, Ranges, RecordSample, Retries};
use crate::{
    decode::{FieldPath, SkipReason, Time},
    detect::Tag,
};

/// All that is known of one dataset: it has a bounded size, whatever the dataset's.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Observation {
    /// Records seen.
    pub records: u64,
    /// Bytes of their partitions, as they lie there.
    pub bytes: u64,
    /// What was counted.
    pub ranges: Ranges,
    /// Every field, by path; beyond the first 4,096 paths together as `{…}`, see [`Observation::folded`].
    pub fields: BTreeMap<FieldPath, FieldObservation>,
    /// Which tags stand together in a record; beyond the first 256 sets under the empty one.
    pub together: BTreeMap<TagSet, Together>,
    /// Whole records, for joins.
    pub sample: RecordSample,
    /// Values that were left out, by the number of the entry that allows them.
    pub allowed: BTreeMap<usize, u64>,
    /// What was not decoded.
    pub skipped: BTreeMap<SkipReason, SkipCount>,
    /// The earliest and the latest record with a time.
    pub times: Option<(Time, Time)>,
    /// Records that failed before, where their system says so.
    pub retries: Retries,
}

/// The tags of one record, without repetition: those at or above `Score::FINDING`, and hashes that wait for
/// their confirmation (`confirm_hashes` strikes those that got none).
pub type TagSet = BTreeSet<Tag>;

/// Records with the same set of tags (two or more).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Together {
    /// How many.
    pub count: u64,
    /// Where, a few of them.
    pub positions: Positions,
}

/// Something that was not decoded.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SkipCount {
    /// How often.
    pub count: u64,
    /// Where, a few of them.
    pub positions: Positions,
}
