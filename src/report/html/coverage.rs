//! What was looked at, what was not, and what could not be judged; and who may read what, and who does.

use super::{
    fields::records,
    markup::{Html, Line, code, element, joined, nothing, table, text},
    violations::cited,
};
use crate::report::{CoverageEntry, Document, GrantEntry, ReaderEntry, paint::thousands};

/// Who may, and where that is known from.
pub(super) fn grants(document: &Document) -> Html {
    if document.grants.is_empty() {
        return nothing("No grant is known: rules about who may read cannot be judged.");
    }
    table(
        &["principal", "may", "dataset", "until", "known from"],
        document.grants.iter().map(grant).collect(),
    )
}

fn grant(grant: &GrantEntry) -> Line {
    let cells = vec![
        code(&grant.principal),
        text(&grant.may),
        code(&grant.dataset),
        text(grant.until.as_deref().unwrap_or_default()),
        grant.at.as_ref().map_or_else(|| text("the source itself"), cited),
    ];
    Line { id: None, cells }
}

/// Who was seen reading, and for whom.
pub(super) fn readers(document: &Document) -> Html {
    if document.readers.is_empty() {
        return nothing("No source told who reads: rules about who does cannot be judged.");
    }
    table(&["reader", "dataset", "stands for", "last seen"], document.readers.iter().map(reader).collect())
}

fn reader(reader: &ReaderEntry) -> Line {
    let systems = match reader.systems.is_empty() {
        true => element("i", &[], [text("no system that is declared")]),
        false => text(&reader.systems.join(", ")),
    };
    let last = text(reader.last.as_deref().unwrap_or_default());
    Line { id: None, cells: vec![code(&reader.name), code(&reader.dataset), systems, last] }
}

/// What was missed first.
pub(super) fn all(document: &Document) -> Html {
    joined([parts(document), skipped(document), not_assessable(document), unmatched(document)])
}

fn parts(document: &Document) -> Html {
    if document.coverage.is_empty() {
        return nothing("Nothing was read.");
    }
    let (missed, read): (Vec<_>, Vec<_>) = document.coverage.iter().partition(|part| part.is_missed());
    let headings = &["source", "dataset", "part", "#records", "#bytes", "read", "what was missed"];
    table(headings, missed.into_iter().chain(read).map(part).collect())
}

fn part(part: &CoverageEntry) -> Line {
    let state = element("span", &[("class", &format!("state {}", part.state))], [text(&part.state)]);
    let missed = [part.problem.as_deref(), part.detail.as_deref()];
    let cells = vec![
        text(&part.source),
        text(part.dataset.as_deref().unwrap_or_default()),
        part.partition.as_deref().map(code).unwrap_or_default(),
        text(&thousands(part.records)),
        text(&thousands(part.bytes)),
        state,
        text(&missed.into_iter().flatten().collect::<Vec<_>>().join(": ")),
    ];
    Line { id: None, cells }
}

fn skipped(document: &Document) -> Html {
    let entries = document.skipped.iter().map(|skipped| {
        let count = text(&thousands(skipped.count));
        let cells = vec![code(&skipped.dataset), text(&skipped.reason), count, records(&skipped.positions)];
        Line { id: None, cells }
    });
    let lines: Vec<Line> = entries.collect();
    let content = match lines.is_empty() {
        true => nothing("Every record was decoded."),
        false => table(&["dataset", "why", "#how often", "records"], lines),
    };
    titled("Not decoded", content)
}

fn not_assessable(document: &Document) -> Html {
    let lines: Vec<Line> = document
        .not_assessable
        .iter()
        .map(|rule| Line { id: None, cells: vec![code(&rule.rule), text(&rule.pack), text(&rule.missing)] })
        .collect();
    let content = match lines.is_empty() {
        true => nothing("Every rule could be judged."),
        false => table(&["rule", "pack", "what is missing"], lines),
    };
    titled("Rules not assessable", content)
}

fn unmatched(document: &Document) -> Html {
    let lines: Vec<Line> = document
        .unmatched
        .iter()
        .map(|entry| Line { id: None, cells: vec![cited(&entry.at), text(&entry.what)] })
        .collect();
    let content = match lines.is_empty() {
        true => nothing("Every declaration and exception matched something."),
        false => table(&["declared at", "what matched nothing"], lines),
    };
    titled("Declared, and matched by nothing", content)
}

fn titled(title: &str, content: Html) -> Html {
    joined([element("h3", &[], [text(title)]), content])
}
