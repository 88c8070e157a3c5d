//! What each piece of evidence is worth: how often it is there on card numbers, and on other numbers that have a card's
//! range and check digit just so. `cargo bench --bench detection -- weights` writes `src/detect/data/weights.tsv`.
//!
//! Only numbers that pass are compared, for no others become candidates; what passing itself is worth is counted on
//! random digits. The corpus is generated, so a ratio is as good as its settings are like the world's: each stands once
//! for a way in which programs and people write cards or ids, and all are equally frequent.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use dyetrace::{
    decode::{Hints, Limits, Next, Record, Records},
    detect::{Class, Hit, Reason, Reveal, Sifter, State, Wanted},
};
use dyetrace_connectors::{SettingValue, Settings, file};

use crate::{
    cards::{BRANDS, card, check_digit},
    chance::Chance,
    decoys,
    settings::{CARDS, OTHERS},
};

/// Where the table lies: the detector's constants are checked against it.
const TABLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/detect/data/weights.tsv");
/// Values of each setting.
const EACH: usize = 400;
/// Random numbers of sixteen digits that passing is counted on.
const RANDOM: usize = 100_000;
/// In hundredths of a bit: further than that a ratio of few counts is not believed.
const CAP: f64 = 1_000.0;

/// How often an evidence was there, by its words; the weight that the detector gave it.
#[derive(Default)]
struct Counts {
    candidates: u64,
    with: BTreeMap<&'static str, (u64, i32)>,
}

pub fn measure(seed: u64) -> anyhow::Result<()> {
    let mut chance = Chance::new(seed);
    let (mut cards, mut others, mut random) = (String::new(), String::new(), String::new());
    for turn in 0..EACH {
        CARDS.iter().for_each(|make| cards += &(make(&spelled(&mut chance, turn), &mut chance) + "\n"));
        OTHERS.iter().for_each(|make| others += &(make(&passing(16, &mut chance), &mut chance) + "\n"));
        for (_, make) in decoys::KINDS {
            others += &(passed(&make(&mut chance, turn), &mut chance) + "\n");
        }
    }
    (0..RANDOM).for_each(|_| random += &format!("{}\n", chance.digits(16)));
    let [cards, others, random] = [&cards, &others, &random].map(|text| count(text));
    let (cards, others, random) = (cards?, others?, random?);
    write(&cards, &others, &random)
}

/// A card number as people write it: mostly bare.
fn spelled(chance: &mut Chance, turn: usize) -> String {
    let number = card(chance, turn).number;
    match chance.below(10) {
        0 | 1 => groups(&number, " "),
        2 => groups(&number, "-"),
        3 => groups(&number, ["\u{a0}", ".", "_", "  "][chance.below(4)]),
        _ => number,
    }
}

/// In fours.
fn groups(number: &str, by: &str) -> String {
    let fours: Vec<_> = number.as_bytes().chunks(4).map(String::from_utf8_lossy).collect();
    fours.join(by)
}

/// A number under a brand's prefix with a check digit that belongs to no card: what an id looks like that passes.
fn passing(length: usize, chance: &mut Chance) -> String {
    let fitting: Vec<_> = BRANDS.iter().filter(|(.., digits)| *digits == length).collect();
    let (_, prefix, _) = fitting[chance.below(fitting.len())];
    let number = format!("{prefix}{}", chance.digits(length - prefix.len() - 1));
    let check = check_digit(&number);
    number + &check.to_string()
}

/// A line with every run of digits that is as long as a card's made to pass.
fn passed(line: &str, chance: &mut Chance) -> String {
    let mut text = String::new();
    for run in line.as_bytes().chunk_by(|a, b| a.is_ascii_digit() == b.is_ascii_digit()) {
        match run.len() {
            length @ 14..=19 if run[0].is_ascii_digit() => text += &passing(length, chance),
            _ => text += &String::from_utf8_lossy(run),
        }
    }
    text
}

fn count(text: &str) -> anyhow::Result<Counts> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("weights.log");
    std::fs::write(&path, text)?;
    let mut counts = Counts::default();
    each_hit(&path, |hit| {
        if (hit.tag.class, hit.tag.state) == (Class::Pan, State::Clear) {
            counts.candidates += 1;
            for Reason(words, weight) in &hit.reasons {
                let entry = counts.with.entry(words).or_default();
                *entry = (entry.0 + 1, *weight);
            }
        }
    })?;
    Ok(counts)
}

fn each_hit(path: &Path, mut each: impl FnMut(&Hit)) -> anyhow::Result<()> {
    let path = SettingValue::Text(path.display().to_string());
    let settings = Settings { values: BTreeMap::from([("path".to_owned(), path)]), ..Settings::default() };
    let failed = |error| anyhow::anyhow!("the corpus cannot be read: {error:?}");
    let source = (file::CONNECTOR.open)(&settings).map_err(failed)?;
    let mut sifter = Sifter::new(Reveal::Mask, Wanted::Nothing);
    for dataset in source.datasets().map_err(failed)?.datasets {
        for partition in &dataset.partitions {
            let reader = source.open(partition, 0).map_err(failed)?;
            let mut records = Records::open(reader, &Hints::default(), &Limits::default());
            let mut record = Record::default();
            loop {
                match records.next().map_err(failed)? {
                    Next::Record => records.decode(&mut record),
                    Next::End(_) => break,
                    _ => continue,
                }
                sifter.sift(&record).hits.iter().for_each(&mut each);
            }
        }
    }
    Ok(())
}

/// log2 of how much more frequent it is on cards, in hundredths of a bit; one is added to each count.
fn ratio((cards, of_cards): (u64, u64), (others, of_others): (u64, u64)) -> i32 {
    let share = |with: u64, all: u64| (with as f64 + 1.0) / (all as f64 + 2.0);
    let bits = (share(cards, of_cards) / share(others, of_others)).log2();
    (bits * 100.0).clamp(-CAP, CAP).round() as i32
}

fn write(cards: &Counts, others: &Counts, random: &Counts) -> anyhow::Result<()> {
    let before = std::fs::read_to_string(TABLE).unwrap_or_default();
    let reasons: BTreeMap<&str, &str> = before.lines().filter_map(why).collect();
    let words: BTreeSet<_> = cards.with.keys().chain(others.with.keys()).chain(random.with.keys()).collect();
    let mut rows: Vec<(i32, String)> = Vec::new();
    for words in words {
        let of = |counts: &Counts| counts.with.get(words).copied().unwrap_or_default();
        let weight = [cards, others, random].map(|counts| of(counts).1).into_iter().find(|w| *w != 0);
        let (seen, all, against) = match words.starts_with("check digit and") {
            true => (of(random).0, RANDOM as u64, (of(random).0, RANDOM as u64)),
            false => (of(others).0, others.candidates, (of(others).0, others.candidates)),
        };
        let measured = ratio((of(cards).0, cards.candidates), against);
        let weight = weight.unwrap_or_default();
        let why = reasons.get(words).copied().unwrap_or_default();
        let row = format!(
            "{words}\t{}/{}\t{seen}/{all}\t{measured}\t{weight}\t{why}\n",
            of(cards).0,
            cards.candidates
        );
        rows.push((-weight, row));
    }
    let unseen: Vec<_> = before.lines().skip(1).filter_map(|row| unseen(row, &rows)).collect();
    rows.extend(unseen);
    rows.sort();
    let head = "evidence\ton cards\ton others\tmeasured\tweight\twhy it is not what was measured\n";
    let table: String =
        std::iter::once(head.to_owned()).chain(rows.into_iter().map(|(_, row)| row)).collect();
    println!("{table}");
    Ok(std::fs::write(TABLE, table)?)
}

/// A row of evidence that nothing in the corpus has: its weight is judged.
fn unseen(row: &str, rows: &[(i32, String)]) -> Option<(i32, String)> {
    let cells: Vec<&str> = row.split('\t').collect();
    let &[words, .., weight, why] = cells.as_slice() else { return None };
    let seen = rows.iter().any(|(_, row)| row.split('\t').next() == Some(words));
    let weight = weight.parse::<i32>().ok().filter(|_| !seen)?;
    Some((-weight, format!("{words}\t–\t–\t–\t{weight}\t{why}\n")))
}

/// The words of a row, and why its weight was judged: written by hand, and kept.
fn why(row: &str) -> Option<(&str, &str)> {
    let mut cells = row.split('\t');
    Some((cells.next()?, cells.nth(4)?))
}
