//! The detector's one entry: a decoded record goes in, and what may leave this floor comes out.

use super::{Fingerprint, Hit, Key};
use crate::decode::{FieldPath, Record};

/// What stands for values in hits: for a person, or for joining.
#[derive(Debug, Clone)]
pub enum Reveal {
    /// Masks, for `scan`.
    Mask,
    /// Fingerprints under this key, for `audit`.
    Fingerprint(Key),
}

/// Which fields get a join fingerprint beside those with a hit.
#[derive(Debug, Clone)]
pub enum Wanted {
    /// None.
    Nothing,
    /// Every field whose value could join: a probe.
    Everything,
    /// These: the full pass.
    Fields(Vec<FieldPath>),
}

/// What leaves the detector of one record: no raw text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sifted {
    /// Fields with a value, in the order of the record.
    pub fields: Vec<Sift>,
    /// What was found, in the order of the record.
    pub hits: Vec<Hit>,
}

/// One field of a sifted record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sift {
    /// Its path.
    pub path: FieldPath,
    /// Its place in the order of the record: what [`Hit::index`] refers to.
    pub index: usize,
    /// What it can be joined by, if it was wanted and is no authentication data.
    pub join: Option<Join>,
    /// If the value is 12 to 19 digits, its fingerprint in domain `number`: what a field's share of card numbers
    /// is measured against.
    pub number: Option<Fingerprint>,
}

/// A value reduced to what joins need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Join {
    /// Domain `value`.
    pub fingerprint: Fingerprint,
    /// What kind of text it is.
    pub shape: Shape,
}

/// A keyed hash of a value's shape: its literal prefix, and runs of letters and digits with their lengths. Two
/// fields that hold the same kind of id share it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Shape(pub u64);

/// Detects within records. Keep one a thread: it holds buffers.
#[derive(Debug)]
pub struct Sifter {
    _reveal: Reveal,
    _wanted: Wanted,
}

impl Sifter {
    /// A sifter that reveals and wants this.
    pub fn new(reveal: Reveal, wanted: Wanted) -> Self {
        Sifter { _reveal: reveal, _wanted: wanted }
    }

    /// Whether the raw frame could hold a hit at all: digits enough for a card, a key word, or a blob that could
    /// hide one. `false` means that decoding it would find nothing.
    pub fn may_hold(&self, _frame: &[u8]) -> bool {
        true
    }

    /// Looks at all fields of a record together.
    pub fn sift(&mut self, _record: &Record) -> Sifted {
        todo!()
    }
}
