//! One audit's whole result.

use std::collections::BTreeMap;

use dyetrace_connectors::{Grant, Movement, Reader, SourceError};

use super::Clock;
use crate::{
    detect::{KeyId, Scrubbed, scrub},
    estate::{Citation, Estate},
    lineage::{Inputs, Lineage, Seen},
    observe::JoinFields,
    policy::Verdicts,
};

/// One audit's whole result.
#[derive(Debug, Clone)]
pub struct Run {
    /// When it started.
    pub started: Clock,
    /// The version of dyetrace that made it.
    pub version: &'static str,
    /// The key its fingerprints were made under.
    pub key: KeyId,
    /// Whether that key was made for this run only.
    pub key_is_lasting: bool,
    /// What was declared.
    pub estate: Estate,
    /// What was looked at and what was not.
    pub coverage: Vec<Coverage>,
    /// Datasets by name.
    pub datasets: BTreeMap<Scrubbed, Seen>,
    /// What the allow list left out, entry by entry.
    pub allowed: Vec<AllowedValues>,
    /// Grants that connectors read, with the source's name.
    pub grants: Vec<(Scrubbed, Grant)>,
    /// Readers that connectors saw, with the source's name.
    pub readers: Vec<(Scrubbed, Reader)>,
    /// Movements that connectors or records told of, with the source's name.
    pub movements: Vec<(Scrubbed, Movement)>,
    /// The fields that records were joined by.
    pub joins: JoinFields,
    /// The graph.
    pub lineage: Lineage,
    /// What the policies say.
    pub verdicts: Verdicts,
}

/// How many values an entry of the allow list left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllowedValues {
    /// Where the entry is written.
    pub at: Citation,
    /// Why it is there.
    pub reason: Scrubbed,
    /// Values.
    pub values: u64,
}

/// What was looked at of one partition, or of one source that failed as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coverage {
    /// The source.
    pub source: Scrubbed,
    /// The dataset, if it came so far.
    pub dataset: Option<Scrubbed>,
    /// The partition, if it came so far.
    pub partition: Option<Scrubbed>,
    /// Records read.
    pub records: u64,
    /// Bytes read.
    pub bytes: u64,
    /// How far it came.
    pub state: CoverageState,
}

/// How far reading came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CoverageState {
    /// All that was there.
    Complete,
    /// A part was asked for, and that part was read.
    Sampled,
    /// Read, but not all; says why.
    Partial(&'static str),
    /// Not read; what went wrong, and what to do.
    Failed {
        /// In our words.
        problem: String,
        /// What the system said, scrubbed.
        detail: Scrubbed,
    },
}

impl CoverageState {
    /// A source's own failure.
    pub(super) fn failed(error: &SourceError) -> Self {
        let detail = match error.why.expose().is_empty() {
            true => error.what.expose().to_owned(),
            false => format!("{}: {}", error.what.expose(), error.why.expose()),
        };
        CoverageState::Failed { problem: error.to_string(), detail: scrub(&detail) }
    }
}

impl Run {
    /// What the lineage was built from, for those who look at it again.
    pub fn inputs(&self) -> Inputs<'_> {
        Inputs {
            estate: &self.estate,
            datasets: &self.datasets,
            grants: &self.grants,
            readers: &self.readers,
            movements: &self.movements,
        }
    }

    /// Whether everything that was asked for was read.
    pub fn is_complete(&self) -> bool {
        let asked_for = [CoverageState::Complete, CoverageState::Sampled];
        self.coverage.iter().all(|part| asked_for.contains(&part.state))
    }
}
