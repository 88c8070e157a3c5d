//! Payloads in, `path=value` lines out.

use super::{FieldPath, Limits, Record, Walker};

fn walked(payload: &[u8], limits: &Limits) -> Record {
    let mut record = Record::default();
    let mut walker = Walker::new(limits, &mut record);
    if !walker.json(None, payload, Some(0)) {
        walker.text(&FieldPath::root("line"), payload, Some(0));
    }
    record
}

/// The fields, with runs of blanked bytes shown as one `_`; fields without an offset are marked `~`.
fn shown(record: &Record) -> String {
    let line = |field: super::super::Field<'_>| {
        let text = String::from_utf8_lossy(field.value.expose()).into_owned();
        let mark = if field.offset.is_some() { "=" } else { "~" };
        format!("{}{mark}{}", field.path, blanks_as_one(&text))
    };
    record.fields().map(line).collect::<Vec<_>>().join("\n")
}

/// Runs of three and more.
fn blanks_as_one(text: &str) -> String {
    let runs = regex::Regex::new(" {3,}").unwrap();
    runs.replace_all(text, "_").into_owned()
}

fn check(payload: impl AsRef<[u8]>, expected: &str) {
    let payload = payload.as_ref();
    let record = walked(payload, &Limits::default());
    let expected: Vec<&str> = expected.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    assert_eq!(shown(&record), expected.join("\n"), "of {}", String::from_utf8_lossy(payload));
    offsets_lead_back(&record, payload);
}

fn offsets_lead_back(record: &Record, payload: &[u8]) {
    for field in record.fields() {
        let Some(offset) = field.offset else { continue };
        let value = field.value.expose();
        let there = &payload[offset as usize..][..value.len()];
        let same = |(a, b): (&u8, &u8)| a == b || *a == b' ';
        assert!(value.iter().zip(there).all(same), "{} at {offset}", field.path);
    }
}

#[test]
fn json_becomes_fields() {
    check(r#"{"a":1,"b":{"c":"x","d":[true,null,"y"]}}"#, "a=1\nb.c=x\nb.d[]=true\nb.d[]=y");
    check(r#" [ {"sku" : "A"} , {"sku":"B"} ] "#, "[].sku=A\n[].sku=B");
    check(r#"{"n":4111111111111111111,"m":-0.10e5}"#, "n=4111111111111111111\nm=-0.10e5");
    check(r#"{"a":"x\ty","b":"\u0034\ud83d\ude00"}"#, "a~x\ty\nb~4😀");
    check(r#"{"http":{"card.number":"1"}}"#, "http.card.number=1");
    check(r#"{"a":{},"b":[],"c":""}"#, "c=");
    check(r#""x""#, "value=x");
}

#[test]
fn a_key_that_is_data_is_a_value_too() {
    check(r#"{"pans":{"4111111111111111":{"cvv":"123"}}}"#, "pans.{}|key=4111111111111111\npans.{}.cvv=123");
}

#[test]
fn broken_json_pushes_nothing() {
    for broken in
        [r#"{"a":1"#, r#"{"a":1}x"#, r#"{"a"}"#, r#"{"a":1,}"#, r#"["a"}"#, r#"{"a":foo}"#, "\"\\", "{", ""]
    {
        let (limits, mut record) = (Limits::default(), Record::default());
        assert!(!Walker::new(&limits, &mut record).json(None, broken.as_bytes(), None), "{broken}");
        assert_eq!(record.fields().len(), 0, "{broken}");
    }
}

#[test]
fn siblings_share_a_group() {
    let record = walked(br#"{"id":1,"cards":[{"n":2,"c":3},{"n":4}],"tags":["x"]}"#, &Limits::default());
    let groups: Vec<u32> = record.fields().map(|field| field.group).collect();
    assert_eq!(groups[1], groups[2]);
    assert_ne!(groups[1], groups[3]);
    assert_eq!(groups[0], groups[4]);
    assert_ne!(groups[0], groups[1]);
}

#[test]
fn deep_json_stops_as_text() {
    let deep = ["[".repeat(10_000), "4111111111111111".to_owned(), "]".repeat(10_000)].concat();
    let record = walked(deep.as_bytes(), &Limits::default());
    assert_eq!(record.problems, [super::SkipReason::TooDeep]);
    let last = record.fields().last().unwrap();
    assert!(last.value.expose().windows(16).any(|window| window == b"4111111111111111"));
}

fn base64(text: &[u8]) -> String {
    data_encoding::BASE64.encode(text)
}

fn gzip(text: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

/// `text` as a JSON string.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[test]
fn json_in_strings() {
    check(r#"{"body":"{\"a\":{\"b\":1}}"}"#, "body~_\nbody|json.a.b~1");
    check(r#"{"body":"[1,2]"}"#, "body=_\nbody|json[]=1\nbody|json[]=2");
    check(r#"{"body":"{not json}"}"#, "body={not json}");
    let twice = quoted(&format!(r#"{{"Message":{}}}"#, quoted(r#"{"pan":"4111"}"#)));
    check(format!(r#"{{"body":{twice}}}"#), "body~_\nbody|json.Message~_\nbody|json.Message|json.pan~4111");
}

#[test]
fn forms_and_urls() {
    check(
        r#"{"b":"card%5Bnumber%5D=4111+1&x=yyy"}"#,
        "b=card%5Bnumber%5D=_&x=_\nb|url.card.number~4111 1\nb|url.x=yyy",
    );
    check(
        r#"{"b":"items[0][sku]=AAA&items[][sku]=BBB"}"#,
        "b=items[0][sku]=_&items[][sku]=_\nb|url.items[].sku=AAA\nb|url.items[].sku=BBB",
    );
    check(r#"{"u":"https://x/y?pan=4111&z#f"}"#, "u=https://x/y?pan=_&z#f\nu|url.query.pan=4111");
    check(r#"{"u":"https://x/y","v":"w"}"#, "u=https://x/y\nv=w");
}

#[test]
fn base64_and_what_it_holds() {
    let card = base64(br#"{"pan":"4111111111111111"}"#);
    check(
        format!(r#"{{"b":"{card}"}}"#),
        &format!("b={card}\nb|base64~_\nb|base64|json.pan~4111111111111111"),
    );
    let squeezed = base64(&gzip(br#"{"pan":"4111111111111111"}"#));
    check(
        format!(r#"{{"b":"{squeezed}"}}"#),
        &format!("b={squeezed}\nb|base64|gzip~_\nb|base64|gzip|json.pan~4111111111111111"),
    );
}

#[test]
fn tokens_are_opened() {
    let part = |text: &str| data_encoding::BASE64URL_NOPAD.encode(text.as_bytes());
    let token = [part(r#"{"alg":"none"}"#), part(r#"{"pan":"4111"}"#), "c2ln".to_owned()].join(".");
    check(format!(r#"{{"t":"{token}"}}"#), &format!("t={token}\nt|jwt.alg~none\nt|jwt.pan~4111"));
}
