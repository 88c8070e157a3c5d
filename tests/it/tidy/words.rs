//! What stands in every file, and what stands in none.

use super::{none, root, rust_files};

#[test]
fn every_file_says_what_it_is_for() {
    let folders = ["src", "connectors/src", "examples", "tests"];
    let mute = folders.into_iter().flat_map(rust_files).filter(|file| !file.text.starts_with("//! "));
    none(&mute.map(|file| format!("{}: does not open with what it is for", file.path)).collect::<Vec<_>>());
}

/// A clone builds and passes alone, on any machine.
#[test]
fn nothing_names_a_machine_or_a_registry() {
    // In pieces, so that this file does not name them.
    let forbidden = [
        ["/wo", "rk/"].concat(),
        ["/ro", "ot/"].concat(),
        ["..", "/shared"].concat(),
        ["crates", ".io"].concat(),
        ["pypi", ".org"].concat(),
        ["registry.", "npmjs"].concat(),
        ["repo1.", "maven"].concat(),
    ];
    let mut offences = Vec::new();
    for path in tracked() {
        // The lock files' `source` lines are cargo's own format.
        let Ok(text) = std::fs::read_to_string(root().join(&path)) else { continue };
        let named = forbidden.iter().filter(|word| !path.ends_with("Cargo.lock") && text.contains(*word));
        offences.extend(named.map(|word| format!("{path}: names {word}")));
    }
    none(&offences);
}

fn tracked() -> Vec<String> {
    let listed = std::process::Command::new("git").arg("ls-files").current_dir(root()).output();
    let listed = listed.expect("git is there: this is its checkout").stdout;
    String::from_utf8(listed).expect("paths are UTF-8").lines().map(str::to_owned).collect()
}
