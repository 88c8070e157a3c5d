//! The pooled verdict: a weak candidate is judged by what else its field holds.
//!
//! Of the distinct numbers of 12 to 19 digits in a field, nearly all pass as card numbers if it is a card field (say
//! 95 %, some are damaged); of random ids with 16 digits 3.5 % pass (28.1 % have a card's prefix and length, 35 % with
//! rarer ranges; one in ten of those has the right check digit), of ids that all begin like a card 10 %. In bits, a
//! number that passes speaks for a card field with at least log2(0.95 / 0.1) = 3.2, one that does not speaks against
//! with log2(0.05 / 0.9) = -4.2. With ten numbers the share decides; with fewer each counts, damped, because few
//! numbers of a kind are rarely independent of each other.
//!
//! Whatever a field says, a hit at or above [`Score::STRONG`] stands.

use std::collections::BTreeMap;

use super::{Observation, TagObservation, judge::Vote};
use crate::{
    decode::FieldPath,
    detect::{Class, Manner, State, Tag},
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

impl Observation {
    /// Every tag of every field with its verdict, the unresolved ones too: by field, then by tag.
    pub fn findings(&self) -> impl Iterator<Item = Finding<'_>> {
        let judgement = self.judge();
        self.fields.iter().flat_map(move |(field, known)| {
            let votes = judgement.votes(field);
            known.tags.iter().map(move |(tag, seen)| Finding {
                field,
                tag: *tag,
                seen,
                verdict: verdict(*tag, seen, &votes),
            })
        })
    }

    /// What a field as a whole says of a tag; nothing unresolved if it was never seen there.
    pub fn verdict(&self, field: &FieldPath, tag: &Tag) -> Verdict {
        let found = self.fields.get(field).and_then(|known| known.tags.get(tag));
        found.map_or(Verdict::Unresolved { count: 0 }, |seen| verdict(*tag, seen, &self.judge().votes(field)))
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

fn verdict(tag: Tag, seen: &TagObservation, votes: &BTreeMap<Manner, Vote>) -> Verdict {
    let weight = |manner| match is_clear_card(tag) {
        true => votes.get(&manner).map_or(0, Vote::weight),
        false => 0,
    };
    let raised = Manner::ALL.into_iter().map(|manner| seen.weak.findings(manner, weight(manner)));
    match raised.fold(seen.strong, u64::saturating_add) {
        0 => Verdict::Unresolved { count: seen.count },
        count => Verdict::Finding { count, unresolved: seen.count.saturating_sub(count) },
    }
}

pub(super) fn is_clear_card(tag: Tag) -> bool {
    (tag.class, tag.state) == (Class::Pan, State::Clear)
}
