//! What was declared and seen, numbered: datasets and their fields in the order of their names, so that the rest
//! of this floor works with small numbers and every tie is broken by name.

use std::collections::{BTreeMap, BTreeSet};

use super::{End, Inputs};
use crate::{
    decode::FieldPath,
    detect::{Scrubbed, Tag},
    estate::{DatasetFacts, Estate},
    observe::{FieldObservation, Observation},
};

/// A dataset.
pub(super) struct Place<'a> {
    pub(super) name: &'a Scrubbed,
    pub(super) facts: &'a DatasetFacts,
    pub(super) observation: Option<&'a Observation>,
    /// Tags that are findings in any of its fields.
    pub(super) tags: BTreeSet<Tag>,
    /// Steps from the gateway by its zone, if that is known.
    pub(super) ring: Option<u8>,
    /// It could not have shown a value before this: its earliest record, in milliseconds since 1970 UTC.
    pub(super) opens: i64,
}

/// A field of a dataset.
pub(super) struct Slot<'a> {
    pub(super) place: usize,
    pub(super) path: &'a FieldPath,
    pub(super) field: &'a FieldObservation,
    /// Tags that are findings.
    pub(super) tags: BTreeSet<Tag>,
}

/// All datasets and fields, by number.
pub(super) struct Survey<'a> {
    pub(super) estate: &'a Estate,
    pub(super) places: Vec<Place<'a>>,
    pub(super) slots: Vec<Slot<'a>>,
    names: BTreeMap<&'a Scrubbed, usize>,
    paths: BTreeMap<(usize, &'a FieldPath), usize>,
}

impl<'a> Survey<'a> {
    pub(super) fn new(inputs: Inputs<'a>) -> Self {
        let places: Vec<_> =
            inputs.datasets.iter().map(|(name, seen)| place(inputs.estate, name, seen)).collect();
        let slots: Vec<_> =
            places.iter().enumerate().flat_map(|(index, place)| slots(index, place)).collect();
        let names = places.iter().enumerate().map(|(index, place)| (place.name, index)).collect();
        let paths = slots.iter().enumerate().map(|(index, slot)| ((slot.place, slot.path), index)).collect();
        Survey { estate: inputs.estate, places, slots, names, paths }
    }

    /// The dataset of that name.
    pub(super) fn place(&self, name: &Scrubbed) -> Option<usize> {
        self.names.get(name).copied()
    }

    /// The field of that dataset.
    pub(super) fn slot(&self, place: usize, path: &FieldPath) -> Option<usize> {
        self.paths.get(&(place, path)).copied()
    }

    /// The dataset as an end of an edge.
    pub(super) fn dataset_end(&self, place: usize) -> End {
        End::Dataset(self.places[place].name.clone())
    }

    /// The field as an end of an edge.
    pub(super) fn field_end(&self, slot: usize) -> End {
        let slot = &self.slots[slot];
        End::Field(self.places[slot.place].name.clone(), slot.path.clone())
    }

    /// Datasets that a system writes.
    pub(super) fn written_by<'s>(&'s self, system: &'s Scrubbed) -> impl Iterator<Item = usize> + 's {
        let writes = move |place: &Place<'a>| place.facts.written_by.contains(system);
        self.places.iter().enumerate().filter(move |(_, place)| writes(place)).map(|(index, _)| index)
    }
}

fn place<'a>(estate: &Estate, name: &'a Scrubbed, seen: &'a super::Seen) -> Place<'a> {
    let observation = seen.observation.as_ref();
    let findings = observation.iter().flat_map(|o| o.findings());
    Place {
        name,
        facts: &seen.facts,
        observation,
        tags: findings.filter(|f| f.verdict.is_finding()).map(|f| f.tag).collect(),
        ring: ring(estate, &seen.facts),
        opens: observation.and_then(|o| o.times).map_or(i64::MIN, |(first, _)| first.earliest),
    }
}

fn slots<'a>(place: usize, of: &Place<'a>) -> impl Iterator<Item = Slot<'a>> + use<'a> {
    let mut tags: BTreeMap<&FieldPath, BTreeSet<Tag>> = BTreeMap::new();
    let findings = of.observation.into_iter().flat_map(Observation::findings);
    for finding in findings.filter(|finding| finding.verdict.is_finding()) {
        tags.entry(finding.field).or_default().insert(finding.tag);
    }
    let fields = of.observation.into_iter().flat_map(|observation| &observation.fields);
    fields.map(move |(path, field)| Slot { place, path, field, tags: tags.remove(path).unwrap_or_default() })
}

/// A gateway's own datasets come first, then the built-in zones outward.
fn ring(estate: &Estate, facts: &DatasetFacts) -> Option<u8> {
    let gateway = |name| estate.systems.get(name).is_some_and(|s| s.kind.as_str() == GATEWAY);
    if facts.written_by.iter().any(gateway) {
        return Some(0);
    }
    match facts.zone.as_ref()?.as_str() {
        "cde" => Some(1),
        "connected" => Some(2),
        "out-of-scope" => Some(3),
        _ => None,
    }
}

/// The kind of system that payment data starts at.
pub(super) const GATEWAY: &str = "payment-gateway";
