//! The pooled verdict: a weak candidate is judged by what else its field holds.
//!
//! Of the distinct values of 12 to 19 digits in a field, nearly all pass as card numbers if it is a card
//! field (say 95 %, some are damaged), and about 3.5 % if it holds random 16-digit ids (28.1 % have a card's
//! prefix and length, 35 % with rarer ranges; one in ten of those has the right check digit). In bits, a
//! value that passes speaks for a card field with log2(0.95 / 0.035) = 4.8, one that does not speaks against
//! with log2(0.05 / 0.965) = -4.3. The worst prior is one card in a million values: -20 bits.
//!
//! With ten values of which eight pass, 8 · 4.8 - 2 · 4.3 = 29.5 bits outweigh that prior 700 times. With
//! three of ten, 3 · 4.8 - 7 · 4.3 = -15.6 bits: no card field, whatever its prior was. In between the field
//! is a mixture, which neither explains, and with fewer values one could decide it: there each hit's own
//! score stands.

use super::{FieldObservation, Observation, TagObservation, bound::is_folded};
use crate::{
    decode::FieldPath,
    detect::{Class, Score, State, Tag},
};

/// What the field as a whole says of a tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// So many values are findings.
    Finding {
        /// Values that count.
        count: u64,
        /// Weak ones that were voted down, still counted.
        unresolved: u64,
    },
    /// Nothing in it stands; so many weak candidates stay counted.
    Unresolved {
        /// Weak candidates.
        count: u64,
    },
}

/// A tag of a field, with what is known of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Finding<'a> {
    /// The field.
    pub field: &'a FieldPath,
    /// The tag.
    pub tag: Tag,
    /// What is known of it.
    pub seen: &'a TagObservation,
    /// What it comes to.
    pub verdict: Verdict,
}

/// Fewer distinct values do not tell what a field holds.
const ENOUGH: u64 = 10;
/// In hundredths: from here on it is a card field.
const CARD_FIELD: u64 = 80;
/// In hundredths: up to here it is none.
const ID_FIELD: u64 = 30;

/// What the share of card numbers says of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Share {
    Cards,
    Ids,
    Undecided,
}

impl Observation {
    /// Every tag of every field with its verdict, the unresolved ones too: by field, then by tag.
    pub fn findings(&self) -> impl Iterator<Item = Finding<'_>> {
        self.fields.iter().flat_map(|(field, known)| {
            let share = if is_folded(field) { Share::Undecided } else { share(known) };
            known.tags.iter().map(move |(tag, seen)| Finding {
                field,
                tag: *tag,
                seen,
                verdict: judge(*tag, seen, share),
            })
        })
    }

    /// What a field as a whole says of a tag; nothing unresolved if it was never seen there.
    pub fn verdict(&self, field: &FieldPath, tag: &Tag) -> Verdict {
        let found = self.fields.get(field).and_then(|known| Some((known, known.tags.get(tag)?)));
        match found {
            Some((known, seen)) if !is_folded(field) => judge(*tag, seen, share(known)),
            Some((_, seen)) => judge(*tag, seen, Share::Undecided),
            None => Verdict::Unresolved { count: 0 },
        }
    }

    /// Whether one hit counts, now that its field is known.
    pub fn counts(&self, field: &FieldPath, tag: &Tag, score: Score) -> bool {
        let share = self.fields.get(field).map_or(Share::Undecided, share);
        match (is_clear_card(*tag), share) {
            (true, Share::Cards) => true,
            (true, Share::Ids) => score >= Score::STRONG,
            _ => score >= Score::FINDING,
        }
    }
}

impl Verdict {
    /// How many values are findings.
    pub fn count(self) -> u64 {
        match self {
            Verdict::Finding { count, .. } => count,
            Verdict::Unresolved { .. } => 0,
        }
    }

    /// How many weak candidates stay counted.
    pub fn unresolved(self) -> u64 {
        match self {
            Verdict::Finding { unresolved, .. } => unresolved,
            Verdict::Unresolved { count } => count,
        }
    }

    /// Whether anything stands.
    pub fn is_finding(self) -> bool {
        self.count() > 0
    }
}

fn judge(tag: Tag, seen: &TagObservation, share: Share) -> Verdict {
    let count = match (is_clear_card(tag), share) {
        (true, Share::Cards) => seen.count,
        (true, Share::Ids) => seen.strong,
        _ => seen.strong.saturating_add(seen.likely),
    };
    match count {
        0 => Verdict::Unresolved { count: seen.count },
        _ => Verdict::Finding { count, unresolved: seen.count.saturating_sub(count) },
    }
}

fn share(field: &FieldObservation) -> Share {
    let numbers = field.numbers.kept_below(u64::MAX);
    // Real and published numbers are different values: each is in one of the two.
    let cards = field.tags.iter().filter(|(tag, _)| is_clear_card(**tag));
    let passed: u64 = cards.map(|(_, seen)| seen.passed.kept_below(field.numbers.threshold)).sum();
    match passed.min(numbers) * 100 {
        _ if numbers < ENOUGH => Share::Undecided,
        hundredths if hundredths >= numbers * CARD_FIELD => Share::Cards,
        hundredths if hundredths <= numbers * ID_FIELD => Share::Ids,
        _ => Share::Undecided,
    }
}

fn is_clear_card(tag: Tag) -> bool {
    (tag.class, tag.state) == (Class::Pan, State::Clear)
}
