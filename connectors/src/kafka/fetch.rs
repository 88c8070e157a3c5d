//! Fetches one partition by the client library's own simple consumer, which knows no groups: nobody is asked who
//! would coordinate one, and nothing could be committed. The wrapper has only the consumer that belongs to a group.
//! It must not know when reading ends.
#![allow(unsafe_code)]

use std::collections::VecDeque;
use std::ffi::CString;
use std::ptr::NonNull;
use std::sync::Arc;
use std::time::Duration;

use rdkafka::bindings as native;
use rdkafka::consumer::Consumer;
use rdkafka::error::RDKafkaErrorCode as Code;
use rdkafka::message::BorrowedHeaders;

use super::client::Client;

/// Messages that are taken out of the library's queue in one go, so that its lock is rarely taken.
const AT_ONCE: usize = 256;

/// A partition that is being fetched, until this is dropped.
pub(super) struct Fetch {
    topic: NonNull<native::rd_kafka_topic_t>,
    queue: NonNull<native::rd_kafka_queue_t>,
    partition: i32,
    ready: VecDeque<Fetched>,
    /// The library's handles are its, and end before it.
    client: Arc<Client>,
}

// SAFETY: the library allows each of its handles to be used from any thread; the two handles are this value's own.
unsafe impl Send for Fetch {}

impl Fetch {
    /// Begins at an offset.
    pub(super) fn start(client: &Arc<Client>, topic: &str, partition: i32, from: u64) -> Result<Fetch, Code> {
        let name = CString::new(topic).map_err(|_| Code::InvalidTopic)?;
        let from = i64::try_from(from).unwrap_or(i64::MAX);
        let library = client.client().native_ptr();
        // SAFETY: `library` lives as long as `client`; no configuration means the client's own.
        let topic = unsafe { native::rd_kafka_topic_new(library, name.as_ptr(), std::ptr::null_mut()) };
        let topic = NonNull::new(topic).ok_or(Code::InvalidTopic)?;
        // SAFETY: as above; it never fails.
        let queue = NonNull::new(unsafe { native::rd_kafka_queue_new(library) }).ok_or(Code::Fail)?;
        let fetch = Fetch { topic, queue, partition, ready: VecDeque::new(), client: client.clone() };
        // SAFETY: topic and queue are alive until `fetch` is dropped, which stops the fetching first.
        match unsafe { native::rd_kafka_consume_start_queue(topic.as_ptr(), partition, from, queue.as_ptr()) }
        {
            0 => Ok(fetch),
            // SAFETY: reads a number that the library keeps for this thread.
            _ => Err(unsafe { native::rd_kafka_last_error() }.into()),
        }
    }

    /// The next message, the end of the partition or an error; `None` when nothing came in that time.
    pub(super) fn next(&mut self, wait: Duration) -> Option<Result<Fetched, Code>> {
        if self.ready.is_empty() {
            self.take(Duration::ZERO, AT_ONCE);
        }
        if self.ready.is_empty() {
            // It waits until as many have come as were asked for.
            self.take(wait, 1);
        }
        let next = self.ready.pop_front()?;
        Some(next.error().map_or(Ok(next), Err))
    }

    fn take(&mut self, wait: Duration, most: usize) {
        let wait = i32::try_from(wait.as_millis()).unwrap_or(i32::MAX);
        let mut room = [std::ptr::null_mut(); AT_ONCE];
        let most = most.min(AT_ONCE);
        // SAFETY: the queue is ours, and there is room for `most` pointers.
        let count = unsafe {
            native::rd_kafka_consume_batch_queue(self.queue.as_ptr(), wait, room.as_mut_ptr(), most)
        };
        let count = usize::try_from(count).unwrap_or(0);
        self.ready.extend(room[..count].iter().copied().filter_map(NonNull::new).map(Fetched));
    }
}

impl Drop for Fetch {
    fn drop(&mut self) {
        self.ready.clear();
        // SAFETY: each is ended once, the fetching before its queue and topic, and the client outlives them.
        unsafe {
            native::rd_kafka_consume_stop(self.topic.as_ptr(), self.partition);
            native::rd_kafka_queue_destroy(self.queue.as_ptr());
            native::rd_kafka_topic_destroy(self.topic.as_ptr());
        }
        // Errors of the client itself wait in a queue of its own, and a token may be due.
        self.client.poll(Duration::ZERO);
    }
}

/// A message, in the library's memory.
pub(super) struct Fetched(NonNull<native::rd_kafka_message_t>);

// SAFETY: a message may be read and destroyed on any thread.
unsafe impl Send for Fetched {}

impl Fetched {
    fn raw(&self) -> &native::rd_kafka_message_t {
        // SAFETY: the library handed it over, and it is destroyed with this value only.
        unsafe { self.0.as_ref() }
    }

    fn error(&self) -> Option<Code> {
        let code = self.raw().err;
        (code != native::rd_kafka_resp_err_t::RD_KAFKA_RESP_ERR_NO_ERROR).then(|| code.into())
    }

    pub(super) fn offset(&self) -> u64 {
        u64::try_from(self.raw().offset).unwrap_or(0)
    }

    /// Milliseconds since 1970 UTC.
    pub(super) fn time(&self) -> Option<i64> {
        let mut kind = native::rd_kafka_timestamp_type_t::RD_KAFKA_TIMESTAMP_NOT_AVAILABLE;
        // SAFETY: the message is alive, and `kind` is ours.
        let time = unsafe { native::rd_kafka_message_timestamp(self.0.as_ptr(), &mut kind) };
        (kind != native::rd_kafka_timestamp_type_t::RD_KAFKA_TIMESTAMP_NOT_AVAILABLE && time >= 0)
            .then_some(time)
    }

    /// Empty for a tombstone.
    pub(super) fn value(&self) -> &[u8] {
        let message = self.raw();
        bytes(message.payload, message.len, self).unwrap_or_default()
    }

    pub(super) fn key(&self) -> Option<&[u8]> {
        let message = self.raw();
        bytes(message.key, message.key_len, self)
    }

    pub(super) fn headers(&self) -> Option<&BorrowedHeaders> {
        let mut headers = std::ptr::null_mut();
        // SAFETY: the message is alive, and keeps the headers that it hands out.
        let answer = unsafe { native::rd_kafka_message_headers(self.0.as_ptr(), &mut headers) };
        if answer != native::rd_kafka_resp_err_t::RD_KAFKA_RESP_ERR_NO_ERROR {
            return None;
        }
        // SAFETY: the wrapper's type stands for the library's at the same address, and is cast so by the wrapper.
        unsafe { headers.cast::<BorrowedHeaders>().as_ref() }
    }
}

impl Drop for Fetched {
    fn drop(&mut self) {
        // SAFETY: destroyed once, and nothing borrowed from it is left.
        unsafe { native::rd_kafka_message_destroy(self.0.as_ptr()) }
    }
}

/// A piece of a message's memory, which lives as long as `owner`.
fn bytes(start: *mut std::ffi::c_void, length: usize, owner: &Fetched) -> Option<&[u8]> {
    let _ = owner;
    // SAFETY: the library wrote where the piece begins and how long it is, in memory that the message keeps.
    (!start.is_null()).then(|| unsafe { std::slice::from_raw_parts(start.cast::<u8>(), length) })
}
