//! Base64 in its four spellings, told from words, ids and digests by what it decodes to; and JWTs, which are
//! three of them.

use data_encoding::{BASE64, BASE64_NOPAD, BASE64URL_NOPAD};
use zeroize::Zeroizing;

use super::{Leaf, Spot, Step, Walker, compressed, iso8583, tlv};

/// Shorter values are words. 12 digits, the shortest card number, make 16.
pub(super) const SHORTEST: usize = 16;
/// Within text, shorter runs are names, hosts and digests.
pub(super) const SHORTEST_IN_TEXT: usize = 40;

impl Walker<'_> {
    /// A value that is base64 or a JWT. Its own bytes stay.
    pub(super) fn blob(&mut self, leaf: Leaf<'_>) -> bool {
        let bytes = leaf.bytes.trim_ascii();
        let from = leaf.bytes.len() - leaf.bytes.trim_ascii_start().len();
        self.hex(leaf, from..from + bytes.len()) || self.jwt(leaf, bytes) || self.base64(leaf, bytes)
    }

    fn base64(&mut self, leaf: Leaf<'_>, bytes: &[u8]) -> bool {
        let Some(decoded) = decoded(bytes) else { return self.octets_in_base64(leaf, bytes) };
        let Some(inner) = self.decoded_below(leaf, "base64", decoded.len()) else { return true };
        let within = Leaf { spot: inner, bytes: &decoded, ..leaf };
        match compressed::Format::of(&decoded) {
            Some(format) => _ = self.compressed(within, format),
            None if self.compressed_blob(within) => {}
            None => _ = self.leaf(inner, &decoded),
        }
        true
    }

    /// What terminals and hosts exchange.
    fn octets_in_base64(&mut self, leaf: Leaf<'_>, bytes: &[u8]) -> bool {
        let Some(first) = bytes.get(..4).and_then(|first| BASE64.decode(first).ok()) else { return false };
        if !(tlv::begins(&first) || iso8583::begins(&first)) {
            return false;
        }
        let Some(decoded) = self::bytes(bytes) else { return false };
        let place = self.step(leaf.spot.place, Step::Encoded("base64"));
        self.octets(Spot { place, at: None, ..leaf.spot }, &decoded)
    }

    /// RFC 7519: header and claims are JSON objects in base64url, the signature is none.
    fn jwt(&mut self, leaf: Leaf<'_>, bytes: &[u8]) -> bool {
        // `{"` in base64url.
        if !bytes.starts_with(b"eyJ") {
            return false;
        }
        let mut parts = bytes.splitn(3, |byte| *byte == b'.');
        let (Some(header), Some(claims)) = (parts.next(), parts.next()) else { return false };
        let (Some(header), Some(claims)) = (url_decoded(header), url_decoded(claims)) else { return false };
        let Some(inner) = self.decoded_below(leaf, "jwt", header.len() + claims.len()) else { return true };
        for part in [header, claims] {
            if !self.whole_json(inner, &part) {
                self.leaf(inner, &part);
            }
        }
        true
    }
}

fn url_decoded(text: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    BASE64URL_NOPAD.decode(text).ok().map(Zeroizing::new)
}

/// What base64 decodes to, if it is text or compressed.
pub(super) fn decoded(text: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let is_number = text.iter().all(u8::is_ascii_digit);
    if text.len() < SHORTEST || is_number || !begins_readably(text) {
        return None;
    }
    let decoded = bytes(text)?;
    let is_meant = compressed::Format::of(&decoded).is_some() || is_readable(&decoded);
    (is_meant || compressed::whole(&decoded).is_some()).then_some(decoded)
}

/// With padding, without, and with a part of it.
fn bytes(text: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let text = &text[..text.iter().rposition(|byte| *byte != b'=')? + 1];
    let is_url = text.iter().any(|byte| matches!(byte, b'-' | b'_'));
    let encoding = if is_url { BASE64URL_NOPAD } else { BASE64_NOPAD };
    encoding.decode(text).ok().map(Zeroizing::new)
}

/// Decodes the first twelve bytes: what tells most names and digests before anything is copied.
fn begins_readably(text: &[u8]) -> bool {
    let mut head = [0; 12];
    let first = &text[..SHORTEST];
    let is_url = first.iter().any(|byte| matches!(byte, b'-' | b'_'));
    let encoding = if is_url { BASE64URL_NOPAD } else { BASE64_NOPAD };
    // Padding within the first sixteen: the whole is that short.
    let first = first.strip_suffix(b"==").or(first.strip_suffix(b"=")).unwrap_or(first);
    let length = encoding.decode_len(first.len()).unwrap_or(0);
    match encoding.decode_mut(first, &mut head[..length]) {
        Ok(_) => compressed::begins(&head[..length]) || is_readable(&head[..length]),
        Err(_) => false,
    }
}

/// Text, but for few bytes in a hundred.
fn is_readable(bytes: &[u8]) -> bool {
    let is_odd = |byte: &&u8| byte.is_ascii_control() && !byte.is_ascii_whitespace() || !byte.is_ascii();
    let odd = bytes.iter().filter(is_odd).count();
    let is_ascii = odd * 20 <= bytes.len();
    // A character of a language other than English takes several bytes, and the last may be cut.
    let valid = std::str::from_utf8(bytes).map_or_else(|error| error.valid_up_to(), str::len);
    let controls = bytes.iter().filter(|byte| byte.is_ascii_control() && !byte.is_ascii_whitespace()).count();
    is_ascii || controls == 0 && valid + 4 > bytes.len() && bytes.len() >= SHORTEST / 2
}

#[cfg(test)]
mod tests {
    use super::decoded;

    fn check(text: &str, expected: Option<&str>) {
        let found = decoded(text.as_bytes());
        let found = found.as_deref().map(|bytes| String::from_utf8_lossy(bytes).into_owned());
        assert_eq!(found.as_deref(), expected, "{text}");
    }

    #[test]
    fn text_and_digits_are_meant() {
        check("NDExMTExMTExMTExMTExMQ==", Some("4111111111111111"));
        check("NDExMTExMTExMTExMTExMQ", Some("4111111111111111"));
        check("NDExMTExMTExMTEx", Some("411111111111"));
        check("eyJhIjoi8J-YgCJ9", Some("{\"a\":\"😀\"}"));
    }

    #[test]
    fn words_ids_and_digests_are_not() {
        check("4111111111111111", None);
        check("checkoutServiceName1", None);
        check("5910f4ea0062a0e29afd3dccc741e3ce", None);
        check("550e8400-e29b-41d4-a716-446655440000", None);
        check("ThisIsALongClassNameInCamelCase", None);
        check("NDExMTEx", None);
    }
}
