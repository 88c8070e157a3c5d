//! The check digit of card numbers (ISO/IEC 7812-1, annex B; the "Luhn formula").

/// Whether the last of these ASCII digits is the check digit of the others.
#[inline]
pub(super) fn passes(digits: &[u8]) -> bool {
    let sum = match digits.as_rchunks::<8>() {
        ([], [first, second]) => {
            summed(weighed(u64::from_le_bytes(*first)) + weighed(u64::from_le_bytes(*second)))
        }
        (rest, eights) => {
            // Eight at a time from the right; before the first digit stand zeros.
            let mut first = [0; 8];
            first.iter_mut().rev().zip(rest.iter().rev()).for_each(|(to, digit)| *to = *digit);
            summed(weighed(u64::from_le_bytes(first)))
                + eights.iter().map(|eight| summed(weighed(u64::from_le_bytes(*eight)))).sum::<u64>()
        }
    };
    sum.is_multiple_of(10)
}

/// One in each of four numbers of sixteen bits.
const FOUR: u64 = 0x0001_0001_0001_0001;

/// What eight ASCII digits or zeros, the first lowest, count for, in four numbers side by side: the first, third, fifth and seventh doubled, their digits
/// summed.
#[inline(always)]
fn weighed(digits: u64) -> u64 {
    let (doubled, single) = (digits & (FOUR * 15), digits >> 8 & (FOUR * 15));
    // From five on, twice a digit has two digits, and their sum is nine less.
    let carried = (doubled + FOUR * 11) >> 4 & FOUR;
    2 * doubled - 9 * carried + single
}

/// The sum of four numbers side by side.
#[inline(always)]
fn summed(four: u64) -> u64 {
    four.wrapping_mul(FOUR) >> 48
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn agrees_with_the_crate(digits in "[0-9]{2,40}") {
            prop_assert_eq!(super::passes(digits.as_bytes()), luhn::valid(&digits));
        }
    }

    #[test]
    fn known_numbers() {
        assert!(super::passes(b"4111111111111111"));
        assert!(super::passes(b"378282246310005"));
        assert!(!super::passes(b"4111111111111112"));
    }
}
