//! A bounded sample of records, chosen by the hash of a join value: rows of tags and fingerprints, what
//! companions, masks, tokens and order ids are joined by.

use std::collections::BTreeMap;

use super::Position;
use crate::{
    decode::{FieldPath, Time},
    detect::{Fingerprint, Identity, Tag},
};

/// Rows whose smallest join value ranks below the threshold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordSample {
    /// Ranks below this are kept.
    pub threshold: u64,
    /// Rows by join value (the one with the smallest rank) and position.
    pub rows: BTreeMap<(Fingerprint, Position), Row>,
    /// The most that is kept.
    pub capacity: usize,
}

/// One sampled record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// When it was written.
    pub time: Option<Time>,
    /// Its tagged and join fields, in the order of the record.
    pub cells: Vec<Cell>,
}

/// One field of a sampled record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// The field.
    pub field: FieldPath,
    /// Its tag; a join value such as an order id has none.
    pub tag: Option<Tag>,
    /// What it is joined by.
    pub identity: Identity,
}

impl Default for RecordSample {
    fn default() -> Self {
        RecordSample { threshold: u64::MAX, rows: BTreeMap::new(), capacity: 2048 }
    }
}
