//! What a value is, if it is more than a value: the order in which formats are tried, from the surest.

use super::classes::Classes;
use super::compressed::Format;
use super::{Leaf, Spot, Step, Walker};
use crate::decode::SkipReason;

/// However deep a user wants it: every nesting takes some of the stack.
const DEEPEST: usize = 64;

impl Walker<'_> {
    /// Takes a value apart that was pushed.
    pub(super) fn unfold(&mut self, leaf: Leaf<'_>, classes: Classes) {
        if !self.container(leaf, classes) {
            self.parts(leaf, classes);
        }
    }

    fn container(&mut self, leaf: Leaf<'_>, classes: Classes) -> bool {
        let bytes = leaf.bytes.trim_ascii();
        match (bytes.first(), bytes.last()) {
            (Some(b'{'), Some(b'}')) | (Some(b'['), Some(b']')) => self.json_in_value(leaf),
            _ if classes.may_be_blob() => self.blob(leaf),
            _ => match Format::of(leaf.bytes) {
                Some(format) => self.compressed(leaf, format),
                None => classes.may_have_pairs() && self.url_encoded(leaf),
            },
        }
    }

    fn json_in_value(&mut self, leaf: Leaf<'_>) -> bool {
        let from = leaf.bytes.len() - leaf.bytes.trim_ascii_start().len();
        let bytes = leaf.bytes.trim_ascii();
        let Some(tape) = self.whole_tape(bytes) else { return false };
        let inner = self.below(leaf.spot, "json");
        if let Some(inner) = inner {
            self.walk(&tape, inner.ahead(from), bytes);
            self.record.blank(leaf.index, from..from + bytes.len());
        }
        self.forget(tape);
        inner.is_some()
    }

    /// One nesting further down, or none if that is too deep.
    pub(super) fn below(&mut self, spot: Spot, encoding: &'static str) -> Option<Spot> {
        let deeper = self.deeper(spot)?;
        Some(Spot { place: self.step(spot.place, Step::Encoded(encoding)), ..deeper })
    }

    /// The same for bytes that were decoded: they stand nowhere, and they count against the limit.
    pub(super) fn decoded_below(
        &mut self,
        leaf: Leaf<'_>,
        encoding: &'static str,
        length: usize,
    ) -> Option<Spot> {
        let spot = self.below(leaf.spot, encoding)?;
        self.charge(length).then_some(Spot { at: None, ..spot })
    }

    /// The same place, one nesting further down.
    pub(super) fn deeper(&mut self, spot: Spot) -> Option<Spot> {
        if spot.depth >= self.limits.depth.min(DEEPEST) {
            self.note(SkipReason::TooDeep);
            return None;
        }
        Some(Spot { depth: spot.depth + 1, ..spot })
    }

    /// Whether the record may unfold to this many bytes more.
    pub(super) fn charge(&mut self, length: usize) -> bool {
        let spent = self.record.spent.saturating_add(length);
        if spent > self.limits.unfolded {
            self.note(SkipReason::Bomb);
            return false;
        }
        self.record.spent = spent;
        true
    }
}
