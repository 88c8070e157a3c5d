//! A partition's stream batches as a reader, so that any decompressor can sit on it. How the partition ended, or
//! why it failed, is kept apart from what a decompressor makes of it.

use std::io::{self, BufRead, Read};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use dyetrace_connectors::{Batch, Body, End, PartitionReader, SourceError, Step};

/// What all layers of a stream read from.
pub(super) type Bytes = Box<dyn BufRead + Send>;

/// Reads batch after batch; nothing is copied here.
pub(super) struct Feed {
    reader: Box<dyn PartitionReader>,
    batch: Batch,
    at: usize,
    progress: Arc<Progress>,
}

/// What a [`Feed`] knows, shared with whoever holds the layers above it.
#[derive(Default)]
pub(super) struct Progress {
    consumed: AtomicU64,
    outcome: Mutex<Option<Result<End, SourceError>>>,
}

impl Feed {
    /// Goes on from a first batch that was already fetched.
    pub(super) fn new(reader: Box<dyn PartitionReader>, first: Batch) -> (Self, Arc<Progress>) {
        let progress = Arc::new(Progress::default());
        (Feed { reader, batch: first, at: 0, progress: progress.clone() }, progress)
    }

    fn fetch(&mut self) -> io::Result<()> {
        match self.reader.next() {
            Ok(Step::Batch(batch)) => {
                self.batch = batch;
                self.at = 0;
                Ok(())
            }
            Ok(Step::End(end)) => {
                self.progress.settle(Ok(end));
                Ok(())
            }
            Err(error) => {
                self.progress.settle(Err(error));
                Err(io::Error::other("the source failed"))
            }
        }
    }
}

impl BufRead for Feed {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while self.at == self.batch.bytes.len() && !self.progress.is_settled() {
            self.fetch()?;
        }
        Ok(&self.batch.bytes[self.at..])
    }

    fn consume(&mut self, count: usize) {
        self.at += count;
        self.progress.consumed.fetch_add(count as u64, Ordering::Relaxed);
    }
}

impl Read for Feed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.fill_buf()?.read(buffer)?;
        self.consume(count);
        Ok(count)
    }
}

impl Progress {
    /// Bytes of the partition that the layers above have taken.
    pub(super) fn consumed(&self) -> u64 {
        self.consumed.load(Ordering::Relaxed)
    }

    /// How the source ended or failed; `None` while it goes on.
    pub(super) fn outcome(&self) -> Option<Result<End, SourceError>> {
        self.outcome.lock().expect("no thread panics while it holds this").clone()
    }

    fn is_settled(&self) -> bool {
        self.outcome.lock().expect("no thread panics while it holds this").is_some()
    }

    fn settle(&self, outcome: Result<End, SourceError>) {
        *self.outcome.lock().expect("no thread panics while it holds this") = Some(outcome);
    }
}

/// A stream whose first bytes were looked at and are read again.
pub(super) struct Peeked {
    head: Vec<u8>,
    at: usize,
    error: Option<io::Error>,
    rest: Bytes,
}

impl Peeked {
    /// Reads up to `limit` bytes ahead, however the source cuts its batches. An error is kept for its turn.
    pub(super) fn new(mut rest: Bytes, limit: usize) -> Self {
        let mut head = Vec::new();
        let error = (&mut rest).take(limit as u64).read_to_end(&mut head).err();
        Peeked { head, at: 0, error, rest }
    }

    /// The first bytes; fewer than the limit only if there are no more.
    pub(super) fn head(&self) -> &[u8] {
        &self.head[self.at..]
    }
}

impl BufRead for Peeked {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.at < self.head.len() {
            return Ok(&self.head[self.at..]);
        }
        match self.error.take() {
            Some(error) => Err(error),
            None => self.rest.fill_buf(),
        }
    }

    fn consume(&mut self, count: usize) {
        match self.at < self.head.len() {
            true => self.at += count,
            false => self.rest.consume(count),
        }
    }
}

impl Read for Peeked {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.at == self.head.len() && self.error.is_none() {
            return self.rest.read(buffer);
        }
        let count = self.fill_buf()?.read(buffer)?;
        self.consume(count);
        Ok(count)
    }
}

impl Drop for Peeked {
    fn drop(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.head);
    }
}

/// Whether a batch is a piece of a stream.
pub(super) fn is_stream(batch: &Batch) -> bool {
    matches!(batch.body, Body::Stream)
}
