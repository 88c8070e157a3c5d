//! Floor 7: an estate in, a [`Run`] out. The only place that knows the order of steps: list, probe, choose joins,
//! full pass, lineage, policies.
//!
//! It must not know how a run is shown or kept.

mod clock;
mod forecast;
mod list;
mod partition;
mod passes;
mod run;
mod scan;
mod waiting;
mod watch;

#[cfg(test)]
mod pooled_tests;

use std::{collections::BTreeMap, sync::Arc};

pub use clock::Clock;
pub use forecast::{DatasetForecast, Forecast, SourceForecast, forecast};
pub use run::{AllowedValues, Coverage, CoverageState, Run};
pub use scan::{Finding, Scanned, scan};

use crate::{
    detect::{Allow, Effort, Reveal, Scrubbed, Wanted},
    estate::{AllowList, Estate, KeyOrigin, LoadedKey},
    lineage::{Inputs, Lineage, Seen},
    observe::{choose_joins, confirm_hashes},
    policy::{Exception, Pack, Subject, check},
};

/// What an audit needs beside the estate.
pub struct Plan<'a> {
    /// The run's start.
    pub started: Clock,
    /// The fingerprint key.
    pub key: LoadedKey,
    /// Rule packs.
    pub packs: &'a [Pack],
    /// Accepted violations.
    pub exceptions: &'a [Exception],
    /// Values that are known to be no findings.
    pub allow: &'a AllowList,
    /// Is told of each step; called from several threads.
    pub progress: &'a (dyn Fn(Progress) + Sync),
}

/// How far an audit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// So many partitions will be read.
    Listed {
        /// How many.
        partitions: usize,
    },
    /// A partition is done.
    Done {
        /// How much of it was read.
        bytes: u64,
    },
}

/// Audits an estate. Nothing that is wrong with a source, a record or a policy's verdict ends it: it is in the
/// [`Run`].
pub fn audit(estate: Estate, plan: &Plan<'_>) -> Run {
    let listed = list::list(&estate, plan.started);
    (plan.progress)(Progress::Listed { partitions: listed.parts.len() });
    let probing = |dataset: &_| sift(plan, Wanted::Everything, dataset);
    let probes = passes::probe(&listed.parts, &probing);
    let joins = choose_joins(&probes);
    let fields = |dataset: &_| joins.0.get(dataset).cloned().unwrap_or_default();
    let full = |dataset: &_| sift(plan, Wanted::Fields(fields(dataset)), dataset);
    let (mut observations, read) = passes::full(&listed.parts, &full, plan);
    confirm_hashes(&mut observations);

    let mut datasets = BTreeMap::new();
    for (name, facts) in listed.facts {
        let observation = observations.remove(&name);
        datasets.insert(name, Seen { facts, observation });
    }
    let (grants, readers) = (listed.grants, listed.readers);
    let mut movements = listed.movements;
    for (name, source) in &listed.sources {
        movements.extend(source.movements().into_iter().map(|movement| (name.clone(), movement)));
    }
    let inputs = Inputs {
        estate: &estate,
        datasets: &datasets,
        grants: &grants,
        readers: &readers,
        movements: &movements,
    };
    let lineage = Lineage::build(inputs);
    debug_assert_eq!(lineage.verify(), Ok(()));
    let today = plan.started.date();
    let mut verdicts =
        check(plan.packs, plan.exceptions, Subject { inputs, lineage: &lineage, today: &today });
    let allowed = allowed(plan.allow, datasets.values());
    let idle = allowed.iter().filter(|entry| entry.values == 0);
    verdicts
        .unmatched
        .extend(idle.map(|entry| (entry.at.clone(), "an entry of the allow list that no value needs")));
    verdicts.unmatched.sort();
    let coverage = listed.failed.into_iter().chain(read).collect();
    Run {
        started: plan.started,
        version: env!("CARGO_PKG_VERSION"),
        key: plan.key.key.id(),
        key_is_lasting: plan.key.origin != KeyOrigin::Once,
        estate,
        coverage,
        datasets,
        allowed,
        grants,
        readers,
        movements,
        joins,
        lineage,
        verdicts,
    }
}

fn allowed<'a>(list: &AllowList, datasets: impl Iterator<Item = &'a Seen>) -> Vec<AllowedValues> {
    let observations: Vec<_> = datasets.filter_map(|seen| seen.observation.as_ref()).collect();
    let values = |number: usize| observations.iter().filter_map(|known| known.allowed.get(&number)).sum();
    let entries = list.entries.iter().enumerate();
    entries
        .map(|(number, entry)| AllowedValues {
            at: entry.at.clone(),
            reason: entry.reason.clone(),
            values: values(number),
        })
        .collect()
}

/// How the records of a dataset are sifted in one pass.
type Sifting = (Reveal, Wanted, Effort, Arc<Allow>);

fn sift(plan: &Plan<'_>, wanted: Wanted, dataset: &Scrubbed) -> Sifting {
    let allow = plan.allow.within(dataset, &plan.key.key);
    (Reveal::Fingerprint(plan.key.key.clone()), wanted, Effort::Normal, Arc::new(allow))
}
