//! A value that spreads is a cascade: each value of a dataset came from one parent, where that is possible. As in
//! NetInf (Gomez-Rodriguez, Leskovec, Krause 2010) parents are chosen greedily: the one that explains most values
//! that nothing explains yet, until nothing is left or nothing explains it. So A→B→C leaves no A→C, unless A
//! explains values of C that never passed B.
//!
//! Of parents that explain about the same, the declared one is taken, else one of the same system, else the one that
//! times put first, that fewer values contradict, whose delays vary least: along
//! A→B→C the delay from A is that from B and more, and so is its variance.

use std::collections::BTreeSet;

/// A value that a parent may have given, as the target's sketch numbers it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Item {
    pub(super) number: u32,
    /// Where it stands in the order that sketches are cut by.
    pub(super) rank: u64,
    /// From parent to target, in milliseconds, where both times are known.
    pub(super) delay: Option<i64>,
}

/// A dataset that may be the parent of another.
pub(super) struct Candidate {
    /// By number, each once.
    pub(super) items: Vec<Item>,
    /// Values that both have and the target had first, by number: it did not give those.
    pub(super) contradicted: Vec<u32>,
    /// It shows no values from this rank on.
    pub(super) threshold: u64,
    pub(super) grounds: Grounds,
    /// Times say that it had the values first.
    pub(super) first: bool,
}

/// What speaks for a parent before values do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Grounds {
    /// Nothing.
    None,
    /// One system writes both.
    System,
    /// A flow is declared between their systems.
    Flow,
    /// The target's system is declared to read this very dataset.
    Reader,
    /// A system tells that it moves data from the one to the other.
    Movement,
}

/// A chosen parent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Parent {
    /// Which candidate.
    pub(super) candidate: usize,
    /// The values that it is the first to explain.
    pub(super) explains: BTreeSet<u32>,
    /// How it was told from others that explain as much.
    pub(super) rivals: Rivals,
}

/// Other candidates that would have explained about as much.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rivals {
    /// None.
    None,
    /// A declared flow decided.
    Declared,
    /// The delays varied clearly less.
    Spread,
    /// Only that it was the latest to have the values.
    Latest,
}

/// Of two candidates one explains as much as the other from this share on, in hundredths.
const ABOUT: u64 = 90;
/// Delays tell from so many on.
const ENOUGH: usize = 8;

/// Chooses parents for the values of one target; candidates come in the order of their names.
pub(super) fn parents(candidates: &[Candidate]) -> Vec<Parent> {
    let mut open: Vec<Item> = candidates.iter().flat_map(|c| c.items.iter().copied()).collect();
    open.sort_by_key(|item| item.number);
    open.dedup_by_key(|item| item.number);
    let mut chosen: Vec<Parent> = Vec::new();
    while let Some(parent) = next(candidates, &open, &chosen) {
        let candidate = &candidates[parent.candidate];
        // What the parent could not show, it may have explained as well.
        open.retain(|item| item.rank < candidate.threshold && !parent.explains.contains(&item.number));
        chosen.push(parent);
    }
    chosen
}

fn next(candidates: &[Candidate], open: &[Item], chosen: &[Parent]) -> Option<Parent> {
    let taken = |index: usize| chosen.iter().any(|parent| parent.candidate == index);
    let numbers: BTreeSet<u32> = open.iter().map(|item| item.number).collect();
    let gains: Vec<(usize, u64)> = (0..candidates.len())
        .filter(|index| !taken(*index))
        .map(|index| (index, gain(&candidates[index], open, &numbers, chosen.is_empty())))
        .filter(|(_, gain)| *gain > 0)
        .collect();
    let most = gains.iter().map(|(_, gain)| *gain).max()?;
    let about = gains.iter().filter(|(_, gain)| gain * 100 >= most * ABOUT).map(|(index, _)| *index);
    let (mut candidate, mut rivals) = about.fold(None, |best, other| champion(candidates, best, other))?;
    // One that explains less and fits its values much better gave those: a dataset that was read in part.
    for (other, _) in &gains {
        if fits_better(&candidates[*other], &candidates[candidate]) {
            (candidate, rivals) = (*other, Rivals::Spread);
        }
    }
    let items = candidates[candidate].items.iter().map(|item| item.number);
    Some(Parent { candidate, explains: items.filter(|n| numbers.contains(n)).collect(), rivals })
}

fn champion(
    candidates: &[Candidate],
    best: Option<(usize, Rivals)>,
    other: usize,
) -> Option<(usize, Rivals)> {
    let Some((held, rivals)) = best else { return Some((other, Rivals::None)) };
    let (holds, by) = compare(&candidates[held], &candidates[other]);
    Some((if holds { held } else { other }, rivals.max(by)))
}

/// How many of the open values it explains: of those it can show, carried over to all.
fn gain(candidate: &Candidate, open: &[Item], numbers: &BTreeSet<u32>, is_first: bool) -> u64 {
    let new = candidate.items.iter().filter(|item| numbers.contains(&item.number)).count() as u64;
    let all = candidate.items.len() as u64;
    // A second parent must explain more than what slips through everywhere.
    let enough = is_first || new >= 3 || new * 5 >= all;
    let visible = open.iter().filter(|item| item.rank < candidate.threshold).count() as u64;
    if enough && visible > 0 { new * open.len() as u64 / visible } else { 0 }
}

/// Whether the first is the better parent, and by what.
fn compare(one: &Candidate, other: &Candidate) -> (bool, Rivals) {
    if one.grounds != other.grounds {
        let by =
            if one.grounds.max(other.grounds) > Grounds::System { Rivals::Declared } else { Rivals::Spread };
        return (one.grounds > other.grounds, by);
    }
    // Two copies of one nightly batch have the same times: neither gave to the other.
    if one.first != other.first {
        return (one.first, Rivals::Spread);
    }
    let [against_one, against_other] = [contradictions(one, other), contradictions(other, one)];
    if against_one.max(against_other) >= FEW
        && against_one.abs_diff(against_other) * 2 > against_one + against_other
    {
        return (against_one < against_other, Rivals::Spread);
    }
    let (a, b) = common_delays(one, other);
    match spread(&a).zip(spread(&b)).filter(|(a, b)| a * 5 < b * 4 || b * 5 < a * 4) {
        Some((a, b)) => (a < b, Rivals::Spread),
        None => (middle(&one.items) <= middle(&other.items), Rivals::Latest),
    }
}

/// Contradictions fewer than this are clocks.
const FEW: usize = 3;

/// Values that speak against one, and not against the other.
fn contradictions(one: &Candidate, other: &Candidate) -> usize {
    let explained = |number: &&u32| other.items.binary_search_by_key(*number, |item| item.number).is_ok();
    one.contradicted.iter().filter(explained).count()
}

/// Whether the delays of the values that both may have given vary much less from the first.
fn fits_better(one: &Candidate, other: &Candidate) -> bool {
    if other.grounds > one.grounds {
        return false;
    }
    let (a, b) = common_delays(one, other);
    let much = spread(&a).zip(spread(&b)).is_some_and(|(a, b)| a * 5 < b * 3);
    much && one.first && contradictions(one, other) <= contradictions(other, one) + FEW
}

/// The delays from both, of values that both may have given; sorted.
fn common_delays(one: &Candidate, other: &Candidate) -> (Vec<i64>, Vec<i64>) {
    let of_other = |number: u32| {
        let found = other.items.binary_search_by_key(&number, |item| item.number).ok()?;
        other.items[found].delay
    };
    let both = one.items.iter().filter_map(|item| Some((item.delay?, of_other(item.number)?)));
    let (mut a, mut b): (Vec<i64>, Vec<i64>) = both.unzip();
    a.sort_unstable();
    b.sort_unstable();
    (a, b)
}

/// Differences below a second are clocks and queues: in milliseconds.
const FINEST: i128 = 1000;

/// The distance between the quartiles, if there are enough to tell.
fn spread(delays: &[i64]) -> Option<i128> {
    let at = |share: usize| delays.get(delays.len() * share / 4).copied().map(i128::from);
    at(3).zip(at(1)).filter(|_| delays.len() >= ENOUGH).map(|(high, low)| (high - low).max(FINEST))
}

/// The middle delay; none at all is the longest.
fn middle(items: &[Item]) -> i64 {
    let mut delays: Vec<i64> = items.iter().filter_map(|item| item.delay).collect();
    delays.sort_unstable();
    delays.get(delays.len() / 2).copied().unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::{Candidate, Grounds, Item, parents};

    /// A candidate by its items: number and delay.
    fn candidate(grounds: Grounds, items: impl Iterator<Item = (u32, i64)>) -> Candidate {
        let item = |(number, delay)| Item { number, rank: u64::from(number), delay: Some(delay) };
        Candidate {
            items: items.map(item).collect(),
            contradicted: Vec::new(),
            threshold: u64::MAX,
            grounds,
            first: true,
        }
    }

    fn check(candidates: &[Candidate], expected: &[usize]) {
        let chosen: Vec<usize> = parents(candidates).iter().map(|parent| parent.candidate).collect();
        assert_eq!(chosen, expected);
    }

    #[test]
    fn the_middle_of_a_chain_explains_its_end() {
        let first = candidate(Grounds::None, (0..20).map(|n| (n, 100 + i64::from(n) * 7)));
        let middle = candidate(Grounds::None, (0..20).map(|n| (n, 50 + i64::from(n) % 3)));
        check(&[first, middle], &[1]);
    }

    #[test]
    fn what_never_passed_the_middle_keeps_its_own_edge() {
        let first = candidate(Grounds::None, (0..30).map(|n| (n, 100)));
        let middle = candidate(Grounds::None, (10..40).map(|n| (n, 50)));
        check(&[first, middle], &[1, 0]);
    }

    #[test]
    fn a_declared_flow_wins_a_tie() {
        let items = || (0..20).map(|n| (n, 10));
        check(
            &[candidate(Grounds::None, items()), candidate(Grounds::Flow, items().map(|(n, _)| (n, 900)))],
            &[1],
        );
    }

    #[test]
    fn siblings_of_one_source_have_no_edge_between_them() {
        let source = candidate(Grounds::None, (0..40).map(|n| (n, 100)));
        let sibling = candidate(Grounds::None, (0..40).step_by(2).map(|n| (n, 5)));
        check(&[source, sibling], &[0]);
    }
}
