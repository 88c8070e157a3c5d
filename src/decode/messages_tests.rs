//! Messages that name their schemas, and messages that look as if they did, become fields.

use std::sync::Arc;

use apache_avro::types::Value;
use dyetrace_connectors::{
    Batch, Body, End, EndNote, Message, NoSchema, PartitionReader, Reference, Schema, SchemaFormat,
    SourceError, Step, Written,
};

use crate::decode::{Hints, Limits, Next, Record, Records};

struct One(Option<Batch>);

impl PartitionReader for One {
    fn next(&mut self) -> Result<Step, SourceError> {
        Ok(match self.0.take() {
            Some(batch) => Step::Batch(batch),
            None => Step::End(End::new(1, EndNote::Complete)),
        })
    }
}

/// `path=value …`, then `!reason` of what was skipped or a problem.
fn shown(bytes: &[u8], message: Message) -> String {
    let batch = Batch { bytes: bytes.to_vec(), start: 0, body: Body::Messages(vec![message]) };
    let mut records = Records::open(Box::new(One(Some(batch))), &Hints::default(), &Limits::default());
    let (mut record, mut said, mut skipped) = (Record::default(), Vec::new(), Vec::new());
    loop {
        match records.next().unwrap() {
            Next::Record => records.decode(&mut record),
            Next::Skipped(why) => skipped.push(format!("!{}", why.reason.id())),
            Next::PassedOver(_) => unreachable!("nothing is skimmed"),
            Next::End(_) => break,
        }
    }
    for field in record.fields() {
        let text = String::from_utf8_lossy(field.value.expose()).trim().to_owned();
        if !text.is_empty() {
            said.push(format!("{}={text}", field.path));
        }
    }
    said.extend(record.problems.iter().map(|problem| format!("!{}", problem.id())));
    said.extend(skipped);
    said.join(" ")
}

fn check(bytes: &[u8], message: Message, expected: &str) {
    assert_eq!(shown(bytes, message), expected, "{}", bytes.escape_ascii());
}

#[test]
fn bytes_are_counted_and_not_positions() {
    let records = |batch: Option<Batch>| {
        let mut records = Records::open(Box::new(One(batch)), &Hints::default(), &Limits::default());
        loop {
            if let Next::End(end) = records.next().unwrap() {
                return (end.position, records.bytes(&end));
            }
        }
    };
    let message = Message { value: 0..3, offset: 1_764_000_000_000_000, ..Message::default() };
    let batch = Batch { bytes: b"abc".to_vec(), start: message.offset, body: Body::Messages(vec![message]) };
    assert_eq!((records(Some(batch)), records(None)), ((1, 3), (1, 0)));
}

/// A value without anything known of it.
fn plain(bytes: &[u8], expected: &str) {
    check(bytes, Message { value: 0..bytes.len(), ..Message::default() }, expected);
}

/// A value behind the id of a schema.
fn framed(payload: &[u8], schema: Result<Schema, NoSchema>, expected: &str) {
    let bytes = [b"\0\0\0\0\x07", payload].concat();
    let written = Written { payload: 5..bytes.len(), schema: schema.map(Arc::new), message: vec![0] };
    let message = Message { value: 0..bytes.len(), written: Some(written), ..Message::default() };
    check(&bytes, message, expected);
}

fn schema(format: SchemaFormat, text: &str) -> Schema {
    Schema { format, text: text.into(), references: Vec::new() }
}

const CARD: &str = r#"{"type":"record","name":"Card","fields":[{"name":"pan","type":"long"},
    {"name":"holder","type":"string"}]}"#;

fn avro(text: &str, value: Value) -> Vec<u8> {
    apache_avro::to_avro_datum(&apache_avro::Schema::parse_str(text).unwrap(), value).unwrap()
}

fn card() -> Value {
    let holder = Value::String("ANNA EXAMPLE".into());
    Value::Record(vec![("pan".into(), Value::Long(4_111_111_111_111_111)), ("holder".into(), holder)])
}

#[test]
fn avro_by_its_schema() {
    let payload = avro(CARD, card());
    framed(&payload, Ok(schema(SchemaFormat::Avro, CARD)), "pan=4111111111111111 holder=ANNA EXAMPLE");
    let order = r#"{"type":"record","name":"Order","fields":[{"name":"card","type":"Card"}]}"#;
    let references = vec![Reference { name: "Card".into(), text: CARD.into() }];
    let order = Schema { format: SchemaFormat::Avro, text: order.into(), references };
    framed(&payload, Ok(order), "card.pan=4111111111111111 card.holder=ANNA EXAMPLE");
}

#[test]
fn json_needs_no_schema() {
    let json = br#"{"card":{"pan":"4111111111111111"}}"#;
    framed(json, Ok(schema(SchemaFormat::Json, "{}")), "card.pan=4111111111111111");
    // Nor a registry.
    plain(&[b"\0\0\0\0\x07", json.as_slice()].concat(), "card.pan=4111111111111111");
    plain(&[b"\x03\0sixteen bytes id", json.as_slice()].concat(), "card.pan=4111111111111111");
}

#[test]
fn what_cannot_be_read_by_a_schema_is_scanned_and_said() {
    let payload = avro(CARD, card());
    framed(&payload, Err(NoSchema::Unknown), "$value=ANNA EXAMPLE !unknown-schema");
    framed(&payload, Err(NoSchema::Unreachable), "$value=ANNA EXAMPLE !unreachable-schema");
    framed(&payload, Ok(schema(SchemaFormat::Avro, "{")), "$value=ANNA EXAMPLE !broken-schema");
    framed(
        &payload[..payload.len() - 2],
        Ok(schema(SchemaFormat::Avro, CARD)),
        "pan=4111111111111111 $value=ANNA EXAMP !broken-payload",
    );
    let text = b"card=4111111111111111";
    framed(text, Err(NoSchema::Unknown), "$value=card= $value.card=4111111111111111 !unknown-schema");
}

#[test]
fn a_key_has_a_schema_of_its_own() {
    let key = avro(CARD, card());
    let bytes = [b"{\"a\":1}\0\0\0\0\x07", key.as_slice()].concat();
    let schema = Ok(Arc::new(schema(SchemaFormat::Avro, CARD)));
    let written = Written { payload: 12..bytes.len(), schema, message: Vec::new() };
    let message =
        Message { value: 0..7, key: Some(7..bytes.len()), key_written: Some(written), ..Message::default() };
    check(&bytes, message, "a=1 $key.pan=4111111111111111 $key.holder=ANNA EXAMPLE");
}

/// What Debezium's connector for PostgreSQL writes, in full (`schemas.enable`) and without the wrapper.
#[test]
fn debezium_keeps_before_and_after_apart() {
    let event = r#"{"before":{"id":7,"card_number":"4111111111111111"},
        "after":{"id":7,"card_number":"tok_1MzbfZ2eZvKYlo2C"},
        "source":{"version":"2.7.0.Final","connector":"postgresql","name":"shop","ts_ms":1795168800000,
        "snapshot":"false","db":"shop","sequence":"[\"24023119\",\"24023128\"]","schema":"public","table":"cards",
        "txId":555,"lsn":24023128,"xmin":null},"op":"u","ts_ms":1795168800123,"transaction":null}"#;
    let fields = |p: &str| {
        let fields = "@before.id=7 @before.card_number=4111111111111111 @after.id=7 @after.card_number=tok_1MzbfZ2eZvKYlo2C \
             @source.version=2.7.0.Final @source.connector=postgresql @source.name=shop \
             @source.ts_ms=1795168800000 @source.snapshot=false @source.db=shop \
             @source.sequence|json[]=24023119 @source.sequence|json[]=24023128 @source.schema=public \
             @source.table=cards @source.txId=555 @source.lsn=24023128 @op=u @ts_ms=1795168800123";
        fields.replace('@', p)
    };
    plain(event.as_bytes(), &fields(""));
    let wrapped = format!(
        r#"{{"schema":{{"type":"struct","fields":[{{"type":"struct","fields":[{{"type":"int32","optional":false,
        "field":"id"}},{{"type":"string","optional":true,"field":"card_number"}}],"optional":true,
        "name":"shop.public.cards.Value","field":"before"}}],"optional":false,
        "name":"shop.public.cards.Envelope"}},"payload":{event}}}"#
    );
    let shown = shown(wrapped.as_bytes(), Message { value: 0..wrapped.len(), ..Message::default() });
    assert!(shown.ends_with(&fields("payload.")), "{shown}");
    assert!(shown.starts_with("schema.type=struct"), "{shown}");
}

/// The same event as Confluent's Avro converter writes it.
#[test]
fn debezium_in_avro() {
    let text = r#"{"type":"record","name":"Envelope","namespace":"shop.public.cards","fields":[
        {"name":"before","type":["null",{"type":"record","name":"Value","fields":[{"name":"id","type":"int"},
        {"name":"card_number","type":["null","string"],"default":null}],"connect.name":"shop.public.cards.Value"}],
        "default":null},{"name":"after","type":["null","Value"],"default":null},{"name":"op","type":"string"},
        {"name":"ts_ms","type":["null","long"],"default":null}],"connect.name":"shop.public.cards.Envelope"}"#;
    let some = |value| Value::Union(1, Box::new(value));
    let row = |number: &str| {
        let number = some(Value::String(number.into()));
        some(Value::Record(vec![("id".into(), Value::Int(7)), ("card_number".into(), number)]))
    };
    let event = Value::Record(vec![
        ("before".into(), row("4111111111111111")),
        ("after".into(), row("tok_1")),
        ("op".into(), Value::String("u".into())),
        ("ts_ms".into(), some(Value::Long(1_795_168_800_123))),
    ]);
    let expected = "before.id=7 before.card_number=4111111111111111 after.id=7 after.card_number=tok_1 op=u \
        ts_ms=1795168800123";
    framed(&avro(text, event), Ok(schema(SchemaFormat::Avro, text)), expected);
}

/// Random bytes, and bytes as other programs write them.
#[test]
fn binary_data_is_not_taken_for_protobuf() {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    let mut taken = 0;
    for _ in 0..20_000 {
        let length = 8 + next() % 120;
        let bytes: Vec<u8> = (0..length).map(|_| next().to_le_bytes()[0]).collect();
        taken += usize::from(matches!(super::Form::of(&bytes), super::Form::Message(_)));
    }
    assert!(taken <= 2, "{taken} of 20,000 random values were taken for messages");
    for bytes in [
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".as_slice(),
        b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0",
        b"8=FIX.4.2\x019=65\x0135=A\x0149=SERVER\x01",
        b"\x1b[31mERROR\x1b[0m card declined\x07",
        b"\xac\xed\0\x05sr\0\x11java.util.HashMap",
        b"\x80\x04\x95\x10\0\0\0\0\0\0\0}\x94\x8c\x03pan\x94K\x01s.",
        b"\0\0\0\0\0\0\0\x2a",
        b"\x01\x02\x03\x04",
    ] {
        let form = super::Form::of(bytes);
        assert!(!matches!(form, super::Form::Message(_)), "{}", bytes.escape_ascii());
    }
}

/// Field 1 a varint, field 2 a message with text, as a client without a registry writes it.
#[test]
fn protobuf_without_a_schema_has_numbers_for_names() {
    let pan = [0x08, 0xc7, 0xe3, 0xa3, 0xab, 0x8a, 0xe1, 0xa6, 0x07];
    let holder = b"\x12\x0e\x0a\x0cANNA EXAMPLE";
    let bytes = [pan.as_slice(), holder].concat();
    plain(&bytes, "1=4111111111111111 2.1=ANNA EXAMPLE");
    plain(&[b"\0\0\0\0\x07\0", bytes.as_slice()].concat(), "1=4111111111111111 2.1=ANNA EXAMPLE");
    plain(b"\x0a\x104111111111111111\x12\x03abc", "1=4111111111111111 2=abc");
    // A double of 1.5 has the digits of a card number as an integer.
    plain(b"\x0a\x04euro\x11\0\0\0\0\0\0\xf8\x3f", "1=euro 2=1.5");
}
