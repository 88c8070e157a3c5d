//! Summaries as they stand on the terminal; none is wider than it.

use expect_test::{Expect, expect, expect_file};

use super::{super::fixture, *};
use crate::report::{NotAssessableEntry, SkippedEntry, UnmatchedEntry};

#[track_caller]
fn check(document: &Document, expected: Expect) {
    expected.assert_eq(&narrow(document));
}

/// The summary, which fits eighty columns.
#[track_caller]
fn narrow(document: &Document) -> String {
    let text = summary(document, false);
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    text
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
    expect_file!["large.txt"].assert_eq(&narrow(&document));
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

#[test]
fn a_way_that_ends_elsewhere_is_a_guess_and_a_window_is_no_gap() {
    check(
        &fixture::live(),
        expect![[r#"

        Live Shop · 2026-11-20 10:00:00 UTC
        2 datasets, 0 records, all read

        3 violations: 3 high

          HIGH      pan in clear outside cde: 3 places
                    User:analytics · bus/charges, 41×
                    bus/charges · pan, 41×
                      perhaps by bus/charges → bus/charges-retry: one system writes
                      both, at dumps/x.jsonl:7
                    bus/charges-retry · pan, 41×
                      by bus/charges → bus/charges-retry, at dumps/x.jsonl:7
                    pan-in-clear-outside-cde (policies/pci-dss-4.0.1.yaml:47)

          shadow flows: seen, and declared by nobody
          - bus/charges → bus/charges-retry: pan.clear (observed 1.00: told)
          - bus/gone → bus/charges-retry: pan.clear (observed 1.00: told)
          - bus/charges-retry → loyalty: pan.clear (observed 1.00: told)

          to know when reading this
          - 1 part read as far as was asked for: a window of time, or a sample

          everything that the estate names was looked at

    "#]],
    );
}
