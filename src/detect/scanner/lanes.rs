//! Sixty-four bytes become bit masks, one bit a byte, and the masks of eight blocks are worked on side by side. Each
//! instruction set does both in its own way ([`Lanes`], [`Row`]); the portable way stands here. All give equal masks
//! for equal bytes, which the tests hold them to.
//!
//! It must not know what the masks are for.

use std::ops::{BitAnd, BitOr, Not};

use super::words::{Classes, Digrams};

/// Bytes of a block.
pub(super) const BLOCK: usize = 64;
/// Bytes before a block that its words may begin in.
pub(super) const LEAD: usize = 3;
/// Blocks of a row.
pub(super) const ROW: usize = 8;

/// A mask for each block of a stride. Lane n of a row is for a block of the stride's n-th part, so that the row before
/// has the blocks before: no bit moves from lane to lane.
pub(super) type Rows = [[u64; ROW]; ROW];

/// A block behind its lead.
pub(super) type Led = [u8; LEAD + BLOCK];

/// What stands in a block: bit n for byte n.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Masks {
    /// `0` to `9`.
    pub(super) digit: u64,
    /// `A` to `Z` and `a` to `z`.
    pub(super) letter: u64,
    /// Letters that no hex has, `G` to `Z` and `g` to `z`.
    pub(super) beyond_hex: u64,
    /// `_` and `-`, which join a token to its prefix.
    pub(super) joint: u64,
    /// `\n`
    pub(super) newline: u64,
    /// Where the last byte of a word's window may stand.
    pub(super) word: u64,
}

/// What a byte is, one bit a kind.
#[cfg(target_arch = "x86_64")]
pub(super) struct Kind;

#[cfg(target_arch = "x86_64")]
impl Kind {
    pub(super) const DIGIT: u8 = 1;
    pub(super) const LETTER: u8 = 2;
    pub(super) const BEYOND_HEX: u8 = 4;
    pub(super) const JOINT: u8 = 8;
    pub(super) const NEWLINE: u8 = 16;

    /// The kinds of each byte of ASCII.
    pub(super) const TABLE: [u8; 128] = {
        let mut table = [0; 128];
        let mut byte = 0;
        while byte < 128 {
            table[byte] = match byte as u8 {
                b'0'..=b'9' => Kind::DIGIT,
                b'A'..=b'F' | b'a'..=b'f' => Kind::LETTER,
                b'G'..=b'Z' | b'g'..=b'z' => Kind::LETTER | Kind::BEYOND_HEX,
                b'_' | b'-' => Kind::JOINT,
                b'\n' => Kind::NEWLINE,
                _ => 0,
            };
            byte += 1;
        }
        table
    };
}

/// A way to make masks.
pub(super) trait Lanes {
    /// The masks of the block behind its lead.
    fn masks(&self, bytes: &Led) -> Masks;
}

/// Masks of some blocks of a row, worked on side by side.
pub(super) trait Row:
    Copy + BitAnd<Output = Self> + BitOr<Output = Self> + Not<Output = Self>
{
    /// How many they are, which eight is a multiple of.
    const LANES: usize;

    /// From a row in memory, from one of its lanes on.
    fn load(row: &[u64; ROW], lane: usize) -> Self;

    /// Back to memory.
    fn store(self, row: &mut [u64; ROW], lane: usize);

    /// Each bit `N` places on, over the borders of blocks: `before` has the block before each.
    fn on<const N: u32>(self, before: Self) -> Self;

    /// Which masks are not zero: bit n for the n-th.
    fn lanes(self) -> u8;
}

/// Words of 64 bits and tables, for every processor.
pub(super) struct Portable {
    classes: &'static Classes,
    digrams: &'static Digrams,
}

impl Portable {
    /// The lanes of any machine.
    pub(super) fn new() -> Self {
        Portable { classes: Classes::built(), digrams: Digrams::built() }
    }

    /// Every second pair is looked up; where one can stand in a window, the windows that would hold it are.
    #[inline(always)]
    fn words(&self, bytes: &Led) -> u64 {
        let mut pairs = 0;
        for (place, pair) in bytes[LEAD - 1..].as_chunks::<2>().0.iter().enumerate() {
            pairs |= self.digrams.has(*pair) << place;
        }
        let mut word = 0;
        while pairs != 0 {
            let end = 2 * pairs.trailing_zeros() as usize;
            for end in end..BLOCK.min(end + 2) {
                word |= u64::from(self.classes.fit(&bytes[end..=end + LEAD])) << end;
            }
            pairs &= pairs - 1;
        }
        word
    }
}

impl Lanes for Portable {
    #[inline(always)]
    fn masks(&self, bytes: &Led) -> Masks {
        let mut masks = Masks { word: self.words(bytes), ..Masks::default() };
        for (place, bytes) in bytes[LEAD..].as_chunks::<8>().0.iter().enumerate() {
            let kinds = Kinds::of(u64::from_le_bytes(*bytes));
            masks.digit |= gather(kinds.digit) << (8 * place);
            masks.letter |= gather(kinds.letter) << (8 * place);
            masks.beyond_hex |= gather(kinds.beyond_hex) << (8 * place);
            masks.joint |= gather(kinds.joint) << (8 * place);
            masks.newline |= gather(kinds.newline) << (8 * place);
        }
        masks
    }
}

/// What eight bytes are: the high bit of each that is of a kind.
struct Kinds {
    digit: u64,
    letter: u64,
    beyond_hex: u64,
    joint: u64,
    newline: u64,
}

impl Kinds {
    #[inline(always)]
    fn of(eight: u64) -> Self {
        let (ascii, seven) = (!eight & HIGH, eight & !HIGH);
        let small = seven | (ONES * 0x20);
        let no_letter = from(small, b'z' + 1);
        Kinds {
            digit: from(seven, b'0') & !from(seven, b'9' + 1) & ascii,
            letter: from(small, b'a') & !no_letter & ascii,
            beyond_hex: from(small, b'g') & !no_letter & ascii,
            joint: !(differs(seven, b'_') & differs(seven, b'-')) & ascii,
            newline: !differs(seven, b'\n') & ascii,
        }
    }
}

/// The high bit of each byte of seven bits that is this one at least. Sums stay within their bytes: seven bits are added
/// to seven.
#[inline(always)]
fn from(seven: u64, byte: u8) -> u64 {
    seven + ONES * u64::from(0x80 - byte)
}

/// The high bit of each byte of seven bits that is not this one.
#[inline(always)]
fn differs(seven: u64, byte: u8) -> u64 {
    (seven ^ (ONES * u64::from(byte))) + ONES * 0x7f
}

impl Row for u64 {
    const LANES: usize = 1;

    #[inline(always)]
    fn load(row: &[u64; ROW], lane: usize) -> Self {
        row[lane]
    }

    #[inline(always)]
    fn store(self, row: &mut [u64; ROW], lane: usize) {
        row[lane] = self;
    }

    #[inline(always)]
    fn on<const N: u32>(self, before: Self) -> Self {
        // What the compiler would make one instruction of, which some processors are slow at.
        let ones = u64::MAX << N;
        self.rotate_left(N) & ones | before.rotate_left(N) & !ones
    }

    #[inline(always)]
    fn lanes(self) -> u8 {
        u8::from(self != 0)
    }
}

/// The high bit of every byte.
pub(super) const HIGH: u64 = 0x8080_8080_8080_8080;
/// One in every byte.
pub(super) const ONES: u64 = 0x0101_0101_0101_0101;

/// Bytes of ones where the high bit is set.
#[inline(always)]
pub(super) fn spread(high: u64) -> u64 {
    (high >> 7).wrapping_mul(0xff)
}

/// The high bit of each byte from `low` to `high`, both ASCII.
#[inline(always)]
pub(super) fn within(eight: u64, low: u8, high: u8) -> u64 {
    let seven = eight & !HIGH;
    from(seven, low) & !from(seven, high + 1) & !eight & HIGH
}

/// The high bits of eight bytes side by side: the product moves bit 8n+7 to bit 56+n.
#[inline(always)]
fn gather(high: u64) -> u64 {
    (high >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56
}
