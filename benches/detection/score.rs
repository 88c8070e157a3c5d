//! Runs the detector over a corpus and compares by file, record and kind.

use std::collections::{BTreeMap, BTreeSet};

use dyetrace::{
    audit::{Finding, scan},
    detect::Effort,
};
use dyetrace_connectors::{SettingValue, Settings, file};

use crate::corpus::{Corpus, Expected};

/// A row of a table.
#[derive(Default, Clone, Copy)]
pub struct Row {
    pub planted: u64,
    pub found: u64,
    pub wrong: u64,
}

/// All rows, by `part/row`, and examples of what is wrong.
#[derive(Default)]
pub struct Score {
    pub rows: BTreeMap<String, Row>,
    pub wrong: BTreeMap<String, String>,
    pub unresolved: u64,
    pub bytes: u64,
}

/// What counts: card numbers and authentication data. The rest is no alarm.
const ALARMS: &[&str] = &[
    "pan.clear",
    "pan.masked",
    "cvv.clear",
    "track1.clear",
    "track2.clear",
    "pin.clear",
    "pan.hashed",
    "pin.encrypted",
];

type Place = (String, u64, String);

pub fn score(corpus: &Corpus, effort: Effort) -> anyhow::Result<Score> {
    let mut score = Score::default();
    let (mut found, mut fields): (BTreeMap<Place, u64>, BTreeMap<Place, String>) = Default::default();
    let path = SettingValue::List(vec![corpus.path().display().to_string()]);
    let settings = Settings { values: BTreeMap::from([("path".to_owned(), path)]), ..Settings::default() };
    scan(&file::CONNECTOR, &settings, effort, &Default::default(), |mut file| {
        score.unresolved += file.unresolved;
        score.bytes += file.coverage.bytes;
        for finding in file.findings().into_iter().flatten() {
            let place = place(&finding);
            fields.entry(place.clone()).or_insert_with(|| finding.field.to_string());
            *found.entry(place).or_default() += 1;
        }
        true
    })?;
    for expected in &corpus.expected {
        score.take(expected, &mut found);
    }
    score.wrong(corpus, &found, &fields);
    Ok(score)
}

/// The file of a finding by its name, without the member of an archive.
fn place(finding: &Finding) -> Place {
    let path = finding.path.as_str();
    let file = path.split('!').next().unwrap_or_default();
    let name = file.rsplit(['/', '\\']).next().unwrap_or_default();
    (name.to_owned(), finding.record, finding.tag.to_string())
}

impl Score {
    fn take(&mut self, expected: &Expected, found: &mut BTreeMap<Place, u64>) {
        let key = |record| (expected.file.clone(), record, expected.kind.to_owned());
        let mut there = found.range_mut(key(*expected.records.start())..=key(*expected.records.end()));
        let hit = there.find(|(place, count)| place.2 == expected.kind && **count > 0);
        let is_found = hit.is_some();
        hit.into_iter().for_each(|(_, count)| *count -= 1);
        for row in expected.rows.iter().collect::<BTreeSet<_>>() {
            let row = self.rows.entry(row.clone()).or_default();
            row.planted += 1;
            row.found += u64::from(is_found);
        }
    }

    /// What is left was not planted, or is told twice.
    fn wrong(&mut self, corpus: &Corpus, found: &BTreeMap<Place, u64>, fields: &BTreeMap<Place, String>) {
        for (place, &count) in found.iter().filter(|(place, _)| ALARMS.contains(&place.2.as_str())) {
            let Some(about) = corpus.files.get(&place.0).filter(|_| count > 0) else { continue };
            for row in [about.part.to_owned(), format!("{}/{}", about.part, about.row)] {
                self.rows.entry(row).or_default().wrong += count;
            }
            let example = format!("{} record {}: {} at {}", place.0, place.1, place.2, fields[place]);
            self.wrong.entry(format!("{}/{}", about.part, about.row)).or_insert(example);
        }
    }
}
