//! What a field says of the card numbers in it: its own distinct numbers, and where they are few the numbers around
//! it. Each vote is a weight with its words, as the evidence of a single value is.

use std::collections::BTreeMap;

use super::{Numbers, Observation, bound::is_folded, verdict::is_clear_card};
use crate::{
    decode::FieldPath,
    detect::{Manner, Reason, Score, Tag},
};

/// Fewer distinct numbers do not tell by themselves what a field holds.
const ENOUGH: u64 = 10;
/// In hundredths: from here on it is a card field.
const CARDS: u64 = 80;
/// In hundredths: up to here it is none.
const OTHERS: u64 = 30;
/// The most that a field can add: the weakest candidate that is kept becomes a finding.
const MOST: i32 = 1_000;
/// The most that it can take: what is strong is never voted down.
const LEAST: i32 = -Score::STRONG.0;
/// A further number of few that passes; log2(0.95 / 0.1).
const PASSES: i32 = 300;
/// One of few that does not; damped, because a second kind of number in the field explains it as well.
const FAILS: i32 = -150;
/// So many bytes hold little that an id could be the id of.
const TINY: u64 = 256;

const HOLDS_CARDS: &str = "its field holds card numbers";
const HOLDS_OTHERS: &str = "its field holds other numbers";
const CARDS_AROUND: Reason = Reason("the numbers around its field are card numbers", 300);
const OTHERS_IN_TEXT: Reason = Reason("the other numbers of its text are no card numbers", -450);
const OTHERS_AROUND: Reason = Reason("the numbers around its field are no card numbers", -300);
const LITTLE_ELSE: Reason = Reason("hardly anything else stands in the file", 300);
const ALIKE: Reason = Reason("the numbers of its field begin alike", -400);
const SEQUENCE: Reason = Reason("the numbers of its field follow one another", -600);
const UNUSUAL: Reason = Reason("the numbers of its field are rarely as long as cards", -300);

/// What a field says of the card numbers that stand alike in it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Vote {
    /// Distinct numbers as long as a card's, of those that were kept.
    pub distinct: u64,
    /// How many of them pass as card numbers.
    pub passed: u64,
    /// What follows, in words and hundredths of a bit.
    pub reasons: Vec<Reason>,
}

/// The votes of all fields with card numbers in them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Judgement {
    fields: BTreeMap<FieldPath, BTreeMap<Manner, Vote>>,
}

impl Observation {
    /// Lets every field with card numbers vote on them.
    pub fn judge(&self) -> Judgement {
        let around = Around::of(self);
        let cards = self.fields.iter().filter(|(_, known)| known.tags.keys().any(|tag| is_clear_card(*tag)));
        let fields = cards.map(|(path, known)| {
            let votes = Manner::ALL.map(|manner| {
                let numbers = known.numbers.get(&manner).filter(|_| !is_folded(path));
                (manner, around.vote(path, manner, numbers))
            });
            (path.clone(), votes.into())
        });
        Judgement { fields: fields.collect() }
    }
}

impl Judgement {
    /// All that a field says, by how its numbers stand.
    pub(super) fn votes(&self, field: &FieldPath) -> BTreeMap<Manner, Vote> {
        self.fields.get(field).cloned().unwrap_or_default()
    }

    /// What a field says of a tag on values that stand like this; nothing if it is no matter of numbers.
    pub fn of(&self, field: &FieldPath, tag: &Tag, manner: Manner) -> Option<&Vote> {
        self.fields.get(field).filter(|_| is_clear_card(*tag))?.get(&manner)
    }

    /// A hit's score with its field's vote. What is strong is not voted down.
    pub fn score(&self, field: &FieldPath, tag: &Tag, manner: Manner, own: Score) -> Score {
        let weight = self.of(field, tag, manner).map_or(0, Vote::weight);
        match own >= Score::STRONG {
            true => own,
            false => Score(own.0 + weight),
        }
    }
}

impl Vote {
    /// The sum of its reasons, within what a field may add and take.
    pub fn weight(&self) -> i32 {
        self.reasons.iter().map(|reason| reason.1).sum::<i32>().clamp(LEAST, MOST)
    }
}

/// Distinct numbers and how many passed.
#[derive(Debug, Clone, Copy, Default)]
struct Share {
    distinct: u64,
    passed: u64,
}

/// What a share of enough numbers says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Holds {
    Cards,
    Others,
    /// Both, or too few to tell.
    Unsure,
}

impl Share {
    fn of(numbers: &Numbers) -> Self {
        Share { distinct: numbers.distinct(), passed: numbers.passed() }
    }

    fn add(&mut self, other: Share) {
        self.distinct = self.distinct.saturating_add(other.distinct);
        self.passed = self.passed.saturating_add(other.passed);
    }

    fn holds(self) -> Holds {
        match self.passed * 100 {
            _ if self.distinct < ENOUGH => Holds::Unsure,
            hundredths if hundredths >= self.distinct * CARDS => Holds::Cards,
            hundredths if hundredths <= self.distinct * OTHERS => Holds::Others,
            _ => Holds::Unsure,
        }
    }
}

/// The numbers of a dataset by how they stand: of each text with places in it, and of everything.
struct Around<'a> {
    texts: BTreeMap<(&'a str, Manner), Share>,
    all: BTreeMap<Manner, Share>,
    is_tiny: bool,
}

impl<'a> Around<'a> {
    fn of(observation: &'a Observation) -> Self {
        let is_tiny = (1..=TINY).contains(&observation.bytes);
        let mut around = Around { texts: BTreeMap::new(), all: BTreeMap::new(), is_tiny };
        for (path, known) in &observation.fields {
            for (manner, numbers) in &known.numbers {
                let share = Share::of(numbers);
                around.texts.entry((path.unplaced(), *manner)).or_default().add(share);
                around.all.entry(*manner).or_default().add(share);
            }
        }
        around
    }

    fn vote(&self, path: &FieldPath, manner: Manner, numbers: Option<&Numbers>) -> Vote {
        let share = numbers.map(Share::of).unwrap_or_default();
        let mut reasons = Vec::new();
        if share.distinct >= ENOUGH {
            reasons.extend(decided(share.holds()));
        } else {
            reasons.extend(few(share));
            reasons.extend(self.around(path, manner));
        }
        if let Some(numbers) = numbers.filter(|_| reasons.iter().any(|reason| reason.1 > 0)) {
            reasons.extend(spread(numbers, share));
        }
        Vote { distinct: share.distinct, passed: share.passed, reasons }
    }

    /// What stands around a field of few numbers: in the same text, or else in the whole dataset.
    fn around(&self, path: &FieldPath, manner: Manner) -> Option<Reason> {
        let text = self.texts.get(&(path.unplaced(), manner)).copied().unwrap_or_default();
        let all = self.all.get(&manner).copied().unwrap_or_default();
        let share = if text.distinct >= ENOUGH { text } else { all };
        match share.holds() {
            Holds::Cards => Some(CARDS_AROUND),
            Holds::Others if text.distinct >= ENOUGH => Some(OTHERS_IN_TEXT),
            Holds::Others => Some(OTHERS_AROUND),
            Holds::Unsure => (self.is_tiny && manner == Manner::Bare).then_some(LITTLE_ELSE),
        }
    }
}

fn decided(holds: Holds) -> Option<Reason> {
    match holds {
        Holds::Cards => Some(Reason(HOLDS_CARDS, MOST)),
        Holds::Others => Some(Reason(HOLDS_OTHERS, LEAST)),
        Holds::Unsure => None,
    }
}

/// Of few numbers each speaks; the first that passes is the candidate itself.
fn few(Share { distinct, passed }: Share) -> Option<Reason> {
    let further = passed.saturating_sub(1) as i32;
    let weight = further * PASSES + (distinct - passed) as i32 * FAILS;
    match weight {
        0 => None,
        1.. => Some(Reason(HOLDS_CARDS, weight.min(MOST))),
        _ => Some(Reason(HOLDS_OTHERS, weight.max(LEAST))),
    }
}

/// What speaks against a field whose numbers pass: issuers are many, and number their cards by no counter.
fn spread(numbers: &Numbers, share: Share) -> impl Iterator<Item = Reason> {
    let several = share.passed >= 3;
    let alike = several && numbers.starts() == 1;
    let sequence = share.distinct >= 4 && numbers.stems() as u64 * 2 <= share.distinct;
    let unusual = several && numbers.usual() * 2 < share.passed;
    let found = [(alike, ALIKE), (sequence, SEQUENCE), (unusual, UNUSUAL)];
    found.into_iter().filter(|(is_so, _)| *is_so).map(|(_, reason)| reason)
}
