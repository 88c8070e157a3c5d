//! Messages whose schemas a registry has: each leaves with its schema, and where in it the payload begins.

use dyetrace_connectors::{Batch, Body, Step, Written};

use super::seed::{self, Record};
use super::{settings, source};
use crate::servers::kafka::Kafka;
use crate::servers::registry::Registry;

fn registry() -> Registry {
    Registry::start(&[
        (
            "/schemas/ids/1",
            r#"{"schema":"CARD","references":[{"name":"H","subject":"h-value","version":1}]}"#,
        ),
        ("/subjects/h-value/versions/1", r#"{"schema":"HOLDER"}"#),
        ("/schemas/ids/2", r#"{"schemaType":"PROTOBUF","schema":"message Other {} message Card {}"}"#),
        ("/schemas/ids/3", r#"{"schemaType":"JSON","schema":"{}"}"#),
        ("/schemas/guids/64646464-6464-6464-6464-646464646464", r#"{"schema":"CARD"}"#),
    ])
}

/// Reads a topic of one partition with these records, and says of each how its value was written.
fn check(topic: &str, registry: &Registry, records: &[Record<'_>], expected: &str) {
    let brokers = Kafka::shared().plain();
    seed::topic(&brokers, topic, &[1], &[]);
    seed::write(&brokers, topic, records.iter().cloned());
    let url = registry.url();
    let source = source(&settings(&brokers, &[("topics", topic), ("registry", &*url)])).unwrap();
    let listing = source.datasets().unwrap();
    let mut reader = source.open(&listing.datasets[0].partitions[0], 0).unwrap();
    let mut said = Vec::new();
    while let Step::Batch(batch) = reader.next().unwrap() {
        let Body::Messages(messages) = &batch.body else { panic!("a broker frames messages") };
        said.extend(messages.iter().map(|message| shown(&batch, message.written.as_ref())));
    }
    assert_eq!(said.join(" | "), expected);
}

fn shown(batch: &Batch, written: Option<&Written>) -> String {
    let Some(written) = written else { return "plain".to_owned() };
    let payload = batch.bytes[written.payload.clone()].escape_ascii();
    match &written.schema {
        Err(why) => format!("{why:?} {payload}"),
        Ok(schema) => {
            let references = schema.references.iter();
            let references: String =
                references.map(|reference| format!("+{}", reference.text.expose())).collect();
            format!("{}{references} {:?} {payload}", schema.text.expose(), written.message)
        }
    }
}

fn value(bytes: &[u8]) -> Record<'_> {
    Record { value: Some(bytes), ..Record::default() }
}

#[test]
#[ignore = "needs Kafka: run scripts/test"]
fn messages_leave_with_their_schemas() {
    let guid: &[u8] = &[[1u8].as_slice(), &[0x64; 16]].concat();
    let headers: &[(&str, &[u8])] = &[("__value_schema_id", guid)];
    let records = [
        value(b"\0\0\0\0\x01avro"),
        value(b"\0\0\0\0\x02\x02\x02protobuf"),
        value(b"\0\0\0\0\x03{}"),
        Record { headers, ..value(b"header") },
        value(b"{}"),
    ];
    check(
        "registry-formats",
        &registry(),
        &records,
        "CARD+HOLDER [] avro | message Other {} message Card {} [1] protobuf | {} [] {} | CARD [] header | plain",
    );
}

#[test]
#[ignore = "needs Kafka: run scripts/test"]
fn a_schema_that_the_registry_does_not_know() {
    let records = [value(b"\0\0\0\0\x09unknown"), value(b"\0\0\0\0\x01avro")];
    check("registry-unknown", &registry(), &records, "Unknown unknown | CARD+HOLDER [] avro");
}

#[test]
#[ignore = "needs Kafka: run scripts/test"]
fn a_registry_that_is_down_or_refuses() {
    let records = [value(b"\0\0\0\0\x01avro"), value(b"\0\0\0\0\x02avro")];
    let expected = "Unreachable avro | Unreachable avro";
    let down = registry();
    down.break_down(503);
    check("registry-down", &down, &records, expected);
    assert_eq!(down.asked(), "/schemas/ids/1", "it is not asked for each message");
    let strict = registry();
    strict.require("Basic none");
    check("registry-strict", &strict, &records, expected);
}
