//! What the terminal says of a run: understood in ten seconds by somebody tired. The worst first, each with its
//! place and its way there; then what was not looked at.

use std::collections::BTreeMap;

use super::{CoverageEntry, Document, ViolationEntry, way::way};

/// Violations beyond these are counted: the report has them all.
const SHOWN: usize = 20;
/// Parts that were not read, beyond these, are counted.
const MISSED_SHOWN: usize = 8;

/// The summary, coloured if asked to.
pub fn summary(document: &Document, color: bool) -> String {
    let paint = Paint(color);
    let mut text = headline(document, paint);
    for violation in standing(document).take(SHOWN) {
        text += &described(document, violation, paint);
    }
    let more = standing(document).count().saturating_sub(SHOWN);
    if more > 0 {
        text += &format!("\n  … and {more} more: write a report with -o report.html\n");
    }
    text + &remarks(document, paint)
}

/// Those that no exception accepts.
fn standing(document: &Document) -> impl Iterator<Item = &ViolationEntry> {
    document.violations.iter().filter(|violation| violation.exception.is_none())
}

fn headline(document: &Document, paint: Paint) -> String {
    let records: u64 = document.coverage.iter().map(|part| part.records).sum();
    let read = if document.run.complete { "all read" } else { "read in part" };
    let about = format!(
        "{} · {} · {} datasets, {} records, {read}",
        document.estate.name,
        document.run.started,
        document.datasets.len(),
        thousands(records)
    );
    format!("\n{}\n\n{}\n", paint.bold(&about), verdict(document, paint))
}

fn verdict(document: &Document, paint: Paint) -> String {
    let mut by_severity: BTreeMap<&str, usize> = BTreeMap::new();
    for violation in standing(document) {
        *by_severity.entry(&violation.severity).or_default() += 1;
    }
    let counts: Vec<_> = ["critical", "high", "medium", "low", "info"]
        .into_iter()
        .filter_map(|severity| by_severity.get(severity).map(|count| format!("{count} {severity}")))
        .collect();
    match standing(document).count() {
        0 => paint.green("no violations of the policies that were checked"),
        1 => paint.bold(&format!("1 violation ({})", counts.join(", "))),
        count => paint.bold(&format!("{count} violations: {}", counts.join(", "))),
    }
}

/// Two or three lines: what and how often; how it came there; where to look.
fn described(document: &Document, violation: &ViolationEntry, paint: Paint) -> String {
    let severity = paint.severity(&violation.severity, &format!("{:8}", violation.severity.to_uppercase()));
    let count =
        if violation.count > 1 { format!("  {}×", thousands(violation.count)) } else { String::new() };
    let mut text = format!("\n  {severity}  {}{count}\n", paint.bold(&violation.title));
    let way = way(document, &violation.path);
    if !way.is_empty() {
        text += &format!("            by {way}\n");
    }
    let place = violation.positions.first().map(|at| format!("at {}:{}  ", at.partition, at.record));
    let rule = format!("{} ({}:{})", violation.rule, violation.policy.file, violation.policy.line);
    text + &paint.dim(&format!("            {}{rule}\n", place.unwrap_or_default()))
}

fn remarks(document: &Document, paint: Paint) -> String {
    let mut lines = missed(&document.coverage);
    for skipped in &document.skipped {
        lines.push(format!("{}: {} × {}, not decoded", skipped.dataset, skipped.count, skipped.reason));
    }
    for rule in &document.not_assessable {
        lines.push(format!("{}: not assessable, {}", rule.rule, rule.missing));
    }
    for unmatched in &document.unmatched {
        lines.push(format!("{}:{}: {}", unmatched.at.file, unmatched.at.line, unmatched.what));
    }
    let accepted = document.violations.len() - standing(document).count();
    if accepted > 0 {
        lines.push(format!("{accepted} violations are accepted by exceptions"));
    }
    if document.run.key_kind == "once" {
        lines.push("made under a key of its own: cannot be joined with other runs".into());
    }
    if lines.is_empty() {
        return format!("\n  {}\n\n", paint.dim("everything that the estate names was looked at"));
    }
    let lines: Vec<_> = lines.iter().map(|line| format!("  - {line}\n")).collect();
    format!("\n  {}\n{}\n", paint.bold("to know when reading this"), lines.concat())
}

fn missed(coverage: &[CoverageEntry]) -> Vec<String> {
    let missed: Vec<_> = coverage.iter().filter(|part| part.state != "complete").collect();
    let mut lines: Vec<_> = missed.iter().take(MISSED_SHOWN).map(|part| missed_part(part)).collect();
    if missed.len() > MISSED_SHOWN {
        lines.push(format!("… and {} more parts not read or read in part", missed.len() - MISSED_SHOWN));
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

/// `139,213`.
pub(super) fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[derive(Debug, Clone, Copy)]
struct Paint(bool);

impl Paint {
    fn bold(self, text: &str) -> String {
        self.with("1", text)
    }

    fn dim(self, text: &str) -> String {
        self.with("2", text)
    }

    fn green(self, text: &str) -> String {
        self.with("32", text)
    }

    fn severity(self, severity: &str, text: &str) -> String {
        match severity {
            "critical" => self.with("1;37;41", text),
            "high" => self.with("1;31", text),
            "medium" => self.with("33", text),
            _ => self.with("36", text),
        }
    }

    fn with(self, code: &str, text: &str) -> String {
        if self.0 { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::thousands;

    #[test]
    fn thousands_are_set_apart() {
        assert_eq!(thousands(0), "0");
        assert_eq!(thousands(999), "999");
        assert_eq!(thousands(139_213), "139,213");
    }
}
