//! Rules of the repository that a machine can check: floors, libraries on their floor, sizes, headings.

mod floors;
mod libraries;
mod sizes;
mod words;

use std::path::{Path, PathBuf};

/// A file of the repository: its path below the root, and its text.
struct SourceFile {
    path: String,
    text: String,
}

/// Every Rust file below a folder of the repository, in the order of their paths.
fn rust_files(folder: &str) -> Vec<SourceFile> {
    let mut files = Vec::new();
    collect(&root().join(folder), &mut files);
    files.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(!files.is_empty(), "no Rust file below {folder}");
    files
}

fn collect(folder: &Path, files: &mut Vec<SourceFile>) {
    for entry in std::fs::read_dir(folder).expect("the folder is part of the repository") {
        let path = entry.expect("a folder's entry can be read").path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = std::fs::read_to_string(&path).expect("source is UTF-8");
            let below = path.strip_prefix(root()).expect("it is below the root");
            files.push(SourceFile { path: below.to_string_lossy().replace('\\', "/"), text });
        }
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Fails with every offence, one a line.
fn none(offences: &[String]) {
    assert!(offences.is_empty(), "\n{}\n", offences.join("\n"));
}

/// The code of a file without comments and without what is only compiled for tests: a line each, blank where
/// something was taken out.
fn code(text: &str) -> String {
    let mut lines = Vec::new();
    for line in text.lines() {
        if line.trim_start() == "mod tests {" || line.trim_start().starts_with("mod fixture") {
            break;
        }
        let comment = line.find("//").filter(|at| !line[..*at].contains('"'));
        lines.push(&line[..comment.unwrap_or(line.len())]);
    }
    lines.join("\n")
}
