//! Observations as a whole: however a dataset is cut and merged, they come out the same, and fields are
//! judged by all that they hold.

use proptest::prelude::*;

use super::*;
use crate::{
    decode::{FieldPath, SkipReason, Time},
    detect::{
        Class, Counted, Fingerprint, Hit, Identity, Join, Manner, Reason, Score, Scrubbed, Shape, Sift,
        Sifted, State, Tag, Test,
    },
};

fn at(record: u64) -> Position {
    Position { partition: Scrubbed::from_static("a.log"), record, offset: Some(record * 100) }
}

fn part(start: u64, end: u64) -> Part {
    Part { partition: Scrubbed::from_static("a.log"), start, end }
}

fn sift(path: &str, index: usize) -> Sift {
    Sift { path: FieldPath::parse(path), index, join: None }
}

fn hit(tag: Tag, sift: &Sift, score: i32, identity: Identity) -> Hit {
    let (field, reasons) = (sift.path.clone(), vec![Reason("key", 700), Reason("luhn", 100)]);
    Hit {
        tag,
        field,
        index: sift.index,
        span: 0..16,
        score: Score(score),
        reasons,
        brand: Some("Visa"),
        identity,
        counted: None,
    }
}

fn card(value: u128) -> Identity {
    let digests = vec![Fingerprint(value ^ 1 << 127), Fingerprint(value ^ 3 << 126)];
    Identity::Card { number: Fingerprint(value), tail: Fingerprint(value % 7), digests }
}

/// A number of sixteen digits that is like no other.
fn counted(value: u128) -> Counted {
    let part = (value >> 64) as u32;
    Counted { manner: Manner::Bare, number: Fingerprint(value), start: part, stem: part, length: 16 }
}

/// A hit on a card number, and the same number as it is counted.
fn card_hit(sift: &Sift, score: i32, value: u128) -> Hit {
    let hit = hit(Tag::clear(Class::Pan), sift, score, card(value));
    Hit { counted: Some(counted(value)), ..hit }
}

/// One record: a number that may pass as a card, an order id to join by, and a tag.
fn record() -> impl Strategy<Value = Sifted> {
    let value = prop_oneof![any::<u128>(), 0u128..9];
    let tag = (0usize..Class::ALL.len(), 0usize..State::ALL.len()).prop_map(|(class, state)| Tag {
        class: Class::ALL[class],
        state: State::ALL[state],
        test: Test::Real,
    });
    (value, tag, 0u8..3, -900i32..900).prop_map(|(value, tag, fields, score)| {
        let number = sift(&format!("card{fields}"), 0);
        let join = Join { fingerprint: Fingerprint(value.rotate_left(9)), shape: Shape(1) };
        let order = Sift { join: Some(join), ..sift("order", 2) };
        let mut hits = vec![hit(tag, &order, score, Identity::Value(Fingerprint(value.rotate_left(20))))];
        if fields > 0 {
            hits.insert(0, card_hit(&number, score.rotate_left(1), value));
        }
        let numbers = vec![(number.path.clone(), counted(value))];
        Sifted { fields: vec![number, order], hits, numbers, ..Sifted::default() }
    })
}

fn observe(records: &[Sifted], start: usize, end: usize) -> Observation {
    let mut observer = Observer::new();
    for (place, sifted) in records.iter().enumerate().take(end).skip(start) {
        let position = at(place as u64);
        observer.record(&position, (place % 3 > 0).then(|| Time::at(place as i64 * 7 % 50)), sifted);
        observer.read(100);
        if place % 5 == 0 {
            observer.skipped(&position, SkipReason::BrokenJson);
        }
    }
    observer.finish(part(start as u64, end as u64))
}

fn merged(one: &Observation, other: &Observation) -> Observation {
    one.clone().merge(other.clone()).expect("they counted different records")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn however_a_dataset_is_cut_and_merged_it_is_the_same(
        records in proptest::collection::vec(record(), 1..50),
        cuts in proptest::collection::btree_set(1usize..50, 0..5),
        order in any::<prop::sample::Index>(),
    ) {
        let ends = cuts.into_iter().filter(|cut| *cut < records.len()).chain([records.len()]);
        let mut start = 0;
        let mut parts: Vec<Observation> = Vec::new();
        for end in ends {
            parts.push(observe(&records, start, end));
            start = end;
        }
        let whole = observe(&records, 0, records.len());
        let turn = order.index(parts.len());
        parts.rotate_left(turn);
        let from_left = parts.iter().fold(Observation::default(), |all, part| merged(&all, part));
        let from_right = parts.iter().rev().fold(Observation::default(), |all, part| merged(part, &all));
        prop_assert_eq!(&from_left, &whole);
        prop_assert_eq!(&from_right, &whole);
        prop_assert_eq!(&merged(&whole, &whole), &whole, "a part read twice counts once");
        prop_assert_eq!(&merged(&parts[0], &whole), &whole, "the whole stands for its part");
    }
}

#[test]
fn an_overlap_is_refused() {
    let records = vec![Sifted::default(); 9];
    let (one, other) = (observe(&records, 0, 6), observe(&records, 3, 9));
    assert_eq!(one.merge(other), Err(Overlap));
}

/// Of `numbers` distinct numbers, the first `passing` are weak candidates with this score, and `strong` more
/// stand by themselves.
fn field(numbers: u128, passing: u128, score: i32, strong: u128) -> Verdict {
    let mut observer = Observer::new();
    for n in 1..=numbers + strong {
        let value = n << 64;
        let number = sift("ref", 0);
        let score = if n > numbers { Score::STRONG.0 } else { score };
        let passes = n <= passing || n > numbers;
        let hits = passes.then(|| card_hit(&number, score, value)).into_iter().collect();
        let numbers = vec![(number.path.clone(), counted(value))];
        let sifted = Sifted { hits, fields: vec![number], numbers, ..Sifted::default() };
        observer.record(&at(n as u64), None, &sifted);
    }
    let observation = observer.finish(part(0, 1 << 20));
    observation.verdict(&FieldPath::parse("ref"), &Tag::clear(Class::Pan))
}

#[test]
fn weak_cards_are_judged_by_their_field() {
    let finding = |count, unresolved| Verdict::Finding { count, unresolved };
    let unresolved = |count| Verdict::Unresolved { count };
    assert_eq!(field(40, 40, -100, 0), finding(40, 0), "a card field without a name");
    assert_eq!(field(100, 3, 100, 0), unresolved(3), "ids, a few of which pass");
    assert_eq!(field(2000, 60, 100, 1), finding(1, 60), "one real card among ids");
    assert_eq!(field(1, 1, -200, 0), unresolved(1), "one of one says nothing");
    assert_eq!(field(1, 1, 100, 0), finding(1, 0));
    assert_eq!(field(3, 3, -200, 0), finding(3, 0), "three of three are no chance");
    assert_eq!(field(4, 1, 100, 0), unresolved(1), "three others of four");
    assert_eq!(field(20, 10, 100, 0), finding(10, 0), "a mixture: each for itself");
    assert_eq!(field(20, 10, -100, 0), unresolved(10));
}

#[test]
fn positions_are_those_of_the_strong() {
    let mut observer = Observer::new();
    for (place, score) in [(1, -100), (2, 700), (3, 100), (4, 700)] {
        let number = sift("note", 0);
        let hits = vec![hit(Tag::clear(Class::Pan), &number, score, card(place.into()))];
        observer.record(
            &at(place),
            Some(Time::at(place as i64)),
            &Sifted { fields: vec![number], hits, ..Sifted::default() },
        );
    }
    let observation = observer.finish(part(0, 9));
    let finding = observation.findings().next().expect("it was just observed");
    assert_eq!(finding.seen.positions.iter().map(|position| position.record).collect::<Vec<_>>(), [2, 4]);
    assert_eq!((finding.seen.first, finding.seen.last), (Some(Time::at(1)), Some(Time::at(4))));
    assert_eq!(finding.verdict, Verdict::Finding { count: 3, unresolved: 1 });
}

#[test]
fn authentication_data_stands_in_rows_without_a_fingerprint() {
    let (number, code) = (sift("pan", 0), sift("cvv", 1));
    let hits = vec![
        hit(Tag::clear(Class::Pan), &number, 900, card(5)),
        hit(Tag::clear(Class::Cvv), &code, 900, Identity::None),
    ];
    let mut observer = Observer::new();
    observer.record(&at(1), None, &Sifted { fields: vec![number, code], hits, ..Sifted::default() });
    let observation = observer.finish(part(0, 2));
    let (_, row) = observation.sample.of(Fingerprint(5)).next().expect("a card's record is sampled");
    let cells: Vec<_> =
        row.cells.iter().map(|cell| (cell.field.as_str(), cell.join_value().is_some())).collect();
    assert_eq!(cells, [("pan", true), ("cvv", false)]);
    assert!(observation.fields[&FieldPath::parse("cvv")].values.is_empty());
    assert_eq!(observation.together.values().map(|together| together.count).collect::<Vec<_>>(), [1]);
}

/// A field named `token` with digests that may be hashes of cards, beside their last four digits.
fn digests(values: &[u128], score: i32) -> Observation {
    let mut observer = Observer::new();
    for (place, value) in values.iter().enumerate() {
        let (token, tail) = (sift("token", 0), sift("last4", 1));
        let identity = || Identity::Value(Fingerprint(*value));
        let truncated = Tag::clear(Class::Pan).in_state(State::Truncated);
        let hits = vec![
            hit(Tag::clear(Class::Pan).in_state(State::Hashed), &token, score, identity()),
            hit(Tag::clear(Class::Token), &token, 700, identity()),
            hit(truncated, &tail, 700, Identity::Tail(Fingerprint(1))),
        ];
        observer.record(
            &at(place as u64),
            None,
            &Sifted { fields: vec![token, tail], hits, ..Sifted::default() },
        );
    }
    observer.finish(part(0, values.len() as u64))
}

/// A field of cards, each with two digests, of which one is the value with its highest bit turned.
fn cards(values: &[u128]) -> Observation {
    let mut observer = Observer::new();
    for (place, value) in values.iter().enumerate() {
        let number = sift("pan", 0);
        let hits = vec![hit(Tag::clear(Class::Pan), &number, 900, card(*value))];
        observer.record(&at(place as u64), None, &Sifted { fields: vec![number], hits, ..Sifted::default() });
    }
    observer.finish(part(0, values.len() as u64))
}

fn check_confirmed(digest: u128, expected: &[&str]) {
    let (gateway, crm) = (Scrubbed::from_static("gateway"), Scrubbed::from_static("crm"));
    let mut all = std::collections::BTreeMap::from([
        (gateway, cards(&[5 << 64, 6 << 64])),
        (crm.clone(), digests(&[digest, 77 << 64], -300)),
    ]);
    let confirmed = confirm_hashes(&mut all);
    let again = all.clone();
    assert_eq!(confirm_hashes(&mut all), confirmed);
    assert_eq!(all, again, "confirming twice changes nothing");
    let found = all[&crm].findings().filter(|finding| finding.verdict.is_finding());
    let mut lines: Vec<String> =
        found.map(|f| format!("{}: {} {}", f.field, f.tag, f.verdict.count())).collect();
    let sets =
        all[&crm].together.keys().map(|tags| tags.iter().map(Tag::to_string).collect::<Vec<_>>().join(" + "));
    lines.extend(sets);
    assert_eq!(lines, expected);
}

#[test]
fn a_hash_is_confirmed_by_a_card_elsewhere_and_is_no_token() {
    check_confirmed(
        5 << 64 ^ 1 << 127,
        &["last4: pan.truncated 2", "token: pan.hashed 2", "pan.truncated + pan.hashed"],
    );
}

#[test]
fn a_digest_that_no_card_has_stays_a_token() {
    check_confirmed(
        9 << 64,
        &["last4: pan.truncated 2", "token: token.clear 2", "pan.truncated + token.clear"],
    );
}

#[test]
fn an_observation_sums_up_what_stands() {
    let mut observation = digests(&[1, 2, 3], 100);
    observation = observation.merge(Observation::default()).expect("nothing was counted there");
    let selector = |text: &str| text.parse().expect("a selector");
    let summary = observation.summary(selector("pan"));
    let fields: Vec<_> = summary.fields.iter().map(FieldPath::as_str).collect();
    assert_eq!((fields, summary.count, summary.positions.iter().count()), (vec!["last4", "token"], 6, 3));
    assert_eq!(observation.fields_with(selector("pan.clear")).count(), 0);
    assert_eq!(observation.tags_of(&FieldPath::parse("token")).len(), 2);
    assert_eq!(observation.together_with(&[selector("token"), selector("pan.truncated")]).count, 3);
    assert_eq!(observation.together_with(&[selector("token"), selector("cvv")]).count, 0);
}
