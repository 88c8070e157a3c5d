//! Every detector's own examples and counter-examples, through the sifter as a whole.

use super::{DETECTORS, Hit, Identity, Reveal, Score, Sifter, Test, Wanted};
use crate::decode::{FieldPath, Record};

/// A record of `field = value` lines. Fields with one parent are siblings.
pub(super) fn record(text: &str) -> Record {
    let mut record = Record::default();
    let mut parents: Vec<String> = Vec::new();
    for line in text.lines() {
        let (path, value) = line.split_once(" = ").expect("`field = value`");
        let parent = path.rsplit_once('.').map_or("", |(parent, _)| parent).to_owned();
        let group = parents.iter().position(|p| *p == parent).unwrap_or(parents.len());
        if group == parents.len() {
            parents.push(parent);
        }
        record.push(FieldPath::parse(path), value.as_bytes(), group as u32, None);
    }
    record
}

/// The findings in a record.
pub(super) fn findings(text: &str) -> Vec<Hit> {
    let mut hits = Sifter::new(Reveal::Mask, Wanted::Nothing).sift(&record(text)).hits;
    hits.retain(|hit| hit.score >= Score::FINDING);
    hits
}

/// Checks the test mark of a record's first finding, and what is shown of it.
#[track_caller]
pub(super) fn check_shown(record: &str, test: Test, shown: &str) {
    let hits = findings(record);
    let Identity::Mask(mask) = &hits[0].identity else { panic!("a mask was asked for") };
    assert_eq!((hits[0].tag.test, mask.as_str()), (test, shown), "{record}");
}

#[test]
fn examples_are_found() {
    for detector in DETECTORS {
        for (example, tag) in detector.examples {
            let hits = findings(example);
            let found = hits.iter().any(|hit| hit.index == 0 && hit.tag.to_string() == *tag);
            assert!(found, "{}: {example}: {tag} expected, {hits:?}", detector.id);
        }
    }
}

#[test]
fn counterexamples_are_left_alone() {
    for detector in DETECTORS {
        for counterexample in detector.counterexamples {
            let hits = findings(counterexample);
            let found = hits.iter().find(|hit| hit.index == 0 && hit.tag.class == detector.class);
            assert!(found.is_none(), "{}: {counterexample}: {found:?}", detector.id);
        }
    }
}

#[test]
fn detectors_are_named_once() {
    let mut ids: Vec<&str> = DETECTORS.iter().map(|detector| detector.id).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), DETECTORS.len());
}
