//! What must hold of every lineage that is built.

use super::{Edge, EdgeId, End, Lineage, Probability, Status};

impl Lineage {
    /// Checks what must hold of every lineage: each edge has evidence and a status, its ends exist and differ, a
    /// field edge has a dataset edge above it that is at least as probable, probabilities are within bounds,
    /// `petgraph` and the list of edges say the same.
    ///
    /// # Errors
    /// What does not hold: a bug.
    pub fn verify(&self) -> Result<(), String> {
        self.edges.iter().try_for_each(|edge| {
            self.sound(edge).map_err(|what| format!("{} → {}: {what}", edge.from.name(), edge.to.name()))
        })?;
        if !self.edges.is_sorted_by(|a, b| (&a.from, &a.to) < (&b.from, &b.to)) {
            return Err("edges are out of order or doubled".into());
        }
        self.agrees_with_petgraph()
    }

    fn sound(&self, edge: &Edge) -> Result<(), &'static str> {
        let known = |end: &End| self.nodes.contains_key(end);
        let inferred_only = edge.status.iter().all(|s| matches!(s, Status::Inferred | Status::Permitted));
        let ceiling = if inferred_only { Probability::INFERRED_MOST } else { Probability::CERTAIN };
        let checks = [
            (!edge.evidence.is_empty(), "no evidence"),
            (!edge.status.is_empty(), "no status"),
            (known(&edge.from) && known(&edge.to), "an end does not exist"),
            (edge.from != edge.to, "an edge to itself"),
            (edge.probability <= ceiling, "probability out of bounds"),
            (
                self.above(edge).is_none_or(|above| above.probability >= edge.probability),
                "the dataset's edge is less sure",
            ),
            (edge.from.field().is_none() || self.above(edge).is_some(), "no edge of the datasets above it"),
        ];
        checks.iter().find(|(holds, _)| !holds).map_or(Ok(()), |(_, what)| Err(what))
    }

    /// The edge between the datasets of a field edge.
    pub(super) fn above(&self, edge: &Edge) -> Option<&Edge> {
        edge.from.field()?;
        let whole = |end: &End| End::Dataset(end.name().clone());
        self.between(&whole(&edge.from), &whole(&edge.to)).map(|id| self.edge(id))
    }

    /// The edge between two ends.
    pub(super) fn between(&self, from: &End, to: &End) -> Option<EdgeId> {
        let found = self.edges.binary_search_by(|edge| (&edge.from, &edge.to).cmp(&(from, to)));
        found.ok().map(EdgeId)
    }

    fn agrees_with_petgraph(&self) -> Result<(), String> {
        let same = self.graph.edge_indices().all(|index| {
            let (from, to) = self.graph.edge_endpoints(index).expect("an index of this graph");
            let edge = self.edge(self.graph[index]);
            self.graph[from] == edge.from && self.graph[to] == edge.to
        });
        match same && self.graph.edge_count() == self.edges.len() {
            true => Ok(()),
            false => Err("petgraph and the list of edges differ".into()),
        }
    }
}
