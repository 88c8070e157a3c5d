//! `run.json`.

use super::{Document, Format, ReportError};

/// The document itself.
pub(super) static FORMAT: Format =
    Format { name: "json", about: "the whole run, for scripts: docs/output.md, version 1", render };

fn render(document: &Document) -> Result<Vec<u8>, ReportError> {
    let mut bytes = serde_json::to_vec_pretty(document).expect("a document holds nothing that JSON cannot");
    bytes.push(b'\n');
    Ok(bytes)
}
