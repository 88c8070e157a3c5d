//! Escapes in text: words whose characters are written by their codes, or whose blanks are. Such a word is decoded
//! together with the words before it, which may be its name: `card 4111%201111%201111%201111`.

use std::ops::Range;

use memchr::{memchr, memchr_iter, memmem};
use zeroize::Zeroizing;

use super::classes::Classes;
use super::{Leaf, Walker, json, quoted_printable, urlencoded, xml};

/// An escape: the byte that it begins with, its name in paths, and what a word with it means.
struct Escape {
    mark: u8,
    name: &'static str,
    decoded: fn(&[u8]) -> Option<Zeroizing<Vec<u8>>>,
}

const ESCAPES: &[Escape] = &[
    Escape { mark: b'%', name: "url", decoded: |word| urlencoded::decoded(word, urlencoded::Plus::Stays) },
    Escape { mark: b'\\', name: "json", decoded: json::unescaped },
    Escape { mark: b'&', name: "xml", decoded: xml::decoded },
];
/// Before pairs are looked for: its mark is theirs.
const QUOTED_PRINTABLE: Escape = Escape { mark: b'=', name: "qp", decoded: quoted_printable::decoded };

/// Fewer digits hide no card number behind escapes.
const FEWEST_DIGITS: usize = 8;
/// The words before a number that may be its name.
const MOST_WORDS: usize = 3;
const LONGEST_NAME: usize = 48;

/// Quotes that are escaped as no value's are.
const QUOTES: &[&[u8]] = &[b"\\x22", b"\\u0022", b"\\\\\\\""];

impl Walker<'_> {
    /// Takes out of a text the words with escapes.
    pub(super) fn escapes(&mut self, leaf: Leaf<'_>, classes: Classes) {
        if classes.may_be_escaped() {
            ESCAPES.iter().for_each(|escape| _ = self.escaped_words(leaf, escape));
        }
    }

    /// The same for quoted-printable; whether there were any.
    pub(super) fn quoted_printable(&mut self, leaf: Leaf<'_>, classes: Classes) -> bool {
        let may_be = |code: &&[u8]| memmem::find(leaf.bytes, code).is_some();
        let codes = [&b"=3"[..], b"=20", b"=2D", b"=C2"];
        classes.may_have_pairs() && codes.iter().any(may_be) && self.escaped_words(leaf, &QUOTED_PRINTABLE)
    }

    fn escaped_words(&mut self, leaf: Leaf<'_>, escape: &Escape) -> bool {
        let rest = self.record.field(leaf.index).value.expose();
        if rest.iter().filter(|byte| byte.is_ascii_digit()).count() < FEWEST_DIGITS {
            return false;
        }
        let words = words_with(rest, escape.mark);
        words.into_iter().filter(|word| self.escaped_word(leaf, escape, word.clone())).count() > 0
    }

    /// nginx writes the quotes of a body as `\x22`, and JSON in JSON in a string as `\\\"`: then it is escaped as a whole.
    pub(super) fn escaped_quotes(&mut self, leaf: Leaf<'_>, classes: Classes) -> bool {
        let is_there = |quote: &[u8]| memmem::find(leaf.bytes, quote).is_some();
        if !classes.may_be_escaped() || !QUOTES.iter().any(|quote| is_there(quote)) {
            return false;
        }
        let Some(decoded) = json::unescaped(leaf.bytes) else { return false };
        self.decoded_part(leaf, "json", 0..leaf.bytes.len(), &decoded);
        true
    }

    fn escaped_word(&mut self, leaf: Leaf<'_>, escape: &Escape, word: Range<usize>) -> bool {
        let text = &leaf.bytes[word.clone()];
        let decoded = (escape.decoded)(text).filter(|decoded| **decoded != *text);
        decoded.is_some_and(|decoded| self.decoded_part(leaf, escape.name, word, &decoded))
    }

    /// A part of a text that was decoded, with its name before it if it begins like a number.
    pub(super) fn decoded_part(
        &mut self,
        leaf: Leaf<'_>,
        encoding: &'static str,
        part: Range<usize>,
        decoded: &[u8],
    ) -> bool {
        let Some(inner) = self.decoded_below(leaf, encoding, decoded.len()) else { return false };
        let name = match decoded.first() {
            Some(first) if first.is_ascii_digit() || !first.is_ascii() => name_before(leaf.bytes, part.start),
            _ => &[],
        };
        let is_pushed = match name {
            [] => self.leaf(inner, decoded),
            _ => self.leaf(inner, &Zeroizing::new([name, decoded].concat())),
        };
        if is_pushed {
            self.record.blank(leaf.index, part);
        }
        is_pushed
    }
}

/// Words that have the byte.
fn words_with(bytes: &[u8], mark: u8) -> Vec<Range<usize>> {
    let mut words: Vec<Range<usize>> = Vec::new();
    for at in memchr_iter(mark, bytes) {
        let done = words.last().map_or(0, |word| word.end);
        if at < done {
            continue;
        }
        let start =
            bytes[done..at].iter().rposition(u8::is_ascii_whitespace).map_or(done, |space| done + space + 1);
        let end =
            bytes[at..].iter().position(u8::is_ascii_whitespace).map_or(bytes.len(), |space| at + space);
        words.push(start..end);
    }
    words
}

/// The words before a number, as far as they are words: letters, and what stands between them.
fn name_before(bytes: &[u8], end: usize) -> &[u8] {
    let near = &bytes[end.saturating_sub(LONGEST_NAME)..end];
    let is_word = |byte: &u8| {
        byte.is_ascii_alphabetic()
            || matches!(byte, b' ' | b':' | b'=' | b'_' | b'.' | b'-' | b'#' | b'\'' | b'(')
    };
    let start = near.iter().rposition(|byte| !is_word(byte)).map_or(0, |at| at + 1);
    let name = &near[start..];
    let mut blanks = name.iter().enumerate().rev().filter(|(_, byte)| **byte == b' ').map(|(at, _)| at);
    let cut = blanks.nth(MOST_WORDS).map_or(0, |at| at + 1);
    // A word that the reach cuts is none.
    let whole = if start == 0 && cut == 0 && end > LONGEST_NAME {
        memchr(b' ', name).map_or(name.len(), |at| at + 1)
    } else {
        cut
    };
    &name[whole..]
}
