//! Arrows of the picture: one a pair of cards, with the state of the worst that it carries.

use super::{
    Document, EdgeEntry,
    cards::{card_id, is_grave},
    picture::{Arrow, Tone},
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
    arrows
}

/// The way of the worse one stays.
fn merge(known: &mut Arrow, other: Arrow) {
    let gravity = |arrow: &Arrow| (!arrow.is_leak, arrow.tone, arrow.is_inferred, arrow.id);
    if gravity(&other) < gravity(known) {
        *known = other;
    }
    known.is_mutual = true;
}

fn arrow(document: &Document, edge: &EdgeEntry) -> Option<Arrow> {
    let tone = edge.carries.iter().map(|tag| Tone::of_tag(tag)).min().unwrap_or(Tone::Nothing);
    let is_known = edge.status.iter().any(|status| status == "declared" || status == "observed");
    Some(Arrow {
        id: edge.id,
        from: card_id(document, &edge.from)?,
        to: card_id(document, &edge.to)?,
        is_leak: is_leak(document, edge, tone),
        is_inferred: !is_known,
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
        (true, transform) => transform.to_owned(),
        (false, "" | "copied") => chance,
        (false, transform) => format!("{transform} {chance}"),
    }
}
