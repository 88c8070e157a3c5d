//! Numbers over a line break: the end of one line and the beginning of the next, put together where both are digits.
//! Lines are records, so that the second one gets the joined text as a field of its own, `line|wrapped`; its first
//! line's end stands before it, with the words that may be the number's name.
//!
//! It must not know what a card number is: that two lines meet in digits happens by chance, and the detector asks for
//! more.

use zeroize::Zeroizing;

use super::nest::{Walker, hexdump};
use super::{FieldPath, Limits, Record};

/// The end of the line before, if the next one could go on with its digits.
#[derive(Default)]
pub(super) struct Wrap {
    tail: Zeroizing<Vec<u8>>,
    /// The bytes of the dump that the lines before were lines of: nothing stands between its last byte and the next.
    dump: Zeroizing<Vec<u8>>,
}

/// How much of the line before is kept: the digits, and the words before them.
const TAIL: usize = 96;
/// Messages that are dumped are short.
const LONGEST_DUMP: usize = 2 << 10;
/// How much of the next line: the rest of the number, and what comes behind it.
const HEAD: usize = 64;
/// Digits on a side: a single one is a page number or a footnote.
const SIDE: std::ops::RangeInclusive<usize> = 2..=17;
/// Card numbers have so many digits.
const DIGITS: std::ops::RangeInclusive<usize> = 12..=19;

impl Wrap {
    /// Remembers a line that is left behind.
    pub(super) fn leave(&mut self, line: &[u8]) {
        self.tail.clear();
        match hexdump::decoded(line) {
            Some(bytes) => {
                if self.dump.len() + bytes.len() > LONGEST_DUMP {
                    self.dump.clear();
                }
                self.dump.extend_from_slice(&bytes);
                self.keep(&bytes);
            }
            None => {
                self.dump.clear();
                self.keep(line);
            }
        }
    }

    fn keep(&mut self, text: &[u8]) {
        let ends =
            text.trim_ascii_end().last().is_some_and(|last| last.is_ascii_digit() || b"-=\\".contains(last));
        if ends && SIDE.contains(&digits_at_end(text)) {
            self.tail.extend_from_slice(&text[text.len().saturating_sub(TAIL)..]);
        }
    }

    /// Whether this line goes on with the digits or the dump of the one before.
    pub(super) fn goes_on(&self, line: &[u8]) -> bool {
        self.joined(line).is_some() || !self.dump.is_empty() && hexdump::decoded(line).is_some()
    }

    /// Adds what is put together to the record of the second line.
    pub(super) fn add(&self, path: &FieldPath, line: &[u8], limits: &Limits, record: &mut Record) {
        if let Some(text) = self.joined(line) {
            record.groups += 1;
            record.push(path.encoded("wrapped"), &text, record.groups, None);
        }
        let rest = if self.dump.is_empty() { None } else { hexdump::decoded(line) };
        if let Some(rest) = rest {
            let whole = Zeroizing::new([&self.dump[..], &rest].concat());
            Walker::new(limits, record).dumped(path, &whole);
        }
    }

    fn joined(&self, line: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        if self.tail.is_empty() {
            return None;
        }
        let is_dump = !self.dump.is_empty();
        let dump = if is_dump { Some(hexdump::decoded(line)?) } else { None };
        let head = match &dump {
            Some(bytes) => bytes.as_slice(),
            None => without_margin(line),
        };
        let (before, after) = (digits_at_end(&self.tail), digits_at_start(head));
        let fits = SIDE.contains(&after) && DIGITS.contains(&(before + after)) && !is_clock(head);
        let head = &head[..head.len().min(HEAD)];
        let between: &[u8] = if is_dump { b"" } else { b"\n" };
        fits.then(|| Zeroizing::new([&self.tail[..], between, head].concat()))
    }
}

/// Indentation, and what mails put before a quoted line.
fn without_margin(line: &[u8]) -> &[u8] {
    let margin = line.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'>' | b'|')).count();
    &line[margin..]
}

/// Digits that a text ends with, in groups or not, before what marks a broken line.
fn digits_at_end(text: &[u8]) -> usize {
    let text = text.trim_ascii_end();
    let text =
        text.strip_suffix(b"=").or(text.strip_suffix(b"\\")).or(text.strip_suffix(b"-")).unwrap_or(text);
    count(text.trim_ascii_end().iter().rev())
}

fn digits_at_start(text: &[u8]) -> usize {
    count(text.iter())
}

fn count<'b>(bytes: impl Iterator<Item = &'b u8>) -> usize {
    let (mut digits, mut gap) = (0, 0);
    for byte in bytes {
        match byte {
            b'0'..=b'9' => (digits, gap) = (digits + 1, 0),
            b' ' | b'-' if gap == 0 && digits > 0 => gap = 1,
            _ => break,
        }
    }
    digits
}

/// Whether a line begins with a date or a time, as most lines of logs do.
fn is_clock(head: &[u8]) -> bool {
    let digits = head.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let two = |at: usize| head.get(at..at + 2).is_some_and(|two| two.iter().all(u8::is_ascii_digit));
    match head.get(digits) {
        Some(b':' | b'/' | b'.' | b'T') => true,
        Some(b'-') => matches!(digits, 2 | 4) && two(digits + 1) && head.get(digits + 3) == Some(&b'-'),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::Wrap;

    fn check(first: &str, second: &str, expected: Option<&str>) {
        let mut wrap = Wrap::default();
        wrap.leave(first.as_bytes());
        let joined = wrap.joined(second.as_bytes());
        let joined = joined.as_deref().map(|text| String::from_utf8_lossy(text).into_owned());
        assert_eq!(joined.as_deref(), expected, "{first}\n{second}");
    }

    #[test]
    fn lines_that_go_on() {
        check("card 41111111", "11111111 was", Some("card 41111111\n11111111 was"));
        check("> card 4111 1111", "> 1111 1111 ok", Some("> card 4111 1111\n1111 1111 ok"));
        check("card 4111-1111-", "1111-1111", Some("card 4111-1111-\n1111-1111"));
        check("card 41111111=", "11111111", Some("card 41111111=\n11111111"));
        check(
            "00000000  34 31 31 31 31 31 31 31  |41111111|",
            "00000010  31 31 31 31 31 31 31 31  |11111111|",
            Some("4111111111111111"),
        );
    }

    #[test]
    fn lines_that_do_not() {
        check("took 12345678901", "2026-03-01 10:00:00 next", None);
        check("took 12345678901", "10:00:00 next", None);
        check("4111111111111111", "4111111111111111", None);
        check("1234", "5678", None);
        check("ends 41111111.", "11111111", None);
        check("id a", "11111111", None);
    }
}
