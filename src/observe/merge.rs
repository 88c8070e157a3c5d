//! Merging observations of one dataset. Defined where what was counted is disjoint, or where one counted all that
//! the other did (then it stands for both): a part read twice counts once. Anything else is an [`Overlap`].

use super::Observation;

/// Two observations counted partly the same records: a bug in how the work was cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("two observations counted partly the same records")]
pub struct Overlap;

impl Observation {
    /// Both together.
    pub fn merge(self, _other: Observation) -> Result<Observation, Overlap> {
        todo!()
    }
}
