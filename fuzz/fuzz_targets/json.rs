//! JSON in a message, at the root and in a string of JSON.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    dyetrace_fuzz::message(bytes);
    let text = String::from_utf8_lossy(bytes).replace('\\', "\\\\").replace('"', "\\\"");
    dyetrace_fuzz::message(format!("{{\"body\":\"{text}\"}}").as_bytes());
});
