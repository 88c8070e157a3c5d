//! Forms that are whole lines: tracks, statements, markup, containers, and what is left of a number.

use sha2::Digest as _;

use super::{
    Betrayed::{self, Blob, Codes, Digits, Exponent, Word},
    Cost::{self, Decoded, Raw},
    Form, Write,
    write::{base64, base64url, gzip, hex, percent, quoted, zstd},
};

const fn form(
    name: &'static str,
    cost: Cost,
    betrayed: &'static [Betrayed],
    field: &'static str,
    write: fn(&str) -> String,
) -> Form {
    Form { name, write: Write::Lines(write), told: &["pan.clear"], field, cost, betrayed }
}

const DIGITS: &[Betrayed] = &[Digits];
const BLOB: &[Betrayed] = &[Blob];
const TRACK_1: &[&str] = &["track1.clear", "pan.clear"];
const TRACK_2: &[&str] = &["track2.clear", "pan.clear"];

/// The forms.
#[rustfmt::skip]
pub const FORMS: &[Form] = &[
    Form { told: TRACK_1, ..form("track 1", Raw, DIGITS, "line", |n| format!("swipe %B{n}^DOE/JANE^29042010000000000000?")) },
    Form { told: TRACK_1, ..form("track 1 url", Raw, DIGITS, "line|url.track1", |n| format!("track1=%25B{n}%5EDOE%2FJANE%5E29042010000000000000%3F&x=1")) },
    Form { told: TRACK_2, ..form("track 2 =", Raw, DIGITS, "line", |n| format!("swipe ;{n}=29042010000012345678?")) },
    Form { told: TRACK_2, ..form("track 2 D", Raw, DIGITS, "line.track2", |n| format!("track2={n}D29042010000012345F")) },
    Form { told: TRACK_2, ..form("track 2 url", Raw, DIGITS, "line|url.track2", |n| format!("track2=%3B{n}%3D29042010000012345678%3F")) },
    form("jwt", Decoded, BLOB, "line.token|jwt.pan", |n| {
        let part = |text: String| base64url(text.as_bytes());
        format!("token={}.{}.c2lnbmF0dXJlLXRoYXQtaXMtbm90", part(r#"{"alg":"HS256","typ":"JWT"}"#.into()), part(format!(r#"{{"sub":"1","pan":"{n}"}}"#)))
    }),
    form("jwt in a sentence", Decoded, BLOB, "line|jwt.pan", |n| {
        let part = |text: String| base64url(text.as_bytes());
        format!("Authorization: Bearer {}.{}.c2lnbmF0dXJlLXRoYXQtaXMtbm90", part(r#"{"alg":"HS256","typ":"JWT"}"#.into()), part(format!(r#"{{"sub":"1","pan":"{n}"}}"#)))
    }),
    form("json number", Raw, DIGITS, "card_number", |n| format!(r#"{{"card_number":{n}}}"#)),
    form("json in json", Decoded, DIGITS, "body|json.card.number", |n| format!(r#"{{"body":{}}}"#, quoted(&format!(r#"{{"card":{{"number":"{n}"}}}}"#)))),
    form("json in json in json", Decoded, DIGITS, "b|json.body|json.pan", |n| format!(r#"{{"b":{}}}"#, quoted(&format!(r#"{{"body":{}}}"#, quoted(&format!(r#"{{"pan":"{n}"}}"#)))))),
    form("gzip in base64 in json", Decoded, BLOB, "payload|base64|gzip|json.pan", |n| format!(r#"{{"payload":"{}"}}"#, base64(&gzip(format!(r#"{{"pan":"{n}"}}"#).as_bytes())))),
    form("gzip in base64, twice", Decoded, BLOB, "payload|base64|gzip|json.body|base64|gzip|json.pan", |n| {
        let inner = base64(&gzip(format!(r#"{{"pan":"{n}"}}"#).as_bytes()));
        format!(r#"{{"payload":"{}"}}"#, base64(&gzip(format!(r#"{{"body":"{inner}"}}"#).as_bytes())))
    }),
    form("zstd in hex in json", Decoded, BLOB, "payload|hex|zstd|json.pan", |n| format!(r#"{{"payload":"{}"}}"#, hex(&zstd(format!(r#"{{"pan":"{n}"}}"#).as_bytes())))),
    form("double in json", Raw, &[Exponent], "card_number", |n| format!(r#"{{"card_number":{}.{}E{}}}"#, &n[..1], &n[1..], n.len() - 1)),
    form("double in a log", Raw, &[Exponent], "line.card_number", |n| format!("card_number={}.{}e+{}", &n[..1], &n[1..], n.len() - 1)),
    Form { told: &["pan.truncated"], ..form("double that lost digits", Raw, &[Exponent], "card_number", |n| format!(r#"{{"card_number":{}.{}E+{}}}"#, &n[..1], &n[1..6], n.len() - 1)) },
    form("xml", Raw, DIGITS, "line|xml.pay.pan", |n| format!("<pay><pan>{n}</pan></pay>")),
    form("xml attribute", Raw, DIGITS, "line|xml.card.number", |n| format!(r#"<card number="{n}" year="2029"/>"#)),
    form("xml cdata", Raw, DIGITS, "line|xml.pay.pan", |n| format!("<pay><pan><![CDATA[{n}]]></pan></pay>")),
    form("xml comment", Raw, DIGITS, "line", |n| format!("<pay><!-- card {n} --><amount>1</amount></pay>")),
    form("xml entities", Decoded, &[Betrayed::Escapes], "line|xml.pay.pan", |n| format!("<pay><pan>{}</pan></pay>", super::write::each(n, |d| format!("&#{};", d as u32)))),
    form("xml escaped in xml", Decoded, DIGITS, "line|xml.Body|xml.card.number", |n| format!("<Body>&lt;card&gt;&lt;number&gt;{n}&lt;/number&gt;&lt;/card&gt;</Body>")),
    form("html input", Raw, DIGITS, "line.value", |n| format!(r#"<input type="text" name="cardnumber" value="{n}">"#)),
    form("sql insert", Raw, DIGITS, "line.payments.card_number", |n| format!("INSERT INTO payments (id, card_number) VALUES (17, '{n}')")),
    form("sql where", Raw, DIGITS, "line.pan", |n| format!("SELECT * FROM cards WHERE pan = '{n}'")),
    form("hibernate", Raw, DIGITS, "line", |n| format!("TRACE o.h.t.d.sql.BasicBinder - binding parameter [3] as [VARCHAR] - [{n}]")),
    form("hibernate 6", Raw, DIGITS, "line", |n| format!("TRACE org.hibernate.orm.jdbc.bind - binding parameter (3:VARCHAR) <- [{n}]")),
    form("postgresql parameters", Raw, DIGITS, "line.$2", |n| format!("DETAIL:  parameters: $1 = '17', $2 = '{n}', $3 = '2029'")),
    form("orm tuple", Raw, DIGITS, "line", |n| format!("sqlalchemy.engine [generated in 0.0002s] ('Jane Doe', '{n}', 4, 2029)")),
    form("rails query", Raw, DIGITS, "line|json[][]", |n| format!(r#"Card Create (0.5ms) INSERT INTO "cards" ("number") VALUES ($1) [["number", "{n}"]]"#)),
    form("har", Raw, DIGITS, "log.entries[].request.postData.params[].value", |n| {
        format!(r#"{{"log":{{"entries":[{{"request":{{"method":"POST","postData":{{"mimeType":"application/x-www-form-urlencoded","params":[{{"name":"card_number","value":"{n}"}}]}}}}}}]}}}}"#)
    }),
    form("har text", Decoded, DIGITS, "log.entries[].request.postData.text|json.pan", |n| {
        let body = quoted(&format!(r#"{{"pan":"{n}"}}"#));
        format!(r#"{{"log":{{"entries":[{{"request":{{"postData":{{"mimeType":"application/json","text":{body}}}}}}}]}}}}"#)
    }),
    form("url form", Raw, DIGITS, "line|url.card.number", |n| format!("INFO body amount=100&card%5Bnumber%5D={n}&v=1")),
    form("url-encoded json", Decoded, DIGITS, "line|url.payload|json.pan", |n| format!("INFO body payload={}&v=1", percent(&format!(r#"{{"pan":"{n}"}}"#)))),
    form("form in a sentence", Decoded, DIGITS, "line|url", |n| format!("INFO query {}", percent(&format!("card number: {n}")))),
    form("cookie", Raw, DIGITS, "line.cc", |n| format!("Cookie: sid=8; cc={n}; theme=dark")),
    form("multipart", Raw, DIGITS, "line.card_number", |n| format!("Content-Disposition: form-data; name=\"card_number\"\\r\\n\\r\\n{n}\\r\\n--b17")),
    form("yaml", Raw, DIGITS, "line", |n| format!("card_number: {n}")),
    form("ini", Raw, DIGITS, "line.card.number", |n| format!("card.number = {n}")),
    form("table", Raw, DIGITS, "line", |n| format!("| Jane Doe | {n} | 04/29 |")),
    Form { told: &["pan.masked"], ..form("masked", Raw, &[Word], "line", |n| format!("card {}{}{}", &n[..6], "*".repeat(n.len() - 10), &n[n.len() - 4..])) },
    Form { told: &["pan.masked"], ..form("masked, grouped", Raw, &[Word], "line", |n| format!("card {} {}** {} {}", &n[..4], &n[4..6], "*".repeat(n.len() - 12), &n[n.len() - 4..])) },
    Form { told: &["pan.truncated"], ..form("truncated", Raw, &[Word], "line", |n| format!("card {}...{}", &n[..6], &n[n.len() - 4..])) },
    Form { told: &["pan.hashed"], ..form("hashed under a key", Decoded, &[Word, Blob], "line.pan_sha256", |n| format!("pan_sha256={}", hex(&sha2::Sha256::digest(n.as_bytes())))) },
    form("hexdump with a column of text", Decoded, &[Codes], "line|hexdump", |n| hexdump(n.as_bytes(), Dump::Canonical)),
    form("hexdump of xxd", Decoded, &[Codes], "line|hexdump", |n| hexdump(n.as_bytes(), Dump::Xxd)),
    form("hexdump of tcpdump", Decoded, &[Codes], "line|hexdump", |n| hexdump(n.as_bytes(), Dump::Tcpdump)),
];

/// Who writes a dump.
#[derive(Clone, Copy)]
pub enum Dump {
    /// `hexdump -C`
    Canonical,
    /// `xxd`
    Xxd,
    /// `tcpdump -X`
    Tcpdump,
}

/// Sixteen bytes a line, as the tools write them.
pub fn hexdump(bytes: &[u8], dump: Dump) -> String {
    let line = |(row, chunk): (usize, &[u8])| {
        let text: String = chunk
            .iter()
            .map(|b| if b.is_ascii_graphic() || *b == b' ' { char::from(*b) } else { '.' })
            .collect();
        let pairs: Vec<String> = chunk.chunks(2).map(hex).collect();
        let half = |half: &[u8]| half.iter().map(|b| format!("{b:02x}")).collect::<Vec<_>>().join(" ");
        match dump {
            Dump::Canonical => {
                let (first, second) = chunk.split_at(chunk.len().min(8));
                let columns = format!("{}  {}", half(first), half(second));
                format!("{:08x}  {columns:<49} |{text}|", row * 16)
            }
            Dump::Xxd => format!("{:08x}: {:<39}  {text}", row * 16, pairs.join(" ")),
            Dump::Tcpdump => format!("\t0x{:04x}:  {:<39}  {text}", row * 16, pairs.join(" ")),
        }
    };
    bytes.chunks(16).enumerate().map(line).collect::<Vec<_>>().join("\n")
}
