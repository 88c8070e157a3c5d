//! The lineage graph and how it is built.

use std::collections::BTreeMap;

use dyetrace_connectors::{Grant, Reader};

use super::{Edge, EdgeId};
use crate::{
    detect::Scrubbed,
    estate::{DatasetFacts, Estate},
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
}

/// The immutable graph over systems, datasets and fields.
#[derive(Debug, Clone)]
pub struct Lineage {
    edges: Vec<Edge>,
}

impl Lineage {
    /// Builds the graph: declared, permitted and observed edges, then what values and times say.
    pub fn build(_inputs: Inputs<'_>) -> Lineage {
        todo!()
    }

    /// All edges, in the order of their ends.
    pub fn edges(&self) -> impl Iterator<Item = (EdgeId, &Edge)> {
        self.edges.iter().enumerate().map(|(index, edge)| (EdgeId(index), edge))
    }

    /// One edge.
    pub fn edge(&self, id: EdgeId) -> &Edge {
        &self.edges[id.0]
    }

    /// Checks what must hold of every lineage: each edge has evidence, its ends exist, a field edge has a dataset
    /// edge above it, probabilities are within bounds, `petgraph` and the list of edges say the same.
    ///
    /// # Errors
    /// What does not hold: a bug.
    pub fn verify(&self) -> Result<(), String> {
        todo!()
    }
}
