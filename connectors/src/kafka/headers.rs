//! A message's headers as bytes. This asks the client library itself, because the wrapper's own way panics on a
//! name that is no UTF-8, and a message may hold any.
#![allow(unsafe_code)]

use std::ffi::CStr;

use rdkafka::bindings::rd_kafka_header_get_all;
use rdkafka::message::{BorrowedHeaders, Headers};
use rdkafka::types::{RDKafkaHeaders, RDKafkaRespErr};

/// Hands over each header's name and value; a value that is null is empty.
pub(super) fn each(headers: &BorrowedHeaders, mut take: impl FnMut(&[u8], &[u8])) {
    // The wrapper's type stands for the library's at the same address, and is cast so by the wrapper.
    let native = std::ptr::from_ref(headers).cast::<RDKafkaHeaders>();
    for index in 0..headers.count() {
        let (mut name, mut value, mut length) = (std::ptr::null(), std::ptr::null(), 0);
        // SAFETY: `native` lives as long as `headers`; the rest are our own, to be written to.
        let answer = unsafe { rd_kafka_header_get_all(native, index, &mut name, &mut value, &mut length) };
        if answer != RDKafkaRespErr::RD_KAFKA_RESP_ERR_NO_ERROR || name.is_null() {
            continue;
        }
        // SAFETY: the library ends each name with a zero and keeps it as long as the headers.
        let name = unsafe { CStr::from_ptr(name) }.to_bytes();
        let value: &[u8] = if value.is_null() {
            &[]
        } else {
            // SAFETY: it wrote where the value begins and how long it is, and keeps it as long as the headers.
            unsafe { std::slice::from_raw_parts(value.cast::<u8>(), length) }
        };
        take(name, value);
    }
}

#[cfg(test)]
mod tests {
    use rdkafka::message::{Header, OwnedHeaders};

    use super::*;

    fn check(headers: &BorrowedHeaders) -> String {
        let mut said = String::new();
        each(headers, |name, value| said += &format!("{}={} ", name.escape_ascii(), value.escape_ascii()));
        said
    }

    #[test]
    fn names_and_values() {
        let headers = OwnedHeaders::new()
            .insert(Header { key: "a", value: Some("1") })
            .insert(Header { key: "a", value: Some("") })
            .insert(Header { key: "b", value: None::<&str> });
        assert_eq!(check(headers.as_borrowed()), "a=1 a= b= ");
        assert_eq!(check(OwnedHeaders::new().as_borrowed()), "");
    }

    #[test]
    fn a_name_that_is_no_text() {
        let headers = OwnedHeaders::new();
        let native = std::ptr::from_ref(headers.as_borrowed()).cast_mut().cast::<RDKafkaHeaders>();
        // SAFETY: the headers are ours alone, and the library copies what it is given.
        unsafe {
            rdkafka::bindings::rd_kafka_header_add(native, c"\xff".as_ptr(), 1, b"1".as_ptr().cast(), 1);
        }
        assert_eq!(check(headers.as_borrowed()), r"\xff=1 ");
    }
}
