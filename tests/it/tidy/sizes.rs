//! Small by habit: the sizes of files and functions.

use super::{SourceFile, none, rust_files};

#[test]
fn files_fit_one_sitting() {
    let mut lengths: Vec<(usize, String)> =
        sources().map(|file| (file.text.lines().count(), file.path)).collect();
    lengths.sort();
    let long = lengths
        .iter()
        .filter(|(length, _)| *length > 500)
        .map(|(length, path)| format!("{path}: {length} lines"));
    none(&long.collect::<Vec<_>>());
    let (median, ninth) = quantiles(lengths.iter().map(|(length, _)| *length).collect());
    assert!(median <= 200, "the median file has {median} lines");
    assert!(ninth <= 400, "nine in ten files have up to {ninth} lines");
}

#[test]
fn functions_fit_a_screen() {
    let functions: Vec<(usize, String)> = sources().flat_map(|file| functions(&file)).collect();
    let long = functions
        .iter()
        .filter(|(length, _)| *length > 60)
        .map(|(length, name)| format!("{name}: {length} lines"));
    none(&long.collect::<Vec<_>>());
    let (median, ninth) = quantiles(functions.iter().map(|(length, _)| *length).collect());
    assert!(median <= 10, "the median function has {median} lines");
    assert!(ninth <= 30, "nine in ten functions have up to {ninth} lines");
}

#[test]
fn main_is_a_page_at_most() {
    let main = sources().find(|file| file.path == "src/main.rs").expect("there is a main.rs");
    assert!(main.text.lines().count() <= 60);
}

#[test]
fn a_long_function_is_found() {
    let body = "    work();\n".repeat(61);
    let file = SourceFile { path: "x.rs".into(), text: format!("fn long() {{\n{body}}}\n") };
    assert_eq!(functions(&file), [(63, "x.rs: fn long() {".to_owned())]);
}

fn sources() -> impl Iterator<Item = SourceFile> {
    ["src", "connectors/src", "examples"].into_iter().flat_map(rust_files)
}

/// Functions with their lengths: formatted code closes each at the indentation that it opened at.
fn functions(file: &SourceFile) -> Vec<(usize, String)> {
    let lines: Vec<&str> = file.text.lines().collect();
    let opens = |line: &str| {
        let words = line.trim_start();
        let rest = ["pub ", "pub(super) ", "pub(crate) ", "pub(in crate::detect) ", "const ", "async "]
            .iter()
            .fold(words, |rest, word| rest.strip_prefix(word).unwrap_or(rest));
        rest.starts_with("fn ")
    };
    let starts = lines.iter().enumerate().filter(|(_, line)| opens(line));
    starts
        .filter_map(|(start, line)| {
            let indent = line.len() - line.trim_start().len();
            let close = format!("{}}}", " ".repeat(indent));
            let end = lines[start..]
                .iter()
                .position(|line| *line == close || line.ends_with(" }") && line.contains("fn "))?;
            Some((end + 1, format!("{}: {}", file.path, line.trim())))
        })
        .collect()
}

/// The median and the ninth decile.
fn quantiles(mut sizes: Vec<usize>) -> (usize, usize) {
    sizes.sort_unstable();
    (sizes[sizes.len() / 2], sizes[sizes.len() * 9 / 10])
}
