//! The check digit of card numbers (ISO/IEC 7812-1, annex B; the "Luhn formula").

/// What a digit counts for when it is doubled: 2·d, its digits summed.
const DOUBLED: [u8; 10] = [0, 2, 4, 6, 8, 1, 3, 5, 7, 9];

/// Whether the last of these ASCII digits is the check digit of the others.
pub(super) fn passes(digits: &[u8]) -> bool {
    let mut sum = 0u32;
    for pair in digits.rchunks(2) {
        let (doubled, single) = match pair {
            [doubled, single] => (DOUBLED[usize::from(doubled & 15) % 10], single & 15),
            [single] => (0, single & 15),
            _ => (0, 0),
        };
        sum += u32::from(doubled) + u32::from(single);
    }
    sum.is_multiple_of(10)
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
