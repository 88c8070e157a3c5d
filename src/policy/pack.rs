//! Rule packs: strict YAML, each rule with a case that must break and one that must pass.

use std::collections::BTreeMap;

use crate::estate::Citation;

/// A file of rules.
#[derive(Debug, Clone)]
pub struct Pack {
    /// Its name: `pci-dss-4.0.1`.
    pub name: String,
    /// What it is for, in a line.
    pub about: String,
    /// Its rules in order.
    pub rules: Vec<Rule>,
}

/// One rule.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Kebab-case; it names the defect.
    pub id: String,
    /// One line.
    pub title: String,
    /// How bad a violation is.
    pub severity: Severity,
    /// Requirement numbers by standard.
    pub references: BTreeMap<String, Vec<String>>,
    /// What to do about a violation.
    pub remediation: String,
    /// Where it is written.
    pub at: Citation,
}

/// How bad, the worst last, so that `>=` reads as "at least".
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// To be looked at.
    Low,
    /// To be mended.
    Medium,
    /// To be mended soon.
    High,
    /// To be mended now.
    Critical,
}

/// A pack cannot be used: its author's to mend.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
#[error("the policy does not fit")]
pub struct PolicyError {}

/// The packs that are built in.
pub fn built_in_packs() -> Vec<Pack> {
    todo!()
}

/// Reads a pack from its text; `file` is what citations name.
pub fn read_pack(_file: &str, _text: &str) -> Result<Pack, Box<PolicyError>> {
    todo!()
}

impl Severity {
    /// The word in rules, JSON and flags.
    pub fn id(self) -> &'static str {
        match self {
            Severity::Info => "info",
            Severity::Low => "low",
            Severity::Medium => "medium",
            Severity::High => "high",
            Severity::Critical => "critical",
        }
    }
}
