//! Edges: from where to where, how it is known, and why.

use std::collections::BTreeSet;

use super::{
    markup::{Html, Line, element, joined, listed, nothing, table, text},
    violations::{cited, place},
};
use crate::report::{Document, EdgeEntry, EvidenceEntry, PositionEntry, picture::Tone};

/// All of them, those between fields too.
pub(super) fn all(document: &Document) -> Html {
    if document.edges.is_empty() {
        return nothing("No edge is declared, permitted, observed or inferred.");
    }
    let headings = &["from", "to", "by", "what happens", "carries", "known", "#probability", "evidence"];
    let shadows: BTreeSet<u64> = document.shadow_flows().iter().map(|edge| edge.id).collect();
    table(headings, document.edges.iter().map(|edge| line(edge, &shadows)).collect())
}

fn line(edge: &EdgeEntry, shadows: &BTreeSet<u64>) -> Line {
    let shadow = if shadows.contains(&edge.id) { " (shadow flow: not declared)" } else { "" };
    let via = edge.via.as_deref().unwrap_or_default();
    let cells = vec![
        place(&edge.from),
        place(&edge.to),
        text(via),
        text(if edge.transform == "unknown" { "" } else { &edge.transform }),
        listed(edge.carries.iter().map(|carried| tag(carried, Tone::of_tag(carried))), " "),
        text(&(edge.status.join(", ") + shadow)),
        text(&chance(edge.probability)),
        evidence(&edge.evidence),
    ];
    Line { id: Some(format!("entry-edge_{}", edge.id)), cells }
}

/// `0.97`.
pub(super) fn chance(thousandths: u16) -> String {
    format!("{}.{:02}", thousandths / 1000, thousandths % 1000 / 10)
}

/// A tag with the colour of its state.
pub(super) fn tag(words: &str, tone: Tone) -> Html {
    element("span", &[("class", &format!("tag {}", class(tone)))], [text(words)])
}

fn class(tone: Tone) -> &'static str {
    match tone {
        Tone::Authentication => "authentication",
        Tone::Clear => "clear",
        Tone::Secret => "secret",
        Tone::Hashed => "hashed",
        Tone::Truncated => "truncated",
        Tone::Companion => "companion",
        Tone::Token => "token",
        Tone::Test => "test",
        Tone::Nothing => "plain",
    }
}

/// Each in words, with the records or the line that show it.
pub(super) fn evidence(evidence: &[EvidenceEntry]) -> Html {
    element("ul", &[("class", "evidence")], evidence.iter().map(reason))
}

fn reason(evidence: &EvidenceEntry) -> Html {
    let shown = match (&evidence.from, &evidence.to, &evidence.at) {
        (Some(from), Some(to), _) => listed([at(from), at(to)], " → "),
        (_, _, Some(line)) if !evidence.text.contains(&line.file) => cited(line),
        _ => Html::default(),
    };
    let shown = joined([text(" "), element("small", &[], [shown])]);
    element("li", &[], [text(&evidence.text), shown])
}

/// `path:record`.
pub(super) fn at(position: &PositionEntry) -> Html {
    super::markup::code(&format!("{}:{}", position.partition, position.record))
}
