//! Arbitrary bytes as a file: layers, encodings, layouts, frames, every nesting. However the source cuts its
//! batches, the same is found.

#![no_main]

use dyetrace::decode::Limits;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    // Small, so that every limit is met.
    let limits = Limits { depth: 8, record: 512, unfolded: 64 << 10, expansion: 100 };
    let whole = dyetrace_fuzz::file(bytes, usize::MAX, &limits);
    let pieces = dyetrace_fuzz::file(bytes, 7, &limits);
    assert_eq!(whole, pieces);
});
