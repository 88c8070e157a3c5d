//! Runs of digits: a number with a card's first digits, length and check digit; longer runs that have one in them at a
//! place that they tell.

use std::ops::Range;

use super::{SHORTEST, Worth, ahead, behind, digits_of, run_of};
use crate::detect::{detector::Digits, iin, luhn};

/// A run of twelve digits or more at a glance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Glance {
    /// How many digits they are.
    pub(super) length: usize,
    /// Whether they may be more than an id.
    pub(super) is_hopeful: bool,
    /// Whether more than the check digit says what they are: what stands beside them, their length, a brand whose numbers
    /// may lack it.
    pub(super) is_special: bool,
}

/// A glance at a run that begins here, without a branch for most.
#[inline(always)]
pub(super) fn glance(text: &[u8], start: usize, first_digits: &iin::FirstDigits) -> Glance {
    const REACH: usize = 1 + Digits::MOST + 1;
    let near: Option<&[u8; REACH]> = text.get(start.wrapping_sub(1)..).and_then(<[u8]>::first_chunk);
    let more = near.map_or(8, |near| digits_of(*near[1 + SHORTEST..].first_chunk().expect("eight bytes")));
    // Zeros may fill a number up to nineteen digits, and longer runs may have one in them.
    let (Some(near), ..=6) = (near, more) else {
        return Glance { length: long_run(text, start), is_hopeful: true, is_special: true };
    };
    let length = SHORTEST + more;
    let beside = BESIDE[usize::from(near[0])] | BESIDE[usize::from(near[(1 + length) % REACH])];
    let [_, a, b, c, ..] = *near;
    let (fits, may_lack_check) = first_digits.fit([a, b, c], length);
    Glance {
        length,
        is_hopeful: fits | (beside & TELLING != 0),
        is_special: may_lack_check | (beside != PLAIN),
    }
}

#[inline(never)]
fn long_run(text: &[u8], start: usize) -> usize {
    SHORTEST + run_of(text, start + SHORTEST)
}

/// What a byte beside a run of digits is: nothing, a letter, or what may mean more (escapes, points, the letters of hex
/// and exponents).
const PLAIN: u8 = 0;
const LETTER: u8 = 1;
const TELLING: u8 = 2;

static BESIDE: [u8; 256] = {
    let mut beside = [PLAIN; 256];
    let mut byte = 0;
    while byte < 256 {
        beside[byte] = match byte as u8 {
            b'.' | b'%' | b'a' | b'A' | b'd' | b'D' | b'e' | b'E' => TELLING,
            byte if byte.is_ascii_alphabetic() => LETTER,
            _ => PLAIN,
        };
        byte += 1;
    }
    beside
};

/// A run of twelve digits or more, which begins at `start`; `end` is behind it.
#[inline(always)]
pub(super) fn run(text: &[u8], start: usize, end: usize) -> Worth {
    let before = text[..start].last().map_or(PLAIN, |&byte| BESIDE[usize::from(byte)]);
    let behind = text.get(end).map_or(PLAIN, |&byte| BESIDE[usize::from(byte)]);
    match end - start {
        _ if before == TELLING || behind == TELLING => beside(text, start..end),
        // An id goes on there.
        ..=Digits::MOST if behind == LETTER => Worth::Nothing,
        ..=Digits::MOST if before == LETTER => glued(number(text, start, &text[start..end])),
        ..=Digits::MOST => number(text, start, &text[start..end]),
        _ if has_inner(&text[start..end]) => Worth::Picked,
        _ => Worth::Nothing,
    }
}

/// What a number is worth that is glued to a word or an escape: no field is judged by it.
fn glued(worth: Worth) -> Worth {
    match worth {
        Worth::Card => Worth::Picked,
        Worth::Other => Worth::Nothing,
        worth => worth,
    }
}

/// A run beside something that may mean more than a number by itself.
#[inline(never)]
fn beside(text: &[u8], run: Range<usize>) -> Worth {
    let digits = &text[run.clone()];
    match digits.len() {
        // `4.111111111111111E15`
        _ if matches!(text[run.end..], [b'e' | b'E', b'+' | b'1', ..]) => Worth::Decoding,
        // A printed fraction: `0.4532015112830366`.
        _ if matches!(text[..run.start], [.., whole, b'.'] if whole.is_ascii_digit()) => Worth::Nothing,
        _ if is_in_binary(text, &run) => Worth::Picked,
        // Behind an escape: `%224111…`.
        _ if text[..run.start].ends_with(b"%") && is_number(&digits[2..]) => Worth::Picked,
        ..=Digits::MOST if text.get(run.end).is_some_and(u8::is_ascii_alphabetic) => Worth::Nothing,
        ..=Digits::MOST if text[..run.start].last().is_some_and(u8::is_ascii_alphabetic) => {
            glued(number(text, run.start, digits))
        }
        ..=Digits::MOST => number(text, run.start, digits),
        _ if has_inner(digits) => Worth::Picked,
        _ => Worth::Nothing,
    }
}

/// A number among binary data in hex, two digits a byte: behind its tag and length (EMV, `5A08…`), or before the
/// separator of a track (`…D2904`).
fn is_in_binary(text: &[u8], run: &Range<usize>) -> bool {
    let digits = &text[run.clone()];
    let tagged =
        matches!(text[..run.start], [.., b'5', b'a' | b'A']) && matches!(digits, [b'0', b'6'..=b'9', ..]);
    let number = &digits[2..];
    let before_expiry = matches!(text[run.end..], [b'D' | b'd', b'0'..=b'9', b'0'..=b'9', ..]);
    tagged && (13..=number.len().min(Digits::MOST)).any(|length| is_number(&number[..length]))
        || before_expiry
            && (13..=digits.len().min(Digits::MOST)).any(|length| is_number(&digits[digits.len() - length..]))
}

pub(super) fn is_number(digits: &[u8]) -> bool {
    iin::fits(digits).0 && luhn::passes(digits)
}

/// Where the next line begins, if this one ends with digits that it goes on with: the second line's record has the
/// number.
pub(super) fn wrapped(text: &[u8], at: usize) -> Option<usize> {
    let rest = ahead(text, at, 160);
    let (line, next) = (rest.trim_ascii_end(), at + rest.len() + 1);
    let ends = line.last().is_some_and(|last| last.is_ascii_digit() || b"-=\\|".contains(last));
    let margin = text.get(next..)?.iter().take_while(|byte| b" \t>|".contains(byte)).count();
    let goes_on = text.get(next + margin).is_some_and(u8::is_ascii_hexdigit);
    (text.get(next - 1) == Some(&b'\n') && ends && goes_on).then_some(next)
}

/// Without the zeros that fill a number up to 19 digits.
fn unpadded(digits: &[u8]) -> &[u8] {
    let zeros = digits.iter().take_while(|&&digit| digit == b'0').count();
    if (3..=6).contains(&zeros) { &digits[zeros..] } else { digits }
}

#[inline(always)]
fn number(text: &[u8], start: usize, digits: &[u8]) -> Worth {
    let digits = if digits.len() == Digits::MOST { unpadded(digits) } else { digits };
    match iin::fits(digits) {
        (false, false) => Worth::Nothing,
        _ if luhn::passes(digits) => Worth::Card,
        (_, true) if is_named(text, start) => Worth::Card,
        _ => Worth::Other,
    }
}

/// A brand's numbers that lack the check digit count under a card's name only.
fn is_named(text: &[u8], start: usize) -> bool {
    let near = behind(text, start, 40);
    near.windows(3).any(|three| {
        let three = [three[0] | 0x20, three[1] | 0x20, three[2] | 0x20];
        matches!(&three, b"pan" | b"car" | b"num" | [b'c', b'c', _])
    })
}

/// Whether a word stands in these bytes, in either case.
pub(super) fn holds(bytes: &[u8], word: &[u8]) -> bool {
    bytes.windows(word.len()).any(|window| window.eq_ignore_ascii_case(word))
}

/// A long run is digits spelt as hex of ASCII, or fields with their lengths before them (ISO 8583).
fn has_inner(digits: &[u8]) -> bool {
    let is_spelt =
        digits.len() <= 2 * Digits::MOST + 2 && digits.iter().step_by(2).all(|&digit| digit == b'3');
    let counted = digits.windows(2).enumerate().any(|(at, length)| {
        let length = usize::from(length[0] - b'0') * 10 + usize::from(length[1] - b'0');
        (13..=Digits::MOST).contains(&length) && digits.get(at + 2..at + 2 + length).is_some_and(is_number)
    });
    is_spelt || counted
}
