//! Each library has its floor: formats in `decode`, the graph in `lineage`, serialisation where things may leave.

use super::{SourceFile, code, none, rust_files};

/// A library, and the folders or files that may name it.
const HOMES: &[(&str, &[&str])] = &[
    ("petgraph", &["src/lineage/"]),
    ("clap", &["src/cli/"]),
    ("indicatif", &["src/cli/"]),
    ("anyhow", &["src/cli/"]),
    ("rusqlite", &["src/store/"]),
    ("graphviz_rust", &["src/report/"]),
    ("rdkafka", &["connectors/"]),
    ("tokio", &["connectors/"]),
    ("aws_config", &["connectors/"]),
    ("aws_sdk_cloudwatchlogs", &["connectors/"]),
    ("aws_sdk_iam", &["connectors/"]),
    ("aws_sdk_sqs", &["connectors/"]),
    ("flate2", &["src/decode/"]),
    ("zstd", &["src/decode/"]),
    ("zip", &["src/decode/"]),
    ("csv_core", &["src/decode/"]),
    ("encoding_rs", &["src/decode/"]),
    ("snap", &["src/decode/"]),
    ("prost_reflect", &["src/decode/"]),
    ("protox", &["src/decode/"]),
    ("hmac", &["src/detect/"]),
    ("saphyr", &["src/estate/"]),
    ("rayon", &["src/audit/"]),
    // A record of named parts becomes one object on its way in.
    ("serde_json::to_", &["src/report/", "src/store/", "connectors/src/json.rs"]),
    ("serde_json::json!", &["src/report/"]),
    ("Serialize", &["src/report/"]),
];

#[test]
fn libraries_stay_on_their_floor() {
    let files = rust_files("src").into_iter().chain(rust_files("connectors/src"));
    none(&files.flat_map(|file| strays(&file)).collect::<Vec<_>>());
}

#[test]
fn a_library_away_from_its_floor_is_found() {
    for (library, _) in HOMES {
        let text = format!("fn f() {{ {library}::thing(); }}\n");
        let file = SourceFile { path: "src/observe/part.rs".into(), text };
        assert!(!strays(&file).is_empty(), "{library}");
    }
}

fn strays(file: &SourceFile) -> Vec<String> {
    let code = code(&file.text);
    let used = |name: &str| code.match_indices(name).any(|(at, _)| is_word(&code, at, name));
    let homeless = HOMES
        .iter()
        .filter(|(name, homes)| !homes.iter().any(|home| file.path.starts_with(home)) && used(name));
    homeless.map(|(name, homes)| format!("{}: {name} belongs to {}", file.path, homes.join(", "))).collect()
}

/// Whether the match is a path's beginning, not the tail of another word.
fn is_word(code: &str, at: usize, name: &str) -> bool {
    let before = !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '"' || c == '.');
    let rest = &code[at + name.len()..];
    before
        && (!name.ends_with(char::is_alphanumeric)
            || rest.starts_with("::")
            || rest.starts_with([',', ')', ';']))
}
