//! Which lines of a text are worth decoding, found at the speed of memory: blocks become bit masks ([`vector`]),
//! arithmetic on them gives events ([`blocks`]), and each event is looked at more closely ([`look`]): range, check
//! digit and neighbours of a number, what stands near a word, what a blob begins with.
//!
//! It sees bytes only, and must not know records or fields. What it passes over, decoding would find nothing in, but
//! for what `docs/detection.md` lists under each effort.

mod blocks;
mod events;
mod formulas;
mod lanes;
mod look;
mod seen;
mod vector;
mod words;

use events::{EventKind, Events};
use look::{Looks, Run, Worth};
use seen::Seen;
use vector::Here;
pub use vector::Isa;

use super::keys::{Role, Roles};
use crate::decode::{FieldPath, Laid, Skim, Skimmed, Worthy};

/// How much is looked for in the raw bytes of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Effort {
    /// Numbers, keys of verification codes and PINs, marks of hidden digits.
    Fast,
    /// Tokens, keys, digests, account numbers and what blobs hold as well.
    #[default]
    Normal,
    /// Every record is decoded.
    Thorough,
}

impl Effort {
    /// All, the least first.
    pub const ALL: [Effort; 3] = [Effort::Fast, Effort::Normal, Effort::Thorough];

    /// The word on the command line.
    pub fn id(self) -> &'static str {
        match self {
            Effort::Fast => "fast",
            Effort::Normal => "normal",
            Effort::Thorough => "thorough",
        }
    }
}

/// Finds what is worth decoding. Keep one a stream: it remembers which numbers it has seen enough of.
pub struct Scanner {
    here: Here,
    effort: Effort,
    events: Events,
    /// Where runs of digits begin that may be more than ids.
    hopeful: Vec<Run>,
    seen: Seen,
}

impl Scanner {
    /// A scanner with the best instruction set that this processor has.
    pub fn new(effort: Effort) -> Self {
        let best = Isa::detected().into_iter().next().unwrap_or(Isa::Portable);
        Scanner::with(best, effort)
    }

    /// A scanner with this one.
    ///
    /// # Panics
    /// If the processor lacks it.
    pub fn with(isa: Isa, effort: Effort) -> Self {
        Scanner {
            here: Here::of(isa),
            effort,
            events: Events::default(),
            hopeful: Vec::new(),
            seen: Seen::default(),
        }
    }
}

/// What of a text is chosen for decoding.
struct Choice<'a> {
    text: &'a [u8],
    laid: Laid,
    seen: &'a mut Seen,
    worthy: &'a mut Vec<Worthy>,
}

impl Choice<'_> {
    /// Takes what is worth it; whether it was.
    #[inline(always)]
    fn offer(&mut self, worth: Worth, at: usize) -> bool {
        let is_sample = match worth {
            Worth::Other | Worth::Card => self.seen.chooses(self.text, at, self.laid),
            worth => worth == Worth::Decoding,
        };
        let is_worthy = is_sample || worth >= Worth::Card;
        if is_worthy {
            self.worthy.push(Worthy { at, is_sample });
        }
        is_worthy
    }
}

fn is_for(kind: EventKind, effort: Effort) -> bool {
    kind != EventKind::Opaque || effort != Effort::Fast
}

impl Skim for Scanner {
    fn skim(&mut self, text: &[u8], laid: Laid, skimmed: &mut Skimmed) {
        let Scanner { here, effort, events, hopeful, seen } = self;
        events.clear();
        skimmed.clear();
        let mut choice = Choice { text, laid, seen, worthy: &mut skimmed.worthy };
        blocks::run(*here, text, events, |runs| {
            let room = hopeful.len().max(runs.len() + 1);
            hopeful.resize(room, Run::default());
            let count = look::hopeful(text, runs, hopeful);
            let seen = &*choice.seen;
            let count = look::worthwhile(text, &mut hopeful[..count], |at| seen.would_choose(text, at, laid));
            for &run in &hopeful[..count] {
                let (worth, at) = look::run(text, run);
                choice.offer(worth, at);
            }
        });
        let mut looks = Looks::default();
        for event in events.found.iter().filter(|event| is_for(event.kind, *effort)) {
            let (worth, at) = looks.at(text, event);
            if choice.offer(worth, at)
                && let Some(next) = Looks::goes_on(text, event.kind, at)
            {
                choice.offer(Worth::Picked, next);
            }
        }
        (skimmed.lines, skimmed.empty) = (events.lines, events.empty);
        std::mem::swap(&mut skimmed.lines_before, &mut events.lines_before);
        // They came by kind.
        skimmed.worthy.sort_unstable_by_key(|worthy| worthy.at);
    }

    fn betrays(&self, column: &FieldPath) -> bool {
        let roles = Roles::of(column.key());
        let fast = [Role::Cvv, Role::MaybeCvv, Role::Pin, Role::PinBlock];
        let normal = [Role::LastFour, Role::MaybeLastFour, Role::Token, Role::NetworkToken, Role::Track];
        roles.any(&fast) || self.effort != Effort::Fast && roles.any(&normal)
    }
}

impl std::fmt::Debug for Scanner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Scanner({:?}, {:?})", self.here, self.effort)
    }
}

#[cfg(test)]
mod tests;
