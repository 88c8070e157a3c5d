//! XML, as documents and as fragments in a line: elements by their local names, attributes, text and CDATA. A
//! tolerant scanner of our own: a parser stops at the first `&` that is no entity and at what a log cut off, and
//! tells no offsets of attributes. Two passes, so that nothing is pushed of what is no XML.

use std::ops::Range;

use memchr::{memchr, memmem};
use zeroize::Zeroizing;

use super::{Leaf, Place, Spot, Step, Walker, json};

/// Positions in the text.
enum Piece {
    Open(Range<usize>),
    Attribute(Range<usize>, Range<usize>),
    Text(Range<usize>),
    Literal(Range<usize>),
    Close,
}

/// An element that is being walked.
struct Level {
    element: Spot,
    /// Where its text belongs: with its siblings, under its own name or the one that an attribute gives.
    text: Spot,
    /// Its value is a field of a message, known by its number: `<field id="2" value="…"/>`.
    numbered: Option<Place>,
}

/// An end tag closes one of so many elements; what was not closed in between is HTML's habit.
const NEAR: usize = 32;
const LONGEST_NAME: usize = 128;
/// `&#x10ffff;`, `&quot;`, `&thinsp;`.
const LONGEST_ENTITY: usize = 10;

impl Walker<'_> {
    /// The element that begins at `from`, as fields below `spot`: where it ends, or how far it was read in vain.
    pub(super) fn xml(&mut self, spot: Spot, leaf: Leaf<'_>, from: usize) -> Result<usize, usize> {
        let mut reader =
            Reader { bytes: leaf.bytes, at: from, pieces: Vec::new(), open: Vec::new(), closed: None };
        let end = reader.element().ok_or(reader.at - from)?;
        let mut levels = vec![Level { element: spot, text: spot, numbered: None }];
        for piece in reader.pieces {
            self.piece(&mut levels, leaf, piece);
        }
        Ok(end)
    }

    fn piece(&mut self, levels: &mut Vec<Level>, leaf: Leaf<'_>, piece: Piece) {
        let level = levels.last_mut().expect("the reader closes only what it opened");
        match piece {
            Piece::Open(name) => {
                let outer = level.element;
                let place = self.element_place(outer.place, local(&leaf.bytes[name]));
                let element = Spot { place, group: self.group(), ..outer };
                levels.push(Level { element, text: Spot { place, ..outer }, numbered: None });
            }
            Piece::Attribute(name, value) => {
                let name = local(&leaf.bytes[name]);
                if name.eq_ignore_ascii_case(b"name") || name == b"key" {
                    level.text.place = self.element_place(level.element.place, &leaf.bytes[value.clone()]);
                }
                if let (b"id", Some(number)) = (name, field_number(&leaf.bytes[value.clone()])) {
                    level.numbered = Some(self.element_place(level.element.place, number.as_bytes()));
                }
                let numbered = level.numbered.filter(|_| name == b"value");
                let place = numbered.unwrap_or_else(|| self.element_place(level.element.place, name));
                self.xml_value(Spot { place, ..level.element }, leaf, value);
            }
            Piece::Text(text) => self.xml_value(level.text, leaf, text),
            Piece::Literal(text) => self.literal(level.text, leaf, text),
            Piece::Close => drop(levels.pop()),
        }
    }

    fn element_place(&mut self, from: Place, name: &[u8]) -> Place {
        match json::is_long(self, from) {
            true => from,
            false => self.step(from, Step::Key(&String::from_utf8_lossy(name))),
        }
    }

    fn xml_value(&mut self, spot: Spot, leaf: Leaf<'_>, range: Range<usize>) {
        let Some(decoded) = decoded(&leaf.bytes[range.clone()]) else {
            return self.literal(spot, leaf, range);
        };
        if self.leaf(Spot { at: None, ..spot }, &decoded) {
            self.record.blank(leaf.index, range);
        }
    }

    fn literal(&mut self, spot: Spot, leaf: Leaf<'_>, range: Range<usize>) {
        let spot = Spot { at: leaf.spot.ahead(range.start).at, ..spot };
        if self.leaf(spot, &leaf.bytes[range.clone()]) {
            self.record.blank(leaf.index, range);
        }
    }
}

/// `field2` of `2`: the fields of ISO 8583 are known by up to three digits.
fn field_number(id: &[u8]) -> Option<String> {
    let number = std::str::from_utf8(id).ok().filter(|_| id.iter().all(u8::is_ascii_digit))?;
    (1..=3).contains(&id.len()).then(|| format!("field{number}"))
}

/// Without its namespace's prefix.
fn local(name: &[u8]) -> &[u8] {
    memchr(b':', name).map_or(name, |colon| &name[colon + 1..])
}

/// Reads one element. `None` is: this is no XML.
struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    pieces: Vec<Piece>,
    /// Names of the elements that are open.
    open: Vec<Range<usize>>,
    /// After the last end tag: how many pieces there were, and where it ended.
    closed: Option<(usize, usize)>,
}

impl Reader<'_> {
    fn element(&mut self) -> Option<usize> {
        loop {
            if self.markup().is_none() {
                return self.cut();
            }
            if self.open.is_empty() && self.closed.is_some() {
                return Some(self.at);
            }
            if self.text().is_none() {
                return self.cut();
            }
        }
    }

    /// What a line's end cut off counts up to the last element that was whole.
    fn cut(&mut self) -> Option<usize> {
        let (pieces, end) = self.closed?;
        self.pieces.truncate(pieces);
        Some(end)
    }

    fn markup(&mut self) -> Option<()> {
        let rest = &self.bytes[self.at..];
        match rest.get(1)? {
            b'/' => self.end_tag(),
            b'?' => self.skip(b"?>"),
            b'!' if rest.starts_with(b"<!--") => self.skip(b"-->"),
            b'!' if rest.starts_with(b"<![CDATA[") => self.literal(),
            b'!' => self.skip(b">"),
            first if first.is_ascii_alphabetic() || *first == b'_' => self.start_tag(),
            _ => None,
        }
    }

    fn text(&mut self) -> Option<()> {
        let text = self.at..self.find(self.at, b"<")?;
        self.at = text.end;
        if self.bytes[text.clone()].trim_ascii().is_empty() {
            return Some(());
        }
        // Before the root there is no text.
        self.open.last()?;
        self.pieces.push(Piece::Text(text));
        Some(())
    }

    fn skip(&mut self, end: &[u8]) -> Option<()> {
        self.at = self.find(self.at, end)? + end.len();
        Some(())
    }

    /// Where the needle is. If it is nowhere, all has been read.
    fn find(&mut self, from: usize, needle: &[u8]) -> Option<usize> {
        let found = self.bytes.get(from..).and_then(|rest| memmem::find(rest, needle));
        if found.is_none() {
            self.at = self.bytes.len();
        }
        Some(from + found?)
    }

    fn literal(&mut self) -> Option<()> {
        let start = self.at + b"<![CDATA[".len();
        self.open.last()?;
        self.skip(b"]]>")?;
        self.pieces.push(Piece::Literal(start..self.at - b"]]>".len()));
        Some(())
    }

    fn end_tag(&mut self) -> Option<()> {
        let start = self.at + 2;
        let end = self.find(start, b">")?;
        let name = self.bytes[start..end].trim_ascii_end();
        let near = self.open.len().saturating_sub(NEAR);
        let found = self.open[near..].iter().rposition(|open| self.bytes[open.clone()] == *name);
        self.at = end + 1;
        if let Some(ahead) = found {
            self.close(near + ahead);
        }
        Some(())
    }

    fn close(&mut self, left: usize) {
        for _ in left..self.open.len() {
            self.pieces.push(Piece::Close);
        }
        self.open.truncate(left);
        self.closed = Some((self.pieces.len(), self.at));
    }

    fn start_tag(&mut self) -> Option<()> {
        let name = self.name(self.at + 1)?;
        self.pieces.push(Piece::Open(name.clone()));
        self.at = name.end;
        loop {
            let rest = &self.bytes[self.at..];
            self.at += rest.len() - rest.trim_ascii_start().len();
            match self.bytes.get(self.at)? {
                b'>' => {
                    self.at += 1;
                    self.open.push(name);
                    return Some(());
                }
                b'/' => {
                    self.at += 2;
                    self.open.push(name);
                    self.close(self.open.len() - 1);
                    return (self.bytes.get(self.at - 1) == Some(&b'>')).then_some(());
                }
                _ => self.attribute()?,
            }
        }
    }

    fn attribute(&mut self) -> Option<()> {
        let name = self.name(self.at)?;
        self.at = name.end;
        if self.bytes.get(self.at) != Some(&b'=') {
            return Some(());
        }
        let quote = *self.bytes.get(self.at + 1).filter(|byte| matches!(byte, b'"' | b'\''))?;
        let start = self.at + 2;
        let end = self.find(start, &[quote])?;
        self.at = end + 1;
        if !self.bytes[name.clone()].starts_with(b"xmlns") {
            self.pieces.push(Piece::Attribute(name, start..end));
        }
        Some(())
    }

    fn name(&self, start: usize) -> Option<Range<usize>> {
        let is_name = |byte: &&u8| {
            byte.is_ascii_alphanumeric()
                || !byte.is_ascii()
                || matches!(byte, b'_' | b'-' | b'.' | b':' | b'@')
        };
        let length = self.bytes.get(start..)?.iter().take(LONGEST_NAME).take_while(is_name).count();
        (length > 0).then_some(start..start + length)
    }
}

/// With its entities replaced; `None` if it has none.
pub(super) fn decoded(text: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let mut next = memchr(b'&', text)?;
    let mut decoded = Zeroizing::new(Vec::with_capacity(text.len()));
    let mut rest = text;
    loop {
        decoded.extend_from_slice(&rest[..next]);
        rest = &rest[next..];
        let length = match entity(rest) {
            Some((character, length)) => {
                decoded.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
                length
            }
            None => {
                decoded.push(b'&');
                1
            }
        };
        rest = &rest[length..];
        match memchr(b'&', rest) {
            Some(found) => next = found,
            None => break,
        }
    }
    decoded.extend_from_slice(rest);
    Some(decoded)
}

fn entity(text: &[u8]) -> Option<(char, usize)> {
    let length = memchr(b';', &text[..text.len().min(LONGEST_ENTITY)])?;
    let character = match &text[1..length] {
        b"amp" => '&',
        b"lt" => '<',
        b"gt" => '>',
        b"quot" => '"',
        b"apos" => '\'',
        b"nbsp" => '\u{a0}',
        b"ensp" | b"emsp" | b"thinsp" | b"numsp" | b"puncsp" | b"hairsp" => '\u{2009}',
        b"ndash" => '\u{2013}',
        b"shy" => '\u{ad}',
        [b'#', b'x' | b'X', digits @ ..] => character(digits, 16)?,
        [b'#', digits @ ..] => character(digits, 10)?,
        _ => return None,
    };
    Some((character, length + 1))
}

fn character(digits: &[u8], radix: u32) -> Option<char> {
    char::from_u32(u32::from_str_radix(std::str::from_utf8(digits).ok()?, radix).ok()?)
}
