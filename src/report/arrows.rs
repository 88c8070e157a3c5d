//! Arrows of the picture: one a pair of cards, with the state of the worst that it carries.

use super::{
    Document, EdgeEntry, EndEntry, ViolationEntry,
    cards::{card_id, is_grave, worst},
    picture::{Arrow, Line, Tone},
};
use crate::lineage::View;

/// One a pair, in the order of the document; those that go there and back are one.
pub(super) fn arrows(document: &Document, view: &View) -> Vec<Arrow> {
    let edges = view.edges.iter().filter_map(|id| document.edge(id.number()));
    let mut arrows: Vec<Arrow> = Vec::new();
    for arrow in edges.filter_map(|edge| arrow(document, edge)) {
        let back = arrows.iter_mut().find(|known| known.from == arrow.to && known.to == arrow.from);
        match back.filter(|known| known.from != known.to) {
            Some(known) => merge(known, arrow),
            None => arrows.push(arrow),
        }
    }
    arrows.extend(needless(document, view));
    arrows
}

/// Grants that nothing needs, to systems that are drawn: a grave violation is about each.
fn needless<'a>(document: &'a Document, view: &'a View) -> impl Iterator<Item = Arrow> + 'a {
    let is_drawn = |end: &EndEntry| {
        let system = end.system.as_deref().filter(|_| end.dataset.is_none());
        system.is_some_and(|name| view.systems.iter().any(|drawn| drawn.as_str() == name))
    };
    let is_about = |violation: &&ViolationEntry, edge: &EdgeEntry| {
        let same = (&violation.at.dataset, &violation.at.system) == (&edge.from.dataset, &edge.to.system);
        violation.principal.is_some() && same && is_grave(violation)
    };
    let only = |edge: &&EdgeEntry| edge.status.iter().all(|status| status == "permitted");
    let edges = document.edges.iter().filter(only).filter(move |edge| is_drawn(&edge.to));
    let broken = move |edge: &&EdgeEntry| document.violations.iter().any(|v| is_about(&v, edge));
    edges.filter(broken).filter_map(|edge| permitted(document, edge))
}

fn permitted(document: &Document, edge: &EdgeEntry) -> Option<Arrow> {
    let arrow = arrow(document, edge)?;
    let tone = worst(document, edge.from.dataset.as_deref()?);
    Some(Arrow { line: Line::Permitted, is_leak: false, label: "may read".to_owned(), tone, ..arrow })
}

/// The way of the worse one stays.
fn merge(known: &mut Arrow, other: Arrow) {
    let gravity = |arrow: &Arrow| (!arrow.is_leak, arrow.tone, arrow.line, arrow.id);
    if gravity(&other) < gravity(known) {
        *known = other;
    }
    known.is_mutual = true;
}

fn arrow(document: &Document, edge: &EdgeEntry) -> Option<Arrow> {
    let carried = edge.carries.iter().map(|tag| Tone::of_tag(tag)).min();
    // Who reads a place, and what it is handed on to, gets all that it holds.
    let whole = || edge.from.dataset.as_deref().filter(|_| !moved_by(edge).is_empty());
    let tone = carried.or_else(|| whole().map(|name| worst(document, name))).unwrap_or(Tone::Nothing);
    let is_known = edge.status.iter().any(|status| status == "declared" || status == "observed");
    Some(Arrow {
        id: edge.id,
        from: card_id(document, &edge.from)?,
        to: card_id(document, &edge.to)?,
        is_leak: is_leak(document, edge, tone),
        line: if is_known { Line::Known } else { Line::Inferred },
        is_mutual: false,
        label: label(edge, is_known),
        why: edge.evidence.first().map(|evidence| evidence.text.clone()).unwrap_or_default(),
        tone,
    })
}

/// A grave violation is about this flow, or what it is about came by it.
fn is_leak(document: &Document, edge: &EdgeEntry, tone: Tone) -> bool {
    let grave = document.violations.iter().filter(|violation| is_grave(violation));
    let mut flows = grave.flat_map(|violation| violation.path.last().into_iter().chain(&violation.edge));
    let same_pair =
        |other: &EdgeEntry| (other.from.name(), other.to.name()) == (edge.from.name(), edge.to.name());
    tone <= Tone::Hashed && flows.any(|id| document.edge(*id).is_some_and(same_pair))
}

fn label(edge: &EdgeEntry, is_known: bool) -> String {
    let transform = if edge.transform == "unknown" { "" } else { edge.transform.as_str() };
    let chance = format!("{}.{:02}", edge.probability / 1000, edge.probability % 1000 / 10);
    match (is_known, transform) {
        (true, transform) => [transform, moved_by(edge)]
            .into_iter()
            .filter(|word| !word.is_empty())
            .collect::<Vec<_>>()
            .join(" · "),
        (false, "" | "copied") => chance,
        (false, transform) => format!("{transform} {chance}"),
    }
}

/// `redrive`, `subscription`, …, or `reads`: what was observed. A name that fits a convention was not.
fn moved_by(edge: &EdgeEntry) -> &str {
    let told = edge.evidence.iter().find_map(|told| match (told.kind.as_str(), told.movement.as_deref()) {
        ("reader", _) => Some("reads"),
        (_, movement) => movement.filter(|movement| *movement != "naming"),
    });
    told.unwrap_or_default()
}
