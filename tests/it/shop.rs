//! The example shop: each planted leak is found, with the flow that it spread by; the clean shop has none; and the
//! same input gives the same bytes.

use std::sync::LazyLock;

use serde_json::Value;

use crate::program::{Place, Said};

// The example is a program; the test wants what it writes.
#[path = "../../examples/shop/main.rs"]
#[expect(dead_code, reason = "its `main` is not called here")]
mod example;

use example::{world::Story, write_estate};

/// The leaky shop, audited once for all tests that look at it.
static LEAKY: LazyLock<(Place, Said)> = LazyLock::new(|| audited(Story::Leaky));

fn audited(story: Story) -> (Place, Said) {
    let place = Place::new();
    write_estate(&place.path("."), story).unwrap();
    let said = place.audit(&["-o", "graph.dot", "-o", "fields.csv", "-o", "report.html"]);
    (place, said)
}

#[test]
fn each_planted_leak_is_found() {
    let (place, said) = &*LEAKY;
    said.expect(1, &["Example Shop", "violations"]);
    let run: Value = serde_json::from_str(&place.read("run.json")).unwrap();
    let rows = leaks(include_str!("../../examples/shop/README.md"));
    assert!(rows.len() >= 9, "the table of leaks has {} rows", rows.len());
    let missing: Vec<_> = rows.iter().filter(|row| !is_found(&run, row)).collect();
    assert!(missing.is_empty(), "not found: {missing:#?}\nfound: {:#?}", found(&run));
}

#[test]
fn the_clean_shop_is_clean() {
    let (place, said) = audited(Story::Clean);
    assert_eq!(said.code, 0, "{}", said.all());
    let run: Value = serde_json::from_str(&place.read("run.json")).unwrap();
    assert_eq!(run["violations"].as_array().map(Vec::len), Some(0), "{:#?}", found(&run));
    assert_eq!(run["run"]["complete"], Value::Bool(true));
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let second = audited(Story::Leaky).0;
    for name in ["run.json", "graph.dot", "fields.csv", "report.html"] {
        assert!(LEAKY.0.read(name) == second.read(name), "{name} differs");
    }
}

/// From any violation a reader reaches the policy's line, a record, and the evidence of each edge on the way.
#[test]
fn both_ends_and_the_way_between() {
    let run: Value = serde_json::from_str(&LEAKY.0.read("run.json")).unwrap();
    let edges = run["edges"].as_array().unwrap();
    for violation in run["violations"].as_array().unwrap() {
        let policy = &violation["policy"];
        assert!(
            policy["line"].as_u64() > Some(0) && policy["file"].is_string(),
            "no policy line: {violation}"
        );
        let is_grant = violation["principal"].is_string();
        let records = violation["positions"].as_array().map_or(0, Vec::len);
        assert!(is_grant || records > 0, "no record: {violation}");
        for id in violation["path"].as_array().unwrap() {
            let edge =
                edges.iter().find(|edge| edge["id"] == *id).expect("a path's edges are in the document");
            assert!(
                edge["evidence"].as_array().is_some_and(|evidence| !evidence.is_empty()),
                "no evidence: {edge}"
            );
        }
    }
}

/// A row of the README's table: rule, place, and the flow it came by.
#[derive(Debug)]
struct Leak {
    rule: String,
    dataset: String,
    field: String,
    from: String,
}

/// Rows whose first cell is a rule in backquotes: `| rule | dataset | field | from | story |`.
fn leaks(readme: &str) -> Vec<Leak> {
    let rows = readme.lines().filter(|line| line.starts_with("| `"));
    rows.map(|row| {
        // A bar inside a cell is written `\|`.
        let row = row.replace("\\|", "\0");
        let cell = |cell: &str| cell.trim().trim_matches('`').replace('\0', "|");
        let cells: Vec<String> = row.split('|').map(cell).collect();
        let [_, rule, dataset, field, from, ..] = cells.as_slice() else { panic!("a short row: {row}") };
        Leak { rule: rule.clone(), dataset: dataset.clone(), field: field.clone(), from: from.clone() }
    })
    .collect()
}

fn is_found(run: &Value, leak: &Leak) -> bool {
    let violations = run["violations"].as_array().into_iter().flatten();
    violations.filter(|violation| violation["rule"] == leak.rule.as_str()).any(|violation| {
        let at = &violation["at"];
        at["dataset"] == leak.dataset.as_str()
            && (leak.field == "-" || at["field"] == leak.field.as_str())
            && (leak.from == "-" || comes_from(run, violation, &leak.from))
    })
}

/// Whether the last step of the way to a violation starts at that dataset.
fn comes_from(run: &Value, violation: &Value, dataset: &str) -> bool {
    let Some(last) = violation["path"].as_array().and_then(|path| path.last()) else { return false };
    let mut edges = run["edges"].as_array().into_iter().flatten();
    edges.any(|edge| edge["id"] == *last && edge["from"]["dataset"] == dataset)
}

/// What was found, a line each.
fn found(run: &Value) -> Vec<String> {
    let violations = run["violations"].as_array().into_iter().flatten();
    violations.map(|v| format!("{} at {} by {}: {}", v["rule"], v["at"], v["path"], v["title"])).collect()
}
