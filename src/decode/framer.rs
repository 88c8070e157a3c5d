//! Finds where a record ends. A record lies in memory in one piece up to a limit; a longer one is handed out in
//! windows. It must not know formats: a [`Scan`] does.

use dyetrace_connectors::SourceError;

use super::window::Window;

/// Finds the end of a record, a piece at a time.
pub(super) trait Scan {
    /// Forgets what was fed: a new record begins.
    fn reset(&mut self);

    /// Where the record that begins with these bytes ends (its terminator included), if it does in them. Those
    /// before `from` were fed before; of a record beyond the limit, earlier ones are no longer there.
    fn feed(&mut self, bytes: &[u8], from: usize) -> Option<usize>;

    /// The record does not end within reach: where it should have ended, counted from its beginning.
    fn give_up(&mut self) -> Option<usize> {
        None
    }

    /// The record is beyond the limit: its end alone is of interest now.
    fn overflow(&mut self) {}
}

/// What was framed; the bytes are the first of the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Framed {
    /// A record of this many bytes, its terminator included.
    Whole(usize),
    /// This many bytes of a record that is longer than the limit.
    Piece {
        /// How many.
        length: usize,
        /// Whether it is the record's first piece.
        first: bool,
    },
    /// A record whose bytes the layout collected; the window's are others.
    Aside,
    /// Nothing more.
    End,
}

/// Frames the records of one stream.
pub(super) struct Framer {
    /// The stream.
    pub(super) window: Window,
    limit: usize,
    taken: usize,
    searched: usize,
    long: Option<u64>,
    line: u64,
}

impl Framer {
    /// Frames records of up to `limit` bytes.
    pub(super) fn new(window: Window, limit: usize) -> Self {
        Framer { window, limit: limit.max(1), taken: 0, searched: 0, long: None, line: 1 }
    }

    /// 1-based line on which the framed record begins.
    pub(super) fn line(&self) -> u64 {
        self.line
    }

    /// The longest record that stays in one piece.
    pub(super) fn limit(&self) -> usize {
        self.limit
    }

    /// Whether the last frame was a piece with others to come.
    pub(super) fn within_record(&self) -> bool {
        self.long.is_some()
    }

    /// Takes the last frame back: what it begins with is framed anew.
    pub(super) fn undo(&mut self) {
        self.taken = 0;
        self.long = None;
    }

    /// Makes the last frame longer, by bytes that are in the window.
    pub(super) fn grow(&mut self, length: usize) -> Framed {
        self.taken = length;
        Framed::Whole(length)
    }

    /// Leaves the last frame behind; says how long it was.
    pub(super) fn release(&mut self) -> usize {
        let taken = std::mem::take(&mut self.taken);
        self.window.advance(taken);
        taken
    }

    /// Frames what begins at the window's first byte.
    pub(super) fn frame(&mut self, scan: &mut impl Scan) -> Result<Framed, SourceError> {
        self.release();
        if self.long.is_none() {
            scan.reset();
            self.searched = 0;
        }
        self.line = self.long.unwrap_or_else(|| self.window.line());
        loop {
            let bytes = self.window.bytes();
            // Never past the limit, so that a frame does not depend on how much was read ahead.
            let reach = bytes.len().min(self.limit + 1);
            if let Some(length) = scan.feed(&bytes[..reach], self.searched) {
                return Ok(self.end(length));
            }
            self.searched = reach;
            if reach > self.limit {
                return Ok(self.overflow(scan));
            }
            if !self.window.more()? {
                return Ok(self.last(scan));
            }
        }
    }

    fn end(&mut self, length: usize) -> Framed {
        self.taken = length;
        match self.long.take() {
            Some(_) => Framed::Piece { length, first: false },
            None => Framed::Whole(length),
        }
    }

    /// What is left when the stream ends.
    fn last(&mut self, scan: &mut impl Scan) -> Framed {
        let rest = self.window.bytes().len();
        match self.long {
            None if rest == 0 => Framed::End,
            None => {
                let length = scan.give_up().unwrap_or(rest);
                self.end(length)
            }
            Some(_) if rest == 0 => {
                self.long = None;
                Framed::End
            }
            Some(_) => self.end(rest),
        }
    }

    fn overflow(&mut self, scan: &mut impl Scan) -> Framed {
        let first = self.long.is_none();
        if let (true, Some(length)) = (first, scan.give_up()) {
            return self.end(length);
        }
        scan.overflow();
        let length = cut(&self.window.bytes()[..self.limit]);
        self.taken = length;
        self.searched -= length;
        self.long = Some(self.line);
        Framed::Piece { length, first }
    }
}

/// How far back from a window's border a better place to cut is looked for.
const BACK: usize = 4 << 10;

/// Where a window of a long record ends: behind a byte that no card number, key or character is cut at, so that
/// windows need not overlap and nothing counts twice. A run without such a byte is cut where the window ends.
fn cut(window: &[u8]) -> usize {
    let nearest = window.len().saturating_sub(BACK);
    let back = |stops: fn(u8) -> bool| window[nearest..].iter().rposition(|&byte| stops(byte));
    let mark =
        |byte: u8| matches!(byte, b'"' | b',' | b';' | b'{' | b'}' | b'[' | b']' | b'&' | b'<' | b'\n');
    let letter = |byte: u8| byte.is_ascii_alphabetic();
    back(mark).or_else(|| back(letter)).map_or(window.len(), |index| nearest + index + 1)
}
