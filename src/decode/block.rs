//! Lines of a log that belong together: the rest of a pretty-printed object, element or dump below a line with a long
//! number, and the header, empty line and value of a part of a multipart body. Joined, they are one record, so that a
//! name on one line finds its value on the next, and an expiry date its card.
//!
//! A block is looked for below such a line only, within a few lines, and never before it: passing over lines must not
//! depend on it.

use dyetrace_connectors::SourceError;

use super::framer::{Framed, Framer};
use super::lines::{LineScan, trim};

/// Lines of a block beyond its first: a card with its holder's address has about twenty.
const MOST_LINES: usize = 32;
/// So far beyond its first line a block reaches at most.
const REACH: usize = 4 << 10;
/// Digits of the shortest card number.
const LONG_NUMBER: usize = 12;

/// Frames a line, and what belongs to it.
pub(super) fn frame(framer: &mut Framer) -> Result<Framed, SourceError> {
    let framed = framer.frame(&mut LineScan)?;
    let Framed::Whole(line) = framed else { return Ok(framed) };
    let Some(kind) = kind(&framer.window.bytes()[..line]) else { return Ok(framed) };
    framer.window.have(line + REACH)?;
    let bytes = framer.window.bytes();
    let below = &bytes[line..bytes.len().min(line + REACH)];
    let length = match kind {
        Kind::Indented(indent) => indented(below, indent),
        Kind::Part => part(below),
    };
    Ok(if line + length <= framer.limit() { framer.grow(line + length) } else { framed })
}

/// What kind of block may begin with a line.
enum Kind {
    /// One that ends at a line that is indented by less.
    Indented(usize),
    /// A part of a multipart body.
    Part,
}

fn kind(line: &[u8]) -> Option<Kind> {
    match line.first()? {
        b' ' | b'\t' if !is_of_a_log(line.trim_ascii()) => {
            holds_long_number(line).then(|| Kind::Indented(indent(line)))
        }
        b'C' | b'c' => is_part_header(line).then_some(Kind::Part),
        _ => None,
    }
}

/// Whether an indented line begins as lines of logs do, not members of objects: with a direction (`<-`, `->`), a date,
/// or a word and no separator.
fn is_of_a_log(text: &[u8]) -> bool {
    let name =
        text.iter().take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.')).count();
    let behind = text[name..].trim_ascii_start().first();
    match text {
        [b'<', b'-', ..] | [b'-', b'>', ..] | [b'=', ..] | [b'[', b'0'..=b'9', ..] => true,
        _ if name == text.len() => false,
        [b'a'..=b'z' | b'A'..=b'Z', ..] => !matches!(behind, Some(b':' | b'=' | b'(' | b'{' | b'[')),
        [b'0'..=b'9', ..] => true,
        _ => false,
    }
}

fn indent(line: &[u8]) -> usize {
    line.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count()
}

fn holds_long_number(line: &[u8]) -> bool {
    let (mut digits, mut gap) = (0, 0);
    line.iter().any(|byte| {
        (digits, gap) = match byte {
            b'0'..=b'9' => (digits + 1, 0),
            b' ' | b'-' if gap == 0 && digits > 0 => (digits, 1),
            _ => (0, 0),
        };
        digits >= LONG_NUMBER
    })
}

/// RFC 7578.
fn is_part_header(line: &[u8]) -> bool {
    const HEADER: &[u8] = b"content-disposition: form-data";
    line.len() > HEADER.len() && line[..HEADER.len()].eq_ignore_ascii_case(HEADER)
}

/// The length of the lines that are indented no less and are no lines of a log by themselves.
fn indented(below: &[u8], least: usize) -> usize {
    let mut length = 0;
    for line in whole_lines(below).take(MOST_LINES) {
        let text = trim(line).trim_ascii();
        if indent(line) < least || text.is_empty() || is_of_a_log(text) {
            break;
        }
        length += line.len();
    }
    length
}

/// The length of the headers, the empty line and the value's line; nothing if there is no empty line.
fn part(below: &[u8]) -> usize {
    let (mut length, mut is_value) = (0, false);
    for line in whole_lines(below).take(MOST_LINES) {
        let text = trim(line);
        match (is_value, text.is_empty()) {
            (true, _) if text.starts_with(b"--") => return length,
            (true, _) => return length + line.len(),
            (false, true) => is_value = true,
            (false, false) if !text.contains(&b':') => return 0,
            (false, false) => {}
        }
        length += line.len();
    }
    0
}

/// Lines with their ends. What has none may go on beyond reach, or is the stream's last.
fn whole_lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    bytes.split_inclusive(|byte| *byte == b'\n').filter(|line| line.ends_with(b"\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The line and the ones that belong to it.
    fn check(text: &str, expected: &str) {
        let (line, below) = text.split_at(text.find('\n').unwrap() + 1);
        let length = match kind(line.as_bytes()) {
            Some(Kind::Indented(indent)) => indented(below.as_bytes(), indent),
            Some(Kind::Part) => part(below.as_bytes()),
            None => 0,
        };
        assert_eq!(&text[..line.len() + length], expected, "{text}");
    }

    #[test]
    fn an_object_goes_on_while_it_is_indented() {
        check(
            "  n: 4111111111111111\n  c: {\n    v: 1\n  }\n}\nx\n",
            "  n: 4111111111111111\n  c: {\n    v: 1\n  }\n",
        );
        check("\tn=4111 1111 1111 1111\n\tc=1\n\n\td\n", "\tn=4111 1111 1111 1111\n\tc=1\n");
        check("  n: 41\n  c: 1\n", "  n: 41\n");
        check("n: 4111111111111111\n  c: 1\n", "n: 4111111111111111\n");
        check("  <- \"n=4111111111111111\"\n  -> \"HTTP 200\"\n", "  <- \"n=4111111111111111\"\n");
        check("  n=4111111111111111\n  -> \"HTTP 200\"\n", "  n=4111111111111111\n");
        check("  2026 4111111111111111\n  x\n", "  2026 4111111111111111\n");
        let long = format!("  n: 4111111111111111\n{}", "  a\n".repeat(100));
        check(&long, &long[..22 + 4 * MOST_LINES]);
    }

    #[test]
    fn a_part_is_its_headers_and_its_value() {
        let header = "Content-Disposition: form-data; name=\"cvv\"";
        check(&format!("{header}\r\n\r\n123\r\n--b\r\n"), &format!("{header}\r\n\r\n123\r\n"));
        let typed = format!("{header}\nContent-Type: text/plain\n\n123\n");
        check(&format!("{typed}--b\n"), &typed);
        check(&format!("{header}\n\n--b\n"), &format!("{header}\n\n"));
        check(&format!("{header}\nno header\n\n1\n"), &format!("{header}\n"));
    }
}
