//! What the terminal says of a run: understood in ten seconds by somebody tired. The worst first, each with its way
//! there and its place; then flows that nobody declared; last, always, what was not looked at.

use std::collections::BTreeMap;

use super::{
    Document, EdgeEntry, ViolationEntry,
    label::{counted, counted_u64},
    paint::{Paint, thousands, wrapped},
    remarks::remarks,
    way::{arrives, way},
};

/// Rules beyond these are counted: the report has them all.
const RULES: usize = 12;
/// So many places of one rule stand for themselves; more are told as one.
const ALONE: usize = 2;
/// Places of one rule, beyond these, are counted.
const PLACES: usize = 5;
/// Flows beyond these are counted.
const FLOWS: usize = 8;
/// Where words stand: behind the severity.
const INDENT: usize = 12;

/// The summary, coloured if asked to.
pub fn summary(document: &Document, color: bool) -> String {
    let paint = Paint(color);
    let groups = groups(document);
    let mut text = headline(document, paint);
    for group in groups.iter().take(RULES) {
        text += &told(document, group, paint);
    }
    let more: usize = groups.iter().skip(RULES).map(Vec::len).sum();
    if more > 0 {
        text += &format!("\n  … and {more} more: write a report with -o report.html\n");
    }
    text + &shadow_flows(document, paint) + &remarks(document, paint)
}

/// Those that no exception accepts, by severity and rule, in the order of the document.
fn groups(document: &Document) -> Vec<Vec<&ViolationEntry>> {
    let mut groups: Vec<Vec<&ViolationEntry>> = Vec::new();
    for violation in document.violations.iter().filter(|violation| violation.exception.is_none()) {
        let same = |group: &&mut Vec<&ViolationEntry>| {
            let first = group[0];
            (&first.severity, &first.pack, &first.rule)
                == (&violation.severity, &violation.pack, &violation.rule)
        };
        match groups.iter_mut().find(same) {
            Some(group) => group.push(violation),
            None => groups.push(vec![violation]),
        }
    }
    groups
}

fn headline(document: &Document, paint: Paint) -> String {
    let records: u64 = document.coverage.iter().map(|part| part.records).sum();
    let read = if document.run.complete { "all read" } else { "read in part" };
    let when = document.run.started.replace('T', " ").replace('Z', " UTC");
    let about = format!(
        "{}, {}, {read}",
        counted(document.datasets.len(), "dataset"),
        counted_u64(records, "record")
    );
    let name = paint.bold(&format!("{} · {when}", document.estate.name));
    format!("\n{name}\n{about}\n\n{}\n", verdict(document, paint))
}

fn verdict(document: &Document, paint: Paint) -> String {
    let mut by_severity: BTreeMap<&str, usize> = BTreeMap::new();
    for violation in document.violations.iter().filter(|violation| violation.exception.is_none()) {
        *by_severity.entry(&violation.severity).or_default() += 1;
    }
    let counts: Vec<_> = ["critical", "high", "medium", "low", "info"]
        .into_iter()
        .filter_map(|severity| by_severity.get(severity).map(|count| format!("{count} {severity}")))
        .collect();
    match by_severity.values().sum() {
        0 => paint.green("no violations of the policies that were checked"),
        all => paint.bold(&format!("{}: {}", counted(all, "violation"), counts.join(", "))),
    }
}

fn told(document: &Document, group: &[&ViolationEntry], paint: Paint) -> String {
    if group.len() <= ALONE {
        return group.iter().map(|violation| alone(document, violation, paint)).collect();
    }
    let first = group[0];
    let title = format!("{}: {} places", first.rule.replace('-', " "), group.len());
    let mut text = titled(first, &title, paint);
    let mut most = group.to_vec();
    most.sort_by_key(|violation| std::cmp::Reverse(violation.count));
    for violation in most.into_iter().take(PLACES) {
        text += &place(document, violation, paint);
    }
    if group.len() > PLACES {
        text += &dim(&format!("… and {} more", group.len() - PLACES), paint);
    }
    text + &dim(&cited(first), paint)
}

/// What and how often; how it came there; where to look, and which rule.
fn alone(document: &Document, violation: &ViolationEntry, paint: Paint) -> String {
    let mut text = titled(violation, &format!("{}{}", violation.title, times(violation)), paint);
    if let Some(way) = by(document, violation) {
        text += &wrapped(&" ".repeat(INDENT), INDENT, &way, str::to_owned);
    }
    let rule = cited(violation);
    text + &dim(&at(violation).map_or(rule.clone(), |at| format!("{at}, {rule}")), paint)
}

fn titled(violation: &ViolationEntry, title: &str, paint: Paint) -> String {
    let severity = paint.severity(&violation.severity, &format!("{:8}", violation.severity.to_uppercase()));
    "\n".to_owned() + &wrapped(&format!("  {severity}  "), INDENT, title, |line| paint.bold(line))
}

/// One of many places of a rule.
fn place(document: &Document, violation: &ViolationEntry, paint: Paint) -> String {
    let end = &violation.at;
    let names = [
        violation.principal.as_deref(),
        end.dataset.as_deref().or(end.system.as_deref()),
        end.field.as_deref(),
    ];
    let name = names.into_iter().flatten().collect::<Vec<_>>().join(" · ");
    let name = format!("{name}{}", times(violation));
    let text = wrapped(&" ".repeat(INDENT), INDENT, &name, |line| paint.bold(line));
    let whence: Vec<_> = by(document, violation).into_iter().chain(at(violation)).collect();
    if whence.is_empty() {
        return text;
    }
    text + &wrapped(&" ".repeat(INDENT + 2), INDENT + 2, &whence.join(", "), str::to_owned)
}

/// How it came there.
fn by(document: &Document, violation: &ViolationEntry) -> Option<String> {
    let way = way(document, &violation.path);
    let by = match arrives(document, violation) {
        true => format!("by {way}"),
        false => format!("perhaps by {way}: one system writes both"),
    };
    (!way.is_empty()).then_some(by)
}

/// A record to look at.
fn at(violation: &ViolationEntry) -> Option<String> {
    violation.positions.first().map(|at| format!("at {}:{}", at.partition, at.record))
}

fn dim(text: &str, paint: Paint) -> String {
    wrapped(&" ".repeat(INDENT), INDENT, text, |line| paint.dim(line))
}

fn cited(violation: &ViolationEntry) -> String {
    format!("{} ({}:{})", violation.rule, violation.policy.file, violation.policy.line)
}

fn times(violation: &ViolationEntry) -> String {
    if violation.count > 1 { format!(", {}×", thousands(violation.count)) } else { String::new() }
}

/// Seen, or surely inferred, and declared by nobody.
fn shadow_flows(document: &Document, paint: Paint) -> String {
    let shadows = document.shadow_flows();
    if shadows.is_empty() {
        return String::new();
    }
    let mut text = format!("\n  {}\n", paint.bold("shadow flows: seen, and declared by nobody"));
    for edge in shadows.iter().take(FLOWS) {
        text += &wrapped("  - ", 4, &shadow(edge), str::to_owned);
    }
    if shadows.len() > FLOWS {
        text += &format!("  - … and {} more\n", shadows.len() - FLOWS);
    }
    text
}

fn shadow(edge: &EdgeEntry) -> String {
    let carries = match edge.carries.is_empty() {
        true => String::new(),
        false => format!(": {}", edge.carries.join(", ")),
    };
    let by = edge.via.as_ref().map(|system| format!(", by {system}")).unwrap_or_default();
    let chance = format!("{}.{:02}", edge.probability / 1000, edge.probability % 1000 / 10);
    let told = edge.evidence.first().filter(|_| edge.status.iter().any(|status| status == "observed"));
    let told = told.map(|evidence| format!(": {}", evidence.text)).unwrap_or_default();
    let known = format!("({} {chance}{told})", edge.status.join(", "));
    format!("{} → {}{carries}{by} {known}", edge.from.name(), edge.to.name())
}

#[cfg(test)]
mod tests;
