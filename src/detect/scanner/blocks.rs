//! What in a text is worth a closer look, by arithmetic on the masks of its blocks. It lets through more than there
//! is, and nothing else: what it passes over cannot be a value that is looked for.
//!
//! A run of k digits begins where the mask of digits, shifted down by one, two, four …, is set as well: `d & d >> 1`
//! has the beginnings of runs of two, and doubling does the rest. Runs over the border of two blocks are counted by
//! the zeros and ones at their ends. Groups of digits are asked for in pairs: of the three or four groups of a
//! number, one pair stands wholly in a block, or begins in it and is cut by its end.
//!
//! It must not know what makes a number a card's.

use super::lanes::{BLOCK, LEAD, Lanes, Led, Masks};

/// Something to be looked at more closely.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Event {
    /// Where in the text: within what it is about, or at its border.
    pub(super) at: u32,
    /// What it is about.
    pub(super) kind: EventKind,
}

/// What an event is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum EventKind {
    /// A run of twelve digits or more.
    Run,
    /// Groups of digits as of a number that is written apart.
    Groups,
    /// Many small groups of digits: a number digit by digit, or each digit by its code.
    Dense,
    /// A run of letters and digits that is long, or is joined to a prefix, or begins like a bank account's number.
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
}

impl Events {
    /// Forgets everything; memory stays.
    pub(super) fn clear(&mut self) {
        self.found.clear();
        (self.lines, self.empty) = (0, 0);
    }
}

/// Digits of the shortest card number.
const SHORTEST: u32 = 12;
/// Letters and digits of the shortest token behind its prefix.
const SHORT_OPAQUE: u32 = 14;
/// And of a blob: sixteen digits in base64.
const LONG_OPAQUE: u32 = 20;
/// Groups of digits in two blocks from which on they may be the digits of one number.
const MANY_GROUPS: u32 = 12;

/// Blocks that are looked at without a call between them: one would cost the registers that hold the tables.
const STRETCH: usize = 8;
/// Events that a stretch can have: each byte ends a word at most, and each twelfth begins something.
const MOST_EVENTS: usize = 128 * STRETCH;

/// Looks at a text, which is no longer than 4 GiB.
#[inline(always)]
pub(super) fn run(lanes: &impl Lanes, text: &[u8], events: &mut Events) {
    let mut sight = Sight::new();
    sight.block(&lanes.masks(&padded(text, 0)), 0);
    // Behind the first block, each has its lead before it.
    let ahead = text.get(BLOCK - LEAD..).unwrap_or_default();
    let (mut at, mut rest) = (BLOCK, ahead);
    while rest.len() >= LEAD + BLOCK {
        for _ in 0..STRETCH {
            let Some(led) = rest.first_chunk() else { break };
            sight.block(&lanes.masks(led), at);
            (at, rest) = (at + BLOCK, &rest[BLOCK..]);
        }
        sight.tell(events);
    }
    if at < text.len() {
        sight.block(&lanes.masks(&padded(text, at)), at);
    }
    sight.tell(events);
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

/// What the end of the block before tells.
#[derive(Default)]
struct Before {
    /// Digits at its end.
    digits: u32,
    /// Letters and digits at its end.
    opaque: u32,
    /// Letters beyond hex in it.
    beyond_hex: u64,
    /// Groups of digits in it.
    groups: u32,
    /// Whether it ends with a line end.
    newline: bool,
    /// Whether it ends with what joins a token to its prefix.
    joint: bool,
}

struct Sight {
    before: Before,
    found: [Event; MOST_EVENTS],
    count: usize,
    lines: u64,
    empty: u64,
}

impl Sight {
    #[inline(always)]
    fn new() -> Self {
        let nothing = Event { at: 0, kind: EventKind::Word };
        let before = Before { newline: true, ..Before::default() };
        Sight { before, found: [nothing; MOST_EVENTS], count: 0, lines: 0, empty: 0 }
    }

    /// Hands over what was seen since the last time.
    #[inline(always)]
    fn tell(&mut self, events: &mut Events) {
        events.found.extend_from_slice(&self.found[..self.count.min(MOST_EVENTS)]);
        self.count = 0;
        (events.lines, events.empty) = (self.lines, self.empty);
    }

    #[inline(always)]
    fn block(&mut self, masks: &Masks, at: usize) {
        let at = at as u32;
        self.words(masks.word, at);
        self.digits(masks.digit, masks.letter, at);
        self.opaque(masks, at);
        let newline = masks.newline;
        self.lines += u64::from(newline.count_ones());
        let empty = newline & (newline << 1 | u64::from(self.before.newline));
        self.empty += u64::from(empty.count_ones());
        self.before.newline = newline >> 63 != 0;
    }

    #[inline(always)]
    fn words(&mut self, mut word: u64, at: u32) {
        while word != 0 {
            self.event(EventKind::Word, at + word.trailing_zeros());
            word &= word - 1;
        }
    }

    #[inline(always)]
    fn digits(&mut self, digit: u64, letter: u64, at: u32) {
        let runs = Runs::of(digit);
        let before = self.before.digits;
        let over_border = before > 0 && before + digit.trailing_ones() >= SHORTEST;
        if over_border {
            self.event(EventKind::Run, at);
        }
        let twelve = runs.eight & runs.four >> 8;
        self.starts(EventKind::Run, twelve & !(twelve << 1) & !u64::from(over_border), at);
        // Two groups of four digits and more that do not begin inside a word.
        let begins = runs.four & !(runs.four << 1 | letter << 1);
        if begins & begins.wrapping_sub(1) != 0 || begins != 0 && digit >> 63 != 0 {
            let groups = runs.groups(letter);
            if groups != 0 {
                self.event(EventKind::Groups, at + groups.trailing_zeros());
            }
        }
        // In ids of hex letters stand before most of the digits.
        let starts = (digit & !((digit | letter) << 1)).count_ones();
        if starts + self.before.groups >= MANY_GROUPS && runs.are_even() {
            self.event(EventKind::Dense, at);
        }
        self.before.groups = starts;
        self.before.digits = if digit == u64::MAX { before + BLOCK as u32 } else { digit.leading_ones() };
    }

    #[inline(always)]
    fn opaque(&mut self, masks: &Masks, at: u32) {
        let either = masks.letter | masks.digit;
        let two = either & either >> 1;
        let four = two & two >> 2;
        let eight = four & four >> 4;
        let short = eight & four >> 8 & two >> 12;
        if short != 0 {
            let long = short & eight >> 12;
            let tagged = masks.joint << 1 | u64::from(self.before.joint);
            let account =
                masks.upper & masks.upper >> 1 & masks.digit >> 2 & masks.digit >> 3 & !(either << 1);
            let starts = long & !(long << 1) & telling(masks) | short & (tagged | account);
            self.starts(EventKind::Opaque, starts, at);
        }
        let (before, ahead) = (self.before.opaque, either.trailing_ones());
        if before > 0 && before < LONG_OPAQUE && before + ahead >= SHORT_OPAQUE {
            // Of a run over the border something must be beyond hex.
            let behind = self.before.beyond_hex >> (BLOCK as u32 - before);
            if behind | masks.beyond_hex.checked_shl(BLOCK as u32 - ahead).unwrap_or(0) != 0 {
                self.event(EventKind::Opaque, at);
            }
        }
        self.before.joint = masks.joint >> 63 != 0;
        self.before.opaque = either.leading_ones();
        self.before.beyond_hex = masks.beyond_hex;
    }

    #[inline(always)]
    fn starts(&mut self, kind: EventKind, mut starts: u64, at: u32) {
        while starts != 0 {
            self.event(kind, at + starts.trailing_zeros());
            starts &= starts - 1;
        }
    }

    #[inline(always)]
    fn event(&mut self, kind: EventKind, at: u32) {
        self.found[self.count % MOST_EVENTS] = Event { at, kind };
        self.count += 1;
    }
}

/// Where a run of letters and digits that begins here has something in its first sixteen bytes that an id in hex has
/// not: a letter beyond hex, or every second byte a digit as in the hex of a text.
#[inline(always)]
fn telling(masks: &Masks) -> u64 {
    let beyond = masks.beyond_hex | masks.beyond_hex >> 1;
    let beyond = beyond | beyond >> 2;
    let beyond = beyond | beyond >> 4;
    let every_second = masks.digit & masks.digit >> 2;
    let every_second = every_second & every_second >> 4;
    beyond | beyond >> 8 | every_second & every_second >> 8
}

/// Where runs of digits begin, by their length.
struct Runs {
    digit: u64,
    two: u64,
    four: u64,
    eight: u64,
}

impl Runs {
    #[inline(always)]
    fn of(digit: u64) -> Self {
        let two = digit & digit >> 1;
        let four = two & two >> 2;
        Runs { digit, two, four, eight: four & four >> 4 }
    }

    /// Whether six groups of one or two digits follow each other at even steps: of a number that is written digit by
    /// digit or code by code, so many stand wholly in a block.
    #[inline(always)]
    fn are_even(&self) -> bool {
        let first = !(self.digit << 1);
        let one = self.digit & first & !(self.digit >> 1);
        let two = self.two & first & !(self.digit >> 2);
        [(one, 2), (one, 3), (one, 4), (two, 3), (two, 4), (two, 5), (two, 6)].into_iter().any(
            |(starts, step)| {
                let pairs = starts & starts >> step;
                let fours = pairs & pairs >> (2 * step);
                fours & pairs >> (4 * step) != 0
            },
        )
    }

    /// Where the first of two groups of digits begins that follow each other as in a number: 4-4, 4-6, 6-5, 4-5,
    /// 4-3-3, 6-10, 8-8 digits, with a separator of one to three or of six bytes.
    #[inline(always)]
    fn groups(&self, letter: u64) -> u64 {
        let Runs { digit, two, four, eight } = *self;
        // A group of a number is no part of a word or of an id of hex.
        let first = !(digit << 1);
        let begins = first & !(letter << 1);
        let just_four = four & begins & !((digit | letter) >> 4);
        let just_six = four & two >> 4 & begins & !((digit | letter) >> 6);
        let just_five = four & digit >> 4 & first & !(digit >> 5);
        let just_three = two & digit >> 2 & first & !(digit >> 3);
        let just_eight = eight & begins & !((digit | letter) >> 8);
        // Behind an escape a letter may stand: `4111%2D1111`.
        let next_four = four & first & !(digit >> 4);
        // A group that the block's end cuts may be of any length.
        let cut = 1u64.checked_shl(BLOCK as u32 - digit.leading_ones()).unwrap_or(0);
        let next = next_four | four & two >> 4 & first & !(digit >> 6) | just_five | cut;
        just_four & (next >> 5 | next >> 6 | next >> 7 | next >> 10 | just_three >> 5 & just_three >> 9)
            // `411111...1111`
            | just_six & just_four >> 9
            | just_six & (just_five >> 7 | just_five >> 8 | eight >> 7 | cut >> 7)
            | just_eight & (just_eight >> 9 | cut >> 9)
    }
}
