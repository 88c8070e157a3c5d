//! Text: log lines and messages. One pass from left to right takes out pairs, queries, JSON, dumps of objects and
//! XML; what is left may still have base64 or escapes. Every part is blanked in the text, so that no byte is
//! seen twice.
//!
//! All looks ahead and back are bounded, or spend patience, so that no text takes longer than its length.

use std::ops::Range;

use zeroize::Zeroizing;

use super::classes::Classes;
use super::pairs::{self, Key};
use super::{Leaf, Spot, Step, Walker, form_data, json, list, urlencoded};

/// The state of one pass.
struct Scan<'w, 'a, 'b> {
    walker: &'w mut Walker<'a>,
    leaf: Leaf<'b>,
    /// Where parts belong outside all brackets.
    spot: Spot,
    /// What comes before is done.
    at: usize,
    /// Where the last part ended: no key begins before.
    floor: usize,
    brackets: Vec<Bracket>,
    /// How many of the brackets, from the outermost, have their place.
    placed: usize,
    /// Bytes that may still be read in vain.
    patience: usize,
}

/// An open bracket: perhaps of an object's dump.
struct Bracket {
    closer: u8,
    name: Range<usize>,
    spot: Option<Spot>,
}

impl Walker<'_> {
    /// Takes out of a text what has a form of its own.
    pub(super) fn parts(&mut self, leaf: Leaf<'_>, classes: Classes) {
        if self.hexdump(leaf) || self.escaped_quotes(leaf, classes) {
            return;
        }
        let rest;
        let leaf = match self.quoted_printable(leaf, classes) {
            true => {
                rest = Zeroizing::new(self.record.field(leaf.index).value.expose().to_vec());
                Leaf { bytes: &rest, ..leaf }
            }
            false => leaf,
        };
        if self.inserts(leaf) {
            // Its values are done with; what stands around it has no form of its own.
        } else if classes.may_be_structured()
            && let Some(spot) = self.deeper(leaf.spot)
        {
            Scan::new(self, leaf, spot).run();
        }
        self.messages(leaf);
        self.runs(leaf);
        self.codes(leaf);
        self.escapes(leaf, classes);
        if classes.may_be_respelled() {
            self.respelled(leaf);
        }
    }
}

impl<'w, 'a, 'b> Scan<'w, 'a, 'b> {
    fn new(walker: &'w mut Walker<'a>, leaf: Leaf<'b>, spot: Spot) -> Self {
        let patience = leaf.bytes.len() * 2 + 4096;
        Scan { walker, leaf, spot, at: 0, floor: 0, brackets: Vec::new(), placed: 0, patience }
    }

    fn run(&mut self) {
        let bytes = self.leaf.bytes;
        while let Some(ahead) = bytes.get(self.at..).and_then(pairs::mark) {
            let found = self.at + ahead;
            self.at = match bytes[found] {
                b'=' => self.equals(found),
                b':' => self.colon(found),
                b'{' | b'[' => self.brace(found),
                b'(' => self.open(found, pairs::name_before(bytes, found)),
                b'?' => self.question(found),
                b'<' => self.angle(found),
                closer => self.close(found, closer),
            };
        }
    }

    fn equals(&mut self, found: usize) -> usize {
        let bytes = self.leaf.bytes;
        let after = match bytes.get(found + 1) {
            Some(b'=' | b'~') => return found + 2,
            Some(b'>') => found + 2,
            _ => found + 1,
        };
        match Key::before(bytes, self.floor, found) {
            Some(key) if after == found + 1 => self.value(key, after),
            // An arrow alone is prose.
            Some(key) if key.is_quoted || !self.brackets.is_empty() => {
                self.value(Key { is_spaced: true, ..key }, after)
            }
            _ => after,
        }
    }

    /// `"key": value` anywhere, `key: value` in the brackets of a dump only: elsewhere it is prose.
    fn colon(&mut self, found: usize) -> usize {
        let bytes = self.leaf.bytes;
        let after = found + 1;
        if matches!(bytes.get(after), Some(b':' | b'/')) {
            return after + 1;
        }
        let is_dump = self.brackets.last().is_some_and(Bracket::is_dump);
        match Key::before(bytes, self.floor, found) {
            Some(key) if key.is_quoted || is_dump && key.is_simple(bytes) => {
                self.value(Key { is_spaced: true, ..key }, after)
            }
            _ => after,
        }
    }

    /// The value of a key, which begins at `from`; where reading goes on.
    fn value(&mut self, key: Key, from: usize) -> usize {
        let bytes = self.leaf.bytes;
        let from = pairs::value_start(bytes, from, &key);
        match bytes.get(from) {
            None => from,
            Some(b'"' | b'\'' | b'\\') => match pairs::quoted(bytes, from) {
                Some(text) => {
                    let end = text.end + pairs::quote_length(bytes, from);
                    match form_data::value(bytes, &bytes[key.range.clone()], end) {
                        Some(value) => self.part(&Key { range: text, ..key }, value.clone(), value.end),
                        None => self.part(&key, text, end),
                    }
                }
                None => self.bare(&key, from),
            },
            Some(b'{' | b'[') => {
                let spot = self.named(&key);
                if let Some(end) = self.list(spot, from) {
                    return end;
                }
                let json = self.json(spot, from);
                json.unwrap_or_else(|| self.open(from, key.range))
            }
            Some(b'<') => {
                let spot = self.named(&key);
                let xml = self.xml(spot, from);
                xml.unwrap_or_else(|| self.bare(&key, from))
            }
            Some(_) => match pairs::bracket_after_name(bytes, from) {
                Some(bracket) => self.open(bracket, key.range),
                None => self.bare(&key, from),
            },
        }
    }

    fn bare(&mut self, key: &Key, from: usize) -> usize {
        let bytes = self.leaf.bytes;
        let end = match self.brackets.is_empty() {
            true => pairs::end_of_word(bytes, from),
            false => pairs::end_in_brackets(bytes, from),
        };
        if end == from {
            return from;
        }
        if pairs::is_form(&bytes[key.range.start..end]) {
            return self.form(key.range.start..end);
        }
        self.part(key, from..end, end)
    }

    fn part(&mut self, key: &Key, text: Range<usize>, end: usize) -> usize {
        let value = &self.leaf.bytes[text.clone()];
        let spot = Spot { at: self.leaf.spot.ahead(text.start).at, ..self.named(key) };
        let is_pushed = match json::unescaped(value) {
            Some(decoded) => self.walker.leaf(Spot { at: None, ..spot }, &decoded),
            None => self.walker.leaf(spot, value),
        };
        if is_pushed {
            self.walker.record.blank(self.leaf.index, text);
        }
        self.floor = end;
        end
    }

    fn form(&mut self, range: Range<usize>) -> usize {
        let spot = self.inside();
        let place = self.walker.step(spot.place, Step::Encoded("url"));
        self.walker.pairs(Spot { place, ..spot }, self.leaf, range.clone());
        self.floor = range.end;
        range.end
    }

    fn question(&mut self, found: usize) -> usize {
        let bytes = self.leaf.bytes;
        let is_query = found > 0
            && !bytes[found - 1].is_ascii_whitespace()
            && pairs::starts_pair(&bytes[found + 1..], b"=");
        if !is_query {
            return found + 1;
        }
        let end = pairs::without_punctuation(bytes, found + 1, urlencoded::query_end(bytes, found + 1));
        let spot = self.inside();
        let place = self.walker.step(spot.place, Step::Key("query"));
        self.walker.pairs(Spot { place, ..spot }, self.leaf, found + 1..end);
        self.floor = end;
        end
    }

    fn brace(&mut self, found: usize) -> usize {
        let bytes = self.leaf.bytes;
        if let Some(end) = pairs::colour(bytes, found) {
            self.floor = end;
            return end;
        }
        let spot = self.inside();
        if let Some(end) = self.list(spot, found) {
            return end;
        }
        match pairs::may_be_json(&bytes[found..]) {
            true => self.json(spot, found).unwrap_or_else(|| self.open(found, found..found)),
            false => self.open(found, pairs::name_before(bytes, found)),
        }
    }

    /// A list that is one text in pieces.
    fn list(&mut self, spot: Spot, from: usize) -> Option<usize> {
        if self.leaf.bytes[from] != b'[' || self.patience == 0 {
            return None;
        }
        let list = list::read(&self.leaf.bytes[from..])?;
        let end = from + list.length;
        let below = self.walker.below(spot, list.encoding)?;
        if self.walker.leaf(Spot { at: None, ..below }, &list.text) {
            self.walker.record.blank(self.leaf.index, from..end);
        }
        self.floor = end;
        Some(end)
    }

    fn json(&mut self, spot: Spot, from: usize) -> Option<usize> {
        let text = &self.leaf.bytes[from..];
        if self.patience == 0 {
            return None;
        }
        let tape = match self.walker.tape(text) {
            Ok(tape) => tape,
            Err(read) => {
                self.patience = self.patience.saturating_sub(read + 1);
                return None;
            }
        };
        let end = from + tape.length;
        let place = self.walker.step(spot.place, Step::Encoded("json"));
        let spot = Spot { place, at: self.leaf.spot.ahead(from).at, ..spot };
        self.walker.walk(&tape, spot, text);
        self.walker.forget(tape);
        self.walker.record.blank(self.leaf.index, from..end);
        self.floor = end;
        Some(end)
    }

    fn angle(&mut self, found: usize) -> usize {
        let spot = self.inside();
        self.xml(spot, found).unwrap_or(found + 1)
    }

    fn xml(&mut self, spot: Spot, from: usize) -> Option<usize> {
        if self.patience == 0 {
            return None;
        }
        let place = self.walker.step(spot.place, Step::Encoded("xml"));
        match self.walker.xml(Spot { place, ..spot }, self.leaf, from) {
            Ok(end) => {
                self.floor = end;
                Some(end)
            }
            Err(read) => {
                self.patience = self.patience.saturating_sub(read + 1);
                None
            }
        }
    }

    fn open(&mut self, found: usize, name: Range<usize>) -> usize {
        let closer = match self.leaf.bytes[found] {
            b'(' => b')',
            b'[' => b']',
            _ => b'}',
        };
        self.brackets.push(Bracket { closer, name, spot: None });
        found + 1
    }

    /// Closes the innermost bracket that fits, if it is near: text has its smileys.
    fn close(&mut self, found: usize, closer: u8) -> usize {
        let near = self.brackets.len().saturating_sub(8);
        if let Some(ahead) = self.brackets[near..].iter().rposition(|bracket| bracket.closer == closer) {
            self.brackets.truncate(near + ahead);
            self.placed = self.placed.min(self.brackets.len());
        }
        found + 1
    }

    fn named(&mut self, key: &Key) -> Spot {
        let inside = self.inside();
        let place = self.walker.form_place(inside.place, &self.leaf.bytes[key.range.clone()]);
        Spot { place, ..inside }
    }

    /// Where parts belong here. Brackets get their places when the first part in them is found.
    fn inside(&mut self) -> Spot {
        for index in self.placed..self.brackets.len() {
            let outer = index.checked_sub(1).and_then(|outer| self.brackets[outer].spot).unwrap_or(self.spot);
            let name = &self.leaf.bytes[self.brackets[index].name.clone()];
            let is_named = !name.is_empty() && !json::is_long(self.walker, outer.place);
            let place = if is_named { self.walker.form_place(outer.place, name) } else { outer.place };
            let group = self.walker.group();
            self.brackets[index].spot = Some(Spot { place, group, ..outer });
        }
        self.placed = self.brackets.len();
        self.brackets.last().and_then(|bracket| bracket.spot).unwrap_or(self.spot)
    }
}

impl Bracket {
    /// Whether `key: value` in it is more than prose.
    fn is_dump(&self) -> bool {
        self.closer == b'}' || self.closer == b')' && !self.name.is_empty()
    }
}
