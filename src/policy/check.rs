//! Checks packs against a lineage.

use super::{Exception, Pack, Verdicts};
use crate::lineage::{Inputs, Lineage};

/// What policies are checked against.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// Declarations, observations, grants and readers.
    pub inputs: Inputs<'a>,
    /// The graph made from them.
    pub lineage: &'a Lineage,
    /// The day of the run, `YYYY-MM-DD`: what exceptions and grants expire by.
    pub today: &'a str,
}

/// Checks every rule of every pack.
pub fn check(_packs: &[Pack], _exceptions: &[Exception], _subject: Subject<'_>) -> Verdicts {
    todo!()
}
