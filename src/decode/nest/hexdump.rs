//! A line of a dump of bytes, as `hexdump -C`, `xxd` and `tcpdump -X` write them: an offset, bytes in hex, and the same
//! bytes as text. Where there is text, it must be that of the bytes.

use zeroize::Zeroizing;

use super::{FieldPath, Leaf, Spot, Walker, codes, hex};

/// A line of a dump has sixteen, the last one fewer.
const MOST_BYTES: usize = 32;
/// Without a column of text, fewer are ids.
const FEWEST_BYTES: usize = 8;

impl Walker<'_> {
    /// Takes the lines of a dump for their bytes; whether they were one.
    pub(super) fn hexdump(&mut self, leaf: Leaf<'_>) -> bool {
        let Some(bytes) = lines(leaf.bytes) else { return false };
        let Some(inner) = self.decoded_below(leaf, "hexdump", bytes.len()) else { return false };
        let is_meant = match std::str::from_utf8(&bytes) {
            Ok(_) => self.leaf(inner, &bytes),
            Err(_) => self.octets(inner, &bytes),
        };
        if is_meant {
            self.record.blank(leaf.index, 0..leaf.bytes.len());
        }
        is_meant
    }

    /// The bytes of a dump whose lines are records of their own, now that they are a whole.
    pub(in crate::decode) fn dumped(&mut self, path: &FieldPath, bytes: &[u8]) {
        if !hex::is_whole(bytes) {
            return;
        }
        let (group, place) = (self.group(), self.record.scratch.paths.enter(&path.encoded("hexdump")));
        self.octets(Spot { place, group, at: None, depth: 1 }, bytes);
    }
}

/// The bytes of text of which each line is one of a dump.
fn lines(text: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let mut bytes = Zeroizing::new(Vec::new());
    for line in text.split(|byte| *byte == b'\n').filter(|line| !line.trim_ascii().is_empty()) {
        bytes.extend_from_slice(&decoded(line)?);
    }
    (!bytes.is_empty()).then_some(bytes)
}

/// The bytes of a line of a dump.
pub(in crate::decode) fn decoded(line: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let rest = behind_offset(line.trim_ascii())?;
    let mut pairs = Zeroizing::new(Vec::new());
    let mut at = 0;
    loop {
        let blanks = rest[at..].iter().take_while(|byte| **byte == b' ').count();
        let length = rest[at + blanks..].iter().take(9).take_while(|byte| byte.is_ascii_hexdigit()).count();
        let ends = rest.get(at + blanks + length).is_none_or(|byte| *byte == b' ');
        // `hexdump -C` has two blanks in the middle; so has what comes before the text.
        let goes_on = blanks == 1 || blanks == 2 && pairs.len() == 16 && length == 2 || at == 0;
        if !(matches!(length, 2 | 4 | 8) && ends && goes_on) || pairs.len() + length > MOST_BYTES * 2 {
            break;
        }
        pairs.extend_from_slice(&rest[at + blanks..at + blanks + length]);
        at += blanks + length;
    }
    let bytes = codes::packed(&pairs).filter(|bytes| !bytes.is_empty())?;
    fits(&bytes, rest[at..].trim_ascii_start()).then_some(bytes)
}

/// What comes behind `00000010  `, `00000010: `, `0x0010:  `.
fn behind_offset(line: &[u8]) -> Option<&[u8]> {
    let digits = line.strip_prefix(b"0x").unwrap_or(line);
    let length = digits.iter().take(17).take_while(|byte| byte.is_ascii_hexdigit()).count();
    let rest = &digits[length..];
    let rest = rest.strip_prefix(b":").unwrap_or(rest);
    let is_offset = (4..=16).contains(&length) && length.is_multiple_of(2) && digits[length - 1] == b'0';
    (is_offset && rest.starts_with(b" ")).then(|| rest.trim_ascii_start())
}

/// Whether a column of text is that of the bytes. Its last blanks may be cut off.
fn fits(bytes: &[u8], column: &[u8]) -> bool {
    if column.is_empty() {
        return bytes.len() >= FEWEST_BYTES;
    }
    let column = column.strip_prefix(b"|").unwrap_or(column);
    let column = column.strip_suffix(b"|").unwrap_or(column);
    let shown = |byte: &u8| if matches!(byte, b' '..=b'~') { *byte } else { b'.' };
    let text: Vec<u8> = bytes.iter().map(shown).collect();
    text.trim_ascii() == column.trim_ascii()
}

#[cfg(test)]
mod tests {
    use super::decoded;

    fn check(line: &str, expected: Option<&str>) {
        let found = decoded(line.as_bytes());
        let found = found.as_deref().map(|bytes| String::from_utf8_lossy(bytes).into_owned());
        assert_eq!(found.as_deref(), expected, "{line}");
    }

    #[test]
    fn lines_of_dumps() {
        check(
            "00000000  70 61 6e 3d 34 31 31 31  31 31 31 31 31 31 31 31  |pan=411111111111|",
            Some("pan=411111111111"),
        );
        check("00000010  34 35 36 38 20                                    |4568 |", Some("4568 "));
        check(
            "00000000: 7061 6e3d 3431 3131 3131 3131 3131 3131  pan=411111111111",
            Some("pan=411111111111"),
        );
        check("\t0x0010:  3435 3638 0a                             4568.", Some("4568\n"));
        check("00000000  70 61 6e 3d 34 31 31 31", Some("pan=4111"));
    }

    #[test]
    fn lines_of_numbers() {
        check("20260301  10 20 30 40", None);
        check("00000000  70 61 6e 3d 34 31 31 31  |another|", None);
        check("4111 1111 1111 1111", None);
        check("00001110 some words", None);
    }
}
