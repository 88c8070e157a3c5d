//! Finds and reads the fingerprint key.

use crate::detect::Key;

/// A key and where it was found.
#[derive(Debug, Clone)]
pub struct LoadedKey {
    /// The key.
    pub key: Key,
    /// Where it was found.
    pub origin: KeyOrigin,
}

/// Where a key was found. Only `Once` cannot be joined with other runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyOrigin {
    /// The estate file names it.
    Named,
    /// `DYETRACE_KEY`.
    Environment,
    /// The user's configuration folder.
    Configured,
    /// Made for this run.
    Once,
}
