//! Measures detection: makes a labelled corpus with a fixed seed in a temporary folder, scans it as `dyetrace scan`
//! does, and prints precision and recall. `cargo bench --bench detection -- [MEGABYTES] [EFFORT]`; with `weights` it
//! measures what each piece of evidence is worth instead, and with `paths` it compares what the instruction sets see.
#![allow(missing_docs, clippy::print_stdout)]

mod cards;
mod chance;
mod containers;
mod corpus;
mod decoys;
mod forms;
mod hostile;
mod paths;
mod score;
mod settings;
mod transcripts;
mod weights;

use chance::Chance;
use corpus::Corpus;
use dyetrace::detect::Effort;
use score::{Row, Score};

const SEED: u64 = 2026;
/// Instances of each form, container and shape.
const EACH: usize = 40;
/// Values of each decoy.
const DECOYS: usize = 10_000;

/// Parts of the corpus, each a table.
const PARTS: &[&str] = &[
    "core",
    "brands",
    "forms",
    "containers",
    "cvv",
    "cvv cards",
    "cvv held out",
    "cvv held out cards",
    "no cvv",
];

fn main() -> anyhow::Result<()> {
    if std::env::args().any(|word| word == "weights") {
        return weights::measure(SEED);
    }
    let megabytes = std::env::args().skip(1).find_map(|word| word.parse().ok()).unwrap_or(20);
    let effort = Effort::ALL.into_iter().find(|effort| std::env::args().any(|word| word == effort.id()));
    let (mut corpus, mut chance) = (Corpus::new()?, Chance::new(SEED));
    hostile::add(&mut corpus, megabytes << 20, &mut chance)?;
    hostile::add_brands(&mut corpus, &mut chance)?;
    forms::add(&mut corpus, EACH, &mut chance)?;
    decoys::add(&mut corpus, DECOYS, &mut chance)?;
    containers::add(&mut corpus, EACH, &mut chance)?;
    transcripts::add(&mut corpus, EACH, &mut chance)?;
    if std::env::args().any(|word| word == "paths") {
        return paths::compare(&corpus);
    }
    let started = std::time::Instant::now();
    let score = score::score(&corpus, effort.unwrap_or_default())?;
    let seconds = started.elapsed().as_secs_f64();
    show(&corpus, &score);
    println!("\n{} MB in {seconds:.1} s; {} weak candidates voted down", score.bytes >> 20, score.unresolved);
    Ok(())
}

fn show(corpus: &Corpus, score: &Score) {
    println!("| part | planted | recall | false | precision |\n| --- | --- | --- | --- | --- |");
    for part in PARTS {
        show_row(part, score.rows.get(*part).copied().unwrap_or_default());
    }
    for part in PARTS {
        println!("\n| {part} | planted | recall | false | precision |\n| --- | --- | --- | --- | --- |");
        let prefix = format!("{part}/");
        for (name, row) in score.rows.iter().filter(|(name, _)| name.starts_with(&prefix)) {
            show_row(&name[prefix.len()..], *row);
        }
    }
    println!("\n| decoy | values | false a 10,000 |\n| --- | --- | --- |");
    for about in corpus.files.values().filter(|about| about.part == "decoys") {
        let wrong = score.rows.get(&format!("decoys/{}", about.row)).map_or(0, |row| row.wrong);
        println!("| {} | {} | {:.1} |", about.row, about.values, wrong as f64 * 1e4 / about.values as f64);
    }
    println!("\nWhat is false, one example a row:");
    for (row, example) in &score.wrong {
        println!("  {row}: {example}");
    }
}

fn show_row(name: &str, row: Row) {
    let share = |part: u64, all: u64| match all {
        0 => "–".to_owned(),
        _ => format!("{:.3}", part as f64 / all as f64),
    };
    let (recall, precision) = (share(row.found, row.planted), share(row.found, row.found + row.wrong));
    println!("| {name} | {} | {recall} | {} | {precision} |", row.planted, row.wrong);
}
