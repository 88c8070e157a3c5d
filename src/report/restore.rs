//! A [`Document`] becomes a lineage again, so that a kept run can be looked at from another side. Words that this
//! version does not know are left out, not guessed.

use std::collections::BTreeMap;

use super::document::{Document, EdgeEntry, EndEntry, ObservationEntry};
use crate::{
    decode::FieldPath,
    detect::{Scrubbed, Selector, Tag, Test, scrub},
    estate::System,
    lineage::{DatasetPart, Edge, End, Lineage, Parts, Probability, Status, Transform},
};

impl Document {
    /// The lineage that the document tells of.
    pub fn lineage(&self) -> Lineage {
        Lineage::restore(Parts {
            edges: self.edges.iter().map(edge).collect(),
            systems: self.systems(),
            datasets: self.dataset_parts(),
        })
    }

    /// Flows between datasets that were seen, or are surely inferred, and that nobody declared.
    pub(super) fn shadow_flows(&self) -> Vec<&EdgeEntry> {
        let lineage = self.lineage();
        let shadows =
            lineage.edges().filter(|(id, edge)| edge.from.field().is_none() && lineage.is_shadow(*id));
        shadows.filter_map(|(id, _)| self.edge(id.number())).collect()
    }

    fn systems(&self) -> BTreeMap<Scrubbed, System> {
        let system = |entry: &super::SystemEntry| {
            let system = System {
                kind: scrub(&entry.kind),
                zone: entry.zone.as_deref().map(scrub),
                ..System::default()
            };
            (scrub(&entry.name), system)
        };
        self.estate.systems.iter().map(system).collect()
    }

    fn dataset_parts(&self) -> BTreeMap<Scrubbed, DatasetPart> {
        let mut parts: BTreeMap<Scrubbed, DatasetPart> = BTreeMap::new();
        for entry in &self.datasets {
            let part = DatasetPart {
                zone: entry.zone.as_deref().map(scrub),
                written_by: entry.written_by.iter().map(|name| scrub(name)).collect(),
                ..DatasetPart::default()
            };
            parts.insert(scrub(&entry.name), part);
        }
        for observation in &self.observations {
            if let Some(part) = parts.get_mut(&scrub(&observation.dataset)) {
                part.tags.extend(tags(observation));
            }
        }
        parts
    }
}

fn tags(observation: &ObservationEntry) -> impl Iterator<Item = Tag> {
    let found = observation.fields.iter().flat_map(|field| &field.tags).filter(|tag| tag.count > 0);
    found.filter_map(|found| {
        let test = if found.test { Test::Published } else { Test::Real };
        Some(Tag { test, ..tag(&format!("{}.{}", found.class, found.state))? })
    })
}

fn edge(entry: &EdgeEntry) -> Edge {
    let transform = Transform::ALL.into_iter().find(|transform| transform.id() == entry.transform);
    let statuses =
        Status::ALL.into_iter().filter(|status| entry.status.iter().any(|word| word == status.id()));
    Edge {
        from: end(&entry.from),
        to: end(&entry.to),
        via: entry.via.as_deref().map(scrub),
        transform: transform.unwrap_or(Transform::Unknown),
        status: statuses.collect(),
        probability: Probability(entry.probability),
        // The document's own words stand; nothing asks a restored edge for its evidence.
        evidence: Vec::new(),
        carries: entry.carries.iter().filter_map(|word| tag(word)).collect(),
    }
}

fn end(entry: &EndEntry) -> End {
    if let Some(name) = &entry.outside {
        return End::Outside(scrub(name));
    }
    match (&entry.dataset, &entry.field) {
        (Some(dataset), Some(field)) => End::Field(scrub(dataset), FieldPath::parse(field)),
        (Some(dataset), None) => End::Dataset(scrub(dataset)),
        (None, _) => End::System(scrub(entry.system.as_deref().unwrap_or_default())),
    }
}

fn tag(word: &str) -> Option<Tag> {
    let Selector { class, state } = word.parse().ok()?;
    Some(Tag { class, state: state?, test: Test::Real })
}

#[cfg(test)]
mod tests;
