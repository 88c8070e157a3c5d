//! Floor 3: hits become one [`Observation`] a dataset, and a verdict for each field. Observations merge:
//! associative, commutative, bounded, so that threads, processes and yesterday's checkpoint are the same thing.
//!
//! It must not know raw values, declarations, the graph or policies.

mod field;
mod join;
mod merge;
mod observation;
mod observer;
mod position;
mod sample;
mod sketch;

pub use field::{FieldObservation, TagObservation, Verdict};
pub use join::{JoinFields, Probe, choose_joins};
pub use merge::Overlap;
pub use observation::{Observation, SkipCount, TagSet, Together};
pub use observer::Observer;
pub use position::{Part, Position, Positions, Ranges};
pub use sample::{Cell, RecordSample, Row};
pub use sketch::{Sighting, Sketch};
