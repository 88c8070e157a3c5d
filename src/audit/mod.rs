//! Floor 7: an estate in, a [`Run`] out. The only place that knows the order of steps: list, probe, choose joins,
//! full pass, lineage, policies.
//!
//! It must not know how a run is shown or kept.

mod clock;
mod run;

pub use clock::Clock;
pub use run::{Coverage, CoverageState, Run};
