//! What was seen in a stride of blocks, and what it says for the text: events, in the order of the text.
//!
//! It must not know how they were found.

use super::blocks::Stride;
use super::lanes::{BLOCK, ROW, Row, Rows};

/// Something to be looked at more closely.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Event {
    /// Where in the text, up to its end.
    pub(super) at: u32,
    /// What it is about.
    pub(super) kind: EventKind,
}

/// What an event is about, and where its place is. Runs of digits are many, and are kept by themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum EventKind {
    /// In or right behind the second or third group of digits of a number that is written apart.
    Groups,
    /// The seventh of evenly spaced groups of digits begins here: a number digit by digit, or each digit by its code.
    Dense,
    /// A run of letters and digits begins here that is long, or is joined to a prefix, or looks like a bank account's
    /// number.
    Opaque,
    /// The window of a word ends here.
    Word,
}

/// What was seen in a text.
#[derive(Debug, Default)]
pub(super) struct Events {
    /// In the order of the blocks; within one, by kind.
    pub(super) found: Vec<Event>,
    /// Line ends.
    pub(super) lines: u64,
    /// Line ends right behind another, or at the beginning of the text.
    pub(super) empty: u64,
    /// Line ends before each stride.
    pub(super) lines_before: Vec<u64>,
}

impl Events {
    /// Forgets everything; memory stays.
    pub(super) fn clear(&mut self) {
        self.found.clear();
        self.lines_before.clear();
        (self.lines, self.empty) = (0, 0);
    }

    /// Events at these bits from a place on.
    #[inline(always)]
    fn tell(&mut self, kind: EventKind, mut bits: u64, from: usize) {
        while bits != 0 {
            let at = from.wrapping_add(bits.trailing_zeros() as usize) as u32;
            self.found.push(Event { at, kind });
            bits &= bits - 1;
        }
    }
}

/// Digits of the shortest card number.
pub(super) const SHORTEST: usize = 12;
/// Letters and digits of the shortest token behind its prefix.
pub(super) const SHORT_OPAQUE: usize = 14;
/// And of a blob: sixteen digits in base64.
pub(super) const LONG_OPAQUE: usize = 20;

/// What is seen in some blocks of a row.
pub(super) struct Sights<R> {
    /// Line ends behind line ends.
    pub(super) empty: R,
    /// Where runs of digits have their twelfth.
    pub(super) run: R,
    /// As [`EventKind::Groups`].
    pub(super) groups: R,
    /// As [`EventKind::Dense`].
    pub(super) dense: R,
    /// Where runs of letters and digits have their twentieth, and their fourteenth.
    pub(super) long: R,
    pub(super) short: R,
}

/// What was found in a stride.
#[derive(Default)]
pub(super) struct Found {
    /// For each row, in which lanes there is a run, and in which anything else: bit n for lane n.
    runs: [u8; ROW],
    others: [u8; ROW],
    /// Line ends.
    pub(super) lines: u32,
    run: Rows,
    empty: Rows,
    word: Rows,
    groups: Rows,
    dense: Rows,
    long: Rows,
    short: Rows,
}

impl Found {
    /// Forgets everything.
    #[inline(always)]
    pub(super) fn clear(&mut self) {
        (self.runs, self.others, self.lines) = ([0; ROW], [0; ROW], 0);
    }

    #[inline(always)]
    pub(super) fn put<R: Row>(&mut self, place: usize, lane: usize, word: R, sights: Sights<R>) {
        let Sights { empty, run, groups, dense, long, short } = sights;
        self.runs[place] |= run.lanes() << lane;
        run.store(&mut self.run[place], lane);
        let others = (word | empty | groups | dense | long | short).lanes();
        self.others[place] |= others << lane;
        if others != 0 {
            empty.store(&mut self.empty[place], lane);
            word.store(&mut self.word[place], lane);
            groups.store(&mut self.groups[place], lane);
            dense.store(&mut self.dense[place], lane);
            long.store(&mut self.long[place], lane);
            short.store(&mut self.short[place], lane);
        }
    }

    /// Adds what was found in a stride whose first block is this one of the text.
    pub(super) fn tell(&self, stride: &Stride, first: usize, events: &mut Events) {
        events.lines_before.push(events.lines);
        events.lines += u64::from(self.lines);
        for (lane, row) in places(self.others) {
            let at = stride.block(first, lane, row) * BLOCK;
            events.empty += u64::from(self.empty[row][lane].count_ones());
            events.tell(EventKind::Word, self.word[row][lane], at);
            events.tell(EventKind::Groups, self.groups[row][lane], at);
            events.tell(EventKind::Dense, self.dense[row][lane], at);
            events.tell(EventKind::Opaque, self.long[row][lane], at.wrapping_sub(LONG_OPAQUE - 1));
            events.tell(EventKind::Opaque, self.short[row][lane], at.wrapping_sub(SHORT_OPAQUE - 1));
        }
    }

    /// Where the stride's runs of twelve digits and more begin.
    pub(super) fn tell_runs(&self, stride: &Stride, first: usize, runs: &mut Vec<u32>) {
        for (lane, row) in places(self.runs) {
            let at = (stride.block(first, lane, row) * BLOCK).wrapping_sub(SHORTEST - 1);
            let mut bits = self.run[row][lane];
            while bits != 0 {
                runs.push(at.wrapping_add(bits.trailing_zeros() as usize) as u32);
                bits &= bits - 1;
            }
        }
    }
}

/// The lanes and rows that are set, in the order of the text.
#[inline(always)]
fn places(rows: [u8; ROW]) -> impl Iterator<Item = (usize, usize)> {
    let mut bits = transposed(u64::from_le_bytes(rows));
    std::iter::from_fn(move || {
        let place = (bits != 0).then_some(bits.trailing_zeros() as usize)?;
        bits &= bits - 1;
        Some((place / ROW, place % ROW))
    })
}

/// Eight rows of eight bits become columns: first the halves change places, then the quarters in them, then the bits.
fn transposed(rows: u64) -> u64 {
    let swapped = |bits: u64, by: u32, mask: u64| {
        let moved = (bits ^ bits >> by) & mask;
        bits ^ moved ^ moved << by
    };
    let bits = swapped(rows, 28, 0x0000_0000_f0f0_f0f0);
    let bits = swapped(bits, 14, 0x0000_cccc_0000_cccc);
    swapped(bits, 7, 0x00aa_00aa_00aa_00aa)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_come_in_the_order_of_the_text() {
        let rows = [0b1000_0001, 0, 0, 0b0000_0010, 0, 0, 0, 0b1000_0001];
        assert_eq!(places(rows).collect::<Vec<_>>(), [(0, 0), (0, 7), (1, 3), (7, 0), (7, 7)]);
    }
}
