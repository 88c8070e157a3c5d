//! Questions to the graph: what is upstream, what is downstream, how a value came from the gateway.

use super::{EdgeId, End, Lineage};

/// A way through the graph, from its origin to its end.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Path {
    /// The edges in order.
    pub edges: Vec<EdgeId>,
}

impl Lineage {
    /// The most probable way from a payment gateway (or, without one, from the earliest known place) to `end`;
    /// empty if nothing leads there.
    pub fn path_from_gateway(&self, _end: &End) -> Path {
        todo!()
    }

    /// Every edge that leads, directly or not, to `end`.
    pub fn upstream(&self, _end: &End) -> Vec<EdgeId> {
        todo!()
    }

    /// Every edge that `end` leads to, directly or not.
    pub fn downstream(&self, _end: &End) -> Vec<EdgeId> {
        todo!()
    }
}
