//! Messages that name schemas, and a registry on a local socket.

use super::*;
use crate::{SecretPlace, SettingValue};

#[path = "../../../tests/live/servers/registry.rs"]
mod server;

const CARD: &str = r#"{"schema":"\"long\""}"#;
const ORDER: &str =
    r#"{"schema":"ORDER","references":[{"name":"a.Card","subject":"card value","version":3}]}"#;
const PROTO: &str = r#"{"schemaType":"PROTOBUF","schema":"message A {}",
    "references":[{"name":"b.proto","subject":"b","version":1}]}"#;

fn registry() -> server::Registry {
    server::Registry::start(&[
        ("/schemas/ids/1", CARD),
        ("/schemas/ids/2", ORDER),
        ("/schemas/ids/3", PROTO),
        ("/schemas/ids/4", r#"{"schemaType":"JSON","schema":"{}","references":[]}"#),
        ("/schemas/ids/5", r#"{"schemaType":"THRIFT","schema":"struct A {}"}"#),
        ("/schemas/ids/6", r#"{"schema":"X","references":[{"name":"gone","subject":"gone","version":1}]}"#),
        ("/schemas/guids/01010101-0101-0101-0101-010101010101", CARD),
        ("/subjects/card%20value/versions/3", CARD),
        (
            "/subjects/b/versions/1",
            r#"{"schema":"B","references":[{"name":"c.proto","subject":"c","version":2}]}"#,
        ),
        (
            "/subjects/c/versions/2",
            r#"{"schema":"C","references":[{"name":"b.proto","subject":"b","version":1}]}"#,
        ),
    ])
}

fn client(server: &server::Registry, more: &[(&str, SettingValue)]) -> Registry {
    let mut values: BTreeMap<String, SettingValue> =
        more.iter().map(|(key, value)| (key.to_string(), value.clone())).collect();
    values.insert("registry".into(), SettingValue::Text(server.url() + "/"));
    Registry::new(&Settings { values, ..Settings::default() }).unwrap().unwrap()
}

/// A message's value with a header, or its key.
struct Parts<'a> {
    value: &'a [u8],
    key: &'a [u8],
    header: (&'a str, &'a [u8]),
}

const NOTHING: Parts<'_> = Parts { value: b"", key: b"", header: ("", b"") };

fn look_up(registry: &Registry, parts: &Parts<'_>) -> String {
    let mut bytes = Vec::new();
    let mut push = |part: &[u8]| {
        bytes.extend_from_slice(part);
        bytes.len() - part.len()..bytes.len()
    };
    let headers = vec![(push(parts.header.0.as_bytes()), push(parts.header.1))];
    let key = (!parts.key.is_empty()).then(|| push(parts.key));
    let message = Message { value: push(parts.value), key, headers, ..Message::default() };
    let mut batch = Batch { bytes, start: 0, body: Body::Messages(vec![message]) };
    registry.look_up(&mut batch);
    let Body::Messages(messages) = &batch.body else { panic!("it was one") };
    let shown = |written: &Option<Written>| {
        let Some(written) = written else { return "none".to_owned() };
        let schema = match &written.schema {
            Err(why) => format!("{why:?}"),
            Ok(schema) => {
                let references = schema.references.iter();
                let references = references.map(|r| format!("{}={}", r.name.expose(), r.text.expose()));
                let references = references.collect::<Vec<_>>().join(",");
                format!("{:?} {} [{references}]", schema.format, schema.text.expose())
            }
        };
        let payload = batch.bytes[written.payload.clone()].escape_ascii();
        format!("{schema} {:?} {payload}", written.message)
    };
    match parts.key.is_empty() {
        true => shown(&messages[0].written),
        false => shown(&messages[0].key_written),
    }
}

fn check(value: &[u8], expected: &str) {
    let server = registry();
    let registry = client(&server, &[]);
    assert_eq!(look_up(&registry, &Parts { value, ..NOTHING }), expected, "{}", value.escape_ascii());
    let once = server.asked();
    look_up(&registry, &Parts { value, ..NOTHING });
    assert_eq!(server.asked(), once, "what was asked once is known");
}

#[test]
fn schemas_with_all_that_they_refer_to() {
    check(b"\0\0\0\0\x01abc", "Avro \"long\" [] [] abc");
    check(b"\0\0\0\0\x02abc", "Avro ORDER [a.Card=\"long\"] [] abc");
    check(b"\0\0\0\0\x03\0abc", "Protobuf message A {} [b.proto=B,c.proto=C] [0] abc");
    check(b"\0\0\0\0\x03\x04\x02\0abc", "Protobuf message A {} [b.proto=B,c.proto=C] [1, 0] abc");
    check(b"\0\0\0\0\x04{}", "Json {} [] [] {}");
    check(&[[1; 17].as_slice(), b"abc"].concat(), "Avro \"long\" [] [] abc");
}

#[test]
fn what_the_registry_does_not_know() {
    check(b"\0\0\0\0\x09abc", "Unknown [] abc");
    check(b"\0\0\0\0\x05abc", "Unknown [] abc");
    check(b"\0\0\0\0\x06abc", "Unknown [] abc");
    // A one begins many things.
    check(
        &[1; 40],
        "Avro \"long\" [] [] \\x01\\x01\\x01\\x01\\x01\\x01\\x01\\x01\\x01\\x01\\x01\\x01\\x01\\x01\\x01\\x01\\x01\\x01\\x01\\x01\\x01\\x01\\x01",
    );
    check(&[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18], "none");
    check(b"{\"a\":1}", "none");
    check(b"", "none");
}

#[test]
fn headers_and_keys() {
    let server = registry();
    let registry = client(&server, &[]);
    let header =
        |value: &'static [u8]| Parts { value: b"abc", header: ("__value_schema_id", value), ..NOTHING };
    assert_eq!(look_up(&registry, &header(&[1; 17])), "Avro \"long\" [] [] abc");
    assert_eq!(
        look_up(&registry, &header(b"\0\0\0\0\x03\x02\x02")),
        "Protobuf message A {} [b.proto=B,c.proto=C] [1] abc"
    );
    assert_eq!(
        look_up(&registry, &header(b"\0\0\0\0\x03")),
        "Protobuf message A {} [b.proto=B,c.proto=C] [0] abc"
    );
    assert_eq!(look_up(&registry, &header(b"\0\0\0\0\x09")), "Unknown [] abc");
    let key = |key: &'static [u8]| Parts { key, ..NOTHING };
    assert_eq!(look_up(&registry, &key(b"\0\0\0\0\x01abc")), "Avro \"long\" [] [] abc");
    // A number of eight bytes.
    assert_eq!(look_up(&registry, &key(b"\0\0\0\0\x09abc")), "none");
    assert_eq!(look_up(&registry, &key(b"\0\0\0\0\x09abcd")), "Unknown [] abcd");
}

#[test]
fn a_registry_that_does_not_answer_is_not_asked_for_every_message() {
    let server = registry();
    let registry = client(&server, &[]);
    server.break_down(503);
    let message = Parts { value: b"\0\0\0\0\x01abc", ..NOTHING };
    assert_eq!(look_up(&registry, &message), "Unreachable [] abc");
    assert_eq!(look_up(&registry, &message), "Unreachable [] abc");
    assert_eq!(server.asked(), "/schemas/ids/1");
    // Nor one that is not there.
    let gone = client(&server, &[]);
    drop(server);
    assert_eq!(look_up(&gone, &message), "Unreachable [] abc");
}

#[test]
fn who_asks_is_said_where_the_user_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("word");
    std::fs::write(&path, "aladdin's lamp\n").unwrap();
    let server = registry();
    server.require("Basic ZHllOmFsYWRkaW4ncyBsYW1w");
    let message = Parts { value: b"\0\0\0\0\x01abc", ..NOTHING };
    assert_eq!(look_up(&client(&server, &[]), &message), "Unreachable [] abc");
    let known = [
        ("registry_user", SettingValue::Text("dye".into())),
        ("registry_password", SettingValue::Secret(SecretPlace::File(path))),
    ];
    assert_eq!(look_up(&client(&server, &known), &message), "Avro \"long\" [] [] abc");
}

#[test]
fn an_address_is_one() {
    let values = [("registry".to_owned(), SettingValue::Text("registry:8081".into()))];
    let error = Registry::new(&Settings { values: values.into(), ..Settings::default() }).err().unwrap();
    assert_eq!(error.help, "`registry` is an address that begins with http:// or https://");
    assert!(Registry::new(&Settings::default()).unwrap().is_none());
}
