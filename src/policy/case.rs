//! Runs the cases that every rule brings: one that must break and one that must pass.

use super::{Pack, Rule};

/// What became of one case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseResult {
    /// The rule.
    pub rule: String,
    /// `breaks` or `passes`: what it must do.
    pub case: &'static str,
    /// Whether it did.
    pub holds: bool,
}

/// Runs all cases of a pack, in its order.
pub fn run_cases(pack: &Pack) -> Vec<CaseResult> {
    let run = |rule: &Rule| {
        let result = |case, holds| CaseResult { rule: rule.id.clone(), case, holds };
        let (breaks, passes) = (rule.is_broken_by(&rule.breaks), !rule.is_broken_by(&rule.passes));
        [result("breaks", breaks), result("passes", passes)]
    };
    pack.rules.iter().flat_map(run).collect()
}
