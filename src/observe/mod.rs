//! Floor 3: hits become one [`Observation`] a dataset, and a verdict for each field. Observations merge:
//! associative, commutative, bounded, so that threads, processes and yesterday's checkpoint are the same
//! thing.
//!
//! It must not know raw values, declarations, the graph or policies.

mod bound;
mod confirm;
mod field;
mod join;
mod judge;
mod merge;
mod numbers;
mod observation;
mod observer;
mod position;
mod probe;
mod range;
mod retries;
mod sample;
mod sketch;
mod summary;
mod tally;
mod times;
mod verdict;

pub use bound::{KEPT_FIELDS, KEPT_TAG_SETS};
pub use confirm::{CONFIRMED, confirm_hashes};
pub use field::{FieldObservation, TagObservation};
pub use join::{JoinFields, choose_joins};
pub use judge::{Judgement, Vote};
pub use merge::Overlap;
pub use numbers::Numbers;
pub use observation::{Observation, SkipCount, TagSet, Together};
pub use observer::Observer;
pub use position::{KEPT_POSITIONS, Position, Positions};
pub use probe::Probe;
pub use range::{Part, Ranges};
pub use retries::Retries;
pub use sample::{Cell, LONGEST_ROW, ROWS_PER_VALUE, RecordSample, Row};
pub use sketch::{Sighting, Sketch};
pub use summary::Summary;
pub use tally::Tally;
pub use verdict::{Finding, Verdict};

#[cfg(test)]
mod tests;
