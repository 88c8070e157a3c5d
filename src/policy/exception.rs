//! Exceptions: a violation accepted by somebody until a date.

use super::{PolicyError, Violation};
use crate::{
    detect::{Scrubbed, scrub},
    estate::{Citation, misfit::Fault, name_fits, read_day, yaml, yaml::Node},
};

/// A dated, owned acceptance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exception {
    /// The rule whose violation is accepted.
    pub rule: String,
    /// The dataset's name, `*` for any run of characters.
    pub dataset: Scrubbed,
    /// The field, if it is about one.
    pub field: Option<Scrubbed>,
    /// Who answers for it.
    pub owner: Scrubbed,
    /// Why.
    pub reason: Scrubbed,
    /// The last day it holds, `YYYY-MM-DD`.
    pub until: String,
    /// Where it is written.
    pub at: Citation,
}

const KEYS: &[&str] = &["rule", "dataset", "field", "owner", "reason", "until"];

/// Reads an exceptions file from its text: a list.
pub fn read_exceptions(file: &str, text: &str) -> Result<Vec<Exception>, Box<PolicyError>> {
    let file = scrub(file);
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let read = || -> Result<Vec<Exception>, Fault> {
        let root = yaml::parse(text)?;
        root.items("an exceptions file")?.iter().map(|node| exception(&file, node)).collect()
    };
    read().map_err(|fault| Box::new(fault.within(&file, text)))
}

fn exception(file: &Scrubbed, node: &Node) -> Result<Exception, Fault> {
    let entries = node.entries("an exception", KEYS)?;
    let required = |key| entries.required(key, "an exception");
    Ok(Exception {
        rule: required("rule")?.text()?.as_str().to_owned(),
        dataset: required("dataset")?.text()?,
        field: entries.text("field")?,
        owner: required("owner")?.text()?,
        reason: required("reason")?.text()?,
        until: read_day(required("until")?)?,
        at: Citation { file: file.clone(), line: node.at.line },
    })
}

impl Exception {
    /// Whether it is about this violation, expired or not.
    pub(super) fn covers(&self, violation: &Violation) -> bool {
        let dataset =
            violation.dataset.as_ref().is_some_and(|name| name_fits(self.dataset.as_str(), name.as_str()));
        let found = violation.field.as_ref().map(|field| field.as_str());
        let field = self.field.as_ref().is_none_or(|field| Some(field.as_str()) == found);
        self.rule == violation.rule && dataset && field
    }

    /// Whether its last day is over; days as `YYYY-MM-DD` compare as texts.
    pub(super) fn has_expired(&self, today: &str) -> bool {
        self.until.as_str() < today
    }
}
