//! Which numbers tell what their field holds. A field is judged by its share of card numbers, so of the numbers that
//! could be a card's by their first digits and length some are decoded whether or not their check digit is right:
//! the first of each kind of place, then one in so many, chosen by the number itself.
//!
//! It must not know fields: the bytes before a number stand for its place.

use super::lanes::{ONES, spread, within};
use crate::decode::Laid;

/// So many numbers of a place are all decoded.
const FIRST: u8 = 64;
/// After them, one of so many.
const ONE_OF: u64 = 32;
/// Places that are counted; those that share a count are decoded less often at first.
const PLACES: usize = 1 << 12;

/// How many numbers of each place were chosen.
pub(super) struct Seen {
    counts: Box<[u8; PLACES]>,
}

impl Default for Seen {
    fn default() -> Self {
        Seen { counts: Box::new([0; PLACES]) }
    }
}

impl Seen {
    /// Whether the number that begins at `start` is one of those by which its field is judged. It does not depend
    /// on its check digit.
    pub(super) fn chooses(&mut self, text: &[u8], start: usize, laid: Laid) -> bool {
        let count = &mut self.counts[place(text, start, laid)];
        let is_first = *count < FIRST;
        *count += u8::from(is_first);
        is_first || is_drawn(text, start)
    }

    /// The same before it is counted.
    #[inline(always)]
    pub(super) fn would_choose(&self, text: &[u8], start: usize, laid: Laid) -> bool {
        (self.counts[place(text, start, laid)] < FIRST) | is_drawn(text, start)
    }
}

/// What stands before a number stands for its place.
#[inline(always)]
fn place(text: &[u8], start: usize, laid: Laid) -> usize {
    let before: Option<&[u8; 16]> = text.get(..start).and_then(<[u8]>::last_chunk);
    let Some(before) = before else { return 0 };
    let [far, near] = before.as_chunks::<8>().0 else { return 0 };
    let [far, near] = [far, near].map(|eight| kinds(u64::from_le_bytes(*eight), laid));
    hash(near, far) as usize % PLACES
}

/// One in so many, by the digits before the last: the last is the check digit.
#[inline(always)]
fn is_drawn(text: &[u8], start: usize) -> bool {
    let digits: Option<&[u8; 11]> = text.get(start..).and_then(<[u8]>::first_chunk);
    let Some([_, _, _, rest @ ..]) = digits else { return false };
    hash(u64::from_le_bytes(*rest), 0).is_multiple_of(ONE_OF)
}

/// What of eight bytes is the place's: not the digits, and of rows, whose cells differ, no letters.
#[inline(always)]
fn kinds(eight: u64, laid: Laid) -> u64 {
    let digits = spread(within(eight, b'0', b'9'));
    let letters = if laid == Laid::Rows { spread(within(eight | (ONES * 0x20), b'a', b'z')) } else { 0 };
    eight & !digits & !letters
}

/// The upper bits of two products with odd numbers (the golden ratio's, and a prime).
#[inline(always)]
fn hash(first: u64, second: u64) -> u64 {
    (first.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ second.wrapping_mul(0xff51_afd7_ed55_8ccd).rotate_left(32))
        .wrapping_mul(0x9e37_79b9_7f4a_7c15)
        >> 40
}
