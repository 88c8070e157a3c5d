//! What an audit would read, how much of it, and within which budget. Sources are listed and asked for metadata; no
//! record is read.

use dyetrace_connectors::{Budget, Sample};

use super::{Clock, Coverage, list};
use crate::{detect::Scrubbed, estate::Estate};

/// What an audit would read.
#[derive(Debug, Clone)]
pub struct Forecast {
    /// In the order of the estate file.
    pub sources: Vec<SourceForecast>,
    /// What could not be listed or asked.
    pub failed: Vec<Coverage>,
}

/// One source.
#[derive(Debug, Clone)]
pub struct SourceForecast {
    /// Its name.
    pub name: Scrubbed,
    /// Its connector.
    pub connector: &'static str,
    /// What it may cost.
    pub budget: Budget,
    /// Which part of it is read.
    pub sample: Sample,
    /// In the order of their names.
    pub datasets: Vec<DatasetForecast>,
}

/// One dataset.
#[derive(Debug, Clone)]
pub struct DatasetForecast {
    /// Its name.
    pub name: Scrubbed,
    /// How many parts it has.
    pub partitions: usize,
    /// What is in those whose size is known, in the unit of their positions: bytes of a file, messages of a topic.
    pub size: u64,
    /// How many parts do not tell their size.
    pub unmeasured: usize,
}

/// Lists what an audit of this estate would read.
pub fn forecast(estate: &Estate, started: Clock) -> Forecast {
    let listed = list::list(estate, started);
    let source = |spec: &crate::estate::SourceSpec| SourceForecast {
        name: spec.name.clone(),
        connector: spec.connector,
        budget: spec.settings.budget,
        sample: spec.settings.sample,
        datasets: datasets(&listed, &spec.name),
    };
    Forecast { sources: estate.sources.iter().map(source).collect(), failed: listed.failed.clone() }
}

fn datasets(listed: &list::Listed, source: &Scrubbed) -> Vec<DatasetForecast> {
    let mut datasets: Vec<DatasetForecast> = Vec::new();
    for part in listed.parts.iter().filter(|part| part.source_name == *source) {
        if datasets.last().is_none_or(|last| last.name != part.dataset) {
            let name = part.dataset.clone();
            datasets.push(DatasetForecast { name, partitions: 0, size: 0, unmeasured: 0 });
        }
        let dataset = datasets.last_mut().expect("one was pushed if none was there");
        dataset.partitions += 1;
        dataset.size = dataset.size.saturating_add(part.partition.size.unwrap_or(0));
        dataset.unmeasured += usize::from(part.partition.size.is_none());
    }
    datasets
}
