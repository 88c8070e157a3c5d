//! Measures speed against anchors in the same run: `cargo bench --bench speed -- [MEGABYTES]`. Each figure is the
//! median of several rounds, in which anchors and what is measured take turns; compare ratios, not figures.
#![allow(missing_docs, clippy::print_stdout)]

mod anchors;
mod files;
mod logs;
mod memory;

use std::time::Instant;

/// Rounds of each measurement.
const ROUNDS: usize = 7;

fn main() -> anyhow::Result<()> {
    let megabytes: usize = std::env::args().skip(1).find_map(|word| word.parse().ok()).unwrap_or(256);
    let folder = tempfile::tempdir()?;
    println!("{megabytes} MB of each log; medians of {ROUNDS} rounds\n");
    for log in logs::LOGS {
        let text = (log.make)(megabytes << 20);
        println!("## {}: {}\n", log.name, log.about);
        memory::measure(&text);
        files::measure(folder.path(), log.name, &text)?;
        files::measure_packed(folder.path(), log.name, &text)?;
    }
    Ok(())
}

/// One thing that is timed.
pub struct Timed<'a> {
    pub name: String,
    pub run: Box<dyn FnMut() + 'a>,
}

impl<'a> Timed<'a> {
    pub fn new(name: impl Into<String>, run: impl FnMut() + 'a) -> Self {
        Timed { name: name.into(), run: Box::new(run) }
    }
}

/// Times them in turn, and prints each with its speed and its ratio to the first.
pub fn compare(bytes: usize, mut timed: Vec<Timed<'_>>) {
    let mut seconds = vec![Vec::new(); timed.len()];
    for round in 0..=ROUNDS {
        for (timed, seconds) in timed.iter_mut().zip(&mut seconds) {
            let started = Instant::now();
            (timed.run)();
            // The first round warms up.
            if round > 0 {
                seconds.push(started.elapsed().as_secs_f64());
            }
        }
    }
    let medians: Vec<f64> = seconds.into_iter().map(median).collect();
    println!("| what | GB/s | of the first | times |\n| --- | --- | --- | --- |");
    for (timed, &seconds) in timed.iter().zip(&medians) {
        let speed = bytes as f64 / seconds / 1e9;
        let (share, times) = (medians[0] / seconds, seconds / medians[0]);
        println!("| {} | {speed:.2} | {share:.3} | {times:.2} |", timed.name);
    }
    println!();
}

fn median(mut seconds: Vec<f64>) -> f64 {
    seconds.sort_unstable_by(f64::total_cmp);
    seconds[seconds.len() / 2]
}
