//! Questions to the graph: what is upstream, what is downstream, how a value came from the gateway. An edge that
//! grants alone allow is never followed: permission says nothing of movement.

use std::collections::{BTreeMap, BTreeSet};

use petgraph::Direction;

use super::{Edge, EdgeId, End, Lineage, Probability, reconcile::whole};
use crate::detect::Class;

/// A way through the graph, from its origin to its end.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Path {
    /// The edges in order. Two that follow each other meet in a field, in its dataset, or in the system that
    /// writes that.
    pub edges: Vec<EdgeId>,
}

/// In thousandths of a bit: what a step costs beside its improbability, so that of two ways the shorter is taken.
const STEP: u64 = 20;
/// From a field to its dataset, or from a dataset to its writer: likely the way, and a guess.
const WIDEN: u64 = 3000;
/// An edge that is not seen to carry what is looked for.
const EMPTY_HANDED: u64 = 2000;

impl Lineage {
    /// The most probable way from a payment gateway (or, without one, from the earliest known place) to `end`;
    /// empty if nothing leads there. Of a value of some class only the ways that it, or the card that it belongs to,
    /// is seen to take.
    pub fn path_from_gateway(&self, end: &End, class: Option<Class>) -> Path {
        let mut search = Search::new(self, end, class);
        let origin = search.run().or_else(|| search.earliest());
        Path { edges: origin.map(|origin| search.way(origin)).unwrap_or_default() }
    }

    /// Every edge that leads, directly or not, to `end`.
    pub fn upstream(&self, end: &End) -> Vec<EdgeId> {
        self.closure(end, Direction::Incoming)
    }

    /// Every edge that `end` leads to, directly or not.
    pub fn downstream(&self, end: &End) -> Vec<EdgeId> {
        self.closure(end, Direction::Outgoing)
    }

    fn closure(&self, end: &End, direction: Direction) -> Vec<EdgeId> {
        let detailed = self.detailed();
        let mut found = BTreeSet::new();
        let mut seen = BTreeSet::new();
        let mut waiting = vec![end.clone()];
        while let Some(end) = waiting.pop() {
            if !seen.insert(end.clone()) {
                continue;
            }
            for id in self.steps(&end, direction, &detailed) {
                found.insert(id);
                waiting.push(self.far_end(id, direction).clone());
            }
        }
        found.into_iter().collect()
    }

    /// The edges at an end; for a field also those of its dataset of which no field is known.
    fn steps(&self, end: &End, direction: Direction, detailed: &BTreeSet<(End, End)>) -> Vec<EdgeId> {
        let mut steps = self.moving(end, direction);
        if end.field().is_some() {
            let coarse = |id: &EdgeId| {
                let edge = self.edge(*id);
                !detailed.contains(&(edge.from.clone(), edge.to.clone()))
            };
            steps.extend(self.moving(&whole(end), direction).into_iter().filter(coarse));
        }
        steps
    }

    /// Pairs of datasets between which fields are known to move.
    fn detailed(&self) -> BTreeSet<(End, End)> {
        let fields = self.edges.iter().filter(|edge| edge.from.field().is_some());
        fields.map(|edge| (whole(&edge.from), whole(&edge.to))).collect()
    }

    /// The edges at an end that are more than permission, in their order.
    pub(super) fn moving(&self, end: &End, direction: Direction) -> Vec<EdgeId> {
        let Some(node) = self.nodes.get(end) else { return Vec::new() };
        let at = self.graph.edges_directed(*node, direction).map(|edge| *edge.weight());
        let mut moving: Vec<_> = at.filter(|id| self.edge(*id).moves()).collect();
        moving.sort();
        moving
    }

    fn far_end(&self, id: EdgeId, direction: Direction) -> &End {
        match direction {
            Direction::Incoming => &self.edge(id).from,
            Direction::Outgoing => &self.edge(id).to,
        }
    }

    /// A gateway, or a dataset that one writes in its own zone: what it writes elsewhere has left it already.
    fn is_origin(&self, end: &End) -> bool {
        let home = end.dataset().and_then(|name| self.datasets.get(name));
        self.systems(end).iter().filter(|system| self.gateways.contains(*system)).any(|gateway| {
            let zone = self.zones.get(gateway);
            zone.is_none() || home.is_none_or(|home| home.zone.as_ref() == zone)
        })
    }
}

impl Edge {
    /// Whether it is more than a permission.
    pub fn moves(&self) -> bool {
        self.probability > Probability::default()
    }
}

/// Dijkstra's algorithm, from the end backwards. Ties go to the smaller name, so that the answer is one.
struct Search<'a> {
    lineage: &'a Lineage,
    wanted: BTreeSet<Class>,
    /// Only edges that carry what is wanted.
    strict: bool,
    waiting: BTreeSet<(u64, End)>,
    cost: BTreeMap<End, u64>,
    /// The next step towards the end; without an edge where the way only widens.
    next: BTreeMap<End, (Option<EdgeId>, End)>,
}

impl<'a> Search<'a> {
    fn new(lineage: &'a Lineage, end: &End, class: Option<Class>) -> Self {
        let into = lineage.moving(end, Direction::Incoming).into_iter();
        let arriving = || into.flat_map(|id| lineage.edge(id).carries.iter().map(|tag| tag.class));
        let wanted = match class {
            Some(class) if class.is_of_a_card() => BTreeSet::from([class, Class::Pan]),
            Some(class) => BTreeSet::from([class]),
            None => arriving().chain([Class::Pan]).collect(),
        };
        Search {
            lineage,
            wanted,
            strict: class.is_some(),
            waiting: BTreeSet::from([(0, end.clone())]),
            cost: BTreeMap::from([(end.clone(), 0)]),
            next: BTreeMap::new(),
        }
    }

    /// Searches until it meets a gateway.
    fn run(&mut self) -> Option<End> {
        while let Some((cost, end)) = self.waiting.pop_first() {
            if self.lineage.is_origin(&end) && self.next.contains_key(&end) {
                return Some(end);
            }
            for id in self.lineage.moving(&end, Direction::Incoming) {
                if self.strict && !self.carries(id) {
                    continue;
                }
                let from = self.lineage.edge(id).from.clone();
                self.reach(from, cost + self.price(id), (Some(id), end.clone()));
            }
            for wider in self.wider(&end) {
                self.reach(wider, cost + WIDEN, (None, end.clone()));
            }
        }
        None
    }

    fn reach(&mut self, end: End, cost: u64, step: (Option<EdgeId>, End)) {
        let known = self.cost.get(&end).copied().unwrap_or(u64::MAX);
        if cost < known {
            self.waiting.remove(&(known, end.clone()));
            self.waiting.insert((cost, end.clone()));
            self.cost.insert(end.clone(), cost);
            self.next.insert(end, step);
        }
    }

    fn price(&self, id: EdgeId) -> u64 {
        let empty_handed = if self.carries(id) { 0 } else { EMPTY_HANDED };
        STEP + millibits(self.lineage.edge(id).probability) + empty_handed
    }

    fn carries(&self, id: EdgeId) -> bool {
        self.lineage.edge(id).carries.iter().any(|tag| self.wanted.contains(&tag.class))
    }

    /// Where a value may have been before it stood here, without an edge that says so.
    fn wider(&self, end: &End) -> Vec<End> {
        let system = |name: crate::detect::Scrubbed| End::System(name);
        match end {
            End::Field(..) => vec![whole(end)],
            End::Dataset(_) => self.lineage.systems(end).into_iter().map(system).collect(),
            End::System(name) => {
                let homes = self.lineage.datasets.iter();
                let written = homes.filter(|(_, home)| home.written_by.contains(name));
                written.map(|(dataset, _)| End::Dataset(dataset.clone())).collect()
            }
            End::Outside(_) => Vec::new(),
        }
    }

    /// Where nothing leads to a gateway: the cheapest place that nothing leads to.
    fn earliest(&self) -> Option<End> {
        let reached = self.next.iter().filter(|(_, (edge, _))| edge.is_some());
        let root = |end: &End| self.lineage.moving(end, Direction::Incoming).is_empty();
        let rank = |end: &&End| (!root(end), self.cost[*end]);
        reached.map(|(end, _)| end).min_by_key(rank).cloned()
    }

    fn way(&self, origin: End) -> Vec<EdgeId> {
        let mut edges = Vec::new();
        let mut at = &origin;
        while let Some((edge, next)) = self.next.get(at) {
            edges.extend(edge);
            at = next;
        }
        edges
    }
}

/// −log₂ of a probability in thousandths of a bit: an integer, so that every machine finds the same way.
fn millibits(probability: Probability) -> u64 {
    let inverse = (1000_u128 << 32) / u128::from(probability.0.clamp(1, 1000));
    let whole = inverse.ilog2() - 32;
    let mut rest = inverse >> whole;
    let mut fraction = 0;
    for bit in (0..10).rev() {
        rest = (rest * rest) >> 32;
        if rest >= 2 << 32 {
            rest >>= 1;
            fraction |= 1 << bit;
        }
    }
    (u64::from(whole) * 1024 + fraction) * 1000 / 1024
}

#[cfg(test)]
mod tests {
    use super::millibits;
    use crate::lineage::{
        End, Probability,
        fixture::{Shop, text},
    };

    fn check(shop: Shop, end: End, expected: &str) {
        let lineage = shop.lineage();
        let path = lineage.path_from_gateway(&end, None);
        let path: Vec<_> = path.edges.iter().map(|id| text(lineage.edge(*id))).collect();
        assert_eq!(path.join("\n"), expected);
    }

    fn dataset(name: &str) -> End {
        End::Dataset(crate::detect::scrub(name))
    }

    #[test]
    fn logarithms_are_right_to_a_thousandth() {
        for (probability, expected) in [(1000, 0), (500, 1000), (250, 2000), (900, 151), (990, 13)] {
            assert_eq!(millibits(Probability(probability)), expected, "{probability}");
        }
    }

    #[test]
    fn a_declared_chain_is_followed_from_the_gateway() {
        let shop = Shop::default()
            .system("gw", "payment-gateway")
            .system("checkout", "service")
            .dataset("log", "checkout", "-", "connected")
            .values("log", "msg", "pan", &[(1, None)])
            .dataset("contacts", "crm", "-", "out-of-scope")
            .values("contacts", "note", "pan", &[(2, None)])
            .flow("gw", "checkout", "")
            .flow("checkout", "crm", "");
        let path = "(gw) -> log [declared] unknown\nlog -> contacts [declared] unknown";
        check(shop, dataset("contacts"), path);
    }

    #[test]
    fn without_a_gateway_the_path_starts_at_the_earliest_place() {
        let shop = Shop::default()
            .dataset("a", "one", "-", "-")
            .dataset("b", "two", "-", "-")
            .flow("one", "two", "");
        check(shop, dataset("b"), "a -> b [declared] unknown");
    }

    #[test]
    fn nothing_leads_to_an_island() {
        check(Shop::default().dataset("a", "one", "-", "-"), dataset("a"), "");
    }
}
