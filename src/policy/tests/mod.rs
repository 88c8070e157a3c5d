//! Packs, cases, and a small estate checked end to end.

mod checked;
mod docs;

use expect_test::{Expect, expect};
use miette::{GraphicalReportHandler, GraphicalTheme};

use super::{built_in_packs, read_exceptions, read_pack, run_cases};
use crate::{
    detect::{Reveal, Sifter, Wanted},
    estate::BUILT_IN_POLICIES,
};

#[test]
fn every_case_of_the_built_in_packs_does_what_it_says() {
    let packs = built_in_packs();
    let names: Vec<_> = packs.iter().map(|pack| pack.name.as_str()).collect();
    assert_eq!(names, BUILT_IN_POLICIES);
    for pack in &packs {
        let wrong: Vec<_> = run_cases(pack).into_iter().filter(|result| !result.holds).collect();
        assert!(wrong.is_empty(), "{}: {wrong:?}", pack.name);
    }
}

#[test]
fn rules_yield_to_rules_that_exist() {
    let packs = built_in_packs();
    let ids: Vec<_> = packs.iter().flat_map(|pack| &pack.rules).map(|rule| rule.id.as_str()).collect();
    for rule in packs.iter().flat_map(|pack| &pack.rules) {
        assert!(rule.yields_to.iter().all(|other| ids.contains(&other.as_str())), "{}", rule.id);
        assert_eq!(ids.iter().filter(|id| **id == rule.id).count(), 1, "{} stands in two packs", rule.id);
    }
}

const RULE: &str = "pack: house\nrules:\n  - id: no-iban\n    title: \"{dataset}\"\n    severity: high\n    on: field\n    \
                    where: {tag: iban}\n    remediation: x\n    breaks: {tag: iban}\n    passes: {tag: pan}\n";

fn check(from: &str, to: &str, expected: Expect) {
    let error = read_pack("house.yaml", &RULE.replace(from, to)).expect_err("it does not fit");
    let mut shown = String::from("shown:\n");
    let handler = GraphicalReportHandler::new_themed(GraphicalTheme::unicode_nocolor()).with_width(80);
    handler.render_report(&mut shown, &*error).unwrap();
    expected.assert_eq(&shown);
}

#[test]
fn a_pack_of_the_house_is_read() {
    let pack = read_pack("house.yaml", RULE).unwrap();
    assert_eq!((pack.rules[0].id.as_str(), pack.rules[0].at.line), ("no-iban", 3));
    assert!(run_cases(&pack).iter().all(|result| result.holds));
}

#[test]
fn a_pack_that_does_not_parse_is_shown() {
    check(
        "    on: field",
        "   on: field",
        expect![[r#"
        shown:
          × this is not valid YAML
           ╭─[house.yaml:6:4]
         6 │    on: field
           ·    ▲
           ·    ╰── while parsing a block collection, did not find expected '-' indicator
           ╰────
          help: see whether a quote, a bracket or a colon is missing here or on the
                line above
    "#]],
    );
}

#[test]
fn words_that_a_rule_cannot_use_are_shown() {
    check(
        "severity",
        "severty",
        expect![[r#"
        shown:
          × a rule has no key `severty`
           ╭─[house.yaml:5:5]
         5 │     severty: high
           ·     ───┬───
           ·        ╰── not a key that is known here
           ╰────
          help: did you mean `severity`?
    "#]],
    );
    check(
        "where: {tag: iban}",
        "where: {tags: iban}",
        expect![[r#"
        shown:
          × there is no attribute of a field `tags`
           ╭─[house.yaml:7:13]
         7 │     where: {tags: iban}
           ·             ──┬─
           ·               ╰── not known
           ╰────
          help: did you mean `tag`?
    "#]],
    );
    check(
        "where: {tag: iban}",
        "where: {tag: ibam}",
        expect![[r#"
        shown:
          × there is no class of data `ibam`
           ╭─[house.yaml:7:18]
         7 │     where: {tag: ibam}
           ·                  ──┬─
           ·                    ╰── not known
           ╰────
          help: did you mean `iban`?
    "#]],
    );
    check(
        "{dataset}",
        "{principal}",
        expect![[r#"
        shown:
          × a field has no attribute `principal`
           ╭─[house.yaml:4:12]
         4 │     title: "{principal}"
           ·            ──────┬──────
           ·                  ╰── here
           ╰────
          help: in braces can be: dataset, zone, owner, kind, environment, writer,
                writer_kind, retention_days, attempts, retry_age_days, holds, refused,
                field, key, tag, test, brand, reason
    "#]],
    );
}

#[test]
fn exceptions_are_strict() {
    let text = "- {rule: a, dataset: b, owner: c, reason: d, until: 2026-12-31}\n";
    assert_eq!(read_exceptions("e.yaml", text).unwrap().len(), 1);
    for wrong in
        [text.replace("owner: c, ", ""), text.replace("2026-12-31", "soon"), text.replace("rule", "rul")]
    {
        assert!(read_exceptions("e.yaml", &wrong).is_err(), "{wrong}");
    }
}

/// A rule that asks for a detector's words is blind when they change.
#[test]
fn the_reasons_that_rules_ask_for_are_given() {
    let values = [b"41111111111**111".as_slice(), DIGEST];
    let given: Vec<&str> =
        values.into_iter().flat_map(reasons).chain([crate::observe::CONFIRMED.0]).collect();
    let asked =
        built_in_packs().into_iter().flat_map(|pack| pack.rules).flat_map(|rule| rule.words_of("reason"));
    for reason in asked {
        assert!(given.contains(&reason.as_str()), "{reason}: {given:?}");
    }
}

fn reasons(value: &[u8]) -> Vec<&'static str> {
    let mut record = crate::decode::Record::default();
    record.push(crate::decode::FieldPath::root("card"), value, 0, None);
    let sifted = Sifter::new(Reveal::Mask, Wanted::Nothing).sift(&record);
    sifted.hits.iter().flat_map(|hit| &hit.reasons).map(|reason| reason.0).collect()
}

/// SHA-256 of 4111111111111111.
const DIGEST: &[u8] = b"9bbef19476623ca56c17da75fd57734dbf82530686043a6e491c6d71befe8f6e";
