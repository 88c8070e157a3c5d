//! Edges and their evidence, as `run.json` has them.

use std::collections::BTreeMap;

use dyetrace_connectors::MovementKind;

use super::{
    compose::{citation, position, second},
    document::{EdgeEntry, EndEntry, EvidenceEntry},
    label::counted_u64,
};
use crate::{
    detect::Scrubbed,
    lineage::{Edge, EdgeId, End, Evidence},
};

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
        evidence: edge.evidence.iter().map(|told| evidence(told, &edge.to)).collect(),
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
        End::Outside(name) => EndEntry { outside: Some(name.to_string()), ..EndEntry::default() },
    }
}

fn evidence(evidence: &Evidence, to: &End) -> EvidenceEntry {
    let (kind, text) = (kind(evidence).into(), wording(evidence, to));
    let mut entry = EvidenceEntry { kind, text, ..EvidenceEntry::default() };
    if let Evidence::Moved { kind, .. } = evidence {
        entry.movement = Some(kind.id().to_owned());
    }
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
        Evidence::Moved { count: Some(records), .. } => entry.counts = counts([("records", *records)]),
        Evidence::Moved { .. }
        | Evidence::Reader { .. }
        | Evidence::Orientation { .. }
        | Evidence::NoOtherSource { .. } => {}
    }
    entry
}

fn kind(evidence: &Evidence) -> &'static str {
    match evidence {
        Evidence::Declared { .. } => "declared",
        Evidence::Granted { .. } => "granted",
        Evidence::Reader { .. } => "reader",
        Evidence::Moved { .. } => "movement",
        Evidence::Orientation { .. } => "orientation",
        Evidence::NoOtherSource { .. } => "no-other-source",
        Evidence::SharedValues { .. } => "shared-values",
        Evidence::Companions { .. } => "companions",
    }
}

fn wording(evidence: &Evidence, to: &End) -> String {
    match evidence {
        Evidence::Declared { at } => format!("declared at {}:{}", at.file, at.line),
        Evidence::Granted { principal, .. } if to.dataset().is_none() => format!("{principal} may read it"),
        Evidence::Granted { principal, .. } => {
            format!("{principal} may read the one, and its system writes the other")
        }
        Evidence::Reader { name, last } => format!("{name} was seen reading{}", when(*last)),
        Evidence::Moved { kind, by, count, last } => moved(*kind, by, *count, *last),
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

fn moved(kind: MovementKind, by: &Scrubbed, count: Option<u64>, last: Option<i64>) -> String {
    let what = match kind {
        MovementKind::Subscription => "a subscription hands it on",
        MovementKind::Export => "an export task copies it",
        MovementKind::Redrive => "a redrive policy moves what failed",
        MovementKind::Connect => "a connector copies it",
        MovementKind::Binding => "a binding routes it",
        MovementKind::Retry => "its records say that they were there before",
        MovementKind::Naming => "its name fits a convention of retries",
    };
    let by = if by.as_str().is_empty() { String::new() } else { format!(": {by}") };
    let records = count.map(|count| format!(", {}", counted_u64(count, "record"))).unwrap_or_default();
    format!("{what}{by}{records}{}", when(last))
}

fn when(last: Option<i64>) -> String {
    last.and_then(second).map(|last| format!(", last {last}")).unwrap_or_default()
}

fn counts<const N: usize>(counts: [(&str, u64); N]) -> BTreeMap<String, u64> {
    counts.into_iter().map(|(name, count)| (name.to_owned(), count)).collect()
}
