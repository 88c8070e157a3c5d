//! Text that says nothing by itself: how random it looks, and whether somebody wrote it as a placeholder.
//!
//! It must not know what the text is for.

/// Parts of what people write instead of a value, in lower case.
const PLACEHOLDERS: &[&[u8]] = &[
    b"your",
    b"example",
    b"xxxx",
    b"redact",
    b"placeholder",
    b"changeme",
    b"change_me",
    b"insert",
    b"replace",
    b"dummy",
    b"_here",
    b"secret_key",
    b"api_key",
    b"filtered",
    b"masked",
    b"removed",
    b"....",
    b"****",
    b"0000000000",
    b"1234567890",
    b"abcdefgh",
];
/// Random text of 16 characters has fewer different ones about never.
const FEWEST_DIFFERENT: u32 = 6;

/// Whether it has letters and digits, or letters of both cases, enough different ones, and is no placeholder.
pub(super) fn is_random(text: &[u8]) -> bool {
    let seen = Seen::of(text);
    let mixed = seen.digits && (seen.lower || seen.upper) || seen.lower && seen.upper;
    mixed && seen.different >= FEWEST_DIFFERENT && !is_placeholder(text)
}

/// Whether it is random, with letters of both cases and digits.
pub(super) fn is_mixed(text: &[u8]) -> bool {
    let seen = Seen::of(text);
    seen.digits && seen.lower && seen.upper && seen.different >= FEWEST_DIFFERENT && !is_placeholder(text)
}

/// Whether it is what people write instead of a value.
pub(super) fn is_placeholder(text: &[u8]) -> bool {
    PLACEHOLDERS.iter().any(|word| text.windows(word.len()).any(|window| window.eq_ignore_ascii_case(word)))
}

/// 8-4-4-4-12 hex digits.
pub(super) fn is_uuid(text: &[u8]) -> bool {
    text.len() == 36
        && text.iter().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// Only hex digits, as many as a digest has: MD5, SHA-1, SHA-256, SHA-512.
pub(super) fn is_digest(text: &[u8]) -> bool {
    matches!(text.len(), 32 | 40 | 64 | 128) && is_hex(text)
}

/// Only hex digits.
pub(super) fn is_hex(text: &[u8]) -> bool {
    text.iter().all(u8::is_ascii_hexdigit)
}

/// Which kinds of characters a text has.
struct Seen {
    digits: bool,
    lower: bool,
    upper: bool,
    /// How many different bytes below 128.
    different: u32,
}

impl Seen {
    fn of(text: &[u8]) -> Self {
        let set = text.iter().filter(|b| b.is_ascii()).fold(0u128, |set, byte| set | 1 << byte);
        let has = |from: u8, count: u32| set >> from & ((1 << count) - 1) != 0;
        Seen {
            digits: has(b'0', 10),
            lower: has(b'a', 26),
            upper: has(b'A', 26),
            different: set.count_ones(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_text_is_told_from_words_and_placeholders() {
        let check = |text: &str, random: bool, mixed: bool| {
            assert_eq!((is_random(text.as_bytes()), is_mixed(text.as_bytes())), (random, mixed), "{text}");
        };
        check("4eC39HqLyjWDarjtT1zdp7dc", true, true);
        check("mhd2kq7w3nzyx5l4jb6tvcgsae", true, false);
        check("environment", false, false);
        check("xxxxxxxxXXXX1", false, false);
        check("YOUR1KEYgoesin", false, false);
        check("1111111111111111", false, false);
        check("", false, false);
    }

    #[test]
    fn uuids_and_digests() {
        assert!(is_uuid(b"550e8400-e29b-41d4-a716-446655440000"));
        assert!(
            !is_uuid(b"550e8400-e29b-41d4-a716-44665544000g")
                && !is_uuid(b"550e8400e29b41d4a716446655440000")
        );
        assert!(is_digest(&[b'a'; 64]) && !is_digest(&[b'a'; 63]) && !is_digest(&[b'g'; 64]));
    }
}
