//! A place where a rule is broken, with both its ends: the record and the policy line.

use std::collections::BTreeMap;

use super::Severity;
use crate::{
    decode::{FieldPath, Time},
    detect::{Scrubbed, Tag},
    estate::Citation,
    lineage::{EdgeId, Path},
    observe::Position,
};

/// A rule is broken at a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The rule's id: it names the defect.
    pub rule: String,
    /// The pack it belongs to.
    pub pack: String,
    /// How bad.
    pub severity: Severity,
    /// One line, with the place's names in it.
    pub title: String,
    /// The system concerned, if known.
    pub system: Option<Scrubbed>,
    /// The dataset.
    pub dataset: Option<Scrubbed>,
    /// The field.
    pub field: Option<FieldPath>,
    /// What was found there, if it is about a value.
    pub tag: Option<Tag>,
    /// Who, if it is about a grant.
    pub principal: Option<Scrubbed>,
    /// The edge, if it is about a flow.
    pub edge: Option<EdgeId>,
    /// How it came there from the gateway; empty if nothing leads there.
    pub path: Path,
    /// How many values, records or grants.
    pub count: u64,
    /// The earliest record concerned.
    pub first_seen: Option<Time>,
    /// The latest record concerned.
    pub last_seen: Option<Time>,
    /// The records, a few of them.
    pub positions: Vec<Position>,
    /// The policy's line.
    pub policy: Citation,
    /// Requirement numbers by standard.
    pub references: BTreeMap<String, Vec<String>>,
    /// What to do.
    pub remediation: String,
    /// The exception that accepts it, if one does.
    pub exception: Option<Citation>,
}

/// A rule that cannot be judged, which is never "clean".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotAssessable {
    /// The rule.
    pub rule: String,
    /// The pack it belongs to.
    pub pack: String,
    /// What is missing.
    pub missing: &'static str,
}

/// What checking policies gives.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Verdicts {
    /// The worst first, then by rule and place.
    pub violations: Vec<Violation>,
    /// Rules that could not be judged.
    pub not_assessable: Vec<NotAssessable>,
    /// Exceptions, dataset patterns, grants and flows that matched nothing.
    pub unmatched: Vec<(Citation, &'static str)>,
}
