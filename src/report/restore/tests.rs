//! Nothing is lost through JSON, and a lineage looks as it did when it was built.

use proptest::prelude::*;

use super::super::fixture;
use super::*;
use crate::{
    audit::{Clock, Plan, Run, audit},
    estate::{AllowList, load_key, read_estate},
    lineage::ViewOptions,
    policy::built_in_packs,
    report::json,
};

/// Through JSON and back nothing is lost, and the bytes are the same again.
#[track_caller]
fn check(document: &Document) {
    let bytes = (json::FORMAT.render)(document).unwrap();
    let again: Document = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(*document, again);
    assert_eq!(bytes, (json::FORMAT.render)(&again).unwrap());
}

#[test]
fn documents_come_back_whole() {
    [fixture::tiny(), fixture::large(), fixture::full()].iter().for_each(check);
}

proptest! {
    #[test]
    fn whatever_names_and_numbers_there_are(name in ".{0,12}", chance in 0_u16..=1000, count: u64, offset: Option<u64>) {
        let mut document = fixture::full();
        document.estate.name = name.clone();
        document.edges[0].probability = chance;
        document.violations[0].count = count;
        document.violations[0].positions[0].offset = offset;
        document.observations[0].fields[0].tags[0].reasons.insert(name, count);
        check(&document);
    }
}

/// A card number under the prefix of published test numbers.
fn card(number: u32) -> String {
    let payload = format!("400000{number:09}");
    let doubled = |(at, digit): (usize, char)| {
        let digit = digit.to_digit(10).unwrap() * if at % 2 == 0 { 2 } else { 1 };
        digit / 10 + digit % 10
    };
    let sum: u32 = payload.chars().rev().enumerate().map(doubled).sum();
    format!("{payload}{}", (10 - sum % 10) % 10)
}

/// A gateway's journal, and a queue that repeats it a minute later.
fn run() -> Run {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: String| std::fs::write(folder.path().join(name), text).unwrap();
    let lines = |minute: u32| {
        let line = |number: u32| {
            let time = format!("2026-11-20T10:{:02}:{minute:02}Z", number % 60);
            format!("{{\"time\":\"{time}\",\"card_number\":\"{}\"}}\n", card(number * 7919))
        };
        (0..60_u32).map(line).collect::<String>()
    };
    write("journal.jsonl", lines(1));
    write("retry.jsonl", lines(40));
    write("key", "0123456789abcdef".repeat(4));
    let estate = "version: 1\nestate: Shop\nkey: {file: key}\nsystems:\n  \
                  gateway: {kind: payment-gateway, zone: cde}\n  web: {kind: service, zone: connected}\n\
                  sources:\n  - {name: journal, system: gateway, connector: file, path: journal.jsonl}\n  \
                  - {name: retry, system: web, connector: file, path: retry.jsonl}\npolicies: [pci-dss-4.0.1]\n";
    write("dyetrace.yaml", estate.to_owned());
    let estate = read_estate(&folder.path().join("dyetrace.yaml")).unwrap();
    let key = load_key(&estate.key).unwrap();
    let (started, packs) = (Clock(1_795_000_000_000), built_in_packs());
    audit(
        estate,
        &Plan {
            started,
            key,
            packs: &packs,
            exceptions: &[],
            allow: &AllowList::default(),
            progress: &|_| {},
        },
    )
}

#[test]
fn a_restored_lineage_looks_like_the_one_that_was_built() {
    let run = run();
    let document = Document::of(&run);
    check(&document);
    let restored = document.lineage();
    let only = |zone: &str| ViewOptions { zones: [scrub(zone)].into(), ..ViewOptions::default() };
    let near = ViewOptions { focus: [scrub("retry")].into(), depth: Some(1), ..ViewOptions::default() };
    for options in [ViewOptions::default(), only("cde"), near] {
        assert_eq!(restored.view(&options), run.lineage.view(&options), "{options:?}");
    }
    assert!(!restored.view(&ViewOptions::default()).edges.is_empty(), "the fixture has a flow");
    for (id, _) in run.lineage.edges() {
        assert_eq!(restored.is_shadow(id), run.lineage.is_shadow(id));
    }
}
