//! Violations, as `run.json` has them: both ends and the way between.

use super::{
    compose::{citation, position, stamp},
    document::{EndEntry, ViolationEntry},
};
use crate::policy::Violation;

/// A violation.
pub(super) fn entry(violation: &Violation) -> ViolationEntry {
    ViolationEntry {
        rule: violation.rule.clone(),
        pack: violation.pack.clone(),
        severity: violation.severity.id().to_owned(),
        title: violation.title.clone(),
        at: EndEntry {
            system: violation.system.as_ref().map(ToString::to_string),
            dataset: violation.dataset.as_ref().map(ToString::to_string),
            field: violation.field.as_ref().map(ToString::to_string),
            outside: None,
        },
        tag: violation.tag.map(|tag| tag.to_string()),
        principal: violation.principal.as_ref().map(ToString::to_string),
        path: violation.path.edges.iter().map(|edge| edge.number()).collect(),
        edge: violation.edge.map(|edge| edge.number()),
        count: violation.count,
        first_seen: stamp(violation.first_seen),
        last_seen: stamp(violation.last_seen),
        positions: violation.positions.iter().map(position).collect(),
        policy: citation(&violation.policy),
        references: violation.references.clone(),
        remediation: violation.remediation.clone(),
        exception: violation.exception.as_ref().map(citation),
    }
}
