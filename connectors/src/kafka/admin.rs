//! Questions to the cluster that the wrapper does not have, each one call of the client library whose answer is
//! copied out. Nothing here changes anything: no call that creates, alters or deletes is named.
#![allow(unsafe_code)]

mod groups;
mod rules;
mod topics;

use std::ffi::{CStr, CString, c_char};
use std::ptr::NonNull;
use std::time::Duration;

use rdkafka::bindings as native;
use rdkafka::bindings::rd_kafka_admin_op_t as Op;
use rdkafka::bindings::rd_kafka_resp_err_t as Answer;
use rdkafka::consumer::Consumer;
use rdkafka::error::RDKafkaErrorCode as Code;

use super::client::Client;

pub(super) use rules::{Operation, Pattern, Rule, Verdict};
pub(super) use topics::Told;

/// A topic's partition and an offset or time in it.
pub(super) type Mark = (String, i32, i64);

/// Asks with a client, for no longer than this.
#[derive(Clone, Copy)]
pub(super) struct Admin<'a> {
    pub(super) client: &'a Client,
    pub(super) patience: Duration,
}

impl Admin<'_> {
    /// Asks one question and waits for its answer.
    fn ask(
        self,
        what: Op,
        send: impl FnOnce(
            *mut native::rd_kafka_t,
            *mut native::rd_kafka_AdminOptions_t,
            *mut native::rd_kafka_queue_t,
        ),
    ) -> Result<Event, Code> {
        let library = self.client.client().native_ptr();
        let millis = i32::try_from(self.patience.as_millis()).unwrap_or(i32::MAX);
        // A token may be due.
        self.client.poll(Duration::ZERO);
        // SAFETY: the library outlives the call; options and queue are destroyed once, after their last use. No place
        // for the words of an error is allowed.
        let event = unsafe {
            let queue = native::rd_kafka_queue_new(library);
            let options = native::rd_kafka_AdminOptions_new(library, what);
            native::rd_kafka_AdminOptions_set_request_timeout(options, millis, std::ptr::null_mut(), 0);
            send(library, options, queue);
            // It answers within its own time; a little more, so that its reason is heard.
            let event = native::rd_kafka_queue_poll(queue, millis.saturating_add(1_000));
            native::rd_kafka_AdminOptions_destroy(options);
            native::rd_kafka_queue_destroy(queue);
            event
        };
        let event = Event(NonNull::new(event).ok_or(Code::OperationTimedOut)?);
        // SAFETY: the event is alive.
        match unsafe { native::rd_kafka_event_error(event.0.as_ptr()) } {
            Answer::RD_KAFKA_RESP_ERR_NO_ERROR => Ok(event),
            error => Err(error.into()),
        }
    }
}

/// An answer.
struct Event(NonNull<native::rd_kafka_event_t>);

impl Drop for Event {
    fn drop(&mut self) {
        // SAFETY: destroyed once; nothing borrowed from it is left.
        unsafe { native::rd_kafka_event_destroy(self.0.as_ptr()) }
    }
}

fn c_text(text: &str) -> Result<CString, Code> {
    CString::new(text).map_err(|_| Code::InvalidArgument)
}

/// A copy of the library's text.
///
/// # Safety
/// `text` is null or ends with a zero.
unsafe fn text(text: *const c_char) -> String {
    if text.is_null() {
        return String::new();
    }
    // SAFETY: as the caller says.
    unsafe { CStr::from_ptr(text) }.to_string_lossy().into_owned()
}

/// A list of the library's.
///
/// # Safety
/// `of` gives a list and writes its length; the list lives longer than the result is used.
unsafe fn list<'a, T>(of: impl FnOnce(*mut usize) -> *mut *const T) -> &'a [*const T] {
    let mut count = 0;
    let first = of(&mut count);
    // SAFETY: as the caller says.
    if first.is_null() { &[] } else { unsafe { std::slice::from_raw_parts(first, count) } }
}

/// # Safety
/// `error` is null or alive.
unsafe fn error_of(error: *const native::rd_kafka_error_t) -> Result<(), Code> {
    // SAFETY: as the caller says; of null the code is none.
    match unsafe { native::rd_kafka_error_code(error) } {
        Answer::RD_KAFKA_RESP_ERR_NO_ERROR => Ok(()),
        error => Err(error.into()),
    }
}

/// # Safety
/// `list` is null or alive.
unsafe fn marks(list: *const native::rd_kafka_topic_partition_list_t) -> Vec<Mark> {
    // SAFETY: as the caller says; the library wrote how many there are.
    unsafe {
        let Some(list) = list.as_ref().filter(|list| !list.elems.is_null()) else { return Vec::new() };
        let elements = std::slice::from_raw_parts(list.elems, usize::try_from(list.cnt).unwrap_or(0));
        let told =
            |mark: &&native::rd_kafka_topic_partition_t| mark.err == Answer::RD_KAFKA_RESP_ERR_NO_ERROR;
        elements.iter().filter(told).map(|mark| (text(mark.topic), mark.partition, mark.offset)).collect()
    }
}
