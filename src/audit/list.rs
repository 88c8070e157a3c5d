//! The first step: every source is opened and listed, and its metadata read. What fails, fails alone.

use std::{collections::BTreeMap, sync::Arc};

use dyetrace_connectors::{
    Connector, Grant, Missed, Movement, Partition, Reader, Reading, Settings, SourceError, connector,
};

use super::{Clock, Coverage, CoverageState, watch::Watched};
use crate::{
    decode::Hints,
    detect::{Scrubbed, scrub, scrub_foreign},
    estate::{DatasetFacts, Estate, SourceSpec},
};

/// What there is to read.
#[derive(Default)]
pub(super) struct Listed {
    /// Every partition of every dataset.
    pub(super) parts: Vec<ListedPart>,
    /// Datasets by name.
    pub(super) facts: BTreeMap<Scrubbed, DatasetFacts>,
    /// Grants with their source.
    pub(super) grants: Vec<(Scrubbed, Grant)>,
    /// Readers with their source.
    pub(super) readers: Vec<(Scrubbed, Reader)>,
    /// Movements that configuration tells of, with their source.
    pub(super) movements: Vec<(Scrubbed, Movement)>,
    /// Sources that could be opened, by name.
    pub(super) sources: Vec<(Scrubbed, Arc<Watched>)>,
    /// What could not be listed.
    pub(super) failed: Vec<Coverage>,
}

/// One partition and how to read it.
pub(super) struct ListedPart {
    pub(super) source_name: Scrubbed,
    pub(super) source: Arc<Watched>,
    pub(super) dataset: Scrubbed,
    pub(super) partition: Partition,
    /// The partition's name, scrubbed, and made unique within its dataset.
    pub(super) name: Scrubbed,
    pub(super) hints: Hints,
    /// A pipe is read once: it is not probed.
    pub(super) once: bool,
}

impl ListedPart {
    /// Its coverage before anything is read.
    pub(super) fn coverage(&self) -> Coverage {
        Coverage {
            source: self.source_name.clone(),
            dataset: Some(self.dataset.clone()),
            partition: Some(self.name.clone()),
            records: 0,
            bytes: 0,
            state: CoverageState::Complete,
        }
    }
}

/// Lists one source without an estate, for `scan`.
pub(super) fn list_parts(
    connector: &Connector,
    settings: &Settings,
) -> Result<(Vec<ListedPart>, Vec<Coverage>), SourceError> {
    let name = Scrubbed::from_static("scan");
    let source = Arc::new(Watched::new((connector.open)(settings)?, settings.budget.deadline));
    let listing = source.source().datasets()?;
    let mut names = BTreeMap::new();
    let mut parts = Vec::new();
    for dataset in listing.datasets {
        let once = dataset.reading == Reading::Once;
        for partition in dataset.partitions {
            parts.push(ListedPart {
                source_name: name.clone(),
                source: source.clone(),
                dataset: name.clone(),
                name: unique_name(&mut names, scrub_foreign(&partition.name)),
                hints: Hints { not_after: partition.modified, ..Hints::default() },
                partition,
                once,
            });
        }
    }
    let missed =
        listing.missed.iter().map(|missed| failed(&name, Some(scrub_foreign(&missed.what)), &missed.error));
    Ok((parts, missed.collect()))
}

/// Lists all sources of an estate.
pub(super) fn list(estate: &Estate, started: Clock) -> Listed {
    let mut listed = Listed::default();
    if estate.sources.is_empty() {
        listed.failed.push(nothing_to_read());
    }
    for spec in &estate.sources {
        if let Err(error) = list_source(estate, spec, started, &mut listed) {
            listed.failed.push(failed(&spec.name, None, &error));
        }
    }
    listed
}

/// An estate without sources is not clean: nothing was looked at.
fn nothing_to_read() -> Coverage {
    Coverage {
        source: Scrubbed::from_static("sources"),
        dataset: None,
        partition: None,
        records: 0,
        bytes: 0,
        state: CoverageState::Partial("the estate names no sources: nothing was looked at"),
    }
}

fn list_source(
    estate: &Estate,
    spec: &SourceSpec,
    started: Clock,
    listed: &mut Listed,
) -> Result<(), SourceError> {
    let connector =
        connector(spec.connector).expect("the estate was refused if its connector is not built in");
    let settings = spec.settings_at(started.0);
    let source = Arc::new(Watched::new((connector.open)(&settings)?, settings.budget.deadline));
    listed.sources.push((spec.name.clone(), source.clone()));
    let listing = source.source().datasets()?;
    for missed in &listing.missed {
        listed.failed.push(failed(&spec.name, Some(scrub_foreign(&missed.what)), &missed.error));
    }
    for dataset in listing.datasets {
        let facts = estate.facts(spec, &dataset);
        let mut names = BTreeMap::new();
        for partition in dataset.partitions {
            let name = unique_name(&mut names, scrub_foreign(&partition.name));
            listed.parts.push(ListedPart {
                name,
                source_name: spec.name.clone(),
                source: source.clone(),
                dataset: facts.name.clone(),
                hints: hints(spec, &partition),
                partition,
                once: dataset.reading == Reading::Once,
            });
        }
        listed.facts.insert(facts.name.clone(), facts);
    }
    told_of_access(spec, &source, listed);
    Ok(())
}

/// Who may, who did and where data goes. A piece that is denied costs that piece.
fn told_of_access(spec: &SourceSpec, source: &Watched, listed: &mut Listed) {
    let name = || spec.name.clone();
    match source.source().access() {
        Ok(access) => {
            let missed =
                |missed: &Missed| failed(&spec.name, Some(scrub_foreign(&missed.what)), &missed.error);
            listed.failed.extend(access.missed.iter().map(missed));
            listed.grants.extend(access.grants.into_iter().map(|grant| (name(), grant)));
            listed.readers.extend(access.readers.into_iter().map(|reader| (name(), reader)));
            listed.movements.extend(access.movements.into_iter().map(|movement| (name(), movement)));
        }
        Err(error) => listed.failed.push(failed(&spec.name, None, &error)),
    }
}

/// Scrubbing can make two names one; what was counted is told apart by them.
fn unique_name(names: &mut BTreeMap<Scrubbed, usize>, name: Scrubbed) -> Scrubbed {
    let seen = names.entry(name.clone()).or_default();
    *seen += 1;
    if *seen == 1 { name } else { scrub(&format!("{name}#{seen}")) }
}

fn hints(spec: &SourceSpec, partition: &Partition) -> Hints {
    Hints { time_field: spec.time.clone(), timezone: spec.timezone.clone(), not_after: partition.modified }
}

fn failed(source: &Scrubbed, partition: Option<Scrubbed>, error: &SourceError) -> Coverage {
    Coverage {
        source: source.clone(),
        dataset: None,
        partition,
        records: 0,
        bytes: 0,
        state: CoverageState::failed(error),
    }
}
