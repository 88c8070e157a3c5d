//! What a person wrote or typed and what cannot be meant: it is said, and never taken for clean.

use crate::program::Place;

#[test]
fn an_estate_without_sources_is_not_clean() {
    let place = Place::new();
    place.estate("policies: [tokenization]\n");
    place.audit(&[]).expect(3, &["no sources", "read in part"]);
}

#[test]
fn a_focus_that_nothing_has() {
    let place = Place::new();
    place.write("app.log", "nothing\n");
    place.estate("sources:\n  - {name: app, connector: file, path: app.log}\npolicies: [tokenization]\n");
    place.audit(&[]);
    place.run(&["graph", "--store", "runs.db", "--focus", "nope"]).expect(2, &["nope", "there are app"]);
    place.run(&["graph", "--store", "runs.db", "--focus", "app"]).expect(0, &["digraph"]);
}

#[test]
fn a_rule_that_does_not_hold_its_own_case() {
    let place = Place::new();
    place.write(
        "house.yaml",
        "pack: house\nabout: ours\nrules:\n  - id: no-pan\n    title: a pan\n    severity: low\n    on: field\n    \
         where: {tag: pan}\n    remediation: remove it\n    breaks: {tag: pan.clear}\n    passes: {tag: pan.clear}\n",
    );
    place.estate("policies: [./house.yaml]\n");
    place.audit(&[]).expect(2, &["no-pan", "passes"]);
}

#[cfg(target_os = "linux")]
#[test]
fn findings_that_cannot_be_written_are_no_success() {
    let place = Place::new();
    place.write("a.log", "card_number=4111111111111111\n");
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let said = place.command(&["scan", "a.log"]).stdout(full).output().unwrap().into();
    crate::program::Said::expect(&said, 2, &["standard output", "No space left"]);
}

#[test]
fn text_in_utf_32_is_said_not_passed_over() {
    let place = Place::new();
    let line = "card_number=4111115262628047\n".repeat(20);
    let wide: Vec<u8> = line.chars().flat_map(|c| (c as u32).to_le_bytes()).collect();
    place.write("wide.txt", [&[0xff, 0xfe, 0, 0][..], &wide].concat());
    place.run(&["scan", "wide.txt"]).expect(0, &["binary"]);
}

#[test]
fn what_does_not_decompress_is_read_in_part() {
    let place = Place::new();
    let whole = zstd::encode_all("a line of a log\n".repeat(9_000).as_bytes(), 3).unwrap();
    place.write("cut.zst", &whole[..whole.len() - 9]);
    place.run(&["scan", "cut.zst"]).expect(3, &["broken-compression"]);
}
