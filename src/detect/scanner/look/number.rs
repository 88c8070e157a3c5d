//! Numbers: a run of digits with a card's first digits, length and check digit; the same in groups; digits spelt out
//! by their codes; and longer runs that have a number in them at a place that they tell.

use std::ops::Range;

use super::{SHORTEST, Worth, ahead, behind, digits_of, run_of};
use crate::detect::{detector::Digits, iin, luhn, numbers::LAYOUTS};

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
    let Some(near) = near else { return long_glance(text, start) };
    let more = digits_of(*near[1 + SHORTEST..].first_chunk().expect("eight bytes"));
    let length = SHORTEST + more;
    if length >= Digits::MOST {
        return long_glance(text, start);
    }
    let beside = BESIDE[usize::from(near[0])] | BESIDE[usize::from(near[(1 + length) % REACH])];
    let [_, a, b, c, ..] = *near;
    let (fits, may_lack_check) = first_digits.fit([a, b, c], length);
    Glance {
        length,
        is_hopeful: fits | (beside & TELLING != 0),
        is_special: may_lack_check | (beside != PLAIN),
    }
}

/// Zeros may fill a number up to nineteen digits, and longer runs may have one in them.
#[inline(never)]
fn long_glance(text: &[u8], start: usize) -> Glance {
    Glance { length: SHORTEST + run_of(text, start + SHORTEST), is_hopeful: true, is_special: true }
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

fn is_number(digits: &[u8]) -> bool {
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
/// byte.
pub(super) fn dense(text: &[u8], at: usize) -> Worth {
    const REACH: usize = 64;
    let from = at - behind(text, at, REACH).len();
    let near = &text[from..at + ahead(text, at, 2 * REACH).len()];
    let (mut chain, mut count, mut before) = ([(0, 0); LONGEST_CHAIN], 0, (0, 0));
    for group in groups_of(near).chain([(usize::MAX, 0)]) {
        let goes_on = count < 2 || group.0.wrapping_sub(before.0) == chain[1].0 - chain[0].0;
        if count < LONGEST_CHAIN && goes_on && group.1 > 0 && (count == 0 || group.1 == chain[0].1) {
            chain[count] = group;
            count += 1;
        } else {
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
