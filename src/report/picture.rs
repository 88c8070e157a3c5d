//! What the graph shows, before any drawing language: cards of datasets and systems in zones, arrows between them,
//! each with the state of what it holds or carries. The terminal, DOT, SVG and HTML say the same because of it.

use std::collections::BTreeMap;

use super::{DatasetEntry, Document, EdgeEntry, TagEntry, summary::thousands};
use crate::lineage::{View, ViewOptions};

/// Everything that is to be drawn.
#[derive(Debug)]
pub(super) struct Picture {
    /// From the gateway outward, empty ones left out.
    pub(super) zones: Vec<(String, Vec<Card>)>,
    pub(super) arrows: Vec<Arrow>,
    /// Datasets and edges that the view left out.
    pub(super) hidden: usize,
}

/// A dataset, or a system that stands for itself.
#[derive(Debug)]
pub(super) struct Card {
    pub(super) name: String,
    /// `log`, `topic`, …, or a system's kind.
    pub(super) kind: String,
    /// Who and how long, in a line.
    pub(super) about: String,
    pub(super) is_system: bool,
    pub(super) rows: Vec<Row>,
    /// Tagged fields that found no place.
    pub(super) more_rows: usize,
    pub(super) violations: usize,
    /// Whether one of them is critical or high.
    pub(super) is_alarming: bool,
}

/// A tagged field.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) tone: Tone,
    pub(super) field: String,
    /// `clear 41×`.
    pub(super) what: String,
}

/// Data moves.
#[derive(Debug)]
pub(super) struct Arrow {
    pub(super) id: u64,
    pub(super) from: String,
    pub(super) to: String,
    pub(super) tone: Tone,
    /// Believed from values and times alone.
    pub(super) is_inferred: bool,
    /// It brings what breaks a rule at its end.
    pub(super) is_leak: bool,
    pub(super) label: String,
    /// The first evidence, for a tooltip.
    pub(super) why: String,
}

/// The state of a value, as a colour; the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Tone {
    Authentication,
    Clear,
    Secret,
    Hashed,
    Truncated,
    Companion,
    Token,
    Test,
    Nothing,
}

/// Rows of a card; the rest is counted.
const ROWS: usize = 5;

impl Document {
    /// Chooses what later renderings show.
    pub fn look_at(&mut self, options: &ViewOptions) {
        self.view.0 = options.clone();
    }

    pub(super) fn picture(&self) -> Picture {
        let lineage = self.lineage();
        let view = lineage.view(&self.view.0);
        let arrows = view.edges.iter().filter_map(|id| self.edge(id.number())).map(|edge| arrow(self, edge));
        Picture { zones: zones(self, &view), arrows: arrows.collect(), hidden: view.hidden }
    }
}

fn zones(document: &Document, view: &View) -> Vec<(String, Vec<Card>)> {
    let order = document.estate.zones.iter().map(|zone| zone.name.clone()).chain([String::new()]);
    let mut zones: Vec<(String, Vec<Card>)> = order.map(|zone| (zone, Vec::new())).collect();
    let mut place = |zone: Option<&String>, card: Card| {
        let zone = zone.cloned().unwrap_or_default();
        let at = zones.iter().position(|(name, _)| *name == zone).unwrap_or(zones.len() - 1);
        zones[at].1.push(card);
    };
    for system in
        document.estate.systems.iter().filter(|s| view.systems.iter().any(|name| name.as_str() == s.name))
    {
        place(system.zone.as_ref(), system_card(document, system));
    }
    for dataset in
        document.datasets.iter().filter(|d| view.datasets.iter().any(|name| name.as_str() == d.name))
    {
        place(dataset.zone.as_ref(), dataset_card(document, dataset));
    }
    zones.retain(|(_, cards)| !cards.is_empty());
    zones
}

fn system_card(document: &Document, system: &super::SystemEntry) -> Card {
    Card {
        name: system.name.clone(),
        kind: system.kind.clone(),
        about: system.owner.clone().unwrap_or_default(),
        is_system: true,
        rows: Vec::new(),
        more_rows: 0,
        violations: alarms(document, |at| at.dataset.is_none() && at.system.as_ref() == Some(&system.name)).0,
        is_alarming: false,
    }
}

fn dataset_card(document: &Document, dataset: &DatasetEntry) -> Card {
    let mut rows = rows(document, &dataset.name);
    let more_rows = rows.len().saturating_sub(ROWS);
    rows.truncate(ROWS);
    let (violations, is_alarming) = alarms(document, |at| at.dataset.as_ref() == Some(&dataset.name));
    Card {
        name: dataset.name.clone(),
        kind: dataset.kind.clone(),
        about: about(dataset),
        is_system: false,
        rows,
        more_rows,
        violations,
        is_alarming,
    }
}

/// How many violations stand at a place, and whether one is high or critical.
fn alarms(document: &Document, is_here: impl Fn(&super::EndEntry) -> bool) -> (usize, bool) {
    let here = document.violations.iter().filter(|v| v.exception.is_none() && is_here(&v.at));
    let grave = |v: &&super::ViolationEntry| matches!(v.severity.as_str(), "critical" | "high");
    (here.clone().count(), here.clone().any(|violation| grave(&violation)))
}

fn about(dataset: &DatasetEntry) -> String {
    let owner = dataset.owner.clone();
    let kept = dataset.retention.map(|seconds| format!("{} d kept", seconds / 86_400));
    let records = dataset
        .records
        .map_or_else(|| "not read".to_owned(), |count| format!("{} records", thousands(count)));
    [owner, kept, Some(records)].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

fn rows(document: &Document, dataset: &str) -> Vec<Row> {
    let observed = document.observations.iter().filter(|observation| observation.dataset == dataset);
    let fields = observed.flat_map(|observation| &observation.fields);
    let mut rows: Vec<Row> = fields
        .flat_map(|field| field.tags.iter().map(move |tag| (field, tag)))
        .filter(|(_, tag)| tag.count > 0 && is_shown(tag))
        .map(|(field, tag)| Row { tone: tone(tag), field: field.path.clone(), what: what(tag) })
        .collect();
    rows.sort_by(|a, b| (a.tone, &a.field, &a.what).cmp(&(b.tone, &b.field, &b.what)));
    rows
}

/// Mail addresses and payment ids are context: the table has them, the picture would drown in them.
fn is_shown(tag: &TagEntry) -> bool {
    !matches!(tag.class.as_str(), "contact" | "psp-id")
}

fn what(tag: &TagEntry) -> String {
    let count = thousands(tag.count);
    let test = if tag.test { "test " } else { "" };
    match (tag.class.as_str(), tag.state.as_str()) {
        ("pan", state) => format!("{test}{state} {count}×"),
        ("token", _) => "token".to_owned(),
        (class, "clear") => format!("{test}{class} {count}×"),
        (class, state) => format!("{test}{class} {state}"),
    }
}

fn tone(tag: &TagEntry) -> Tone {
    if tag.test { Tone::Test } else { tone_of(&tag.class, &tag.state) }
}

fn tone_of(class: &str, state: &str) -> Tone {
    match (class, state) {
        ("cvv" | "pin" | "track1" | "track2", _) => Tone::Authentication,
        ("pan", "clear") => Tone::Clear,
        ("secret", _) => Tone::Secret,
        (_, "hashed") => Tone::Hashed,
        ("pan", _) => Tone::Truncated,
        ("token", _) => Tone::Token,
        ("expiry" | "cardholder" | "service-code" | "iban" | "account", _) => Tone::Companion,
        _ => Tone::Nothing,
    }
}

fn arrow(document: &Document, edge: &EdgeEntry) -> Arrow {
    let tone = edge.carries.iter().filter_map(|tag| tag.split_once('.')).map(|(c, s)| tone_of(c, s)).min();
    let tone = tone.unwrap_or(Tone::Nothing);
    let (from, to) = (edge.from.name().to_owned(), edge.to.name().to_owned());
    let is_known = edge.status.iter().any(|status| status == "declared" || status == "observed");
    Arrow {
        id: edge.id,
        is_leak: is_leak(document, &from, &to, tone),
        is_inferred: !is_known,
        label: label(edge, is_known),
        why: edge.evidence.first().map(|evidence| evidence.text.clone()).unwrap_or_default(),
        from,
        to,
        tone,
    }
}

/// It is on the way of a grave violation whose value has this tone.
fn is_leak(document: &Document, from: &str, to: &str, tone: Tone) -> bool {
    if tone > Tone::Hashed {
        return false;
    }
    let steps: BTreeMap<u64, &EdgeEntry> = document.edges.iter().map(|edge| (edge.id, edge)).collect();
    let grave = |v: &&super::ViolationEntry| {
        v.exception.is_none() && matches!(v.severity.as_str(), "critical" | "high")
    };
    document.violations.iter().filter(grave).any(|violation| {
        let last = violation.path.last().and_then(|id| steps.get(id));
        last.is_some_and(|edge| edge.from.name() == from && edge.to.name() == to)
    })
}

fn label(edge: &EdgeEntry, is_known: bool) -> String {
    let transform = if edge.transform == "unknown" { "" } else { edge.transform.as_str() };
    let chance = format!("{}.{:02}", edge.probability / 1000, edge.probability % 1000 / 10);
    match (is_known, transform) {
        (true, transform) => transform.to_owned(),
        (false, "") => chance,
        (false, transform) => format!("{transform} {chance}"),
    }
}
