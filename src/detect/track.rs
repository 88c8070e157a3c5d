//! Track data of the magnetic stripe (ISO/IEC 7813) and its equivalent on chips (EMV tag 57, ISO 8583 fields 35 and
//! 45). Separator, month and check digit together leave next to no chance: a match is certain. Never fingerprinted.

use std::{ops::Range, sync::OnceLock};

use regex::bytes::{Captures, Regex};

use super::{
    Candidate, Class, Context, Detector, Tag,
    cvv::{pattern, span},
    detector::{Digits, Evidence, Stands},
    iin::{issuer, issuer_without_luhn},
    luhn, published,
};

/// Track 1.
pub(super) static TRACK_1: Detector = Detector {
    id: "track1",
    class: Class::Track1,
    about: "track 1: number, name, expiry, service code",
    sources: &["ISO/IEC 7813", "PCI DSS 4.0.1, 3.3.1.1"],
    examples: &[
        ("data = %B4111115262628047^DOE/JANE^27121010000000000?", "track1.clear"),
        ("data = B4111115262628047^DOE/JANE^2712101", "track1.clear"),
        ("q = %25B4111115262628047%5EDOE/JANE%5E27121010000", "track1.clear"),
        ("data = %B3782 822463 10005^DOE/JANE^2712101?", "track1.clear"),
    ],
    counterexamples: &[
        "data = %B4111115262628048^DOE/JANE^27121010000000000?",
        "data = %B4111115262628047^DOE/JANE^27131010000000000?",
        "data = B4111115262628047^DOE",
    ],
    find: find_track_1,
};

/// Track 2.
pub(super) static TRACK_2: Detector = Detector {
    id: "track2",
    class: Class::Track2,
    about: "track 2 and its equivalent on a chip: number, expiry, service code",
    sources: &["ISO/IEC 7813", "EMV book 3, tag 57", "ISO 8583, field 35", "PCI DSS 4.0.1, 3.3.1.1"],
    examples: &[
        ("data = ;4111115262628047=27121010000012345678?", "track2.clear"),
        ("field35 = 4111115262628047=2712101", "track2.clear"),
        ("message = F035: 4111115262628047D27122010000012345F", "track2.clear"),
        ("q = 4111115262628047%3D27121010000", "track2.clear"),
    ],
    counterexamples: &[
        "data = ;4111115262628048=27121010000012345678?",
        "data = 4111115262628047=2713101",
        "sha = a4111115262628047d27121010000",
        "data = 4111115262628047=27",
    ],
    find: find_track_2,
};

const TRACK: Evidence = Evidence(1_500, "the whole grammar of a track");
const IN_TRACK: Evidence = Evidence(1_200, "the number of a track");

fn find_track_1(context: &Context<'_>, found: &mut Vec<Candidate>) {
    static TRACK_1: OnceLock<Regex> = OnceLock::new();
    // The separator is written out, or percent-encoded.
    if context.digits < 19 || memchr::memchr2(b'^', b'%', context.value()).is_none() {
        return;
    }
    let grammar = TRACK_1.get_or_init(|| {
        pattern(concat!(
            r"%?(?:25)?B([0-9][0-9 ]{11,22})(?:\^|%5E)[^?^\r\n]{2,26}?(?:\^|%5E)",
            r"[0-9]{2}(?:0[1-9]|1[0-2])[0-9]{3}[^?\r\n\s\x22']*\??",
        ))
    });
    for captures in grammar.captures_iter(context.value()) {
        push(Class::Track1, &captures, found);
    }
}

fn find_track_2(context: &Context<'_>, found: &mut Vec<Candidate>) {
    static TRACK_2: OnceLock<Regex> = OnceLock::new();
    // As above.
    if context.digits < 19 || memchr::memchr3(b'=', b'D', b'%', context.value()).is_none() {
        return;
    }
    let grammar = TRACK_2.get_or_init(|| {
        pattern(r";?([0-9]{12,19})(?:=|D|%3D)[0-9]{2}(?:0[1-9]|1[0-2])[0-9]{3}[0-9]{0,24}[F?]{0,2}")
    });
    let value = context.value();
    for captures in grammar.captures_iter(value) {
        let before = value[..captures.get(0).map_or(0, |all| all.start())].last();
        let after = value.get(captures.get(0).map_or(0, |all| all.end()));
        if ![before, after].into_iter().flatten().any(u8::is_ascii_alphanumeric) {
            push(Class::Track2, &captures, found);
        }
    }
}

fn push(class: Class, captures: &Captures<'_>, found: &mut Vec<Candidate>) {
    let Some(digits) = Digits::of(&captures[1]) else { return };
    let number = digits.expose();
    let checked = if luhn::passes(number) { issuer(number) } else { issuer_without_luhn(number) };
    let Some(issuer) = checked else { return };
    let test = published::test(number);
    let tag = |class| Tag { test, ..Tag::clear(class) };
    let track = Candidate::new(tag(class), all(captures), vec![TRACK], Stands::Nothing);
    let card = Candidate::new(tag(Class::Pan), span(captures, 1), vec![IN_TRACK], Stands::Card(digits));
    let brand = Some(issuer.brand.as_str());
    found.extend([track, Candidate { brand, ..card }]);
}

fn all(captures: &Captures<'_>) -> Range<usize> {
    span(captures, 0)
}
