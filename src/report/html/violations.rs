//! Violations, the worst first: both ends, and the way between with the evidence of each step.

use super::{
    edges::evidence,
    fields::records,
    markup::{Html, code, element, joined, listed, nothing, text},
};
use crate::report::{
    CitationEntry, Document, EdgeEntry, EndEntry, ViolationEntry, paint::thousands, way::arrives,
};

/// All of them; those that an exception accepts stand last and faint.
pub(super) fn all(document: &Document) -> Html {
    if document.violations.is_empty() {
        return nothing("None of the rules that could be judged is broken.");
    }
    let (standing, accepted): (Vec<_>, Vec<_>) =
        document.violations.iter().enumerate().partition(|(_, violation)| violation.exception.is_none());
    joined(standing.into_iter().chain(accepted).map(|(at, violation)| entry(document, at, violation)))
}

fn entry(document: &Document, at: usize, violation: &ViolationEntry) -> Html {
    let class = match violation.exception {
        Some(_) => format!("violation {} accepted", violation.severity),
        None => format!("violation {}", violation.severity),
    };
    let id = format!("violation_{at}");
    element("details", &[("class", &class), ("id", &id)], [heading(violation), body(document, violation)])
}

fn heading(violation: &ViolationEntry) -> Html {
    let count = if violation.count > 1 { format!("{}×", thousands(violation.count)) } else { String::new() };
    let parts = [
        element("span", &[("class", "severity")], [text(&violation.severity)]),
        element("span", &[("class", "title")], [text(&violation.title)]),
        element("span", &[("class", "count")], [text(&count)]),
    ];
    element("summary", &[], parts)
}

fn body(document: &Document, violation: &ViolationEntry) -> Html {
    let seen = match (&violation.first_seen, &violation.last_seen) {
        (None, None) => None,
        (first, last) => Some(text(&format!("{} to {}", or_dash(first), or_dash(last)))),
    };
    let rows = [
        ("place", Some(place(&violation.at))),
        ("who", violation.principal.as_deref().map(code)),
        (
            "found",
            violation.tag.as_deref().map(|tag| text(&format!("{tag}, {}×", thousands(violation.count)))),
        ),
        ("seen", seen),
        ("way there", way(document, violation)),
        ("records", (!violation.positions.is_empty()).then(|| records(&violation.positions))),
        ("rule", Some(rule(violation))),
        ("requirements", (!violation.references.is_empty()).then(|| references(violation))),
        ("what to do", Some(text(&violation.remediation))),
        ("accepted by", violation.exception.as_ref().map(cited)),
    ];
    let row = |(name, content): (&'static str, Option<Html>)| {
        content.map(|content| joined([element("dt", &[], [text(name)]), element("dd", &[], [content])]))
    };
    element("dl", &[], rows.into_iter().filter_map(row))
}

/// From the gateway, step by step; for a rule about a flow, that flow.
fn way(document: &Document, violation: &ViolationEntry) -> Option<Html> {
    let steps = violation.path.iter().chain(violation.edge.iter().filter(|id| !violation.path.contains(id)));
    let mut steps: Vec<_> = steps.filter_map(|id| document.edge(*id)).map(step).collect();
    if !arrives(document, violation) {
        let guess = [text("perhaps on to "), place(&violation.at), text(": one system writes both")];
        steps.push(element("li", &[], guess));
    }
    match (steps.is_empty(), &violation.tag) {
        (false, _) => Some(element("ol", &[("class", "way")], steps)),
        (true, Some(_)) => Some(text("not known: nothing that was looked at leads there")),
        (true, None) => None,
    }
}

fn step(edge: &EdgeEntry) -> Html {
    let link = format!("#entry-edge_{}", edge.id);
    let known = format!("{} · {}", edge.status.join(", "), super::edges::chance(edge.probability));
    let parts = [
        element("a", &[("href", &link)], [place(&edge.from), text(" → "), place(&edge.to)]),
        element("small", &[], [text(&known)]),
        evidence(&edge.evidence),
    ];
    element("li", &[], parts)
}

/// A dataset with its field, or a system, or what is outside.
pub(super) fn place(end: &EndEntry) -> Html {
    let parts = [end.system.as_deref(), end.dataset.as_deref(), end.field.as_deref()];
    let known = parts.into_iter().flatten().map(code);
    listed(known.chain(end.outside.as_deref().map(outside)), " · ")
}

fn outside(name: &str) -> Html {
    joined([code(name), element("small", &[], [text(" outside the estate")])])
}

fn rule(violation: &ViolationEntry) -> Html {
    let pack = text(&format!(" of {}, ", violation.pack));
    joined([code(&violation.rule), pack, cited(&violation.policy)])
}

/// `file:line`.
pub(super) fn cited(at: &CitationEntry) -> Html {
    code(&format!("{}:{}", at.file, at.line))
}

fn references(violation: &ViolationEntry) -> Html {
    let standards = violation.references.iter();
    listed(standards.map(|(standard, numbers)| text(&format!("{standard} {}", numbers.join(", ")))), "; ")
}

fn or_dash(time: &Option<String>) -> &str {
    time.as_deref().unwrap_or("–")
}
