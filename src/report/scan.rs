//! Findings of `scan`: for a person, one JSON object a line, or SARIF 2.1.0; with the table of evidence if asked for.

use serde::Serialize;

use super::{
    confidence,
    explain::{self, Explanation},
};
use crate::{
    audit::Finding,
    detect::{State, Test},
};

/// How findings are said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScanFormat {
    /// One line a finding.
    Human,
    /// One JSON object a line, as `docs/output.md` describes it.
    Jsonl,
    /// SARIF 2.1.0, for code scanning services.
    Sarif,
}

impl ScanFormat {
    /// Every one, in the order of the docs.
    pub const ALL: [ScanFormat; 3] = [ScanFormat::Human, ScanFormat::Jsonl, ScanFormat::Sarif];

    /// The word in flags.
    pub fn id(self) -> &'static str {
        match self {
            ScanFormat::Human => "human",
            ScanFormat::Jsonl => "jsonl",
            ScanFormat::Sarif => "sarif",
        }
    }
}

/// How much is said of each finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScanDetail {
    /// What, where and how sure.
    Brief,
    /// Every piece of evidence with its weight, and what the field says.
    Explained,
}

/// Writes findings one after another.
#[derive(Debug)]
pub struct ScanReport {
    format: ScanFormat,
    detail: ScanDetail,
    color: bool,
    told: u64,
}

/// One object of `--format jsonl`.
#[derive(Serialize)]
struct Line<'a> {
    path: &'a str,
    record: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    offset: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    length: Option<u64>,
    field: &'a str,
    class: &'static str,
    state: &'static str,
    test: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    brand: Option<&'static str>,
    confidence: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    masked: Option<&'a str>,
    reasons: Vec<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    explanation: Option<Explanation>,
}

impl ScanReport {
    /// An empty report.
    pub fn new(format: ScanFormat, detail: ScanDetail, color: bool) -> Self {
        ScanReport { format, detail, color, told: 0 }
    }

    /// What stands before the first finding.
    pub fn begin(&self) -> String {
        if self.format == ScanFormat::Sarif { super::sarif::begin() } else { String::new() }
    }

    /// What stands behind the last.
    pub fn end(&self) -> String {
        if self.format == ScanFormat::Sarif { super::sarif::end() } else { String::new() }
    }

    /// One finding.
    pub fn finding(&mut self, finding: &Finding) -> String {
        self.told += 1;
        match self.format {
            ScanFormat::Human if self.detail == ScanDetail::Explained => {
                human(finding, self.color) + &explain::table(finding)
            }
            ScanFormat::Human => human(finding, self.color),
            ScanFormat::Jsonl => jsonl(finding, self.detail),
            ScanFormat::Sarif => super::sarif::result(finding, self.told == 1),
        }
    }
}

fn human(finding: &Finding, color: bool) -> String {
    let test = if finding.tag.test == Test::Published { " (test value)" } else { "" };
    let masked = finding.masked.as_ref().map(|mask| format!("  {}", mask.as_str())).unwrap_or_default();
    let brand = finding.brand.map(|brand| format!(" {brand}")).unwrap_or_default();
    let tag = match (color, finding.tag.state) {
        (true, State::Clear) => format!("\x1b[31m{}\x1b[0m", finding.tag),
        _ => finding.tag.to_string(),
    };
    let (path, record, field) = (&finding.path, finding.record, &finding.field);
    let confidence = confidence(finding.score);
    format!("{path}:{record}: {tag}{brand}{masked}{test}  in {field}  ({confidence})\n")
}

fn jsonl(finding: &Finding, detail: ScanDetail) -> String {
    let line = Line {
        path: finding.path.as_str(),
        record: finding.record,
        offset: finding.offset,
        length: finding.offset.map(|_| finding.length),
        field: finding.field.as_str(),
        class: finding.tag.class.id(),
        state: finding.tag.state.id(),
        test: finding.tag.test == Test::Published,
        brand: finding.brand,
        confidence: confidence(finding.score),
        masked: finding.masked.as_ref().map(crate::detect::Mask::as_str),
        reasons: finding.all_reasons().map(|reason| reason.0).collect(),
        explanation: (detail == ScanDetail::Explained).then(|| Explanation::of(finding)),
    };
    serde_json::to_string(&line).expect("a line holds nothing that JSON cannot") + "\n"
}

/// A line with every key.
#[cfg(test)]
pub(super) fn example() -> serde_json::Value {
    let line = Line {
        path: "app.log",
        record: 7,
        offset: Some(12),
        length: Some(16),
        field: "card",
        class: "pan",
        state: "clear",
        test: true,
        brand: Some("visa"),
        confidence: "high",
        masked: Some("…1111"),
        reasons: vec!["luhn"],
        explanation: Some(Explanation::example()),
    };
    serde_json::to_value(line).expect("a line holds nothing that JSON cannot")
}
