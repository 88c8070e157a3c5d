//! Words, and whether a value stands near them.

use super::{Worth, ahead, behind, number::holds};
use crate::detect::scanner::words::{Near, word_at};

/// How far behind its name a value may stand: through quotes, brackets, tags and nested names.
const REACH: usize = 96;
/// How far the values of a statement may stand behind the names of its columns.
const STATEMENT: usize = 4096;

/// How far a number may stretch that is written digit by digit, each by its code.
const LONG: usize = 192;

/// What a word is worth whose window ends at `at`.
pub(super) fn word(text: &[u8], at: usize) -> Worth {
    let Some((word, start)) = word_at(text, at) else { return Worth::Nothing };
    let end = start + word.text.len();
    let found = match word.near {
        Near::Card => has_card(ahead(text, end, LONG)),
        // The value of a part of a multipart body stands two lines below.
        Near::Code => has_code(text, end) || holds(behind(text, start, 12), b"name=\""),
        Near::CodeByName => {
            let is_named = is_code_name(ahead(text, end, 24)) || holds(behind(text, start, 12), b"card");
            is_named && has_code(text, end)
        }
        Near::Last => has_group(ahead(text, end, 24), 1..=4),
        Near::Digest => is_card_name(behind(text, start, 24)) && has_digest(ahead(text, end, REACH)),
        Near::Pin => has_pin(ahead(text, end, REACH)),
        Near::Digits => hides_digits(text, start, end),
        Near::Nothing => true,
    };
    if found { Worth::Decoding } else { Worth::Nothing }
}

/// Digits enough for a card's number, ASCII ones or of any other script, or a group that is shown of one.
fn has_card(near: &[u8]) -> bool {
    let digits = near.iter().filter(|byte| byte.is_ascii_digit()).count();
    let beyond_ascii = near.iter().filter(|byte| !byte.is_ascii()).count();
    let shown =
        || [4..=4, 6..=6, 8..=8].into_iter().any(|lengths| has_group(&near[..near.len().min(48)], lengths));
    digits >= 12
        || beyond_ascii >= 24
        || digits >= 4 && (shown() || holds(&near[..near.len().min(48)], b"e+1"))
}

fn has_code(text: &[u8], end: usize) -> bool {
    let near = ahead(text, end, REACH);
    has_group(near, 3..=4)
        || holds(near, b"values") && has_group(ahead(text, end, STATEMENT), 3..=4)
        || near.len() == REACH && holds(ahead(text, end, STATEMENT), b"values")
}

/// `security code`, `cardVerificationValue`, `validation_data`.
fn is_code_name(behind: &[u8]) -> bool {
    [&b"code"[..], b"value", b"data", b"num", b"no", b"digit"].iter().any(|name| holds(behind, name))
}

fn is_card_name(before: &[u8]) -> bool {
    [&b"pan"[..], b"card", b"cc", b"acct", b"number"].iter().any(|name| holds(before, name))
}

/// As many letters and digits as a digest has at least, in hex or base64.
fn has_digest(near: &[u8]) -> bool {
    near.split(|byte| !byte.is_ascii_alphanumeric()).any(|word| word.len() >= 20)
}

/// A group of so many digits, with no letter or digit at either side.
fn has_group(near: &[u8], lengths: std::ops::RangeInclusive<usize>) -> bool {
    near.split(|byte| !byte.is_ascii_alphanumeric())
        .any(|word| lengths.contains(&word.len()) && word.iter().all(u8::is_ascii_digit))
}

/// A PIN is four to twelve digits, its block sixteen of hex.
fn has_pin(near: &[u8]) -> bool {
    let mut words = near.split(|byte| !byte.is_ascii_alphanumeric());
    let is_name = near.first().is_none_or(|next| !next.is_ascii_lowercase() || b"bdnc".contains(next));
    is_name
        && words.any(|word| {
            let digits = word.iter().all(u8::is_ascii_digit);
            (4..=12).contains(&word.len()) && digits
                || word.len() >= 16 && word.iter().all(u8::is_ascii_hexdigit)
        })
}

/// Digits within a few bytes of a run of what hides others.
fn hides_digits(text: &[u8], start: usize, end: usize) -> bool {
    let hides = |byte: &u8| matches!(byte, b'*' | b'x' | b'X' | b'#' | b'.' | b' ' | b'-' | 0x80..);
    let after = ahead(text, end, 32);
    let shown = after.iter().position(|byte| !hides(byte)).unwrap_or(after.len());
    let is_last = after.first() != Some(&text[end - 1]);
    let behind = text[..start].iter().rev().take(2).any(u8::is_ascii_digit);
    let tail = after[shown..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    behind || is_last && tail >= 3
}
