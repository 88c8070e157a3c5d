//! Bytes in, records out: whatever their format, and however the source cuts its batches.

use std::io::{Cursor, Write};

use ::zip::write::SimpleFileOptions;
use ::zip::{CompressionMethod, ZipWriter};
use dyetrace_connectors::{
    Batch, Body, End, EndNote, ErrorKind, Message, PartitionReader, SourceError, Step,
};
use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;

use super::{Next, Records};
use crate::decode::{FieldPath, Laid, Skim, Skimmed, Worthy};
use crate::decode::{Hints, Limits, Origin, Record};

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
            return Ok(Step::End(End::new(end as u64, EndNote::Complete)));
        }
        let bytes = self.bytes[self.at..end].to_vec();
        let start = std::mem::replace(&mut self.at, end) as u64;
        Ok(Step::Batch(Batch { bytes, start, body: Body::Stream }))
    }
}

fn open(bytes: &[u8], size: usize, limits: &Limits) -> Records {
    Records::open(Box::new(Cut { bytes: bytes.to_vec(), size, at: 0 }), &Hints::default(), limits)
}

/// The records of a stream, all of which must be read.
fn records(bytes: &[u8], size: usize, limits: &Limits) -> Vec<String> {
    let (lines, end) = all(open(bytes, size, limits));
    assert_eq!(end.position, bytes.len() as u64, "all was read");
    lines
}

/// `member:line path=value@offset … !problem` of each record, and `!member:line reason` of what was skipped.
fn all(mut records: Records) -> (Vec<String>, End) {
    let mut record = Record::default();
    let mut lines = Vec::new();
    loop {
        match records.next().unwrap() {
            Next::Record => {
                records.decode(&mut record);
                lines.push(shown(&record));
            }
            Next::Skipped(skipped) => {
                lines.push(format!("!{} {}", place(&skipped.origin), skipped.reason.id()));
            }
            Next::PassedOver(records) => lines.push(format!("{records} passed over")),
            Next::End(end) => return (lines, end),
        }
    }
}

fn shown(record: &Record) -> String {
    let mut line = place(&record.origin);
    for field in record.fields() {
        let value = String::from_utf8_lossy(field.value.expose()).replace('\n', "|");
        line.push_str(&format!(" {}={value}", field.path));
        line.extend(field.offset.map(|offset| format!("@{offset}")));
    }
    for problem in &record.problems {
        line.push_str(&format!(" !{}", problem.id()));
    }
    line
}

fn place(origin: &Origin) -> String {
    let member = origin.member.as_ref().map(|name| format!("{}:", name.expose()));
    format!("{}{}", member.unwrap_or_default(), origin.record)
}

/// The records are the same however the batches are cut.
fn check_within(bytes: impl AsRef<[u8]>, limits: &Limits, expected: &str) {
    for size in [1, 7, usize::MAX / 2] {
        let found = records(bytes.as_ref(), size, limits);
        let expected: Vec<_> = expected.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        assert_eq!(found, expected, "batches of {size}");
    }
}

fn check(bytes: impl AsRef<[u8]>, expected: &str) {
    check_within(bytes, &Limits::default(), expected);
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut writer = GzEncoder::new(Vec::new(), Compression::default());
    writer.write_all(bytes).unwrap();
    writer.finish().unwrap()
}

fn zip(members: &[(&str, &[u8])], method: CompressionMethod) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        writer.start_file(*name, SimpleFileOptions::default().compression_method(method)).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// As a writer does that cannot seek back: sizes follow the data.
fn piped_zip(name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut writer = ZipWriter::new_stream(Vec::new());
    writer.start_file(name, SimpleFileOptions::default()).unwrap();
    writer.write_all(bytes).unwrap();
    writer.finish().unwrap().into_inner()
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

#[test]
fn lines_end_at_line_feeds() {
    check("", "");
    check("\n", "");
    check("one\r\n\r\n\ntwo\nthree", "1 line=one@0\n4 line=two@8\n5 line=three@12");
    check("\u{feff}one\n", "1 line=one@3");
}

#[test]
fn lines_of_an_object_belong_together() {
    check(
        "a\n  n: 4111111111111111\n  c: x\nb\n",
        "1 line=a@0\n2 line=  n: 4111111111111111|  c: x@2\n4 line=b@31",
    );
    check("  n: 41\n  c: x\n", "1 line=  n: 41@0\n2 line=  c: x@8");
}

#[test]
fn a_long_line_is_cut_where_no_number_is() {
    check_within(
        "short\nid=1 pan=4111111111111111, pan=4000056655665556, end\nshort\n",
        &Limits { record: 32, ..Limits::default() },
        "1 line=short@0
        !2 record-too-long
        2 line=id=1 pan=4111111111111111,@6
        2 line= pan=4000056655665556, end@32
        3 line=short@59",
    );
}

#[test]
fn json_lines() {
    check(
        "{\"a\":1}\n{\"a\": \"x\"}\n{broken\nplain\n",
        "1 a=1@5\n2 a=x@15\n3 line={broken@19 !broken-json\n4 line=plain@27",
    );
    check(utf16("{\"a\":1}\n{\"a\":2}\n"), "1 a=1\n2 a=2");
    check(utf16("\u{feff}{\"a\":\"ü\"}\n{\"a\":2}\n"), "1 a=ü\n2 a=2");
}

#[test]
fn elements_of_an_array_are_records() {
    check("[\n  {\"a\": 1},\n  {\"a\":\n 2}\n]\n", "2 a=1@10\n3 a=2@23");
    check("[{\"a\":1}]", "1 a=1@6");
    check("[\"x\",\"y\"]", "1 line=x@2\n1 line=y@6");
    check("[{\"a\":1},{\"a\":", "1 a=1@6\n1 line={\"a\":@9 !broken-json");
    check("[\n]\n", "");
}

#[test]
fn a_missing_quote_does_not_swallow_the_rest() {
    // Behind what the layout is found out from.
    let far = " ".repeat(70_000);
    let text = format!("[{{\"a\":1}},{far}\n{{\"a\":\"x}},\n{{\"a\":2}}\n]");
    check(gzip(text.as_bytes()), "1 a=1\n2 line={\"a\":\"x}, !broken-json\n3 a=2\n4 line=]");
}

#[test]
fn a_list_in_an_object_is_split() {
    check(
        "{\"owner\":\"o\",\"logEvents\":[{\"id\":1000001},\n{\"id\":1000002}],\"n\":3}",
        "1 logEvents[].id=1000001@32\n2 logEvents[].id=1000002@48\n1 owner=o n=3",
    );
    check(
        "{\"order\":\"o1\",\"card\":{\"pan\":\"4111111111111111\"},\"items\":[{\"sku\":\"a\"},{\"sku\":\"b\"}]}",
        "1 order=o1@10 card.pan=4111111111111111@29 items[].sku=a@65 items[].sku=b@77",
    );
    check("{\n \"a\": 1\n}\n{\n \"a\": 2\n}\n", "1 a=1@8\n4 a=2@20");
}

#[test]
fn a_document_of_any_length_is_streamed() {
    let elements: Vec<String> = (0..9).map(|n| format!("{{\"n\":{n}}}")).collect();
    let document = format!("{{\"a\":1,\"list\":[{}],\"b\":2}}", elements.join(","));
    let expected: String = (0..9).map(|n| format!("1 list[].n={n}\n")).collect();
    let limits = Limits { record: 40, ..Limits::default() };
    check_within(gzip(document.as_bytes()), &limits, &format!("{expected}1 a=1 b=2"));
}

#[test]
fn deep_nesting_is_no_danger() {
    let deep = format!("{}1{}", "[".repeat(10_000), "]".repeat(10_000));
    assert_eq!(records(deep.as_bytes(), 100, &Limits::default()).len(), 1);
    let open = "{\"a\":".repeat(10_000);
    assert_eq!(records(open.as_bytes(), 100, &Limits::default()).len(), 1);
}

#[test]
fn rows_have_named_cells() {
    check(
        "id,pan\n1,4111111111111111\n2,\"4000056655665556\"\n",
        "2 id=1@7 pan=4111111111111111@9\n3 id=2@26 pan=4000056655665556@29",
    );
    check("\u{feff}Name;Betrag\r\n\"A \"\"B\"\"\";2,50\r\n", "2 Name=A \"B\" Betrag=2,50@26");
    check(b"Name;Stra\xdfe;Nr\nM\xfcller;\xd6de;1\n", "2 Name=Müller Straße=Öde Nr=1");
    check("id,note\n1,\"two\nlines\"\n2,x\n", "2 id=1@8 note=two|lines@11\n4 id=2@22 note=x@24");
}

#[test]
fn ragged_rows_and_lone_quotes_keep_their_cells() {
    check(
        "id,note\n1,a,b\n2\n3,c\n4,d\n5,e\n",
        "2 id=1@8 note=a@10 column3=b@12 !ragged-row\n3 id=2@14 !ragged-row
        4 id=3@16 note=c@18\n5 id=4@20 note=d@22\n6 id=5@24 note=e@26",
    );
    check(
        "id,note\n1,\"open\n2,5\" pipe\n3,\"b\n4,c\n",
        "2 id=1@8 note=\"open@10\n3 id=2@16 note=5\" pipe@18\n4 id=3@26 note=\"b@28\n5 id=4@31 note=c@33",
    );
}

#[test]
fn compressed_streams() {
    let two = [gzip(b"one\n"), gzip(b"two\n")].concat();
    check(&two, "1 line=one\n2 line=two");
    check(zstd::encode_all(&b"one\ntwo\n"[..], 0).unwrap(), "1 line=one\n2 line=two");
    check(gzip(&gzip(b"one\n")), "1 line=one");
    check(gzip(b""), "");
}

#[test]
fn archives() {
    for method in [CompressionMethod::Stored, CompressionMethod::Deflated] {
        let inner = zip(&[("c.csv", b"id,n\n1,2\n")], method);
        let packed = gzip(b"{\"a\":1}\n{\"a\":2}\n");
        let outer = zip(&[("a.log", b"one\n"), ("b.gz", &packed), ("in.zip", &inner), ("d", b"")], method);
        check(outer, "a.log:1 line=one\nb.gz:1 a=1\nb.gz:2 a=2\nin.zip/c.csv:2 id=1 n=2");
    }
    check(piped_zip("p.log", b"one\ntwo\n"), "p.log:1 line=one\np.log:2 line=two");
}

#[test]
fn broken_containers_end_alone() {
    let text: String = (0..2000).map(|n: u32| format!("line {}\n", n.wrapping_mul(2_654_435_761))).collect();
    let whole = gzip(text.as_bytes());
    let found = records(&whole[..whole.len() / 2], 100, &Limits::default());
    assert!(found.len() > 500, "what came before is read");
    assert!(found.last().unwrap().ends_with("broken-compression"));
    let mut archive = zip(&[("a", b"one\n"), ("b", b"two\n")], CompressionMethod::Deflated);
    // The first member's method becomes one that nobody knows, then its data becomes broken.
    archive[8] = 77;
    check(&archive, "!a:0 unsupported-member\nb:1 line=two");
    archive[8] = 8;
    archive[31] = 0xff;
    check(&archive, "!a:1 broken-compression\nb:1 line=two");
    check(&archive[..20], "!0 broken-compression");
}

#[test]
fn a_bomb_is_not_unfolded() {
    let limits = Limits { unfolded: 64 << 10, expansion: 100, ..Limits::default() };
    let bomb = gzip(&vec![b'0'; 4 << 20]);
    let found = records(&bomb, 100, &limits);
    assert_eq!(found.last().unwrap(), "!1 bomb");
    let found = records(
        &zip(&[("a", &vec![b'\n'; 4 << 20]), ("b", b"two\n")], CompressionMethod::Deflated),
        100,
        &limits,
    );
    assert!(found[0].ends_with(" bomb"));
    assert_eq!(found[1..], ["b:1 line=two"]);
}

#[test]
fn binary_data_and_broken_text() {
    check(
        b"\x00\x01\x02pan 4111111111111111\x00\x00short\x00\x7f",
        "!1 binary\n1 line=pan 4111111111111111@3",
    );
    check("gr\u{fc}n\n\u{fc}", "1 line=grün@0\n2 line=ü@6");
    check(b"gr\xc3\xbcn\nb\xffd\n", "1 line=grün@0\n2 line=b\u{fffd}d !broken-text");
    check(b"gr\xfcn\n", "1 line=grün");
}

#[test]
fn messages_are_records() {
    check_message("{\"a\":1}", "42 a=1 $key=k1 $header.name=X");
    check_message("plain", "42 $value=plain $key=k1 $header.name=X");
    check_message("", "42 $key=k1 $header.name=X");
    let binary = "!42 binary; 42 $value=pan 4111111111111111 $key=k1 $header.name=X";
    check_message("\0\0pan 4111111111111111", binary);
}

fn check_message(value: &str, expected: &str) {
    let bytes = format!("{value}k1nameX").into_bytes();
    let part = |from: usize, to: usize| value.len() + from..value.len() + to;
    let (key, headers) = (Some(part(0, 2)), vec![(part(2, 6), part(6, 7))]);
    let message = Message {
        value: 0..value.len(),
        key,
        headers,
        offset: 42,
        time: Some(1_700_000_000_000),
        ..Message::default()
    };
    let batch = Batch { bytes, start: 42, body: Body::Messages(vec![message]) };
    let (lines, _) = all(Records::open(Box::new(Once(Some(batch))), &Hints::default(), &Limits::default()));
    assert_eq!(lines.join("; "), expected);
}

#[test]
fn a_source_that_fails_is_no_broken_data() {
    struct Failing(Option<Vec<u8>>);
    impl PartitionReader for Failing {
        fn next(&mut self) -> Result<Step, SourceError> {
            let (what, why) = Default::default();
            let bytes = self.0.take().ok_or(SourceError { kind: ErrorKind::Io, what, why, help: "" })?;
            Ok(Step::Batch(Batch { bytes, start: 0, body: Body::Stream }))
        }
    }
    let packed = gzip(b"one\ntwo\n");
    for bytes in [
        b"one\ntwo".to_vec(),
        packed[..packed.len() - 9].to_vec(),
        zip(&[("a", b"one")], CompressionMethod::Stored)[..40].to_vec(),
    ] {
        let mut records =
            Records::open(Box::new(Failing(Some(bytes))), &Hints::default(), &Limits::default());
        let error = std::iter::repeat_with(|| records.next()).find_map(Result::err);
        assert_eq!(error.unwrap().kind, ErrorKind::Io);
    }
}

struct Once(Option<Batch>);

impl PartitionReader for Once {
    fn next(&mut self) -> Result<Step, SourceError> {
        Ok(match self.0.take() {
            Some(batch) => Step::Batch(batch),
            None => Step::End(End::new(43, EndNote::Complete)),
        })
    }
}

proptest! {
    #[test]
    fn cuts_and_garbage_change_nothing(bytes in proptest::collection::vec(any::<u8>(), 0..400), size in 1usize..50) {
        let limits = Limits { record: 64, ..Limits::default() };
        let whole = records(&bytes, usize::MAX / 2, &limits);
        prop_assert_eq!(records(&bytes, size, &limits), whole.clone());
        let packed = gzip(&bytes);
        prop_assert_eq!(records(&packed, size, &limits).len(), whole.len());
    }

    #[test]
    fn cuts_change_nothing_in_near_formats(text in "[\\[\\]{}\":,a1\n ;]{0,200}", size in 1usize..20) {
        let limits = Limits { record: 24, ..Limits::default() };
        prop_assert_eq!(records(text.as_bytes(), size, &limits), records(text.as_bytes(), usize::MAX / 2, &limits));
    }
}

/// Says that lines with an `x` are worth decoding.
struct Crosses;

impl Skim for Crosses {
    fn skim(&mut self, text: &[u8], _: Laid, skimmed: &mut Skimmed) {
        skimmed.clear();
        skimmed.worthy.extend(memchr::memchr_iter(b'x', text).map(|at| Worthy { at, is_sample: false }));
        skimmed.lines = memchr::memchr_iter(b'\n', text).count() as u64;
        skimmed.empty = memchr::memmem::find_iter(text, b"\n\n").count() as u64;
    }

    fn betrays(&self, _: &FieldPath) -> bool {
        false
    }
}

proptest::proptest! {
    /// However a text is cut into batches, its worthy lines come with their numbers, and every other is counted.
    #[test]
    fn lines_that_are_not_worth_it_are_counted(lines in proptest::collection::vec("(a{1,9}|ax|x{1,3})", 1..60), size in 1..99usize) {
        let text = format!("{}\n", lines.join("\n"));
        let mut records = open(text.as_bytes(), size, &Limits::default()).skimming(Box::new(Crosses));
        let (mut worthy, mut all, mut record) = (Vec::new(), 0, Record::default());
        loop {
            match records.next().unwrap() {
                Next::Record => {
                    records.decode(&mut record);
                    worthy.push(record.origin.record);
                    all += 1;
                }
                Next::PassedOver(records) => all += records,
                Next::Skipped(_) => {}
                Next::End(_) => break,
            }
        }
        let expected: Vec<u64> = (1..).zip(&lines).filter(|(_, line)| line.contains('x')).map(|(n, _)| n).collect();
        proptest::prop_assert_eq!(worthy, expected);
        proptest::prop_assert_eq!(all, lines.len() as u64);
    }
}
