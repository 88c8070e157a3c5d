//! Sixty-four bytes become bit masks, one bit a byte. Each instruction set does it in its own way ([`Lanes`]); the
//! portable way stands here. All give equal masks for equal bytes, which the tests hold them to.
//!
//! It must not know what the masks are for.

use super::words::{Classes, Digrams};

/// Bytes of a block.
pub(super) const BLOCK: usize = 64;
/// Bytes before a block that its words may begin in.
pub(super) const LEAD: usize = 3;

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
    /// `A` to `Z`.
    pub(super) upper: u64,
    /// `_` and `-`, which join a token to its prefix.
    pub(super) joint: u64,
    /// `\n`
    pub(super) newline: u64,
    /// Where the last byte of a word's window may stand.
    pub(super) word: u64,
}

/// A way to make masks.
pub(super) trait Lanes {
    /// The masks of the block behind its lead.
    fn masks(&self, bytes: &Led) -> Masks;
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
        // The last byte's pair reaches into the next block: it may end a window here.
        pairs |= 1 << (BLOCK / 2);
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
        for (place, bytes) in bytes[LEAD..].chunks_exact(8).enumerate() {
            let eight = u64::from_le_bytes(bytes.try_into().expect("eight bytes"));
            let put = |lanes: u64| gather(lanes) << (8 * place);
            masks.digit |= put(within(eight, b'0', b'9'));
            masks.letter |= put(within(eight | (ONES * 0x20), b'a', b'z'));
            masks.beyond_hex |= put(within(eight | (ONES * 0x20), b'g', b'z'));
            masks.upper |= put(within(eight, b'A', b'Z'));
            masks.joint |= put(within(eight, b'_', b'_') | within(eight, b'-', b'-'));
            masks.newline |= put(within(eight, b'\n', b'\n'));
        }
        masks
    }
}

/// The high bit of every byte.
const HIGH: u64 = 0x8080_8080_8080_8080;
/// One in every byte.
pub(super) const ONES: u64 = 0x0101_0101_0101_0101;

/// Bytes of ones where the high bit is set.
#[inline(always)]
pub(super) fn spread(high: u64) -> u64 {
    (high >> 7).wrapping_mul(0xff)
}

/// The high bit of each byte from `low` to `high`, both ASCII. Sums stay within their bytes: seven bits are added to
/// seven.
#[inline(always)]
pub(super) fn within(eight: u64, low: u8, high: u8) -> u64 {
    let seven = eight & !HIGH;
    let at_least = seven + ONES * u64::from(0x80 - low);
    let beyond = seven + ONES * u64::from(0x7f - high);
    at_least & !beyond & !eight & HIGH
}

/// The high bits of eight bytes side by side: the product moves bit 8n+7 to bit 56+n.
#[inline(always)]
fn gather(high: u64) -> u64 {
    (high >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56
}
