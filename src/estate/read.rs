//! Reads `dyetrace.yaml` strictly.

use std::path::Path;

use super::Estate;

/// The estate file cannot be run: the user's to mend. Shown with line, column and a caret under the word.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
#[error("the estate file does not fit")]
pub struct EstateError {}

/// Reads and validates an estate file.
pub fn read_estate(_path: &Path) -> Result<Estate, Box<EstateError>> {
    todo!()
}
