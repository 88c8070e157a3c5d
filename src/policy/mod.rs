//! Floor 6: rules as data, checked against graph, grants and observations. Pure: files are read by whoever calls.
//!
//! It must not know how the graph was built or how a violation is shown.

mod check;
mod exception;
mod pack;
mod violation;

pub use check::{Subject, check};
pub use exception::{Exception, read_exceptions};
pub use pack::{Pack, PolicyError, Rule, Severity, built_in_packs, read_pack};
pub use violation::{NotAssessable, Verdicts, Violation};
