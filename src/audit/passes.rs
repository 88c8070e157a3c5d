//! The two passes over the partitions: a bounded probe of every dataset, and the full one, on all cores.

use std::{
    collections::BTreeMap,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Mutex,
};

use rayon::prelude::*;

use super::{
    Coverage, CoverageState, Plan, Progress, Sifting,
    list::ListedPart,
    partition::{PROBE_RECORDS, Reading, Step, read},
};
use crate::{
    detect::Scrubbed,
    observe::{Observation, Probe},
};

/// Looks at the first records of every dataset that can be read twice. What fails here fails again, and is said,
/// in the full pass.
pub(super) fn probe(
    parts: &[ListedPart],
    sifting: &(dyn Fn(&Scrubbed) -> Sifting + Sync),
) -> BTreeMap<Scrubbed, Probe> {
    let mut by_dataset: BTreeMap<&Scrubbed, Vec<&ListedPart>> = BTreeMap::new();
    for part in parts.iter().filter(|part| !part.once) {
        by_dataset.entry(&part.dataset).or_default().push(part);
    }
    by_dataset
        .into_par_iter()
        .map(|(dataset, parts)| (dataset.clone(), probe_dataset(&parts, &sifting(dataset))))
        .collect()
}

fn probe_dataset(parts: &[&ListedPart], sifting: &Sifting) -> Probe {
    let mut probe = Probe::default();
    let mut left = PROBE_RECORDS;
    for part in parts {
        if left == 0 {
            break;
        }
        // A bug in a decoder costs one probe, not the audit; the full pass says what happened.
        let probed = catch_unwind(AssertUnwindSafe(|| probe_part(part, sifting, left, &mut probe)));
        left -= probed.unwrap_or(0);
    }
    probe
}

fn probe_part(part: &ListedPart, sifting: &Sifting, at_most: u64, probe: &mut Probe) -> u64 {
    let Ok(mut reading) = Reading::open(part, sifting.clone()) else { return 0 };
    let mut seen = 0;
    while seen < at_most {
        match reading.step() {
            Ok(Step::Record(_, _, sifted)) => probe.record(&sifted),
            Ok(Step::Skipped(..) | Step::PassedOver(_)) => continue,
            Ok(Step::End(..)) | Err(_) => break,
        }
        seen += 1;
    }
    seen
}

/// Reads everything. Observations of one dataset are merged as they come: the order is nothing.
pub(super) fn full(
    parts: &[ListedPart],
    sifting: &(dyn Fn(&Scrubbed) -> Sifting + Sync),
    plan: &Plan<'_>,
) -> (BTreeMap<Scrubbed, Observation>, Vec<Coverage>) {
    let merged: Mutex<BTreeMap<Scrubbed, Observation>> = Mutex::default();
    let mut coverage: Vec<Coverage> = parts
        .par_iter()
        .map(|part| {
            let read = catch_unwind(AssertUnwindSafe(|| read(part, sifting(&part.dataset), |_, _, _| {})));
            let (mut observation, coverage) =
                read.unwrap_or_else(|_| (Observation::default(), stopped_by_a_bug(part)));
            observation.retries = part.source.retries(&part.partition);
            // What failed before its first record was not seen, which is not the same as empty.
            if coverage.records > 0 || !matches!(coverage.state, CoverageState::Failed { .. }) {
                add(&merged, &part.dataset, observation);
            }
            (plan.progress)(Progress::Done { bytes: coverage.bytes });
            coverage
        })
        .collect();
    coverage
        .sort_by(|a, b| (&a.source, &a.dataset, &a.partition).cmp(&(&b.source, &b.dataset, &b.partition)));
    (merged.into_inner().expect("no thread panics while it merges"), coverage)
}

fn add(merged: &Mutex<BTreeMap<Scrubbed, Observation>>, dataset: &Scrubbed, observation: Observation) {
    let mut merged = merged.lock().expect("no thread panics while it merges");
    let before = merged.remove(dataset).unwrap_or_default();
    let both = before.merge(observation).expect("partitions of a dataset are disjoint");
    merged.insert(dataset.clone(), both);
}

/// The coverage of a partition in which a decoder panicked.
pub(super) fn stopped_by_a_bug(part: &ListedPart) -> Coverage {
    let problem = "a bug in dyetrace stopped the reading: please report the place that was printed";
    let state = CoverageState::Failed { problem: problem.into(), detail: Scrubbed::default() };
    Coverage { state, ..part.coverage() }
}
