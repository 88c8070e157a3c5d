//! Which fields are worth joining: a pure function of all probes. A join field holds many different values,
//! and has its values or at least their shape in common with a field of another dataset. Fields that are
//! tagged carry what they are joined by and need no choice.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use super::{Probe, probe::ProbedField};
use crate::{
    decode::FieldPath,
    detect::{Fingerprint, Scrubbed, Shape},
};

/// The fields whose values are fingerprinted in the full pass, by dataset name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct JoinFields(pub BTreeMap<Scrubbed, Vec<FieldPath>>);

impl JoinFields {
    /// The fields of one dataset, the best first.
    pub fn of(&self, dataset: &Scrubbed) -> &[FieldPath] {
        self.0.get(dataset).map_or(&[], Vec::as_slice)
    }
}

/// How many fields are chosen of one dataset at most.
const CHOSEN: usize = 4;

/// Words of a field's name that tell of values which vary and still meet by chance: times, amounts, measures,
/// addresses of pages.
const CHANCE: &str = "amount at booked bytes cost count created date datetime day due duration elapsed \
    ended epoch expires expiry fee latency length millis modified ms posted price \
    quantity seen since size started subtotal sum time timestamp total ts until updated \
    uri url when";

/// Chooses join fields from the probes of all datasets.
pub fn choose_joins(probes: &BTreeMap<Scrubbed, Probe>) -> JoinFields {
    let candidates: Vec<Candidate<'_>> =
        probes.iter().flat_map(|(dataset, probe)| candidates(dataset, probe)).collect();
    let company = Company::of(&candidates);
    let mut chosen: BTreeMap<Scrubbed, Vec<_>> = BTreeMap::new();
    for (place, candidate) in candidates.iter().enumerate() {
        let rank = company.rank(place, candidate);
        if rank.shared > 0 || rank.shaped > 0 {
            chosen
                .entry(candidate.dataset.clone())
                .or_default()
                .push((Reverse(rank), candidate.path.clone()));
        }
    }
    JoinFields(chosen.into_iter().map(|(dataset, fields)| (dataset, best(fields))).collect())
}

fn best(mut fields: Vec<(Reverse<Rank>, FieldPath)>) -> Vec<FieldPath> {
    fields.sort();
    fields.into_iter().map(|(_, path)| path).take(CHOSEN).collect()
}

/// A field that could be worth joining.
struct Candidate<'a> {
    dataset: &'a Scrubbed,
    path: &'a FieldPath,
    field: &'a ProbedField,
}

/// What speaks for a candidate, the weightiest first.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Rank {
    /// Values that another dataset holds, too.
    shared: u64,
    /// Other datasets with a field of the same name and shape.
    named: usize,
    /// Other datasets with a field of the same shape.
    shaped: usize,
    /// About how many distinct values.
    distinct: u64,
}

fn candidates<'a>(dataset: &'a Scrubbed, probe: &'a Probe) -> impl Iterator<Item = Candidate<'a>> {
    let fields = probe.fields.iter().filter(|(path, field)| is_varied(field) && !meets_by_chance(path));
    fields.map(move |(path, field)| Candidate { dataset, path, field })
}

/// Most values are not tagged, and they differ: three in ten or more, as ids do of which a record or three
/// tell; or twenty and more of which each is told up to twenty times, as order ids are in a log of events.
fn is_varied(field: &ProbedField) -> bool {
    let (distinct, count) = (field.distinct(), field.count);
    let differ = distinct.saturating_mul(10) >= count.saturating_mul(3);
    let repeat = distinct >= 20 && distinct.saturating_mul(20) >= count;
    count > field.tagged && (differ || repeat)
}

fn meets_by_chance(path: &FieldPath) -> bool {
    words(path.key()).iter().any(|word| CHANCE.split(' ').any(|chance| chance == word))
}

/// The words of `created_at`, `createdAt`, `created-at`.
fn words(key: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before = '_';
    for letter in key.chars() {
        let begins = !letter.is_alphanumeric() || (letter.is_uppercase() && before.is_lowercase());
        if begins {
            words.push(String::new());
        }
        let word = words.last_mut().expect("there is always one");
        word.extend(letter.is_alphanumeric().then(|| letter.to_ascii_lowercase()));
        before = letter;
    }
    words
}

/// Who else has what a candidate has.
struct Company<'a> {
    shared: Vec<u64>,
    shapes: BTreeMap<Shape, BTreeSet<&'a Scrubbed>>,
    names: BTreeMap<(&'a str, Shape), BTreeSet<&'a Scrubbed>>,
}

impl<'a> Company<'a> {
    fn of(candidates: &[Candidate<'a>]) -> Self {
        let mut company =
            Company { shared: shared_values(candidates), shapes: BTreeMap::new(), names: BTreeMap::new() };
        for candidate in candidates {
            for shape in candidate.field.main_shapes() {
                company.shapes.entry(shape).or_default().insert(candidate.dataset);
                company.names.entry((candidate.path.key(), shape)).or_default().insert(candidate.dataset);
            }
        }
        company
    }

    fn rank(&self, place: usize, candidate: &Candidate<'a>) -> Rank {
        let others =
            |datasets: Option<&BTreeSet<&Scrubbed>>| datasets.map_or(0, |all| all.len().saturating_sub(1));
        let key = candidate.path.key();
        let shapes = || candidate.field.main_shapes();
        Rank {
            shared: self.shared[place],
            named: shapes().map(|shape| others(self.names.get(&(key, shape)))).max().unwrap_or(0),
            shaped: shapes().map(|shape| others(self.shapes.get(&shape))).max().unwrap_or(0),
            distinct: candidate.field.distinct(),
        }
    }
}

/// For each candidate, how many of its values a candidate of another dataset holds, too.
fn shared_values(candidates: &[Candidate<'_>]) -> Vec<u64> {
    let of = |(place, candidate): (usize, &Candidate<'_>)| {
        candidate.field.values.iter().map(|value| (*value, place)).collect::<Vec<_>>()
    };
    let mut values: Vec<(Fingerprint, usize)> = candidates.iter().enumerate().flat_map(of).collect();
    values.sort_unstable();
    let mut shared = vec![0; candidates.len()];
    for same in values.chunk_by(|one, other| one.0 == other.0) {
        let first = candidates[same[0].1].dataset;
        if same.iter().any(|(_, place)| candidates[*place].dataset != first) {
            same.iter().for_each(|(_, place)| shared[*place] += 1);
        }
    }
    shared
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::{Class, Hit, Identity, Join, Score, Sift, Sifted, Tag};

    /// A field: its path, the shape of its values, and how they go by record.
    type Filled = (&'static str, u64, fn(u128) -> u128);

    /// A dataset's probe of 100 records.
    fn probe(fields: &[Filled]) -> Probe {
        let mut probe = Probe::default();
        for record in 0..100 {
            let sift = |(index, (path, shape, value)): (usize, &Filled)| {
                let join = Join { fingerprint: Fingerprint(value(record) << 90 | 5), shape: Shape(*shape) };
                Sift { path: FieldPath::parse(path), index, join: Some(join) }
            };
            probe.record(&Sifted {
                fields: fields.iter().enumerate().map(sift).collect(),
                hits: Vec::new(),
                ..Sifted::default()
            });
        }
        probe
    }

    fn check(datasets: Vec<(&'static str, Probe)>, expected: &[&str]) {
        let probes = datasets.into_iter().map(|(name, probe)| (Scrubbed::from_static(name), probe)).collect();
        let chosen = choose_joins(&probes).0;
        let lines: Vec<String> = chosen
            .iter()
            .map(|(name, fields)| {
                format!("{name}: {}", fields.iter().map(FieldPath::as_str).collect::<Vec<_>>().join(" "))
            })
            .collect();
        assert_eq!(lines, expected);
    }

    #[test]
    fn ids_of_one_shape_join_and_what_repeats_does_not() {
        let orders = probe(&[("order_id", 1, |n| n), ("status", 2, |n| n % 3), ("note", 9, |n| n + 7_000)]);
        let crm = probe(&[("ref", 1, |n| n + 500), ("status", 2, |n| n % 3), ("alone", 8, |n| n + 9_000)]);
        check(vec![("orders", orders), ("crm", crm)], &["crm: ref", "orders: order_id"]);
    }

    #[test]
    fn values_that_meet_come_before_shapes_then_names() {
        let a = probe(&[("x", 1, |n| n + 1_000), ("y", 1, |n| n + 2_000), ("z", 3, |n| n + 3_000)]);
        let b = probe(&[("other", 1, |n| n + 4_000), ("y", 1, |n| n + 5_000), ("q", 4, |n| n + 3_050)]);
        check(vec![("a", a), ("b", b)], &["a: z y x", "b: q y other"]);
    }

    #[test]
    fn a_log_of_events_tells_an_order_several_times() {
        let events = probe(&[("order", 1, |n| n / 5)]);
        check(vec![("events", events.clone()), ("more", events)], &["events: order", "more: order"]);
        let few = probe(&[("order", 1, |n| n / 10)]);
        check(vec![("events", few.clone()), ("more", few)], &[]);
    }

    #[test]
    fn times_and_amounts_meet_by_chance() {
        let every = ["ts", "createdAt", "created_at", "order.total", "amount_minor", "LastModifiedDate"];
        for path in every {
            let probe = probe(&[(path, 1, |n| n)]);
            check(vec![("a", probe.clone()), ("b", probe)], &[]);
        }
        let probe = probe(&[("attempt_id", 1, |n| n)]);
        check(vec![("a", probe.clone()), ("b", probe)], &["a: attempt_id", "b: attempt_id"]);
    }

    #[test]
    fn at_most_four_fields_of_a_dataset() {
        let many = probe(&[
            ("a", 1, |n| n),
            ("b", 1, |n| n + 200),
            ("c", 1, |n| n + 400),
            ("d", 1, |n| n + 600),
            ("e", 1, |n| n + 800),
        ]);
        check(vec![("one", many.clone()), ("two", many)], &["one: a b c d", "two: a b c d"]);
    }

    #[test]
    fn what_is_tagged_needs_no_choice() {
        let mut tagged = Probe::default();
        for record in 0..100u128 {
            let join = Join { fingerprint: Fingerprint(record << 90), shape: Shape(1) };
            let path = FieldPath::root("token");
            let hit = Hit {
                tag: Tag::clear(Class::Token),
                field: path.clone(),
                index: 0,
                span: 0..9,
                score: Score::STRONG,
                reasons: Vec::new(),
                brand: None,
                identity: Identity::Value(join.fingerprint),
                counted: None,
            };
            let fields = vec![Sift { path, index: 0, join: Some(join) }];
            tagged.record(&Sifted { fields, hits: vec![hit], ..Sifted::default() });
        }
        check(vec![("a", tagged.clone()), ("b", tagged)], &[]);
    }
}
