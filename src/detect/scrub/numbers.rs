//! Card numbers in foreign text. Generous: whatever passes the check digit and could have been issued goes. Dates,
//! stamps, addresses of hosts and UUIDs stay readable where they stand as such.

use std::{borrow::Cow, ops::Range, sync::LazyLock};

use regex::Regex;

use super::{
    super::luhn,
    units::{self, Kind},
};

const REPLACEMENT: &str = "[card number]";
/// Shorter and longer numbers are no card's (ISO/IEC 7812; Maestro has twelve).
const LENGTHS: std::ops::RangeInclusive<usize> = 12..=19;
/// Glued to other digits, a number must be this long: shorter windows pass by chance too often.
const GLUED: std::ops::RangeInclusive<usize> = 14..=19;
/// More characters between two digits part two numbers.
const WIDEST_GAP: usize = 3;

/// UUIDs, whose last group may be twelve digits.
static UUID: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b")
        .expect("it is a constant")
});

/// Digits with only gaps between them.
#[derive(Default)]
struct Sequence {
    digits: Vec<u8>,
    groups: Vec<Group>,
    /// The gap after the last digit.
    gap: String,
}

/// Digits without anything between them.
struct Group {
    /// The gap before it.
    gap: String,
    /// Of the sequence.
    digits: Range<usize>,
    /// Of the text.
    bytes: Range<usize>,
}

/// Replaces what could be a card number.
pub(super) fn redact(text: &str) -> Cow<'_, str> {
    // Whatever way digits are written, an ASCII text with fewer of them holds no number.
    let few = text.is_ascii() && text.bytes().filter(u8::is_ascii_digit).count() < *LENGTHS.start();
    let spans = if few { Vec::new() } else { spans(text) };
    if spans.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    let mut from = 0;
    for span in spans {
        shown.push_str(&text[from..span.start]);
        shown.push_str(REPLACEMENT);
        from = span.end;
    }
    shown.push_str(&text[from..]);
    Cow::Owned(shown)
}

/// The byte ranges to replace, in order and apart.
fn spans(text: &str) -> Vec<Range<usize>> {
    let mut spans = Vec::new();
    let uuids = uuids(text);
    let mut sequence = Sequence::default();
    let mut at = 0;
    while at < text.len() {
        let unit = units::first(&text[at..]);
        let next = at + unit.length;
        match unit.kind {
            Kind::Digit(value) => sequence.push(value, at..next),
            Kind::Gap(gap) if sequence.gap.chars().count() < WIDEST_GAP => sequence.gap.push(gap),
            Kind::Gap(_) | Kind::Other => std::mem::take(&mut sequence).judge(&uuids, &mut spans),
        }
        at = next;
    }
    sequence.judge(&uuids, &mut spans);
    spans
}

impl Sequence {
    fn push(&mut self, value: u8, bytes: Range<usize>) {
        let at = self.digits.len();
        self.digits.push(value);
        match self.groups.last_mut() {
            Some(group) if self.gap.is_empty() => {
                group.digits.end = at + 1;
                group.bytes.end = bytes.end;
            }
            _ => self.groups.push(Group { gap: std::mem::take(&mut self.gap), digits: at..at + 1, bytes }),
        }
    }

    /// Adds the ranges of what could be card numbers.
    fn judge(self, uuids: &[Range<usize>], spans: &mut Vec<Range<usize>>) {
        if self.digits.len() < *LENGTHS.start() {
            return;
        }
        let mut from = 0;
        for at in 0..self.groups.len() {
            let atom = if at < from { 0 } else { self.atom(at, uuids) };
            if atom > 0 {
                self.judge_groups(from..at, spans);
                from = at + atom;
            }
        }
        self.judge_groups(from..self.groups.len(), spans);
    }

    /// How many groups from here are something else than a card number: a date, a stamp, an address, a UUID.
    fn atom(&self, from: usize, uuids: &[Range<usize>]) -> usize {
        let groups = &self.groups[from..];
        let is_date = groups.len() >= 3 && self.lengths(&groups[..3]) == [4, 2, 2] && {
            matches!(groups[1].gap.as_str(), "-" | "/" | "." | "_")
                && groups[1].gap == groups[2].gap
                && is_stamp(&self.digits[groups[0].digits.start..groups[2].digits.end])
        };
        if is_date {
            return 3 + self.time(&groups[3..]);
        }
        if groups.len() >= 4 && self.is_address(from) {
            return 4;
        }
        let digits = |group: &Group| group.digits.len();
        let paired = from > 0 && digits(&self.groups[from - 1]) == 8 && digits(&groups[0]) == 8;
        let in_uuid = uuids.iter().any(|uuid| uuid.contains(&groups[0].bytes.start));
        usize::from(in_uuid || !paired && is_stamp(&self.digits[groups[0].digits.clone()]))
    }

    /// How many groups behind a date are its time: `10-00-00`, `10.00.00.123456`.
    fn time(&self, groups: &[Group]) -> usize {
        let [hours, minutes, seconds, behind @ ..] = groups else { return 0 };
        let part = |group: &Group, most| {
            group.digits.len() == 2 && number(&self.digits[group.digits.clone()]) <= most
        };
        let is_time = part(hours, 23) && part(minutes, 59) && part(seconds, 60) && minutes.gap == seconds.gap;
        match behind.first() {
            _ if !is_time => 0,
            Some(next) if next.digits.len() == 2 && next.gap == seconds.gap => 0,
            Some(next) if next.gap == "." && matches!(next.digits.len(), 3 | 6 | 9) => 4,
            _ => 3,
        }
    }

    fn lengths(&self, groups: &[Group]) -> Vec<usize> {
        groups.iter().map(|group| group.digits.len()).collect()
    }

    /// An IPv4 address that neither begins nor goes on with a dot and a number.
    fn is_address(&self, from: usize) -> bool {
        let dotted = |group: &Group| group.gap == ".";
        let octet =
            |group: &Group| group.digits.len() <= 3 && number(&self.digits[group.digits.clone()]) < 256;
        let groups = &self.groups[from..];
        groups[..4].iter().all(octet)
            && groups[1..4].iter().all(dotted)
            && !(from > 0 && dotted(&groups[0]))
            && !groups.get(4).is_some_and(dotted)
    }

    fn judge_groups(&self, range: Range<usize>, spans: &mut Vec<Range<usize>>) {
        let groups = &self.groups[range];
        for from in 0..groups.len() {
            let reach = groups[from].digits.end + LENGTHS.end();
            let within = groups[from..].partition_point(|group| group.digits.start < reach);
            // The widest first; windows overlap, so the search goes on with the next group.
            if let Some(last) = (from..from + within).rev().find(|&last| self.is_card(&groups[from..=last])) {
                add(spans, groups[from].bytes.start..groups[last].bytes.end);
            }
        }
    }

    /// Whether a card number begins in the first of these groups and ends in the last.
    fn is_card(&self, groups: &[Group]) -> bool {
        let whole = &self.digits[groups[0].digits.start..groups[groups.len() - 1].digits.end];
        let plausible = || match groups.len() {
            1 => !is_epoch(whole),
            _ => is_issued(whole) || could_be_issued(whole) && has_one_gap(groups),
        };
        let fits =
            LENGTHS.contains(&whole.len()) && luhn::passes(whole) && whole.iter().any(|&digit| digit > 0);
        fits && plausible() || self.is_glued(groups)
    }

    /// Whether digits of other things stand before or after the number without a gap.
    fn is_glued(&self, groups: &[Group]) -> bool {
        let (first, last) = (&groups[0].digits, &groups[groups.len() - 1].digits);
        // In a run no longer than a card number, three more lengths would take every third id.
        let longest = if groups.len() == 1 && first.len() <= *LENGTHS.end() { 16 } else { *GLUED.end() };
        let reach = first.end + longest;
        first.clone().take_while(|start| start + GLUED.start() <= last.end.min(reach)).any(|start| {
            let ends = (start + GLUED.start()).max(last.start + 1)..=(start + longest).min(last.end);
            ends.clone().any(|end| {
                let digits = &self.digits[start..end];
                is_issued(digits) && luhn::passes(digits) && is_even(groups, start, end)
            })
        })
    }
}

/// Whether the same stands between all groups.
fn has_one_gap(groups: &[Group]) -> bool {
    groups[1..].iter().all(|group| group.gap == groups[1].gap)
}

/// Whether a number is written in groups as numbers are: about as long as each other, the last as it comes.
fn is_even(groups: &[Group], start: usize, end: usize) -> bool {
    let parts = groups.iter().map(|group| group.digits.end.min(end) - group.digits.start.max(start));
    let (mut least, mut most) = (usize::MAX, 0);
    for part in parts.clone().take(groups.len() - 1) {
        (least, most) = (least.min(part), most.max(part));
    }
    groups.len() == 1 || has_one_gap(groups) && most <= least + 2 && parts.max().is_some_and(|part| part <= 8)
}

fn add(spans: &mut Vec<Range<usize>>, span: Range<usize>) {
    match spans.last_mut() {
        Some(last) if span.start < last.end => last.end = last.end.max(span.end),
        _ => spans.push(span),
    }
}

fn uuids(text: &str) -> Vec<Range<usize>> {
    let found = UUID.find_iter(text);
    // Digits alone are no UUID that anybody made.
    found
        .filter(|uuid| uuid.as_str().bytes().any(|b| b.is_ascii_alphabetic()))
        .map(|uuid| uuid.range())
        .collect()
}

/// `20261120`, also with hours, minutes, seconds and their fraction. No card number begins so.
fn is_stamp(digits: &[u8]) -> bool {
    let part = |range: Range<usize>, most: u64| digits.get(range).is_none_or(|part| number(part) <= most);
    matches!(digits.len(), 8 | 10 | 12 | 14 | 17 | 20)
        && (1_970..2_100).contains(&number(&digits[..4]))
        && (1..=12).contains(&number(&digits[4..6]))
        && (1..=31).contains(&number(&digits[6..8]))
        && part(8..10, 23)
        && part(10..12, 59)
        && part(12..14, 60)
}

/// Milli-, micro- or nanoseconds since 1970, as of 2001 to 2033.
fn is_epoch(digits: &[u8]) -> bool {
    digits[0] == 1 && matches!(digits.len(), 13 | 16 | 19)
}

fn number(digits: &[u8]) -> u64 {
    digits.iter().fold(0, |number, &digit| number * 10 + u64::from(digit))
}

/// Whether any scheme's numbers begin so.
fn could_be_issued(digits: &[u8]) -> bool {
    matches!(digits[0], 2..=6 | 8 | 9)
}

/// Whether a scheme issues numbers of this beginning and length.
fn is_issued(digits: &[u8]) -> bool {
    let head = number(&digits[..4]);
    match digits.len() {
        14 => matches!(head / 100, 30 | 36 | 38 | 39),
        15 => matches!(head / 100, 34 | 37) || matches!(head, 2131 | 1800),
        16..=19 => matches!(head,
            2200..=2204 | 2221..=2720 | 3000..=3099 | 3500..=3699 | 3800..=5899 | 6000..=6999 | 8100..=8299
            | 8600 | 9704 | 9792 | 9860),
        _ => false,
    }
}
