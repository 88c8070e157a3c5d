//! Cards of the picture: what a dataset or a system is, who answers for it, and its tagged fields, the worst first.

use std::collections::BTreeSet;

use super::{
    DatasetEntry, Document, EndEntry, GrantEntry, SystemEntry, TagEntry, ViolationEntry,
    paint::thousands,
    picture::{Card, Detail, Region, Row, Tone},
};
use crate::{estate::name_fits, lineage::View};

/// Systems, what is outside, then datasets, in the order of the document.
pub(super) fn cards(document: &Document, view: &View, detail: Detail) -> Vec<Card> {
    let systems = document.estate.systems.iter().enumerate();
    let systems = systems.filter(|(_, system)| view.systems.iter().any(|name| name.as_str() == system.name));
    let datasets = document.datasets.iter().enumerate();
    let datasets = datasets.filter(|(_, set)| view.datasets.iter().any(|name| name.as_str() == set.name));
    let systems = systems.map(|(place, system)| system_card(document, place, system));
    let outside = document.outside().into_iter().enumerate();
    let outside = outside.filter(|(_, name)| view.outside.iter().any(|drawn| drawn.as_str() == *name));
    let outside = outside.map(|(place, name)| outside_card(document, place, name));
    systems
        .chain(outside)
        .chain(datasets.map(|(place, dataset)| dataset_card(document, place, dataset, detail)))
        .collect()
}

/// The card that an end of an edge stands on.
pub(super) fn card_id(document: &Document, end: &EndEntry) -> Option<String> {
    if let Some(outside) = &end.outside {
        let place = document.outside().into_iter().position(|name| name == outside)?;
        return Some(format!("outside_{place}"));
    }
    match (&end.dataset, &end.system) {
        (Some(name), _) => {
            let place = document.datasets.iter().position(|dataset| dataset.name == *name)?;
            Some(format!("dataset_{place}"))
        }
        (None, Some(name)) => {
            let place = document.estate.systems.iter().position(|system| system.name == *name)?;
            Some(format!("system_{place}"))
        }
        (None, None) => None,
    }
}

/// Whether it stands, and must be mended soon.
pub(super) fn is_grave(violation: &ViolationEntry) -> bool {
    violation.exception.is_none() && matches!(violation.severity.as_str(), "critical" | "high")
}

fn system_card(document: &Document, place: usize, system: &SystemEntry) -> Card {
    let (violations, is_alarming) =
        alarms(document, |at| at.dataset.is_none() && at.system.as_ref() == Some(&system.name));
    Card {
        id: format!("system_{place}"),
        name: system.name.clone(),
        region: Region::of(&system.zone),
        kind: system.kind.clone(),
        about: system.owner.iter().cloned().collect(),
        is_system: true,
        rows: Vec::new(),
        more_rows: 0,
        violations,
        is_alarming,
    }
}

/// What is known by its name alone: a reader, or a place that was not looked at.
fn outside_card(document: &Document, place: usize, name: &str) -> Card {
    let reads = document.readers.iter().any(|reader| reader.name == name);
    let (region, name) = if reads { (Region::Outside, name) } else { around(document, name) };
    Card {
        id: format!("outside_{place}"),
        name: name.to_owned(),
        region,
        kind: if reads { "reader" } else { "not looked at" }.to_owned(),
        about: Vec::new(),
        is_system: true,
        rows: Vec::new(),
        more_rows: 0,
        violations: 0,
        is_alarming: false,
    }
}

/// What stands below a source, or in the namespace of its datasets, is at home where all of them are; within a
/// namespace it needs no more than its own name.
fn around<'a>(document: &Document, name: &'a str) -> (Region, &'a str) {
    let below = |parent: &str| name.strip_prefix(parent).and_then(|rest| rest.strip_prefix('/'));
    let inside = document.datasets.iter().find_map(|set| below(&set.namespace));
    let source = name.split_once('/').map_or(name, |(source, _)| source);
    let is_near = |set: &&DatasetEntry| {
        let of_source = set.name.strip_prefix(source).is_some_and(|rest| rest.starts_with('/'));
        if inside.is_some() { below(&set.namespace).is_some() } else { of_source }
    };
    let mut regions = document.datasets.iter().filter(is_near).map(|set| Region::of(&set.zone));
    let first = regions.next().unwrap_or(Region::Outside);
    let region = if regions.all(|region| region == first) { first } else { Region::Outside };
    (region, inside.unwrap_or(name))
}

fn dataset_card(document: &Document, place: usize, dataset: &DatasetEntry, detail: Detail) -> Card {
    let mut rows = rows(document, &dataset.name);
    let all = rows.len();
    shorten(&mut rows, detail);
    let (violations, is_alarming) = alarms(document, |at| at.dataset.as_ref() == Some(&dataset.name));
    Card {
        id: format!("dataset_{place}"),
        name: dataset.name.clone(),
        region: Region::of(&dataset.zone),
        kind: dataset.kind.clone(),
        about: if detail == Detail::Full { about(document, dataset) } else { Vec::new() },
        is_system: false,
        more_rows: if detail == Detail::Full { all - rows.len() } else { 0 },
        rows,
        violations,
        is_alarming,
    }
}

fn shorten(rows: &mut Vec<Row>, detail: Detail) {
    match detail {
        Detail::Full => rows.truncate(5),
        Detail::Sparse => {
            rows.retain(|row| row.tone <= Tone::Hashed);
            rows.truncate(2);
        }
    }
}

/// How many violations stand at a place, and whether one is high or critical.
fn alarms(document: &Document, is_here: impl Fn(&EndEntry) -> bool) -> (usize, bool) {
    let here = document.violations.iter().filter(|v| v.exception.is_none() && is_here(&v.at));
    (here.clone().count(), here.clone().any(is_grave))
}

fn about(document: &Document, dataset: &DatasetEntry) -> Vec<String> {
    let owner = dataset.owner.clone();
    let kept = dataset.retention.map(|seconds| format!("{} d kept", seconds / 86_400));
    let records = match dataset.records {
        None => "not read".to_owned(),
        Some(1) => "1 record".to_owned(),
        Some(count) => format!("{} records", thousands(count)),
    };
    let may = counted_readers(document, &dataset.name);
    let joined = |parts: [Option<String>; 2]| parts.into_iter().flatten().collect::<Vec<_>>().join(" · ");
    let lines = [joined([owner, kept]), joined([Some(records), may]), tried(document, dataset)];
    lines.into_iter().filter(|line| !line.is_empty()).collect()
}

/// `tried up to 4×, first failed 42 d ago`.
fn tried(document: &Document, dataset: &DatasetEntry) -> String {
    let Some(retries) = &dataset.retries else { return String::new() };
    let most = retries.most_attempts.map(|most| format!("tried up to {most}×"));
    let failed = retries.oldest_failure.as_deref().and_then(|at| days(at, &document.run.started));
    let failed = failed.map(|days| match days {
        0 => "first failed today".to_owned(),
        days => format!("first failed {days} d ago"),
    });
    most.into_iter().chain(failed).collect::<Vec<_>>().join(", ")
}

/// Days between two dates, as rules count them.
fn days(from: &str, to: &str) -> Option<i32> {
    let day = |time: &str| time.get(..10)?.parse::<jiff::civil::Date>().ok();
    Some((day(to)? - day(from)?).get_days())
}

/// How many principals may read it, as its source says; of those that a person wrote down the estate file tells.
fn counted_readers(document: &Document, dataset: &str) -> Option<String> {
    let reads =
        |grant: &&GrantEntry| grant.at.is_none() && grant.may == "read" && name_fits(&grant.dataset, dataset);
    let who: BTreeSet<&str> = document.grants.iter().filter(reads).map(|g| g.principal.as_str()).collect();
    (!who.is_empty()).then(|| format!("{} may read", who.len()))
}

/// The state of the worst that a dataset holds.
pub(super) fn worst(document: &Document, dataset: &str) -> Tone {
    rows(document, dataset).first().map_or(Tone::Nothing, |row| row.tone)
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

/// The state of a tag; a published test value alarms nobody.
pub(super) fn tone(tag: &TagEntry) -> Tone {
    if tag.test { Tone::Test } else { Tone::of(&tag.class, &tag.state) }
}

fn what(tag: &TagEntry) -> String {
    let count = thousands(tag.count);
    let test = if tag.test { "test " } else { "" };
    match (tag.class.as_str(), tag.state.as_str()) {
        ("pan", state) => format!("{test}{state} {count}×"),
        ("token", _) => format!("token {count}×"),
        (class, "clear") => format!("{test}{class} {count}×"),
        (class, state) => format!("{test}{class} {state} {count}×"),
    }
}
