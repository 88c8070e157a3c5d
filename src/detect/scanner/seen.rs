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
        let place = hash(
            kinds(eight_before(text, start), laid),
            kinds(eight_before(text, start.saturating_sub(8)), laid),
        );
        let count = &mut self.counts[place as usize % PLACES];
        if *count < FIRST {
            *count += 1;
            return true;
        }
        // The last digit but one: the last is the check digit.
        let number = text.get(start..start + 11).unwrap_or_default();
        hash(eight_before(number, 8), eight_before(number, 11)).is_multiple_of(ONE_OF)
    }
}

/// The eight bytes before a place, or zeros.
fn eight_before(text: &[u8], end: usize) -> u64 {
    text.get(..end).and_then(<[u8]>::last_chunk).map_or(0, |eight| u64::from_le_bytes(*eight))
}

/// What of eight bytes is the place's: not the digits, and of rows, whose cells differ, no letters.
fn kinds(eight: u64, laid: Laid) -> u64 {
    let digits = spread(within(eight, b'0', b'9'));
    let letters = if laid == Laid::Rows { spread(within(eight | (ONES * 0x20), b'a', b'z')) } else { 0 };
    eight & !digits & !letters
}

/// The upper bits of two products with odd numbers (the golden ratio's, and a prime).
fn hash(first: u64, second: u64) -> u64 {
    (first.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ second.wrapping_mul(0xff51_afd7_ed55_8ccd).rotate_left(32))
        .wrapping_mul(0x9e37_79b9_7f4a_7c15)
        >> 40
}
