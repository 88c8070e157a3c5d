//! JSON documents, one after another, of any length: the elements of an array are records; an object is one, or,
//! if it is there for the sake of an array of objects (`{"Records": [...]}`), each element of that array is, and
//! the rest is one more.

use dyetrace_connectors::SourceError;
use zeroize::Zeroize;

use super::framer::{Framed, Framer};
use super::json_scan::{ValueScan, blank, members, value_at};
use super::lines::{self, LineScan, Lines, Payload};
use super::nest::Walker;
use super::text::readable;
use super::{FieldPath, Limits, Origin, Record, SkipReason, Standing};

/// Frames the records of JSON documents.
#[derive(Default)]
pub(super) struct Document {
    place: Place,
    scan: ValueScan,
    /// Where the framed value stands in its document, if it is not at the root.
    path: Option<FieldPath>,
    rest: Rest,
}

/// What comes next.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// A document.
    #[default]
    Top,
    /// An element of an array at the top.
    Elements,
    /// A member of an object that is split.
    Members,
    /// An element of an array in it.
    MemberElements,
    /// What follows is no JSON: lines.
    Lines,
}

/// The members of a split object that are no records themselves.
#[derive(Default)]
struct Rest {
    bytes: Vec<u8>,
    origin: Origin,
}

impl Document {
    /// Frames the next record.
    pub(super) fn frame(&mut self, framer: &mut Framer) -> Result<Framed, SourceError> {
        if framer.within_record() {
            return framer.frame(&mut self.scan);
        }
        if self.scan.is_broken() && self.place != Place::Top {
            self.place = Place::Lines;
        }
        loop {
            framer.release();
            let step = match self.place {
                Place::Top => self.top(framer)?,
                Place::Elements => self.element(framer, Place::Top)?,
                Place::MemberElements => self.element(framer, Place::Members)?,
                Place::Members => self.member(framer)?,
                Place::Lines => Some(framer.frame(&mut LineScan)?),
            };
            if let Some(framed) = step {
                return Ok(framed);
            }
        }
    }

    /// The bytes of a [`Framed::Aside`], and where they are from.
    pub(super) fn aside(&self) -> (&[u8], Origin) {
        (&self.rest.bytes, self.rest.origin.clone())
    }

    /// Decodes a framed value.
    pub(super) fn decode(&self, payload: Payload<'_>, limits: &Limits, record: &mut Record) {
        if self.place == Place::Lines {
            return lines::decode(Lines::Text, payload, limits, record);
        }
        let text = readable(payload.bytes);
        let at = payload.at.filter(|_| !text.is_replaced());
        let is_object = text.starts_with(b"{") || text.starts_with(b"[");
        let path = self.path.clone().or_else(|| (!is_object).then(|| payload.path.clone()));
        let mut walker = Walker::new(limits, record);
        let parsed = walker.json(path.as_ref(), &text, at);
        if !parsed {
            walker.text(payload.path, &text, at);
            record.problems.push(SkipReason::BrokenJson);
        }
        if text.is_replaced() {
            record.problems.push(SkipReason::BrokenText);
        }
    }

    fn top(&mut self, framer: &mut Framer) -> Result<Option<Framed>, SourceError> {
        self.path = None;
        self.rest.bytes.as_mut_slice().zeroize();
        self.rest.bytes.clear();
        match next_byte(framer, b' ')? {
            None => return Ok(Some(Framed::End)),
            Some(b'[') => {
                framer.window.advance(1);
                self.place = Place::Elements;
            }
            Some(b'{') => return self.object(framer),
            Some(_) => self.place = Place::Lines,
        }
        Ok(None)
    }

    /// A whole object is a record, unless it is split.
    fn object(&mut self, framer: &mut Framer) -> Result<Option<Framed>, SourceError> {
        let framed = framer.frame(&mut self.scan)?;
        let splits = match framed {
            Framed::Whole(length) => is_list(&framer.window.bytes()[..length]),
            Framed::Piece { length, .. } => {
                let begun = &framer.window.bytes()[..length];
                members(begun).any(|member| holds_objects(&begun[member.value]))
            }
            Framed::Aside | Framed::End => false,
        };
        if !splits {
            return Ok(Some(framed));
        }
        framer.undo();
        let (record, offset) = (framer.line(), framer.window.offset());
        self.rest.origin = Origin { member: None, record, offset, standing: Standing::Decoded };
        framer.window.advance(1);
        self.place = Place::Members;
        Ok(None)
    }

    fn element(&mut self, framer: &mut Framer, outside: Place) -> Result<Option<Framed>, SourceError> {
        match next_byte(framer, b',')? {
            Some(b']') => {
                framer.window.advance(1);
                self.place = outside;
                Ok(None)
            }
            None if outside == Place::Members => {
                self.place = Place::Members;
                Ok(None)
            }
            None => Ok(Some(Framed::End)),
            Some(_) => framer.frame(&mut self.scan).map(Some),
        }
    }

    fn member(&mut self, framer: &mut Framer) -> Result<Option<Framed>, SourceError> {
        self.path = None;
        match next_byte(framer, b',')? {
            Some(b'"') => {}
            other => {
                framer.window.advance(usize::from(other == Some(b'}')));
                self.place = Place::Top;
                return Ok(self.rest.close());
            }
        }
        let Framed::Whole(length) = framer.frame(&mut self.scan)? else {
            // A key beyond all measure: what follows is looked at as text.
            self.place = Place::Lines;
            framer.undo();
            return Ok(None);
        };
        let key = framer.window.bytes()[..length].to_vec();
        framer.release();
        next_byte(framer, b':')?;
        self.member_value(framer, &key)
    }

    fn member_value(&mut self, framer: &mut Framer, key: &[u8]) -> Result<Option<Framed>, SourceError> {
        let name: String = serde_json::from_slice(key).unwrap_or_default();
        framer.window.have(NEAR)?;
        let near = framer.window.bytes().len().min(NEAR);
        if holds_objects(&framer.window.bytes()[..near]) {
            framer.window.advance(1);
            self.path = Some(FieldPath::root(&name).item());
            self.place = Place::MemberElements;
            return Ok(None);
        }
        let framed = framer.frame(&mut self.scan)?;
        match framed {
            Framed::Whole(length) if self.rest.bytes.len() + key.len() + length < framer.limit() => {
                self.rest.add(key, &framer.window.bytes()[..length]);
                Ok(None)
            }
            _ => {
                self.path = Some(FieldPath::root(&name));
                Ok(Some(framed))
            }
        }
    }
}

impl Rest {
    fn add(&mut self, key: &[u8], value: &[u8]) {
        self.bytes.push(if self.bytes.is_empty() { b'{' } else { b',' });
        self.bytes.extend_from_slice(key);
        self.bytes.push(b':');
        self.bytes.extend_from_slice(value);
    }

    fn close(&mut self) -> Option<Framed> {
        if self.bytes.is_empty() {
            return None;
        }
        self.bytes.push(b'}');
        Some(Framed::Aside)
    }
}

impl Drop for Rest {
    fn drop(&mut self) {
        self.bytes.zeroize();
    }
}

/// Within so many bytes of an array's bracket its first element begins, or it is not looked for.
const NEAR: usize = 256;

/// Passes over white space and `also`; the byte that comes then.
fn next_byte(framer: &mut Framer, also: u8) -> Result<Option<u8>, SourceError> {
    loop {
        let count = blank(framer.window.bytes(), also);
        framer.window.advance(count);
        if let Some(&byte) = framer.window.bytes().first() {
            return Ok(Some(byte));
        }
        if !framer.window.more()? {
            return Ok(None);
        }
    }
}

/// Names of arrays that hold the records of an export or a response: CloudTrail, CloudWatch, JSON:API, OData,
/// Elasticsearch, HAR and their like. `items` is not among them: an order has items too.
const LISTS: &[&str] = &[
    "data",
    "Records",
    "records",
    "logEvents",
    "events",
    "entries",
    "results",
    "value",
    "rows",
    "messages",
    "hits",
];

/// Whether an object is there for the sake of one array of objects: nearly all of it is that array, or most of it
/// and the array's name says so.
fn is_list(object: &[u8]) -> bool {
    members(object).any(|member| {
        let array = &object[member.value.clone()];
        let share = array.len() * 100 / object.len();
        let name = &object[member.key.start + 1..member.key.end - 1];
        let is_named = LISTS.iter().any(|list| list.as_bytes() == name);
        holds_objects(array) && (share >= 50 && is_named || share >= 90 && is_many(array))
    })
}

fn holds_objects(array: &[u8]) -> bool {
    array.first() == Some(&b'[') && array.get(1 + blank(&array[1..], b' ')) == Some(&b'{')
}

fn is_many(array: &[u8]) -> bool {
    let first = value_at(array, 1 + blank(&array[1..], b' '));
    first.is_some_and(|first| array.get(first.end + blank(&array[first.end..], b' ')) == Some(&b','))
}
