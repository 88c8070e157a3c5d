//! What in a text is worth a closer look. The masks of some blocks are made ([`super::vector`]), then worked on
//! ([`super::formulas`]) eight blocks at a time, and what is seen in them is told ([`super::events`]).

use super::events::{Events, Found, SHORTEST};
use super::formulas::{Masked, Trail};
use super::lanes::{BLOCK, LEAD, Lanes, Led, Masks, ROW, Row, Rows};
use super::vector::Here;
use crate::decode::Skimmed;

/// Blocks whose masks are made before they are worked on: few enough for the nearest cache.
const STRIDE: usize = ROW * ROW;

const _: () = assert!(STRIDE * BLOCK == Skimmed::STEP, "a stride's lines are what a step's are");

/// The masks of a stride, by kind.
#[derive(Default)]
pub(super) struct Stride {
    /// Rows of it that are used, which are the blocks of a part.
    depth: usize,
    digit: Rows,
    letter: Rows,
    beyond_hex: Rows,
    joint: Rows,
    newline: Rows,
    word: Rows,
}

/// Runs that are handed over together: enough to make that cheap.
const BATCH: usize = 48;

/// Looks at a text, which is no longer than 4 GiB, with an instruction set. `on_runs` is called with the places where runs of
/// twelve digits and more begin, some at a time, while their bytes are near.
pub(super) fn run(here: Here, text: &[u8], events: &mut Events, mut on_runs: impl FnMut(&[u32])) {
    // One block more than is full: what ends with the text is seen right behind it.
    let blocks = text.len() / BLOCK + 1;
    let mut sight =
        Sight { ended: Ended { newline: 1 << (BLOCK - 1), ..Ended::default() }, ..Sight::default() };
    let mut runs = Vec::with_capacity(BATCH + STRIDE * BLOCK / SHORTEST);
    for first in (0..blocks).step_by(STRIDE) {
        sight.stride.depth = STRIDE.min(blocks - first).div_ceil(ROW);
        here.masks(text, first, &mut sight.stride);
        here.rows(&mut sight);
        sight.found.tell(&sight.stride, first, events);
        sight.found.tell_runs(&sight.stride, first, &mut runs);
        if runs.len() >= BATCH {
            on_runs(&runs);
            runs.clear();
        }
    }
    on_runs(&runs);
}

/// Makes the masks of a stride's blocks, of which the first is this one of the text.
#[inline(always)]
pub(super) fn masks<L: Lanes>(lanes: &L, text: &[u8], first: usize, stride: &mut Stride) {
    let (full, depth) = (text.len() / BLOCK, stride.depth);
    let mut block = first;
    for lane in 0..ROW {
        for row in 0..depth {
            // Behind the first block, each has its lead before it.
            if block > 0 && block < full {
                let led = text[block * BLOCK - LEAD..].first_chunk().expect("a full block");
                stride.put(row, lane, &lanes.masks(led));
            }
            block += 1;
        }
    }
    for block in [0, full] {
        if block >= first && block < first + ROW * depth {
            let (lane, row) = ((block - first) / depth, (block - first) % depth);
            stride.put(row, lane, &lanes.masks(&padded(text, block * BLOCK)));
        }
    }
    for block in full + 1..first + ROW * depth {
        stride.put((block - first) % depth, (block - first) / depth, &Masks::default());
    }
}

/// The first block, and one that the text ends in.
#[inline(never)]
fn padded(text: &[u8], at: usize) -> Led {
    let mut led = [0; LEAD + BLOCK];
    let (from, to) = (at.saturating_sub(LEAD), text.len().min(at + BLOCK));
    let start = LEAD - (at - from);
    led[start..start + to - from].copy_from_slice(&text[from..to]);
    led
}

impl Stride {
    /// The block of the text that a lane of a row is for, if the stride's first is this one.
    #[inline(always)]
    pub(super) fn block(&self, first: usize, lane: usize, row: usize) -> usize {
        first + lane * self.depth + row
    }

    #[inline(always)]
    fn put(&mut self, row: usize, lane: usize, masks: &Masks) {
        self.digit[row][lane] = masks.digit;
        self.letter[row][lane] = masks.letter;
        self.beyond_hex[row][lane] = masks.beyond_hex;
        self.joint[row][lane] = masks.joint;
        self.newline[row][lane] = masks.newline;
        self.word[row][lane] = masks.word;
    }
}

/// The masks of the last block before a stride.
#[derive(Default)]
struct Ended {
    digit: u64,
    letter: u64,
    beyond_hex: u64,
    joint: u64,
    newline: u64,
}

/// What of a text is looked at.
#[derive(Default)]
pub(super) struct Sight {
    stride: Stride,
    ended: Ended,
    found: Found,
}

/// Works on the rows of a stride.
#[inline(always)]
pub(super) fn rows<R: Row>(sight: &mut Sight) {
    let Sight { stride, ended, found } = sight;
    let last = stride.depth - 1;
    let before = Before {
        digit: behind(&stride.digit[last], ended.digit),
        letter: behind(&stride.letter[last], ended.letter),
        beyond_hex: behind(&stride.beyond_hex[last], ended.beyond_hex),
        joint: behind(&stride.joint[last], ended.joint),
        newline: behind(&stride.newline[last], ended.newline),
    };
    found.clear();
    let mut lane = 0;
    while lane < ROW {
        let mut trail = Trail::new();
        // Of the blocks before a part, its first block needs no more than they tell by themselves.
        let row = Masked {
            digit: R::load(&before.digit, lane),
            letter: R::load(&before.letter, lane),
            beyond_hex: R::load(&before.beyond_hex, lane),
            joint: R::load(&before.joint, lane),
            newline: R::load(&before.newline, lane),
        };
        row.seen(&mut trail);
        for place in 0..stride.depth {
            let row = Masked {
                digit: R::load(&stride.digit[place], lane),
                letter: R::load(&stride.letter[place], lane),
                beyond_hex: R::load(&stride.beyond_hex[place], lane),
                joint: R::load(&stride.joint[place], lane),
                newline: R::load(&stride.newline[place], lane),
            };
            let seen = row.seen(&mut trail);
            found.put(place, lane, R::load(&stride.word[place], lane), seen);
        }
        lane += R::LANES;
    }
    for row in &stride.newline[..stride.depth] {
        for mask in row {
            found.lines += mask.count_ones();
        }
    }
    *ended = Ended {
        digit: stride.digit[last][ROW - 1],
        letter: stride.letter[last][ROW - 1],
        beyond_hex: stride.beyond_hex[last][ROW - 1],
        joint: stride.joint[last][ROW - 1],
        newline: stride.newline[last][ROW - 1],
    };
}

/// The masks of the blocks before the parts of a stride.
struct Before {
    digit: [u64; ROW],
    letter: [u64; ROW],
    beyond_hex: [u64; ROW],
    joint: [u64; ROW],
    newline: [u64; ROW],
}

/// The blocks before the first row's: of each part the last one of the part before.
fn behind(last: &[u64; ROW], ended: u64) -> [u64; ROW] {
    let [a, b, c, d, e, f, g, _] = *last;
    [ended, a, b, c, d, e, f, g]
}
