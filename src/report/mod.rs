//! Floor 8: what may be said of a run, one format a file. Serialises with structs of its own ([`Document`]); every
//! format is drawn from that one.
//!
//! It must not know sources, fingerprints or keys.
//!
//! To add a format: one new file with a `FORMAT` value, and one line in [`FORMATS`].

mod arrows;
mod cards;
mod columns;
mod compose;
mod csv;
#[cfg(test)]
mod docs;
mod document;
mod dot;
mod drawing;
mod edges;
mod explain;
#[cfg(test)]
mod fixture;
mod forecast;
mod graphml;
mod html;
mod identity;
mod json;
mod label;
mod mermaid;
mod paint;
mod palette;
mod picture;
mod remarks;
mod restore;
mod sarif;
mod scan;
mod summary;
mod violations;
mod way;
mod write;

use std::path::Path;

use dyetrace_connectors::Permission;

pub use document::{
    AllowedEntry, CitationEntry, CoverageEntry, DatasetEntry, Document, EdgeEntry, EndEntry, EstateEntry,
    EvidenceEntry, FieldEntry, GrantEntry, NotAssessableEntry, ObservationEntry, PositionEntry, ReaderEntry,
    RetriesEntry, RunEntry, SkippedEntry, SystemEntry, TagEntry, TogetherEntry, UnmatchedEntry, VERSION,
    ViolationEntry, ZoneEntry,
};
pub use dot::dot;
pub use forecast::forecast;
pub(crate) use label::counted_u64;
pub use scan::{ScanDetail, ScanFormat, ScanReport};
pub use summary::summary;
pub use write::write_file;

use crate::detect::Score;

/// Every report format built in, in the order of the docs.
pub static FORMATS: &[&Format] = &[
    &json::FORMAT,
    &html::FORMAT,
    &csv::FORMAT,
    &dot::FORMAT,
    &drawing::SVG,
    &drawing::PNG,
    &drawing::PDF,
    &mermaid::FORMAT,
    &graphml::FORMAT,
];

/// How a run can be written: chosen by the file's extension.
#[derive(Debug)]
pub struct Format {
    /// The extension.
    pub name: &'static str,
    /// One line for help and docs.
    pub about: &'static str,
    /// The document as bytes of the format.
    pub render: fn(&Document) -> Result<Vec<u8>, ReportError>,
}

/// A report cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The user's to mend.
    #[error("no format is called .{extension}; there are {}", names())]
    NoSuchFormat {
        /// What was asked for.
        extension: crate::detect::Scrubbed,
    },
    /// Something is not installed.
    #[error(
        "no `dot` program, which draws pictures: install Graphviz (Debian: apt-get install graphviz), or write .dot instead"
    )]
    NoDot,
    /// `dot` failed: a bug here or there.
    #[error("`dot` could not draw the graph; write .dot instead and report it")]
    DotFailed,
    /// The disk is full, or the folder cannot be written to.
    #[error("cannot write {path}: {why}; nothing stands there that is half written")]
    Unwritable {
        /// Where.
        path: crate::detect::Scrubbed,
        /// What the system said.
        why: crate::detect::Scrubbed,
    },
}

/// The format that a file's extension names.
pub fn format_of(path: &Path) -> Result<&'static Format, ReportError> {
    let extension = path.extension().unwrap_or_default().to_string_lossy();
    let format = FORMATS.iter().copied().find(|format| extension.eq_ignore_ascii_case(format.name));
    format.ok_or_else(|| ReportError::NoSuchFormat { extension: crate::detect::scrub(&extension) })
}

fn names() -> String {
    FORMATS.iter().map(|format| format!(".{}", format.name)).collect::<Vec<_>>().join(" ")
}

/// A score in words.
pub(crate) fn confidence(score: Score) -> &'static str {
    match score {
        _ if score >= Score::STRONG => "high",
        _ if score >= Score::FINDING => "medium",
        _ => "low",
    }
}

fn permission(may: Permission) -> &'static str {
    match may {
        Permission::Read => "read",
        Permission::Write => "write",
    }
}
