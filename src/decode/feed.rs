//! A partition's stream batches as a reader, so that any decompressor can sit on it. How the partition ended, or
//! why it failed, is kept apart from what a decompressor makes of it.

use std::io::{self, BufRead, Read};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use dyetrace_connectors::{Batch, Body, End, PartitionReader, SourceError, Step};

/// What all layers of a stream read from.
pub(super) type Bytes = Box<dyn BufRead + Send>;

/// A reader with room for so many bytes is given them without a batch.
const DIRECT: usize = 32 << 10;

/// Reads batch after batch; nothing is copied here.
pub(super) struct Feed {
    batch: Batch,
    at: usize,
    progress: Arc<Progress>,
}

/// The partition below a [`Feed`], shared with whoever holds the layers above it.
pub(super) struct Progress {
    consumed: AtomicU64,
    source: Mutex<PartitionSource>,
}

struct PartitionSource {
    reader: Box<dyn PartitionReader>,
    outcome: Option<Result<End, SourceError>>,
}

impl Feed {
    /// Goes on from a first batch that was already fetched.
    pub(super) fn new(reader: Box<dyn PartitionReader>, first: Batch) -> (Self, Arc<Progress>) {
        let source = Mutex::new(PartitionSource { reader, outcome: None });
        let progress = Arc::new(Progress { consumed: AtomicU64::new(0), source });
        (Feed { batch: first, at: 0, progress: progress.clone() }, progress)
    }
}

impl BufRead for Feed {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while self.at == self.batch.bytes.len() {
            let Some(batch) = self.progress.fetch()? else { break };
            self.batch = batch;
            self.at = 0;
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
        if self.at == self.batch.bytes.len() && buffer.len() >= DIRECT {
            let count = self.progress.fetch_into(buffer)?;
            if count > 0 {
                self.progress.consumed.fetch_add(count as u64, Ordering::Relaxed);
                return Ok(count);
            }
        }
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

    /// How the source failed, if it did.
    pub(super) fn failure(&self) -> Option<SourceError> {
        self.source().outcome.clone()?.err()
    }

    /// How the source ended. What the layers did not read is passed over, so that its end is known.
    pub(super) fn finish(&self) -> Result<End, SourceError> {
        while let Ok(Some(_)) = self.fetch() {}
        self.source().outcome.clone().expect("fetching stops when the source ends or fails")
    }

    fn fetch(&self) -> io::Result<Option<Batch>> {
        let mut source = self.source();
        if source.outcome.is_none() {
            match source.reader.next() {
                Ok(Step::Batch(batch)) => return Ok(Some(batch)),
                Ok(Step::End(end)) => source.outcome = Some(Ok(end)),
                Err(error) => source.outcome = Some(Err(error)),
            }
        }
        match source.outcome {
            Some(Err(_)) => Err(io::Error::other("the source failed")),
            _ => Ok(None),
        }
    }

    /// Reads into a buffer where the source can; 0 says that a batch must be fetched.
    fn fetch_into(&self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut source = self.source();
        if source.outcome.is_some() {
            return Ok(0);
        }
        source.reader.read_into(buffer).map_err(|error| {
            source.outcome = Some(Err(error));
            io::Error::other("the source failed")
        })
    }

    fn source(&self) -> MutexGuard<'_, PartitionSource> {
        self.source.lock().expect("no thread panics while it reads")
    }
}

/// A stream whose first bytes were looked at and are read again.
pub(super) struct Peeked {
    head: Vec<u8>,
    at: usize,
    is_all: bool,
    error: Option<io::Error>,
    rest: Bytes,
}

impl Peeked {
    /// Reads up to `limit` bytes ahead, however the source cuts its batches. An error is kept for its turn.
    pub(super) fn new(mut rest: Bytes, limit: usize) -> Self {
        let mut head = Vec::new();
        let error = (&mut rest).take(limit as u64).read_to_end(&mut head).err();
        Peeked { is_all: head.len() < limit, head, at: 0, error, rest }
    }

    /// The first bytes.
    pub(super) fn head(&self) -> &[u8] {
        &self.head[self.at..]
    }

    /// Whether the first bytes are all there are.
    pub(super) fn is_all(&self) -> bool {
        self.is_all
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
