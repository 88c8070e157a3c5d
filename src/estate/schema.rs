//! Tests that the published JSON Schema and the reader know the same keys and words.

use dyetrace_connectors::{CONNECTORS, CONSENT, SAMPLE, SINCE, UNTIL};

use super::{
    DatasetKind, keys,
    yaml::{Content, Node, parse},
};
use crate::detect::{Class, State};

/// JSON is YAML: our own reader reads it.
fn schema() -> Node {
    parse(include_str!("../../docs/dyetrace.schema.json")).unwrap_or_else(|fault| panic!("{fault:?}"))
}

fn at<'a>(node: &'a Node, path: &str) -> &'a Node {
    path.split('/').filter(|key| !key.is_empty()).fold(node, |node, key| {
        let Content::Map(entries) = &node.content else { panic!("{key}: a map is expected") };
        let found = entries.iter().find(|(word, _)| word.text.expose() == key);
        &found.unwrap_or_else(|| panic!("{key} is not in the schema")).1
    })
}

fn names(path: &str) -> Vec<String> {
    let schema = schema();
    let Content::Map(entries) = &at(&schema, path).content else { panic!("{path}: a map is expected") };
    entries.iter().map(|(word, _)| word.text.expose().to_owned()).collect()
}

fn check(path: &str, keys: &[&str]) {
    let mut known: Vec<&str> = keys.to_vec();
    let mut listed = names(path);
    known.sort_unstable();
    listed.sort_unstable();
    assert_eq!(listed, known, "{path}");
}

#[test]
fn schema_and_reader_know_the_same_keys() {
    check("properties", keys::ESTATE);
    check("properties/key/properties", keys::KEY);
    check("$defs/zone/properties", keys::ZONE);
    check("$defs/system/properties", keys::SYSTEM);
    check("$defs/budget/properties", keys::BUDGET);
    check("$defs/sample/properties", keys::SAMPLE);
    check("$defs/secret/properties", keys::KEY);
    check("$defs/dataset/properties", keys::DATASET);
    check("$defs/flow/properties", keys::FLOW);
    check("$defs/grant/properties", keys::GRANT);
    check("$defs/import/properties", keys::IMPORT);
}

#[test]
fn a_source_has_the_keys_of_every_connector() {
    let settings = CONNECTORS.iter().flat_map(|connector| connector.settings).map(|setting| setting.name);
    let settings = settings.chain([SINCE, UNTIL, SAMPLE, CONSENT].map(|setting| setting.name));
    let known: Vec<&str> = keys::SOURCE.iter().copied().chain(settings).collect();
    let listed = names("$defs/source/properties");
    for key in known {
        assert!(listed.iter().any(|name| name == key), "{key} is not in the schema");
    }
}

#[test]
fn schema_and_reader_know_the_same_words() {
    let schema = schema();
    let Content::List(kinds) = &at(&schema, "$defs/source/properties/kind/enum").content else {
        panic!("a list")
    };
    let kinds: Vec<_> = kinds.iter().map(|kind| kind.raw().unwrap().to_owned()).collect();
    assert_eq!(kinds, DatasetKind::ALL.map(DatasetKind::id));
    let pattern = at(&schema, "$defs/selector/pattern").raw().unwrap().to_owned();
    let classes = Class::ALL.map(Class::id).join("|");
    let states = State::ALL.map(State::id).join("|");
    assert_eq!(pattern, format!("^({classes})(\\.({states}))?$"));
}
