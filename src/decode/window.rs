//! The part of a stream that is in memory: one buffer that slides forward, in which a record lies in one piece.
//! It must not know formats.

use std::io::{self, Read};
use std::sync::Arc;

use dyetrace_connectors::SourceError;
use zeroize::Zeroize;

use super::SkipReason;
use super::feed::Progress;

/// Read at least this much at once.
const STEP: usize = 64 << 10;

/// A sliding buffer over a stream. Wiped on drop.
pub(super) struct Window {
    stream: Box<dyn Read + Send>,
    progress: Arc<Progress>,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    /// Bytes before this one were written to: what is to be wiped.
    touched: usize,
    offset: u64,
    line: u64,
    done: bool,
    broken: Option<SkipReason>,
}

impl Window {
    /// A window whose first byte is byte `offset` of its stream.
    pub(super) fn new(stream: Box<dyn Read + Send>, progress: Arc<Progress>, offset: u64) -> Self {
        let buffer = vec![0; 4 * STEP];
        Window {
            stream,
            progress,
            buffer,
            start: 0,
            end: 0,
            touched: 0,
            offset,
            line: 1,
            done: false,
            broken: None,
        }
    }

    /// What is in memory.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.buffer[self.start..self.end]
    }

    /// Byte of the stream where [`Window::bytes`] begins.
    pub(super) fn offset(&self) -> u64 {
        self.offset
    }

    /// 1-based line where [`Window::bytes`] begins.
    pub(super) fn line(&self) -> u64 {
        self.line
    }

    /// Why the stream ended before its time, told once.
    pub(super) fn take_broken(&mut self) -> Option<SkipReason> {
        self.broken.take()
    }

    /// Moves on by `count` bytes.
    pub(super) fn advance(&mut self, count: usize) {
        let passed = &self.buffer[self.start..self.start + count];
        self.pass(count, memchr::memchr_iter(b'\n', passed).count() as u64);
    }

    /// Moves on by `count` bytes, in which so many lines end.
    pub(super) fn pass(&mut self, count: usize, lines: u64) {
        self.line += lines;
        self.start += count;
        self.offset += count as u64;
    }

    /// Reads until at least `count` bytes are in memory; false if the stream ends before.
    pub(super) fn have(&mut self, count: usize) -> Result<bool, SourceError> {
        while self.end - self.start < count {
            if !self.more()? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Reads more; false at the end. Nothing that was returned by [`Window::bytes`] keeps its place.
    pub(super) fn more(&mut self) -> Result<bool, SourceError> {
        if self.done {
            return Ok(false);
        }
        self.make_room();
        loop {
            match self.stream.read(&mut self.buffer[self.end..]) {
                Ok(0) => self.done = true,
                Ok(count) => {
                    self.end += count;
                    self.touched = self.touched.max(self.end);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => self.fail(&error)?,
            }
            return Ok(!self.done);
        }
    }

    fn make_room(&mut self) {
        if self.buffer.len() - self.end >= STEP {
            return;
        }
        self.buffer.copy_within(self.start..self.end, 0);
        self.end -= self.start;
        self.start = 0;
        if self.buffer.len() - self.end < STEP {
            // A new buffer instead of a resize, so that the old one can be wiped.
            let mut larger = vec![0; self.buffer.len() * 2];
            larger[..self.end].copy_from_slice(&self.buffer[..self.end]);
            self.buffer.zeroize();
            self.buffer = larger;
        }
    }

    /// The source's failure is an error, a decompressor's is dirty input.
    fn fail(&mut self, error: &io::Error) -> Result<(), SourceError> {
        self.done = true;
        if let Some(error) = self.progress.failure() {
            return Err(error);
        }
        self.broken = Some(reason_of(error));
        Ok(())
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        self.buffer[..self.touched].zeroize();
    }
}

/// A layer of a stream stops for this reason: carried through the layers above as an [`io::Error`].
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.id())]
pub(super) struct Stop(pub(super) SkipReason);

impl From<Stop> for io::Error {
    fn from(stop: Stop) -> Self {
        io::Error::other(stop)
    }
}

/// Why a layer failed; without a reason of its own, the compressed data is broken.
pub(super) fn reason_of(error: &io::Error) -> SkipReason {
    let stop = error.get_ref().and_then(|inner| inner.downcast_ref::<Stop>());
    stop.map_or(SkipReason::BrokenCompression, |stop| stop.0)
}
