//! A number as long as a card's, reduced to what its field is judged by: nothing of it can be read back.

use super::{
    Fingerprint, Key,
    detector::Digits,
    numbers::{Number, Writing},
};

/// How a number stands. Those that stand alike are judged together: four columns of years say nothing of a card that
/// was pasted among them as it is printed, nor ten thousand bare ids of the one with an expiry date beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Manner {
    /// In one run of digits.
    #[default]
    Bare,
    /// In groups, by whatever separator.
    Grouped,
    /// With an expiry date, a verification code or a holder beside it, however it is written.
    Accompanied,
}

/// One number of a field, whether or not it passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    /// How it stands.
    pub manner: Manner,
    /// The number, in domain `number`.
    pub number: Fingerprint,
    /// Its first six digits, a keyed hash: issuers are many, a sender's ids begin alike.
    pub start: u32,
    /// All but its last four digits, a keyed hash: what is counted up shares it.
    pub stem: u32,
    /// How many digits it has.
    pub length: u8,
}

impl Counted {
    /// What is counted of a number.
    pub(in crate::detect) fn new(key: &Key, digits: &Digits, manner: Manner) -> Self {
        let all = digits.expose();
        let short = |part: &[u8]| (key.fingerprint("number-part", part).rank() >> 32) as u32;
        Counted {
            manner,
            number: key.fingerprint("number", all),
            start: short(&all[..all.len().min(6)]),
            stem: short(&all[..all.len().saturating_sub(4)]),
            length: all.len() as u8,
        }
    }
}

impl Manner {
    /// Every one.
    pub const ALL: [Manner; 3] = [Manner::Bare, Manner::Grouped, Manner::Accompanied];

    /// How a number stands that is written like this, with or without parts of a card beside it.
    pub(in crate::detect) fn of(number: &Number, is_accompanied: impl FnOnce() -> bool) -> Self {
        match number.writing {
            _ if is_accompanied() => Manner::Accompanied,
            Writing::Grouped | Writing::OddlyGrouped | Writing::Spread => Manner::Grouped,
            _ => Manner::Bare,
        }
    }
}
