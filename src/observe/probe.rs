//! A bounded look at one dataset before the full pass: what its fields' values are like.

use std::collections::{BTreeMap, BTreeSet};

use super::sketch::first_at;
use crate::{
    decode::FieldPath,
    detect::{Fingerprint, Hit, Join, Score, Shape, Sifted},
};

/// What the first records of one dataset are like. Made with `Wanted::Everything`, by one thread in the order
/// of the records: unlike an observation it is never merged.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Probe {
    /// Records seen.
    pub records: u64,
    /// Fields by path; those beyond the first [`PROBED_FIELDS`] are not chosen for joining.
    pub(super) fields: BTreeMap<FieldPath, ProbedField>,
}

/// What the values of one field are like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ProbedField {
    /// Values that were tagged: they carry what they are joined by.
    pub(super) tagged: u64,
    /// The other values that could join.
    pub(super) count: u64,
    /// Ranks below this are kept.
    threshold: u64,
    /// Their fingerprints, as a sketch keeps them.
    pub(super) values: BTreeSet<Fingerprint>,
    /// Their shapes, the first [`PROBED_SHAPES`] of them: text that has more is no id.
    shapes: BTreeMap<Shape, u64>,
}

const PROBED_FIELDS: usize = 1024;
const PROBED_VALUES: usize = 1024;
const PROBED_SHAPES: usize = 32;

impl Default for ProbedField {
    fn default() -> Self {
        ProbedField {
            tagged: 0,
            count: 0,
            threshold: u64::MAX,
            values: BTreeSet::new(),
            shapes: BTreeMap::new(),
        }
    }
}

impl Probe {
    /// Adds one record.
    pub fn record(&mut self, sifted: &Sifted) {
        self.records = self.records.saturating_add(1);
        let findings = sifted.hits.iter().filter(|hit| hit.score >= Score::FINDING);
        let tagged: BTreeSet<usize> = findings.map(|hit: &Hit| hit.index).collect();
        for sift in &sifted.fields {
            let Some(field) = self.field(&sift.path) else { continue };
            match sift.join {
                _ if tagged.contains(&sift.index) => field.tagged = field.tagged.saturating_add(1),
                Some(join) => field.value(join),
                None => {}
            }
        }
    }

    fn field(&mut self, path: &FieldPath) -> Option<&mut ProbedField> {
        if !self.fields.contains_key(path) {
            if self.fields.len() == PROBED_FIELDS {
                return None;
            }
            self.fields.insert(path.clone(), ProbedField::default());
        }
        self.fields.get_mut(path)
    }
}

impl ProbedField {
    /// About how many distinct values there were.
    pub(super) fn distinct(&self) -> u64 {
        (self.values.len() as u64) << self.threshold.leading_zeros().min(63)
    }

    /// The shapes that at least one in ten values has.
    pub(super) fn main_shapes(&self) -> impl Iterator<Item = Shape> {
        let enough = |count: u64| count.saturating_mul(10) >= self.count;
        self.shapes.iter().filter(move |(_, count)| enough(**count)).map(|(shape, _)| *shape)
    }

    fn value(&mut self, join: Join) {
        self.count = self.count.saturating_add(1);
        if self.shapes.len() < PROBED_SHAPES || self.shapes.contains_key(&join.shape) {
            let count = self.shapes.entry(join.shape).or_default();
            *count = count.saturating_add(1);
        }
        if join.fingerprint.rank() < self.threshold {
            self.values.insert(join.fingerprint);
        }
        while self.values.len() > PROBED_VALUES {
            self.threshold /= 2;
            self.values.split_off(&first_at(self.threshold));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::Sift;

    #[test]
    fn a_probe_stays_small() {
        let mut probe = Probe::default();
        for number in 0..3 * PROBED_VALUES as u64 {
            let fingerprint = Fingerprint(u128::from(number.wrapping_mul(0x9e37_79b9_7f4a_7c15)) << 64);
            let join = Some(Join { fingerprint, shape: Shape(number) });
            let sift = |path: &str| Sift { path: FieldPath::parse(path), index: 0, join };
            let fields = vec![sift("same"), sift(&format!("new{number}"))];
            probe.record(&Sifted { fields, hits: Vec::new(), ..Sifted::default() });
        }
        let same = &probe.fields[&FieldPath::root("same")];
        assert!(same.values.len() <= PROBED_VALUES && same.shapes.len() <= PROBED_SHAPES);
        assert!((2_700..3_500).contains(&same.distinct()), "{}", same.distinct());
        assert_eq!(probe.fields.len(), PROBED_FIELDS);
    }
}
