//! Edges while they are collected: what is said twice of the same two ends becomes one edge with all its evidence.

use std::collections::{BTreeMap, BTreeSet};

use dyetrace_connectors::MovementKind;

use super::{Edge, End, Evidence, Probability, Status, Transform};
use crate::detect::{Scrubbed, Selector, Tag};

/// What one observation or declaration says of an edge.
pub(super) struct Draft {
    pub(super) from: End,
    pub(super) to: End,
    pub(super) via: Option<Scrubbed>,
    pub(super) transform: Transform,
    pub(super) status: Status,
    pub(super) probability: Probability,
    pub(super) evidence: Vec<Evidence>,
    pub(super) carries: BTreeSet<Tag>,
}

/// What declared flows may carry, by the ends of the edges that they declare.
pub(super) type Allowed = BTreeMap<(End, End), Vec<Selector>>;

/// Edges by their ends.
#[derive(Default)]
pub(super) struct Drafts {
    edges: BTreeMap<(End, End), Edge>,
    pub(super) allowed: Allowed,
}

impl Drafts {
    /// Adds what is said of an edge.
    pub(super) fn add(&mut self, draft: Draft) {
        match self.edges.get_mut(&(draft.from.clone(), draft.to.clone())) {
            Some(edge) => extend(edge, draft),
            None => {
                let edge = begin(draft);
                self.edges.insert((edge.from.clone(), edge.to.clone()), edge);
            }
        }
    }

    /// Adds evidence to an edge that is there; makes none.
    pub(super) fn support(&mut self, from: &End, to: &End, evidence: Evidence) {
        if let Some(edge) = self.edges.get_mut(&(from.clone(), to.clone()))
            && !edge.evidence.contains(&evidence)
        {
            edge.evidence.push(evidence);
        }
    }

    /// Whether there is an edge between these ends.
    pub(super) fn get(&self, from: &End, to: &End) -> Option<&Edge> {
        self.edges.get(&(from.clone(), to.clone()))
    }

    /// The ends of the edges between fields of these two datasets.
    pub(super) fn below(&self, from: &End, to: &End) -> Vec<(End, End)> {
        let fields = self
            .edges
            .keys()
            .filter(|(a, b)| a.field().is_some() && a.name() == from.name() && b.name() == to.name());
        fields.cloned().collect()
    }

    /// All edges in the order of their ends.
    pub(super) fn edges(&self) -> impl Iterator<Item = &Edge> {
        self.edges.values()
    }

    /// The edges, in the order of their ends, with what is allowed of each.
    pub(super) fn finish(self) -> (Vec<Edge>, Allowed) {
        (self.edges.into_values().map(sorted).collect(), self.allowed)
    }
}

fn begin(draft: Draft) -> Edge {
    Edge {
        from: draft.from,
        to: draft.to,
        via: draft.via,
        transform: draft.transform,
        status: BTreeSet::from([draft.status]),
        probability: draft.probability,
        evidence: draft.evidence,
        carries: draft.carries,
    }
}

fn extend(edge: &mut Edge, draft: Draft) {
    edge.via = edge.via.take().or(draft.via);
    edge.transform = together(edge.transform, draft.transform);
    edge.status.insert(draft.status);
    edge.probability = edge.probability.max(draft.probability);
    edge.carries.extend(draft.carries);
    for evidence in draft.evidence {
        if !edge.evidence.contains(&evidence) {
            edge.evidence.push(evidence);
        }
    }
}

/// What two say of the transform: a declaration says nothing of it, and two that differ leave it open.
fn together(one: Transform, other: Transform) -> Transform {
    match (one, other) {
        (Transform::Unknown, known) | (known, Transform::Unknown) => known,
        (one, other) if one == other => one,
        _ => Transform::Unknown,
    }
}

fn sorted(mut edge: Edge) -> Edge {
    edge.evidence.sort_by_key(|evidence| std::cmp::Reverse(weight(evidence)));
    edge
}

/// What convinces a reader most comes first: what was seen, then what was said.
fn weight(evidence: &Evidence) -> (u8, u64) {
    match evidence {
        Evidence::SharedValues { shared, .. } => (6, *shared),
        Evidence::Companions { agree, .. } => (5, *agree),
        Evidence::Moved { kind: MovementKind::Naming, .. } => (0, 1),
        Evidence::Moved { count, .. } => (4, count.unwrap_or(0)),
        Evidence::Reader { .. } => (4, 0),
        Evidence::Declared { .. } => (3, 0),
        Evidence::NoOtherSource { .. } => (2, 0),
        Evidence::Granted { .. } => (1, 0),
        Evidence::Orientation { .. } => (0, 0),
    }
}
