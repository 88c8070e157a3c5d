//! Reads a stream ahead in a thread of its own, so that unpacking it and looking at what was unpacked take two cores.
//!
//! It must not know what the stream is.

use std::io::{self, Read};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use zeroize::Zeroize;

/// Bytes that are handed over at once: enough to make the handing over cheap, few enough for a core's cache.
const PIECE: usize = 256 << 10;
/// Pieces on the way, beside the one that is read from and the one that is filled.
const WAITING: usize = 1;
/// A stream that is no longer than this is not worth a thread.
const WORTH: u64 = 1 << 20;

/// A stream that is read ahead once it turns out to be long.
pub(super) struct ReadAhead {
    /// Until then.
    here: Option<Box<dyn Read + Send>>,
    passed: u64,
    /// From then on.
    ahead: Option<Ahead>,
}

impl ReadAhead {
    /// Nothing was read yet.
    pub(super) fn new(stream: Box<dyn Read + Send>) -> Self {
        ReadAhead { here: Some(stream), passed: 0, ahead: None }
    }
}

impl Read for ReadAhead {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.passed >= WORTH && self.ahead.is_none() {
            self.ahead = Ahead::begin(&mut self.here);
        }
        let count = match (&mut self.ahead, &mut self.here) {
            (Some(ahead), _) => ahead.read(buffer)?,
            (None, Some(stream)) => stream.read(buffer)?,
            (None, None) => 0,
        };
        self.passed += count as u64;
        Ok(count)
    }
}

/// What the thread hands over.
struct Piece {
    bytes: Vec<u8>,
    length: usize,
}

impl Drop for Piece {
    fn drop(&mut self) {
        self.bytes.zeroize();
    }
}

/// The reader's side of the thread.
struct Ahead {
    /// The thread ends when it can hand over no more.
    pieces: Option<Receiver<io::Result<Piece>>>,
    /// Where pieces go that were read.
    spare: SyncSender<Piece>,
    piece: Piece,
    at: usize,
    thread: Option<JoinHandle<()>>,
}

impl Ahead {
    /// Takes the stream, unless the system has no thread for it.
    fn begin(stream: &mut Option<Box<dyn Read + Send>>) -> Option<Self> {
        let (hand_over, pieces) = sync_channel(WAITING);
        let (spare, spares) = sync_channel(WAITING + 2);
        let (give, take) = sync_channel::<Box<dyn Read + Send>>(1);
        let work = move || {
            if let Ok(stream) = take.recv() {
                read_on(stream, &hand_over, &spares);
            }
        };
        let thread = std::thread::Builder::new().name("read ahead".to_owned()).spawn(work).ok()?;
        give.send(stream.take()?).ok()?;
        let piece = Piece { bytes: Vec::new(), length: 0 };
        Some(Ahead { pieces: Some(pieces), spare, piece, at: 0, thread: Some(thread) })
    }

    /// The next piece; false at the end.
    fn next(&mut self) -> io::Result<bool> {
        let Some(pieces) = &self.pieces else { return Ok(false) };
        let Ok(piece) = pieces.recv() else {
            self.end();
            return Ok(false);
        };
        let read = std::mem::replace(&mut self.piece, piece?);
        self.at = 0;
        // If it is not taken, it is wiped here.
        let _ = self.spare.try_send(read);
        Ok(true)
    }

    /// Waits for the thread, and goes on with its panic if it had one.
    fn end(&mut self) {
        self.pieces = None;
        if let Some(Err(panic)) = self.thread.take().map(JoinHandle::join) {
            std::panic::resume_unwind(panic);
        }
    }
}

impl Read for Ahead {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.at == self.piece.length {
            if !self.next()? {
                return Ok(0);
            }
        }
        let count = (&self.piece.bytes[self.at..self.piece.length]).read(buffer)?;
        self.at += count;
        Ok(count)
    }
}

impl Drop for Ahead {
    fn drop(&mut self) {
        // Whatever it hands over now finds nobody. Its panic has been seen, or is nobody's concern any more.
        self.pieces = None;
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

/// Hands over piece after piece, and an error behind what came before it.
fn read_on(
    mut stream: Box<dyn Read + Send>,
    hand_over: &SyncSender<io::Result<Piece>>,
    spares: &Receiver<Piece>,
) {
    loop {
        let mut piece = spares.try_recv().unwrap_or(Piece { bytes: Vec::new(), length: 0 });
        piece.bytes.resize(PIECE, 0);
        piece.length = 0;
        let ended = fill(&mut stream, &mut piece);
        if piece.length > 0 && hand_over.send(Ok(piece)).is_err() {
            return;
        }
        match ended {
            Ok(false) => {}
            Ok(true) => return,
            Err(error) => {
                let _ = hand_over.send(Err(error));
                return;
            }
        }
    }
}

/// Fills a piece; whether the stream ended.
fn fill(stream: &mut dyn Read, piece: &mut Piece) -> io::Result<bool> {
    while piece.length < PIECE {
        match stream.read(&mut piece.bytes[piece.length..]) {
            Ok(0) => return Ok(true),
            Ok(count) => piece.length += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Counts up, at most 1,000 bytes a read, and then ends or fails.
    struct Counting {
        at: usize,
        length: usize,
        fails: Option<&'static str>,
    }

    impl Read for Counting {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let count = (self.length - self.at).min(buffer.len()).min(1_000);
            if count == 0
                && let Some(words) = self.fails
            {
                assert_ne!(words, "panic", "the stream panics");
                return Err(io::Error::other(words));
            }
            (self.at..).zip(&mut buffer[..count]).for_each(|(number, byte)| *byte = (number % 251) as u8);
            self.at += count;
            Ok(count)
        }
    }

    fn read(length: usize, fails: Option<&'static str>) -> (Vec<u8>, io::Result<usize>) {
        let mut bytes = Vec::new();
        let result = ReadAhead::new(Box::new(Counting { at: 0, length, fails })).read_to_end(&mut bytes);
        (bytes, result)
    }

    #[test]
    fn everything_comes_in_order() {
        for length in [0, 1, 1 << 20, (1 << 20) + 1, 3_000_000, 4 * PIECE + (1 << 20)] {
            let (bytes, result) = read(length, None);
            assert_eq!(result.expect("it ends well"), length);
            assert!(bytes.iter().enumerate().all(|(at, &byte)| byte == (at % 251) as u8), "{length}");
        }
    }

    #[test]
    fn an_error_comes_behind_what_was_before_it() {
        for length in [10, 3_000_000] {
            let (bytes, result) = read(length, Some("broken"));
            assert_eq!(result.expect_err("it fails").to_string(), "broken");
            assert_eq!(bytes.len(), length);
        }
    }

    #[test]
    #[should_panic(expected = "the stream panics")]
    fn a_panic_goes_on_here() {
        let _ = read(3_000_000, Some("panic"));
    }

    #[test]
    fn who_stops_reading_does_not_wait_for_the_rest() {
        let mut stream = ReadAhead::new(Box::new(Counting { at: 0, length: usize::MAX, fails: None }));
        let mut some = vec![0; 2 << 20];
        stream.read_exact(&mut some).expect("there is more");
        drop(stream);
    }
}
