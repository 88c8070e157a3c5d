//! A table of every tagged field, with the columns an assessor asks for: where, what, how secured, who reads.

use super::{DatasetEntry, Document, FieldEntry, Format, ReportError, TagEntry};

/// One row a tag of a field.
pub(super) static FORMAT: Format =
    Format { name: "csv", about: "one row for each tag of each field, for spreadsheets", render };

const HEADER: &[&str] = &[
    "dataset",
    "kind",
    "zone",
    "owner",
    "environment",
    "retention_days",
    "field",
    "tag",
    "test",
    "count",
    "unresolved",
    "confidence",
    "first_seen",
    "last_seen",
    "written_by",
    "read_by",
    "example",
    "violations",
];

fn render(document: &Document) -> Result<Vec<u8>, ReportError> {
    let mut text = HEADER.join(",") + "\r\n";
    for observation in &document.observations {
        let Some(dataset) = document.datasets.iter().find(|d| d.name == observation.dataset) else {
            continue;
        };
        for field in &observation.fields {
            for tag in &field.tags {
                let cells = row(document, dataset, field, tag);
                text += &(cells.iter().map(|cell| quote(cell)).collect::<Vec<_>>().join(",") + "\r\n");
            }
        }
    }
    Ok(text.into_bytes())
}

fn row(document: &Document, dataset: &DatasetEntry, field: &FieldEntry, tag: &TagEntry) -> Vec<String> {
    let or_empty = |text: &Option<String>| text.clone().unwrap_or_default();
    let broken = document.violations.iter().filter(|violation| {
        violation.at.dataset.as_ref() == Some(&dataset.name)
            && violation.at.field.as_ref() == Some(&field.path)
    });
    let rules: std::collections::BTreeSet<_> = broken.map(|violation| violation.rule.as_str()).collect();
    vec![
        dataset.name.clone(),
        dataset.kind.clone(),
        or_empty(&dataset.zone),
        or_empty(&dataset.owner),
        or_empty(&dataset.environment),
        dataset.retention.map(|seconds| (seconds / 86_400).to_string()).unwrap_or_default(),
        field.path.clone(),
        format!("{}.{}", tag.class, tag.state),
        if tag.test { "yes" } else { "no" }.to_owned(),
        tag.count.to_string(),
        tag.unresolved.to_string(),
        tag.confidence.clone(),
        or_empty(&tag.first_seen),
        or_empty(&tag.last_seen),
        dataset.written_by.join(" "),
        dataset.read_by.join(" "),
        tag.positions.first().map(|at| format!("{}:{}", at.partition, at.record)).unwrap_or_default(),
        rules.into_iter().collect::<Vec<_>>().join(" "),
    ]
}

/// RFC 4180; and a cell that a spreadsheet would run as a formula gets an apostrophe, since names are foreign.
fn quote(cell: &str) -> String {
    let cell = match cell.chars().next() {
        Some('=' | '+' | '-' | '@' | '\t' | '\r') => format!("'{cell}"),
        _ => cell.to_owned(),
    };
    if cell.contains([',', '"', '\n', '\r']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell }
}

#[cfg(test)]
mod tests {
    use super::quote;

    #[test]
    fn cells_are_quoted_and_formulas_disarmed() {
        assert_eq!(quote("plain"), "plain");
        assert_eq!(quote("a,b"), "\"a,b\"");
        assert_eq!(quote("say \"x\""), "\"say \"\"x\"\"\"");
        assert_eq!(quote("=1+1"), "'=1+1");
    }
}
