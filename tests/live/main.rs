//! The live example against real servers: all that it plants is found, in one run of the program, and nothing of it is
//! repeated. `scripts/test` fetches the servers and runs this; plain `cargo test` says that it left it out.

#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

mod said;

use std::path::Path;
use std::process::Command;

use dyetrace_live_shop::{LiveShop, Settlements};
use expect_test::expect_file;
use serde_json::Value;

#[test]
#[ignore = "needs Kafka, moto, Redis, PostgreSQL and RabbitMQ: run scripts/test"]
fn what_is_planted_in_live_systems_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let shop = LiveShop::open(folder.path());
    let output = audit(folder.path(), &shop.environment(), 1);
    let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
    let run: Value = serde_json::from_str(&read("run.json")).unwrap();
    for card in LiveShop::cards() {
        let shown = ["run.json", "report.html", "graph.dot", "fields.csv"].map(read).concat() + &output;
        assert!(!shown.contains(&card), "a card number is in an output");
    }
    expect_file!["found.txt"].assert_eq(&said::all(&run, &read("graph.dot")));
    let missing = said::missing(&run, include_str!("../../examples/live/README.md"));
    assert!(missing.is_empty(), "not found: {missing:#?}");
}

#[test]
#[ignore = "needs Kafka: run scripts/test"]
fn a_card_that_is_a_binary_number_is_found_by_its_schema() {
    let folder = tempfile::tempdir().unwrap();
    let settlements = Settlements::open(folder.path());
    let check = |code| {
        audit(folder.path(), &[], code);
        let run = std::fs::read_to_string(folder.path().join("run.json")).unwrap();
        said::fields(&serde_json::from_str(&run).unwrap())
    };
    assert_eq!(check(1), "card.number pan.clear 240×");
    // Without it nobody sees the numbers, and the run says so.
    settlements.break_registry();
    assert_eq!(check(3), "unreachable-schema 240×");
}

/// One command, which ends with this code.
fn audit(folder: &Path, environment: &[(&str, &str)], code: i32) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dyetrace"));
    command.args(["audit", "--store", "runs.db", "-o", "run.json", "-o", "report.html"]);
    command.args(["-o", "graph.dot", "-o", "fields.csv"]).current_dir(folder);
    let output = command.envs(environment.iter().copied()).output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said).into_owned();
    assert_eq!(output.status.code(), Some(code), "{said}");
    said
}
