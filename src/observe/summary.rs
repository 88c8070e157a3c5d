//! What policies and reports ask of an observation: what stands in it, where, since when, and what stands
//! together.

use std::collections::BTreeSet;

use super::{
    Finding, Observation, Positions, TagSet, Together,
    times::{earlier, later},
};
use crate::{
    decode::{FieldPath, Time},
    detect::{Selector, Tag},
};

/// What a dataset holds of one selector, all its fields together.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Summary {
    /// The fields.
    pub fields: BTreeSet<FieldPath>,
    /// Values that are findings.
    pub count: u64,
    /// Weak candidates that were voted down in any field.
    pub unresolved: u64,
    /// The earliest time of a record with one.
    pub first: Option<Time>,
    /// The latest time of a record with one.
    pub last: Option<Time>,
    /// Where, a few of them.
    pub positions: Positions,
}

impl Observation {
    /// Findings alone, without what is unresolved: by field, then by tag.
    pub fn standing(&self) -> impl Iterator<Item = Finding<'_>> {
        self.findings().filter(|finding| finding.verdict.is_finding())
    }

    /// The findings that a selector selects.
    pub fn fields_with(&self, selector: Selector) -> impl Iterator<Item = Finding<'_>> {
        self.standing().filter(move |finding| selector.selects(finding.tag))
    }

    /// Tags that are findings in any field.
    pub fn tags(&self) -> TagSet {
        self.standing().map(|finding| finding.tag).collect()
    }

    /// Tags that are findings in this field.
    pub fn tags_of(&self, field: &FieldPath) -> TagSet {
        let tags = self.fields.get(field).into_iter().flat_map(|known| known.tags.keys());
        tags.filter(|tag| self.verdict(field, tag).is_finding()).copied().collect()
    }

    /// What a selector selects, all fields together.
    pub fn summary(&self, selector: Selector) -> Summary {
        let selected = self.findings().filter(|finding| selector.selects(finding.tag));
        selected.fold(Summary::default(), |mut summary, finding| {
            summary.add(finding);
            summary
        })
    }

    /// Records in which something of every selector stands together: their number, and a few of them.
    pub fn together_with(&self, selectors: &[Selector]) -> Together {
        let has = |tags: &TagSet, selector: &Selector| tags.iter().any(|tag: &Tag| selector.selects(*tag));
        let sets =
            self.together.iter().filter(|(tags, _)| selectors.iter().all(|selector| has(tags, selector)));
        sets.fold(Together::default(), |mut all, (_, together)| {
            all.merge(together.clone());
            all
        })
    }

    /// Weak candidates that were voted down, of all fields.
    pub fn unresolved(&self) -> u64 {
        self.findings().fold(0, |sum, finding| sum.saturating_add(finding.verdict.unresolved()))
    }
}

impl Summary {
    fn add(&mut self, finding: Finding<'_>) {
        self.unresolved = self.unresolved.saturating_add(finding.verdict.unresolved());
        if !finding.verdict.is_finding() {
            return;
        }
        self.fields.insert(finding.field.clone());
        self.count = self.count.saturating_add(finding.verdict.count());
        self.first = earlier(self.first, finding.seen.first);
        self.last = later(self.last, finding.seen.last);
        self.positions.merge(finding.seen.positions.clone());
    }
}
