//! What must be known for a rule to be judged: where it is not, the rule is "not assessable", never "clean".

use crate::lineage::Inputs;

/// Something that must be known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Need {
    /// Who may.
    Grants,
    /// Who did.
    Readers,
    /// What is supposed to happen.
    Flows,
    /// Why systems hold what they hold.
    Purposes,
}

impl Need {
    /// Every need, in the order of the docs.
    pub(crate) const ALL: [Need; 4] = [Need::Grants, Need::Readers, Need::Flows, Need::Purposes];

    /// The word after `needs:`.
    pub(crate) fn id(self) -> &'static str {
        match self {
            Need::Grants => "grants",
            Need::Readers => "readers",
            Need::Flows => "flows",
            Need::Purposes => "purposes",
        }
    }

    /// What is missing, if it is.
    pub(super) fn missing(self, inputs: Inputs<'_>) -> Option<&'static str> {
        let estate = inputs.estate;
        let (known, missing) = match self {
            Need::Grants => (
                !estate.grants.is_empty() || !inputs.grants.is_empty(),
                "no grants are known: declare or import them, or add a source that tells them",
            ),
            Need::Readers => (!inputs.readers.is_empty(), "no source tells who reads its datasets"),
            Need::Flows => (!estate.flows.is_empty(), "no flows are declared"),
            Need::Purposes => (
                estate.systems.values().any(|system| !system.needs.is_empty()),
                "no system says what it needs",
            ),
        };
        (!known).then_some(missing)
    }
}
