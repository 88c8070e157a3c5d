//! How keys and values stand in text: `card=4111`, `card="4111"`, `"card": 4111`, `:card=>"4111"`, `Card: 4111`.
//! Every look is bounded by the longest key. It must not know where they go.

use std::ops::Range;

/// A key that stands before a separator.
#[derive(Debug, Clone)]
pub(super) struct Key {
    pub(super) range: Range<usize>,
    pub(super) is_quoted: bool,
    /// White space around the separator is part of the spelling.
    pub(super) is_spaced: bool,
}

/// Longer ones are no keys.
const LONGEST: usize = 64;
/// The shortest and longest card number that stands in groups of digits.
const CARD: std::ops::RangeInclusive<usize> = 12..=19;
/// Digits of a group: 4-4-4-4, 4-6-5, 4-6-4; 7 leaves room for the odd ones.
const LONGEST_GROUP: usize = 7;

static MARKS: [bool; 256] = marks();

/// The next byte that can begin or end a part.
pub(super) fn mark(bytes: &[u8]) -> Option<usize> {
    bytes.iter().position(|byte| MARKS[*byte as usize])
}

const fn marks() -> [bool; 256] {
    let (mut table, marks) = ([false; 256], b"=:{}[]()?<");
    let mut index = 0;
    while index < marks.len() {
        table[marks[index] as usize] = true;
        index += 1;
    }
    table
}

impl Key {
    /// The key that ends where the separator at `end` stands; it does not begin before `floor`.
    pub(super) fn before(bytes: &[u8], floor: usize, end: usize) -> Option<Key> {
        let floor = floor.max(end.saturating_sub(LONGEST + 4)).min(end);
        let is_spaced = bytes[floor..end].ends_with(b" ")
            && bytes.get(end + 1).is_none_or(|byte| matches!(byte, b' ' | b'>'));
        let end = if is_spaced { end - 1 } else { end };
        match bytes[floor..end].last()? {
            b'"' | b'\'' => Key::quoted(bytes, floor, end - 1),
            // PHP: `["number"]=>`, `[number] =>`.
            b']' if bytes.get(end.wrapping_sub(2)).is_some_and(|byte| matches!(byte, b'"' | b'\'')) => {
                Key::quoted(bytes, floor, end - 2)
            }
            _ => Key::plain(bytes, floor, end).map(|range| {
                let range = if is_spaced { with_word_before(bytes, floor, range) } else { range };
                Key { range, is_quoted: false, is_spaced }
            }),
        }
    }

    fn quoted(bytes: &[u8], floor: usize, quote: usize) -> Option<Key> {
        // The quote may be escaped itself, as in JSON within JSON.
        let end = if bytes.get(floor..quote)?.ends_with(b"\\") { quote - 1 } else { quote };
        let start = floor + memchr::memrchr(bytes[quote], bytes.get(floor..end)?)? + 1;
        let is_key = start < end && !bytes[start..end].iter().any(u8::is_ascii_control);
        is_key.then_some(Key { range: start..end, is_quoted: true, is_spaced: true })
    }

    fn plain(bytes: &[u8], floor: usize, end: usize) -> Option<Range<usize>> {
        let behind = |end: usize| {
            bytes[floor..end].iter().rposition(|byte| !is_key(*byte)).map_or(floor, |at| floor + at + 1)
        };
        let start = match bytes[end - 1] {
            b']' => behind(floor + memchr::memrchr(b'[', &bytes[floor..end])?),
            _ => behind(end),
        };
        let inner = match bytes[start] {
            // PHP: `[number] =>`.
            b'[' => start + 1..end - 1,
            _ => start..end,
        };
        let ahead = bytes[inner.clone()].iter().position(|byte| !matches!(byte, b'-' | b'.' | b'%'))?;
        let range = inner.start + ahead..inner.end;
        let first = bytes[range.start];
        let is_name = first.is_ascii_alphabetic() || !first.is_ascii() || matches!(first, b'_' | b'$');
        (is_name && range.len() <= LONGEST).then_some(range)
    }

    /// Whether it is one word.
    pub(super) fn is_simple(&self, bytes: &[u8]) -> bool {
        bytes[self.range.clone()].iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
    }
}

/// With the word before, if the last says nothing alone: `CVV Number = 123`.
fn with_word_before(bytes: &[u8], floor: usize, range: Range<usize>) -> Range<usize> {
    const NOTHING: &[&[u8]] = &[b"number", b"code", b"value", b"no", b"num"];
    let before = bytes[floor..range.start].strip_suffix(b" ").unwrap_or_default();
    let word = before.iter().rev().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let last = &bytes[range.clone()];
    let is_open = NOTHING.iter().any(|nothing| last.eq_ignore_ascii_case(nothing));
    if is_open && word > 1 { floor + before.len() - word..range.end } else { range }
}

/// The end of `ESC [ … m`, by which terminals colour, if `bracket` is part of one.
pub(super) fn colour(bytes: &[u8], bracket: usize) -> Option<usize> {
    let is_one = bracket > 0 && bytes[bracket - 1] == b'\x1b';
    let end = bytes[bracket..].iter().take(12).position(u8::is_ascii_alphabetic).filter(|_| is_one)?;
    Some(bracket + end + 1)
}

fn is_key(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || !byte.is_ascii() || matches!(byte, b'_' | b'-' | b'.' | b'%' | b'$')
}

/// Where the value begins, without what languages wrap it in.
pub(super) fn value_start(bytes: &[u8], from: usize, key: &Key) -> usize {
    let blanks = |from: usize| {
        bytes[from..].iter().take(LONGEST).take_while(|byte| byte.is_ascii_whitespace()).count()
    };
    let mut from = from + if key.is_spaced { blanks(from) } else { 0 };
    for wrapper in [&b"Some("[..], b"Optional[", b"string(", b"int(", b"Integer(", b"&"] {
        if bytes[from..].starts_with(wrapper) {
            from += wrapper.len();
        }
    }
    // PHP: `string(16) "4111…"`.
    let digits = bytes[from..].iter().take(LONGEST).take_while(|byte| byte.is_ascii_digit()).count();
    if bytes[from + digits..].starts_with(b") \"") { from + digits + 2 } else { from }
}

/// The text within the quotes that begin at `from`.
pub(super) fn quoted(bytes: &[u8], from: usize) -> Option<Range<usize>> {
    let start = from + quote_length(bytes, from);
    if bytes[from] == b'\\' {
        let escaped = bytes.get(from..start).filter(|quote| matches!(quote, [_, b'"' | b'\'']))?;
        return memchr::memmem::find(&bytes[start..], escaped).map(|length| start..start + length);
    }
    let mut end = start;
    loop {
        end += memchr::memchr2(bytes[from], b'\\', bytes.get(end..)?)?;
        if bytes[end] == bytes[from] {
            return Some(start..end);
        }
        end += 2;
    }
}

/// `"` or `\"`.
pub(super) fn quote_length(bytes: &[u8], from: usize) -> usize {
    if bytes[from] == b'\\' { 2.min(bytes.len() - from) } else { 1 }
}

/// The bracket in `Card(`, `Card{`, `Card {`, `Card[`, if a value begins like that.
pub(super) fn bracket_after_name(bytes: &[u8], from: usize) -> Option<usize> {
    let text = &bytes[from..];
    let is_name = |byte: &&u8| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'$' | b':' | b'@' | b'#' | b'%')
    };
    let length = text.iter().take(LONGEST).take_while(is_name).count();
    let first = *text.first()?;
    match text.get(length..length + 2)? {
        _ if length == 0 || !(first.is_ascii_alphabetic() || matches!(first, b'%' | b'#' | b'_')) => None,
        [b'(' | b'{' | b'[', _] => Some(from + length),
        b" {" => Some(from + length + 1),
        _ => None,
    }
}

/// The name directly before a bracket; empty if there is none. Of a qualified one, the last part.
pub(super) fn name_before(bytes: &[u8], bracket: usize) -> Range<usize> {
    let floor = bracket.saturating_sub(LONGEST + 1);
    let end =
        if bytes[bracket] == b'{' && bytes[floor..bracket].ends_with(b" ") { bracket - 1 } else { bracket };
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$');
    let behind = |end: usize| {
        bytes[floor..end].iter().rposition(|byte| !is_part(byte)).map_or(floor, |at| floor + at + 1)
    };
    let mut range = behind(end)..end;
    // Java: `Card@1b6d3586[number=…]`.
    if range.start > floor && bytes[range.start - 1] == b'@' {
        range = behind(range.start - 1)..range.start - 1;
    }
    let first = bytes[range.start];
    let is_type = end == bracket || first.is_ascii_uppercase();
    let is_name = first.is_ascii_alphabetic() && is_type && range.len() < LONGEST;
    if is_name { range } else { end..end }
}

/// Whether `key=` (or another of the separators) stands here.
pub(super) fn starts_pair(bytes: &[u8], separators: &[u8]) -> bool {
    let ahead = bytes.iter().take(2).take_while(|byte| b"\"'@:[\\".contains(byte)).count();
    let rest = &bytes[ahead..];
    let length = rest
        .iter()
        .take(LONGEST + 1)
        .take_while(|byte| is_key(**byte) || matches!(byte, b'[' | b']'))
        .count();
    let begins = rest.first().is_some_and(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'$'));
    let behind = rest[length..].iter().take(3).find(|byte| !matches!(byte, b'"' | b'\'' | b' ' | b'\\'));
    begins && length <= LONGEST && behind.is_some_and(|byte| separators.contains(byte))
}

/// The end of a value outside brackets: white space, or what separates pairs.
pub(super) fn end_of_word(bytes: &[u8], from: usize) -> usize {
    if let Some(end) = grouped_digits(bytes, from) {
        return end;
    }
    let is_end = |at: &usize| match bytes[*at] {
        b'"' | b'<' | b'>' | b'`' => true,
        b',' | b';' | b'|' => {
            let after = &bytes[at + 1..];
            after.first().is_none_or(u8::is_ascii_whitespace) || starts_pair(after, b"=")
        }
        byte => byte.is_ascii_whitespace() || byte.is_ascii_control(),
    };
    let end = (from..bytes.len()).find(is_end).unwrap_or(bytes.len());
    without_punctuation(bytes, from, end)
}

/// The end of a value within brackets, where it may have spaces: `Card(name=Ada Lovelace, number=…)`.
pub(super) fn end_in_brackets(bytes: &[u8], from: usize) -> usize {
    let is_end = |at: &usize| match bytes[*at] {
        b')' | b'}' | b']' | b'"' | b'\n' | b'\r' | b'<' => true,
        b',' | b';' => !bytes.get(at + 1).is_some_and(u8::is_ascii_digit),
        b' ' | b'\t' => starts_pair(&bytes[at + 1..], b"=:"),
        _ => false,
    };
    let end = (from..bytes.len()).find(is_end).unwrap_or(bytes.len());
    from + bytes[from..end].trim_ascii_end().len()
}

/// Without what ends a sentence or a bracket around the value.
pub(super) fn without_punctuation(bytes: &[u8], from: usize, end: usize) -> usize {
    let is_part = |byte: &u8| !matches!(byte, b',' | b';' | b'.' | b')' | b']' | b'}' | b'\'' | b':');
    bytes[from..end].iter().rposition(is_part).map_or(end, |at| from + at + 1)
}

/// The end of a card number in groups: `card=4111 1111 1111 1111 ok` is one value, `status=200 512` is not.
fn grouped_digits(bytes: &[u8], from: usize) -> Option<usize> {
    let digits = |from: usize| {
        bytes[from..].iter().take(LONGEST_GROUP + 1).take_while(|byte| byte.is_ascii_digit()).count()
    };
    let (mut end, mut total) = (from, 0);
    loop {
        let length = digits(end);
        if length == 0 || length > LONGEST_GROUP || total + length > *CARD.end() {
            return None;
        }
        (end, total) = (end + length, total + length);
        let gap = bytes[end..].iter().take(3).take_while(|byte| matches!(byte, b' ' | b'-')).count();
        // After a group of several, one or two digits are a month or a day.
        if gap == 0 || digits(end + gap) < length.min(3) {
            break;
        }
        end += gap;
    }
    let is_over = !bytes.get(end).is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'=');
    (is_over && CARD.contains(&total)).then_some(end)
}

/// Whether a pair is the first of a URL-encoded form: `card%5Bnumber%5D=…`, `a=b&c=d`, but no URL with a query.
pub(super) fn is_form(pair: &[u8]) -> bool {
    let Some(equals) = memchr::memchr(b'=', pair) else { return false };
    let (key, value) = pair.split_at(equals);
    let more = memchr::memchr(b'&', value).is_some_and(|at| starts_pair(&value[at + 1..], b"="));
    memchr::memchr(b'?', value).is_none() && (more || memchr::memchr(b'%', key).is_some())
}

/// Whether JSON could begin with this bracket: a list of numbers or names is more often something else.
pub(super) fn may_be_json(bytes: &[u8]) -> bool {
    let first = bytes[1..].iter().take(LONGEST).find(|byte| !byte.is_ascii_whitespace());
    match bytes[0] {
        b'{' => matches!(first, Some(b'"' | b'}')),
        _ => matches!(first, Some(b'"' | b'{' | b'[')) && !is_index(bytes),
    }
}

/// PHP: `["number"]=>`.
fn is_index(bytes: &[u8]) -> bool {
    let bytes = &bytes[..bytes.len().min(LONGEST + 8)];
    let after = memchr::memchr(b']', bytes).map(|end| bytes[end + 1..].trim_ascii_start());
    after.is_some_and(|after| after.starts_with(b"=>"))
}
