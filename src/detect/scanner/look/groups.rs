//! Groups of digits: a number that is written apart, digit by digit, or by the codes of its digits.

use std::ops::Range;

use super::number::is_number;
use super::{Worth, ahead, behind};
use crate::detect::{detector::Digits, iin, luhn, numbers::LAYOUTS};

/// A group of digits: where, and how many.
type Group = (usize, usize);

/// Groups of digits of which the second or third has its fourth digit at `at`, or ends there; and where the first
/// begins.
pub(super) fn groups(text: &[u8], at: usize) -> (Worth, usize) {
    let is_inside = text.get(at).is_some_and(u8::is_ascii_digit);
    let second = group_before(text, at + usize::from(is_inside));
    let mut first = group_before(text, second.start);
    if second.len() == 3 && first.len() == 3 {
        first = group_before(text, first.start);
    }
    (groups_from(text, first.start), first.start)
}

/// The group of digits before a place, with nothing of digits between.
fn group_before(text: &[u8], at: usize) -> Range<usize> {
    let end = text[..at].iter().rposition(u8::is_ascii_digit).map_or(0, |last| last + 1);
    let start = text[..end].iter().rposition(|byte| !byte.is_ascii_digit()).map_or(0, |last| last + 1);
    start..end
}

/// Groups of digits that begin near `at`, with separators of one length.
fn groups_from(text: &[u8], at: usize) -> Worth {
    const REACH: usize = 48;
    if !is_chain(text, at) {
        return Worth::Nothing;
    }
    if is_over_line_end(text, at) {
        return Worth::Decoding;
    }
    if hides_middle(text, at) {
        return Worth::Decoding;
    }
    let from = at - behind(text, at, REACH).len();
    let near = &text[from..at + ahead(text, at, 2 * REACH).len()];
    // Two separators, and what may stand between them.
    if is_escaped(&text[at + 4..text.len().min(at + 20)]) {
        return Worth::Decoding;
    }
    let (mut groups, mut count) = ([(0, 0); MOST_GROUPS], 0);
    for (place, group) in groups.iter_mut().zip(groups_of(near)) {
        *place = group;
        count += 1;
    }
    let groups = &groups[..count];
    let worths = (0..count).map(|first| match is_account(near, groups[first]) {
        true => Worth::Picked,
        false => number_of_groups(near, &groups[first..]),
    });
    worths.max().unwrap_or(Worth::Nothing)
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

/// Whether the group that begins here ends its line, and the next line begins with digits that are no date's.
fn is_over_line_end(text: &[u8], at: usize) -> bool {
    let group = &text[at..];
    let rest = group.iter().position(|byte| !byte.is_ascii_digit());
    let next = rest.and_then(|end| group[end..].strip_prefix(b"\n"));
    let head =
        next.and_then(|next| next.iter().position(|byte| !byte.is_ascii_digit()).map(|end| &next[end..]));
    head.is_some_and(|head| !matches!(head, [b'-' | b'/' | b':' | b'.' | b'T', ..]))
}

/// `411111...1111`
fn hides_middle(text: &[u8], at: usize) -> bool {
    let middle = text.get(at + 6..at + 9).unwrap_or_default();
    !middle.is_empty() && middle.iter().all(|byte| b".*xX#".contains(byte))
}

/// Of so many groups those of a number can be told.
const MOST_GROUPS: usize = 32;

/// What the number is worth that the first of these groups make.
fn number_of_groups(near: &[u8], groups: &[Group]) -> Worth {
    let layouts = LAYOUTS.iter().filter(|layout| layout[0] == groups[0].1);
    layouts
        .filter_map(|layout| Some((*layout, groups.get(..layout.len())?)))
        .filter(|(layout, groups)| fits(layout, groups))
        .map(|(_, groups)| joined(near, groups))
        .max()
        .unwrap_or(Worth::Nothing)
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

fn joined(near: &[u8], groups: &[Group]) -> Worth {
    let (mut digits, mut count) = ([0; Digits::MOST], 0);
    for &(start, length) in groups {
        let Some(room) = digits.get_mut(count..count + length) else { return Worth::Nothing };
        room.copy_from_slice(&near[start..start + length]);
        count += length;
    }
    let digits = &digits[..count];
    match iin::fits(digits) {
        (false, false) => Worth::Nothing,
        (_, unchecked) if unchecked || luhn::passes(digits) => Worth::Card,
        _ => Worth::Other,
    }
}

/// `DE89 3704 …`: the first group of an account's number.
fn is_account(near: &[u8], group: Group) -> bool {
    group.1 == 2 && matches!(near[..group.0], [.., a, b] if a.is_ascii_uppercase() && b.is_ascii_uppercase())
}

/// Groups of one or two digits, evenly spaced: a number digit by digit, by the codes of its digits, or two digits a
/// byte. Says too before which place of the line nothing more is to be found: numbers that begin there end within reach.
pub(super) fn dense(text: &[u8], at: usize) -> (Worth, usize) {
    const REACH: usize = 64;
    const NEXT: usize = 48;
    let from = at - behind(text, at, REACH).len();
    let near = &text[from..at + ahead(text, at, 2 * REACH).len()];
    (chains(near), (from + near.len()).min(at + NEXT))
}

/// What the best chain of evenly spaced groups is worth.
fn chains(near: &[u8]) -> Worth {
    let (mut chain, mut count, mut before) = ([(0, 0); LONGEST_CHAIN], 0, (0, 0));
    for group in groups_of(near).chain([(usize::MAX, 0)]) {
        let goes_on = count < 2 || group.0.wrapping_sub(before.0) == chain[1].0 - chain[0].0;
        let has_room = count < LONGEST_CHAIN && goes_on && group.1 > 0;
        if has_room && (count == 0 || group.1 == chain[0].1) {
            chain[count] = group;
            count += 1;
        } else {
            // The last digit of an odd number, filled up: `00 5F`.
            if has_room && matches!(near[group.0..], [_, b'f' | b'F', ..]) {
                chain[count] = group;
                count += 1;
            }
            let worth = even_number(near, &chain[..count]);
            if worth != Worth::Nothing {
                return worth;
            }
            (chain[0], count) = (group, 1);
        }
        before = group;
    }
    Worth::Nothing
}

/// Groups of a chain that are looked at.
const LONGEST_CHAIN: usize = 64;

/// What the digits of a chain are worth: one each or codes of one each, or two each with a card's number among them.
fn even_number(near: &[u8], chain: &[Group]) -> Worth {
    let group = |&(start, length): &Group| &near[start..start + length];
    let is_code = |code: &[u8]| {
        matches!(
            code,
            [_] | [b'3', _]
                | [b'4', b'8' | b'9']
                | [b'5', b'0'..=b'7']
                | [b'0', b'6', _]
                | [b'0', b'0', b'3', _]
        )
    };
    if chain.len() >= 12 && chain.iter().all(|place| is_code(group(place))) {
        return Worth::Decoding;
    }
    let digits: Vec<u8> = chain.iter().flat_map(group).copied().collect();
    let has_number = |start: usize| {
        let longest = Digits::MOST.min(digits.len() - start);
        (13..=longest).any(|length| is_number(&digits[start..start + length]))
    };
    match chain.len() >= 7 && chain[0].1 == 2 && (0..digits.len()).step_by(2).any(has_number) {
        true => Worth::Picked,
        false => Worth::Nothing,
    }
}
