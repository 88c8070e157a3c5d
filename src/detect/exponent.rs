//! Numbers in scientific notation, as programs print doubles: `4.111111111111111E15` is all of a number; what has
//! fewer digits before the exponent than the number would have lost the others.

use std::ops::Range;

use super::{
    detector::Digits,
    numbers::{LENGTHS, Number, Writing},
};

/// A number that was written with an exponent.
pub(super) struct Exponent {
    /// Its bytes, the exponent included.
    pub(super) span: Range<usize>,
    /// The digits that are there.
    pub(super) digits: Digits,
    /// How many the number has.
    pub(super) length: usize,
}

/// A double has 15 to 17 digits; zeros at the end are not printed.
const TRAILING_ZEROS: usize = 2;

/// Calls `found` for each number in scientific notation that is as long as a card number.
pub(super) fn exponents(value: &[u8], mut found: impl FnMut(Exponent)) {
    for point in memchr::memchr_iter(b'.', value) {
        if let Some(exponent) = around(value, point) {
            found(exponent);
        }
    }
}

/// The same, where no digit is lost.
pub(super) fn whole(exponent: &Exponent) -> Option<Number> {
    let missing = exponent.length - exponent.digits.expose().len();
    // Beyond 16 digits a double rounds: zeros there are no zeros.
    let is_whole = missing == 0 || missing <= TRAILING_ZEROS && exponent.length <= 16;
    let text = [exponent.digits.expose(), &b"00"[..missing.min(TRAILING_ZEROS)]].concat();
    let digits = Digits::of(&zeroize::Zeroizing::new(text))?;
    is_whole.then(|| Number { span: exponent.span.clone(), digits, writing: Writing::Exponent })
}

fn around(value: &[u8], point: usize) -> Option<Exponent> {
    let first = point.checked_sub(1).filter(|&at| value[at].is_ascii_digit())?;
    let count = |from: usize| {
        value[from..].iter().take(Digits::MOST + 1).take_while(|byte| byte.is_ascii_digit()).count()
    };
    let fraction = count(point + 1);
    let sign = point + 1 + fraction;
    if fraction == 0 || !matches!(value.get(sign), Some(b'e' | b'E')) {
        return None;
    }
    let start = sign + 1 + usize::from(value.get(sign + 1) == Some(&b'+'));
    let end = start + count(start);
    let exponent: usize = std::str::from_utf8(&value[start..end]).ok()?.parse().ok()?;
    let length = exponent + 1;
    let is_number = LENGTHS.contains(&length) && fraction < length;
    let is_free = !first
        .checked_sub(1)
        .is_some_and(|at| value[at].is_ascii_alphanumeric() || matches!(value[at], b'.' | b'-'));
    let digits = Digits::of(&value[first..sign])?;
    (is_number && is_free).then_some(Exponent { span: first..end, digits, length })
}

#[cfg(test)]
mod tests {
    use super::{exponents, whole};

    fn check(value: &str, expected: &str) {
        let mut seen = Vec::new();
        exponents(value.as_bytes(), |exponent| {
            let digits =
                whole(&exponent).map(|number| String::from_utf8_lossy(number.digits.expose()).into_owned());
            seen.push(
                digits
                    .unwrap_or_else(|| format!("{} of {}", exponent.digits.expose().len(), exponent.length)),
            );
        });
        assert_eq!(seen.join(" "), expected, "{value}");
    }

    #[test]
    fn doubles() {
        check("4.111111111111111E15", "4111111111111111");
        check("card=4.222222222222e+12", "4222222222222");
        check("4.11111111111112e15", "4111111111111120");
        check("4.11111E+15", "6 of 16");
        check("6.205500000000001e18", "16 of 19");
    }

    #[test]
    fn other_numbers() {
        check("4.111111111111111E-15", "");
        check("4.111111111111111", "");
        check("14.111111111111111E15", "");
        check("4.1E2", "");
        check("x4.111111111111111E15", "");
    }
}
