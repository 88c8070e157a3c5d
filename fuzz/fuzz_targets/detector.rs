//! Arbitrary records, not decoded from anything: paths and values as they come.

#![no_main]

use dyetrace::decode::{FieldPath, Record};
use dyetrace::detect::{Key, Reveal, Sifter, Wanted};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let mut record = Record::default();
    // `path=value` of group one and two in turn, ended by zero bytes.
    for (index, pair) in bytes.split(|byte| *byte == 0).enumerate() {
        let split = pair.iter().position(|byte| *byte == b'=').unwrap_or(0);
        let (path, value) = pair.split_at(split);
        let path =
            String::from_utf8_lossy(path).split('.').fold(FieldPath::parse(""), |path, key| path.child(key));
        record.push(path, value.strip_prefix(b"=").unwrap_or(value), index as u32 % 2, Some(0));
    }
    let mut masks = Sifter::new(Reveal::Mask, Wanted::Nothing);
    let mut prints = Sifter::new(Reveal::Fingerprint(Key::new([7; 32])), Wanted::Everything);
    let (masked, printed) = (masks.sift(&record), prints.sift(&record));
    assert_eq!(masked.hits.len(), printed.hits.len(), "what is found does not depend on how it is shown");
    for hit in &masked.hits {
        let value = record.field(hit.index).value.expose();
        assert!(hit.span.start <= hit.span.end && hit.span.end <= value.len(), "the span is in the value");
    }
});
