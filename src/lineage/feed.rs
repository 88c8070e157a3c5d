//! Which dataset feeds which: shared values become links between datasets, links get a direction, and each
//! target's values get their parents.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Survey,
    cascade::{self, Candidate, Grounds, Item, Rivals},
    order::{Lead, Order, Pair, Votes},
    value::{Form, Holding},
};
use crate::observe::Sighting;

/// A dataset feeds another, as far as values and times tell.
pub(super) struct Feed {
    pub(super) source: usize,
    pub(super) target: usize,
    pub(super) votes: Votes,
    pub(super) lead: Lead,
    pub(super) rivals: Rivals,
    /// Values that it is the first to explain.
    pub(super) explains: BTreeSet<u32>,
    /// All values that may have come this way.
    pub(super) items: BTreeSet<u32>,
}

/// What two datasets share, seen from source to target.
#[derive(Default)]
struct Link {
    votes: Votes,
    items: Vec<(Item, Order)>,
    /// The smallest threshold of the source's and of the target's fields that take part.
    thresholds: [Option<u64>; 2],
}

/// Pairs of datasets that a declaration joins, by number, and how plainly.
#[derive(Default)]
pub(super) struct DeclaredPairs(BTreeMap<(usize, usize), Grounds>);

impl DeclaredPairs {
    pub(super) fn insert(&mut self, pair: (usize, usize), grounds: Grounds) {
        let known = self.0.entry(pair).or_insert(grounds);
        *known = grounds.max(*known);
    }

    pub(super) fn contains(&self, pair: &(usize, usize)) -> bool {
        self.0.contains_key(pair)
    }

    /// What speaks for a feed before values do.
    pub(super) fn grounds(&self, survey: &Survey<'_>, source: usize, target: usize) -> Grounds {
        let writers = |place: usize| &survey.places[place].facts.written_by;
        let kin =
            || if writers(source).is_disjoint(writers(target)) { Grounds::None } else { Grounds::System };
        self.0.get(&(source, target)).copied().unwrap_or_else(kin)
    }
}

/// Who feeds whom, by target and then in the order in which parents were chosen. `groups` are values by number.
pub(super) fn feeds(survey: &Survey<'_>, groups: &[&[Holding<'_>]], declared: &DeclaredPairs) -> Vec<Feed> {
    let mut by_target: BTreeMap<usize, Vec<(usize, Link, Lead)>> = BTreeMap::new();
    for ((source, target), link) in links(survey, groups) {
        let lead = lead(survey, (source, target), &link, declared);
        if !matches!(lead, Lead::Backward | Lead::Against) {
            by_target.entry(target).or_default().push((source, link, lead));
        }
    }
    by_target.into_iter().flat_map(|(target, links)| fed(survey, target, links, declared)).collect()
}

fn fed(
    survey: &Survey<'_>,
    target: usize,
    links: Vec<(usize, Link, Lead)>,
    declared: &DeclaredPairs,
) -> Vec<Feed> {
    let candidate = |(source, link, lead): &(usize, Link, Lead)| Candidate {
        items: link.items.iter().filter(|(_, order)| order.allows()).map(|(item, _)| *item).collect(),
        contradicted: link.items.iter().filter(|(_, o)| *o == Order::After).map(|(i, _)| i.number).collect(),
        threshold: link.thresholds[0].unwrap_or(u64::MAX),
        grounds: declared.grounds(survey, *source, target),
        first: *lead == Lead::Forward,
    };
    let candidates: Vec<Candidate> = links.iter().map(candidate).collect();
    let feed = |parent: cascade::Parent| {
        let (source, link, lead) = &links[parent.candidate];
        let items = candidates[parent.candidate].items.iter().map(|item| item.number).collect();
        let (votes, explains, rivals) = (link.votes, parent.explains, parent.rivals);
        Feed { source: *source, target, votes, lead: *lead, rivals, explains, items }
    };
    cascade::parents(&candidates).into_iter().map(feed).collect()
}

/// By source and target.
fn links(survey: &Survey<'_>, groups: &[&[Holding<'_>]]) -> BTreeMap<(usize, usize), Link> {
    let mut links: BTreeMap<(usize, usize), Link> = BTreeMap::new();
    for (number, group) in groups.iter().enumerate() {
        let holders = holders(survey, group);
        for target in holders.iter().filter(|holder| holder.form == Form::Itself) {
            for source in holders.iter().filter(|source| source.place != target.place) {
                let link = links.entry((source.place, target.place)).or_default();
                link.add(survey, number, source, target);
            }
        }
    }
    links
}

/// A dataset that holds a value: its best form, and the field that showed it first.
struct Holder<'a> {
    place: usize,
    form: Form,
    holding: &'a Holding<'a>,
}

fn holders<'a>(survey: &Survey<'_>, group: &'a [Holding<'a>]) -> Vec<Holder<'a>> {
    let mut holders: Vec<Holder<'a>> = Vec::new();
    for holding in group {
        let place = survey.slots[holding.slot].place;
        match holders.last_mut().filter(|last| last.place == place) {
            None => holders.push(Holder { place, form: holding.form, holding }),
            Some(last) if rank(holding) < rank(last.holding) => {
                (last.form, last.holding) = (holding.form, holding);
            }
            Some(_) => {}
        }
    }
    holders
}

fn rank(holding: &Holding<'_>) -> (Form, i64) {
    (holding.form, holding.sighting.first.map_or(i64::MAX, |time| time.latest))
}

impl Link {
    fn add(&mut self, survey: &Survey<'_>, number: usize, source: &Holder<'_>, target: &Holder<'_>) {
        let opens = [source, target].map(|holder| survey.places[holder.place].opens);
        let [from, to] = [source, target].map(|holder| holder.holding.sighting);
        let order = Order::of(from, to, opens.into());
        self.votes.add(order);
        let rank = source.holding.value.rank();
        let number = u32::try_from(number).expect("fewer values than four thousand million");
        self.items.push((Item { number, rank, delay: delay(from, to) }, order));
        for (side, holder) in [source, target].into_iter().enumerate() {
            let threshold = survey.threshold(holder.holding);
            self.thresholds[side] =
                Some(self.thresholds[side].map_or(threshold, |least| least.min(threshold)));
        }
    }
}

fn delay(from: &Sighting, to: &Sighting) -> Option<i64> {
    from.first.zip(to.first).map(|(from, to)| to.earliest.saturating_sub(from.earliest))
}

fn lead(survey: &Survey<'_>, pair: (usize, usize), link: &Link, declared: &DeclaredPairs) -> Lead {
    let (source, target) = pair;
    // Counting is only worth its while where times are silent.
    let silent = link.votes.counted() == (0, 0);
    let common = link.thresholds.iter().flatten().min().copied().unwrap_or(u64::MAX);
    let all = |place| if silent { survey.payment_values(place, common) } else { u64::MAX / 16 };
    Pair {
        source,
        target,
        votes: link.votes,
        shared: [link.items.len() as u64, all(source), all(target)],
        declared: [declared.contains(&pair), declared.contains(&(target, source))],
    }
    .lead(survey)
}

impl Survey<'_> {
    /// From this rank on the field shows nothing.
    pub(super) fn threshold(&self, holding: &Holding<'_>) -> u64 {
        let field = self.slots[holding.slot].field;
        match holding.form {
            Form::Itself => field.values.threshold,
            Form::Digest => field.digests.threshold,
        }
    }

    /// How many values of tagged fields a dataset has below a threshold.
    fn payment_values(&self, place: usize, threshold: u64) -> u64 {
        let of = |slot: &&super::survey::Slot<'_>| slot.place == place && !slot.tags.is_empty();
        self.slots.iter().filter(of).map(|slot| slot.field.values.kept_below(threshold)).sum()
    }
}
