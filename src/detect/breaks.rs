//! Numbers over a line break: the digits before it and those after it, with what breaks lines in between (`-`, `=`,
//! `\`) and what stands before lines (blanks, `>`).
//!
//! It must not know brands or check digits, nor whether the two belong together: that takes a name.

use std::ops::Range;

use super::{
    detector::Digits,
    luhn,
    numbers::{LENGTHS, Number, Writing},
};

/// Digits on a side: a single one is a page number or a footnote.
const SIDE: std::ops::RangeInclusive<usize> = 2..=17;

/// Calls `found` for each number over a line break.
pub(super) fn over_breaks(value: &[u8], mut found: impl FnMut(Number)) {
    for at in memchr::memchr_iter(b'\n', value) {
        if let Some(number) = around(value, at) {
            found(number);
        }
    }
}

fn around(value: &[u8], at: usize) -> Option<Number> {
    let before = before(&value[..at])?;
    let margin = value[at + 1..].iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'>' | b'|')).count();
    let start = at + 1 + margin;
    let after = start..start + run(value[start..].iter())?;
    let sides = [Digits::of(&value[before.clone()])?, Digits::of(&value[after.clone()])?];
    let is_part = |side: &Digits| {
        let digits = side.expose();
        SIDE.contains(&digits.len()) && !(LENGTHS.contains(&digits.len()) && luhn::passes(digits))
    };
    let span = before.start..after.end;
    let digits =
        Digits::of(&value[span.clone()]).filter(|digits| LENGTHS.contains(&digits.expose().len()))?;
    sides.iter().all(is_part).then_some(Number { span, digits, writing: Writing::Broken })
}

/// The digits that a line ends with, before what marks it as broken.
fn before(line: &[u8]) -> Option<Range<usize>> {
    let text = line.trim_ascii_end();
    let text =
        text.strip_suffix(b"=").or(text.strip_suffix(b"\\")).or(text.strip_suffix(b"-")).unwrap_or(text);
    let end = text.trim_ascii_end().len();
    Some(end - run(line[..end].iter().rev())?..end)
}

/// The length of the digits that come first, in groups or not.
fn run<'b>(bytes: impl Iterator<Item = &'b u8>) -> Option<usize> {
    let (mut length, mut end) = (0, 0);
    for byte in bytes.take(2 * LENGTHS.end()) {
        length += 1;
        match byte {
            b'0'..=b'9' => end = length,
            b' ' | b'-' if end + 1 == length && end > 0 => {}
            _ => break,
        }
    }
    (end > 0).then_some(end)
}

#[cfg(test)]
mod tests {
    use super::over_breaks;

    fn check(value: &str, expected: &[&str]) {
        let mut seen = Vec::new();
        over_breaks(value.as_bytes(), |number| {
            seen.push(String::from_utf8_lossy(number.digits.expose()).into_owned());
        });
        assert_eq!(seen, expected, "{value}");
    }

    #[test]
    fn numbers_go_on_in_the_next_line() {
        check("card 41111111\n11111111 was", &["4111111111111111"]);
        check("card 4111 1111\r\n  1111 1111", &["4111111111111111"]);
        check("> 4111 1111-\n> 1111 1111", &["4111111111111111"]);
        check("41111111=\n11111111", &["4111111111111111"]);
    }

    #[test]
    fn lines_of_numbers_are_lines() {
        check("4111111111111111\n5500005555555559", &[]);
        check("4111111111111111\n12", &[]);
        check("1234\n5678", &[]);
        check("4111111.\n111111111", &[]);
    }
}
