//! Whether a frame's raw bytes could hold anything at all: what every detector names as its least [`Clue`]. A frame
//! without any of them is not decoded.

use std::sync::OnceLock;

use regex::bytes::Regex;

use super::{DETECTORS, cvv::pattern};
use crate::decode::digit;

/// What must stand in the bytes of a record for a detector to find something in it. A detector names all of which
/// one is enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clue {
    /// So many digits, with at most a separator between each two.
    Digits(usize),
    /// So many letters and digits (and `+/=_-`) in a row that are no plain word or number.
    Opaque(usize),
    /// A part of a key or word, in lower case.
    Word(&'static str),
    /// A mask: `**`, `xx`, `••`, `…`.
    Mask,
}

/// Whether one of the detectors' clues is there, or an escape or binary data that could hide one.
pub(super) fn may_hold(frame: &[u8]) -> bool {
    static CLUES: OnceLock<Clues> = OnceLock::new();
    let clues = CLUES.get_or_init(Clues::of_the_detectors);
    clues.in_runs(frame) || clues.words.is_match(frame) || in_other_digits(frame, clues.digits)
}

/// Digits beyond ASCII, as many as are needed.
fn in_other_digits(frame: &[u8], needed: usize) -> bool {
    !frame.is_ascii() && {
        let text = frame.utf8_chunks().flat_map(|chunk| chunk.valid().chars());
        text.filter(|character| digit(*character).is_some()).take(needed).count() == needed
    }
}

struct Clues {
    digits: usize,
    opaque: usize,
    words: Regex,
}

/// What hides characters from a plain look: `\u0034`, `\x34`, `%34`, `&#52;`.
const ESCAPES: &str = r"\\u00|\\u\{|\\x|\\[01][0-7]{2}|%[0-9a-f]{2}|&#|=3";
/// What divides the digits of a number: an escape right behind one, a list's commas and quotes, the next of several
/// fields, an exponent; and rows of codes.
const DIVIDED: &[&str] = &[
    r"[0-9](?:&(?:amp;)*[a-z]|\\\\?[nrtu]|=C2|=20|\x1b)",
    r"(?:[0-9][\x22']?, ?[\x22']?){11}[0-9]",
    r"[0-9]{3,6}[\x22']?, ?[\x22']?[0-9]{3,6}[\x22']?, ?[\x22']?[0-9]{1,6}",
    r"1[\x22']? ?[=:] ?[\x22']?[0-9]{3,6}[^0-9]{1,24}[a-z_]0*2[\x22']? ?[=:] ?[\x22']?[0-9]{3,6}",
    r"[0-9]\.[0-9]{3,}e\+?1[0-9]",
    r"(?:(?:0x|u\+00)?[0-9a-f]{2,3}[ ,:;-]{1,3}){8}",
    r"(?:[0-9a-f]{4} ){4}",
];
const MASKS: &str = r"[*#x]{2}|\.\.\.|\xe2[\x80-\xaf][\x80-\xbf]";

impl Clues {
    fn of_the_detectors() -> Self {
        let mut clues = Clues { digits: usize::MAX, opaque: usize::MAX, words: pattern(ESCAPES) };
        let mut patterns = vec![ESCAPES.to_owned()];
        patterns.extend(DIVIDED.iter().map(|&pattern| pattern.to_owned()));
        for clue in DETECTORS.iter().flat_map(|detector| detector.clues) {
            match clue {
                Clue::Digits(count) => clues.digits = clues.digits.min(*count),
                Clue::Opaque(count) => clues.opaque = clues.opaque.min(*count),
                Clue::Word(word) => patterns.push(regex::escape(word).replace('_', "[_ -]?")),
                Clue::Mask => patterns.push(MASKS.to_owned()),
            }
        }
        patterns.sort_unstable();
        patterns.dedup();
        Clues { words: pattern(&patterns.join("|")), ..clues }
    }

    fn in_runs(&self, frame: &[u8]) -> bool {
        let (mut digits, mut gap, mut run) = (0, 0, Run::default());
        for &byte in frame {
            match byte {
                b'0'..=b'9' => (digits, gap) = (digits + 1, 0),
                // Separators are up to three bytes.
                b' ' | b'-' | b'.' | b'_' | b'/' | b'+' | b'\t' | 0x80.. if gap < 3 => gap += 1,
                _ => digits = 0,
            }
            if !run.goes_on(byte) && run.is_opaque(self.opaque) || digits >= self.digits || is_binary(byte) {
                return true;
            }
            if !run.goes_on(byte) {
                run = Run::default();
            }
            run.add(byte);
        }
        run.is_opaque(self.opaque)
    }
}

/// Bytes that no text holds.
fn is_binary(byte: u8) -> bool {
    byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x1b)
}

/// A run of the characters that encodings and tokens are made of.
#[derive(Default)]
struct Run {
    length: usize,
    upper: usize,
    lower: usize,
    digits: usize,
}

impl Run {
    fn goes_on(&self, byte: u8) -> bool {
        byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=' | b'-' | b'_')
    }

    fn add(&mut self, byte: u8) {
        match byte {
            b'0'..=b'9' => self.digits += 1,
            b'a'..=b'z' => self.lower += 1,
            b'A'..=b'Z' => self.upper += 1,
            _ if self.goes_on(byte) => {}
            _ => return,
        }
        self.length += 1;
    }

    /// Long enough, and of more than one kind of character: neither a word nor a number.
    fn is_opaque(&self, least: usize) -> bool {
        let kinds = [self.upper, self.lower, self.digits].into_iter().filter(|&count| count > 0).count();
        self.length >= least && kinds > 1
    }
}
