//! Declared and seen, compared: the comparison is the finding.

use std::collections::BTreeSet;

use super::{EdgeId, End, Lineage, Probability, Status};
use crate::detect::{Scrubbed, Tag};

impl Lineage {
    /// Whether data surely moves here between two systems, and nobody declared it: observed, or inferred with
    /// [`Probability::SURE`]. Datasets of one system are not crossing; one without a writer stands for itself.
    pub fn is_shadow(&self, id: EdgeId) -> bool {
        let edge = self.edge(id);
        let inferred = edge.status.contains(&Status::Inferred) && edge.probability >= Probability::SURE;
        let seen = inferred || edge.status.contains(&Status::Observed);
        seen && !edge.status.contains(&Status::Declared) && self.crosses(id)
    }

    /// Whether its ends belong to different systems.
    pub fn crosses(&self, id: EdgeId) -> bool {
        let edge = self.edge(id);
        let (from, to) = (self.owners(&edge.from), self.owners(&edge.to));
        from.is_disjoint(&to)
    }

    /// Whose an end is; a place below a source that was not looked at (a queue that is empty now) is theirs who write
    /// all else of that source.
    fn owners(&self, end: &End) -> BTreeSet<Scrubbed> {
        let End::Outside(name) = end else { return self.systems(end) };
        let source = name.as_str().split_once('/').map_or(name.as_str(), |(source, _)| source);
        let below = |name: &str| name.strip_prefix(source).is_some_and(|rest| rest.starts_with('/'));
        let mut writers =
            self.datasets.iter().filter(|(name, _)| below(name.as_str())).map(|(_, home)| &home.written_by);
        match writers.next() {
            Some(first) if !first.is_empty() && writers.all(|other| other == first) => first.clone(),
            _ => self.systems(end),
        }
    }

    /// Of what an edge was seen to carry, what its declared flows do not speak of; nothing where no flow declares
    /// it, or where one says nothing of what it carries.
    pub fn beyond_declared(&self, id: EdgeId) -> BTreeSet<Tag> {
        let edge = self.edge(id);
        let Some(allowed) = self.allowed.get(&(whole(&edge.from), whole(&edge.to))) else {
            return BTreeSet::new();
        };
        let beyond = |tag: &Tag| !allowed.iter().any(|selector| selector.selects(*tag));
        edge.carries.iter().copied().filter(beyond).collect()
    }

    /// The systems that an end belongs to: itself, or the writers of its dataset; a dataset without a writer
    /// stands for itself.
    pub(super) fn systems(&self, end: &End) -> BTreeSet<Scrubbed> {
        let writers = end.dataset().and_then(|name| self.datasets.get(name)).map(|home| &home.written_by);
        match writers {
            Some(writers) if !writers.is_empty() => writers.clone(),
            _ => BTreeSet::from([end.name().clone()]),
        }
    }
}

/// The dataset of a field; anything else as it is.
pub(super) fn whole(end: &End) -> End {
    match end {
        End::Field(dataset, _) => End::Dataset(dataset.clone()),
        other => other.clone(),
    }
}
