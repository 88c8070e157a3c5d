//! Messages that the library wrote, by schemas of the shapes that are met, become fields.

use prost_reflect::prost::Message as _;
use prost_reflect::{DynamicMessage, MapKey, MessageDescriptor, Value};
use protox::file::{ChainFileResolver, File, FileResolver, GoogleFileResolver};

use super::super::super::schema::protobuf::ProtobufSchema;
use super::super::super::{Limits, Record};
use super::super::Walker;

const CARD: &str = r#"
    syntax = "proto3";
    package shop;
    import "google/protobuf/timestamp.proto";
    import "money.proto";
    enum Brand { NONE = 0; VISA = 1; }
    message Ignored { int32 a = 1; }
    message Card {
        message Holder { string name = 1; }
        map<string, int64> by_id = 9;
        uint64 number = 1; int64 signed = 2; sint64 zigzag = 3; fixed64 fixed = 4; string text = 5; bytes bytes = 6;
        double real = 7; repeated uint64 packed = 8; Brand brand = 10; Holder holder = 11; bool ok = 12;
        repeated string words = 13; google.protobuf.Timestamp at = 14; Money money = 15; repeated fixed64 eights = 16;
    }"#;
const MONEY: &str =
    r#"syntax = "proto3"; package shop; message Money { int64 units = 1; string currency = 2; }"#;
const PAN: u64 = 4_111_111_111_111_111;

struct Texts;

impl FileResolver for Texts {
    fn open_file(&self, name: &str) -> Result<File, protox::Error> {
        match name {
            "card.proto" => File::from_source(name, CARD),
            "money.proto" => File::from_source(name, MONEY),
            _ => Err(protox::Error::file_not_found(name)),
        }
    }
}

fn card() -> MessageDescriptor {
    let mut resolver = ChainFileResolver::new();
    resolver.add(Texts);
    resolver.add(GoogleFileResolver::new());
    let mut compiler = protox::Compiler::with_file_resolver(resolver);
    compiler.include_imports(true).open_file("card.proto").expect("the file is in `Texts`");
    compiler.descriptor_pool().get_message_by_name("shop.Card").expect("it was just compiled")
}

fn schema() -> ProtobufSchema {
    ProtobufSchema::parse(CARD, [("money.proto".to_owned(), MONEY.to_owned())].into()).expect("it compiles")
}

fn walked(path: &[u32], bytes: &[u8]) -> String {
    let (mut record, limits, schema) = (Record::default(), Limits::default(), schema());
    let message = schema.message(path).expect("the file has that message");
    let read = Walker::new(&limits, &mut record).protobuf(Some((&schema, message)), None, bytes);
    let field = |field: crate::decode::Field<'_>| {
        format!("{}={}", field.path, String::from_utf8_lossy(field.value.expose()))
    };
    let mut said: Vec<String> = record.fields().map(field).collect();
    said.extend(read.is_err().then(|| "broken".to_owned()));
    said.join(" ")
}

fn check(name: &str, value: Value, expected: &str) {
    let mut message = DynamicMessage::new(card());
    message.set_field_by_name(name, value);
    assert_eq!(walked(&[1], &message.encode_to_vec()), expected);
}

#[test]
fn a_card_number_is_digits_however_it_is_stored() {
    let signed = i64::try_from(PAN).unwrap();
    check("number", Value::U64(PAN), "number=4111111111111111");
    check("signed", Value::I64(signed), "signed=4111111111111111");
    check("zigzag", Value::I64(signed), "zigzag=4111111111111111");
    check("fixed", Value::U64(PAN), "fixed=4111111111111111");
    check("real", Value::F64(PAN as f64), "real=4111111111111111");
    check("text", Value::String(PAN.to_string()), "text=4111111111111111");
    check("bytes", Value::Bytes(PAN.to_string().into()), "bytes=4111111111111111");
    let packed = vec![Value::U64(PAN), Value::U64(7)];
    check("packed", Value::List(packed.clone()), "packed[]=4111111111111111 packed[]=7");
    check("eights", Value::List(packed), "eights[]=4111111111111111 eights[]=7");
}

#[test]
fn every_kind_of_field() {
    check("signed", Value::I64(-1), "signed=-1");
    check("brand", Value::EnumNumber(1), "brand=VISA");
    check("brand", Value::EnumNumber(9), "brand=9");
    check("ok", Value::Bool(true), "ok=true");
    check(
        "words",
        Value::List(vec![Value::String("a".into()), Value::String("b".into())]),
        "words[]=a words[]=b",
    );
    let entries = [("4111111111111111", 1), ("spare", 2)];
    let entries = entries.map(|(key, value)| (MapKey::String(key.to_owned()), Value::I64(value)));
    for (key, value) in entries {
        let expected = match key {
            MapKey::String(ref key) if key == "spare" => "by_id.spare=2",
            _ => "by_id.{}|key=4111111111111111 by_id.{}=1",
        };
        check("by_id", Value::Map([(key, value)].into()), expected);
    }
    let nested = |name: &str, field: &str, value: Value| {
        let kind = card().get_field_by_name(name).unwrap().kind();
        let mut inner = DynamicMessage::new(kind.as_message().unwrap().clone());
        inner.set_field_by_name(field, value);
        Value::Message(inner)
    };
    check("holder", nested("holder", "name", Value::String("ANNA".into())), "holder.name=ANNA");
    check("at", nested("at", "seconds", Value::I64(1_795_168_800)), "at.seconds=1795168800");
    check("money", nested("money", "units", Value::I64(5)), "money.units=5");
}

#[test]
fn messages_are_told_by_their_place() {
    assert_eq!(walked(&[0], b"\x08\x07"), "a=7");
    assert_eq!(walked(&[1, 0], b"\x0a\x04ANNA"), "name=ANNA", "entries of maps are not counted");
    assert!(schema().message(&[1, 1]).is_none());
}

#[test]
fn what_the_schema_does_not_know_is_read_by_number() {
    assert_eq!(walked(&[0], b"\x08\x07\x9a\x06\x0a\x0a\x08ANNA EXA"), "a=7 99.1=ANNA EXA");
    assert_eq!(walked(&[0], b"\x0a\x04ANNA"), "a=ANNA", "another kind than it says");
}

#[test]
fn broken_messages_end_and_are_said() {
    assert_eq!(walked(&[0], b"\x08\x07\x12\x7f"), "a=7 broken");
    assert_eq!(walked(&[0], b"\x0b"), "broken", "a group");
    assert_eq!(walked(&[0], b"\0\0"), "broken", "no field has the number zero");
    let deep = (0..10_000).fold(Vec::new(), |inner: Vec<u8>, _| {
        let mut outer = vec![0x0a];
        let mut length = inner.len();
        while length > 127 {
            outer.push(u8::try_from(length & 127).unwrap() | 128);
            length >>= 7;
        }
        outer.push(u8::try_from(length).unwrap());
        outer.extend(inner);
        outer
    });
    let recursive = r#"syntax = "proto3"; message A { A a = 1; }"#;
    let schema = ProtobufSchema::parse(recursive, Default::default()).unwrap();
    let (mut record, limits) = (Record::default(), Limits::default());
    let message = schema.message(&[0]).unwrap();
    assert!(Walker::new(&limits, &mut record).protobuf(Some((&schema, message)), None, &deep).is_err());
}

#[test]
fn what_is_no_schema_is_refused() {
    let refused = |text: &str| ProtobufSchema::parse(text, Default::default()).is_none();
    assert!(refused("message"));
    assert!(refused(r#"syntax = "proto3"; message A { B b = 1; }"#));
    assert!(refused(r#"syntax = "proto3"; import "other.proto";"#));
    assert!(refused(&format!("{}{}", "message A {".repeat(10_000), "}".repeat(10_000))));
}
