//! Estates and observations for this floor's tests, a line each; and lineages as text.

use std::collections::BTreeMap;

use super::{Edge, End, Inputs, Lineage, Seen};
use crate::{
    decode::{FieldPath, Time},
    detect::{Fingerprint, Identity, Score, Selector, Tag, scrub},
    estate::{DatasetFacts, Estate, Flow, System},
    observe::{Cell, FieldObservation, Observation, Position, Row, Sighting, TagObservation},
};

/// An estate with what was seen in it.
#[derive(Debug, Default)]
pub(super) struct Shop {
    pub(super) estate: Estate,
    pub(super) datasets: BTreeMap<crate::detect::Scrubbed, Seen>,
    pub(super) grants: Vec<(crate::detect::Scrubbed, dyetrace_connectors::Grant)>,
    pub(super) readers: Vec<(crate::detect::Scrubbed, dyetrace_connectors::Reader)>,
    pub(super) movements: Vec<(crate::detect::Scrubbed, dyetrace_connectors::Movement)>,
}

impl Shop {
    pub(super) fn system(mut self, name: &str, kind: &str) -> Self {
        self.estate.systems.insert(scrub(name), System { kind: scrub(kind), ..System::default() });
        self
    }

    /// Principals and consumer groups of the system.
    pub(super) fn acts_as(mut self, name: &str, who: &str) -> Self {
        let system = self.estate.systems.get_mut(&scrub(name)).unwrap();
        system.principals.push(scrub(who));
        system.groups.push(scrub(who));
        self
    }

    /// `carries` as selectors with blanks between.
    pub(super) fn flow(mut self, from: &str, to: &str, carries: &str) -> Self {
        let carries: Vec<Selector> = carries.split_whitespace().map(|word| word.parse().unwrap()).collect();
        let (from, to) = (scrub(from), scrub(to));
        let flow = Flow { from, to, via: None, auth: None, carries, at: Default::default() };
        self.estate.flows.push(flow);
        self
    }

    /// Readers and writers with blanks between; `-` for nothing known.
    pub(super) fn dataset(mut self, name: &str, writers: &str, readers: &str, zone: &str) -> Self {
        let systems = |list: &str| list.split_whitespace().filter(|w| *w != "-").map(scrub).collect();
        let facts = DatasetFacts {
            name: scrub(name),
            zone: (zone != "-").then(|| scrub(zone)),
            written_by: systems(writers),
            read_by: systems(readers),
            ..DatasetFacts::default()
        };
        self.datasets.insert(scrub(name), Seen { facts, observation: Some(Observation::default()) });
        self
    }

    /// Values that a field holds, each with its first time; a tag, or "" for a join field.
    pub(super) fn values(
        mut self,
        dataset: &str,
        field: &str,
        tag: &str,
        values: &[(u64, Option<i64>)],
    ) -> Self {
        let seen = self.field(dataset, field, tag);
        for (value, at) in values {
            seen.values.entries.insert(fingerprint(*value), sighting(*value, *at));
        }
        self.widen(dataset, values.iter().filter_map(|(_, at)| *at));
        self
    }

    /// Card numbers whose digests are known as well.
    pub(super) fn digests(mut self, dataset: &str, field: &str, values: &[(u64, Option<i64>)]) -> Self {
        let seen = self.field(dataset, field, "pan");
        for (value, at) in values {
            seen.digests.entries.insert(fingerprint(*value), sighting(*value, *at));
        }
        self
    }

    /// A sampled record: fields with their tags ("" for a join value) and identities.
    pub(super) fn row(
        mut self,
        dataset: &str,
        record: u64,
        at: i64,
        cells: &[(&str, &str, Identity)],
    ) -> Self {
        for (field, tag, _) in cells {
            self.field(dataset, field, tag);
        }
        let cell = |(field, word, identity): &(&str, &str, Identity)| Cell {
            field: FieldPath::parse(field),
            tag: tag(word),
            identity: identity.clone(),
        };
        let row = Row { time: Some(Time::at(at)), cells: cells.iter().map(cell).collect() };
        let sample = &mut self.observation(dataset).sample;
        sample.rows.insert((fingerprint(record), position(record)), row.into());
        self.widen(dataset, [at].into_iter());
        self
    }

    pub(super) fn inputs(&self) -> Inputs<'_> {
        let Shop { estate, datasets, grants, readers, movements } = self;
        Inputs { estate, datasets, grants, readers, movements }
    }

    pub(super) fn lineage(&self) -> Lineage {
        let lineage = Lineage::build(self.inputs());
        lineage.verify().unwrap();
        lineage
    }

    fn observation(&mut self, dataset: &str) -> &mut Observation {
        self.datasets.get_mut(&scrub(dataset)).unwrap().observation.as_mut().unwrap()
    }

    fn field(&mut self, dataset: &str, field: &str, word: &str) -> &mut FieldObservation {
        let seen = self.observation(dataset).fields.entry(FieldPath::parse(field)).or_default();
        if let Some(tag) = tag(word) {
            let found = TagObservation { count: 1, strong: 1, best: Score::STRONG, ..Default::default() };
            seen.tags.insert(tag, found);
        }
        seen
    }

    fn widen(&mut self, dataset: &str, times: impl Iterator<Item = i64>) {
        let span = &mut self.observation(dataset).times;
        for at in times.map(Time::at) {
            let (first, last) = span.unwrap_or((at, at));
            *span = Some((first.min(at), last.max(at)));
        }
    }
}

/// A tag as `class` or `class.state`; "" is none.
pub(super) fn tag(word: &str) -> Option<Tag> {
    let selector: Selector = (!word.is_empty()).then(|| word.parse().unwrap())?;
    let tag = Tag::clear(selector.class);
    Some(selector.state.map_or(tag, |state| tag.in_state(state)))
}

/// Spread evenly over the ranks.
pub(super) fn fingerprint(value: u64) -> Fingerprint {
    let rank = value.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    Fingerprint((u128::from(rank) << 64) | u128::from(value))
}

pub(super) fn position(record: u64) -> Position {
    Position { partition: scrub("part"), record, offset: None }
}

fn sighting(value: u64, at: Option<i64>) -> Sighting {
    let at = at.map(Time::at);
    Sighting { count: 1, first: at, last: at, position: position(value) }
}

/// An edge as `from -> to [statuses] transform`.
pub(super) fn text(edge: &Edge) -> String {
    let status: Vec<_> = edge.status.iter().map(|status| status.id()).collect();
    format!("{} -> {} [{}] {}", end(&edge.from), end(&edge.to), status.join(" "), edge.transform.id())
}

/// `(system)`, `dataset`, `dataset:field` or `?outside`.
pub(super) fn end(end: &End) -> String {
    match end {
        End::System(name) => format!("({name})"),
        End::Dataset(name) => name.to_string(),
        End::Field(name, field) => format!("{name}:{field}"),
        End::Outside(name) => format!("?{name}"),
    }
}

/// All edges, a line each.
pub(super) fn listing(lineage: &Lineage) -> String {
    lineage.edges().map(|(_, edge)| text(edge)).collect::<Vec<_>>().join("\n")
}
