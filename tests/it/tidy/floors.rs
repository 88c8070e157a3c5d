//! No floor looks up. An import from a higher floor is found however it is spelt, and planting one on any floor
//! proves that.

use super::{SourceFile, code, none, rust_files};

/// Floors by their folder below `src`, the lowest first; those that share a number do not see each other.
const FLOORS: &[(&str, u32)] = &[
    ("decode", 1),
    ("detect", 2),
    ("observe", 3),
    ("estate", 4),
    ("lineage", 5),
    ("policy", 6),
    ("audit", 7),
    ("report", 8),
    ("store", 8),
    ("cli", 10),
];

/// The store keeps documents, which the report makes: the one place where a floor's halves meet.
const MEETING: (&str, &str) = ("store", "report");

#[test]
fn no_floor_looks_up() {
    let files = rust_files("src");
    none(&files.iter().flat_map(looks_up).collect::<Vec<_>>());
}

#[test]
fn every_folder_is_a_floor() {
    for file in rust_files("src") {
        let known =
            floor_of(&file.path).is_some() || ["src/lib.rs", "src/main.rs"].contains(&file.path.as_str());
        assert!(known, "{} stands on no floor: add it to FLOORS or move it", file.path);
    }
}

#[test]
fn connectors_know_nothing_of_the_package_above() {
    for file in rust_files("connectors/src") {
        assert!(!code(&file.text).contains("dyetrace::"), "{} looks up", file.path);
    }
}

#[test]
fn a_planted_import_is_found_on_every_floor() {
    for (low, low_number) in FLOORS {
        for (high, _) in FLOORS.iter().filter(|(_, number)| number > low_number) {
            for planted in [
                format!("use crate::{high}::Thing;"),
                format!("use crate::{{\n    decode::Raw,\n    {high}::{{A, B}},\n}};"),
                format!("fn f() {{ crate::{high}::thing(); }}"),
                format!("use super::super::{high}::Thing;"),
            ] {
                let file = SourceFile { path: format!("src/{low}/part.rs"), text: planted.clone() };
                assert_eq!(looks_up(&file).len(), 1, "{planted} on {low}");
            }
        }
    }
}

#[test]
fn an_import_from_below_is_none() {
    let text = "use crate::{decode::Raw, detect::Tag};\nuse super::Lineage;\n".to_owned();
    let file = SourceFile { path: "src/lineage/edge.rs".into(), text };
    assert_eq!(looks_up(&file), Vec::<String>::new());
}

/// What a file takes from floors that are not below its own.
fn looks_up(file: &SourceFile) -> Vec<String> {
    let Some((own, number)) = floor_of(&file.path) else { return Vec::new() };
    let taken = named_floors(&code(&file.text), depth(&file.path));
    let wrong = taken.into_iter().filter(|name| {
        let theirs = FLOORS.iter().find(|(floor, _)| floor == name).map(|(_, number)| *number);
        name != own && theirs.is_some_and(|theirs| theirs >= number) && (own, name.as_str()) != MEETING
    });
    wrong.map(|name| format!("{}: takes from {name}, which is not below {own}", file.path)).collect()
}

fn floor_of(path: &str) -> Option<(&'static str, u32)> {
    let folder = path.strip_prefix("src/")?.split('/').next()?;
    FLOORS.iter().copied().find(|(name, _)| *name == folder)
}

/// How many `super` lead from the file's module to the root of the crate.
fn depth(path: &str) -> usize {
    let below = path.strip_prefix("src/").unwrap_or(path);
    below.matches('/').count() + usize::from(!below.ends_with("mod.rs"))
}

/// The names that follow the root of the crate, spelt `crate::` or with enough `super::`.
fn named_floors(code: &str, depth: usize) -> Vec<String> {
    let root = "super::".repeat(depth);
    let from = |prefix: &str| -> Vec<usize> {
        code.match_indices(prefix)
            .filter(|(at, _)| !is_inside(code, *at))
            .map(|(at, _)| at + prefix.len())
            .collect()
    };
    let ends = from("crate::").into_iter().chain(from(&root));
    ends.flat_map(|end| heads(&code[end..])).collect()
}

/// Whether a match is the tail of a longer word or path.
fn is_inside(code: &str, at: usize) -> bool {
    code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':')
}

/// The first names of what follows: one, or those of a group in braces.
fn heads(rest: &str) -> Vec<String> {
    let Some(group) = rest.strip_prefix('{') else { return vec![word(rest)] };
    let (mut depth, mut names, mut start) = (0, Vec::new(), true);
    for (at, c) in group.char_indices() {
        match c {
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            '{' => depth += 1,
            ',' if depth == 0 => start = true,
            c if start && (c.is_alphabetic() || c == '_') => {
                names.push(word(&group[at..]));
                start = false;
            }
            _ => {}
        }
    }
    names
}

fn word(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}
