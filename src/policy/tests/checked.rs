//! A small estate, tags put into its datasets by hand, and what the built-in packs say of it.

use std::collections::BTreeMap;

use dyetrace_connectors::{Dataset, Grant, Kind, Permission, Reader};
use expect_test::{Expect, expect};

use crate::{
    decode::FieldPath,
    detect::{Score, Scrubbed, Selector, Tag, Test, scrub},
    estate::{Estate, read_estate},
    lineage::{Inputs, Lineage, Seen},
    observe::{CONFIRMED, Observation, Position, Positions, TagObservation, Together},
    policy::{Exception, Subject, Verdicts, built_in_packs, check, read_exceptions},
};

const ESTATE: &str = r#"
version: 1
estate: shop
systems:
  gateway:   {kind: payment-gateway, zone: cde, principals: "User:gateway", needs: {pan: "authorizes"}}
  orders:    {zone: connected, principals: "User:orders", groups: "orders-*", needs: {token: "refunds"}}
  crm:       {kind: crm, zone: out-of-scope, principals: "User:crm"}
sources:
  - {name: journal, system: gateway, connector: file, path: j, retention: 30d}
  - {name: orders-retry, system: orders, connector: file, path: o, retention: 30d}
  - {name: contacts, system: crm, connector: file, path: c, retention: 30d, environment: production}
  - {name: staging, system: crm, connector: file, path: c, retention: 30d, environment: staging}
  - {name: sink, connector: file, path: s}
"#;

struct World {
    estate: Estate,
    datasets: BTreeMap<Scrubbed, Seen>,
    grants: Vec<(Scrubbed, Grant)>,
    readers: Vec<(Scrubbed, Reader)>,
    exceptions: Vec<Exception>,
}

impl World {
    fn new(more: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("dyetrace.yaml");
        std::fs::write(&path, format!("{ESTATE}{more}")).unwrap();
        let estate = read_estate(&path).unwrap_or_else(|error| panic!("{error}"));
        let seen = |source| Seen {
            facts: estate.facts(source, &dataset()),
            observation: Some(Observation::default()),
        };
        let datasets = estate.sources.iter().map(|source| (source.name.clone(), seen(source))).collect();
        World { estate, datasets, grants: Vec::new(), readers: Vec::new(), exceptions: Vec::new() }
    }

    /// `field tag` a word pair; `tag!` is a published test value. All of them stand together in two records.
    fn holds(mut self, dataset: &str, found: &[(&str, &str)]) -> Self {
        let observation = self.datasets.get_mut(&scrub(dataset)).unwrap().observation.as_mut().unwrap();
        for (field, word) in found {
            let field = observation.fields.entry(FieldPath::parse(field)).or_default();
            field.tags.insert(tag(word), TagObservation { positions: kept(&[at(2)]), ..finding() });
        }
        let together = Together { count: 2, ..Together::default() };
        observation.together.insert(found.iter().map(|(_, word)| tag(word)).collect(), together);
        self
    }

    fn grant(mut self, principal: &str, may: Permission, dataset: &str) -> Self {
        let grant = Grant { principal: principal.into(), may, dataset: "".into() };
        self.grants.push((scrub(dataset), grant));
        self
    }

    fn reader(mut self, name: &str, dataset: &str) -> Self {
        self.readers.push((scrub(dataset), Reader { name: name.into(), dataset: "".into(), last: None }));
        self
    }

    fn excepting(mut self, text: &str) -> Self {
        self.exceptions = read_exceptions("exceptions.yaml", text).unwrap();
        self
    }

    fn verdicts(&self) -> Verdicts {
        let Self { estate, datasets, grants, readers, exceptions } = self;
        let inputs = Inputs { estate, datasets, grants, readers, movements: &[] };
        let lineage = Lineage::build(inputs);
        check(&built_in_packs(), exceptions, Subject { inputs, lineage: &lineage, today: "2026-11-21" })
    }

    fn check(self, expected: Expect) {
        let violations = self.verdicts().violations;
        let line = |violation: &super::super::Violation| {
            let accepted = if violation.exception.is_some() { " (accepted)" } else { "" };
            format!("{} {}: {}{accepted}\n", violation.severity.id(), violation.rule, violation.title)
        };
        expected.assert_eq(&violations.iter().map(line).collect::<String>());
    }
}

fn dataset() -> Dataset {
    Dataset {
        name: None,
        namespace: "file".into(),
        address: "x".into(),
        kind: Kind::File,
        partitions: Vec::new(),
        retention: None,
        reading: Default::default(),
        properties: Vec::new(),
    }
}

fn tag(word: &str) -> Tag {
    let published = word.ends_with('!');
    let selector: Selector = word.trim_end_matches('!').parse().unwrap();
    let tag = Tag::clear(selector.class);
    let tag = selector.state.map_or(tag, |state| tag.in_state(state));
    if published { Tag { test: Test::Published, ..tag } } else { tag }
}

fn finding() -> TagObservation {
    let reasons = [(CONFIRMED, 3)].into();
    TagObservation { count: 3, strong: 3, best: Score::STRONG, reasons, ..TagObservation::default() }
}

fn at(record: u64) -> Position {
    Position { partition: Scrubbed::from_static("p"), record, offset: None }
}

#[test]
fn a_clean_estate_breaks_nothing() {
    World::new("")
        .holds("journal", &[("card", "pan"), ("t", "token")])
        .holds("contacts", &[("t", "token"), ("m", "pan.truncated")])
        .grant("User:gateway", Permission::Read, "journal")
        .check(expect![[r#"
            medium zone-undeclared: sink belongs to no zone
        "#]]);
}

#[test]
fn what_lies_where_it_may_not_is_told_once() {
    World::new("")
        .holds("orders-retry", &[("payment.cvv", "cvv"), ("payment.pan", "pan")])
        .holds("contacts", &[("token", "pan.hashed"), ("m", "pan.truncated")])
        .holds("staging", &[("note", "pan"), ("test", "pan!")])
        .holds("sink", &[("key", "secret"), ("card", "pan!")])
        .check(expect![[r#"
            critical live-pan-in-non-production: live card number outside production in staging (note)
            critical secret-in-data: live credential of a payment provider in sink (key)
            critical verification-code-stored: verification code kept in orders-retry (payment.cvv)
            high hash-beside-truncation: hash and truncated form of one card side by side in contacts
            high pan-in-clear-outside-cde: card number in the clear in orders-retry (payment.pan), zone connected
            high token-is-a-hash: the token in contacts (token) is a hash of the card number
            medium zone-undeclared: sink belongs to no zone
            low test-data-in-production: published test value in production in sink (card)
        "#]]);
}

#[test]
fn grants_and_readers_are_laid_beside_needs() {
    World::new("datasets: [{match: journal, read_by: gateway}]\n")
        .holds("journal", &[("card", "pan"), ("t", "token")])
        .grant("User:gateway", Permission::Read, "journal")
        .grant("User:orders", Permission::Read, "journal")
        .grant("User:*", Permission::Write, "journal")
        .grant("User:old", Permission::Read, "journal")
        .reader("orders-1", "journal")
        .check(expect![[r#"
            high grant-without-need: User:orders may read journal, and does not need its pan.clear
            high wildcard-grant: everybody may write journal
            medium grant-unknown-principal: User:old may read journal, and no system is known to act for it
            medium zone-undeclared: sink belongs to no zone
            low unused-grant: User:gateway may read journal, and was never seen doing so
        "#]]);
}

#[test]
fn a_rule_that_cannot_be_judged_is_not_clean() {
    let verdicts = World::new("").holds("journal", &[("card", "pan")]).verdicts();
    let missing = verdicts.not_assessable.iter().map(|rule| format!("{}: {}\n", rule.rule, rule.missing));
    expect![[r#"
        undocumented-flow: no flows are declared
        flow-carries-more-than-declared: no flows are declared
        grant-without-need: no grants are known: declare or import them, or add a source that tells them
        grant-unknown-principal: no grants are known: declare or import them, or add a source that tells them
        wildcard-grant: no grants are known: declare or import them, or add a source that tells them
        grant-expired: no grants are known: declare or import them, or add a source that tells them
        unused-grant: no grants are known: declare or import them, or add a source that tells them
        write-by-undeclared: no grants are known: declare or import them, or add a source that tells them
        read-without-grant: no grants are known: declare or import them, or add a source that tells them
        read-by-undeclared: no source tells who reads its datasets
        reader-unknown: no source tells who reads its datasets
        reads-without-need: no source tells who reads its datasets
    "#]]
    .assert_eq(&missing.collect::<String>());
}

#[test]
fn an_exception_accepts_until_its_day_and_no_longer() {
    let exceptions = "- {rule: pan-in-clear-outside-cde, dataset: contacts, field: note, owner: a, reason: b, until: 2026-11-21}\n\
                      - {rule: secret-in-data, dataset: contacts, owner: a, reason: b, until: 2026-11-20}\n\
                      - {rule: pin-stored, dataset: \"*\", owner: a, reason: b, until: 2027-01-01}\n";
    let world = World::new("").holds("contacts", &[("note", "pan"), ("key", "secret")]).excepting(exceptions);
    let unmatched = world.verdicts().unmatched;
    let lines: Vec<_> = unmatched.iter().map(|(at, what)| (at.line, *what)).collect();
    assert_eq!(
        lines,
        [
            (2, "an exception that has expired: it does not apply"),
            (3, "an exception that no violation needs")
        ]
    );
    world.check(expect![[r#"
        critical secret-in-data: live credential of a payment provider in contacts (key)
        high pan-in-clear-outside-cde: card number in the clear in contacts (note), zone out-of-scope (accepted)
        medium zone-undeclared: sink belongs to no zone
    "#]]);
}

#[test]
fn what_was_declared_and_met_nothing_is_told() {
    let more = "datasets:\n  - {match: contcts, zone: cde}\nflows:\n  - {from: gateway, to: crm, carries: token}\n\
                grants:\n  - {principal: a, may: read, dataset: nowhere}\n";
    let unmatched = World::new(more).verdicts().unmatched;
    let lines: String = unmatched.iter().map(|(at, what)| format!("{}: {what}\n", at.line)).collect();
    expect![[r#"
        15: a refinement that matches no dataset
        17: a flow that was not seen: it is stale, or nothing is looked at there
        19: a grant on no dataset that was looked at
    "#]]
    .assert_eq(&lines);
}

#[test]
fn both_ends_are_cited() {
    let verdicts = World::new("").holds("orders-retry", &[("payment.cvv", "cvv")]).verdicts();
    let violation = &verdicts.violations[0];
    assert_eq!((violation.policy.file.as_str(), violation.count), ("policies/pci-dss-4.0.1.yaml", 3));
    assert_eq!(violation.positions, [at(2)]);
    assert_eq!(violation.system.as_ref().map(Scrubbed::as_str), Some("orders"));
    assert!(violation.policy.line > 1 && violation.references["pci-dss"].contains(&"3.3.1.2".to_owned()));
}

fn kept(positions: &[Position]) -> Positions {
    let mut kept = Positions::default();
    positions.iter().for_each(|position| kept.insert(position));
    kept
}
