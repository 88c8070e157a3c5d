//! The closer look at an event: is there a value that decoding could find something in? A few nanoseconds each, on
//! the bytes around it. It errs on the side of decoding.

mod blob;
mod name;
mod number;

use super::blocks::{Event, EventKind};

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
    /// Digits before this place were looked at.
    digits: usize,
    /// Letters and digits before this place were looked at.
    opaque: usize,
}

impl Looks {
    /// What an event is worth, and where it stands.
    pub(super) fn at(&mut self, text: &[u8], event: &Event) -> (Worth, usize) {
        let at = event.at as usize;
        match event.kind {
            EventKind::Run => self.run(text, at),
            EventKind::Groups => (number::groups(text, at), at),
            EventKind::Dense => (number::dense(text, at), at),
            EventKind::Opaque => (self.opaque(text, at), at),
            EventKind::Word => (name::word(text, at), at),
        }
    }

    /// Where the next line begins, if what an event stands in goes on there: both are then worth decoding.
    pub(super) fn goes_on(text: &[u8], event: &Event) -> Option<usize> {
        match event.kind {
            EventKind::Groups | EventKind::Word => number::wrapped(text, event.at as usize),
            EventKind::Run | EventKind::Dense | EventKind::Opaque => None,
        }
    }

    fn run(&mut self, text: &[u8], at: usize) -> (Worth, usize) {
        let run = around(text, at, u8::is_ascii_digit);
        if run.start < self.digits {
            return (Worth::Nothing, at);
        }
        self.digits = run.end;
        (number::run(text, run.clone()), run.start)
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
