//! The estate as the program runs on it: names resolved, defaults filled in, every text scrubbed.

use std::collections::{BTreeMap, BTreeSet};

use dyetrace_connectors::{Permission, Settings};

use super::Window;
use crate::detect::{Scrubbed, Selector};

/// What the user declared.
#[derive(Debug, Clone, Default)]
pub struct Estate {
    /// Its name.
    pub name: Scrubbed,
    /// Where the fingerprint key comes from.
    pub key: KeySource,
    /// Trust areas by name; `cde`, `connected` and `out-of-scope` are always there.
    pub zones: BTreeMap<Scrubbed, Zone>,
    /// Systems by name.
    pub systems: BTreeMap<Scrubbed, System>,
    /// Sources in the order of the file.
    pub sources: Vec<SourceSpec>,
    /// Refinements by pattern, in the order of the file: the last that says something wins.
    pub datasets: Vec<DatasetRule>,
    /// What is supposed to happen.
    pub flows: Vec<Flow>,
    /// Declared and imported grants.
    pub grants: Vec<DeclaredGrant>,
    /// Rule packs by name or path.
    pub policies: Vec<PolicyRef>,
    /// The exceptions file, if there is one.
    pub exceptions: Option<std::path::PathBuf>,
    /// The allow list's file, if there is one.
    pub allow: Option<std::path::PathBuf>,
    /// What the user should know of the file although it can be run.
    pub notes: Vec<Note>,
}

/// Something that is worth a word and no error.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Note {
    /// Where it stands.
    pub at: Citation,
    /// One sentence of our own; names in it are scrubbed.
    pub text: String,
}

/// A place in a file that a person wrote: what a violation cites.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Citation {
    /// The file, as the user named it.
    pub file: Scrubbed,
    /// 1-based.
    pub line: usize,
}

/// Where the fingerprint key comes from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum KeySource {
    /// Nothing said: `DYETRACE_KEY`, else the key of `dyetrace init`, else one for this run only.
    #[default]
    Unnamed,
    /// An environment variable.
    Env(String),
    /// A file.
    File(std::path::PathBuf),
}

/// A trust area.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Zone {
    /// What its datasets may hold.
    pub may_hold: Vec<Selector>,
    /// Where it was declared; `None` for a built-in one.
    pub at: Option<Citation>,
}

/// Something that reads or writes data.
#[derive(Debug, Clone, Default)]
pub struct System {
    /// `payment-gateway`, `service`, `crm`, `erp`, `job`, or the user's own word.
    pub kind: Scrubbed,
    /// Its zone, if declared.
    pub zone: Option<Scrubbed>,
    /// Who answers for it.
    pub owner: Option<Scrubbed>,
    /// Principals that act for it, `*` for any run of characters.
    pub principals: Vec<Scrubbed>,
    /// Consumer groups that are it, with `*` as well.
    pub groups: Vec<Scrubbed>,
    /// Why payment data is there: what it needs.
    pub needs: Vec<Need>,
    /// Where it was declared.
    pub at: Citation,
}

/// A reason why a system holds something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    /// What it needs.
    pub tag: Selector,
    /// Why, in the user's words.
    pub why: Scrubbed,
}

/// A configured source.
#[derive(Debug, Clone, Default)]
pub struct SourceSpec {
    /// Its name: the dataset's as well, or the first part of its datasets' names.
    pub name: Scrubbed,
    /// The connector's name; it is built in, or the estate was refused.
    pub connector: &'static str,
    /// The connector's own keys and the budget.
    pub settings: Settings,
    /// From when to when it is read.
    pub window: Window,
    /// The system that writes its datasets.
    pub system: Option<Scrubbed>,
    /// Its zone, if it differs from the system's.
    pub zone: Option<Scrubbed>,
    /// Who answers for it, if it is not the system's owner.
    pub owner: Option<Scrubbed>,
    /// What kind of place: a [`DatasetKind`]; `None` is guessed.
    pub kind: Option<DatasetKind>,
    /// `production` or another word.
    pub environment: Option<Scrubbed>,
    /// How long records stay, in seconds.
    pub retention: Option<u64>,
    /// The zone that stamps without one are in.
    pub timezone: Option<String>,
    /// The field that holds a record's time.
    pub time: Option<String>,
    /// Where it was declared.
    pub at: Citation,
}

/// What kind of place a dataset is: its shape and heading in the graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum DatasetKind {
    /// Log lines.
    Log,
    /// A topic.
    Topic,
    /// A queue or a list of jobs.
    Queue,
    /// A queue for another try.
    RetryQueue,
    /// What nobody could handle.
    DeadLetters,
    /// An export of a CRM, an ERP or another system.
    Export,
    /// A table.
    Table,
    /// Anything else.
    #[default]
    File,
}

/// Refines datasets whose name matches.
#[derive(Debug, Clone, Default)]
pub struct DatasetRule {
    /// Name with `*`.
    pub pattern: Scrubbed,
    /// Their zone.
    pub zone: Option<Scrubbed>,
    /// Who answers for them.
    pub owner: Option<Scrubbed>,
    /// `production` or another word.
    pub environment: Option<Scrubbed>,
    /// How long records stay, in seconds.
    pub retention: Option<u64>,
    /// What kind of place.
    pub kind: Option<DatasetKind>,
    /// Systems that write them.
    pub written_by: BTreeSet<Scrubbed>,
    /// Systems that read them.
    pub read_by: BTreeSet<Scrubbed>,
    /// Where it was declared.
    pub at: Citation,
}

/// What is supposed to happen: data goes from one system to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flow {
    /// The system it comes from.
    pub from: Scrubbed,
    /// The system it goes to.
    pub to: Scrubbed,
    /// `webhook`, `kafka`, `api`, …
    pub via: Option<Scrubbed>,
    /// How the receiver knows the sender.
    pub auth: Option<Scrubbed>,
    /// What it may carry; empty means nothing was said.
    pub carries: Vec<Selector>,
    /// Where it was declared.
    pub at: Citation,
}

/// A grant that was written down or imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeclaredGrant {
    /// `User:crm-sync`.
    pub principal: Scrubbed,
    /// What it may do.
    pub may: Permission,
    /// Name with `*`.
    pub dataset: Scrubbed,
    /// The last day it holds, `YYYY-MM-DD`.
    pub until: Option<String>,
    /// Where it was declared.
    pub at: Citation,
}

/// A rule pack to check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PolicyRef {
    /// One that is built in.
    BuiltIn(&'static str),
    /// A file.
    File(std::path::PathBuf),
}

/// One dataset and all that was declared or told of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DatasetFacts {
    /// `contacts`, `bus/payments.authorized`.
    pub name: Scrubbed,
    /// OpenLineage namespace.
    pub namespace: Scrubbed,
    /// OpenLineage name.
    pub address: Scrubbed,
    /// What kind of place.
    pub kind: DatasetKind,
    /// Its zone; none is a finding.
    pub zone: Option<Scrubbed>,
    /// Who answers for it.
    pub owner: Option<Scrubbed>,
    /// `production` or another word; none counts as production.
    pub environment: Option<Scrubbed>,
    /// In seconds.
    pub retention: Option<u64>,
    /// Systems that write it.
    pub written_by: BTreeSet<Scrubbed>,
    /// Systems that read it.
    pub read_by: BTreeSet<Scrubbed>,
    /// What its source says of it beside that, by name.
    pub properties: BTreeMap<&'static str, Scrubbed>,
    /// Where its source or last rule was declared.
    pub at: Citation,
}

impl SourceSpec {
    /// Its connector's settings, as seen from the run's start (milliseconds since 1970 UTC).
    pub fn settings_at(&self, started: i64) -> Settings {
        let seen = |moment: super::Moment| moment.seen_from(started);
        let (since, until) = (self.window.since.map(seen), self.window.until.map(seen));
        Settings { since, until, ..self.settings.clone() }
    }
}

impl DatasetKind {
    /// Every kind, in the order of the docs.
    pub const ALL: [DatasetKind; 8] = [
        DatasetKind::Log,
        DatasetKind::Topic,
        DatasetKind::Queue,
        DatasetKind::RetryQueue,
        DatasetKind::DeadLetters,
        DatasetKind::Export,
        DatasetKind::Table,
        DatasetKind::File,
    ];

    /// The word in the estate file and in JSON.
    pub fn id(self) -> &'static str {
        match self {
            DatasetKind::Log => "log",
            DatasetKind::Topic => "topic",
            DatasetKind::Queue => "queue",
            DatasetKind::RetryQueue => "retry-queue",
            DatasetKind::DeadLetters => "dead-letters",
            DatasetKind::Export => "export",
            DatasetKind::Table => "table",
            DatasetKind::File => "file",
        }
    }
}
