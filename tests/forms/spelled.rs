//! Spellings that stand wherever a number could.

use super::{
    Betrayed::{self, BeyondAscii, Blob, Codes, Digits, Divided, Escapes},
    Cost::{self, Decoded, Raw},
    Form, Write,
    write::{
        base64, base64url, between, codes, each, groups, gzip, hex, other_digit, percent, quoted, zlib, zstd,
    },
};

const KEY: &str = "line.card_number";

const fn form(
    name: &'static str,
    cost: Cost,
    betrayed: &'static [Betrayed],
    field: &'static str,
    write: fn(&str) -> String,
) -> Form {
    Form { name, write: Write::Spelled(write), told: &["pan.clear"], field, cost, betrayed }
}

const DIGITS: &[Betrayed] = &[Digits];
const DIVIDED: &[Betrayed] = &[Divided];
const ESCAPES: &[Betrayed] = &[Escapes];
const BLOB: &[Betrayed] = &[Blob];
const CODES: &[Betrayed] = &[Codes];
const WIDE: &[Betrayed] = &[Digits, BeyondAscii];
const OTHER: &[Betrayed] = &[BeyondAscii];

/// The forms.
#[rustfmt::skip]
pub const FORMS: &[Form] = &[
    form("bare", Raw, DIGITS, KEY, |n| n.to_owned()),
    form("spaces", Raw, DIGITS, KEY, |n| groups(n, " ")),
    form("dashes", Raw, DIGITS, KEY, |n| groups(n, "-")),
    form("dots", Raw, DIGITS, KEY, |n| groups(n, ".")),
    form("underscores", Raw, DIGITS, KEY, |n| groups(n, "_")),
    form("slashes", Raw, DIGITS, KEY, |n| groups(n, "/")),
    form("plus", Raw, DIGITS, KEY, |n| groups(n, "+")),
    form("tabs", Raw, DIGITS, KEY, |n| groups(n, "\t")),
    form("double space", Raw, DIGITS, KEY, |n| groups(n, "  ")),
    form("spaced dash", Raw, DIGITS, KEY, |n| groups(n, " - ")),
    form("each spaced", Raw, DIGITS, KEY, |n| between(n, " ")),
    form("each dashed", Raw, DIGITS, KEY, |n| between(n, "-")),
    form("zero-padded 19", Raw, DIGITS, KEY, |n| format!("{n:0>19}")),
    form("space-padded", Raw, DIGITS, KEY, |n| format!("{n:>22}")),
    form("glued to a word", Raw, DIGITS, KEY, |n| format!("PAN{n}")),
    form(".0", Raw, DIGITS, KEY, |n| format!("{n}.0")),
    form("excel", Raw, DIGITS, KEY, |n| format!("=\\\"{n}\\\"")),
    form("apostrophe", Raw, DIGITS, KEY, |n| format!("'{n}")),
    form("brackets", Raw, DIGITS, KEY, |n| format!("[{n}]")),
    form("markdown", Raw, DIGITS, KEY, |n| format!("**{n}**")),
    form("url path", Raw, DIGITS, KEY, |n| format!("https://pay.example/cards/{n}/charge")),
    form("test_ prefix", Raw, DIGITS, KEY, |n| format!("test_{n}")),
    form("no-break space", Raw, WIDE, KEY, |n| groups(n, "\u{a0}")),
    form("thin space", Raw, WIDE, KEY, |n| groups(n, "\u{2009}")),
    form("narrow no-break space", Raw, WIDE, KEY, |n| groups(n, "\u{202f}")),
    form("figure space", Raw, WIDE, KEY, |n| groups(n, "\u{2007}")),
    form("ideographic space", Raw, WIDE, KEY, |n| groups(n, "\u{3000}")),
    form("no-break hyphen", Raw, WIDE, KEY, |n| groups(n, "\u{2011}")),
    form("en dash", Raw, WIDE, KEY, |n| groups(n, "\u{2013}")),
    form("em dash", Raw, WIDE, KEY, |n| groups(n, "\u{2014}")),
    form("minus sign", Raw, WIDE, KEY, |n| groups(n, "\u{2212}")),
    form("middle dot", Raw, WIDE, KEY, |n| groups(n, "\u{b7}")),
    form("zero-width in groups", Decoded, WIDE, "line.card_number|plain", |n| groups(n, "\u{200b}")),
    form("zero-width in each", Decoded, WIDE, "line.card_number|plain", |n| each(n, |d| format!("{d}\u{200b}"))),
    form("zero-width and space", Decoded, WIDE, "line.card_number|plain", |n| groups(n, "\u{200b} ")),
    form("soft hyphen", Decoded, WIDE, "line.card_number|plain", |n| groups(n, "\u{ad}")),
    form("word joiner", Decoded, WIDE, "line.card_number|plain", |n| groups(n, "\u{2060}")),
    form("right-to-left marks", Decoded, WIDE, "line.card_number|plain", |n| format!("\u{202b}{}\u{202c}", groups(n, "\u{200f} "))),
    form("keycaps", Decoded, OTHER, "line.card_number|plain", |n| each(n, |d| format!("{d}\u{fe0f}\u{20e3}"))),
    form("full-width", Decoded, OTHER, "line.card_number|plain", |n| each(n, |d| other_digit(d, 0xff10))),
    form("full-width groups", Decoded, OTHER, "line.card_number|plain", |n| each(&groups(n, " "), |c| if c == ' ' { "\u{3000}".to_owned() } else { other_digit(c, 0xff10) })),
    form("arabic", Decoded, OTHER, "line.card_number|plain", |n| each(n, |d| other_digit(d, 0x660))),
    form("persian", Decoded, OTHER, "line.card_number|plain", |n| each(n, |d| other_digit(d, 0x6f0))),
    form("devanagari", Decoded, OTHER, "line.card_number|plain", |n| each(n, |d| other_digit(d, 0x966))),
    form("mathematical digits", Decoded, OTHER, "line.card_number|plain", |n| each(n, |d| other_digit(d, 0x1d7ce))),
    form("colour", Raw, DIGITS, KEY, |n| format!("\u{1b}[31m{n}\u{1b}[0m")),
    form("colour in groups", Decoded, DIVIDED, "line.card_number|plain", |n| groups(n, "\u{1b}[0m \u{1b}[31m")),
    form("%20", Decoded, DIVIDED, "line.card_number|url", |n| groups(n, "%20")),
    form("%C2%A0", Decoded, DIVIDED, "line.card_number|url", |n| groups(n, "%C2%A0")),
    form("%2D", Decoded, DIVIDED, "line.card_number|url", |n| groups(n, "%2D")),
    form("%2520", Decoded, DIVIDED, "line.card_number|url|url", |n| groups(n, "%2520")),
    form("percent digits", Decoded, ESCAPES, "line.card_number|url", |n| each(n, |d| format!("%{:02x}", d as u32))),
    form("percent twice", Decoded, ESCAPES, "line.card_number|url|url", |n| each(n, |d| format!("%25{:02x}", d as u32))),
    form("\\u digits", Decoded, ESCAPES, KEY, |n| each(n, |d| format!("\\u{:04x}", d as u32))),
    form("\\x digits", Decoded, ESCAPES, KEY, |n| each(n, |d| format!("\\x{:02x}", d as u32))),
    form("octal digits", Decoded, ESCAPES, KEY, |n| each(n, |d| format!("\\{:03o}", d as u32))),
    form("\\u{} digits", Decoded, ESCAPES, KEY, |n| each(n, |d| format!("\\u{{{:x}}}", d as u32))),
    form("\\u00a0", Decoded, DIVIDED, KEY, |n| groups(n, "\\u00a0")),
    form("\\u2009", Decoded, DIVIDED, KEY, |n| groups(n, "\\u2009")),
    form("\\t", Decoded, DIVIDED, KEY, |n| groups(n, "\\t")),
    form("escaped line break", Decoded, DIVIDED, KEY, |n| format!("{}\\n{}", &n[..8], &n[8..])),
    form("escaped line breaks of Windows", Decoded, DIVIDED, KEY, |n| format!("{}\\r\\n{}", &n[..8], &n[8..])),
    form("html decimal", Decoded, ESCAPES, "line.card_number|xml", |n| each(n, |d| format!("&#{};", d as u32))),
    form("html hex", Decoded, ESCAPES, "line.card_number|xml", |n| each(n, |d| format!("&#x{:x};", d as u32))),
    form("html nbsp", Decoded, DIVIDED, "line.card_number|xml", |n| groups(n, "&nbsp;")),
    form("html thin space", Decoded, DIVIDED, "line.card_number|xml", |n| groups(n, "&thinsp;")),
    form("html #160", Decoded, DIVIDED, "line.card_number|xml", |n| groups(n, "&#160;")),
    form("html #xa0", Decoded, DIVIDED, "line.card_number|xml", |n| groups(n, "&#xA0;")),
    form("html twice", Decoded, DIVIDED, "line.card_number|xml|xml", |n| groups(n, "&amp;nbsp;")),
    form("quoted-printable", Decoded, ESCAPES, "line.card_number|qp", |n| each(n, |d| format!("={:02X}", d as u32))),
    form("quoted-printable spaces", Decoded, DIVIDED, "line.card_number|qp", |n| groups(n, "=C2=A0")),
    form("base64", Decoded, BLOB, "line.card_number|base64", |n| base64(n.as_bytes())),
    form("base64 of groups", Decoded, BLOB, "line.card_number|base64", |n| base64(groups(n, " ").as_bytes())),
    form("base64url", Decoded, BLOB, "line.card_number|base64", |n| base64url(n.as_bytes())),
    form("base64 twice", Decoded, BLOB, "line.card_number|base64|base64", |n| base64(base64(n.as_bytes()).as_bytes())),
    form("base64 of gzip", Decoded, BLOB, "line.card_number|base64|gzip", |n| base64(&gzip(n.as_bytes()))),
    form("base64 of zlib", Decoded, BLOB, "line.card_number|base64|zlib", |n| base64(&zlib(n.as_bytes()))),
    form("base64 of zstd", Decoded, BLOB, "line.card_number|base64|zstd", |n| base64(&zstd(n.as_bytes()))),
    form("base64 of json", Decoded, BLOB, "line.card_number|base64|json.pan", |n| base64(format!(r#"{{"pan":"{n}"}}"#).as_bytes())),
    form("base64 in %", Decoded, BLOB, "line.card_number|url|base64", |n| percent(&base64(format!("{n} ").as_bytes()))),
    form("hex of ascii", Decoded, CODES_OR_BLOB, KEY, |n| hex(n.as_bytes())),
    form("hex of groups", Decoded, BLOB, "line.card_number|hex", |n| hex(groups(n, " ").as_bytes())),
    form("hex of json", Decoded, BLOB, "line.card_number|hex|json.pan", |n| hex(format!(r#"{{"pan":"{n}"}}"#).as_bytes())),
    form("hex of gzip", Decoded, BLOB, "line.card_number|hex|gzip", |n| hex(&gzip(n.as_bytes()))),
    form("hex of zlib", Decoded, BLOB, "line.card_number|hex|zlib", |n| hex(&zlib(n.as_bytes()))),
    form("hex of ebcdic", Decoded, BLOB, "line.card_number|hex", |n| each(n, |d| format!("F{d}"))),
    form("hex spaced", Decoded, CODES, KEY, |n| codes(n, " ", |b| format!("{b:02x}"))),
    form("hex with 0x", Decoded, CODES, "line.card_number|hex", |n| codes(n, ", ", |b| format!("0x{b:02x}"))),
    form("hex with colons", Decoded, CODES, "line.card_number|hex", |n| codes(n, ":", |b| format!("{b:02x}"))),
    form("hex of groups, spaced", Decoded, CODES, "line.card_number|hex", |n| codes(&groups(n, " "), " ", |b| format!("{b:02x}"))),
    form("decimal codes", Decoded, CODES, KEY, |n| codes(n, " ", |b| b.to_string())),
    form("code points", Decoded, CODES, "line.card_number|hex", |n| codes(n, " ", |b| format!("U+{b:04X}"))),
    form("json in a string", Decoded, DIGITS, "line.card_number|json.pan", |n| { let text = quoted(&format!(r#"{{"pan":"{n}"}}"#)); text[1..text.len() - 1].to_owned() }),
    form("mime word", Decoded, BLOB, "line.card_number|mime", |n| format!("=?utf-8?B?{}?=", base64(n.as_bytes()))),
];

const CODES_OR_BLOB: &[Betrayed] = &[Blob, Digits];
