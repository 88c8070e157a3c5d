//! Edges of values that changed form, or have too few values to be followed: a mask or a truncated number is held
//! against the card in the record that shares its order id; expiry, holder and authentication data ride along
//! where their card is known to go. A token that nobody else holds belongs to the card with which it is paired
//! one to one.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Draft, Drafts, Evidence, Orientation, Probability, Status, Survey, Transform,
    cascade::{self, Candidate, Item, Parent},
    feed::DeclaredPairs,
    joined::{Companions, compare, rides_along},
    likelihood::Strength,
    order::{Lead, Pair, Votes},
};
use crate::detect::{Class, State, Tag};

/// One pair of records could agree by chance: one in ten thousand last fours does.
const FEWEST: usize = 2;
/// What was not compared by value is not surer than this.
const UNSEEN: Probability = Probability(800);

/// What joins a target's field to others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bond {
    /// The last four digits: enough for an edge.
    Tail,
    /// A token, paired with a card; it makes an edge where nobody else holds the token.
    Token,
    /// It rides along with a card that is known to go there.
    Rides,
}

/// Adds edges between fields of records that belong together.
pub(super) fn accompany(survey: &Survey<'_>, declared: &DeclaredPairs, drafts: &mut Drafts) {
    let mut by_target: BTreeMap<usize, Vec<Source<'_>>> = BTreeMap::new();
    for ((target, source), mut companions) in compare(survey) {
        companions.keep_one_to_one();
        let agree = companions.agree.len();
        if agree >= FEWEST && agree as u64 >= 4 * companions.differ {
            let source = Source::new(survey, declared, (source, target), companions);
            by_target.entry(target).or_default().extend(source);
        }
    }
    let (riders, others): (Vec<_>, Vec<_>) =
        by_target.into_iter().partition(|(target, _)| bond(survey, *target) == Bond::Rides);
    // What rides along needs to know where cards go.
    for (target, mut sources) in others.into_iter().chain(riders) {
        let bond = bond(survey, target);
        sources.retain(|source| drafts.admits(survey, bond, source.slot, target));
        for draft in chosen(survey, target, best_of_each_dataset(survey, sources), declared) {
            let most = if bond == Bond::Tail { Probability::INFERRED_MOST } else { UNSEEN };
            drafts.add(Draft { probability: draft.probability.min(most), ..draft });
        }
    }
}

fn bond(survey: &Survey<'_>, target: usize) -> Bond {
    let tags = &survey.slots[target].tags;
    match tags.iter().all(|tag| rides_along(tag.class)) {
        true => Bond::Rides,
        false if tags.iter().any(|tag| tag.class == Class::Pan) => Bond::Tail,
        false => Bond::Token,
    }
}

/// A field whose records agree with the target's.
struct Source<'a> {
    slot: usize,
    companions: Companions<'a>,
    votes: Votes,
    lead: Lead,
}

impl<'a> Source<'a> {
    fn new(
        survey: &Survey<'_>,
        declared: &DeclaredPairs,
        (slot, target): (usize, usize),
        companions: Companions<'a>,
    ) -> Option<Self> {
        let [from, to] = [slot, target].map(|slot| survey.slots[slot].place);
        let mut votes = Votes::default();
        companions.agree.iter().for_each(|agreement| votes.add(agreement.order));
        let pair = Pair {
            source: from,
            target: to,
            votes,
            shared: [0, 1, 1],
            declared: [declared.contains(&(from, to)), declared.contains(&(to, from))],
        };
        let lead = match pair.lead(survey) {
            // A full number cannot come from a mask.
            Lead::Oriented(Orientation::Names) | Lead::Against if is_clear(survey, slot) => {
                Lead::Oriented(Orientation::Containment)
            }
            lead => lead,
        };
        let leads = !matches!(lead, Lead::Backward | Lead::Against);
        leads.then_some(Source { slot, companions, votes, lead })
    }
}

fn is_clear(survey: &Survey<'_>, slot: usize) -> bool {
    survey.slots[slot].tags.iter().any(|tag| tag.state == State::Clear && !rides_along(tag.class))
}

/// Of the fields of one dataset the one that agrees most; of equals the one that is no clear card: what was masked
/// already was copied.
fn best_of_each_dataset<'a>(survey: &Survey<'_>, sources: Vec<Source<'a>>) -> Vec<Source<'a>> {
    let mut best: BTreeMap<usize, Source<'a>> = BTreeMap::new();
    let rank = |source: &Source<'_>| (source.companions.agree.len(), !is_clear(survey, source.slot));
    for source in sources {
        let place = survey.slots[source.slot].place;
        if best.get(&place).is_none_or(|held| rank(held) < rank(&source)) {
            best.insert(place, source);
        }
    }
    best.into_values().collect()
}

fn chosen(
    survey: &Survey<'_>,
    target: usize,
    sources: Vec<Source<'_>>,
    declared: &DeclaredPairs,
) -> Vec<Draft> {
    let to = survey.slots[target].place;
    let candidate = |source: &Source<'_>| Candidate {
        items: items(&source.companions),
        contradicted: Vec::new(),
        threshold: survey.sampled_below(survey.slots[source.slot].place),
        grounds: declared.grounds(survey, survey.slots[source.slot].place, to),
        first: source.lead == Lead::Forward,
    };
    let candidates: Vec<Candidate> = sources.iter().map(candidate).collect();
    let parents = cascade::parents(&candidates).into_iter();
    parents.map(|parent| draft(survey, target, &sources[parent.candidate], &parent)).collect()
}

/// The target's records that the source explains, each once.
fn items(companions: &Companions<'_>) -> Vec<Item> {
    let allowed = companions.agree.iter().filter(|agreement| agreement.order.allows());
    let items = allowed.map(|a| (a.record, Item { number: a.record, rank: a.rank, delay: a.delay }));
    items.collect::<BTreeMap<u32, Item>>().into_values().collect()
}

fn draft(survey: &Survey<'_>, target: usize, source: &Source<'_>, parent: &Parent) -> Draft {
    let Companions { agree, differ } = &source.companions;
    let records: BTreeSet<u32> = agree.iter().map(|agreement| agreement.record).collect();
    let strength = Strength {
        shared: records.len() as u64,
        differ: *differ,
        votes: source.votes,
        lead: source.lead,
        rivals: parent.rivals,
        explained: [parent.explains.len() as u64, records.len() as u64],
    };
    let companions = Evidence::Companions {
        agree: agree.len() as u64,
        differ: *differ,
        from: agree[0].from.clone(),
        to: agree[0].to.clone(),
    };
    let oriented = match source.lead {
        Lead::Oriented(by) => Some(Evidence::Orientation { by }),
        _ => None,
    };
    Draft {
        from: survey.field_end(source.slot),
        to: survey.field_end(target),
        via: survey.writer(survey.slots[target].place),
        transform: transform(&survey.slots[source.slot].tags, &survey.slots[target].tags),
        status: Status::Inferred,
        probability: strength.probability(),
        evidence: [companions].into_iter().chain(oriented).collect(),
        carries: survey.slots[target].tags.clone(),
    }
}

fn transform(source: &BTreeSet<Tag>, target: &BTreeSet<Tag>) -> Transform {
    let in_state = |tags: &BTreeSet<Tag>, state| tags.iter().any(|tag| tag.state == state);
    let became = |state| in_state(target, state) && !in_state(source, state);
    match () {
        () if target.iter().any(|tag| tag.class == Class::Token) => Transform::Tokenized,
        () if became(State::Truncated) => Transform::Truncated,
        () if became(State::Masked) => Transform::Masked,
        () => Transform::Copied,
    }
}

impl Survey<'_> {
    /// From this rank of a join value on, a dataset's sample shows no records.
    fn sampled_below(&self, place: usize) -> u64 {
        self.places[place].observation.map_or(u64::MAX, |observation| observation.sample.threshold)
    }
}

impl Drafts {
    fn admits(&self, survey: &Survey<'_>, bond: Bond, source: usize, target: usize) -> bool {
        let [from, to] = [source, target].map(|slot| survey.places[survey.slots[slot].place].name);
        match bond {
            Bond::Tail => true,
            Bond::Token => !self.edges().any(|edge| edge.to == survey.field_end(target)),
            Bond::Rides => self.edges().any(|edge| edge.from.name() == from && edge.to.name() == to),
        }
    }
}
