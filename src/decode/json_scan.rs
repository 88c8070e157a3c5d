//! Finds where a JSON value ends, and what stands at the top of an object, without parsing: brackets and strings
//! are told apart and counted, so depth costs nothing.

use std::ops::Range;

use super::framer::Scan;

/// Ends a record where a JSON value ends.
#[derive(Debug, Default)]
pub(super) struct ValueScan {
    kind: Kind,
    depth: usize,
    string: bool,
    escaped: bool,
    broken: bool,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Kind {
    #[default]
    Unknown,
    /// Ends with a bracket or a quote.
    Closed,
    /// A number or a word: ends before what cannot be part of it.
    Open,
}

impl Scan for ValueScan {
    fn reset(&mut self) {
        *self = ValueScan::default();
    }

    fn feed(&mut self, bytes: &[u8], from: usize) -> Option<usize> {
        let mut at = from;
        while at < bytes.len() {
            if self.string {
                at += self.in_string(&bytes[at..]);
                if self.broken || !self.string && self.depth == 0 {
                    return Some(at);
                }
                continue;
            }
            match self.outside(bytes[at]) {
                Outcome::Inside => at += 1,
                Outcome::EndsWith => return Some(at + 1),
                Outcome::EndsBefore => return Some(at),
            }
        }
        None
    }
}

enum Outcome {
    Inside,
    EndsWith,
    EndsBefore,
}

impl ValueScan {
    /// Whether a line ended in a string, which JSON forbids: a quote is missing, and all after it would be read the
    /// wrong way round. The value ends there.
    pub(super) fn is_broken(&self) -> bool {
        self.broken
    }

    /// How many bytes belong to the string, up to its quote or all.
    fn in_string(&mut self, bytes: &[u8]) -> usize {
        if std::mem::take(&mut self.escaped) {
            return 1;
        }
        let Some(index) = memchr::memchr3(b'"', b'\\', b'\n', bytes) else { return bytes.len() };
        match bytes[index] {
            b'"' => self.string = false,
            b'\n' => self.broken = true,
            _ => self.escaped = true,
        }
        index + 1
    }

    fn outside(&mut self, byte: u8) -> Outcome {
        if self.kind == Kind::Open {
            let ends = matches!(byte, b',' | b']' | b'}' | b':' | b'"') || byte.is_ascii_whitespace();
            return if ends { Outcome::EndsBefore } else { Outcome::Inside };
        }
        let began = self.kind == Kind::Closed;
        match byte {
            b'"' => {
                self.string = true;
                self.kind = Kind::Closed;
            }
            b'{' | b'[' => {
                self.depth += 1;
                self.kind = Kind::Closed;
            }
            b'}' | b']' => {
                self.depth = self.depth.saturating_sub(1);
                return if self.depth == 0 { Outcome::EndsWith } else { Outcome::Inside };
            }
            _ if !began => self.kind = Kind::Open,
            _ => {}
        }
        Outcome::Inside
    }
}

/// How many bytes of white space, and of `also`, come first.
pub(super) fn blank(bytes: &[u8], also: u8) -> usize {
    bytes.iter().take_while(|byte| byte.is_ascii_whitespace() || **byte == also).count()
}

/// A member of an object: its key with quotes, and its value, as far as it is there.
pub(super) struct Member {
    pub(super) key: Range<usize>,
    pub(super) value: Range<usize>,
}

/// The members of the object that these bytes are or begin with.
pub(super) fn members(object: &[u8]) -> impl Iterator<Item = Member> {
    let mut at = 1;
    std::iter::from_fn(move || {
        let key = value_at(object, at + blank(object.get(at..)?, b','))?;
        let value = value_at(object, key.end + blank(&object[key.end..], b':'))?;
        at = value.end;
        object[key.start..].starts_with(b"\"").then_some(Member { key, value })
    })
}

/// The value that begins at `start`; it may be cut short.
pub(super) fn value_at(bytes: &[u8], start: usize) -> Option<Range<usize>> {
    let value = bytes.get(start..).filter(|value| !value.is_empty())?;
    if matches!(value[0], b'}' | b']') {
        return None;
    }
    let length = ValueScan::default().feed(value, 0).unwrap_or(value.len());
    Some(start..start + length)
}

#[cfg(test)]
mod tests {
    use super::{Scan, ValueScan, members};

    fn check(text: &str, value: &str) {
        let length = ValueScan::default().feed(text.as_bytes(), 0);
        assert_eq!(length.map_or("?", |length| &text[..length]), value);
    }

    #[test]
    fn a_value_ends_where_its_bracket_closes() {
        check(r#"{"a":"}\"","b":[1,{}]},2"#, r#"{"a":"}\"","b":[1,{}]}"#);
        check(r#""a\\",1"#, r#""a\\""#);
        check("12.5,", "12.5");
        check("true\n", "true");
        check("[[[", "?");
        check("}", "}");
        check("{\"a\":\"x\n\"b\":1}", "{\"a\":\"x\n");
    }

    #[test]
    fn members_stand_at_the_top() {
        let text = r#" {"a" : 1, "b":{"c":[2]},"d":"x" }"#.trim();
        let found: Vec<_> =
            members(text.as_bytes()).map(|m| format!("{} {}", &text[m.key], &text[m.value])).collect();
        assert_eq!(found, [r#""a" 1"#, r#""b" {"c":[2]}"#, r#""d" "x""#]);
    }
}
