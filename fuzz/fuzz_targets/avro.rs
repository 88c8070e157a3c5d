//! Avro: arbitrary datums of schemas that exist, arbitrary schemas, and arbitrary blocks of a container file.

#![no_main]

use dyetrace::decode::Limits;
use dyetrace_connectors::SchemaFormat;

/// One of every type, and one that holds itself.
const SCHEMAS: [&str; 3] = [
    r#"{"type":"record","name":"R","fields":[{"name":"pan","type":"long"},{"name":"s","type":"string"},
    {"name":"b","type":"bytes"},{"name":"d","type":"double"},{"name":"f","type":{"type":"fixed","name":"F","size":8}},
    {"name":"e","type":{"type":"enum","name":"E","symbols":["A","B"]}},{"name":"u","type":["null","boolean","float"]},
    {"name":"l","type":{"type":"array","items":"int"}},{"name":"m","type":{"type":"map","values":"string"}},
    {"name":"c","type":{"type":"bytes","logicalType":"decimal","precision":20,"scale":2}}]}"#,
    r#"{"type":"record","name":"L","fields":[{"name":"v","type":"bytes"},{"name":"n","type":["null","L"]},
    {"name":"many","type":{"type":"array","items":"L"}},{"name":"by","type":{"type":"map","values":"L"}}]}"#,
    r#"{"type":"array","items":["null","string",{"type":"map","values":"null"}]}"#,
];

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Some((choice, rest)) = bytes.split_first() else { return };
    match usize::from(*choice) % 5 {
        3 => {
            let split = rest.iter().position(|byte| *byte == 0xff).unwrap_or(rest.len());
            let (text, datum) = rest.split_at(split);
            dyetrace_fuzz::written(datum, SchemaFormat::Avro, &String::from_utf8_lossy(text));
        }
        4 => block(rest),
        schema => drop(dyetrace_fuzz::written(rest, SchemaFormat::Avro, SCHEMAS[schema])),
    }
});

/// A file of one block, whose size and mark are right.
fn block(bytes: &[u8]) {
    let Some(([codec, count], block)) = bytes.split_first_chunk::<2>() else { return };
    let codec = ["null", "deflate", "snappy", "zstandard"][usize::from(codec % 4)];
    let mut file = b"Obj\x01\x04".to_vec();
    for text in ["avro.schema", SCHEMAS[1], "avro.codec", codec] {
        number(&mut file, text.len());
        file.extend(text.as_bytes());
    }
    file.push(0);
    file.extend([9; 16]);
    number(&mut file, (*count).into());
    number(&mut file, block.len());
    file.extend(block);
    file.extend([9; 16]);
    let limits = Limits { unfolded: 64 << 10, ..Limits::default() };
    let whole = dyetrace_fuzz::file(&file, usize::MAX, &limits);
    assert_eq!(whole, dyetrace_fuzz::file(&file, 13, &limits));
}

/// Zigzag, in groups of seven bits.
fn number(file: &mut Vec<u8>, number: usize) {
    let mut left = number * 2;
    while left > 127 {
        file.push((left & 127) as u8 | 128);
        left >>= 7;
    }
    file.push(left as u8);
}
