//! How the records of a text are laid out, found out from its first bytes.

use dyetrace_connectors::SourceError;
use serde::de::IgnoredAny;

use super::avro_file::AvroFile;
use super::binary::{RunScan, SHORTEST_RUN, gap};
use super::block;
use super::csv::Rows;
use super::dialect::dialect;
use super::document::Document;
use super::framer::{Framed, Framer};
use super::lines::{self, Lines, Payload};
use super::nest::{Walker, hexdump};
use super::skim::Laid;
use super::{FieldPath, Limits, Record, SkipReason};

/// Where records begin and end, and what is in them.
pub(super) enum Layout {
    /// A record a line.
    Lines(Lines),
    /// JSON over several lines.
    Document(Box<Document>),
    /// A record a row.
    Rows(Rows),
    /// A record a datum.
    Avro(Box<AvroFile>),
    /// Printable runs of binary data.
    Runs,
}

impl Layout {
    /// The layout of the text that begins with `head`.
    // The one question about a head; an enum of two would say no more.
    pub(super) fn of(head: &[u8], is_all: bool) -> Self {
        if is_json_lines(head, is_all) {
            return Layout::Lines(Lines::Json);
        }
        if is_document(head, is_all) {
            return Layout::Document(Box::default());
        }
        match dialect(whole_lines(head, is_all)) {
            // The bars around the text of a dump are no separators.
            Some(_) if begins_with_a_dump(head) => Layout::Lines(Lines::Text),
            Some(dialect) => Layout::Rows(Rows::new(dialect)),
            None => Layout::Lines(Lines::Text),
        }
    }

    /// Frames the next record that is not empty. An error within is to be said; reading goes on.
    pub(super) fn frame(&mut self, framer: &mut Framer) -> Result<Result<Framed, SkipReason>, SourceError> {
        loop {
            let framed = match self {
                Layout::Lines(_) => block::frame(framer)?,
                Layout::Document(document) => document.frame(framer)?,
                Layout::Rows(rows) => framer.frame(&mut rows.scan)?,
                Layout::Avro(file) => match file.frame(framer)? {
                    Ok(framed) => framed,
                    Err(reason) => {
                        // Without its frame the rest is bytes; a block that does not unpack costs itself alone.
                        if reason == SkipReason::BrokenPayload {
                            *self = Layout::Runs;
                        }
                        return Ok(Err(reason));
                    }
                },
                Layout::Runs => frame_run(framer)?,
            };
            let Framed::Whole(length) = framed else { return Ok(Ok(framed)) };
            let is_empty = lines::trim(&framer.window.bytes()[..length]).is_empty();
            if !is_empty && !self.is_header() {
                return Ok(Ok(framed));
            }
        }
    }

    /// Decodes what was framed.
    pub(super) fn decode(&self, payload: Payload<'_>, limits: &Limits, record: &mut Record) {
        match self {
            Layout::Lines(kind) => lines::decode(*kind, payload, limits, record),
            Layout::Document(document) => document.decode(payload, limits, record),
            Layout::Rows(rows) => rows.decode(payload, limits, record),
            Layout::Avro(file) => file.decode(payload, limits, record),
            Layout::Runs => Walker::new(limits, record).text(payload.path, payload.bytes, payload.at),
        }
    }

    /// Whether a record is a line of text, which may begin with its time.
    pub(super) fn is_text(&self) -> bool {
        matches!(self, Layout::Lines(_))
    }

    /// How lines stand for records, where each line is one: rows may hold line ends in quotes.
    pub(super) fn laid(&self) -> Laid {
        match self {
            Layout::Rows(_) => Laid::Rows,
            _ => Laid::Lines,
        }
    }

    /// Whether records are lines, or rows without a quote.
    pub(super) fn is_by_line(&self) -> bool {
        match self {
            Layout::Lines(_) => true,
            Layout::Rows(rows) => !rows.header_ahead,
            _ => false,
        }
    }

    /// Whether every record is worth decoding whatever its bytes look like: a column's name betrays it, or it is no
    /// text.
    pub(super) fn is_opaque(&self, betrays: impl FnMut(&FieldPath) -> bool) -> bool {
        match self {
            Layout::Rows(rows) => rows.columns.iter().any(betrays),
            Layout::Avro(_) => true,
            Layout::Lines(_) | Layout::Document(_) | Layout::Runs => false,
        }
    }

    /// Whether the framed row is the header, told once.
    fn is_header(&mut self) -> bool {
        match self {
            Layout::Rows(rows) => std::mem::take(&mut rows.header_ahead),
            _ => false,
        }
    }
}

/// The next printable run that is long enough to hold anything.
fn frame_run(framer: &mut Framer) -> Result<Framed, SourceError> {
    loop {
        if !framer.within_record() {
            framer.release();
            pass_gap(framer)?;
        }
        match framer.frame(&mut RunScan)? {
            Framed::Whole(length) if length < SHORTEST_RUN => {}
            framed => return Ok(framed),
        }
    }
}

fn pass_gap(framer: &mut Framer) -> Result<(), SourceError> {
    loop {
        let count = gap(framer.window.bytes());
        framer.window.advance(count);
        if !framer.window.bytes().is_empty() || !framer.window.more()? {
            return Ok(());
        }
    }
}

/// Several lines, and two or most are each a JSON object or array: none of a document that is spread over lines is.
fn is_json_lines(head: &[u8], is_all: bool) -> bool {
    const LOOKED_AT: usize = 8;
    let lines = || {
        whole_lines(head, is_all)
            .split(|&byte| byte == b'\n')
            .map(<[u8]>::trim_ascii)
            .filter(|line| !line.is_empty())
            .take(LOOKED_AT)
    };
    let json = lines().filter(|line| is_json(line)).count();
    lines().count() >= 2 && (json >= 2 || json * 2 > lines().count())
}

fn begins_with_a_dump(head: &[u8]) -> bool {
    head.split(|byte| *byte == b'\n').next().and_then(hexdump::decoded).is_some()
}

/// The head without the line that it cuts.
fn whole_lines(head: &[u8], is_all: bool) -> &[u8] {
    match memchr::memrchr(b'\n', head) {
        Some(end) if !is_all => &head[..end],
        _ => head,
    }
}

fn is_json(line: &[u8]) -> bool {
    matches!(line.first(), Some(b'{' | b'[')) && serde_json::from_slice::<IgnoredAny>(line).is_ok()
}

/// It begins with a JSON object, or an array of something structured, and has no error as far as it can be seen.
fn is_document(head: &[u8], is_all: bool) -> bool {
    let body = head.trim_ascii_start();
    let inner = body.get(1..).unwrap_or_default().trim_ascii_start();
    let opens = match body.first() {
        Some(b'{') => matches!(inner.first(), Some(b'"')),
        // A log line may begin with `[2026-11-20]`.
        Some(b'[') => matches!(inner.first(), Some(b'{' | b'[' | b']' | b'"')),
        _ => false,
    };
    let first = serde_json::Deserializer::from_slice(body).into_iter::<IgnoredAny>().next();
    // A document that was cut off is one as well.
    opens
        && match first {
            Some(Ok(_)) => true,
            Some(Err(error)) => error.is_eof() && (!is_all || body.len() > 1),
            None => false,
        }
}
