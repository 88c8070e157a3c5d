//! Protobuf: arbitrary messages of a schema with every type, messages without a schema, arbitrary schemas.

#![no_main]

use dyetrace_connectors::SchemaFormat;

const SCHEMA: &str = r#"syntax = "proto3"; enum E { A = 0; B = 1; } message M { uint64 a = 1; sint64 b = 2;
    fixed64 c = 3; string d = 4; bytes e = 5; double f = 6; repeated uint32 g = 7; repeated M h = 8;
    map<string, M> i = 9; E j = 10; float k = 11; bool l = 12; repeated fixed32 m = 13; sfixed64 n = 14; }"#;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Some((choice, rest)) = bytes.split_first() else { return };
    match choice % 4 {
        0 => drop(dyetrace_fuzz::message(rest)),
        1 => {
            let split = rest.iter().position(|byte| *byte == 0xff).unwrap_or(rest.len());
            let (text, message) = rest.split_at(split);
            dyetrace_fuzz::written(message, SchemaFormat::Protobuf, &String::from_utf8_lossy(text));
        }
        _ => drop(dyetrace_fuzz::written(rest, SchemaFormat::Protobuf, SCHEMA)),
    }
});
