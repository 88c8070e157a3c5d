//! What a source lists. Names come from outside and may themselves hold data: they stay [`Foreign`] until the
//! detector's floor has scrubbed them.

use crate::{Foreign, SourceError};

/// A place where data rests or passes, named as OpenLineage names datasets: namespace and name.
#[derive(Debug, Clone)]
pub struct Dataset {
    /// Its name below the source, or `None` where the source is one dataset and gives its own name.
    pub name: Option<Foreign>,
    /// OpenLineage namespace: `file`, `kafka://host:port`. Foreign, since the user's words are part of it.
    pub namespace: Foreign,
    /// OpenLineage name: a path or pattern, a topic.
    pub address: Foreign,
    /// What kind of place it is.
    pub kind: Kind,
    /// The parts that can be read independently of each other.
    pub partitions: Vec<Partition>,
    /// How long it keeps its records, in seconds, where the system says so.
    pub retention: Option<u64>,
    /// How often it can be read.
    pub reading: Reading,
    /// What else the system says of it and a reader of the report wants (`kms-key`, `cleanup`, `comment`), by name.
    pub properties: Vec<(&'static str, Foreign)>,
}

/// How often a dataset can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Reading {
    /// As often as one likes: an audit looks at the first records before it reads all.
    #[default]
    Again,
    /// Once: a pipe, or a queue where every look counts.
    Once,
}

/// What kind of place a dataset is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A file or a set of files.
    File,
    /// A topic of a log-structured broker.
    Topic,
    /// Standard input or another pipe.
    Pipe,
    /// A group of log streams.
    LogGroup,
    /// A queue or job list whose records wait.
    Queue,
    /// A queue that the system's own metadata says takes what is tried again.
    RetryQueue,
    /// A queue that the system's own metadata says takes what failed.
    DeadLetters,
    /// A table, or the result of a query.
    Table,
}

/// A part of a dataset that is read in order: a file, a partition of a topic.
#[derive(Debug, Clone)]
pub struct Partition {
    /// A path, or `topic/3`.
    pub name: Foreign,
    /// How much there is, in the unit of positions (bytes, messages), where it is known.
    pub size: Option<u64>,
    /// No record is younger than this: a file's own time, in milliseconds since 1970 UTC. A bound, never shown.
    pub modified: Option<i64>,
}

/// What a source holds, and what it could not list.
#[derive(Debug, Default)]
pub struct Listing {
    /// In the order of their names.
    pub datasets: Vec<Dataset>,
    /// Parts that failed while the rest was listed.
    pub missed: Vec<Missed>,
}

/// A part of a source that could not be listed or read.
#[derive(Debug)]
pub struct Missed {
    /// What it is: a path, a topic.
    pub what: Foreign,
    /// Why.
    pub error: SourceError,
}
