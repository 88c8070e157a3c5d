//! Text as digits and what may stand between the digits of one number, whatever way either is written.

use crate::decode::digit;

/// One character, or the escape that stands for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unit {
    pub(super) kind: Kind,
    /// Bytes that it takes.
    pub(super) length: usize,
}

/// What a character is to a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Digit(u8),
    /// Blank, dash, dot, slash, underscore, plus, or a symbol beyond ASCII.
    Gap(char),
    Other,
}

/// The unit that a text which is not empty begins with.
pub(super) fn first(text: &str) -> Unit {
    let plain = text.chars().next().expect("the caller stops at the end");
    let (character, length) = escaped(text).unwrap_or((plain, plain.len_utf8()));
    Unit { kind: kind(character), length }
}

fn kind(character: char) -> Kind {
    match digit(character) {
        Some(value) => Kind::Digit(value),
        None if matches!(character, '-' | '.' | '_' | '/' | '+') || character.is_whitespace() => {
            Kind::Gap(character)
        }
        // What is left out of long text is no gap: its two ends belong to different numbers.
        None if character.is_ascii() || character.is_alphanumeric() || character == '…' => Kind::Other,
        None => Kind::Gap(character),
    }
}

/// The character that an escape stands for, and the escape's length.
fn escaped(text: &str) -> Option<(char, usize)> {
    match text.as_bytes()[0] {
        b'%' => percent(text),
        b'\\' => backslash(text),
        b'&' => entity(text),
        _ => None,
    }
}

/// `%34`, `%2534`, `%C2%A0`
fn percent(text: &str) -> Option<(char, usize)> {
    let mut bytes = [0; 4];
    let mut at = 0;
    for filled in 0..bytes.len() {
        let rest = text[at..].strip_prefix('%')?;
        let code = rest.trim_start_matches("25");
        bytes[filled] = u8::try_from(hex(code, 2)?).ok()?;
        at = text.len() - code.len() + 2;
        if let Ok(done) = std::str::from_utf8(&bytes[..=filled]) {
            return done.chars().next().map(|character| (character, at));
        }
    }
    None
}

/// `\n`, `\x34`, `\u0034`, with any number of backslashes: text in text in text.
fn backslash(text: &str) -> Option<(char, usize)> {
    let rest = text.trim_start_matches('\\');
    let (character, length) = match rest.as_bytes().first()? {
        b'n' | b'r' | b't' => (' ', 1),
        b'x' => (char::from_u32(hex(rest.get(1..)?, 2)?)?, 3),
        b'u' => (char::from_u32(hex(rest.get(1..)?, 4)?)?, 5),
        _ => return None,
    };
    Some((character, text.len() - rest.len() + length))
}

/// `&#52;`, `&#x34;`, `&nbsp;`
fn entity(text: &str) -> Option<(char, usize)> {
    // Bytes: the tenth need not begin a character.
    let end = text.bytes().take(10).position(|b| b == b';')?;
    let name = &text[1..end];
    let character = match name.strip_prefix('#') {
        Some(code) => match code.strip_prefix(['x', 'X']) {
            Some(hex) => char::from_u32(u32::from_str_radix(hex, 16).ok()?)?,
            None => char::from_u32(code.parse().ok()?)?,
        },
        None if matches!(name, "nbsp" | "ensp" | "emsp" | "thinsp" | "ndash" | "mdash") => ' ',
        None => return None,
    };
    Some((character, end + 1))
}

fn hex(text: &str, digits: usize) -> Option<u32> {
    let code = text.get(..digits)?;
    // `from_str_radix` would take a sign.
    code.bytes().all(|b| b.is_ascii_hexdigit()).then(|| u32::from_str_radix(code, 16).ok())?
}
