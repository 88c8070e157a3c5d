//! Exceptions: a violation accepted by somebody until a date.

use super::PolicyError;
use crate::estate::Citation;

/// A dated, owned acceptance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exception {
    /// Where it is written.
    pub at: Citation,
}

/// Reads an exceptions file from its text.
pub fn read_exceptions(_file: &str, _text: &str) -> Result<Vec<Exception>, Box<PolicyError>> {
    todo!()
}
