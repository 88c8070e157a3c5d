//! XML: alone, and after the words of a log line.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    dyetrace_fuzz::message(bytes);
    dyetrace_fuzz::message(&[b"2026-11-20T10:00:00Z INFO sent <a>", bytes, b"</a>"].concat());
});
