use expect_test::{Expect, expect};

use super::{super::fixture, *};
use crate::report::{NotAssessableEntry, SkippedEntry, UnmatchedEntry};

#[track_caller]
fn check(document: &Document, expected: Expect) {
    let text = summary(document, false);
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    expected.assert_eq(&text);
}

#[test]
fn one_violation_and_all_read() {
    check(
        &fixture::tiny(),
        expect![[r#"

            Tiny Shop · 2026-11-20 10:00:00 UTC
            2 datasets, 0 records, all read

            1 violation: 1 high

              HIGH      card number in the clear in retry <script>"'& (body.card), zone
                        connected, 41×
                        by gateway → payments → retry <script>"'&
                        at dumps/x.jsonl:7, pan-in-clear-outside-cde
                        (policies/pci-dss-4.0.1.yaml:47)

              shadow flows: seen, and declared by nobody
              - payments → retry <script>"'&: pan.clear (inferred 0.97)

              everything that the estate names was looked at

        "#]],
    );
}

#[test]
fn many_of_a_rule_are_one_and_what_was_missed_is_last() {
    let mut document = fixture::large();
    document.run.complete = false;
    document.coverage.push(fixture::unread());
    document.skipped.push(SkippedEntry {
        dataset: "ledger.export-39".into(),
        reason: "broken-json".into(),
        count: 1204,
        positions: Vec::new(),
    });
    for rule in ["unused-grant", "read-without-grant"] {
        let missing = "no source tells who reads its datasets".into();
        document.not_assessable.push(NotAssessableEntry { rule: rule.into(), pack: "house".into(), missing });
    }
    let at = document.violations[0].policy.clone();
    let what = "a flow that was not seen: it is stale, or nothing is looked at there".into();
    document.unmatched.push(UnmatchedEntry { at, what });
    check(
        &document,
        expect![[r#"

            Large Shop · 2026-11-20 10:00:00 UTC
            60 datasets, 0 records, READ IN PART

            23 violations: 23 high

              HIGH      pan in clear outside cde: 23 places
                        payments.dead-letters-01 · payload.item.0, 41×
                          by orders.log-00 → payments.dead-letters-01, at dumps/x.jsonl:7
                        refunds.table-38 · payload.item.0, 41×
                          by orders.topic-35 → refunds.table-38, at dumps/x.jsonl:7
                        ledger.dead-letters-25 · payload.item.0, 41×
                          by fraud-signals-enriched.log-06 → ledger.dead-letters-25, at
                          dumps/x.jsonl:7
                        payments.table-50 · payload.item.0, 41×
                          by fraud-signals-enriched.topic-41 → payments.table-50, at
                          dumps/x.jsonl:7
                        checkout.retry-queue-16 · payload.item.0, 41×
                          by contacts.log-12 → checkout.retry-queue-16, at dumps/x.jsonl:7
                        … and 18 more
                        pan-in-clear-outside-cde (policies/pci-dss-4.0.1.yaml:47)

              shadow flows: seen, and declared by nobody
              - orders.log-00 → payments.dead-letters-01: pan.clear (inferred 0.97)
              - orders.export-21 → refunds.dead-letters-31: pan.hashed (inferred 0.97)
              - orders.log-42 → orders.table-56: pan.clear (inferred 0.97)
              - fraud-signals-enriched.dead-letters-13 → contacts.table-26: pan.hashed
                (inferred 0.97)
              - fraud-signals-enriched.retry-queue-34 → fraud-signals-enriched.topic-41:
                pan.clear (inferred 0.97)
              - contacts.topic-05 → refunds.log-24: pan.hashed (inferred 0.97)
              - contacts.table-26 → payments.topic-29: pan.clear (inferred 0.97)
              - contacts.topic-47 → refunds.retry-queue-52: pan.hashed (inferred 0.97)
              - … and 22 more

              to know when reading this
              - a flow that was not seen: it is stale, or nothing is looked at there
                (policies/pci-dss-4.0.1.yaml:47)

              not looked at, or not judged
              - bus not read: the broker did not answer; check the address
              - ledger.export-39: 1,204 × broken json, not decoded
              - 2 rules not assessable, no source tells who reads its datasets:
                unused-grant, read-without-grant

        "#]],
    );
}

#[test]
fn nothing_found() {
    let mut document = fixture::tiny();
    document.violations.clear();
    document.edges.clear();
    document.run.key_kind = "once".into();
    check(
        &document,
        expect![[r#"

        Tiny Shop · 2026-11-20 10:00:00 UTC
        2 datasets, 0 records, all read

        no violations of the policies that were checked

          to know when reading this
          - made under a key of its own: cannot be joined with other runs

          everything that the estate names was looked at

    "#]],
    );
}
