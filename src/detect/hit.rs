//! What a detector says of one value. A hit holds no raw text, and either a mask or a fingerprint, never both:
//! side by side they would let a thousand guesses find the number.

use std::ops::Range;

use super::{Counted, Fingerprint, Tag};
use crate::decode::FieldPath;

/// A tag at a field of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// What it is.
    pub tag: Tag,
    /// Where in the record.
    pub field: FieldPath,
    /// The field's place in the order of the record, so that a hit leads back to its siblings.
    pub index: usize,
    /// The bytes of the field's value that are the hit.
    pub span: Range<usize>,
    /// How sure.
    pub score: Score,
    /// Why, the strongest first.
    pub reasons: Vec<Reason>,
    /// The brand, for cards, as `iin.json` spells it.
    pub brand: Option<&'static str>,
    /// What stands for the value.
    pub identity: Identity,
    /// For a clear card number: what it is counted by among the numbers of its field.
    pub counted: Option<Counted>,
}

/// What stands for a value outside the detector: for joining, or for a person, never for both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Identity {
    /// A clear card number, for joining: the number itself, its last four digits (low entropy: they support a
    /// join and never make one) and the digests somebody may have made of it without a key.
    Card {
        /// Domain `pan`.
        number: Fingerprint,
        /// Domain `tail`.
        tail: Fingerprint,
        /// Domain `digest`, one a spelling.
        digests: Vec<Fingerprint>,
    },
    /// The last four digits of a masked or truncated card number, domain `tail`.
    Tail(Fingerprint),
    /// Any other value, for joining: domain `digest` for digests, `value` for the rest.
    Value(Fingerprint),
    /// For a person: at most the last four digits of a card, and nothing of any other secret.
    Mask(Mask),
    /// Nothing: verification codes, PINs and tracks are never fingerprinted.
    None,
}

/// A value made safe to show: `**** 1111`, `sk_live_…`. Only the detectors make one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mask(pub(in crate::detect) String);

impl Mask {
    /// The text to show.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Log-odds in hundredths of a bit: an integer, so that the order of adding is nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Score(pub i32);

impl Score {
    /// At or above, a hit is a finding.
    pub const FINDING: Score = Score(0);
    /// At or above, it is not voted down by what else its field holds.
    pub const STRONG: Score = Score(600);
}

/// A contribution to a score: its words, and its weight in hundredths of a bit. The detector's table gives both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reason(pub &'static str, pub i32);
