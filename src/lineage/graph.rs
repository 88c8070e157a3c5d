//! The lineage graph and how it is built.

use std::collections::{BTreeMap, BTreeSet};

use dyetrace_connectors::{Grant, Movement, Reader};
use petgraph::graph::{DiGraph, NodeIndex};

use super::{
    Drafts, Edge, EdgeId, End, Survey, claim,
    draft::Allowed,
    infer, movement,
    survey::{GATEWAY, Place},
};
use crate::{
    detect::{Scrubbed, Tag},
    estate::{DatasetFacts, Estate, System},
    observe::Observation,
};

/// A dataset, what was declared of it, and what was seen in it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Seen {
    /// Declared.
    pub facts: DatasetFacts,
    /// Seen; `None` when it could not be read.
    pub observation: Option<Observation>,
}

/// What a lineage is built from.
#[derive(Debug, Clone, Copy)]
pub struct Inputs<'a> {
    /// Declarations.
    pub estate: &'a Estate,
    /// Datasets by name.
    pub datasets: &'a BTreeMap<Scrubbed, Seen>,
    /// Grants that connectors read, with the source's name.
    pub grants: &'a [(Scrubbed, Grant)],
    /// Readers that connectors saw, with the source's name.
    pub readers: &'a [(Scrubbed, Reader)],
    /// Movements that connectors or records told of, with the source's name.
    pub movements: &'a [(Scrubbed, Movement)],
}

/// The immutable graph over systems, datasets and fields.
#[derive(Debug, Clone)]
pub struct Lineage {
    pub(super) edges: Vec<Edge>,
    pub(super) graph: DiGraph<End, EdgeId>,
    pub(super) nodes: BTreeMap<End, NodeIndex>,
    /// Every dataset with what the queries need to know of it.
    pub(super) datasets: BTreeMap<Scrubbed, Home>,
    /// Zones of systems.
    pub(super) zones: BTreeMap<Scrubbed, Scrubbed>,
    /// Systems of kind `payment-gateway`.
    pub(super) gateways: BTreeSet<Scrubbed>,
    /// What declared flows may carry, by the ends of the edges they declare.
    pub(super) allowed: Allowed,
}

/// Where a dataset belongs.
#[derive(Debug, Clone, Default)]
pub(super) struct Home {
    pub(super) zone: Option<Scrubbed>,
    pub(super) written_by: BTreeSet<Scrubbed>,
    /// What was found in it.
    pub(super) tags: BTreeSet<Tag>,
}

impl Lineage {
    /// Builds the graph: what values and times say, reconciled with declared, permitted and observed edges.
    pub fn build(inputs: Inputs<'_>) -> Lineage {
        let survey = Survey::new(inputs);
        let claims = claim::claims(inputs, &survey);
        let mut drafts = Drafts::default();
        infer::infer(&survey, &claim::declared_pairs(inputs, &claims, &survey), &mut drafts);
        infer::summarise(&mut drafts);
        claim::place(&claims, &survey, &mut drafts);
        movement::place(inputs, &survey, &mut drafts);
        let (edges, allowed) = drafts.finish();
        let (graph, nodes) = graph(declared_ends(&survey), &edges);
        let systems = || inputs.estate.systems.iter();
        let zone = |(name, system): (&Scrubbed, &System)| Some((name.clone(), system.zone.clone()?));
        let gateways = systems().filter(|(_, system)| system.kind.as_str() == GATEWAY);
        Lineage {
            edges,
            graph,
            nodes,
            datasets: survey.places.iter().map(|place| (place.name.clone(), home(place))).collect(),
            zones: systems().filter_map(zone).collect(),
            gateways: gateways.map(|(name, _)| name.clone()).collect(),
            allowed,
        }
    }

    /// All edges, in the order of their ends.
    pub fn edges(&self) -> impl Iterator<Item = (EdgeId, &Edge)> {
        self.edges.iter().enumerate().map(|(index, edge)| (EdgeId(index), edge))
    }

    /// One edge.
    pub fn edge(&self, id: EdgeId) -> &Edge {
        &self.edges[id.0]
    }
}

fn home(place: &Place<'_>) -> Home {
    let facts = place.facts;
    Home { zone: facts.zone.clone(), written_by: facts.written_by.clone(), tags: place.tags.clone() }
}

/// All systems and datasets, whether or not an edge touches them.
fn declared_ends(survey: &Survey<'_>) -> BTreeSet<End> {
    let systems = survey.estate.systems.keys().map(|name| End::System(name.clone()));
    systems.chain((0..survey.places.len()).map(|place| survey.dataset_end(place))).collect()
}

/// Nodes are the given ends, and the fields that an edge touches.
pub(super) fn graph(
    mut ends: BTreeSet<End>,
    edges: &[Edge],
) -> (DiGraph<End, EdgeId>, BTreeMap<End, NodeIndex>) {
    ends.extend(edges.iter().flat_map(|edge| [edge.from.clone(), edge.to.clone()]));
    let mut graph = DiGraph::new();
    let nodes: BTreeMap<End, NodeIndex> =
        ends.into_iter().map(|end| (end.clone(), graph.add_node(end))).collect();
    for (index, edge) in edges.iter().enumerate() {
        graph.add_edge(nodes[&edge.from], nodes[&edge.to], EdgeId(index));
    }
    (graph, nodes)
}
