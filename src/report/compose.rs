//! A [`Run`] becomes a [`Document`]: the only place that decides what leaves the tool.

use std::collections::{BTreeMap, BTreeSet};

use dyetrace_connectors::{Foreign, Reader};

use super::document::{
    AllowedEntry, CitationEntry, CoverageEntry, DatasetEntry, Document, EstateEntry, FieldEntry, GrantEntry,
    NotAssessableEntry, ObservationEntry, PositionEntry, ReaderEntry, RetriesEntry, RunEntry, SkippedEntry,
    SystemEntry, TagEntry, TogetherEntry, UnmatchedEntry, VERSION, ZoneEntry,
};
use crate::{
    audit::{AllowedValues, Coverage, CoverageState, Run},
    decode::{Known, Time},
    detect::{Scrubbed, Tag, Test, scrub_foreign},
    estate::{Citation, Estate},
    lineage::Seen,
    observe::{Finding, Observation, Position, Positions, Retries},
};

impl Document {
    /// What may be said of a run.
    pub fn of(run: &Run) -> Document {
        let mut document = Document {
            version: VERSION,
            run: run_entry(run),
            estate: estate_entry(&run.estate),
            coverage: run.coverage.iter().map(coverage_entry).collect(),
            datasets: run.datasets.values().map(dataset_entry).collect(),
            observations: observations(&run.datasets),
            edges: run.lineage.edges().map(|(id, edge)| super::edges::entry(id, edge)).collect(),
            grants: grants(run),
            readers: readers(run),
            violations: run.verdicts.violations.iter().map(super::violations::entry).collect(),
            not_assessable: run.verdicts.not_assessable.iter().map(not_assessable_entry).collect(),
            skipped: skipped(&run.datasets),
            allowed: run.allowed.iter().map(allowed_entry).collect(),
            unmatched: run.verdicts.unmatched.iter().map(unmatched_entry).collect(),
            view: Default::default(),
        };
        document.run.id = super::identity::run_id(&document, run.started);
        document
    }
}

fn run_entry(run: &Run) -> RunEntry {
    RunEntry {
        id: String::new(),
        started: run.started.stamp(),
        tool: run.version.to_owned(),
        key: run.key.as_str().to_owned(),
        key_kind: if run.key_is_lasting { "lasting" } else { "once" }.to_owned(),
        complete: run.is_complete(),
    }
}

fn estate_entry(estate: &Estate) -> EstateEntry {
    let zone = |(name, zone): (&Scrubbed, &crate::estate::Zone)| ZoneEntry {
        name: name.to_string(),
        may_hold: zone.may_hold.iter().map(ToString::to_string).collect(),
    };
    let system = |(name, system): (&Scrubbed, &crate::estate::System)| SystemEntry {
        name: name.to_string(),
        kind: system.kind.to_string(),
        zone: text(&system.zone),
        owner: text(&system.owner),
    };
    let mut zones: Vec<_> = estate.zones.iter().map(zone).collect();
    zones.sort_by_key(|zone| outwardness(&zone.name));
    EstateEntry { name: estate.name.to_string(), zones, systems: estate.systems.iter().map(system).collect() }
}

/// The built-in zones from the gateway outward, the user's own between.
fn outwardness(zone: &str) -> u8 {
    match zone {
        "cde" => 0,
        "connected" => 1,
        "out-of-scope" => 3,
        _ => 2,
    }
}

const SAMPLED: &str = "a part was asked for (a window of time, a sample), and all of that part was read";

fn coverage_entry(coverage: &Coverage) -> CoverageEntry {
    let (state, problem, detail) = match &coverage.state {
        CoverageState::Complete => ("complete", None, None),
        CoverageState::Sampled => ("sampled", Some(SAMPLED.to_owned()), None),
        CoverageState::Partial(why) => ("partial", Some((*why).to_owned()), None),
        CoverageState::Failed { problem, detail } => {
            ("failed", Some(problem.clone()), Some(detail.to_string()))
        }
    };
    CoverageEntry {
        source: coverage.source.to_string(),
        dataset: text(&coverage.dataset),
        partition: text(&coverage.partition),
        records: coverage.records,
        bytes: coverage.bytes,
        state: state.to_owned(),
        problem,
        detail,
    }
}

fn dataset_entry(seen: &Seen) -> DatasetEntry {
    let facts = &seen.facts;
    let times = seen.observation.as_ref().and_then(|observation| observation.times);
    let names = |names: &BTreeSet<Scrubbed>| names.iter().map(ToString::to_string).collect();
    DatasetEntry {
        name: facts.name.to_string(),
        namespace: facts.namespace.to_string(),
        address: facts.address.to_string(),
        kind: facts.kind.id().to_owned(),
        zone: text(&facts.zone),
        owner: text(&facts.owner),
        environment: text(&facts.environment),
        retention: facts.retention,
        written_by: names(&facts.written_by),
        read_by: names(&facts.read_by),
        records: seen.observation.as_ref().map(|observation| observation.records),
        first: times.and_then(|(first, _)| stamp(Some(first))),
        last: times.and_then(|(_, last)| stamp(Some(last))),
        properties: facts
            .properties
            .iter()
            .map(|(name, said)| ((*name).to_owned(), said.to_string()))
            .collect(),
        retries: seen.observation.as_ref().and_then(|observation| retries(observation.retries)),
    }
}

fn retries(retries: Retries) -> Option<RetriesEntry> {
    let Retries { records, most_attempts, oldest_failure } = retries;
    let oldest_failure = oldest_failure.and_then(second);
    (records > 0).then_some(RetriesEntry { records, most_attempts, oldest_failure })
}

fn observations(datasets: &BTreeMap<Scrubbed, Seen>) -> Vec<ObservationEntry> {
    let observed = datasets.iter().filter_map(|(name, seen)| Some((name, seen.observation.as_ref()?)));
    observed.map(|(name, observation)| observation_entry(name, observation)).collect()
}

fn observation_entry(name: &Scrubbed, observation: &Observation) -> ObservationEntry {
    let mut fields: Vec<FieldEntry> = Vec::new();
    for finding in observation.findings() {
        let path = finding.field.to_string();
        if fields.last().is_none_or(|field| field.path != path) {
            let values = observation.fields.get(finding.field).map_or(0, |field| field.count);
            fields.push(FieldEntry { path, values, tags: Vec::new() });
        }
        let field = fields.last_mut().expect("one was pushed if none was there");
        field.tags.push(tag_entry(&finding));
    }
    let together = observation.together.iter().map(|(tags, together)| TogetherEntry {
        tags: tags.iter().map(ToString::to_string).collect(),
        count: together.count,
        positions: positions(&together.positions),
    });
    ObservationEntry {
        dataset: name.to_string(),
        fields_seen: observation.fields.len() as u64,
        fields,
        together: together.collect(),
    }
}

fn tag_entry(finding: &Finding<'_>) -> TagEntry {
    let Tag { class, state, test } = finding.tag;
    let seen = finding.seen;
    TagEntry {
        class: class.id().to_owned(),
        state: state.id().to_owned(),
        test: test == Test::Published,
        count: finding.verdict.count(),
        unresolved: finding.verdict.unresolved(),
        confidence: super::confidence(seen.best).to_owned(),
        reasons: seen.reasons.iter().map(|(reason, count)| (reason.0.to_owned(), *count)).collect(),
        brands: seen.brands.iter().map(|(brand, count)| ((*brand).to_owned(), *count)).collect(),
        first_seen: stamp(seen.first),
        last_seen: stamp(seen.last),
        positions: positions(&seen.positions),
    }
}

fn grants(run: &Run) -> Vec<GrantEntry> {
    let declared = run.estate.grants.iter().map(|grant| GrantEntry {
        principal: grant.principal.to_string(),
        may: super::permission(grant.may).to_owned(),
        dataset: grant.dataset.to_string(),
        until: grant.until.clone(),
        at: Some(citation(&grant.at)),
    });
    let read = run.grants.iter().map(|(source, grant)| GrantEntry {
        principal: scrub_foreign(&grant.principal).to_string(),
        may: super::permission(grant.may).to_owned(),
        dataset: below(source, &grant.dataset),
        until: None,
        at: None,
    });
    declared.chain(read).collect()
}

fn readers(run: &Run) -> Vec<ReaderEntry> {
    let reader = |(source, reader): &(Scrubbed, Reader)| {
        let name = scrub_foreign(&reader.name);
        let group = run.estate.systems_of_group(name.as_str());
        let systems: BTreeSet<_> = group.chain(run.estate.systems_of_principal(name.as_str())).collect();
        ReaderEntry {
            systems: systems.into_iter().map(ToString::to_string).collect(),
            dataset: below(source, &reader.dataset),
            last: reader.last.and_then(second),
            name: name.to_string(),
        }
    };
    let mut readers: Vec<_> = run.readers.iter().map(reader).collect();
    readers.sort_by(|a, b| (&a.dataset, &a.name).cmp(&(&b.dataset, &b.name)));
    readers
}

/// A dataset's name below its source; of a source that is one dataset, the source's.
fn below(source: &Scrubbed, dataset: &Foreign) -> String {
    match dataset.expose() {
        "" => source.to_string(),
        _ => format!("{source}/{}", scrub_foreign(dataset)),
    }
}

fn skipped(datasets: &BTreeMap<Scrubbed, Seen>) -> Vec<SkippedEntry> {
    let observed = datasets.iter().filter_map(|(name, seen)| Some((name, seen.observation.as_ref()?)));
    let entries = observed.flat_map(|(name, observation)| {
        observation.skipped.iter().map(|(reason, skip)| SkippedEntry {
            dataset: name.to_string(),
            reason: reason.id().to_owned(),
            count: skip.count,
            positions: positions(&skip.positions),
        })
    });
    entries.collect()
}

fn not_assessable_entry(rule: &crate::policy::NotAssessable) -> NotAssessableEntry {
    NotAssessableEntry { rule: rule.rule.clone(), pack: rule.pack.clone(), missing: rule.missing.to_owned() }
}

fn allowed_entry(entry: &AllowedValues) -> AllowedEntry {
    AllowedEntry { at: citation(&entry.at), reason: entry.reason.to_string(), values: entry.values }
}

fn unmatched_entry((at, what): &(Citation, &'static str)) -> UnmatchedEntry {
    UnmatchedEntry { at: citation(at), what: (*what).to_owned() }
}

/// A line that a person wrote.
pub(super) fn citation(at: &Citation) -> CitationEntry {
    CitationEntry { file: at.file.to_string(), line: at.line as u64 }
}

/// A record's place.
pub(super) fn position(position: &Position) -> PositionEntry {
    let Position { partition, record, offset } = position;
    PositionEntry { partition: partition.to_string(), record: *record, offset: *offset }
}

fn positions(kept: &Positions) -> Vec<PositionEntry> {
    kept.iter().map(position).collect()
}

fn text(name: &Option<Scrubbed>) -> Option<String> {
    name.as_ref().map(ToString::to_string)
}

/// A time as far as it is known: to the second, to the day, or (a file's own time) not at all.
pub(super) fn stamp(time: Option<Time>) -> Option<String> {
    let time = time.filter(|time| time.known != Known::File)?;
    // The middle of a day that was widened by the world's zones is still that day.
    let (millis, format) = match time.known {
        Known::DateOnly => (time.earliest.midpoint(time.latest), "%Y-%m-%d"),
        _ => (time.earliest, "%Y-%m-%dT%H:%M:%SZ"),
    };
    Some(jiff::Timestamp::from_millisecond(millis).ok()?.strftime(format).to_string())
}

/// A time that a system told, in milliseconds since 1970 UTC.
pub(super) fn second(millis: i64) -> Option<String> {
    Some(jiff::Timestamp::from_millisecond(millis).ok()?.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
}
