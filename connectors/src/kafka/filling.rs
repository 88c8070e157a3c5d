//! A batch that is being filled with messages, of whose bytes no copy is left behind. It must not know which messages
//! are wanted.

use zeroize::Zeroize;

use super::fetch::Fetched;
use super::{headers, retry};
use crate::{Batch, Body, Message};

/// A batch is full at this many bytes, by one message at most above it,
const BATCH: usize = 1 << 20;
/// or at this many messages.
const MESSAGES: usize = 1_000;

/// What was looked at, whether it was wanted or not.
#[derive(Default)]
pub(super) struct Seen {
    bytes: u64,
    messages: usize,
}

impl Seen {
    pub(super) fn add(&mut self, bytes: u64) {
        self.bytes += bytes;
        self.messages += 1;
    }
}

/// A batch that is being filled.
pub(super) struct Filling {
    batch: Batch,
    pub(super) messages: Vec<Message>,
    pub(super) seen: Seen,
}

impl Filling {
    pub(super) fn new() -> Filling {
        let batch = Batch { bytes: Vec::with_capacity(BATCH), start: 0, body: Body::Stream };
        Filling { batch, messages: Vec::new(), seen: Seen::default() }
    }

    pub(super) fn full(&self) -> bool {
        self.seen.bytes >= BATCH as u64 || self.seen.messages >= MESSAGES
    }

    pub(super) fn batch(mut self) -> Batch {
        self.batch.start = self.messages.first().map_or(0, |message| message.offset);
        self.batch.body = Body::Messages(self.messages);
        self.batch
    }

    /// Takes a message in, and says what its headers tell of its way.
    pub(super) fn push(&mut self, message: &Fetched) -> retry::Told {
        self.reserve(size(message));
        let mut framed = Message { offset: message.offset(), time: message.time(), ..Message::default() };
        let mut told = retry::Told::default();
        framed.value = self.piece(message.value());
        framed.key = message.key().map(|key| self.piece(key));
        if let Some(native) = message.headers() {
            headers::each(native, |name, value| {
                told.header(name, value);
                framed.headers.push((self.piece(name), self.piece(value)));
            });
        }
        framed.retry = told.retry();
        self.messages.push(framed);
        told
    }

    /// Makes room without leaving a copy of the old bytes behind, as a vector that grows by itself would.
    fn reserve(&mut self, size: usize) {
        let bytes = &mut self.batch.bytes;
        if bytes.capacity() - bytes.len() < size {
            let mut wider = Vec::with_capacity(bytes.len() + size);
            wider.extend_from_slice(bytes);
            bytes.zeroize();
            *bytes = wider;
        }
    }

    fn piece(&mut self, piece: &[u8]) -> std::ops::Range<usize> {
        let start = self.batch.bytes.len();
        self.batch.bytes.extend_from_slice(piece);
        start..self.batch.bytes.len()
    }
}

/// Bytes of value, key and headers.
pub(super) fn size(message: &Fetched) -> usize {
    let mut size = message.value().len() + message.key().map_or(0, <[u8]>::len);
    if let Some(native) = message.headers() {
        headers::each(native, |name, value| size += name.len() + value.len());
    }
    size
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_message_leaves_no_copy_behind() {
        let mut filling = Filling::new();
        filling.piece(b"first");
        filling.reserve(2 * BATCH);
        assert_eq!(
            (&filling.batch.bytes[..], filling.batch.bytes.capacity()),
            (&b"first"[..], 5 + 2 * BATCH)
        );
    }
}
