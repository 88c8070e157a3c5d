//! Feeds sifted records into an observation.

use super::{Observation, Part, Position};
use crate::{
    decode::{SkipReason, Time},
    detect::{Scrubbed, Sifted},
};

/// Builds the observation of one part of a dataset.
#[derive(Debug)]
pub struct Observer {
    _observation: Observation,
}

impl Observer {
    /// An empty one for a partition.
    pub fn new(_partition: Scrubbed) -> Self {
        todo!()
    }

    /// Adds one record.
    pub fn record(&mut self, _position: &Position, _time: Option<Time>, _sifted: &Sifted) {
        todo!()
    }

    /// Counts something that was not decoded.
    pub fn skipped(&mut self, _position: Position, _reason: SkipReason) {
        todo!()
    }

    /// What was seen, once the part's range is known.
    pub fn finish(self, _part: Part) -> Observation {
        todo!()
    }
}
