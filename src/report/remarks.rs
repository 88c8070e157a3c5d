//! What a reader must know before believing a summary: what was accepted, what was declared and matched nothing;
//! last, what was not looked at.

use std::collections::BTreeMap;

use super::{
    CoverageEntry, Document, counted_u64,
    label::counted,
    paint::{Paint, thousands, wrapped},
};
use crate::decode::SkipReason;

/// Parts that were not read, beyond these, are counted.
const MISSED: usize = 8;

/// Two lists; the second always says something.
pub(super) fn remarks(document: &Document, paint: Paint) -> String {
    let mut text = String::new();
    let known = to_know(document);
    if !known.is_empty() {
        text += &list("to know when reading this", &known, paint);
    }
    let missed = not_looked_at(document);
    match missed.is_empty() {
        true => text += &format!("\n  {}\n", paint.dim("everything that the estate names was looked at")),
        false => text += &list("not looked at, or not judged", &missed, paint),
    }
    text + "\n"
}

fn list(title: &str, lines: &[String], paint: Paint) -> String {
    let lines: String = lines.iter().map(|line| wrapped("  - ", 4, line, str::to_owned)).collect();
    format!("\n  {}\n{lines}", paint.bold(title))
}

fn to_know(document: &Document) -> Vec<String> {
    let mut lines = Vec::new();
    let accepted = document.violations.iter().filter(|violation| violation.exception.is_some()).count();
    if accepted > 0 {
        lines.push(format!("{} accepted by exceptions", counted(accepted, "violation")));
    }
    let values: u64 = document.allowed.iter().map(|entry| entry.values).sum();
    if values > 0 {
        lines.push(format!("{} left out by the allow list", counted_u64(values, "value")));
    }
    let sampled = document.coverage.iter().filter(|part| part.state == "sampled").count();
    if sampled > 0 {
        let parts = counted(sampled, "part");
        lines.push(format!("{parts} read as far as was asked for: a window of time, or a sample"));
    }
    for unmatched in &document.unmatched {
        lines.push(format!("{} ({}:{})", unmatched.what, unmatched.at.file, unmatched.at.line));
    }
    if document.run.key_kind == "once" {
        lines.push("made under a key of its own: cannot be joined with other runs".into());
    }
    lines
}

fn not_looked_at(document: &Document) -> Vec<String> {
    let missed: Vec<_> = document.coverage.iter().filter(|part| part.is_missed()).collect();
    let mut lines: Vec<_> = missed.iter().take(MISSED).map(|part| missed_part(part)).collect();
    if missed.len() > MISSED {
        lines.push(format!("… and {} not read or read in part", counted(missed.len() - MISSED, "more part")));
    }
    for skipped in &document.skipped {
        let (name, count, why) = (&skipped.dataset, thousands(skipped.count), &skipped.reason);
        let about =
            SkipReason::ALL.into_iter().find(|reason| reason.id() == why.as_str()).map(SkipReason::about);
        lines.push(format!("{name}: {count} × {why}: {}", about.unwrap_or("not decoded")));
    }
    let mut rules: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for rule in &document.not_assessable {
        rules.entry(&rule.missing).or_default().push(&rule.rule);
    }
    for (missing, rules) in rules {
        lines.push(format!(
            "{} not assessable, {missing}: {}",
            counted(rules.len(), "rule"),
            rules.join(", ")
        ));
    }
    lines
}

fn missed_part(part: &CoverageEntry) -> String {
    let name = part.partition.as_ref().or(part.dataset.as_ref()).unwrap_or(&part.source);
    let state = if part.state == "failed" { "not read" } else { "read in part" };
    let problem = part.problem.as_deref().unwrap_or_default();
    let detail = part.detail.as_ref().map(|detail| format!(" ({detail})")).unwrap_or_default();
    format!("{name} {state}: {problem}{detail}")
}
