//! Bytes in, records out: whatever their format, and however the source cuts its batches.

use dyetrace_connectors::{Batch, Body, End, EndNote, PartitionReader, SourceError, Step};

use super::{Next, Records};
use crate::decode::{Hints, Limits};

/// Hands out bytes in batches of one size.
struct Cut {
    bytes: Vec<u8>,
    size: usize,
    at: usize,
}

impl PartitionReader for Cut {
    fn next(&mut self) -> Result<Step, SourceError> {
        let end = self.bytes.len().min(self.at + self.size);
        if self.at == end {
            return Ok(Step::End(End { position: end as u64, note: EndNote::Complete }));
        }
        let bytes = self.bytes[self.at..end].to_vec();
        let start = std::mem::replace(&mut self.at, end) as u64;
        Ok(Step::Batch(Batch { bytes, start, body: Body::Stream }))
    }
}

fn open(bytes: &[u8], size: usize, limits: &Limits) -> Records {
    let hints = Hints { not_after: Some(0), ..Hints::default() };
    Records::open(Box::new(Cut { bytes: bytes.to_vec(), size, at: 0 }), &hints, limits)
}

/// `line@offset frame` of each record, and what was skipped.
fn frames(bytes: &[u8], size: usize, limits: &Limits) -> String {
    let mut records = open(bytes, size, limits);
    let mut text = String::new();
    loop {
        match records.next().unwrap() {
            Next::Record => text.push_str(&format!("{}\n", String::from_utf8_lossy(records.frame()))),
            Next::Skipped(skipped) => {
                text.push_str(&format!("! {} {}\n", skipped.origin.record, skipped.reason.id()));
            }
            Next::End(_) => return text,
        }
    }
}

/// The frames are the same however the batches are cut.
fn check_frames(bytes: &[u8], limits: &Limits, expected: &str) {
    for size in [1, 7, usize::MAX / 2] {
        assert_eq!(frames(bytes, size, limits), expected, "batches of {size}");
    }
}

#[test]
fn lines_end_at_line_feeds() {
    let limits = Limits::default();
    check_frames(b"", &limits, "");
    check_frames(b"one\r\n\r\n\ntwo\nthree", &limits, "one\ntwo\nthree\n");
    check_frames(b"\n", &limits, "");
}

#[test]
fn a_long_line_is_cut_where_no_number_is() {
    let limits = Limits { record: 32, ..Limits::default() };
    check_frames(
        b"short\nid=1 pan=4111111111111111, pan=4000056655665556, end\nshort\n",
        &limits,
        "short\n! 2 record-too-long\nid=1 pan=4111111111111111,\n pan=4000056655665556, end\nshort\n",
    );
}
