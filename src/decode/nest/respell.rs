//! Text as a person reads it: digits of any script as ASCII digits, and nothing between digits that cannot be seen
//! (characters without width, marks of direction, variation selectors, the codes of a colour).

use zeroize::Zeroizing;

use super::{Leaf, Walker};
use crate::decode::numerals;

/// Fewer digits are no card number.
const FEWEST_DIGITS: usize = 12;

impl Walker<'_> {
    /// Takes a text out that reads otherwise than its bytes do.
    pub(super) fn respelled(&mut self, leaf: Leaf<'_>) {
        let rest = Zeroizing::new(self.record.field(leaf.index).value.expose().to_vec());
        let Some(plain) = plain(&rest) else { return };
        let Some(inner) = self.decoded_below(leaf, "plain", plain.len()) else { return };
        if self.leaf(inner, &plain) {
            self.record.blank(leaf.index, 0..rest.len());
        }
    }
}

/// The text in plain digits; nothing if it is that already, or has too few.
fn plain(text: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let mut plain = Zeroizing::new(Vec::with_capacity(text.len()));
    // Where something was left out, and whether a digit was respelled.
    let (mut gaps, mut respelled, mut rest) = (Vec::new(), false, text);
    while !rest.is_empty() {
        if let Some(length) = hidden(rest) {
            gaps.push(plain.len());
            rest = &rest[length..];
            continue;
        }
        let (character, length) = first(rest);
        match character.filter(|character| !character.is_ascii()).and_then(numerals::digit) {
            Some(digit) => {
                plain.push(b'0' + digit);
                respelled = true;
            }
            None => plain.extend_from_slice(&rest[..length]),
        }
        rest = &rest[length..];
    }
    let is_otherwise = respelled || gaps.iter().any(|&gap| is_within_digits(&plain, gap));
    let digits = plain.iter().filter(|byte| byte.is_ascii_digit()).count();
    (is_otherwise && digits >= FEWEST_DIGITS).then_some(plain)
}

/// Whether digits stand on both sides, at most a separator away.
fn is_within_digits(plain: &[u8], gap: usize) -> bool {
    let before = plain[..gap].strip_suffix(b" ").or(plain[..gap].strip_suffix(b"-")).unwrap_or(&plain[..gap]);
    let after = plain[gap..].strip_prefix(b" ").or(plain[gap..].strip_prefix(b"-")).unwrap_or(&plain[gap..]);
    before.last().is_some_and(u8::is_ascii_digit) && after.first().is_some_and(u8::is_ascii_digit)
}

/// The first character, if the bytes are one, and its length.
fn first(rest: &[u8]) -> (Option<char>, usize) {
    if rest[0].is_ascii() {
        return (Some(char::from(rest[0])), 1);
    }
    let near = &rest[..rest.len().min(4)];
    let character = near.utf8_chunks().next().and_then(|chunk| chunk.valid().chars().next());
    (character, character.map_or(1, char::len_utf8))
}

/// The length of what begins here and cannot be seen.
fn hidden(rest: &[u8]) -> Option<usize> {
    match rest {
        [0x1b, b'[', codes @ ..] => {
            let length = codes.iter().take(24).take_while(|b| b.is_ascii_digit() || **b == b';').count();
            (codes.get(length) == Some(&b'm')).then_some(length + 3)
        }
        // Soft hyphen.
        [0xc2, 0xad, ..] => Some(2),
        // Combining grapheme joiner.
        [0xcd, 0x8f, ..] => Some(2),
        // U+200B to U+200F, U+202A to U+202E, U+2060 to U+206F: no width, marks of direction.
        [0xe2, 0x80, 0x8b..=0x8f | 0xaa..=0xae, ..] | [0xe2, 0x81, 0xa0..=0xaf, ..] => Some(3),
        // Keycap, variation selectors, byte order mark.
        [0xe2, 0x83, 0xa3, ..] | [0xef, 0xb8, 0x80..=0x8f, ..] | [0xef, 0xbb, 0xbf, ..] => Some(3),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::plain;

    fn check(text: &str, expected: Option<&str>) {
        let found = plain(text.as_bytes());
        let found = found.as_deref().map(|bytes| String::from_utf8_lossy(bytes).into_owned());
        assert_eq!(found.as_deref(), expected, "{text}");
    }

    #[test]
    fn digits_become_plain() {
        check("card \u{ff14}111111111111111", Some("card 4111111111111111"));
        check("4111\u{200b}1111\u{200b}1111", Some("411111111111"));
        check("4111\u{1b}[0m \u{1b}[31m1111 1111", Some("4111 1111 1111"));
        check("\u{202b}4111\u{200f} 1111 1111\u{202c}", Some("4111 1111 1111"));
    }

    #[test]
    fn what_reads_as_it_stands_is_left() {
        check("caf\u{e9} 4111111111111111", None);
        check("\u{1b}[31m4111111111111111\u{1b}[0m", None);
        check("\u{664}\u{661}", None);
        check("4111\u{a0}1111\u{a0}1111", None);
    }
}
