//! Passes over the lines of a stream that are not worth decoding, a stretch of whole lines at a time.

use dyetrace_connectors::SourceError;

use super::FieldPath;
use super::framer::Framer;
use super::lines;
use super::skim::{Laid, Skim, Skimmed};
use super::wrap::Wrap;

/// A stretch is at least this long, unless the stream ends: long enough that its beginning and end cost nothing, short
/// enough for a core's cache.
const STRETCH: usize = 128 << 10;

/// What is known of the lines ahead.
pub(super) struct Skimming {
    by: Box<dyn Skim + Send>,
    skimmed: Skimmed,
    /// Worthy places that were come to.
    taken: usize,
    /// Bytes of the stretch, of which the window's first is byte `at`.
    length: usize,
    at: usize,
    /// Line ends of the stretch before it.
    lines: u64,
    /// Records of the stretch that were or will be passed over.
    passed: u64,
    /// Whether the framed record belongs to the sample by which fields are judged.
    pub(super) is_sample: bool,
}

/// What comes next.
pub(super) enum Ahead {
    /// The window's first line is worth decoding.
    Line,
    /// So many records were passed over.
    Passed(u64),
    /// A line that does not end within reach, or nothing more.
    Unknown,
}

impl Skimming {
    /// Nothing is known yet.
    pub(super) fn new(by: Box<dyn Skim + Send>) -> Self {
        let skimmed = Skimmed::default();
        Skimming { by, skimmed, taken: 0, length: 0, at: 0, lines: 0, passed: 0, is_sample: true }
    }

    /// A stream begins: its first bytes have nothing to do with what was known.
    pub(super) fn reset(&mut self) {
        (self.length, self.at, self.lines, self.taken, self.passed) = (0, 0, 0, 0, 0);
        self.skimmed.clear();
        self.is_sample = true;
    }

    /// See [`Skim::betrays`].
    pub(super) fn betrays(&self, column: &FieldPath) -> bool {
        self.by.betrays(column)
    }

    /// Whether a record that was framed in another way is worth decoding.
    pub(super) fn is_worthy(&mut self, frame: &[u8], laid: Laid) -> bool {
        self.by.skim(frame, laid, &mut self.skimmed);
        self.is_sample = self.skimmed.worthy.iter().any(|worthy| worthy.is_sample);
        !std::mem::take(&mut self.skimmed.worthy).is_empty()
    }

    /// Moves on to the next line that is worth decoding; `wrap` is told of the line before it.
    pub(super) fn next(
        &mut self,
        framer: &mut Framer,
        laid: Laid,
        wrap: &mut Wrap,
    ) -> Result<Ahead, SourceError> {
        let line = framer.window.line();
        self.at += framer.release();
        self.lines += framer.window.line() - line;
        if self.at >= self.length && self.passed > 0 {
            return Ok(Ahead::Passed(std::mem::take(&mut self.passed)));
        }
        if self.at >= self.length && !self.look(framer, laid)? {
            return Ok(Ahead::Unknown);
        }
        let ahead = &self.skimmed.worthy[self.taken..];
        self.taken += ahead.iter().take_while(|worthy| worthy.at < self.at).count();
        let Some(next) = self.skimmed.worthy.get(self.taken) else {
            self.pass(framer, self.length);
            return Ok(Ahead::Passed(std::mem::take(&mut self.passed)));
        };
        let before = &framer.window.bytes()[..next.at - self.at];
        let start = memchr::memrchr(b'\n', before).map_or(0, |end| end + 1);
        if let Some(line) = before[..start].strip_suffix(b"\n") {
            wrap.leave(lines::trim(&line[memchr::memrchr(b'\n', line).map_or(0, |end| end + 1)..]));
        }
        self.pass(framer, self.at + start);
        let rest = &framer.window.bytes()[..self.length - self.at];
        let end = self.at + memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        let line = self.skimmed.worthy[self.taken..].iter().take_while(|worthy| worthy.at <= end);
        self.is_sample = line.clone().any(|worthy| worthy.is_sample);
        self.taken += line.count();
        self.passed -= 1;
        Ok(Ahead::Line)
    }

    /// Passes over everything before a place of the stretch.
    fn pass(&mut self, framer: &mut Framer, place: usize) {
        let (step, bytes) = (place / Skimmed::STEP * Skimmed::STEP, framer.window.bytes());
        // Most lines were counted by whoever looked at them.
        let (from, counted) = match self.skimmed.lines_before.get(step / Skimmed::STEP) {
            Some(&before) if step > self.at => (step - self.at, before - self.lines),
            _ => (0, 0),
        };
        let rest = &bytes[from..place - self.at];
        let lines = counted + memchr::memchr_iter(b'\n', rest).count() as u64;
        framer.window.pass(place - self.at, lines);
        (self.at, self.lines) = (place, self.lines + lines);
    }

    /// Looks at the next stretch of whole lines; false if there is none within reach.
    fn look(&mut self, framer: &mut Framer, laid: Laid) -> Result<bool, SourceError> {
        let ends = !framer.window.have(STRETCH)?;
        let bytes = framer.window.bytes();
        let length = if ends { bytes.len() } else { memchr::memrchr(b'\n', bytes).map_or(0, |end| end + 1) };
        if length == 0 || ends && bytes.len() > framer.limit() {
            return Ok(false);
        }
        let stretch = &bytes[..length];
        // Line ends in quotes are no rows' ends.
        if laid == Laid::Rows && memchr::memchr(b'"', stretch).is_some() {
            return Ok(false);
        }
        self.by.skim(stretch, laid, &mut self.skimmed);
        let unended = u64::from(stretch.last() != Some(&b'\n'));
        self.passed = self.skimmed.lines + unended - self.skimmed.empty - empty_with_returns(stretch);
        (self.length, self.at, self.lines, self.taken) = (length, 0, 0, 0);
        Ok(true)
    }
}

/// Lines that hold only a carriage return, where lines end with one.
fn empty_with_returns(stretch: &[u8]) -> u64 {
    let first = memchr::memchr(b'\n', stretch).unwrap_or(0);
    match stretch[..first].last() {
        Some(b'\r') => memchr::memmem::find_iter(stretch, b"\n\r\n").count() as u64,
        _ => 0,
    }
}
