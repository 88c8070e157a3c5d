//! Runs of letters and digits: tokens and keys behind their prefixes, bank account numbers, digests under a card's
//! name, and base64 or hex of something readable. Most are ids and words: a few bytes tell.

use super::{Worth, around, behind};
use crate::detect::{iban, opaque};

/// Letters and digits from which on a run may be a blob.
const BLOB: usize = 20;

/// What the run of letters and digits around `at` is worth, and where what it belongs to ends.
pub(super) fn run(text: &[u8], at: usize) -> (Worth, usize) {
    let start = at - text[..at].iter().rev().take_while(|byte| byte.is_ascii_alphanumeric()).count();
    let first = blob_start(text, start);
    let may_be = is_tagged(text, start)
        || iban::begins_one(text, start)
        || names_digest(text, start)
        || begins_readably(&text[first..]);
    if !may_be {
        return (Worth::Nothing, at);
    }
    let run = around(text, start, u8::is_ascii_alphanumeric);
    let letters = &text[run.clone()];
    let found = is_tagged(text, start) && opaque::is_random(letters)
        || iban::begins_one(text, start)
        || names_digest(text, start) && letters.len() >= BLOB
        || letters.len() >= BLOB && is_readable(&text[first..]);
    (if found { Worth::Decoding } else { Worth::Nothing }, run.end)
}

/// Where the blob begins that a run is a part of: `+` and `/` belong to it, and `-` and `_` to one for URLs.
fn blob_start(text: &[u8], start: usize) -> usize {
    let joins = |byte: &u8| matches!(byte, b'+' | b'/' | b'-' | b'_');
    match text[..start].last().is_some_and(joins) {
        true => {
            let before = behind(text, start, 4096);
            start - before.iter().rev().take_while(|byte| byte.is_ascii_alphanumeric() || joins(byte)).count()
        }
        false => start,
    }
}

/// Behind a provider's prefix, `pm_…`, or with one: what is random there is a token or a key.
fn is_tagged(text: &[u8], start: usize) -> bool {
    const INNER: [&[u8]; 4] = [b"AQE", b"EAAA", b"PAYID", b"CBASE"];
    let is_behind =
        matches!(text[..start], [.., tag, b'_' | b'-' | b':' | b'$'] if tag.is_ascii_alphanumeric());
    is_behind || INNER.iter().any(|prefix| text[start..].starts_with(prefix))
}

/// A key right before it that a digest or a token has.
fn names_digest(text: &[u8], start: usize) -> bool {
    let between = |byte: &&u8| matches!(byte, b'"' | b'\'' | b':' | b'=' | b' ' | b'\\');
    let before = &text[start.saturating_sub(12)..start];
    let end = before.len() - before.iter().rev().take_while(between).count();
    let Some(ending) = before[..end].last_chunk::<4>() else { return false };
    matches!(
        &ending.map(|byte| byte.to_ascii_lowercase()),
        b"hash"
            | b"shed"
            | b"a256"
            | b"sha1"
            | b"gest"
            | b"rint"
            | b"hmac"
            | b"oken"
            | b"card"
            | b"mber"
            | [_, b'm', b'd', b'5']
            | [_, b'p', b'a', b'n']
    )
}

/// Whether the first four letters are base64 or hex of what can begin a text or a compressed format.
fn begins_readably(text: &[u8]) -> bool {
    text.first_chunk::<4>().is_some_and(|four| {
        base64(*four).is_some_and(|bytes| is_beginning(&bytes))
            || hex(*four).is_some_and(|bytes| is_beginning(&bytes))
    })
}

/// The same of the first sixteen.
fn is_readable(text: &[u8]) -> bool {
    let Some(letters) = text.first_chunk::<16>() else { return false };
    let fours = letters.as_chunks::<4>().0;
    let (mut twelve, mut eight) = ([[0; 3]; 4], [[0; 2]; 4]);
    let is_base64 =
        fours.iter().zip(&mut twelve).all(|(four, three)| base64(*four).map(|b| *three = b).is_some());
    let is_hex = fours.iter().zip(&mut eight).all(|(four, two)| hex(*four).map(|b| *two = b).is_some());
    is_base64 && is_beginning(twelve.as_flattened()) || is_hex && is_beginning(eight.as_flattened())
}

/// The three bytes of four letters of base64 in either alphabet.
fn base64(four: [u8; 4]) -> Option<[u8; 3]> {
    let [a, b, c, d] = four.map(|letter| u32::from(SIXTH[usize::from(letter)]));
    let bits = a << 18 | b << 12 | c << 6 | d;
    ((a | b | c | d) < 64).then_some([(bits >> 16) as u8, (bits >> 8) as u8, bits as u8])
}

/// The two bytes of four letters of hex.
fn hex(four: [u8; 4]) -> Option<[u8; 2]> {
    let [a, b, c, d] = four.map(|letter| char::from(letter).to_digit(16));
    Some([(a? << 4 | b?) as u8, (c? << 4 | d?) as u8])
}

/// What a letter of base64 stands for, in either alphabet; 64 for others.
static SIXTH: [u8; 256] = {
    let mut sixth = [64; 256];
    let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut place = 0;
    while place < 64 {
        sixth[letters[place] as usize] = place as u8;
        place += 1;
    }
    sixth[b'-' as usize] = 62;
    sixth[b'_' as usize] = 63;
    sixth
};

fn is_beginning(bytes: &[u8]) -> bool {
    const MAGIC: [&[u8]; 5] = [b"\x1f\x8b", b"\x78\x01", b"\x78\x9c", b"\x78\xda", b"\x28\xb5"];
    let is_text = |byte: &u8| (b' '..=b'~').contains(byte) || byte.is_ascii_whitespace();
    bytes.iter().all(is_text) || MAGIC.iter().any(|magic| bytes.starts_with(magic))
}
