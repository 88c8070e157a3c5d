//! Floor 6: rules as data, checked against graph, grants and observations. Pure: files are read by whoever calls.
//!
//! It must not know how the graph was built or how a violation is shown. No rule's id stands in this code.

mod attribute;
mod pack;

mod case;
mod condition;
mod need;

mod check;
mod violation;

mod access;
mod flows;
mod places;
mod thing;

mod exception;

pub use attribute::{ATTRIBUTES, About, Attribute, Holds};
pub use case::{CaseResult, run_cases};
pub use check::{Subject, check};
pub use exception::{Exception, read_exceptions};
pub use pack::{Pack, PolicyError, Rule, Severity, built_in_pack, built_in_packs, read_pack};
pub use violation::{NotAssessable, Verdicts, Violation};

pub(crate) use need::Need;

#[cfg(test)]
mod tests;
