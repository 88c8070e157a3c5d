//! Small words that forms are written with.

use std::io::Write as _;

/// Each digit in some spelling.
pub fn each(number: &str, write: impl Fn(char) -> String) -> String {
    number.chars().map(write).collect()
}

/// Each digit, with something between each two.
pub fn between(number: &str, by: &str) -> String {
    number.chars().map(String::from).collect::<Vec<_>>().join(by)
}

/// Each byte by its code, with something between each two.
pub fn codes(text: &str, by: &str, code: impl Fn(u8) -> String) -> String {
    text.bytes().map(code).collect::<Vec<_>>().join(by)
}

/// The same digit of another script, by that script's zero.
pub fn other_digit(digit: char, zero: u32) -> String {
    char::from_u32(zero + digit as u32 - 48).unwrap_or(digit).to_string()
}

/// As printed on the card.
pub fn groups(number: &str, by: &str) -> String {
    split(number).join(by)
}

/// The groups that are printed on the card.
pub fn split(number: &str) -> Vec<&str> {
    let lengths: &[usize] = match number.len() {
        15 => &[4, 6, 5],
        14 => &[4, 6, 4],
        _ => &[4, 4, 4, 4, 3],
    };
    let mut groups = Vec::new();
    let mut rest = number;
    for &length in lengths {
        let (group, after) = rest.split_at(length.min(rest.len()));
        groups.extend((!group.is_empty()).then_some(group));
        rest = after;
    }
    groups
}

pub fn hex(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(bytes)
}

pub fn base64(bytes: &[u8]) -> String {
    data_encoding::BASE64.encode(bytes)
}

pub fn base64url(bytes: &[u8]) -> String {
    data_encoding::BASE64URL_NOPAD.encode(bytes)
}

/// A JSON string, quotes included.
pub fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
}

/// Everything but letters and digits as `%XX`.
pub fn percent(text: &str) -> String {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric();
    text.bytes().map(|b| if plain(&b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    out.write_all(bytes).and_then(|()| out.finish()).expect("memory takes all bytes")
}

pub fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut out = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
    out.write_all(bytes).and_then(|()| out.finish()).expect("memory takes all bytes")
}

pub fn zstd(bytes: &[u8]) -> Vec<u8> {
    zstd::stream::encode_all(bytes, 3).expect("memory takes all bytes")
}
