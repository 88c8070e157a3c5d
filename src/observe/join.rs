//! Which fields are worth joining: a pure function of all probes. A join field is near-unique, long enough not to
//! meet by chance, and of one shape with a field of another dataset.

use std::collections::BTreeMap;

use crate::{
    decode::FieldPath,
    detect::{Scrubbed, Sifted},
};

/// The fields whose values are fingerprinted in the full pass, by dataset name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct JoinFields(pub BTreeMap<Scrubbed, Vec<FieldPath>>);

/// A bounded look at one dataset: what its fields' values are like. Made with `Wanted::Everything`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Probe {}

impl Probe {
    /// Adds one record.
    pub fn record(&mut self, _sifted: &Sifted) {
        todo!()
    }
}

/// Chooses join fields from the probes of all datasets.
pub fn choose_joins(_probes: &BTreeMap<Scrubbed, Probe>) -> JoinFields {
    todo!()
}
