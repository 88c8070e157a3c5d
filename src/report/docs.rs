//! `docs/output.md` says what the code says: formats, every key that is written, why something is skipped.
//! `UPDATE_EXPECT=1` writes the tables of formats and reasons anew.

use std::{collections::BTreeSet, path::Path};

use serde_json::Value;

use super::{FORMATS, Format, fixture, scan};
use crate::{decode::SkipReason, detect::with_table};

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/output.md");

fn formats() -> String {
    let row = |format: &&Format| format!("| `.{}` | {} |\n", format.name, format.about);
    format!("| extension | what |\n| --- | --- |\n{}", FORMATS.iter().map(row).collect::<String>())
}

fn reasons() -> String {
    let row = |reason: SkipReason| format!("| `{}` | {} |\n", reason.id(), reason.about());
    format!("| reason | meaning |\n| --- | --- |\n{}", SkipReason::ALL.map(row).concat())
}

#[test]
fn formats_and_reasons_are_those_there_are() {
    let page = std::fs::read_to_string(PAGE).unwrap();
    let page = with_table(&page, "formats", &formats());
    expect_test::expect_file![Path::new(PAGE)].assert_eq(&with_table(&page, "skipped", &reasons()));
}

#[test]
fn every_key_of_the_run_is_described_and_no_other() {
    let document = serde_json::to_value(fixture::full()).unwrap();
    let mut written = BTreeSet::new();
    keys("", &document, &mut written);
    assert_eq!(described("run.json"), written);
}

#[test]
fn every_key_of_a_finding_is_described_and_no_other() {
    let mut written = BTreeSet::new();
    keys("", &scan::example(), &mut written);
    let written: BTreeSet<_> = written.iter().map(|key| key.trim_end_matches("[]").to_owned()).collect();
    assert_eq!(described("scan"), written);
}

/// First cells of the table behind a mark.
fn described(mark: &str) -> BTreeSet<String> {
    let page = std::fs::read_to_string(PAGE).unwrap();
    let table = page.split_once(&format!("<!-- {mark}: checked by a test -->\n")).unwrap().1;
    let rows = table.lines().take_while(|line| line.starts_with('|')).skip(2);
    rows.map(|row| row.split('`').nth(1).unwrap().to_owned()).collect()
}

/// Paths of all that holds a value, with places, ends and citations by their own names.
fn keys(path: &str, value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            let kind = kind(path, value);
            if let Some(kind) = kind {
                found.insert(path.to_owned());
                found.extend(members.keys().map(|key| format!("{kind}.{key}")));
                return;
            }
            for (key, member) in members {
                let free = ["reasons", "brands", "counts", "references", "properties"]
                    .iter()
                    .any(|map| path.ends_with(map));
                let key = if free { "{}" } else { key };
                keys(format!("{path}.{key}").trim_start_matches('.'), member, found);
            }
        }
        Value::Array(members) => {
            assert!(
                !members.is_empty() || OTHERWISE_FILLED.contains(&path),
                "{path} is empty in the fixture"
            );
            members.iter().for_each(|member| keys(&format!("{path}[]"), member, found));
        }
        _ => {
            found.insert(path.to_owned());
        }
    }
}

/// Lists that are empty in one place of the fixture and filled in another.
const OTHERWISE_FILLED: &[&str] = &["datasets[].written_by", "observations[].together"];

fn kind(path: &str, value: &Value) -> Option<&'static str> {
    match path {
        _ if value.get("partition").is_some() && value.get("source").is_none() => Some("position"),
        _ if value.get("file").is_some() => Some("citation"),
        "edges[].from" | "edges[].to" | "violations[].at" => Some("end"),
        _ => None,
    }
}
