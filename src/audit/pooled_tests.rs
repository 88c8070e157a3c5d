//! Fields judge what is weak in them, from the bytes of a file to its findings.

use std::{fmt::Write as _, sync::Arc};

use dyetrace_connectors::{SettingValue, Settings, file};

use super::{Finding, scan};
use crate::detect::{Allow, Allowed, Effort, Picture};

const ROWS: u64 = 100_000;

/// Sixteen digits that look random; of a thousand about 35 pass as card numbers.
fn id(row: u64) -> u64 {
    let mixed = (row + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    1_000_000_000_000_000 + (mixed ^ mixed >> 29).wrapping_mul(0xbf58_476d_1ce4_e5b9) % 9_000_000_000_000_000
}

/// The findings of a file and how many weak candidates were voted down.
fn scanned(name: &str, text: &str, allow: Allow) -> (Vec<Finding>, u64) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, text).unwrap();
    let values = [("path".to_owned(), SettingValue::Text(path.display().to_string()))];
    let settings = Settings { values: values.into(), ..Settings::default() };
    let (mut found, mut unresolved) = (Vec::new(), 0);
    scan(&file::CONNECTOR, &settings, Effort::Normal, &Arc::new(allow), |mut file| {
        unresolved += file.unresolved;
        found.extend(file.findings().unwrap());
        true
    })
    .unwrap();
    (found, unresolved)
}

/// Checks the clear card numbers of a file, and that so many weak ones at least were voted down.
#[track_caller]
fn check(name: &str, text: &str, expected: &[&str], voted_down: u64) {
    let (found, unresolved) = scanned(name, text, Allow::default());
    let cards = found.iter().filter(|finding| finding.tag.to_string() == "pan.clear");
    let lines: Vec<String> = cards.map(|card| format!("{} {}", card.record, card.field)).collect();
    assert_eq!(lines, expected);
    assert!(unresolved >= voted_down, "{unresolved} voted down");
}

fn table(head: &str, row: impl Fn(u64) -> String) -> String {
    (0..ROWS).fold(format!("{head}\n"), |mut text, number| {
        _ = writeln!(text, "{}", row(number));
        text
    })
}

#[test]
fn one_card_in_a_notes_column_of_ids() {
    let note = |row| if row == 50_000 { "she asked for 4111115262628047" } else { "called back" };
    let text = table("id,notes", |row| format!("{},{}", id(row), note(row)));
    check("crm.csv", &text, &["50002 notes~for"], 1_000);
}

#[test]
fn one_card_in_an_id_field_beside_an_expiry_date() {
    let text = table("order_id,expiry,total", |row| match row {
        70_000 => "4111115262628047,12/29,17".to_owned(),
        _ => format!("{},,17", id(row)),
    });
    check("orders.csv", &text, &["70002 order_id"], 1_000);
    let text = table("order_id,expiry,total", |row| format!("{},12/29,17", id(row)));
    check("orders.csv", &text, &[], 1_000);
}

#[test]
fn four_columns_of_four_digits_are_no_cards() {
    let columns = |row| {
        let digits = id(row).to_string();
        [0, 4, 8, 12].map(|at| digits[at..at + 4].to_owned()).join(" ")
    };
    check("sensors.txt", &table("started", columns), &[], 1_000);
    check("names.txt", &table("started", |row| format!("ISNI {} born", columns(row))), &[], 1_000);
}

#[test]
fn a_lonely_number_in_a_log_of_ids_is_one_of_them() {
    let line = |row: u64| match row {
        40_000 => "worker zeta 4111115262628047 up".to_owned(),
        60_000 => "declined card 4111115262628047".to_owned(),
        _ => format!("span {} ended", id(row)),
    };
    check("app.log", &table("started", line), &["60002 line~card"], 1_000);
}

#[test]
fn a_field_of_cards_needs_no_name() {
    let cards = ["4111111111111111", "5555555555554444", "4111115262628047", "5500005555555559"];
    let text: String = cards.iter().map(|card| format!("{{\"v\":\"{card}\",\"w\":1}}\n")).collect();
    check("a.jsonl", &(text + &"{\"v\":\"\",\"w\":2}\n".repeat(20)), &["1 v", "2 v", "3 v", "4 v"], 0);
}

#[test]
fn what_is_allowed_is_left_out() {
    let text = "card_number=4111115262628047\n".repeat(20);
    let shape = Picture::new("411111##########").ok();
    let allow = Allow { entries: [(0, Allowed { shape, ..Allowed::default() })].into(), key: None };
    assert_eq!(scanned("a.log", &text, allow).0.len(), 0);
    assert_eq!(scanned("a.log", &text, Allow::default()).0.len(), 20);
}
