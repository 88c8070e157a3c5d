//! Numbers: a run of digits with a card's first digits, length and check digit; the same in groups; digits spelt out
//! by their codes; and longer runs that have a number in them at a place that they tell.

use std::ops::Range;

use super::{Worth, ahead, behind};
use crate::detect::{detector::Digits, iin, luhn, numbers::LAYOUTS};

/// A run of twelve digits or more.
pub(super) fn run(text: &[u8], run: Range<usize>) -> Worth {
    let digits = &text[run.clone()];
    match digits.len() {
        // A printed fraction: `0.4532015112830366`.
        _ if matches!(text[..run.start], [.., whole, b'.'] if whole.is_ascii_digit()) => Worth::Nothing,
        ..=Digits::MOST => number(text, run.start, unpadded(digits)),
        _ if has_inner(digits) => Worth::Decoding,
        _ => Worth::Nothing,
    }
}

/// Without the zeros that fill a number up to 19 digits.
fn unpadded(digits: &[u8]) -> &[u8] {
    let zeros = digits.iter().take_while(|&&digit| digit == b'0').count();
    if digits.len() == Digits::MOST && (3..=6).contains(&zeros) { &digits[zeros..] } else { digits }
}

fn number(text: &[u8], start: usize, digits: &[u8]) -> Worth {
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
    ["pan", "card", "cc", "acc", "num"].iter().any(|name| holds(near, name.as_bytes()))
}

/// Whether a word stands in these bytes, in either case.
pub(super) fn holds(bytes: &[u8], word: &[u8]) -> bool {
    bytes.windows(word.len()).any(|window| window.eq_ignore_ascii_case(word))
}

/// A long run is digits spelt as hex of ASCII, or fields with their lengths before them (ISO 8583).
fn has_inner(digits: &[u8]) -> bool {
    let is_spelt =
        digits.len() <= 2 * Digits::MOST + 2 && digits.iter().step_by(2).all(|&digit| digit == b'3');
    let is_number = |digits: &[u8]| iin::fits(digits).0 && luhn::passes(digits);
    let counted = digits.windows(2).enumerate().any(|(at, length)| {
        let length = usize::from(length[0] - b'0') * 10 + usize::from(length[1] - b'0');
        (13..=Digits::MOST).contains(&length) && digits.get(at + 2..at + 2 + length).is_some_and(is_number)
    });
    is_spelt || counted
}

/// A group of digits: where, and how many.
type Group = (usize, usize);

/// Groups of digits that begin near `at`, with separators of one length.
pub(super) fn groups(text: &[u8], at: usize) -> Worth {
    const REACH: usize = 48;
    if !is_chain(text, at) {
        return Worth::Nothing;
    }
    if hides_middle(text, at) {
        return Worth::Decoding;
    }
    let from = at - behind(text, at, REACH).len();
    let near = &text[from..at + ahead(text, at, 2 * REACH).len()];
    if is_escaped(&text[at..text.len().min(at + 32)]) {
        return Worth::Decoding;
    }
    let (mut groups, mut count) = ([(0, 0); MOST_GROUPS], 0);
    for (place, group) in groups.iter_mut().zip(groups_of(near)) {
        *place = group;
        count += 1;
    }
    let groups = &groups[..count];
    match (0..count).any(|first| begins_card(near, &groups[first..]) || is_account(near, groups[first])) {
        true => Worth::Decoding,
        false => Worth::Nothing,
    }
}

/// Whether a group that begins here has a long one behind it, or one behind that or before it, as far apart: most have
/// not, and a few bytes tell.
fn is_chain(text: &[u8], at: usize) -> bool {
    const WIDEST: usize = 8;
    let digits = |from: usize| text[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let is_digit = |at: Option<usize>| at.and_then(|at| text.get(at)).is_some_and(u8::is_ascii_digit);
    let end = at + digits(at);
    let gap = text[end..].iter().take(WIDEST + 1).take_while(|byte| !byte.is_ascii_digit()).count();
    let second = end + gap;
    if gap > WIDEST || second >= text.len() {
        return false;
    }
    let length = digits(second);
    let before = at.checked_sub(gap + 1);
    length >= 8
        || hides_middle(text, at)
        || is_digit(before)
        || is_digit(Some(second + length + gap))
        || is_escaped(&text[end..second])
}

/// `411111...1111`
fn hides_middle(text: &[u8], at: usize) -> bool {
    let middle = text.get(at + 6..at + 9).unwrap_or_default();
    !middle.is_empty() && middle.iter().all(|byte| b".*xX#".contains(byte))
}

/// Of so many groups those of a number can be told.
const MOST_GROUPS: usize = 32;

/// Whether the first of these groups begin a card number.
fn begins_card(near: &[u8], groups: &[Group]) -> bool {
    let layouts = LAYOUTS.iter().filter(|layout| layout[0] == groups[0].1);
    layouts
        .filter_map(|layout| Some((*layout, groups.get(..layout.len())?)))
        .any(|(layout, groups)| fits(layout, groups) && is_card(near, groups))
}

/// What stands for a separator or a digit in percent-encoding, JSON, markup and mail.
fn is_escaped(near: &[u8]) -> bool {
    near.windows(3).any(|three| match three {
        [b'%', high, low] => high.is_ascii_hexdigit() && low.is_ascii_hexdigit(),
        [b'\\', b'u' | b'x' | b'n' | b't', _] | [b'&', b'#' | b'n', _] => true,
        [b'=', b'2', b'0' | b'D' | b'd'] | [b'=', b'C' | b'c' | b'A' | b'a', _] => true,
        _ => false,
    })
}

fn groups_of(near: &[u8]) -> impl Iterator<Item = Group> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + near[at..].iter().position(u8::is_ascii_digit)?;
        let length = near[start..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        at = start + length;
        Some((start, length))
    })
}

fn fits(layout: &[usize], groups: &[Group]) -> bool {
    let gap = |pair: &[Group]| pair[1].0 - pair[0].0 - pair[0].1;
    let mut gaps = groups.windows(2).map(gap);
    let first = gaps.next().unwrap_or(0);
    layout.iter().zip(groups).all(|(&length, group)| length == group.1)
        && first <= 8
        && gaps.all(|gap| gap == first)
}

fn is_card(near: &[u8], groups: &[Group]) -> bool {
    let (mut digits, mut count) = ([0; Digits::MOST], 0);
    for &(start, length) in groups {
        let Some(room) = digits.get_mut(count..count + length) else { return false };
        room.copy_from_slice(&near[start..start + length]);
        count += length;
    }
    let digits = &digits[..count];
    let (checked, unchecked) = iin::fits(digits);
    unchecked || checked && luhn::passes(digits)
}

/// `DE89 3704 …`: the first group of an account's number.
fn is_account(near: &[u8], group: Group) -> bool {
    group.1 == 2 && matches!(near[..group.0], [.., a, b] if a.is_ascii_uppercase() && b.is_ascii_uppercase())
}

/// Twelve groups and more, of one digit each or of codes of digits, evenly spaced.
pub(super) fn dense(text: &[u8], at: usize) -> Worth {
    const REACH: usize = 64;
    let from = at - behind(text, at, REACH).len();
    let near = &text[from..at + ahead(text, at, 2 * REACH).len()];
    let (mut chain, mut last): (usize, Option<(Group, usize)>) = (0, None);
    for group in groups_of(near) {
        let step = last.map(|((start, _), _)| group.0 - start);
        let goes_on = last.is_some_and(|(before, step)| step == 0 || group.0 - before.0 == step);
        let is_digit = is_one_digit(&near[group.0..group.0 + group.1]);
        chain = if is_digit && goes_on { chain + 1 } else { usize::from(is_digit) };
        if chain >= 12 {
            return Worth::Decoding;
        }
        last = Some((group, if goes_on && chain > 1 { step.unwrap_or(0) } else { 0 }));
    }
    Worth::Nothing
}

/// `4`, or its code in hex or decimal: `34`, `52`, `0034`.
fn is_one_digit(group: &[u8]) -> bool {
    match group {
        [_] | [b'3', _] | [b'4', b'8' | b'9'] | [b'5', b'0'..=b'7'] | [b'0', b'0', b'3', _] => true,
        _ => false,
    }
}
