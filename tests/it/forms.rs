//! The table of written forms, read as `dyetrace scan` reads files.

use std::collections::BTreeMap;

use dyetrace::{audit::scan, detect::Effort};
use dyetrace_connectors::{SettingValue, Settings, file};

#[path = "../forms/mod.rs"]
mod table;

use table::{Form, Write, forms};

/// Numbers under the first digits of published test numbers, each with its check digit.
const NUMBERS: &[&str] = &["4111115262628047", "378282246318123", "2223003122004568"];

/// `form: class.state at field` of every alarm, by the number of the example's file.
fn found(examples: &[(&'static Form, Vec<u8>)], effort: Effort) -> BTreeMap<usize, Vec<(String, String)>> {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    for (number, (form, bytes)) in examples.iter().enumerate() {
        // The next line begins with digits, as most lines of logs do.
        let next: &[u8] = match form.write {
            Write::File(_) => b"\n",
            _ => b"\n2026-03-01T10:00:01Z level=info msg=next\n",
        };
        let text = [bytes, next].concat();
        std::fs::write(folder.path().join(format!("{number:04}.log")), text).expect("a file can be written");
    }
    let path = SettingValue::List(vec![folder.path().display().to_string()]);
    let settings = Settings { values: BTreeMap::from([("path".to_owned(), path)]), ..Settings::default() };
    let mut found: BTreeMap<usize, Vec<(String, String)>> = BTreeMap::new();
    scan(&file::CONNECTOR, &settings, effort, &Default::default(), |mut file| {
        for finding in file.findings().into_iter().flatten() {
            let name = finding.path.as_str().rsplit('/').next().unwrap_or_default();
            let number = name.trim_end_matches(".log").parse().expect("files are numbered");
            found.entry(number).or_default().push((finding.tag.to_string(), finding.field.to_string()));
        }
        true
    })
    .expect("the folder can be read");
    found
}

/// Forms that nothing in raw bytes betrays but what every record has: decoding finds them, and a scan that decodes
/// what looks worth it does not (`docs/detection.md`).
const LEFT_TO_THOROUGH: &[&str] = &[
    "zstd in hex in json",
    "sibling form fields",
    "hexdump over two lines",
    "iso 8583 bcd in a hexdump",
    "emv in a hexdump",
    "emv in base64",
    "iso 8583 in base64",
];

#[test]
fn every_form_is_told_as_what_it_is() {
    check(Effort::Thorough, &[]);
}

#[test]
fn a_scan_that_decodes_what_looks_worth_it_finds_nearly_all() {
    check(Effort::Normal, LEFT_TO_THOROUGH);
}

#[track_caller]
fn check(effort: Effort, but: &[&str]) {
    let examples: Vec<(&'static Form, Vec<u8>)> = NUMBERS
        .iter()
        .flat_map(|number| forms().flat_map(|form| form.examples(number).into_iter().map(move |e| (form, e))))
        .filter(|(form, _)| !but.contains(&form.name))
        .collect();
    let found = found(&examples, effort);
    let mut wrong = Vec::new();
    for (number, (form, bytes)) in examples.iter().enumerate() {
        let told = found.get(&number).map_or(&[][..], Vec::as_slice);
        let problem = problem(form, told);
        wrong.extend(
            problem.map(|problem| format!("{}: {problem}: {}", form.name, String::from_utf8_lossy(bytes))),
        );
    }
    assert!(wrong.is_empty(), "{} of {}\n{}", wrong.len(), examples.len(), wrong.join("\n"));
}

/// What is missing, told twice, or at the wrong field.
fn problem(form: &Form, told: &[(String, String)]) -> Option<String> {
    let alarm = |tag: &str| ["pan.", "track", "cvv.", "pin."].iter().any(|class| tag.starts_with(class));
    let mut tags: Vec<&str> = told.iter().map(|(tag, _)| tag.as_str()).filter(|tag| alarm(tag)).collect();
    let mut expected = form.told.to_vec();
    tags.sort_unstable();
    expected.sort_unstable();
    let at_field =
        told.iter().any(|(tag, field)| tag == form.told[0] && field.split('~').next() == Some(form.field));
    match tags == expected {
        false => Some(format!("{expected:?} expected, {told:?} told")),
        true if !at_field && !matches!(form.write, Write::Spelled(_)) => {
            Some(format!("expected at {}, {told:?}", form.field))
        }
        true => None,
    }
}

#[test]
fn what_is_said_to_betray_a_form_is_in_its_bytes() {
    for number in NUMBERS {
        for form in forms() {
            for bytes in form.examples(number) {
                let betrayed = form.betrayed.iter().all(|betrayed| betrayed.is_in(&bytes));
                assert!(betrayed, "{}: {:?}: {}", form.name, form.betrayed, String::from_utf8_lossy(&bytes));
            }
        }
    }
}

#[test]
fn forms_are_named_once() {
    let mut names: Vec<&str> = forms().map(|form| form.name).collect();
    names.sort_unstable();
    let all = names.len();
    names.dedup();
    assert_eq!(names.len(), all);
}
