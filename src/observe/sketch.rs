//! A bounded set of fingerprints with their times: FracMinHash. A value is kept when its rank is below a
//! threshold that halves when the sketch is full, so the sketches of two datasets keep the same values.

use std::collections::BTreeMap;

use super::Position;
use crate::{decode::Time, detect::Fingerprint};

/// Fingerprints below a threshold, with what is known of each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sketch {
    /// Ranks below this are kept: `u64::MAX` is everything.
    pub threshold: u64,
    /// What was kept.
    pub entries: BTreeMap<Fingerprint, Sighting>,
    /// The most that is kept.
    pub capacity: usize,
}

/// Where and when one value was seen in one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sighting {
    /// How often.
    pub count: u64,
    /// The time that ends first, of all its sightings with a time.
    pub first: Option<Time>,
    /// The time that begins last.
    pub last: Option<Time>,
    /// The smallest position.
    pub position: Position,
}

/// How many values of one field are kept by default: 2^12.
pub const CAPACITY: usize = 4096;

impl Default for Sketch {
    fn default() -> Self {
        Sketch { threshold: u64::MAX, entries: BTreeMap::new(), capacity: CAPACITY }
    }
}
