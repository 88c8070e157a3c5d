//! Parts of a multipart body (RFC 7578): the name stands in a header, the value behind an empty line. Line ends may be
//! written out (`\r\n`), as in a wire log.

use std::ops::Range;

/// Header lines of a part behind its name: its type, its length, its encoding.
const MOST_HEADERS: usize = 4;
/// A longer line is no header.
const LONGEST: usize = 200;
/// A longer value is text of its own, not a field's.
const LONGEST_VALUE: usize = 4096;

const LINE_ENDS: &[&[u8]] = &[b"\r\n", b"\n", br"\r\n", br"\n"];

/// The value of a part, if `key` is the attribute that names it and ends at `from`.
pub(super) fn value(bytes: &[u8], key: &[u8], from: usize) -> Option<Range<usize>> {
    let is_header = || matches!(bytes.get(from), Some(b';' | b'\r' | b'\n' | b'\\'));
    if !key.eq_ignore_ascii_case(b"name") || !is_header() {
        return None;
    }
    let mut line = line_end(bytes, from, LONGEST)?;
    for _ in 0..MOST_HEADERS {
        let next = line_end(bytes, line.end, LONGEST)?;
        if next.start == line.end {
            let end = line_end(bytes, next.end, LONGEST_VALUE).map_or(bytes.len(), |line| line.start);
            let value = next.end..end.min(next.end + LONGEST_VALUE);
            return (!value.is_empty()).then_some(value);
        }
        line = next;
    }
    None
}

/// The line end after `from`, real or written out.
fn line_end(bytes: &[u8], from: usize, reach: usize) -> Option<Range<usize>> {
    let near = &bytes[from..bytes.len().min(from + reach)];
    let mut at = 0;
    loop {
        at += memchr::memchr3(b'\r', b'\n', b'\\', near.get(at..)?)?;
        let rest = &near[at..];
        match LINE_ENDS.iter().find(|end| rest.starts_with(end)) {
            Some(end) => return Some(from + at..from + at + end.len()),
            None => at += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::value;

    fn check(text: &str, expected: Option<&str>) {
        let from = text.find("cvv\"").unwrap() + 4;
        let found = value(text.as_bytes(), b"name", from).map(|range| &text[range]);
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn parts_of_bodies() {
        check("form-data; name=\"cvv\"\r\n\r\n123\r\n--b", Some("123"));
        check(r#"form-data; name="cvv"\r\n\r\n123\r\n--b"#, Some("123"));
        check("name=\"cvv\"; filename=\"x\"\nContent-Type: text/plain\n\n123\n", Some("123"));
        check("name=\"cvv\"\r\n\r\n\r\n--b", None);
        check("<input name=\"cvv\" value=\"1\">\n\n123\n", None);
        check("name=\"cvv\"\n123\n", None);
    }
}
