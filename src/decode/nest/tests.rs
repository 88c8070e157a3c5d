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

/// Lines: what is found beside the line itself.
pub(super) fn check_parts(line: &str, expected: &str) {
    let record = walked(line.as_bytes(), &Limits::default());
    offsets_lead_back(&record, line.as_bytes());
    let shown = shown(&record);
    let parts: Vec<&str> = shown.split('\n').skip(line.split('\n').count()).collect();
    assert_eq!(parts.join("\n"), expected, "of {line}");
    let whole = String::from_utf8_lossy(record.field(0).value.expose()).into_owned();
    assert!(!whole.contains("4111"), "{whole} still holds what its parts hold");
}

#[test]
fn pairs_in_lines() {
    check(
        r#"pay card=4111 msg="a b c" ok"#,
        "line=pay card=_msg=\"_\" ok\nline.card=4111\nline.msg=a b c"
            .replace("msg=\"a b c\" ok", "msg=\"_\" ok")
            .as_str(),
    );
    check_parts(
        "card_number=4111 cvv=123, exp=12/27; done",
        "line.card_number=4111\nline.cvv=123\nline.exp=12/27",
    );
    check_parts("a=4111,b=4111", "line.a=4111\nline.b=4111");
    check_parts(r#"card="4111 \"1111\"""#, r#"line.card~4111 "1111""#);
    check_parts("card=4111 1111 1111 1111 ok", "line.card=4111 1111 1111 1111");
    check_parts("status=200 512 card = 4111", "line.status=200\nline.card=4111");
    check_parts("--card=4111 \x1b[32mcard=4111\x1b[0m", "line.card=4111\nline.card=4111");
    check_parts("card.number=4111", "line.card.number=4111");
    check_parts("card[number]=4111", "line.card.number=4111");
}

#[test]
fn prose_has_no_pairs() {
    for line in [
        "at 10:00:00 user: bob",
        "[main] INFO (a: b.",
        "a == b, c != d => e",
        "x=",
        "12=13",
        "see (Foo.java:123) http://x:80/",
    ] {
        let record = walked(line.as_bytes(), &Limits::default());
        assert_eq!(record.fields().len(), 1, "{line}: {}", shown(&record));
    }
}

#[test]
fn requests_in_lines() {
    check_parts(r#""GET /pay?card=4111&cvv=123 HTTP/1.1" 200"#, "line.query.card=4111\nline.query.cvv=123");
    check_parts("see (https://x.y/z?pan=4111).", "line.query.pan=4111");
    check_parts(
        "url=https://x.y/z?pan=4111&a=bbb ok",
        "line.url=https://x.y/z?pan=_&a=_\nline.url|url.query.pan=4111\nline.url|url.query.a=bbb",
    );
    check_parts(
        "body card%5Bnumber%5D=4111&card%5Bcvv%5D=123",
        "line|url.card.number=4111\nline|url.card.cvv=123",
    );
    check_parts("post number=4111&cvv=123 done", "line|url.number=4111\nline|url.cvv=123");
    check_parts(
        "body=number%3D4111%26cvv%3D123",
        "line|url.body~number=_&cvv=_\nline|url.body|url.number~4111\nline|url.body|url.cvv~123",
    );
}

#[test]
fn json_in_lines() {
    check_parts(r#"INFO body={"card":"4111"} ok"#, "line.body|json.card=4111");
    check_parts(r#"INFO got {"card":{"n":4111}}, done"#, "line|json.card.n=4111");
    check_parts(r#"got [{"n":4111},{"n":4111}]"#, "line|json[].n=4111\nline|json[].n=4111");
    check_parts(r#"cut {"card":{"number":"4111","cvv":123,"na"#, "line.card.number=4111\nline.card.cvv=123");
    check_parts(r#"raw {\"card\":\"4111\"}"#, "line.card=4111");
}

#[test]
fn dumps_in_lines() {
    check_parts("Card(number=4111, cvv=123)", "line.Card.number=4111\nline.Card.cvv=123");
    check_parts(
        "p=Pay(card=Card(name=Ada Lovelace, n=4111 1111), x=yyy)",
        "line.p.card.name=Ada Lovelace\nline.p.card.n=4111 1111\nline.p.x=yyy",
    );
    check_parts("a.b.Card@1b6d3586[number=4111,cvv=123]", "line.Card.number=4111\nline.Card.cvv=123");
    check_parts(
        "{Number:4111 Cvv:123 Name:Ada Lovelace}",
        "line.Number=4111\nline.Cvv=123\nline.Name=Ada Lovelace",
    );
    check_parts(r#"Card { number: "4111", cvv: Some("123") }"#, "line.Card.number=4111\nline.Card.cvv=123");
    check_parts(r#"{:number=>"4111", "cvv" => "123"}"#, "line.number=4111\nline.cvv=123");
    check_parts(r##"#<Card @number="4111", @cvv=123>"##, "line.number=4111\nline.cvv=123");
    check_parts("Card(number='4111', cvv=None)", "line.Card.number=4111\nline.Card.cvv=None");
    check_parts("{'number': '4111', 'cvv': 123}", "line.number=4111\nline.cvv=123");
    check_parts(
        r#"array(1) { ["number"]=> string(16) "4111" ["cvv"]=> int(123) }"#,
        "line.number=4111\nline.cvv=123",
    );
    check_parts("Array ( [number] => 4111 [cvv] => 123 )", "line.number=4111\nline.cvv=123");
    check_parts(r#"%Card{number: "4111"}"#, "line.Card.number=4111");
}

#[test]
fn parts_of_a_multipart_body() {
    check_parts(
        r#"<- "form-data; name=\"pan\"\r\n\r\n4111\r\n--b\r\nform-data; name=\"cvv\"\r\n\r\n123\r\n--b""#,
        "line.pan=4111\nline.cvv=123",
    );
    check_parts(
        r#"body: "{\\\"card\\\": {\\\"n\\\": 4111}}""#,
        "line|json~body: \"{\\\"card\\\": {\\\"n\\\":_}}\"\nline|json.card.n~4111",
    );
}

#[test]
fn xml_is_elements_and_attributes() {
    check_parts(
        "<?xml version=\"1.0\"?><s:Envelope xmlns:s=\"urn:x\"><s:Body><card><number>4111</number><cvv>123</cvv></card></s:Body></s:Envelope>",
        "line|xml.Envelope.Body.card.number=4111\nline|xml.Envelope.Body.card.cvv=123",
    );
    check_parts(
        "got <card number=\"4111\" cvv='123'/> ok",
        "line|xml.card.number=4111\nline|xml.card.cvv=123",
    );
    check_parts(
        "<a><b><![CDATA[4111]]></b><c>&lt;4&#49;11&amp;</c></a>",
        "line|xml.a.b=4111\nline|xml.a.c~<411 1&".replace("411 1", "4111").as_str(),
    );
    check_parts("<f name=\"pan\">4111</f>", "line|xml.f.name=pan\nline|xml.f.pan=4111");
    check_parts("body=<p><n>4111</n></p> cvv=123", "line.body|xml.p.n=4111\nline.cvv=123");
    check_parts("cut <p><n>4111</n><m>12", "line|xml.p.n=4111");
    check_parts("<p>{\"pan\":4111}</p>", "line|xml.p=_\nline|xml.p|json.pan=4111");
    check_parts("<p>hi<br>n=4111</p>", "line|xml.p=hi\nline|xml.p.br=n=_\nline|xml.p.br.n=4111");
}

#[test]
fn angles_are_not_always_xml() {
    for line in
        ["a < b > c", "<none> of it", "from <bob@x.y> to", "x <3 y", "<-- <!-- <?", "List<String> of <T>"]
    {
        let record = walked(line.as_bytes(), &Limits::default());
        assert_eq!(record.fields().len(), 1, "{line}: {}", shown(&record));
    }
}

#[test]
fn blobs_and_escapes_in_lines() {
    let blob = base64(br#"{"pan":"4111111111111111","x":"yyyy"}"#);
    check_parts(
        &format!("got {blob} ok"),
        "line|base64~_\nline|base64|json.pan~4111111111111111\nline|base64|json.x~yyyy",
    );
    check_parts("got 4111%201111%201111%201111 ok", "line|url~got 4111 1111 1111 1111");
    check_parts(
        r"got 4111\u00a01111\u00a01111\u00a01111 ok",
        "line|json~got 4111\u{a0}1111\u{a0}1111\u{a0}1111",
    );
}

#[test]
fn escapes_of_servers_and_pages() {
    check_parts(r#"body: "{\x22card\x22: \x224111\x22}""#, "line|json~body: \"_\"\nline|json|json.card~4111");
    check_parts("see 4111&nbsp;1111&#32;1111 ok", "line|xml~see 4111\u{a0}1111 1111");
    check("%B4111111111111111^A/B^2712101?", "line=%B4111111111111111^A/B^2712101?");
    check_parts("q=%B4111%20caf%E9&x=y", "line|url.q~%B4111 caf%E9\nline|url.x=y");
    check_parts("card=4111 1111 1111 1111 12/27", "line.card=4111 1111 1111 1111");
}

#[test]
fn a_cloudwatch_subscription_is_its_messages() {
    let events = r#"{"messageType":"DATA_MESSAGE","logEvents":[{"id":"1","message":"pay card=4111 ok"},{"id":"2","message":"{\"pan\":\"4111\"}"}]}"#;
    let data = base64(&gzip(events.as_bytes()));
    check(
        format!(r#"{{"awslogs":{{"data":"{data}"}}}}"#),
        &format!(
            "awslogs.data={data}
            awslogs.data|base64|gzip~_
            awslogs.data|base64|gzip|json.messageType~DATA_MESSAGE
            awslogs.data|base64|gzip|json.logEvents[].id~1
            awslogs.data|base64|gzip|json.logEvents[].message~pay card=_ok
            awslogs.data|base64|gzip|json.logEvents[].message.card~4111
            awslogs.data|base64|gzip|json.logEvents[].id~2
            awslogs.data|base64|gzip|json.logEvents[].message~_
            awslogs.data|base64|gzip|json.logEvents[].message|json.pan~4111"
        ),
    );
}

#[test]
fn a_compressed_payload_is_opened() {
    let mut record = Record::default();
    let limits = Limits::default();
    Walker::new(&limits, &mut record)
        .compressed_payload(&FieldPath::root("$value"), &gzip(br#"{"pan":"4111"}"#));
    assert_eq!(shown(&record), "$value|gzip~_\n$value|gzip|json.pan~4111");
}

/// Nested until it would be a megabyte: far deeper than the limit.
fn nested(wrap: impl Fn(&str) -> String) -> String {
    let mut text = r#"{"pan":"4111111111111111"}"#.to_owned();
    while text.len() < 1_000_000 {
        text = wrap(&text);
    }
    text
}

#[test]
fn deep_nesting_ends_with_a_problem() {
    let by_base64 = nested(|text| base64(text.as_bytes()));
    let record = walked(format!(r#"{{"b":"{by_base64}"}}"#).as_bytes(), &Limits::default());
    assert_eq!(record.problems, [super::SkipReason::TooDeep]);
    let by_string = nested(|text| format!(r#"{{"m":{}}}"#, quoted(text)));
    let limits = Limits { depth: 5, ..Limits::default() };
    assert_eq!(walked(by_string.as_bytes(), &limits).problems, [super::SkipReason::TooDeep]);
}

#[test]
fn bombs_stop_at_the_limit() {
    let bomb = base64(&gzip(&vec![b' '; 4 << 20]));
    let limits = Limits { unfolded: 1 << 20, ..Limits::default() };
    let record = walked(format!(r#"{{"b":"{bomb}"}}"#).as_bytes(), &limits);
    assert_eq!(record.problems, [super::SkipReason::Bomb]);
    assert!(record.unfolded() <= (1 << 20) + bomb.len());
}

/// 64 KiB of each takes a blink; if it were quadratic, minutes.
#[test]
fn no_text_takes_longer_than_its_length() {
    let patterns = [
        "{\"a\":",
        "[",
        "[[\"",
        "{",
        "(",
        "a(",
        "A{b=",
        "a=\"",
        "a='\\",
        "a=\\1",
        "?a=",
        "?",
        "<a>",
        "<a ",
        "<!--",
        "%25",
        "\\u0034",
        "a=1,",
        "a=b ",
        "a=[",
        "\"a\":",
        "&a=",
        "a=a=",
        "=",
        "\\",
        "a=<",
        "x=A(",
        "eyJ.",
        "1 ",
        ")a=",
        "<![CDATA[",
        "<?",
        "<a b='",
        "{\"\\\"",
        "<a></",
        "<a>x",
    ];
    for pattern in patterns {
        let text = pattern.repeat((1 << 16) / pattern.len());
        let record = walked(text.as_bytes(), &Limits::default());
        assert!(record.unfolded() <= text.len() + Limits::default().unfolded, "{pattern}");
    }
}

fn pieces() -> impl proptest::strategy::Strategy<Value = Vec<u8>> {
    use proptest::prelude::*;
    let words = vec![
        "{",
        "}",
        "[",
        "]",
        "(",
        ")",
        "\"",
        "'",
        "\\",
        "=",
        "=>",
        ":",
        ",",
        "&",
        "?",
        "%5B",
        "%",
        "+",
        " ",
        "\n",
        "<a>",
        "</a>",
        "<a b='",
        "/>",
        "<!--",
        "-->",
        "<![CDATA[",
        "]]>",
        "&amp;",
        "card",
        "Number",
        "4111111111111111",
        "4111 1111",
        "\\u0034",
        "é",
        "http://x/y?",
        "NDExMTExMTExMTExMTExMQ==",
        "eyJhIjoxfQ",
        ".",
        "null",
        "-1e5",
        "\u{1b}[31m",
        "string(16) ",
        "Some(",
        "#<",
        "@",
    ];
    let word = proptest::sample::select(words).prop_map(|word| word.as_bytes().to_vec());
    let any = proptest::collection::vec(any::<u8>(), 0..4);
    proptest::collection::vec(prop_oneof![9 => word, 1 => any], 0..40).prop_map(|pieces| pieces.concat())
}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config { failure_persistence: None, ..Default::default() })]
    #[test]
    fn any_bytes_are_walked_within_limits(payload in pieces(), depth in 0..6_usize, unfolded in 0..200_usize) {
        let limits = Limits { depth, unfolded, ..Limits::default() };
        let record = walked(&payload, &limits);
        offsets_lead_back(&record, &payload);
        assert!(record.unfolded() <= payload.len() + unfolded);
    }

    #[test]
    fn no_digit_of_a_line_is_lost(payload in pieces()) {
        let mut record = Record::default();
        let limits = Limits::default();
        Walker::new(&limits, &mut record).text(&FieldPath::root("line"), &payload, Some(0));
        let digits = |bytes: &[u8]| bytes.iter().filter(|byte| byte.is_ascii_digit()).count();
        let seen: usize = record.fields().map(|field| digits(field.value.expose())).sum();
        let decoded = payload.contains(&b'%') || payload.contains(&b'\\') || payload.contains(&b'&');
        assert!(decoded || seen >= digits(&payload), "{}", shown(&record));
    }
}
