//! A run's id: its start and a hash of all that it says. The same run twice has the same id.

use sha2::{Digest, Sha256};

use super::document::Document;
use crate::audit::Clock;

/// `20261120-100000-1a2b3c4d`.
pub(super) fn run_id(document: &Document, started: Clock) -> String {
    let said = serde_json::to_vec(document).expect("a document holds nothing that JSON cannot");
    let digest = data_encoding::HEXLOWER.encode(&Sha256::digest(said)[..4]);
    let digits = started.stamp().replace(['-', ':', 'Z'], "").replace('T', "-");
    format!("{digits}-{digest}")
}
