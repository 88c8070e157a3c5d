//! A lineage that was built before, from its parts: what a kept run is drawn from. Nothing is inferred anew, so an
//! old run says what it said.

use std::collections::{BTreeMap, BTreeSet};

use super::{Edge, EdgeId, End, Lineage, graph::Home, survey::GATEWAY};
use crate::{
    detect::{Scrubbed, Tag},
    estate::System,
};

/// The parts of a lineage.
#[derive(Debug, Clone, Default)]
pub struct Parts {
    /// Edges in the order of their ids.
    pub edges: Vec<Edge>,
    /// Systems by name.
    pub systems: BTreeMap<Scrubbed, System>,
    /// Datasets by name.
    pub datasets: BTreeMap<Scrubbed, DatasetPart>,
}

/// What queries and views need to know of a dataset.
#[derive(Debug, Clone, Default)]
pub struct DatasetPart {
    /// Its zone.
    pub zone: Option<Scrubbed>,
    /// The systems that write it.
    pub written_by: BTreeSet<Scrubbed>,
    /// What was found in it.
    pub tags: BTreeSet<Tag>,
}

impl Lineage {
    /// Puts a lineage together again. What declared flows may carry is not part of it: rules were judged when it
    /// was built.
    pub fn restore(parts: Parts) -> Lineage {
        let systems = parts.systems.keys().map(|name| End::System(name.clone()));
        let datasets = parts.datasets.keys().map(|name| End::Dataset(name.clone()));
        let ends = systems.chain(datasets).collect();
        let (graph, nodes) = super::graph::graph(ends, &parts.edges);
        let gateways = parts.systems.iter().filter(|(_, system)| system.kind.as_str() == GATEWAY);
        let home = |part: DatasetPart| Home { zone: part.zone, written_by: part.written_by, tags: part.tags };
        Lineage {
            gateways: gateways.map(|(name, _)| name.clone()).collect(),
            zones: parts
                .systems
                .iter()
                .filter_map(|(name, s)| Some((name.clone(), s.zone.clone()?)))
                .collect(),
            datasets: parts.datasets.into_iter().map(|(name, part)| (name, home(part))).collect(),
            allowed: BTreeMap::new(),
            edges: parts.edges,
            graph,
            nodes,
        }
    }
}

impl EdgeId {
    /// Its number in this lineage: what reports call it.
    pub fn number(self) -> u64 {
        self.0 as u64
    }
}
