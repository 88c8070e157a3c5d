//! Which kinds of bytes a value has, in one look: most values hold nothing else and are done with.

use super::base64;

/// The kinds of bytes of one value.
#[derive(Debug, Clone, Copy)]
pub(super) struct Classes(u8);

/// `=`: pairs, forms.
const PAIR: u8 = 1;
/// `{` or `[`: JSON, dumps.
const OPEN: u8 = 2;
/// `<`: XML.
const ANGLE: u8 = 4;
/// `%`, `\` or `&`: escapes.
const ESCAPE: u8 = 8;
/// What no base64 or JWT has.
const NO_BLOB: u8 = 16;
/// No text: compressed, or nothing that we know.
const BINARY: u8 = 32;
/// Beyond ASCII, or the beginning of a colour: digits may look otherwise.
const ODD: u8 = 64;

static TABLE: [u8; 256] = table();

impl Classes {
    /// Looks at every byte once.
    pub(super) fn of(bytes: &[u8]) -> Self {
        Classes(bytes.iter().fold(0, |classes, byte| classes | TABLE[*byte as usize]))
    }

    /// Whether text of these classes can hold pairs, JSON, XML or dumps.
    pub(super) fn may_be_structured(self) -> bool {
        self.0 & (PAIR | OPEN | ANGLE) != 0
    }

    /// Whether it can have escapes.
    pub(super) fn may_be_escaped(self) -> bool {
        self.0 & ESCAPE != 0
    }

    /// Whether digits in it may be spelled or divided by what cannot be seen.
    pub(super) fn may_be_respelled(self) -> bool {
        self.0 & ODD != 0
    }

    /// Whether it can have pairs.
    pub(super) fn may_have_pairs(self) -> bool {
        self.0 & PAIR != 0
    }

    /// Whether all of it can be base64 or a JWT.
    pub(super) fn may_be_blob(self) -> bool {
        self.0 & NO_BLOB == 0
    }

    /// Whether a value of these classes and length holds nothing further.
    pub(super) fn is_plain(self, length: usize) -> bool {
        let blob = length >= base64::SHORTEST && self.may_be_blob() || length > base64::SHORTEST;
        self.0 & (PAIR | OPEN | ANGLE | ESCAPE | BINARY | ODD) == 0 && !blob
    }
}

/// Whether base64, base64url or a JWT can have the byte.
pub(super) fn is_blob(byte: u8) -> bool {
    TABLE[byte as usize] & NO_BLOB == 0
}

const fn table() -> [u8; 256] {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = classes(byte as u8);
        byte += 1;
    }
    table
}

const fn classes(byte: u8) -> u8 {
    match byte {
        b'=' => PAIR,
        b'{' | b'[' => OPEN | NO_BLOB,
        b'<' => ANGLE | NO_BLOB,
        b'%' | b'\\' | b'&' => ESCAPE | NO_BLOB,
        0x80.. => BINARY | ODD | NO_BLOB,
        0x1b => ODD | NO_BLOB,
        0..=8 | 14..=26 | 28..=31 | 127 => BINARY | NO_BLOB,
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'+' | b'/' | b'-' | b'_' | b'.' => 0,
        _ => NO_BLOB,
    }
}
