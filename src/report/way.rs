//! The way from the gateway to a place, in words.

use super::{Document, EdgeEntry, EndEntry, ViolationEntry};

/// `gateway → payments.authorized → orders-retry`; empty if nothing leads there.
pub(super) fn way(document: &Document, path: &[u64]) -> String {
    let edges = path.iter().filter_map(|id| document.edge(*id));
    let mut names: Vec<&str> = Vec::new();
    for edge in edges {
        for end in [&edge.from, &edge.to] {
            let name = end.name();
            if names.last() != Some(&name) {
                names.push(name);
            }
        }
    }
    names.join(" → ")
}

/// Whether a violation's way ends where it stands, or at the system that writes there. Else the last step is a guess:
/// one system writes both datasets.
pub(super) fn arrives(document: &Document, violation: &ViolationEntry) -> bool {
    let last = violation.path.last().and_then(|id| document.edge(*id));
    last.is_none_or(|edge| edge.to.dataset.is_none() || edge.to.dataset == violation.at.dataset)
}

impl Document {
    /// An edge by its id.
    pub fn edge(&self, id: u64) -> Option<&EdgeEntry> {
        self.edges.iter().find(|edge| edge.id == id)
    }
}

impl EndEntry {
    /// The dataset's name, or the system's, or that of what is outside.
    pub fn name(&self) -> &str {
        let names = [&self.dataset, &self.system, &self.outside];
        names.into_iter().flatten().next().map(String::as_str).unwrap_or_default()
    }
}
