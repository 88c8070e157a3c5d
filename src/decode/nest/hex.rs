//! Hex of bytes that mean something: text, compressed data, EMV data, an ISO 8583 message, digits in EBCDIC. Hex of
//! digits alone stays as it is: it reads like a long number, and the detector knows how. Everything else that is
//! hex is a digest or an id, and is left alone.

use std::ops::Range;

use zeroize::Zeroizing;

use super::{Leaf, Spot, Step, Walker, codes, compressed, iso8583, tlv};

/// The shortest number, packed behind its EMV tag.
const SHORTEST: usize = 16;
/// Text has so many digits, or is left alone.
const FEWEST_DIGITS: usize = 12;

/// What bytes turned out to be.
enum Meaning {
    Compressed,
    Text(Zeroizing<Vec<u8>>),
    Emv(Vec<tlv::Element>),
    Message(iso8583::Message),
}

impl Walker<'_> {
    /// A run of hex within a value, and what it holds; whether it was meant as such.
    pub(super) fn hex(&mut self, leaf: Leaf<'_>, run: Range<usize>) -> bool {
        let text = &leaf.bytes[run.clone()];
        if text.len() < SHORTEST || !text.len().is_multiple_of(2) || !text.iter().all(u8::is_ascii_hexdigit) {
            return false;
        }
        let Some(bytes) = codes::packed(text) else { return false };
        match meaning(&bytes) {
            Some(Meaning::Text(plain)) if *plain == *bytes && plain.iter().all(u8::is_ascii_digit) => false,
            Some(Meaning::Text(plain)) => self.decoded_part(leaf, "hex", run, &plain),
            None => false,
            Some(Meaning::Compressed) => {
                let inner = self.decoded_below(leaf, "hex", bytes.len());
                inner.is_none_or(|spot| self.compressed_blob(Leaf { spot, bytes: &bytes, ..leaf }))
            }
            Some(Meaning::Emv(elements)) => self.emv(leaf.spot, &bytes, &elements),
            Some(Meaning::Message(message)) => self.message(leaf.spot, &bytes, &message),
        }
    }

    /// Bytes that are no text, and what they hold; whether they were meant as such.
    pub(super) fn octets(&mut self, spot: Spot, bytes: &[u8]) -> bool {
        match meaning(bytes) {
            Some(Meaning::Emv(elements)) => self.emv(spot, bytes, &elements),
            Some(Meaning::Message(message)) => self.message(spot, bytes, &message),
            _ => false,
        }
    }

    fn emv(&mut self, spot: Spot, bytes: &[u8], elements: &[tlv::Element]) -> bool {
        let Some(inner) = self.below(spot, "tlv") else { return true };
        let spot = Spot { group: self.group(), at: None, ..inner };
        let mut places = vec![spot.place];
        for element in elements {
            places.truncate(element.depth + 1);
            let place = self.step(places[element.depth], Step::Key(&element.name()));
            match element.text(bytes) {
                Some(text) => _ = self.leaf(Spot { place, ..spot }, &text),
                None => places.push(place),
            }
        }
        true
    }

    pub(super) fn message(&mut self, spot: Spot, bytes: &[u8], message: &iso8583::Message) -> bool {
        let Some(inner) = self.below(spot, "iso8583") else { return true };
        let spot = Spot { group: self.group(), at: None, ..inner };
        for field in &message.fields {
            let place = self.step(spot.place, Step::Key(&field.name()));
            let spot = Spot { place, ..spot };
            match field.content(bytes) {
                iso8583::Content::Text(text) => _ = self.leaf(spot, &text),
                iso8583::Content::Octets(octets) => _ = self.octets(spot, octets),
            }
        }
        true
    }
}

/// Whether bytes are such data from the first to the last.
pub(super) fn is_whole(bytes: &[u8]) -> bool {
    match meaning(bytes) {
        Some(Meaning::Emv(_)) => true,
        Some(Meaning::Message(message)) => message.length == bytes.len(),
        _ => false,
    }
}

fn meaning(bytes: &[u8]) -> Option<Meaning> {
    if compressed::whole(bytes).is_some() {
        return Some(Meaning::Compressed);
    }
    if let Some(text) = text(bytes) {
        return Some(Meaning::Text(text));
    }
    if let Some(elements) = tlv::read(bytes) {
        return Some(Meaning::Emv(elements));
    }
    if !iso8583::begins(bytes) {
        return None;
    }
    iso8583::read(bytes, iso8583::Packing::Packed).map(Meaning::Message)
}

/// Printable ASCII with digits enough, or digits in EBCDIC (F0 to F9, 40 is a blank).
pub(super) fn text(bytes: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let is_ascii = bytes.iter().all(|byte| matches!(byte, b' '..=b'~' | b'\t' | b'\r' | b'\n'));
    let is_ebcdic = bytes.iter().all(|byte| matches!(byte, 0xf0..=0xf9 | 0x40 | 0x60));
    let text: Vec<u8> = match (is_ascii, is_ebcdic) {
        (true, _) => bytes.to_vec(),
        (_, true) => bytes.iter().map(|byte| from_ebcdic(*byte)).collect(),
        _ => return None,
    };
    let enough = text.iter().filter(|byte| byte.is_ascii_digit()).count() >= FEWEST_DIGITS;
    enough.then(|| Zeroizing::new(text))
}

fn from_ebcdic(byte: u8) -> u8 {
    match byte {
        0xf0..=0xf9 => b'0' + (byte - 0xf0),
        0x60 => b'-',
        _ => b' ',
    }
}
