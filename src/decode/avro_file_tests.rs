//! Files that the library wrote, and the same blocks compressed in other ways, become records.

use std::io::Write;

use apache_avro::types::Value;
use apache_avro::{Codec, DeflateSettings, Schema, Writer};
use dyetrace_connectors::{Batch, Body, End, EndNote, PartitionReader, SourceError, Step};

use crate::decode::{FieldPath, Hints, Laid, Limits, Next, Record, Records, Skim, Skimmed};

/// Hands out bytes in pieces.
struct Cut(std::vec::IntoIter<Vec<u8>>);

impl PartitionReader for Cut {
    fn next(&mut self) -> Result<Step, SourceError> {
        Ok(match self.0.next() {
            Some(bytes) => Step::Batch(Batch { bytes, start: 0, body: Body::Stream }),
            None => Step::End(End::new(0, EndNote::Complete)),
        })
    }
}

/// `number path=value …` of each record, and `!reason`.
fn read(bytes: &[u8], size: usize) -> String {
    let pieces: Vec<Vec<u8>> = bytes.chunks(size).map(<[u8]>::to_vec).collect();
    let limits = Limits { unfolded: 1 << 20, ..Limits::default() };
    let mut records = Records::open(Box::new(Cut(pieces.into_iter())), &Hints::default(), &limits);
    let (mut record, mut said) = (Record::default(), Vec::new());
    loop {
        match records.next().unwrap() {
            Next::Record => {
                records.decode(&mut record);
                let fields = record.fields().map(|field| {
                    format!(" {}={}", field.path, String::from_utf8_lossy(field.value.expose()))
                });
                let problems = record.problems.iter().map(|problem| format!(" !{}", problem.id()));
                said.push(format!("{}{}", record.origin.record, fields.chain(problems).collect::<String>()));
            }
            Next::Skipped(skipped) => said.push(format!("!{}", skipped.reason.id())),
            Next::PassedOver(_) => unreachable!("nothing is skimmed"),
            Next::End(_) => return said.join(" | "),
        }
    }
}

fn check(bytes: &[u8], expected: &str) {
    for size in [usize::MAX, 7] {
        assert_eq!(read(bytes, size), expected);
    }
}

const CARD: &str = r#"{"type":"record","name":"Card","fields":[{"name":"pan","type":"long"},
    {"name":"holder","type":"string"}]}"#;

fn card(pan: i64) -> Value {
    Value::Record(vec![
        ("pan".into(), Value::Long(pan)),
        ("holder".into(), Value::String("ANNA EXAMPLE".into())),
    ])
}

fn written(codec: Codec) -> Vec<u8> {
    let schema = Schema::parse_str(CARD).unwrap();
    let mut writer = Writer::with_codec(&schema, Vec::new(), codec);
    writer.append(card(4_111_111_111_111_111)).unwrap();
    writer.flush().unwrap();
    writer.append(card(5_555_555_555_554_444)).unwrap();
    writer.append(card(7)).unwrap();
    writer.into_inner().unwrap()
}

const EXPECTED: &str = "1 pan=4111111111111111 holder=ANNA EXAMPLE | 2 pan=5555555555554444 holder=ANNA EXAMPLE | \
    3 pan=7 holder=ANNA EXAMPLE";

/// A file of one block.
fn file(codec: &str, count: u8, block: &[u8]) -> Vec<u8> {
    let sized = |bytes: &[u8]| {
        let length = u64::try_from(bytes.len()).unwrap() * 2;
        let mut sized = vec![u8::try_from(length & 127).unwrap() | 128, u8::try_from(length >> 7).unwrap()];
        sized.extend(bytes);
        sized
    };
    let mut file = b"Obj\x01\x04".to_vec();
    for text in ["avro.schema", CARD, "avro.codec", codec] {
        file.extend(sized(text.as_bytes()));
    }
    file.push(0);
    file.extend([9; 16]);
    file.push(2 * count);
    file.extend(sized(block));
    file.extend([9; 16]);
    file
}

fn datums() -> Vec<u8> {
    let schema = Schema::parse_str(CARD).unwrap();
    let pans = [4_111_111_111_111_111, 5_555_555_555_554_444, 7];
    pans.map(|pan| apache_avro::to_avro_datum(&schema, card(pan)).unwrap()).concat()
}

#[test]
fn every_codec() {
    check(&written(Codec::Null), EXPECTED);
    check(&written(Codec::Deflate(DeflateSettings::default())), EXPECTED);
    check(&file("null", 3, &datums()), EXPECTED);
    check(&file("zstandard", 3, &zstd::encode_all(&*datums(), 3).unwrap()), EXPECTED);
    // The checksum is not looked at.
    let mut snappy = snap::raw::Encoder::new().compress_vec(&datums()).unwrap();
    snappy.extend([0; 4]);
    check(&file("snappy", 3, &snappy), EXPECTED);
}

#[test]
fn a_file_within_a_file() {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(&written(Codec::Null)).unwrap();
    check(&packed.finish().unwrap(), EXPECTED);
}

/// Says of everything that nothing is in it.
struct Blind;

impl Skim for Blind {
    fn skim(&mut self, _: &[u8], _: Laid, _: &mut Skimmed) {}

    fn betrays(&self, _: &FieldPath) -> bool {
        false
    }
}

#[test]
fn what_cannot_be_seen_in_the_bytes_is_decoded() {
    let reader = Cut(vec![written(Codec::Null)].into_iter());
    let records = Records::open(Box::new(reader), &Hints::default(), &Limits::default());
    assert_eq!(records.skimming(Box::new(Blind)).next().unwrap(), Next::Record);
}

#[test]
fn a_codec_that_is_not_read_is_said() {
    check(&file("bzip2", 3, b"BZh9"), "!unsupported-member");
    check(&file("deflate", 3, b"\xff\xff\xff"), "!broken-compression");
}

#[test]
fn a_block_that_unfolds_beyond_the_limit_is_said() {
    let zeros = zstd::encode_all(&*vec![b' '; 4 << 20], 3).unwrap();
    assert!(read(&file("zstandard", 1, &zeros), usize::MAX).starts_with("!bomb"));
}

#[test]
fn what_is_broken_is_scanned_and_said() {
    let all = written(Codec::Null);
    let cut = &all[..all.len() - 20];
    assert!(
        read(cut, usize::MAX).starts_with("1 pan=4111111111111111 holder=ANNA EXAMPLE | !broken-payload | ")
    );
    assert!(read(cut, usize::MAX).contains("line=ANNA EXAMPLE"));
    let wrong = file("null", 2, b"\x02\x18ANNA EXAMPLE\x02\x7fcard=4111111111111111");
    check(
        &wrong,
        "1 pan=1 holder=ANNA EXAMPLE | 2 pan=1 line=card=                 line.card=4111111111111111 !broken-payload",
    );
    // No schema: no such file.
    assert!(read(b"Obj\x01\0aaaaaaaaaaaaaaaa", usize::MAX).contains("line"));
}
