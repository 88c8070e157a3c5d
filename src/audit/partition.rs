//! Reads one partition from its bytes to its observation.

use dyetrace_connectors::{EndNote, SourceError};

use super::{Coverage, CoverageState, Sifting, list::ListedPart};
use crate::{
    decode::{Limits, Next, Origin, Record, Records, Standing, Time},
    detect::{Effort, Hit, Scanner, Scrubbed, Sifted, Sifter, Wanted, scrub},
    observe::{Observation, Observer, Part, Position},
};

/// How much of a dataset a probe looks at: enough to tell an id from a word, little enough to be done at once.
pub(super) const PROBE_RECORDS: u64 = 2_000;

/// A partition being read.
pub(super) struct Reading {
    name: Scrubbed,
    records: Records,
    sifter: Sifter,
    record: Record,
}

/// What came of one step.
pub(super) enum Step {
    /// A record, decoded and sifted.
    Record(Position, Option<Time>, Sifted),
    /// So many records whose bytes cannot hold anything: they were not decoded.
    PassedOver(u64),
    /// Something that was not decoded.
    Skipped(Position, crate::decode::SkipReason),
    /// Nothing more, and how many bytes there were.
    End(dyetrace_connectors::End, u64),
}

impl Reading {
    pub(super) fn open(part: &ListedPart, sifting: Sifting) -> Result<Self, SourceError> {
        let reader = part.source.open(&part.partition)?;
        let (reveal, wanted, effort, allow) = sifting;
        let records = Records::open(reader, &part.hints, &Limits::default());
        // Where nothing is wanted but hits, what cannot hold one is not decoded.
        let skims = matches!(wanted, Wanted::Nothing) && effort != Effort::Thorough;
        Ok(Reading {
            name: part.name.clone(),
            records: if skims { records.skimming(Box::new(Scanner::new(effort))) } else { records },
            sifter: Sifter::new(reveal, wanted).allowing(allow),
            record: Record::default(),
        })
    }

    pub(super) fn step(&mut self) -> Result<Step, SourceError> {
        Ok(match self.records.next()? {
            Next::PassedOver(records) => Step::PassedOver(records),
            Next::Record => {
                self.records.decode(&mut self.record);
                let sifted = match self.records.is_sample() {
                    true => self.sifter.sift(&self.record),
                    false => self.sifter.sift_picked(&self.record),
                };
                Step::Record(self.position(&self.record.origin), self.record.time, sifted)
            }
            Next::Skipped(skipped) => Step::Skipped(self.position(&skipped.origin), skipped.reason),
            Next::End(end) => {
                let bytes = self.records.bytes(&end);
                Step::End(end, bytes)
            }
        })
    }

    /// What of the last record was not decoded.
    pub(super) fn problems(&self) -> &[crate::decode::SkipReason] {
        &self.record.problems
    }

    /// Byte in the file where the value of a hit stands, if it stands there unchanged.
    pub(super) fn offset(&self, hit: &Hit) -> Option<u64> {
        self.record.field(hit.index).offset.map(|field| field + hit.span.start as u64)
    }

    /// Where a hit stands: on its own line, if the record is several.
    pub(super) fn place(&self, position: &Position, hit: &Hit) -> Position {
        let record = self.offset(hit).map_or(position.record, |offset| self.record.line_of(offset));
        Position { record, ..position.clone() }
    }

    fn position(&self, origin: &Origin) -> Position {
        let partition = match &origin.member {
            Some(member) => scrub_member(&self.name, member),
            None => self.name.clone(),
        };
        let offset = (origin.standing == Standing::InFile).then_some(origin.offset);
        Position { partition, record: origin.record, offset }
    }
}

/// Reads all of a partition, and tells of each record that was sifted. What went wrong is in the coverage; what was
/// read before it counts.
pub(super) fn read(
    part: &ListedPart,
    sifting: Sifting,
    mut tell: impl FnMut(&Reading, &Position, &Sifted),
) -> (Observation, Coverage) {
    let mut observer = Observer::new();
    let (mut coverage, mut position) = (part.coverage(), 0);
    let ended = read_records(part, sifting, &mut |reading, step| {
        match step {
            Step::Record(position, time, sifted) => {
                coverage.records += 1;
                for problem in reading.problems() {
                    observer.skipped(&position, *problem);
                }
                tell(reading, &position, &sifted);
                observer.record(&position, time, &sifted);
            }
            Step::PassedOver(records) => {
                coverage.records += records;
                observer.passed_over(records);
            }
            Step::Skipped(position, reason) => observer.skipped(&position, reason),
            Step::End(end, bytes) => (position, coverage.bytes) = (end.position, bytes),
        };
    });
    observer.read(coverage.bytes);
    let range = Part { partition: part.name.clone(), start: 0, end: position };
    let observation = observer.finish(range);
    coverage.state = match ended {
        Ok(note) => state(note, &observation),
        Err(error) => CoverageState::failed(&error),
    };
    (observation, coverage)
}

/// The only loop over records.
fn read_records(
    part: &ListedPart,
    sifting: Sifting,
    each: &mut dyn FnMut(&Reading, Step),
) -> Result<EndNote, SourceError> {
    let mut reading = Reading::open(part, sifting)?;
    loop {
        let step = reading.step()?;
        let ended = if let Step::End(end, _) = &step { Some(end.note) } else { None };
        each(&reading, step);
        if let Some(note) = ended {
            return Ok(note);
        }
    }
}

fn state(note: EndNote, observation: &Observation) -> CoverageState {
    match note {
        EndNote::Grew => CoverageState::Partial("it grew while it was read; the new part was not read"),
        EndNote::Cut => CoverageState::Partial("it became shorter while it was read; the rest is gone"),
        EndNote::Budget => CoverageState::Partial("the source's budget ended the reading"),
        EndNote::Deadline => CoverageState::Partial("the source's deadline ended the reading"),
        EndNote::Sampled => CoverageState::Sampled,
        EndNote::Complete if observation.skipped.keys().any(|reason| reason.loses_bytes()) => {
            CoverageState::Partial(
                "a part of it could not be unpacked; the list of what was skipped says why",
            )
        }
        EndNote::Complete => CoverageState::Complete,
    }
}

fn scrub_member(partition: &Scrubbed, member: &dyetrace_connectors::Foreign) -> Scrubbed {
    scrub(&format!("{partition}!{}", member.expose()))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use dyetrace_connectors::{SettingValue, Settings, file};

    use super::*;
    use crate::{
        audit::list::list_parts,
        detect::{Effort, Reveal, Wanted},
    };

    /// A file that becomes shorter after it was opened: what was read counts, and the rest is said.
    #[test]
    fn a_file_that_is_cut_while_it_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("app.log");
        let line = "card_number=4111111111111111\n";
        std::fs::write(&path, line.repeat(200_000)).unwrap();
        let values = [("path".to_owned(), SettingValue::Text(path.display().to_string()))];
        let settings = Settings { values: values.into(), ..Settings::default() };
        let (parts, _) = list_parts(&file::CONNECTOR, &settings).unwrap();
        let cut = std::cell::Cell::new(false);
        let (observation, coverage) =
            read(&parts[0], (Reveal::Mask, Wanted::Nothing, Effort::Normal, Arc::default()), |_, _, _| {
                if !cut.replace(true) {
                    let file = std::fs::OpenOptions::new().write(true).open(&path).unwrap();
                    file.set_len(line.len() as u64 * 100_000).unwrap();
                }
            });
        assert!(
            matches!(coverage.state, CoverageState::Partial(why) if why.contains("shorter")),
            "{coverage:?}"
        );
        assert_eq!(observation.records, 100_000);
    }
}
