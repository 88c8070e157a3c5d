//! Datums that the library wrote, by schemas of the shapes that are met, become fields.

use apache_avro::types::Value;
use apache_avro::{Schema, to_avro_datum, to_avro_datum_schemata};

use super::super::super::schema::avro::AvroSchema;
use super::super::super::{FieldPath, Limits, Record};
use super::super::Walker;

fn walked(schema: &AvroSchema, bytes: &[u8]) -> String {
    let (mut record, limits) = (Record::default(), Limits::default());
    let read = Walker::new(&limits, &mut record).avro(schema, None, bytes);
    let field = |field: crate::decode::Field<'_>| {
        format!("{}={}", field.path, String::from_utf8_lossy(field.value.expose()))
    };
    let mut said: Vec<String> = record.fields().map(field).collect();
    said.extend(read.is_err().then(|| "broken".to_owned()));
    said.join(" ")
}

fn read(text: &str) -> AvroSchema {
    AvroSchema::parse(text, []).expect("the schema is one")
}

fn check(schema: &str, value: Value, expected: &str) {
    let bytes = to_avro_datum(&Schema::parse_str(schema).unwrap(), value).unwrap();
    assert_eq!(walked(&read(schema), &bytes), expected, "{schema}");
}

fn record(fields: &str) -> String {
    format!(r#"{{"type":"record","name":"R","namespace":"shop","fields":[{fields}]}}"#)
}

fn field(name: &str, kind: &str) -> String {
    record(&format!(r#"{{"name":"{name}","type":{kind}}}"#))
}

fn of(name: &str, value: Value) -> Value {
    Value::Record(vec![(name.into(), value)])
}

#[test]
fn a_card_number_is_digits_however_it_is_stored() {
    const PAN: i64 = 4_111_111_111_111_111;
    check(&field("pan", r#""long""#), of("pan", Value::Long(PAN)), "pan=4111111111111111");
    check(&field("pan", r#""string""#), of("pan", Value::String(PAN.to_string())), "pan=4111111111111111");
    check(&field("pan", r#""double""#), of("pan", Value::Double(PAN as f64)), "pan=4111111111111111");
    let bytes = Value::Bytes(PAN.to_string().into_bytes());
    check(&field("pan", r#""bytes""#), of("pan", bytes), "pan=4111111111111111");
    let fixed = r#"{"type":"fixed","name":"Pan","size":16}"#;
    let value = Value::Fixed(16, PAN.to_string().into_bytes());
    check(&field("pan", fixed), of("pan", value), "pan=4111111111111111");
    let packed = Value::Bytes(vec![0x41, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11]);
    check(&field("pan", r#""bytes""#), of("pan", packed), "pan|bcd=4111111111111111");
    let filled = Value::Bytes(vec![0x37, 0x82, 0x82, 0x24, 0x63, 0x10, 0x00, 0x5f]);
    check(&field("pan", r#""bytes""#), of("pan", filled), "pan|bcd=378282246310005");
    for (scale, factor) in [(0, 1), (2, 100)] {
        let kind = format!(r#"{{"type":"bytes","logicalType":"decimal","precision":20,"scale":{scale}}}"#);
        let unscaled = (PAN * factor).to_be_bytes().to_vec();
        check(&field("pan", &kind), of("pan", Value::Decimal(unscaled.into())), "pan=4111111111111111");
    }
    let nullable = Value::Union(1, Box::new(Value::Long(PAN)));
    check(&field("pan", r#"["null","long"]"#), of("pan", nullable), "pan=4111111111111111");
    let nested = Value::String(r#"{"card":{"pan":"4111111111111111"}}"#.into());
    let expected = format!("body={} body|json.card.pan=4111111111111111", " ".repeat(35));
    check(&field("body", r#""string""#), of("body", nested), &expected);
}

#[test]
fn every_kind_of_value() {
    let schema = record(
        r#"{"name":"a","type":"null"},{"name":"b","type":"boolean"},{"name":"c","type":"int"},
        {"name":"d","type":"float"},{"name":"e","type":{"type":"enum","name":"E","symbols":["X","Y"]}},
        {"name":"f","type":{"type":"array","items":"long"}},{"name":"g","type":{"type":"map","values":"int"}},
        {"name":"h","type":{"type":"record","name":"H","fields":[{"name":"e","type":"E"}]}},
        {"name":"i","type":["null","R"]},{"name":"j","type":{"type":"long","logicalType":"timestamp-millis"}},
        {"name":"k","type":{"type":"bytes","logicalType":"decimal","precision":9,"scale":2}}"#,
    );
    let value = |inner: Option<Value>| {
        let fields = [
            ("a", Value::Null),
            ("b", Value::Boolean(true)),
            ("c", Value::Int(-7)),
            ("d", Value::Float(1.5)),
            ("e", Value::Enum(1, "Y".into())),
            ("f", Value::Array(vec![Value::Long(1), Value::Long(i64::MIN)])),
            ("g", Value::Map([("4111111111111111".to_owned(), Value::Int(3))].into())),
            ("h", of("e", Value::Enum(0, "X".into()))),
            ("i", inner.map_or(Value::Union(0, Box::new(Value::Null)), |r| Value::Union(1, Box::new(r)))),
            ("j", Value::TimestampMillis(1_795_168_800_000)),
            ("k", Value::Decimal((-1_205_i64).to_be_bytes().to_vec().into())),
        ];
        Value::Record(fields.map(|(name, value)| (name.to_owned(), value)).into())
    };
    let fields = |p: &str| {
        let lines = "@b=true @c=-7 @d=1.5 @e=Y @f[]=1 @f[]=-9223372036854775808 @g.{}|key=4111111111111111 @g.{}=3 \
             @h.e=X # @j=1795168800000 @k=-12.05";
        lines.replace('@', p)
    };
    check(&schema, value(None), &fields("").replace(" #", ""));
    let outer = fields("").replace('#', &fields("i.").replace(" #", ""));
    check(&schema, value(Some(value(None))), &outer);
}

#[test]
fn names_are_found_across_namespaces_and_references() {
    let (address, card) = (
        r#"{"type":"record","name":"Address","namespace":"a.b","fields":[{"name":"zip","type":"string"}]}"#,
        r#"{"type":"record","name":"x.Card","fields":[{"name":"pan","type":"long"},{"name":"at","type":"a.b.Address"}]}"#,
    );
    let order = r#"{"type":"record","name":"Order","namespace":"x","fields":[{"name":"card","type":"Card"},
        {"name":"to","type":["null","a.b.Address"]}]}"#;
    let schemas = Schema::parse_list([address, card, order]).unwrap();
    let zip = || of("zip", Value::String("10115".into()));
    let card_value =
        Value::Record(vec![("pan".into(), Value::Long(4_111_111_111_111_111)), ("at".into(), zip())]);
    let value =
        Value::Record(vec![("card".into(), card_value), ("to".into(), Value::Union(1, Box::new(zip())))]);
    let bytes = to_avro_datum_schemata(&schemas[2], schemas.iter().collect(), value).unwrap();
    // In whatever order a registry names them.
    let schema = AvroSchema::parse(order, [card, address]).expect("all references are there");
    assert_eq!(walked(&schema, &bytes), "card.pan=4111111111111111 card.at.zip=10115 to.zip=10115");
    assert!(AvroSchema::parse(order, [card]).is_none(), "a type that nobody has");
}

#[test]
fn a_key_stands_below_its_name() {
    let (mut record, limits) = (Record::default(), Limits::default());
    let schema = read(&field("id", r#""long""#));
    let path = FieldPath::root("$key");
    assert!(Walker::new(&limits, &mut record).avro(&schema, Some(&path), &[14]).is_ok());
    assert_eq!(record.field(0).path.as_str(), "$key.id");
    assert_eq!(walked(&read(r#""string""#), b"\x04ab"), "value=ab");
}

#[test]
fn what_is_no_schema_is_refused() {
    for text in
        ["", "7", "{}", r#"{"type":"record","name":"R"}"#, r#"{"type":"fixed","name":"F"}"#, r#""Nobody""#]
    {
        assert!(AvroSchema::parse(text, []).is_none(), "{text}");
    }
    let deep = format!("{}\"int\"{}", r#"{"type":"array","items":"#.repeat(500), "}".repeat(500));
    assert!(AvroSchema::parse(&deep, []).is_none());
}

#[test]
fn broken_data_ends_and_is_said() {
    let text = field("a", r#""string""#);
    assert_eq!(walked(&read(&text), b"\x04ab!"), "a=ab broken");
    assert_eq!(walked(&read(&text), b"\x0aab"), "broken");
    assert_eq!(walked(&read(&text), b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f"), "broken");
    assert_eq!(walked(&read(&text), b""), "broken");
    // A list that holds itself as deep as the data says.
    let list = read(&record(r#"{"name":"next","type":["null","R"]}"#));
    assert_eq!(walked(&list, &[2; 1 << 20]), "broken");
    // Items without bytes, as many as fit a number.
    let nulls = read(&field("n", r#"{"type":"array","items":"null"}"#));
    assert_eq!(walked(&nulls, b"\xfe\xff\xff\xff\xff\xff\xff\xff\xff\x01\x00"), "");
    // Records without bytes that double with each level.
    let level = |n: usize| format!(r#"{{"type":"record","name":"L{n}","fields":[{{"name":"a","type":"#);
    let last = |n: usize| format!(r#"}},{{"name":"b","type":"L{}"}}]}}"#, n + 1);
    let mut doubling = r#"{"type":"record","name":"L40","fields":[]}"#.to_owned();
    (0..40).rev().for_each(|n| doubling = format!("{}{doubling}{}", level(n), last(n)));
    assert_eq!(walked(&read(&doubling), b""), "broken");
}
