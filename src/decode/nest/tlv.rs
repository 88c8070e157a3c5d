//! EMV data objects: tag, length, value, one after another (EMV book 3, annex B; ISO/IEC 7816-4). Bytes are such data
//! only if every one of them belongs to an object, the first tag is one of EMV's, and packed digits are digits.
//!
//! It must not know what a card number is.

use zeroize::Zeroizing;

/// One object, in the order of the data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Element {
    tag: u32,
    value: std::ops::Range<usize>,
    /// In how many templates it stands.
    pub(super) depth: usize,
}

/// How a value is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    /// Packed digits, filled with F.
    Digits,
    /// Packed digits with a separator D: track 2.
    Track,
    /// Text.
    Text,
    /// Other objects.
    Template,
    /// Enciphered PIN data.
    Block,
    /// Anything else: nothing that a person would look for.
    Octets,
}

use Format::{Block, Digits, Octets, Template, Text, Track};

/// Tags of EMV book 3, annex A, and of the contactless books: those with something to tell, and those that
/// messages usually begin with.
#[rustfmt::skip]
const TAGS: &[(u32, Format)] = &[
    (0x42, Digits), (0x4f, Octets), (0x50, Text), (0x56, Text), (0x57, Track), (0x5a, Digits),
    (0x61, Template), (0x6f, Template), (0x70, Template), (0x71, Template), (0x72, Template), (0x73, Template), (0x77, Template),
    (0x81, Octets), (0x82, Octets), (0x84, Octets), (0x86, Octets), (0x87, Octets), (0x88, Octets),
    (0x8a, Text), (0x8c, Octets), (0x8d, Octets), (0x8e, Octets), (0x8f, Octets), (0x90, Octets),
    (0x91, Octets), (0x94, Octets), (0x95, Octets), (0x99, Block), (0x9a, Digits), (0x9b, Octets),
    (0x9c, Digits), (0xa5, Template), (0xc0, Octets), (0xe0, Template), (0xe1, Template), (0xe2, Template), (0xe3, Template), (0xe4, Template), (0xe5, Template), (0xff01, Template),
    (0x5f20, Text), (0x5f24, Digits), (0x5f25, Digits), (0x5f28, Digits), (0x5f2a, Digits), (0x5f2d, Text),
    (0x5f30, Digits), (0x5f34, Digits), (0x5f36, Digits), (0x5f50, Text), (0x5f53, Octets), (0x5f54, Octets), (0x5f55, Text), (0x5f56, Text),
    (0x9f01, Digits), (0x9f02, Digits), (0x9f03, Digits), (0x9f06, Octets), (0x9f07, Octets), (0x9f08, Octets), (0x9f09, Octets),
    (0x9f0b, Text), (0x9f0d, Octets), (0x9f0e, Octets), (0x9f0f, Octets), (0x9f10, Octets), (0x9f11, Octets), (0x9f12, Text),
    (0x9f15, Digits), (0x9f16, Text), (0x9f1a, Digits), (0x9f1b, Octets), (0x9f1c, Text), (0x9f1e, Text), (0x9f1f, Text), (0x9f20, Octets),
    (0x9f21, Digits), (0x9f24, Text), (0x9f26, Octets), (0x9f27, Octets), (0x9f33, Octets), (0x9f34, Octets), (0x9f35, Digits), (0x9f36, Octets),
    (0x9f37, Octets), (0x9f38, Octets), (0x9f39, Digits), (0x9f40, Octets), (0x9f41, Digits), (0x9f42, Digits), (0x9f4c, Octets), (0x9f4e, Text), (0x9f53, Octets), (0x9f5b, Octets),
    (0x9f66, Octets), (0x9f6b, Track), (0x9f6c, Octets), (0x9f6e, Octets), (0x9f7c, Octets), (0xbf0c, Template),
];

/// The shortest number, packed behind its tag.
const SHORTEST: usize = 8;
/// Messages have some dozens.
const MOST: usize = 512;
const DEEPEST: usize = 8;

/// Whether bytes may begin such data.
pub(super) fn begins(bytes: &[u8]) -> bool {
    tag(bytes).is_some_and(|(tag, _)| format(tag).is_some())
}

/// All objects, if the bytes are nothing else.
pub(super) fn read(bytes: &[u8]) -> Option<Vec<Element>> {
    let mut elements = Vec::new();
    let is_long = bytes.len() >= SHORTEST && begins(bytes);
    (is_long && objects(bytes, 0..bytes.len(), 0, &mut elements)).then_some(elements)
}

fn objects(bytes: &[u8], range: std::ops::Range<usize>, depth: usize, into: &mut Vec<Element>) -> bool {
    let mut at = range.start;
    while at < range.end {
        // Filling between objects.
        if bytes[at] == 0 || bytes[at] == 0xff {
            at += 1;
            continue;
        }
        let Some((tag, value)) = object(&bytes[..range.end], at) else { return false };
        at = value.end;
        let is_template = format(tag) == Some(Template);
        let element = Element { tag, value: value.clone(), depth };
        if into.len() == MOST || depth == DEEPEST || !element.fits(bytes) {
            return false;
        }
        into.push(element);
        if is_template && !objects(bytes, value, depth + 1, into) {
            return false;
        }
    }
    true
}

fn object(bytes: &[u8], at: usize) -> Option<(u32, std::ops::Range<usize>)> {
    let (tag, length) = tag(&bytes[at..])?;
    let at = at + length;
    let (length, start) = match *bytes.get(at)? {
        short @ 0..=0x7f => (usize::from(short), at + 1),
        0x81 => (usize::from(*bytes.get(at + 1)?), at + 2),
        0x82 => (usize::from(*bytes.get(at + 1)?) << 8 | usize::from(*bytes.get(at + 2)?), at + 3),
        _ => return None,
    };
    (start + length <= bytes.len()).then_some((tag, start..start + length))
}

/// The tag that bytes begin with, and its length.
fn tag(bytes: &[u8]) -> Option<(u32, usize)> {
    let first = *bytes.first()?;
    match first & 0x1f {
        0x1f => {
            let second = *bytes.get(1)?;
            (second & 0x80 == 0).then_some((u32::from(first) << 8 | u32::from(second), 2)).or_else(|| {
                let third = *bytes.get(2)?;
                Some((u32::from(first) << 16 | u32::from(second) << 8 | u32::from(third), 3))
            })
        }
        _ => Some((u32::from(first), 1)),
    }
}

fn format(tag: u32) -> Option<Format> {
    TAGS.iter().find(|(known, _)| *known == tag).map(|(_, format)| *format)
}

impl Element {
    /// `tag5A`.
    pub(super) fn name(&self) -> String {
        format!("tag{:02X}", self.tag)
    }

    /// Its value as text, if it has one that somebody would look for.
    pub(super) fn text(&self, bytes: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let value = &bytes[self.value.clone()];
        match format(self.tag) {
            Some(Block) => Some(hex(value)),
            Some(Template | Octets) | None => None,
            Some(Text) => Some(Zeroizing::new(value.to_vec())),
            Some(Digits | Track) => {
                let mut text = hex(value);
                let filled = text.iter().rposition(|byte| *byte != b'F').map_or(0, |last| last + 1);
                text.truncate(filled);
                Some(text)
            }
        }
    }

    fn fits(&self, bytes: &[u8]) -> bool {
        // Private tags are long.
        let Some(text) = self.text(bytes) else { return format(self.tag).is_some() || self.tag > 0xff };
        match format(self.tag) {
            Some(Digits) => text.iter().all(u8::is_ascii_digit),
            Some(Track) => text.iter().all(|byte| byte.is_ascii_digit() || *byte == b'D'),
            Some(Text) => text.iter().all(|byte| matches!(byte, b' '..=b'~')),
            _ => true,
        }
    }
}

/// Bytes in hex, upper case.
pub(super) fn hex(bytes: &[u8]) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(data_encoding::HEXUPPER.encode(bytes).into_bytes())
}

#[cfg(test)]
mod tests {
    use super::read;

    fn check(hex: &str, expected: Option<&str>) {
        let bytes = data_encoding::HEXUPPER.decode(hex.as_bytes()).expect("the case is hex");
        let shown = |element: &super::Element| {
            let text =
                element.text(&bytes).map_or("…".into(), |text| String::from_utf8_lossy(&text).into_owned());
            format!("{}{}={text}", ".".repeat(element.depth), element.name())
        };
        let found = read(&bytes).map(|elements| elements.iter().map(shown).collect::<Vec<_>>().join(" "));
        assert_eq!(found.as_deref(), expected, "{hex}");
    }

    #[test]
    fn objects_one_after_another() {
        check("5A0841111152626280475F2403290430", Some("tag5A=4111115262628047 tag5F24=290430"));
        check("5A08378282246310005F", Some("tag5A=378282246310005"));
        check("70105A0841111152626280479F270180", None);
        check("700E5A0841111152626280479F270180", Some("tag70=… .tag5A=4111115262628047 .tag9F27=…"));
        check("57114111115262628047D29042010000012345F0", None);
        check("5A814141", None);
    }

    #[test]
    fn bytes_of_other_kinds() {
        check("5A0841111152626280AB", None);
        check("1F8B0800000000000003", None);
        check("5A09411111526262804F", None);
        check("0123456789ABCDEF0123456789ABCDEF", None);
    }
}
