//! The closer look at an event: is there a value that decoding could find something in? A few nanoseconds each, on
//! the bytes around it. It errs on the side of decoding.

mod blob;
mod groups;
mod name;
mod number;

use number::Glance;

use super::events::{Event, EventKind, SHORTEST};
use super::lanes::{HIGH, within};
use crate::detect::{iin, luhn};

/// What a closer look says of the record that an event stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Worth {
    /// Nothing to be found.
    Nothing,
    /// A number that could be a card's by its first digits and length, with a wrong check digit.
    Other,
    /// The same with the right one.
    Card,
    /// Something may be found, and a check digit was part of the reason.
    Picked,
    /// Something may be found, whatever its check digit is.
    Decoding,
}

/// Looks at events in the order of their text; what was looked at is not looked at again.
#[derive(Debug, Default)]
pub(super) struct Looks {
    /// Evenly spaced digits before this place were looked at.
    dense: usize,
    /// Letters and digits before this place were looked at.
    opaque: usize,
}

impl Looks {
    /// What an event is worth, and where it stands.
    pub(super) fn at(&mut self, text: &[u8], event: &Event) -> (Worth, usize) {
        let at = event.at as usize;
        match event.kind {
            EventKind::Groups => groups::groups(text, at),
            EventKind::Dense => (self.dense(text, at), at),
            EventKind::Opaque => (self.opaque(text, at), at),
            EventKind::Word => (name::word(text, at), at),
        }
    }

    /// Where the next line begins, if what stands at a place goes on there: both are then worth decoding.
    pub(super) fn goes_on(text: &[u8], kind: EventKind, at: usize) -> Option<usize> {
        match kind {
            EventKind::Groups | EventKind::Word => number::wrapped(text, at),
            EventKind::Dense | EventKind::Opaque => None,
        }
    }

    fn dense(&mut self, text: &[u8], at: usize) -> Worth {
        if at < self.dense {
            return Worth::Nothing;
        }
        let (worth, end) = groups::dense(text, at);
        self.dense = end;
        worth
    }

    fn opaque(&mut self, text: &[u8], at: usize) -> Worth {
        if at < self.opaque {
            return Worth::Nothing;
        }
        let (worth, end) = blob::run(text, at);
        self.opaque = end;
        worth
    }
}

/// A run of digits: where it begins, and how it looks at a glance.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Run {
    start: u32,
    length: u32,
    is_special: bool,
}

/// Of runs of digits the ones that may be more than ids by their first digits, their length and what stands beside
/// them. Half of all random numbers are none, and which cannot be foreseen, so nothing is decided by a branch.
/// Says how many they are: the first of `hopeful`, which has room for all and one.
pub(super) fn hopeful(text: &[u8], starts: &[u32], hopeful: &mut [Run]) -> usize {
    let (mut count, first_digits) = (0, iin::FirstDigits::get());
    for &start in starts {
        let Glance { length, is_hopeful, is_special } = number::glance(text, start as usize, first_digits);
        hopeful[count] = Run { start, length: length as u32, is_special };
        count += usize::from(is_hopeful);
    }
    count
}

/// Of hopeful runs the ones whose check digit is right, that are wanted whatever theirs is, or that have more to be
/// looked at. Most are none, again without a branch. Says how many they are: the first of them.
pub(super) fn worthwhile(text: &[u8], runs: &mut [Run], is_wanted: impl Fn(usize) -> bool) -> usize {
    let mut count = 0;
    for place in 0..runs.len() {
        let run = runs[place];
        let (start, end) = (run.start as usize, (run.start + run.length) as usize);
        runs[count] = run;
        count += usize::from(run.is_special | luhn::passes(&text[start..end]) | is_wanted(start));
    }
    count
}

/// What a run of digits is worth, and where it begins.
#[inline(always)]
pub(super) fn run(text: &[u8], run: Run) -> (Worth, usize) {
    let start = run.start as usize;
    (number::run(text, start, start + run.length as usize), start)
}

/// How many digits follow each other from `at` on.
#[inline(never)]
fn run_of(text: &[u8], at: usize) -> usize {
    let (eights, rest) = text[at..].as_chunks::<8>();
    for (place, eight) in eights.iter().enumerate() {
        let count = digits_of(*eight);
        if count < 8 {
            return 8 * place + count;
        }
    }
    8 * eights.len() + rest.iter().take_while(|byte| byte.is_ascii_digit()).count()
}

/// How many digits eight bytes begin with: the first byte that is none has its high bit clear.
#[inline(always)]
fn digits_of(eight: [u8; 8]) -> usize {
    (!within(u64::from_le_bytes(eight), b'0', b'9') & HIGH).trailing_zeros() as usize / 8
}

/// The bytes of a kind without a gap at `at` and before it.
#[inline(always)]
fn around(text: &[u8], at: usize, kind: impl Fn(&u8) -> bool) -> std::ops::Range<usize> {
    let before = text[..at].iter().rposition(|byte| !kind(byte)).map_or(0, |last| last + 1);
    let after = text[at..].iter().position(|byte| !kind(byte)).map_or(text.len(), |first| at + first);
    before..after
}

/// The part of a text from `at` on, up to `most` bytes or the end of its line.
fn ahead(text: &[u8], at: usize, most: usize) -> &[u8] {
    let near = &text[at.min(text.len())..text.len().min(at + most)];
    &near[..memchr::memchr(b'\n', near).unwrap_or(near.len())]
}

/// The part of a text before `at`, up to `most` bytes or the beginning of its line.
fn behind(text: &[u8], at: usize, most: usize) -> &[u8] {
    let near = &text[at.saturating_sub(most)..at];
    &near[memchr::memrchr(b'\n', near).map_or(0, |end| end + 1)..]
}
