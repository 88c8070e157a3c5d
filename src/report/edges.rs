//! Edges and their evidence, as `run.json` has them.

use std::collections::BTreeMap;

use super::{
    compose::{citation, position},
    document::{EdgeEntry, EndEntry, EvidenceEntry},
};
use crate::lineage::{Edge, EdgeId, End, Evidence};

/// An edge.
pub(super) fn entry(id: EdgeId, edge: &Edge) -> EdgeEntry {
    EdgeEntry {
        id: id.number(),
        from: end(&edge.from),
        to: end(&edge.to),
        via: edge.via.as_ref().map(ToString::to_string),
        transform: edge.transform.id().to_owned(),
        status: edge.status.iter().map(|status| status.id().to_owned()).collect(),
        probability: edge.probability.0,
        carries: edge.carries.iter().map(ToString::to_string).collect(),
        evidence: edge.evidence.iter().map(evidence).collect(),
    }
}

fn end(end: &End) -> EndEntry {
    match end {
        End::System(name) => EndEntry { system: Some(name.to_string()), ..EndEntry::default() },
        End::Dataset(name) => EndEntry { dataset: Some(name.to_string()), ..EndEntry::default() },
        End::Field(name, field) => EndEntry {
            dataset: Some(name.to_string()),
            field: Some(field.to_string()),
            ..EndEntry::default()
        },
    }
}

fn evidence(evidence: &Evidence) -> EvidenceEntry {
    let text = evidence.to_string();
    match evidence {
        Evidence::Declared { at } => {
            EvidenceEntry { kind: "declared".into(), text, at: Some(citation(at)), ..EvidenceEntry::default() }
        }
        Evidence::Granted { at, .. } => {
            let at = at.as_ref().map(citation);
            EvidenceEntry { kind: "granted".into(), text, at, ..EvidenceEntry::default() }
        }
        Evidence::SharedValues { shared, of, forward, backward, from, to } => EvidenceEntry {
            kind: "shared-values".into(),
            text,
            counts: counts([("shared", *shared), ("of", *of), ("forward", *forward), ("backward", *backward)]),
            from: Some(position(from)),
            to: Some(position(to)),
            at: None,
        },
        Evidence::Companions { agree, differ, from, to } => EvidenceEntry {
            kind: "companions".into(),
            text,
            counts: counts([("agree", *agree), ("differ", *differ)]),
            from: Some(position(from)),
            to: Some(position(to)),
            at: None,
        },
    }
}

fn counts<const N: usize>(counts: [(&str, u64); N]) -> BTreeMap<String, u64> {
    counts.into_iter().map(|(name, count)| (name.to_owned(), count)).collect()
}
