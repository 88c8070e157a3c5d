//! A part of the graph, chosen for looking at.

use std::collections::BTreeSet;

use super::{Edge, EdgeId, End, Lineage, Probability, Status, reconcile::whole};
use crate::detect::{Class, Scrubbed, Selector, State, Tag};

/// What to look at.
#[derive(Debug, Clone, Default)]
pub struct ViewOptions {
    /// Only what is this many steps from these systems or datasets; empty is everything.
    pub focus: BTreeSet<Scrubbed>,
    /// Steps around the focus; all that is connected if not given.
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
    /// Places and readers that are known by name alone.
    pub outside: BTreeSet<Scrubbed>,
    /// Edges between them: one a pair, the most telling of what it summarises.
    pub edges: Vec<EdgeId>,
    /// How many datasets and edges were left out.
    pub hidden: usize,
}

/// Four of five such edges are not real, by the table of `docs/lineage.md`: they stay in the lists.
const FAINT: Probability = Probability(200);

impl Lineage {
    /// Chooses what to draw. Left out, beside what the options exclude: what is only permitted or too faint, declared
    /// edges for which a way of several seen edges exists, and edges to a system whose datasets are drawn.
    pub fn view(&self, options: &ViewOptions) -> View {
        let all: Vec<EdgeId> =
            self.edges().filter(|(_, e)| e.from.field().is_none()).map(|(id, _)| id).collect();
        let mut datasets: BTreeSet<Scrubbed> = self.datasets.keys().cloned().collect();
        datasets.retain(|name| self.is_chosen(name, options));
        let drawn = |end: &End| self.is_drawn(end, &datasets, options);
        let fits = |edge: &Edge| drawn(&edge.from) && drawn(&edge.to) && carries(edge, &options.tags);
        let mut edges: Vec<EdgeId> = all.iter().copied().filter(|id| fits(self.edge(*id))).collect();
        edges.retain(|id| self.edge(*id).probability > FAINT && !self.is_redundant(*id));
        if !options.focus.is_empty() {
            let near = self.near(&edges, options);
            edges.retain(|id| {
                near.contains(self.edge(*id).from.name()) && near.contains(self.edge(*id).to.name())
            });
            datasets.retain(|name| near.contains(name));
        }
        let systems = self.lone_systems(&edges, options);
        let hidden = self.datasets.len() - datasets.len() + all.len() - edges.len();
        let ends = edges.iter().flat_map(|id| [&self.edge(*id).from, &self.edge(*id).to]);
        let outside =
            ends.filter(|end| matches!(end, End::Outside(_))).map(|end| end.name().clone()).collect();
        let edges = edges.into_iter().map(|id| self.most_telling(id)).collect();
        View { systems, datasets, outside, edges, hidden }
    }

    fn is_chosen(&self, dataset: &Scrubbed, options: &ViewOptions) -> bool {
        let home = &self.datasets[dataset];
        let zone = options.zones.is_empty() || home.zone.as_ref().is_some_and(|z| options.zones.contains(z));
        let holds = |selector: &Selector| home.tags.iter().any(|tag| selector.selects(*tag));
        zone && (options.tags.is_empty() || options.tags.iter().any(holds))
    }

    /// A system is drawn for itself where it writes none of the datasets that are; what is outside is in no zone.
    fn is_drawn(&self, end: &End, datasets: &BTreeSet<Scrubbed>, options: &ViewOptions) -> bool {
        let system = match end {
            End::System(system) => system,
            End::Outside(_) => return options.zones.is_empty(),
            End::Dataset(name) | End::Field(name, _) => return datasets.contains(name),
        };
        let zone = self.zones.get(system);
        let in_zone = options.zones.is_empty() || zone.is_some_and(|zone| options.zones.contains(zone));
        in_zone && !datasets.iter().any(|name| self.datasets[name].written_by.contains(system))
    }

    /// Declared alone, while a way of several seen edges leads from one end to the other.
    fn is_redundant(&self, id: EdgeId) -> bool {
        let edge = self.edge(id);
        if is_seen(edge) {
            return false;
        }
        let mut reached = BTreeSet::new();
        let mut waiting = vec![&edge.from];
        while let Some(end) = waiting.pop() {
            let onward = self.moving(end, petgraph::Direction::Outgoing).into_iter();
            for next in onward.map(|id| self.edge(id)).filter(|next| is_seen(next)) {
                if reached.insert(&next.to) {
                    waiting.push(&next.to);
                }
            }
        }
        reached.contains(&edge.to)
    }

    /// Names within the depth of the focus, in either direction.
    fn near(&self, edges: &[EdgeId], options: &ViewOptions) -> BTreeSet<Scrubbed> {
        let focused = |name: &&Scrubbed| {
            let writers = &self.datasets[*name].written_by;
            options.focus.contains(*name) || !options.focus.is_disjoint(writers)
        };
        let mut near = options.focus.clone();
        near.extend(self.datasets.keys().filter(focused).cloned());
        for _ in 0..options.depth.unwrap_or(usize::MAX) {
            let before = near.len();
            let ends = edges.iter().map(|id| (self.edge(*id).from.name(), self.edge(*id).to.name()));
            let touching: Vec<_> = ends.filter(|(a, b)| near.contains(*a) || near.contains(*b)).collect();
            near.extend(touching.into_iter().flat_map(|(a, b)| [a.clone(), b.clone()]));
            if near.len() == before {
                break;
            }
        }
        near
    }

    fn lone_systems(&self, edges: &[EdgeId], options: &ViewOptions) -> BTreeSet<Scrubbed> {
        let ends = edges.iter().flat_map(|id| [&self.edge(*id).from, &self.edge(*id).to]);
        let touched = ends.filter(|end| matches!(end, End::System(_))).map(|end| end.name().clone());
        let writes = |system: &Scrubbed| self.datasets.values().any(|home| home.written_by.contains(system));
        let everything = options.focus.is_empty() && options.zones.is_empty() && options.tags.is_empty();
        let unseen = self.nodes.keys().filter(|end| matches!(end, End::System(_))).map(End::name);
        let unseen = unseen.filter(|system| everything && !writes(system)).cloned();
        touched.chain(unseen).collect()
    }

    /// Of a dataset edge and the field edges below it, the one that tells most.
    fn most_telling(&self, id: EdgeId) -> EdgeId {
        let pair = self.edge(id);
        let below = self.edges().filter(|(_, edge)| {
            edge.from.field().is_some() && whole(&edge.from) == pair.from && whole(&edge.to) == pair.to
        });
        let telling = |edge: &Edge| (worst(edge), edge.probability);
        let best = below.map(|(id, edge)| (telling(edge), std::cmp::Reverse(id))).max();
        match best {
            Some((best, std::cmp::Reverse(field))) if best >= telling(pair) => field,
            _ => id,
        }
    }
}

fn is_seen(edge: &Edge) -> bool {
    edge.status.contains(&Status::Inferred) || edge.status.contains(&Status::Observed)
}

fn carries(edge: &Edge, tags: &[Selector]) -> bool {
    tags.is_empty() || edge.carries.iter().any(|tag| tags.iter().any(|selector| selector.selects(*tag)))
}

/// The gravest thing that an edge carries; more is worse.
fn worst(edge: &Edge) -> u8 {
    edge.carries.iter().map(gravity).max().unwrap_or_default()
}

fn gravity(tag: &Tag) -> u8 {
    match (tag.class, tag.state) {
        (class, State::Clear) if class.is_authentication() => 7,
        (Class::Pan, State::Clear) => 6,
        (Class::Secret, State::Clear) => 5,
        (Class::Pan, State::Hashed) => 4,
        (Class::Pan, _) => 3,
        (Class::Token, _) => 2,
        _ => 1,
    }
}
