//! Arithmetic on the masks of blocks. A run of k digits ends where the mask of digits, moved on by one, two, four …, is
//! set as well: `d & d << 1` has the ends of runs of two, and doubling does the rest. All of it looks back, over the
//! borders of blocks and forty bytes at most, so that no block waits for the next.
//!
//! It lets through more than there is, and nothing else: what it passes over cannot be a value that is looked for. It must
//! not know what makes a number a card's.

use super::events::Sights;
use super::lanes::{ROW, Row};

/// Rows that are moved on.
const TRAILS: usize = 32;

/// A row, and the block before each of its blocks.
#[derive(Clone, Copy)]
struct Trailed<R> {
    row: R,
    before: R,
}

impl<R: Row> Trailed<R> {
    #[inline(always)]
    fn on<const N: u32>(self) -> R {
        self.row.on::<N>(self.before)
    }
}

/// What of the row before is still needed: the same rows in the same order, each time.
pub(super) struct Trail<R> {
    rows: [R; TRAILS],
    next: usize,
}

impl<R: Row> Trail<R> {
    /// Nothing was before.
    #[inline(always)]
    pub(super) fn new() -> Self {
        Trail { rows: [R::load(&[0; ROW], 0); TRAILS], next: 0 }
    }

    #[inline(always)]
    fn of(&mut self, row: R) -> Trailed<R> {
        let before = std::mem::replace(&mut self.rows[self.next], row);
        self.next += 1;
        Trailed { row, before }
    }
}

/// The masks of a row.
pub(super) struct Masked<R> {
    pub(super) digit: R,
    pub(super) letter: R,
    pub(super) beyond_hex: R,
    pub(super) joint: R,
    pub(super) newline: R,
}

impl<R: Row> Masked<R> {
    #[inline(always)]
    pub(super) fn seen(&self, trail: &mut Trail<R>) -> Sights<R> {
        trail.next = 0;
        let newline = trail.of(self.newline);
        let digits = Digits::of(trail, self.digit, self.letter);
        let groups = digits.groups(trail);
        let dense = digits.dense(trail);
        let (short, long) = digits.opaque(trail, self);
        Sights { empty: newline.row & newline.on::<1>(), run: digits.runs, groups, dense, long, short }
    }
}

/// Where runs of digits end that have so many at least.
struct Digits<R> {
    one: Trailed<R>,
    two: Trailed<R>,
    four: Trailed<R>,
    eight: Trailed<R>,
    /// Digits and letters.
    either: Trailed<R>,
    /// Where the twelfth digit of a run stands.
    runs: R,
}

impl<R: Row> Digits<R> {
    #[inline(always)]
    fn of(trail: &mut Trail<R>, digit: R, letter: R) -> Self {
        let one = trail.of(digit);
        let two = trail.of(one.row & one.on::<1>());
        let four = trail.of(two.row & two.on::<2>());
        let eight = trail.of(four.row & four.on::<4>());
        let twelve = trail.of(eight.row & four.on::<8>());
        let either = trail.of(digit | letter);
        let runs = twelve.row & !twelve.on::<1>();
        Digits { one, two, four, eight, either, runs }
    }

    /// Groups of digits that follow each other as in a number, with a separator of one to three or of six bytes: in the
    /// second group where the first has four digits, right behind it where it has six or eight, and right behind the
    /// third of 4-3-3.
    #[inline(always)]
    fn groups(&self, trail: &mut Trail<R>) -> R {
        let Digits { one, two, four, eight, either, .. } = self;
        let nothing = !either.row;
        let no_digit = !one.row;
        // A first group is no part of a word or of an id of hex. Behind an escape a letter may stand before the others:
        // `4111%2D1111`.
        let just_four = trail.of(four.row & !either.on::<4>());
        let just_four = trail.of(just_four.on::<1>() & nothing);
        let just_six = trail.of(four.row & two.on::<4>() & !either.on::<6>());
        let just_six = trail.of(just_six.on::<1>() & nothing);
        let just_eight = trail.of(eight.row & !either.on::<8>());
        let just_eight = trail.of(just_eight.on::<1>() & nothing);
        let next_four = four.row & !one.on::<4>();
        let five = trail.of(four.row & one.on::<4>() & !one.on::<5>());
        let just_three = trail.of(two.on::<1>() & one.on::<3>() & !one.on::<4>() & no_digit);
        let ten = trail.of(eight.row & two.on::<8>() & !one.on::<10>());
        let thirteen = trail.of(eight.row & four.on::<8>() & one.on::<12>() & !one.on::<13>());
        let next_eight = trail.of(eight.row & !one.on::<8>());
        next_four & (just_four.on::<4>() | just_four.on::<5>() | just_four.on::<6>() | just_four.on::<9>())
            | just_three.row & just_three.on::<4>() & just_four.on::<8>()
            | no_digit & five.on::<1>() & (just_six.on::<6>() | just_six.on::<7>())
            // `411111...1111`
            | next_four & just_six.on::<6>()
            | no_digit & ten.on::<1>() & (just_six.on::<11>() | just_six.on::<12>())
            | no_digit & thirteen.on::<1>() & just_six.on::<14>()
            | no_digit & next_eight.on::<1>() & just_eight.on::<9>()
    }

    /// Where the seventh of groups of digits begins that follow each other at even steps of two to six bytes, no letter
    /// before them: of the seven, the first and the last four are asked for. Times of the day have six
    /// at most.
    #[inline(always)]
    fn dense(&self, trail: &mut Trail<R>) -> R {
        let first = trail.of(self.one.row & !self.either.on::<1>());
        let two = first.on::<2>() & first.on::<4>() & first.on::<6>() & first.on::<12>();
        let three = first.on::<3>() & first.on::<6>() & first.on::<9>() & first.on::<18>();
        let four = first.on::<4>() & first.on::<8>() & first.on::<12>() & first.on::<24>();
        let five = first.on::<5>() & first.on::<10>() & first.on::<15>() & first.on::<30>();
        let six = first.on::<6>() & first.on::<12>() & first.on::<18>() & first.on::<36>();
        first.row & (two | three | four | five | six)
    }

    /// Where a run of letters and digits has its fourteenth and its twentieth.
    #[inline(always)]
    fn opaque(&self, trail: &mut Trail<R>, masked: &Masked<R>) -> (R, R) {
        let either = self.either;
        let two = trail.of(either.row & either.on::<1>());
        let four = trail.of(two.row & two.on::<2>());
        let eight = trail.of(four.row & four.on::<4>());
        let short = trail.of(eight.row & four.on::<8>() & two.on::<12>());
        let long = trail.of(short.row & eight.on::<8>() & four.on::<16>());
        let letter = trail.of(masked.letter);
        let letters = trail.of(letter.row & letter.on::<1>());
        let joined = trail.of(masked.joint).on::<14>();
        let account = letters.on::<12>() & self.two.on::<10>();
        let long = long.row & !long.on::<1>() & self.telling(trail, masked.beyond_hex);
        (short.row & !short.on::<1>() & (joined | account), long)
    }

    /// Where the first sixteen of twenty letters and digits have something that an id in hex has not: a letter beyond
    /// hex, or every second one a digit as in the hex of a text.
    #[inline(always)]
    fn telling(&self, trail: &mut Trail<R>, beyond_hex: R) -> R {
        let beyond = trail.of(beyond_hex);
        let beyond = trail.of(beyond.row | beyond.on::<1>());
        let beyond = trail.of(beyond.row | beyond.on::<2>());
        let beyond = trail.of(beyond.row | beyond.on::<4>());
        let beyond = trail.of(beyond.row | beyond.on::<8>());
        let one = self.one;
        let every_second = one.on::<5>() & one.on::<7>() & one.on::<9>() & one.on::<11>();
        let every_second = every_second & one.on::<13>() & one.on::<15>() & one.on::<17>();
        beyond.on::<4>() | every_second
    }
}
