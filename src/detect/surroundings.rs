//! What stands around a candidate in its own value: what it is glued to, the name right before it, the words near.

use std::ops::Range;

use super::keys::Roles;

/// What a number touches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Touch {
    /// Nothing that matters.
    Free,
    /// An id goes on there: `ord-4111…`, `4111…_2`, `#4111…`.
    Joined,
    /// It cannot be a number of its own: letters, hex, a decimal point, an exponent, a telephone's plus.
    Part,
}

/// What the span touches on either side.
pub(super) fn touch(value: &[u8], span: &Range<usize>) -> Touch {
    let (before, after) = (&value[..span.start], &value[span.end..]);
    match (touch_before(before, span.len()), touch_after(after)) {
        (Touch::Part, _) | (_, Touch::Part) => Touch::Part,
        (Touch::Joined, _) | (_, Touch::Joined) => Touch::Joined,
        _ => Touch::Free,
    }
}

/// Bytes of a character in UTF-8: what stands further away is not looked at, or a long text would cost its square.
const LONGEST_CHARACTER: usize = 4;
/// Bytes of a colour's sequence; `ESC [ 38;2;255;255;255 m` is among the longest.
const LONGEST_COLOUR: usize = 24;
/// The longest telephone number with its country code (ITU-T E.164).
const LONGEST_TELEPHONE: usize = 15;

fn touch_before(before: &[u8], length: usize) -> Touch {
    match before {
        [] => Touch::Free,
        // An escaped line break or tab, the end of a colour, and the padding of a JSON escape.
        [.., b'\\', b'n' | b'r' | b't'] => Touch::Free,
        _ if ends_in_colour(before) => Touch::Free,
        [.., last] if last.is_ascii_alphabetic() => match Roles::of(word_before(before)).is_card_word() {
            true => Touch::Free,
            false => Touch::Part,
        },
        [.., digit, b'.'] if digit.is_ascii_digit() => Touch::Part,
        [.., b'.'] if before.len() == 1 => Touch::Part,
        [rest @ .., b'+']
            if length <= LONGEST_TELEPHONE && !rest.last().is_some_and(u8::is_ascii_alphanumeric) =>
        {
            Touch::Part
        }
        [.., last, b'-' | b'_' | b'/' | b':' | b'.'] if last.is_ascii_digit() => Touch::Joined,
        [.., last, b'-' | b'_'] if last.is_ascii_alphabetic() => {
            let word = word_before(&before[..before.len() - 1]);
            // `test_4111…` is what a gateway's library sends without a key to encrypt with.
            match word == "test" || Roles::of(word).is_card_word() {
                true => Touch::Free,
                false => Touch::Joined,
            }
        }
        [.., b'-' | b'_' | b'#' | b'$' | b'@'] => Touch::Joined,
        [.., last] if *last >= 0x80 => {
            let near = &before[before.len().saturating_sub(LONGEST_CHARACTER)..];
            touch_beyond_ascii(near.utf8_chunks().last().and_then(|c| c.valid().chars().last()))
        }
        _ => Touch::Free,
    }
}

fn touch_after(after: &[u8]) -> Touch {
    match after {
        // What spreadsheets and data frames make of a column of numbers with gaps: `4111111111111111.0`.
        [b'.', b'0', rest @ ..]
            if rest.first().is_none_or(|b| b.is_ascii_whitespace() || b"\"',;)".contains(b)) =>
        {
            Touch::Free
        }
        [b'.', digit, ..] if digit.is_ascii_digit() => Touch::Part,
        [b',', rest @ ..] if is_fraction(rest) => Touch::Part,
        [first, ..] if first.is_ascii_alphabetic() => Touch::Part,
        [b'-' | b'_', next, ..] if next.is_ascii_alphanumeric() => Touch::Joined,
        [b'@' | b'%', ..] => Touch::Joined,
        [first, ..] if *first >= 0x80 => {
            let near = &after[..after.len().min(LONGEST_CHARACTER)];
            touch_beyond_ascii(near.utf8_chunks().next().and_then(|c| c.valid().chars().next()))
        }
        _ => Touch::Free,
    }
}

/// What stands behind a decimal comma: one or two digits. More are the next in a list, as in `4111…,4222…`, or the
/// next cells of a row, as in `4111…,123,12/29`.
fn is_fraction(after: &[u8]) -> bool {
    let digits = after.iter().take_while(|b| b.is_ascii_digit()).count();
    let goes_on = matches!(&after[digits..], [b',' | b';' | b'/' | b'-' | b'|', next, ..] if next.is_ascii_alphanumeric());
    (1..=2).contains(&digits) && !goes_on
}

fn touch_beyond_ascii(beside: Option<char>) -> Touch {
    match beside {
        Some(c) if c.is_alphanumeric() => Touch::Part,
        _ => Touch::Free,
    }
}

/// `ESC [ 31 m`
fn ends_in_colour(before: &[u8]) -> bool {
    let near = &before[before.len().saturating_sub(LONGEST_COLOUR)..];
    let Some(start) = near.iter().rposition(|&b| b == 0x1b) else { return false };
    let sequence = &near[start + 1..];
    sequence.first() == Some(&b'[')
        && sequence.last() == Some(&b'm')
        && sequence[1..sequence.len() - 1].iter().all(|b| b.is_ascii_digit() || *b == b';')
}

/// What a text calls the number in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Named {
    /// It does not.
    No,
    /// `pan=4111…`, `"card_number": "4111…`, `<pan>4111…`
    Key(Roles),
    /// `card 4111…`, `order no. 4111…`
    Word(Roles),
}

/// No name is further away.
const NAME_REACH: usize = 64;

/// The name right before `start`.
pub(super) fn name_before(value: &[u8], start: usize) -> Named {
    let before = &value[start.saturating_sub(NAME_REACH)..start];
    let bare = trim_end(before, b" \t\"'\\[({#");
    match bare {
        [rest @ .., b'=' | b':' | b'>'] => {
            let rest = trim_end(rest, b" \t\"'\\])>=:-");
            match Roles::of(word_before(rest)) {
                // `card declined: 4111…`
                roles if roles == Roles::default() => named_by_words(rest),
                roles => Named::Key(roles),
            }
        }
        _ if bare.len() < before.len() => named_by_words(bare),
        _ => Named::No,
    }
}

/// `card number`, `card no.`, `order`: up to three words that together are a name.
fn named_by_words(before: &[u8]) -> Named {
    let mut words: Vec<&str> = Vec::with_capacity(3);
    let mut rest = before;
    while words.len() < 3 {
        rest = trim_end(rest, b" .#-");
        let word = word_before(rest);
        if word.is_empty() {
            break;
        }
        rest = &rest[..rest.len() - word.len()];
        if !FILLERS.contains(&word) {
            words.insert(0, word);
        }
    }
    let roles = (0..words.len()).map(|first| Roles::of(&words[first..].concat()));
    roles.filter(|&roles| roles != Roles::default()).map(Named::Word).next().unwrap_or(Named::No)
}

/// Words between a name and its number.
const FILLERS: &[&str] = &[
    "charged", "declined", "ending", "expired", "failed", "for", "invalid", "is", "of", "rejected", "the",
    "was", "with",
];

fn trim_end<'a>(bytes: &'a [u8], set: &[u8]) -> &'a [u8] {
    let kept = bytes.iter().rposition(|b| !set.contains(b)).map_or(0, |last| last + 1);
    &bytes[..kept]
}

/// The name that `before` ends in: letters, digits, `_`, `-`.
pub(super) fn word_before(before: &[u8]) -> &str {
    let start = before.iter().rposition(|b| !b.is_ascii_alphanumeric() && !matches!(b, b'_' | b'-'));
    let word = &before[start.map_or(0, |at| at + 1)..];
    std::str::from_utf8(word).unwrap_or_default()
}

/// Words within this many bytes count as near; a cloud provider's data protection looks as far.
const NEAR: usize = 30;

/// Calls `word` with each word near the span, in lower case.
pub(super) fn words_near(value: &[u8], span: &Range<usize>, mut word: impl FnMut(&str)) {
    let before = &value[span.start.saturating_sub(NEAR)..span.start];
    let after = &value[span.end..value.len().min(span.end + NEAR)];
    let mut lower = String::new();
    for text in [before, after] {
        for part in text.split(|b| !b.is_ascii_alphabetic()).filter(|part| part.len() >= 2) {
            lower.clear();
            lower.extend(part.iter().map(|b| char::from(b.to_ascii_lowercase())));
            word(&lower);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::keys::Role;

    fn check(text: &str, expected: Touch) {
        let start = text.find("4111").expect("a number to look at");
        let length = text[start..].bytes().take_while(u8::is_ascii_digit).count();
        assert_eq!(touch(text.as_bytes(), &(start..start + length)), expected, "{text}");
    }

    #[test]
    fn touched_numbers() {
        check("a4111111111111111", Touch::Part);
        check("0.4111111111111111", Touch::Part);
        check("4111111111111111e5", Touch::Part);
        check("+411111111111", Touch::Part);
        check("ord-4111111111111111", Touch::Joined);
        check("4111111111111111-b", Touch::Joined);
        check("pan4111111111111111", Touch::Free);
        check("test_4111111111111111", Touch::Free);
        check("q=pay+4111111111111111", Touch::Free);
        check("\u{1b}[31m4111111111111111", Touch::Free);
        check("4111111111111111.", Touch::Free);
        check("4111111111111111.0", Touch::Free);
        check("4111111111111111,25", Touch::Part);
        check("4111111111111111,25 EUR, 2 days", Touch::Part);
        check("4111111111111111,5500005555555559", Touch::Free);
        check("4111111111111111,123,12/29", Touch::Free);
        check("4111111111111111,12,2029", Touch::Free);
        check("4111111111111111,12/29", Touch::Free);
    }

    fn check_name(text: &str, role: Role) {
        let (Named::Key(roles) | Named::Word(roles)) = name_before(text.as_bytes(), text.len()) else {
            panic!("no name: {text}");
        };
        assert!(roles.has(role), "{text}");
    }

    #[test]
    fn names_in_text() {
        check_name("a=1 pan=", Role::Pan);
        check_name("{\"card_number\": \"", Role::Pan);
        check_name("[number] => ", Role::Number);
        check_name("<ns:PAN>", Role::Pan);
        check_name("declined card number ", Role::Pan);
        check_name("card declined: ", Role::Card);
        check_name("card failed for order ", Role::Identifier);
        check_name("for order #", Role::Identifier);
        check_name("Order no. ", Role::Identifier);
        assert_eq!(name_before(b"paid ", 5), Named::No);
    }
}
