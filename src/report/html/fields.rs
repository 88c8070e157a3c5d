//! Fields: the table that an assessor asks for, and the systems around it.

use super::{
    edges::{at, tag},
    markup::{Html, Line, code, element, joined, listed, nothing, table, text},
};
use crate::report::{
    DatasetEntry, Document, FieldEntry, PositionEntry, SystemEntry, TagEntry, cards::tone,
    label::counted_u64, paint::thousands, picture::Tone,
};

const HEADINGS: &[&str] = &[
    "dataset",
    "zone",
    "owner",
    "#kept",
    "field",
    "tag",
    "#count",
    "#unresolved",
    "confidence",
    "@first",
    "@last",
    "readers",
    "a record",
];

/// One line a tag of a field; a dataset without any has a line that says so.
pub(super) fn all(document: &Document) -> Html {
    if document.datasets.is_empty() {
        return nothing("No dataset was found.");
    }
    let datasets = document.datasets.iter().enumerate();
    table(HEADINGS, datasets.flat_map(|(place, dataset)| lines(document, place, dataset)).collect())
}

fn lines(document: &Document, place: usize, dataset: &DatasetEntry) -> Vec<Line> {
    let observation = document.observations.iter().find(|observation| observation.dataset == dataset.name);
    let fields = observation.map(|observation| observation.fields.as_slice()).unwrap_or_default();
    let mut tags: Vec<_> =
        fields.iter().flat_map(|field| field.tags.iter().map(move |tag| (field, tag))).collect();
    tags.sort_by_key(|(field, tag)| (tag.count == 0, tone(tag), &field.path));
    let mut lines: Vec<Vec<Html>> = tags.into_iter().map(|(field, tag)| cells(dataset, field, tag)).collect();
    if lines.is_empty() {
        let words = match (dataset.records, observation) {
            (None, _) => "not read".to_owned(),
            (_, None) => "no fields seen".to_owned(),
            (_, Some(seen)) => format!("nothing found in {} fields", seen.fields_seen),
        };
        let mut cells = whose(dataset);
        cells.push(element("i", &[], [text(&words)]));
        cells.extend(std::iter::repeat_n(Html::default(), 6));
        cells.extend([text(&dataset.read_by.join(", ")), Html::default()]);
        lines.push(cells);
    }
    if let Some(name) = lines.first_mut().and_then(|cells| cells.first_mut()) {
        *name = joined([std::mem::take(name), told(dataset)]);
    }
    let id = |line: usize| (line == 0).then(|| format!("entry-dataset_{place}"));
    lines.into_iter().enumerate().map(|(line, cells)| Line { id: id(line), cells }).collect()
}

fn whose(dataset: &DatasetEntry) -> Vec<Html> {
    let kind = element("small", &[], [text(&format!(" {}", dataset.kind.replace('-', " ")))]);
    let kept = dataset.retention.map(|seconds| format!("{} d", seconds / 86_400));
    vec![
        joined([code(&dataset.name), kind]),
        text(dataset.zone.as_deref().unwrap_or("none declared")),
        text(dataset.owner.as_deref().unwrap_or_default()),
        text(&kept.unwrap_or_default()),
    ]
}

/// What its source says of it, and of records that failed before.
fn told(dataset: &DatasetEntry) -> Html {
    let properties = dataset.properties.iter().map(|(name, said)| format!("{name}: {said}"));
    let retries = dataset.retries.iter().map(|retries| {
        let most = retries.most_attempts.map(|most| format!(", tried up to {most}×")).unwrap_or_default();
        let since = day(&retries.oldest_failure);
        let since = if since.is_empty() { String::new() } else { format!(", first on {since}") };
        format!("{} failed before{most}{since}", counted_u64(retries.records, "record"))
    });
    let line = |said: String| element("small", &[], [text(&format!(" · {said}"))]);
    joined(properties.chain(retries).map(line))
}

fn cells(dataset: &DatasetEntry, field: &FieldEntry, found: &TagEntry) -> Vec<Html> {
    let test = if found.test { " (test value)" } else { "" };
    let words = format!("{}.{}{test}", found.class, found.state);
    // What its field voted down alarms nobody.
    let tone = if found.count == 0 { Tone::Nothing } else { tone(found) };
    let unresolved = if found.unresolved == 0 { String::new() } else { thousands(found.unresolved) };
    let mut cells = whose(dataset);
    cells.extend([
        code(&field.path),
        tag(&words, tone),
        text(&thousands(found.count)),
        text(&unresolved),
        text(&found.confidence),
        text(day(&found.first_seen)),
        text(day(&found.last_seen)),
        text(&dataset.read_by.join(", ")),
        found.positions.first().map(at).unwrap_or_default(),
    ]);
    cells
}

/// `2026-11-20`: violations and the document have the seconds.
fn day(time: &Option<String>) -> &str {
    let time = time.as_deref().unwrap_or_default();
    time.get(..10).unwrap_or(time)
}

/// A few records.
pub(super) fn records(positions: &[PositionEntry]) -> Html {
    listed(positions.iter().map(at), ", ")
}

/// Who writes and reads.
pub(super) fn systems(document: &Document) -> Html {
    if document.estate.systems.is_empty() {
        return nothing("The estate declares no system.");
    }
    let systems = document.estate.systems.iter().enumerate();
    let lines = systems.map(|(place, system)| system_line(document, place, system)).collect();
    table(&["system", "kind", "zone", "owner", "writes", "reads"], lines)
}

fn system_line(document: &Document, place: usize, system: &SystemEntry) -> Line {
    let named = |names: fn(&DatasetEntry) -> &Vec<String>| {
        let datasets = document.datasets.iter().filter(|dataset| names(dataset).contains(&system.name));
        listed(datasets.map(|dataset| code(&dataset.name)), ", ")
    };
    let cells = vec![
        code(&system.name),
        text(&system.kind.replace('-', " ")),
        text(system.zone.as_deref().unwrap_or("none declared")),
        text(system.owner.as_deref().unwrap_or_default()),
        named(|dataset| &dataset.written_by),
        named(|dataset| &dataset.read_by),
    ];
    Line { id: Some(format!("entry-system_{place}")), cells }
}
