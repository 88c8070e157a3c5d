//! JSON as it stands: a tape of tokens first, so that nothing is pushed of what does not parse, then its fields.
//! Own code, because numbers must keep their text (a card number does not survive a double), strings their place
//! in the file, and no depth may overflow the stack. It must not know what is in the values.

use memchr::{memchr, memchr2};
use zeroize::Zeroizing;

use super::super::SkipReason;
use super::{Paths, Place, Spot, Step, Walker, list};

/// One token; positions only, no text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Token {
    kind: Kind,
    start: u32,
    end: u32,
    /// Of an object or list: the token after its end; while it is being read, the one that it stands in.
    next: u32,
}

/// Tokens of one value: a stretch of the one tape, for a value may hold another.
#[derive(Debug)]
pub(super) struct Tape {
    base: usize,
    end: usize,
    /// Bytes of the value.
    pub(super) length: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Object,
    List,
    Close,
    Key,
    Text,
    Number,
    Word,
    Null,
}

/// An object or list that is being walked.
struct Level {
    place: Place,
    /// Where the next value belongs.
    member: Spot,
}

/// Nested deeper, it is text. Real payloads stay below 30.
const DEEPEST: usize = 256;
/// A longer path is no name either; it bounds what paths of one record can cost.
const LONGEST_PATH: usize = 512;

impl Walker<'_> {
    /// All of `bytes` as one JSON value, or nothing and `false`.
    pub(super) fn whole_json(&mut self, spot: Spot, bytes: &[u8]) -> bool {
        let from = bytes.len() - bytes.trim_ascii_start().len();
        let Some(tape) = self.whole_tape(bytes.trim_ascii()) else { return false };
        self.walk(&tape, spot.ahead(from), bytes.trim_ascii());
        self.forget(tape);
        true
    }

    /// The tape of one JSON value and nothing else.
    pub(super) fn whole_tape(&mut self, bytes: &[u8]) -> Option<Tape> {
        let tape = self.tape(bytes).ok()?;
        if tape.length == bytes.len() {
            return Some(tape);
        }
        self.forget(tape);
        None
    }

    /// The tape of the JSON value that `bytes` begin with, or how far they were read in vain.
    pub(super) fn tape(&mut self, bytes: &[u8]) -> Result<Tape, usize> {
        let tape = &mut self.record.scratch.tape;
        let base = tape.len();
        let mut reader = Reader { bytes, at: 0, tape, open: CLOSED };
        let read = reader.value();
        let length = reader.at;
        match read {
            Some(()) => Ok(Tape { base, end: self.record.scratch.tape.len(), length }),
            None => {
                self.record.scratch.tape.truncate(base);
                Err(length)
            }
        }
    }

    /// Gives the tape back.
    pub(super) fn forget(&mut self, tape: Tape) {
        self.record.scratch.tape.truncate(tape.base);
    }

    /// Pushes the fields on a tape.
    pub(super) fn walk(&mut self, tape: &Tape, spot: Spot, bytes: &[u8]) {
        let mut levels = vec![Level { place: spot.place, member: spot }];
        let mut index = tape.base;
        while index < tape.end {
            let token = self.record.scratch.tape[index];
            index += 1;
            match token.kind {
                Kind::Close => drop(levels.pop()),
                Kind::Object | Kind::List if self.is_too_deep(&levels) => {
                    index = token.next as usize;
                    self.too_deep(&levels, token, bytes);
                }
                Kind::List if self.list(&levels, token.text(bytes)) => index = token.next as usize,
                _ => self.token(&mut levels, token, bytes, spot),
            }
        }
    }

    fn token(&mut self, levels: &mut Vec<Level>, token: Token, bytes: &[u8], whole: Spot) {
        let level = levels.last_mut().expect("the reader closes only what it opened");
        let here = Spot { at: whole.ahead(token.start as usize).at, ..level.member };
        let text = token.text(bytes);
        match token.kind {
            Kind::Key => level.member.place = self.key(level, text, here),
            Kind::Object => {
                let member = Spot { group: self.group(), ..here };
                levels.push(Level { place: here.place, member });
            }
            Kind::List => {
                let place = self.step(here.place, Step::Item);
                levels.push(Level { place, member: Spot { place, ..here } });
            }
            Kind::Text => {
                self.string(here, text);
            }
            Kind::Number | Kind::Word => {
                self.push(here, text);
            }
            Kind::Null | Kind::Close => {}
        }
    }

    /// A list that is one text in pieces; whether its items are nothing by themselves.
    fn list(&mut self, levels: &[Level], text: &[u8]) -> bool {
        let (Some(list), Some(level)) = (list::read(text), levels.last()) else { return false };
        let Some(spot) = self.below(level.member, list.encoding) else { return false };
        self.leaf(Spot { at: None, ..spot }, &list.text) && list.is_whole
    }

    fn key(&mut self, level: &Level, text: &[u8], here: Spot) -> Place {
        let decoded = unescaped(text);
        let name = String::from_utf8_lossy(decoded.as_deref().map_or(text, |text| text));
        let place = self.step(level.place, Step::Key(&name));
        if self.record.scratch.paths.is_folded(place) && !name.is_empty() {
            let at = if decoded.is_none() { here.at } else { None };
            let spot = Spot { place: self.step(place, Step::Encoded("key")), at, ..here };
            self.push(spot, name.as_bytes());
        }
        place
    }

    fn string(&mut self, here: Spot, text: &[u8]) -> bool {
        match unescaped(text) {
            None => self.leaf(here, text),
            Some(decoded) => self.leaf(Spot { at: None, ..here }, &decoded),
        }
    }

    fn is_too_deep(&self, levels: &[Level]) -> bool {
        let member = levels.last().map_or(Paths::ROOT, |level| level.member.place);
        levels.len() > DEEPEST || is_long(self, member)
    }

    fn too_deep(&mut self, levels: &[Level], token: Token, bytes: &[u8]) {
        self.note(SkipReason::TooDeep);
        if let Some(level) = levels.last() {
            self.push(Spot { at: None, ..level.member }, token.text(bytes));
        }
    }
}

/// Whether a path is so long that nothing more should be added.
pub(super) fn is_long(walker: &Walker<'_>, place: Place) -> bool {
    walker.record.scratch.paths.path(place).as_str().len() > LONGEST_PATH
}

impl Token {
    fn text(self, bytes: &[u8]) -> &[u8] {
        &bytes[self.start as usize..self.end as usize]
    }
}

/// Reads one value onto the tape. `None` is: this is no JSON.
struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    tape: &'a mut Vec<Token>,
    /// The innermost object or list that is open; `CLOSED` if none is.
    open: u32,
}

/// What was read of a value.
#[derive(PartialEq, Eq)]
enum Read {
    All,
    Beginning,
}

const CLOSED: u32 = u32::MAX;

impl Reader<'_> {
    fn value(&mut self) -> Option<()> {
        u32::try_from(self.bytes.len()).ok()?;
        loop {
            let read = match self.peek()? {
                b'{' => self.begin(Kind::Object)?,
                b'[' => self.begin(Kind::List)?,
                b'"' => self.quoted(Kind::Text)?,
                b'-' | b'0'..=b'9' => self.number()?,
                _ => self.word()?,
            };
            if read == Read::All && self.close_what_ends()? {
                return Some(());
            }
        }
    }

    fn begin(&mut self, kind: Kind) -> Option<Read> {
        self.tape.push(Token { kind, start: self.at as u32, end: 0, next: self.open });
        self.open = self.tape.len() as u32 - 1;
        self.at += 1;
        match (kind, self.peek()?) {
            (Kind::Object, b'}') | (Kind::List, b']') => self.close(),
            (Kind::Object, _) => self.key(),
            _ => Some(Read::Beginning),
        }
    }

    fn close(&mut self) -> Option<Read> {
        let start = self.at as u32;
        self.at += 1;
        self.tape.push(Token { kind: Kind::Close, start, end: start + 1, next: 0 });
        let next = self.tape.len() as u32;
        let opened = &mut self.tape[self.open as usize];
        opened.end = start + 1;
        self.open = std::mem::replace(&mut opened.next, next);
        Some(Read::All)
    }

    /// After a value: whether it was the outermost.
    fn close_what_ends(&mut self) -> Option<bool> {
        while self.open != CLOSED {
            let kind = self.tape[self.open as usize].kind;
            match (kind, self.peek()?) {
                (Kind::Object, b'}') | (Kind::List, b']') => self.close()?,
                (Kind::Object, b',') => {
                    self.at += 1;
                    self.key()?;
                    return Some(false);
                }
                (_, b',') => {
                    self.at += 1;
                    return Some(false);
                }
                _ => return None,
            };
        }
        Some(true)
    }

    fn key(&mut self) -> Option<Read> {
        if self.peek()? != b'"' {
            return None;
        }
        self.quoted(Kind::Key)?;
        if self.peek()? != b':' {
            return None;
        }
        self.at += 1;
        Some(Read::Beginning)
    }

    fn quoted(&mut self, kind: Kind) -> Option<Read> {
        let start = self.at + 1;
        let mut end = start;
        loop {
            let Some(found) = self.bytes.get(end..).and_then(|rest| memchr2(b'"', b'\\', rest)) else {
                self.at = self.bytes.len();
                return None;
            };
            end += found;
            if self.bytes[end] == b'"' {
                break;
            }
            end += 2;
        }
        self.tape.push(Token { kind, start: start as u32, end: end as u32, next: 0 });
        self.at = end + 1;
        Some(Read::All)
    }

    fn number(&mut self) -> Option<Read> {
        let is_part = |b: &u8| matches!(b, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E');
        self.bare(Kind::Number, is_part)
    }

    /// `NaN` and `Infinity` are what Python writes.
    fn word(&mut self) -> Option<Read> {
        let start = self.at;
        self.bare(Kind::Word, u8::is_ascii_alphabetic)?;
        match &self.bytes[start..self.at] {
            b"true" | b"false" | b"NaN" | b"Infinity" => {}
            b"null" => self.tape.last_mut()?.kind = Kind::Null,
            _ => return None,
        }
        Some(Read::All)
    }

    fn bare(&mut self, kind: Kind, is_part: impl Fn(&u8) -> bool) -> Option<Read> {
        let start = self.at;
        self.at += self.bytes[start..].iter().take_while(|b| is_part(b)).count();
        self.tape.push(Token { kind, start: start as u32, end: self.at as u32, next: 0 });
        Some(Read::All)
    }

    /// The next byte that is no white space.
    fn peek(&mut self) -> Option<u8> {
        while self.bytes.get(self.at)?.is_ascii_whitespace() {
            self.at += 1;
        }
        Some(self.bytes[self.at])
    }
}

/// The text of a string with escapes, or `None` if it has none. What is no escape stays as it is.
pub(super) fn unescaped(text: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let mut next = memchr(b'\\', text)?;
    let mut decoded = Zeroizing::new(Vec::with_capacity(text.len()));
    let mut rest = text;
    loop {
        decoded.extend_from_slice(&rest[..next]);
        let (character, length) = escape(&rest[next..]);
        match character {
            Some(character) => decoded.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes()),
            None => decoded.extend_from_slice(&rest[next..next + length]),
        }
        rest = &rest[next + length..];
        match memchr(b'\\', rest) {
            Some(found) => next = found,
            None => break,
        }
    }
    decoded.extend_from_slice(rest);
    Some(decoded)
}

/// The escape that `text` begins with, and its length.
pub(super) fn escape(text: &[u8]) -> (Option<char>, usize) {
    let plain = |character| (Some(character), 2);
    match text.get(1) {
        Some(b'n') => plain('\n'),
        Some(b't') => plain('\t'),
        Some(b'r') => plain('\r'),
        Some(b'b') => plain('\u{8}'),
        Some(b'f') => plain('\u{c}'),
        Some(b'u') => unicode_escape(text),
        Some(b'x') => byte_escape(text),
        Some(b'0'..=b'1') => octal_escape(text),
        Some(b @ (b'"' | b'\\' | b'/' | b'\'')) => plain(char::from(*b)),
        _ => (None, 1),
    }
}

fn unicode_escape(text: &[u8]) -> (Option<char>, usize) {
    if text.get(2) == Some(&b'{') {
        return braced_escape(text);
    }
    let Some(first) = code_unit(text) else { return (None, 2) };
    let pair = code_unit(&text[6..]).and_then(|second| char::decode_utf16([first, second]).next()?.ok());
    match (char::decode_utf16([first]).next(), pair) {
        (Some(Ok(character)), _) => (Some(character), 6),
        (_, Some(character)) => (Some(character), 12),
        _ => (Some(char::REPLACEMENT_CHARACTER), 6),
    }
}

/// `\x22`: no JSON, but what nginx and Python write. Beyond ASCII it would be part of a character.
fn byte_escape(text: &[u8]) -> (Option<char>, usize) {
    let digits = text.get(2..4).and_then(|digits| std::str::from_utf8(digits).ok());
    match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()).filter(u8::is_ascii) {
        Some(byte) => (Some(char::from(byte)), 4),
        None => (None, 2),
    }
}

/// `\u{34}`: Rust, Ruby, PHP, newer JavaScript.
fn braced_escape(text: &[u8]) -> (Option<char>, usize) {
    let Some(end) = text.iter().take(10).position(|byte| *byte == b'}') else { return (None, 2) };
    let digits = std::str::from_utf8(&text[3..end]).ok();
    let code = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
    match code.and_then(char::from_u32) {
        Some(character) => (Some(character), end + 1),
        None => (None, 2),
    }
}

/// `\064`: C, shells, protobuf's text. Three digits, ASCII.
fn octal_escape(text: &[u8]) -> (Option<char>, usize) {
    let digits = text.get(1..4).and_then(|digits| std::str::from_utf8(digits).ok());
    match digits.and_then(|digits| u8::from_str_radix(digits, 8).ok()).filter(u8::is_ascii) {
        Some(byte) => (Some(char::from(byte)), 4),
        None => (None, 2),
    }
}

fn code_unit(text: &[u8]) -> Option<u16> {
    let digits = text.strip_prefix(b"\\u")?.get(..4)?;
    u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}
