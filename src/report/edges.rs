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
    let mut entry =
        EvidenceEntry { kind: kind(evidence).into(), text: wording(evidence), ..EvidenceEntry::default() };
    match evidence {
        Evidence::Declared { at } => entry.at = Some(citation(at)),
        Evidence::Granted { at, .. } => entry.at = at.as_ref().map(citation),
        Evidence::SharedValues { shared, of, forward, backward, from, to } => {
            entry.counts =
                counts([("shared", *shared), ("of", *of), ("forward", *forward), ("backward", *backward)]);
            (entry.from, entry.to) = (Some(position(from)), Some(position(to)));
        }
        Evidence::Companions { agree, differ, from, to } => {
            entry.counts = counts([("agree", *agree), ("differ", *differ)]);
            (entry.from, entry.to) = (Some(position(from)), Some(position(to)));
        }
        Evidence::Reader { .. } | Evidence::Orientation { .. } | Evidence::NoOtherSource { .. } => {}
    }
    entry
}

fn kind(evidence: &Evidence) -> &'static str {
    match evidence {
        Evidence::Declared { .. } => "declared",
        Evidence::Granted { .. } => "granted",
        Evidence::Reader { .. } => "reader",
        Evidence::Orientation { .. } => "orientation",
        Evidence::NoOtherSource { .. } => "no-other-source",
        Evidence::SharedValues { .. } => "shared-values",
        Evidence::Companions { .. } => "companions",
    }
}

fn wording(evidence: &Evidence) -> String {
    match evidence {
        Evidence::Declared { at } => format!("declared at {}:{}", at.file, at.line),
        Evidence::Granted { principal, .. } => format!("{principal} may read the one and write the other"),
        Evidence::Reader { name, .. } => format!("{name} was seen reading"),
        Evidence::Orientation { by } => format!("times do not tell the direction; taken from {}", by.id()),
        Evidence::NoOtherSource { tags } => {
            let tags: Vec<_> = tags.iter().map(ToString::to_string).collect();
            format!("nothing else is seen to bring {}", tags.join(", "))
        }
        Evidence::SharedValues { shared, of, forward, backward, .. } => format!(
            "{shared} of the {of} values that arrive stand at the source as well; {forward} surely there first, {backward} surely here first"
        ),
        Evidence::Companions { agree, differ, .. } => {
            format!("records joined by another value agree {agree} times and differ {differ} times")
        }
    }
}

fn counts<const N: usize>(counts: [(&str, u64); N]) -> BTreeMap<String, u64> {
    counts.into_iter().map(|(name, count)| (name.to_owned(), count)).collect()
}
