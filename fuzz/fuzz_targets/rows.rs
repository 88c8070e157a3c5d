//! Rows behind a header: delimiters, quotes, cells that hold other formats.

#![no_main]

use dyetrace::decode::Limits;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Some((delimiter, rows)) = bytes.split_first() else { return };
    let delimiter = [b',', b';', b'\t', b'|'][usize::from(delimiter % 4)];
    let mut file = b"id,card,note\n1,4111111111111111,a\n2,5555555555554444,\"b,c\"\n".to_vec();
    file.iter_mut().filter(|byte| **byte == b',').for_each(|byte| *byte = delimiter);
    file.extend_from_slice(rows);
    let limits = Limits { record: 512, ..Limits::default() };
    let whole = dyetrace_fuzz::file(&file, usize::MAX, &limits);
    assert_eq!(whole, dyetrace_fuzz::file(&file, 11, &limits));
});
