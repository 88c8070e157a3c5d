//! Where numbers as long as a card's stand in a value: maximal digit runs, bare or grouped by one separator as
//! cards are written. A run of more than 19 digits never matches inside.
//!
//! It must not know brands or check digits.

use std::ops::Range;

use zeroize::Zeroizing;

use super::{
    breaks::over_breaks,
    detector::Digits,
    exponent::{exponents, whole},
};

/// A number of 12 to 19 digits in a value.
pub(super) struct Number {
    /// Its bytes in the value, separators included.
    pub(super) span: Range<usize>,
    /// Its digits alone.
    pub(super) digits: Digits,
    /// How it is written.
    pub(super) writing: Writing,
}

/// How the digits of a number stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Writing {
    /// In one run.
    Bare,
    /// In one run, as one group of a longer dashed or dotted chain of numbers: more likely a part of an id.
    Part,
    /// In groups as on a card, by blanks or hyphens.
    Grouped,
    /// In groups as on a card, by something that cards are rarely written with: `4111.1111.1111.1111`.
    OddlyGrouped,
    /// Wide apart, as columns of a table are too: `4111  1111  1111  1111`, `4 1 1 1 …`.
    Spread,
    /// Each digit as the hex of its ASCII code: `34313131…`, `34 31 31 31 …`.
    Hex,
    /// Over a line break.
    Broken,
    /// In scientific notation, with all its digits.
    Exponent,
}

/// How long the groups of a card number are. 4-4-4-4 comes before the longer ones: three digits behind it are a
/// verification code more often than the end of a 19-digit number.
pub(super) const LAYOUTS: &[&[usize]] = &[
    &[4, 4, 4, 4],
    &[4, 6, 5],
    &[4, 6, 4],
    &[4, 4, 4, 4, 3],
    &[4, 4, 4, 4, 2],
    &[4, 4, 4, 4, 1],
    &[4, 4, 4, 3],
    &[4, 4, 4, 2],
    &[4, 4, 4, 1],
    &[4, 5, 6],
    &[4, 3, 3, 3],
    &[6, 13],
    &[6, 10],
    &[8, 8],
];
/// The first of them are sure enough to be found inside a longer chain; the others are the whole chain.
const SURE_LAYOUTS: usize = 4;
/// No layout has more groups.
const MOST_GROUPS: usize = 5;
/// Chains of more groups are read in part: they are tables or dumps.
const LONGEST_CHAIN: usize = 256;
/// Card numbers have so many digits.
pub(super) const LENGTHS: std::ops::RangeInclusive<usize> = 12..=Digits::MOST;

/// Calls `found` for each number, in order. A chain of groups may give several readings of the same digits: the
/// longer one first; `found` says whether it took it, and later readings of taken digits are not offered.
pub(super) fn numbers(value: &[u8], mut found: impl FnMut(Number) -> Taken) {
    let mut groups: Vec<Range<usize>> = Vec::new();
    let mut at = 0;
    while let Some(start) = value[at..].iter().position(u8::is_ascii_digit).map(|offset| at + offset) {
        let separator = chain(value, start, &mut groups);
        offer(value, &groups, separator, &mut found);
        at = groups.last().map_or(value.len(), |last| match is_wide(separator) && groups.len() > 1 {
            // `17  4111 1111 …`: what ends a wide chain may begin a number that is written closer.
            true if last.len() < *LENGTHS.start() && goes_on(&value[last.end..], separator) => last.start,
            _ => last.end,
        });
    }
    over_breaks(value, |number| _ = found(number));
    exponents(value, |exponent| _ = whole(&exponent).map(&mut found));
}

/// Two blanks, or a dash between blanks: columns are as far apart.
fn is_wide(separator: &[u8]) -> bool {
    matches!(separator, b"  " | b" - ")
}

/// Whether digits follow behind another separator.
fn goes_on(rest: &[u8], separator: &[u8]) -> bool {
    let next = separator_at(rest);
    !next.is_empty() && next != separator && rest.get(next.len()).is_some_and(u8::is_ascii_digit)
}

/// Whether a reading was taken for what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Taken {
    Yes,
    No,
}

/// Reads the groups of digits from `start` that follow each other by one and the same separator.
fn chain<'a>(value: &'a [u8], start: usize, groups: &mut Vec<Range<usize>>) -> &'a [u8] {
    groups.clear();
    let mut separator: &[u8] = b"";
    let mut at = start;
    loop {
        let end = at + value[at..].iter().take_while(|b| b.is_ascii_digit()).count();
        groups.push(at..end);
        let next = separator_at(&value[end..]);
        let follows = !next.is_empty() && (groups.len() == 1 || next == separator);
        let digit = value.get(end + next.len()).is_some_and(u8::is_ascii_digit);
        if !follows || !digit || groups.len() == LONGEST_CHAIN {
            return separator;
        }
        separator = next;
        at = end + next.len();
    }
}

/// The separator that a value goes on with: ASCII, blanks and dashes of all widths, the middle dot, and what has no
/// width.
fn separator_at(rest: &[u8]) -> &[u8] {
    match rest {
        [b' ', b'-', b' ', ..] => &rest[..3],
        [b' ', b' ', ..] => &rest[..2],
        [b' ' | b'-' | b'.' | b'_' | b'/' | b'+' | b'\t', ..] => &rest[..1],
        [0xc2, 0xa0 | 0xad | 0xb7, ..] => &rest[..2],
        [0xe2, 0x80, 0x82..=0x8d | 0x90..=0x95 | 0xaf, ..] => &rest[..3],
        [0xe2, 0x88, 0x92, ..] | [0xe3, 0x80, 0x80, ..] => &rest[..3],
        [0xe2, 0x81, 0xa0, ..] | [0xef, 0xbb, 0xbf, ..] => &rest[..3],
        _ => &[],
    }
}

fn offer(value: &[u8], groups: &[Range<usize>], separator: &[u8], found: &mut impl FnMut(Number) -> Taken) {
    if let Some(number) = digit_by_digit(value, groups)
        && found(number) == Taken::Yes
    {
        return;
    }
    let blank = matches!(separator, b" " | b"\t") || separator.len() > 1;
    let grouped = match separator {
        _ if is_wide(separator) => Writing::Spread,
        _ if blank || separator == b"-" => Writing::Grouped,
        _ => Writing::OddlyGrouped,
    };
    let mut first = 0;
    while first < groups.len() {
        let rest = &groups[first..];
        // Inside a longer chain only blanks separate numbers: `4111 1111 1111 1111 12 25`, but not a dashed id.
        // Most numbers are one group, which no layout is.
        let layouts = if groups.len() == 1 { &[] } else { LAYOUTS };
        let layouts = layouts.iter().enumerate().filter(|(place, layout)| {
            let inside = blank && *place < SURE_LAYOUTS && !crowded(value, groups, first, layout.len());
            first == 0 && layout.len() == groups.len() || inside
        });
        let mut readings = layouts.map(|(_, layout)| layout).filter(|layout| fits(layout, rest));
        let taken = readings.find(|layout| {
            let last = &rest[layout.len() - 1];
            number(value, rest[0].start..last.end, grouped).is_some_and(|n| found(n) == Taken::Yes)
        });
        if taken.is_none() && LENGTHS.contains(&rest[0].len()) {
            let is_whole = groups.len() == 1 || blank || is_float(value, groups, separator);
            let writing = if is_whole { Writing::Bare } else { Writing::Part };
            number(value, rest[0].clone(), writing).map(&mut *found);
        }
        first += taken.map_or(1, |layout| layout.len());
    }
}

/// What spreadsheets make of a column of numbers with gaps: `4111111111111111.0`.
fn is_float(value: &[u8], groups: &[Range<usize>], separator: &[u8]) -> bool {
    groups.len() == 2 && separator == b"." && value[groups[1].clone()] == *b"0"
}

/// A chain of which each group is one digit, or the hex of one.
fn digit_by_digit(value: &[u8], groups: &[Range<usize>]) -> Option<Number> {
    let span = groups.first()?.start..groups.last()?.end;
    let each = |length: usize| groups.iter().all(|group| group.len() == length);
    let longest = LENGTHS.end() * 2;
    if groups.len() > 12 && each(1) {
        return number(value, span, Writing::Spread);
    }
    if groups.len() > 12 && each(2) || groups.len() == 1 && (26..=longest).contains(&span.len()) {
        let mut pairs = groups.iter().flat_map(|group| value[group.clone()].chunks(2));
        if !pairs.clone().all(|pair| pair.len() == 2 && pair[0] == b'3') {
            return None;
        }
        let digits: Zeroizing<Vec<u8>> = Zeroizing::new(pairs.by_ref().map(|pair| pair[1]).collect());
        return Digits::of(&digits).map(|digits| Number { span, digits, writing: Writing::Hex });
    }
    None
}

/// Whether a group of four stands beside these groups, as in a dump or a table, and is no year.
fn crowded(value: &[u8], groups: &[Range<usize>], first: usize, count: usize) -> bool {
    let beside = [first.checked_sub(1), Some(first + count)].into_iter().flatten();
    let mut beside = beside.filter_map(|place| groups.get(place)).map(|group| &value[group.clone()]);
    // Only one more group can be a year: six groups of four are a table, whatever they begin with.
    let may_be_year = groups.len() == count + 1;
    beside.any(|group| group.len() == 4 && !(may_be_year && group.starts_with(b"20")))
}

fn fits(layout: &[usize], groups: &[Range<usize>]) -> bool {
    debug_assert!(layout.len() <= MOST_GROUPS);
    layout.len() <= groups.len() && layout.iter().zip(groups).all(|(&length, group)| length == group.len())
}

fn number(value: &[u8], span: Range<usize>, writing: Writing) -> Option<Number> {
    let digits = Digits::of(&value[span.clone()])?;
    LENGTHS.contains(&digits.expose().len()).then_some(Number { span, digits, writing })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(value: &str, expected: &[&str]) {
        let mut seen = Vec::new();
        numbers(value.as_bytes(), |number| {
            seen.push(format!("{:?} {}", number.writing, &value[number.span]));
            Taken::Yes
        });
        assert_eq!(seen, expected, "{value}");
    }

    #[test]
    fn bare_runs() {
        check("a 4111111111111111.", &["Bare 4111111111111111"]);
        check("41111111111", &[]);
        check("41111111111111111111", &[]);
        check("7 4111111111111111 12", &["Bare 4111111111111111"]);
        check("7-4111111111111111", &["Part 4111111111111111"]);
    }

    #[test]
    fn groups_as_on_a_card() {
        check("4111 1111 1111 1111 12 25", &["Grouped 4111 1111 1111 1111"]);
        check("3782-822463-10005", &["Grouped 3782-822463-10005"]);
        check("4111.1111.1111.1111", &["OddlyGrouped 4111.1111.1111.1111"]);
        check("4111\u{a0}1111\u{a0}1111\u{a0}1111", &["Grouped 4111\u{a0}1111\u{a0}1111\u{a0}1111"]);
    }

    #[test]
    fn wide_and_hidden_separators() {
        check("4111  1111  1111  1111", &["Spread 4111  1111  1111  1111"]);
        check("4111 - 1111 - 1111 - 1111", &["Spread 4111 - 1111 - 1111 - 1111"]);
        check("17  4111 1111 1111 1111", &["Grouped 4111 1111 1111 1111"]);
        check("4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1", &["Spread 4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1"]);
        check(
            "4111\u{200b}1111\u{200b}1111\u{200b}1111",
            &["Grouped 4111\u{200b}1111\u{200b}1111\u{200b}1111"],
        );
    }

    #[test]
    fn hex_of_digits() {
        check("34313131313131313131313131313131", &["Hex 34313131313131313131313131313131"]);
        check("34 31 31 31 31 31 31 31 31 31 31 31 31", &["Hex 34 31 31 31 31 31 31 31 31 31 31 31 31"]);
        check("34413131313131313131313131313131", &[]);
    }

    #[test]
    fn other_groups_are_ids() {
        check("2041 4111 1111 1111 1111 2041", &[]);
        check("4111-1111-1111-1111-1111", &[]);
        check("1.4111.1111.1111.1111", &[]);
        check("4111 1111 1111 1111 1111 1111", &[]);
        check("411 111 111 111 111 1", &[]);
        check("4111-1111 1111-1111", &[]);
    }
}
