//! Pairs in log lines, and forms as clients send them.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    dyetrace_fuzz::message(&[b"level=info msg=\"", bytes, b"\" card="].concat());
    dyetrace_fuzz::message(&[b"card=4111111111111111&note=", bytes].concat());
    dyetrace_fuzz::message(&[b"{\"form\":\"a=1&b=", bytes, b"&c=%7B%22d%22%3A1%7D\"}"].concat());
});
