//! What a detector is: static text, examples and a function. The function looks at one field of a record in its
//! [`Context`] and says what it could be; the [`super::Sifter`] scores, settles overlaps and hides the value.

use std::ops::Range;

use zeroize::Zeroize;

use super::{Class, Context, Manner, Reason, Score, Tag};

/// One kind of finding. `dyetrace list detectors`, the docs and the table test read these.
pub struct Detector {
    /// Kebab-case.
    pub id: &'static str,
    /// What it finds.
    pub class: Class,
    /// One line.
    pub about: &'static str,
    /// Where the facts come from: standards, vendors' pages.
    pub sources: &'static [&'static str],
    /// `field = value`, one field a line, that it must find in the first field, with the tag it gives.
    pub examples: &'static [(&'static str, &'static str)],
    /// `field = value`, one field a line; the first field it must leave alone.
    pub counterexamples: &'static [&'static str],
    /// Looks at the context's field and adds what it finds there. Called for every field: it turns away fast.
    pub find: fn(&Context<'_>, &mut Vec<Candidate>),
}

/// What a detector says of a part of a value. It holds the raw value and never leaves this floor.
pub struct Candidate {
    /// What it is.
    pub(in crate::detect) tag: Tag,
    /// The bytes of the field's value.
    pub(in crate::detect) span: Range<usize>,
    /// What speaks for it and against it; the sum is the score.
    pub(in crate::detect) evidence: Vec<Evidence>,
    /// The brand, for cards.
    pub(in crate::detect) brand: Option<&'static str>,
    /// What it will be shown or joined by.
    pub(in crate::detect) stands: Stands,
    /// For a clear card number: how it stands, and its digits as they are counted.
    pub(in crate::detect) counted: Option<(Manner, Digits)>,
}

/// A weight in hundredths of a bit, and its words. Each detector keeps a table of them as constants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::detect) struct Evidence(pub(in crate::detect) i32, pub(in crate::detect) &'static str);

/// From what the sifter makes the identity of a hit.
pub(in crate::detect) enum Stands {
    /// A clear card number, without separators.
    Card(Digits),
    /// The last four digits of a card number of which no more is there.
    Tail(Digits),
    /// A digest, in lower-case hex.
    Digest(Canonical),
    /// Any other value in its canonical spelling (trimmed, separators out), and what a person may see of it.
    Value {
        /// What is fingerprinted, in domain `value`.
        canonical: Canonical,
        /// Nothing of a secret but its public prefix: `sk_live_…`.
        shown: String,
    },
    /// Authentication data: never fingerprinted, shown as stars.
    Nothing,
}

/// Raw bytes of a value; wiped on drop, no `Debug`.
pub(in crate::detect) struct Canonical(Vec<u8>);

/// Up to 19 ASCII digits; wiped on drop, no `Debug`.
#[derive(Clone)]
pub(in crate::detect) struct Digits {
    bytes: [u8; Digits::MOST],
    len: u8,
}

impl Candidate {
    /// A candidate without a brand, not counted.
    pub(in crate::detect) fn new(
        tag: Tag,
        span: Range<usize>,
        evidence: Vec<Evidence>,
        stands: Stands,
    ) -> Self {
        Candidate { tag, span, evidence, brand: None, stands, counted: None }
    }

    /// The sum of its evidence.
    pub(in crate::detect) fn score(&self) -> Score {
        Score(self.evidence.iter().map(|Evidence(weight, _)| weight).sum())
    }

    /// Its reasons, the heaviest first, whichever way they speak.
    pub(in crate::detect) fn reasons(&mut self) -> Vec<Reason> {
        self.evidence.sort_by_key(|Evidence(weight, words)| (-weight.abs(), *words));
        self.evidence.iter().map(|Evidence(weight, words)| Reason(words, *weight)).collect()
    }
}

impl Canonical {
    /// A copy of bytes.
    pub(in crate::detect) fn new(bytes: &[u8]) -> Self {
        Canonical(bytes.to_vec())
    }

    /// Takes bytes over.
    pub(in crate::detect) fn of(bytes: Vec<u8>) -> Self {
        Canonical(bytes)
    }

    /// The bytes.
    pub(in crate::detect) fn expose(&self) -> &[u8] {
        &self.0
    }
}

impl Digits {
    /// The longest card number (ISO/IEC 7812).
    pub(in crate::detect) const MOST: usize = 19;

    /// The ASCII digits of these bytes, or nothing if there are more than fit.
    pub(in crate::detect) fn of(bytes: &[u8]) -> Option<Self> {
        let mut digits = Digits { bytes: [0; Digits::MOST], len: 0 };
        for &byte in bytes.iter().filter(|b| b.is_ascii_digit()) {
            *digits.bytes.get_mut(usize::from(digits.len))? = byte;
            digits.len += 1;
        }
        Some(digits)
    }

    /// The digits as ASCII.
    pub(in crate::detect) fn expose(&self) -> &[u8] {
        &self.bytes[..usize::from(self.len)]
    }

    /// Takes the zeros off that fill a number up to 19 digits in fixed-width files; says whether there were any.
    pub(in crate::detect) fn strip_padding(&mut self) -> bool {
        let zeros = self.expose().iter().take_while(|&&digit| digit == b'0').count();
        let padded = self.expose().len() == Digits::MOST && (3..=6).contains(&zeros);
        if padded {
            self.bytes.rotate_left(zeros);
            self.len -= zeros as u8;
        }
        padded
    }

    /// The last four, or all if there are fewer.
    pub(in crate::detect) fn tail(&self) -> &[u8] {
        let all = self.expose();
        &all[all.len().saturating_sub(4)..]
    }
}

impl Drop for Canonical {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl Drop for Digits {
    fn drop(&mut self) {
        self.bytes.zeroize();
    }
}
