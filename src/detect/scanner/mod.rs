//! Which lines of a text are worth decoding, found at the speed of memory: blocks become bit masks ([`vector`]),
//! arithmetic on them gives events ([`blocks`]), and each event is looked at more closely ([`look`]): range, check
//! digit and neighbours of a number, what stands near a word, what a blob begins with.
//!
//! It sees bytes only, and must not know records or fields. What it passes over, decoding would find nothing in, but
//! for what `docs/detection.md` lists under each effort.

mod blocks;
mod lanes;
mod look;
mod seen;
mod vector;
mod words;

use blocks::EventKind;
use look::{Looks, Worth};
use seen::Seen;
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
    isa: Isa,
    effort: Effort,
    events: blocks::Events,
    seen: Seen,
}

impl Scanner {
    /// A scanner with the best instruction set that this processor has.
    pub fn new(effort: Effort) -> Self {
        let best = Isa::detected().into_iter().next().unwrap_or(Isa::Portable);
        Scanner::with(best, effort)
    }

    /// A scanner with this one, which the processor must have.
    pub fn with(isa: Isa, effort: Effort) -> Self {
        Scanner { isa, effort, events: blocks::Events::default(), seen: Seen::default() }
    }
}

fn is_for(kind: EventKind, effort: Effort) -> bool {
    kind != EventKind::Opaque || effort != Effort::Fast
}

impl Skim for Scanner {
    fn skim(&mut self, text: &[u8], laid: Laid, skimmed: &mut Skimmed) {
        self.events.clear();
        vector::run(self.isa, text, &mut self.events);
        skimmed.clear();
        (skimmed.lines, skimmed.empty) = (self.events.lines, self.events.empty);
        let Scanner { effort, events, seen, .. } = self;
        let mut looks = Looks::default();
        for event in events.found.iter().filter(|event| is_for(event.kind, *effort)) {
            let (worth, at) = looks.at(text, event);
            let is_sample = match worth {
                Worth::Other | Worth::Card => seen.chooses(text, at, laid),
                worth => worth == Worth::Decoding,
            };
            if is_sample || worth >= Worth::Card {
                skimmed.worthy.push(Worthy { at, is_sample });
                let next = Looks::goes_on(text, event);
                skimmed.worthy.extend(next.map(|at| Worthy { at, is_sample: false }));
            }
        }
        // Within a block events come by kind.
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
        write!(f, "Scanner({:?}, {:?})", self.isa, self.effort)
    }
}

#[cfg(test)]
mod tests;
