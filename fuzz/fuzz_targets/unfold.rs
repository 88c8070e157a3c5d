//! Base64 and compression around arbitrary bytes, and arbitrary bytes where those are looked for.

#![no_main]

use std::io::Write;

use data_encoding::{BASE64, BASE64URL_NOPAD};
use flate2::{Compression, write::GzEncoder, write::ZlibEncoder};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Some((choice, bytes)) = bytes.split_first() else { return };
    let mut inner = bytes.to_vec();
    // Each two bits of the choice are one more layer.
    for layer in [choice & 3, choice >> 2 & 3, choice >> 4 & 3] {
        inner = match layer {
            1 => BASE64.encode(&inner).into_bytes(),
            2 => gzip(&inner),
            3 => zlib(&inner),
            _ => inner,
        };
    }
    dyetrace_fuzz::message(&inner);
    dyetrace_fuzz::message(format!("{{\"body\":\"{}\"}}", BASE64URL_NOPAD.encode(&inner)).as_bytes());
});

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("memory does not fail")
}

fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("memory does not fail")
}
