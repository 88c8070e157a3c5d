//! Card numbers with digits hidden: `411111******1111`, `**** 1111`, `411111…1111`, "ending in 1111". Masked is what
//! has mask characters in the digits' places; truncated is what has the digits removed.

use std::{ops::Range, sync::OnceLock};

use regex::bytes::Regex;

use super::{
    Candidate, Class, Context, Detector, State, Tag,
    companions::{CardBeside, card_beside},
    cvv::{ends_free, pattern, span},
    detector::{Digits, Evidence, Stands},
    iin::issuer_of_mask,
    keys::{Role, Roles},
    surroundings::{Named, name_before, word_before, words_near},
};

/// Masked card numbers, and truncated ones as text.
pub(super) static DETECTOR: Detector = Detector {
    id: "pan-masked",
    class: Class::Pan,
    about: "card numbers with hidden or removed digits",
    sources: &[
        "PCI DSS 4.0.1, 3.4.1 (display) and 3.5.1 (truncation)",
        "PCI SSC FAQ 1091: first six or eight and any four digits at most",
    ],
    examples: &[
        ("pan = 411111******1111", "pan.masked"),
        ("note = paid with 411111XXXXXX1111 today", "pan.masked"),
        ("value = 4111 11XX XXXX 1111", "pan.masked"),
        ("value = 4111-1111-xxxx-1111", "pan.masked"),
        ("value = ************1111", "pan.masked"),
        ("card = **** 1111", "pan.masked"),
        ("payment_details = •••• 1111", "pan.masked"),
        ("message = Visa xxxx-1111 was charged", "pan.masked"),
        ("value = 3782 ****** *0005", "pan.masked"),
        ("value = 411111…1111", "pan.truncated"),
        ("card_number = 411111...1111", "pan.truncated"),
        ("message = charged your Visa card ending in 1111", "pan.truncated"),
    ],
    counterexamples: &[
        "value = **** 2024 ****",
        "phone = ***-***-1234",
        "ssn = ***-**-1234",
        "value = #### 2024 report",
        "message = xxxx 1234",
        "message = 0xxxxx1234",
        "message = **** 2024-01-01",
        "message = waiting....1234",
        "order = **** 1111",
        "message = a process ending in 1000 ms",
        "group = sg-xxxxxxxxxx9836",
        "message = 0 1 4 9 16 36 49 64 ... 9801",
    ],
    find,
};

const LONG: Evidence = Evidence(800, "as long as a card number, masked");
const PREFIX: Evidence = Evidence(200, "it begins like a brand's numbers");
const SHORT: Evidence = Evidence(-200, "four digits behind a mask");
const KEY: Evidence = Evidence(900, "the key names a card number");
const CARD: Evidence = Evidence(500, "inside an object about a card");
const KEYWORD: Evidence = Evidence(500, "a word about cards nearby");
const BESIDE: Evidence = Evidence(500, "parts of a card beside it");
const ENDING: Evidence = Evidence(700, "the text says what a card ends in");
const IDENTIFIER: Evidence = Evidence(-800, "the key names an id or another number");
const WIDE: Evidence = Evidence(1, "fewer than four digits are hidden");

fn find(context: &Context<'_>, found: &mut Vec<Candidate>) {
    let value = context.value();
    if context.digits < 4 {
        return;
    }
    let mut at = 0;
    while let Some(mask) = next_mask(value, at) {
        at = mask.end;
        if let Some(masked) = around(value, &mask) {
            at = masked.span.end;
            found.extend(judge(context, &masked));
        }
    }
    ending(value, found);
}

/// A number of which digits are hidden.
struct Masked {
    span: Range<usize>,
    /// Digits before the mask, and after.
    prefix: Vec<u8>,
    suffix: Digits,
    hidden: usize,
    state: State,
}

/// A mask character and its length in bytes.
fn mask_character(rest: &[u8]) -> Option<usize> {
    match rest {
        [b'*' | b'x' | b'X' | b'#', ..] => Some(1),
        // •, ●, ∙, …
        [0xe2, 0x80, 0xa2 | 0xa6, ..] | [0xe2, 0x97, 0x8f, ..] | [0xe2, 0x88, 0x99, ..] => Some(3),
        [b'.', b'.', b'.', ..] => Some(3),
        _ => None,
    }
}

/// The next run of mask characters with single blanks or hyphens between them.
fn next_mask(value: &[u8], from: usize) -> Option<Range<usize>> {
    let may_start = |b: &u8| matches!(b, b'*' | b'x' | b'X' | b'#' | b'.' | 0xe2);
    let mut at = from;
    loop {
        at += value[at..].iter().position(may_start)?;
        if mask_character(&value[at..]).is_some() {
            break;
        }
        at += 1;
    }
    let mut end = at;
    loop {
        while let Some(length) = mask_character(&value[end..]) {
            end += length;
        }
        match value[end..] {
            [b' ' | b'-', ref rest @ ..] if mask_character(rest).is_some() => end += 1,
            _ => return Some(at..end),
        }
    }
}

/// The number around a mask, if digits follow it and nothing else touches it.
fn around(value: &[u8], mask: &Range<usize>) -> Option<Masked> {
    let mut end = mask.end;
    if matches!(value.get(end), Some(b' ' | b'-')) {
        end += 1;
    }
    let suffix = end..end + value[end..].iter().take_while(|b| b.is_ascii_digit()).count();
    let start = prefix_start(value, mask.start);
    let digits: Vec<u8> = value[start..mask.start].iter().copied().filter(u8::is_ascii_digit).collect();
    let before = value[..start].last().copied().unwrap_or(b' ');
    let after = &value[suffix.end..];
    let glued = is_joined(&value[..start])
        || before.is_ascii_alphanumeric()
        || matches!(before, b'*' | b'#' | b'.' | b'_')
        || before >= 0x80;
    if !(3..=6).contains(&suffix.len()) || glued || goes_on(after) {
        return None;
    }
    let text = &value[mask.clone()];
    let ellipsis = text == "…".as_bytes() || text == b"...";
    // `1, 4, 9 … 9801` is a series, not a number.
    let touches = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_digit);
    if ellipsis && !(touches(value[..mask.start].last()) && touches(value.get(mask.end))) {
        return None;
    }
    let hidden = text.iter().filter(|b| !matches!(b, b' ' | b'-' | 0x80..=0xbf)).count();
    let state = if ellipsis { State::Truncated } else { State::Masked };
    Some(Masked {
        span: start..suffix.end,
        prefix: digits,
        suffix: Digits::of(&value[suffix])?,
        hidden,
        state,
    })
}

/// Whether a word goes on with a hyphen there, as in `sg-xxxxxxxx1234`, and is none for cards.
fn is_joined(before: &[u8]) -> bool {
    let [word @ .., b'-'] = before else { return false };
    word.last().is_some_and(u8::is_ascii_alphabetic) && !Roles::of(word_before(word)).is_card_word()
}

/// Where the digits before a mask begin: up to nine, with single blanks or hyphens.
fn prefix_start(value: &[u8], mask: usize) -> usize {
    let (mut start, mut digits) = (mask, 0);
    while start > 0 && digits <= 12 {
        match value[start - 1] {
            b'0'..=b'9' => digits += 1,
            b' ' | b'-' if start >= 2 && value[start - 2].is_ascii_digit() => {}
            _ => break,
        }
        start -= 1;
    }
    start
}

/// Whether what follows makes it a part of something else: a longer word, a date, a banner.
fn goes_on(after: &[u8]) -> bool {
    let next = after.trim_ascii_start();
    let banner = mask_character(next).is_some() && !next.starts_with(b"x") && !next.starts_with(b"X");
    match after {
        [first, ..] if first.is_ascii_alphanumeric() || *first == b'*' => true,
        [b'-' | b'_' | b'.' | b':' | b'/', second, ..] => second.is_ascii_alphanumeric(),
        _ => banner,
    }
}

fn judge(context: &Context<'_>, masked: &Masked) -> Option<Candidate> {
    let mut evidence = Vec::with_capacity(4);
    let all = masked.prefix.len() + masked.hidden + masked.suffix.expose().len();
    let ellipsis = masked.state == State::Truncated;
    let lengths = if ellipsis { 14..=16 } else { all..=all };
    let issuer = lengths.rev().find_map(|length| issuer_of_mask(&masked.prefix, length));
    let four = masked.suffix.expose().len() == 4;
    let is_long = match ellipsis {
        true => issuer.is_some() && masked.prefix.len() >= 6 && four,
        false => (13..=19).contains(&all) && masked.hidden >= 2,
    };
    match is_long {
        true => evidence.push(LONG),
        false if masked.prefix.is_empty() && four && is_short_mask(masked) => evidence.push(SHORT),
        false => return None,
    }
    match (issuer, masked.prefix.len()) {
        (Some(_), 4..) => evidence.push(PREFIX),
        (None, 4..) => return None,
        _ => {}
    }
    if masked.hidden < 4 && !ellipsis {
        evidence.push(WIDE);
    }
    judge_surroundings(context, masked, &mut evidence);
    let tag = Tag::clear(Class::Pan).in_state(masked.state);
    let brand = issuer.filter(|_| masked.prefix.len() >= 4).map(|issuer| issuer.brand.as_str());
    let stands = Stands::Tail(masked.suffix.clone());
    Some(Candidate { brand, ..Candidate::new(tag, masked.span.clone(), evidence, stands) })
}

fn is_short_mask(masked: &Masked) -> bool {
    matches!(masked.hidden, 2..=4 | 8 | 11 | 12)
}

fn judge_surroundings(context: &Context<'_>, masked: &Masked, evidence: &mut Vec<Evidence>) {
    let value = context.value();
    let whole = masked.span.len() == value.trim_ascii().len();
    let named = match name_before(value, masked.span.start) {
        Named::No if whole => Named::Key(context.roles()),
        named => named,
    };
    let (Named::Key(roles) | Named::Word(roles)) = named else { return near(context, masked, evidence) };
    if roles.has(Role::Identifier) {
        evidence.push(IDENTIFIER);
    } else if roles.any(&[Role::Pan, Role::LastFour, Role::Card]) {
        evidence.push(KEY);
    } else if context.in_card() {
        evidence.push(CARD);
    } else if whole && card_beside(context) != CardBeside::None {
        evidence.push(BESIDE);
    } else {
        near(context, masked, evidence);
    }
}

fn near(context: &Context<'_>, masked: &Masked, evidence: &mut Vec<Evidence>) {
    let mut keyword = masked.span.start == 0 && context.key().starts_with("payment");
    words_near(context.value(), &masked.span, |word| keyword |= CARD_WORDS.contains(&word));
    if keyword {
        evidence.push(KEYWORD);
    }
}

const CARD_WORDS: &[&str] = &[
    "amex",
    "card",
    "cards",
    "credit",
    "creditcard",
    "debit",
    "diners",
    "discover",
    "jcb",
    "maestro",
    "mastercard",
    "pan",
    "unionpay",
    "visa",
];

fn ending(value: &[u8], found: &mut Vec<Candidate>) {
    static ENDING_IN: OnceLock<Regex> = OnceLock::new();
    let ending_in =
        ENDING_IN.get_or_init(|| pattern(r"(?:ending|ends|ended)(?:\s+(?:in|with))?[: ]\s*([0-9]{4})"));
    if !ending_in.is_match(value) {
        return;
    }
    for captures in ending_in.captures_iter(value).filter(|captures| ends_free(value, captures, 1)) {
        let span = span(&captures, 1);
        let mut keyword = false;
        words_near(value, &span, |word| keyword |= CARD_WORDS.contains(&word));
        if let (true, Some(digits)) = (keyword, Digits::of(&captures[1])) {
            let tag = Tag::clear(Class::Pan).in_state(State::Truncated);
            found.push(Candidate::new(tag, span, vec![ENDING], Stands::Tail(digits)));
        }
    }
}
