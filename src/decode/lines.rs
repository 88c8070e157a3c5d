//! Lines: text logs and newline-delimited JSON.

use super::framer::Scan;
use super::nest::Walker;
use super::text::readable;
use super::{FieldPath, Limits, Record, SkipReason};

/// Ends a record at a line feed.
#[derive(Debug, Default)]
pub(super) struct LineScan;

impl Scan for LineScan {
    fn reset(&mut self) {}

    fn feed(&mut self, bytes: &[u8], from: usize) -> Option<usize> {
        memchr::memchr(b'\n', &bytes[from..]).map(|index| from + index + 1)
    }
}

/// Whether a line that is not JSON is a defect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lines {
    /// It is a log.
    Text,
    /// Its lines are JSON.
    Json,
}

/// Framed bytes on their way to becoming fields.
#[derive(Clone, Copy)]
pub(super) struct Payload<'a> {
    /// The field that they are, if they are no object.
    pub(super) path: &'a FieldPath,
    /// The bytes.
    pub(super) bytes: &'a [u8],
    /// The file's byte where they begin, if they stand there unchanged.
    pub(super) at: Option<u64>,
}

/// The fields of a line or message: those of its JSON, or of its text.
pub(super) fn decode(lines: Lines, payload: Payload<'_>, limits: &Limits, record: &mut Record) {
    let text = readable(payload.bytes);
    let at = payload.at.filter(|_| !text.is_replaced());
    if text.is_replaced() {
        record.problems.push(SkipReason::BrokenText);
    }
    let indent = text.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    let opens = matches!(text.get(indent), Some(b'{' | b'['));
    let mut walker = Walker::new(limits, record);
    if opens && walker.json(None, &text[indent..], at.map(|at| at + indent as u64)) {
        return;
    }
    walker.text(payload.path, &text, at);
    if opens && lines == Lines::Json {
        record.problems.push(SkipReason::BrokenJson);
    }
}

/// A record's bytes without the line end that closes it.
pub(super) fn trim(frame: &[u8]) -> &[u8] {
    let line = frame.strip_suffix(b"\n").unwrap_or(frame);
    line.strip_suffix(b"\r").unwrap_or(line)
}
