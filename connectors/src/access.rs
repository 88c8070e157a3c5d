//! Who may and who did: grants, readers and movements, as far as the system itself knows them.

use crate::{Foreign, Missed, Movement};

/// What a source knows of access to its datasets.
#[derive(Debug, Default)]
pub struct Access {
    /// Permissions.
    pub grants: Vec<Grant>,
    /// Observed use.
    pub readers: Vec<Reader>,
    /// Where data goes and comes from.
    pub movements: Vec<Movement>,
    /// What could not be asked: that piece is not known, and nothing else fails.
    pub missed: Vec<Missed>,
}

/// A principal may do something with a dataset.
#[derive(Debug, Clone)]
pub struct Grant {
    /// `User:crm-sync`, an ARN.
    pub principal: Foreign,
    /// What it may do.
    pub may: Permission,
    /// The dataset's name below the source; `*` stands for any run of characters.
    pub dataset: Foreign,
}

/// What a grant allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Permission {
    /// Reading records.
    Read,
    /// Writing records.
    Write,
}

/// A principal or group that did read a dataset.
#[derive(Debug, Clone)]
pub struct Reader {
    /// A consumer group or principal.
    pub name: Foreign,
    /// The dataset's name below the source.
    pub dataset: Foreign,
    /// The last time it was seen reading, in milliseconds since 1970 UTC.
    pub last: Option<i64>,
}
