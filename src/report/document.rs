//! `run.json`, version 1: what may leave the tool of a run. Masks and counts, never a fingerprint. Every other
//! format is drawn from this one, so that they say the same. Changed only with the version number;
//! `docs/output.md` describes it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::lineage::ViewOptions;

/// The version of `run.json`.
pub const VERSION: u32 = 1;

/// One run, as scripts read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// [`VERSION`].
    pub version: u32,
    /// When, with what, under which key.
    pub run: RunEntry,
    /// What was declared.
    pub estate: EstateEntry,
    /// What was looked at, by source, dataset and partition.
    pub coverage: Vec<CoverageEntry>,
    /// Datasets by name.
    pub datasets: Vec<DatasetEntry>,
    /// What was found in their fields; fields without a tag are counted only.
    pub observations: Vec<ObservationEntry>,
    /// The lineage.
    pub edges: Vec<EdgeEntry>,
    /// Who may, and where that is known from.
    pub grants: Vec<GrantEntry>,
    /// Who did read, as sources saw it.
    #[serde(default)]
    pub readers: Vec<ReaderEntry>,
    /// The worst first.
    pub violations: Vec<ViolationEntry>,
    /// Rules that could not be judged.
    pub not_assessable: Vec<NotAssessableEntry>,
    /// What was not decoded.
    pub skipped: Vec<SkippedEntry>,
    /// What the allow list left out.
    #[serde(default)]
    pub allowed: Vec<AllowedEntry>,
    /// Declarations and exceptions that matched nothing.
    pub unmatched: Vec<UnmatchedEntry>,
    /// What of the graph to draw; not part of the format.
    #[serde(skip)]
    pub(super) view: ViewOptionsOf,
}

/// `ViewOptions` without a say in equality.
#[derive(Debug, Clone, Default)]
pub(super) struct ViewOptionsOf(pub(super) ViewOptions);

impl PartialEq for ViewOptionsOf {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}
impl Eq for ViewOptionsOf {}

/// When, with what, under which key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunEntry {
    /// `20261120-100000-1a2b3c4d`: the start, and a hash of the rest of the document.
    pub id: String,
    /// `2026-11-20T10:00:00Z`.
    pub started: String,
    /// The version of dyetrace.
    pub tool: String,
    /// The key's id.
    pub key: String,
    /// `lasting`, or `once` for a key that only this run had.
    pub key_kind: String,
    /// Whether everything that was asked for was read.
    pub complete: bool,
}

/// What was declared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EstateEntry {
    /// Its name.
    pub name: String,
    /// From the gateway outward.
    pub zones: Vec<ZoneEntry>,
    /// By name.
    pub systems: Vec<SystemEntry>,
}

/// A trust area.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ZoneEntry {
    /// Its name.
    pub name: String,
    /// Selectors.
    pub may_hold: Vec<String>,
}

/// Something that reads or writes data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SystemEntry {
    /// Its name.
    pub name: String,
    /// `payment-gateway`, `service`, …
    pub kind: String,
    /// Its zone.
    pub zone: Option<String>,
    /// Who answers for it.
    pub owner: Option<String>,
}

/// What was looked at of one partition, or of a source that failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CoverageEntry {
    /// The source.
    pub source: String,
    /// The dataset, if it came so far.
    pub dataset: Option<String>,
    /// The partition, if it came so far.
    pub partition: Option<String>,
    /// Records read.
    pub records: u64,
    /// Bytes (or messages) read.
    pub bytes: u64,
    /// `complete`, `sampled`, `partial` or `failed`.
    pub state: String,
    /// What was missed, and what to do.
    pub problem: Option<String>,
    /// What the system said.
    pub detail: Option<String>,
}

/// A dataset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DatasetEntry {
    /// Its name in the estate.
    pub name: String,
    /// OpenLineage namespace.
    pub namespace: String,
    /// OpenLineage name.
    pub address: String,
    /// `log`, `topic`, …
    pub kind: String,
    /// Its zone.
    pub zone: Option<String>,
    /// Who answers for it.
    pub owner: Option<String>,
    /// `production` or another word.
    pub environment: Option<String>,
    /// In seconds.
    pub retention: Option<u64>,
    /// Systems.
    pub written_by: Vec<String>,
    /// Systems.
    pub read_by: Vec<String>,
    /// Records read; none if it could not be read.
    pub records: Option<u64>,
    /// The earliest record with a time.
    pub first: Option<String>,
    /// The latest record with a time.
    pub last: Option<String>,
    /// What its source says of it beside all this.
    #[serde(default)]
    pub properties: BTreeMap<String, String>,
    /// Records that failed before, where its system says so.
    #[serde(default)]
    pub retries: Option<RetriesEntry>,
}

impl CoverageEntry {
    /// Whether something that was asked for was not read.
    pub(super) fn is_missed(&self) -> bool {
        !["complete", "sampled"].contains(&self.state.as_str())
    }
}

/// Records that failed before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RetriesEntry {
    /// How many.
    pub records: u64,
    /// The most attempts of one of them.
    pub most_attempts: Option<u32>,
    /// The earliest first failure of one of them.
    pub oldest_failure: Option<String>,
}

/// What was found in one dataset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObservationEntry {
    /// The dataset.
    pub dataset: String,
    /// Fields with values, tagged or not.
    pub fields_seen: u64,
    /// Tagged fields by path.
    pub fields: Vec<FieldEntry>,
    /// Tags that stand together in records.
    pub together: Vec<TogetherEntry>,
}

/// A tagged field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldEntry {
    /// Its path.
    pub path: String,
    /// Values, empty ones not counted.
    pub values: u64,
    /// Its tags.
    pub tags: Vec<TagEntry>,
}

/// One tag of a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TagEntry {
    /// `pan`, …
    pub class: String,
    /// `clear`, …
    pub state: String,
    /// Whether they are published test values.
    pub test: bool,
    /// Values that are findings.
    pub count: u64,
    /// Weak candidates that were voted down.
    pub unresolved: u64,
    /// `high`, `medium` or `low`: of the best.
    pub confidence: String,
    /// How often each reason was given.
    pub reasons: BTreeMap<String, u64>,
    /// Cards by brand.
    pub brands: BTreeMap<String, u64>,
    /// The earliest record with it.
    pub first_seen: Option<String>,
    /// The latest record with it.
    pub last_seen: Option<String>,
    /// A few records.
    pub positions: Vec<PositionEntry>,
}

/// Tags that stand together in records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TogetherEntry {
    /// `class.state`.
    pub tags: Vec<String>,
    /// Records.
    pub count: u64,
    /// A few of them.
    pub positions: Vec<PositionEntry>,
}

/// Where a record stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PositionEntry {
    /// A path, `topic/3`.
    pub partition: String,
    /// 1-based line or row, or offset of the message.
    pub record: u64,
    /// Byte in the file, where the record stands there unchanged.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub offset: Option<u64>,
}

/// One end of an edge or the place of a violation.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Default)]
pub struct EndEntry {
    /// A system.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub system: Option<String>,
    /// A dataset.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub dataset: Option<String>,
    /// A field of it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub field: Option<String>,
    /// A place that was not looked at, or a reader that no system stands for.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub outside: Option<String>,
}

/// An edge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EdgeEntry {
    /// Its number in this document: what a violation's `path` lists.
    pub id: u64,
    /// Where data comes from.
    pub from: EndEntry,
    /// Where it goes.
    pub to: EndEntry,
    /// The system that moves it.
    pub via: Option<String>,
    /// `copied`, `masked`, …
    pub transform: String,
    /// `declared`, `permitted`, `observed`, `inferred`.
    pub status: Vec<String>,
    /// In thousandths.
    #[serde(serialize_with = "thousandths", deserialize_with = "in_thousandths")]
    pub probability: u16,
    /// Tags that arrive, `class.state`.
    pub carries: Vec<String>,
    /// Why we believe it.
    pub evidence: Vec<EvidenceEntry>,
}

/// Why an edge is believed; `kind` says which of the others there are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct EvidenceEntry {
    /// `declared`, `granted`, `shared-values`, `companions`, …
    pub kind: String,
    /// One sentence with the numbers in it.
    pub text: String,
    /// `redrive`, `subscription`, …: what moves it, where its system or its records tell.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub movement: Option<String>,
    /// Numbers by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub counts: BTreeMap<String, u64>,
    /// A record at the source.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub from: Option<PositionEntry>,
    /// A record at the target.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub to: Option<PositionEntry>,
    /// A line that a person wrote.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub at: Option<CitationEntry>,
}

/// A line of a file that a person wrote.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct CitationEntry {
    /// The file.
    pub file: String,
    /// 1-based.
    pub line: u64,
}

/// A principal may do something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrantEntry {
    /// Who.
    pub principal: String,
    /// `read` or `write`.
    pub may: String,
    /// Name of the dataset, with `*`.
    pub dataset: String,
    /// The last day.
    pub until: Option<String>,
    /// The line that says so; a source that was asked has none.
    pub at: Option<CitationEntry>,
}

/// A consumer group or principal that its source saw reading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReaderEntry {
    /// Who.
    pub name: String,
    /// The dataset.
    pub dataset: String,
    /// Systems of the estate that it stands for.
    pub systems: Vec<String>,
    /// The last time.
    pub last: Option<String>,
}

/// A place where a rule is broken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ViolationEntry {
    /// The rule.
    pub rule: String,
    /// Its pack.
    pub pack: String,
    /// `info` … `critical`.
    pub severity: String,
    /// One line.
    pub title: String,
    /// The place.
    pub at: EndEntry,
    /// What was found there, `class.state`.
    pub tag: Option<String>,
    /// Who, for a grant.
    pub principal: Option<String>,
    /// Ids of the edges from the gateway to the place.
    pub path: Vec<u64>,
    /// The flow, for a rule about one.
    pub edge: Option<u64>,
    /// Values, records or grants.
    pub count: u64,
    /// The earliest record.
    pub first_seen: Option<String>,
    /// The latest record.
    pub last_seen: Option<String>,
    /// A few records.
    pub positions: Vec<PositionEntry>,
    /// The policy's line.
    pub policy: CitationEntry,
    /// Requirements by standard.
    pub references: BTreeMap<String, Vec<String>>,
    /// What to do.
    pub remediation: String,
    /// The exception that accepts it.
    pub exception: Option<CitationEntry>,
}

/// A rule that could not be judged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotAssessableEntry {
    /// The rule.
    pub rule: String,
    /// Its pack.
    pub pack: String,
    /// What is missing.
    pub missing: String,
}

/// Something that was not decoded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SkippedEntry {
    /// Where.
    pub dataset: String,
    /// Why.
    pub reason: String,
    /// How often.
    pub count: u64,
    /// A few records.
    pub positions: Vec<PositionEntry>,
}

/// An entry of the allow list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AllowedEntry {
    /// The line.
    pub at: CitationEntry,
    /// Why it is there.
    pub reason: String,
    /// Values that it left out.
    pub values: u64,
}

/// A declaration that matched nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnmatchedEntry {
    /// The line.
    pub at: CitationEntry,
    /// What it is.
    pub what: String,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn thousandths<S: serde::Serializer>(value: &u16, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(f64::from(*value) / 1000.0)
}

fn in_thousandths<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<u16, D::Error> {
    let value = f64::deserialize(deserializer)?;
    if (0.0..=1.0).contains(&value) {
        // Within 0 to 1000, so it fits.
        Ok((value * 1000.0).round() as u16)
    } else {
        Err(serde::de::Error::custom("a probability is between 0 and 1"))
    }
}
