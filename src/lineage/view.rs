//! A part of the graph, chosen for looking at.

use std::collections::BTreeSet;

use super::{EdgeId, Lineage};
use crate::detect::{Scrubbed, Selector};

/// What to look at.
#[derive(Debug, Clone, Default)]
pub struct ViewOptions {
    /// Only what is this many steps from these systems or datasets; empty is everything.
    pub focus: BTreeSet<Scrubbed>,
    /// Steps around the focus.
    pub depth: Option<usize>,
    /// Only these zones; empty is all.
    pub zones: BTreeSet<Scrubbed>,
    /// Only what carries these; empty is all.
    pub tags: Vec<Selector>,
}

/// What is to be drawn.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct View {
    /// Systems that stand for themselves because none of their datasets does.
    pub systems: BTreeSet<Scrubbed>,
    /// Datasets.
    pub datasets: BTreeSet<Scrubbed>,
    /// Edges between them: one a pair, the most telling of what it summarises.
    pub edges: Vec<EdgeId>,
    /// How many datasets and edges were left out.
    pub hidden: usize,
}

impl Lineage {
    /// Chooses what to draw.
    pub fn view(&self, _options: &ViewOptions) -> View {
        todo!()
    }
}
