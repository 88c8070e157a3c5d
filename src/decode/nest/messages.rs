//! Where an ISO 8583 message in characters stands in a text: at a word, behind what hosts put before it (a length, the
//! header of a terminal's protocol, `ISO` and nine digits).

use super::{Leaf, Walker, iso8583};

/// Type, bitmap, and the shortest card number with its length.
const SHORTEST: usize = 4 + 16 + 14;
/// Bytes that may stand between the beginning of a word and the message.
const HEADERS: &[(&[u8], usize)] = &[(b"", 0), (b"", 4), (b"60", 10), (b"ISO", 12)];

impl Walker<'_> {
    /// Takes out of a text the messages in it.
    pub(super) fn messages(&mut self, leaf: Leaf<'_>) {
        let mut at = 0;
        while let Some(start) =
            leaf.bytes[at..].iter().position(u8::is_ascii_alphanumeric).map(|ahead| at + ahead)
        {
            let word = leaf.bytes[start..].iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
            at = start + word;
            if word >= SHORTEST
                && self.is_unread(leaf, start)
                && let Some(length) = self.message_at(leaf, start, word)
            {
                self.record.blank(leaf.index, start..start + length);
                at = start + length;
            }
        }
    }

    /// Whether the byte still stands in the record, and no more specific field holds it.
    fn is_unread(&self, leaf: Leaf<'_>, at: usize) -> bool {
        self.record.field(leaf.index).value.expose()[at] == leaf.bytes[at]
    }

    fn message_at(&mut self, leaf: Leaf<'_>, start: usize, word: usize) -> Option<usize> {
        let headers = HEADERS
            .iter()
            .filter(|(prefix, length)| leaf.bytes[start..].starts_with(prefix) && word >= length + SHORTEST);
        for (_, header) in headers {
            let from = start + header;
            let bytes = &leaf.bytes[from..];
            if !iso8583::begins_in_characters(bytes) {
                continue;
            }
            if let Some(message) = iso8583::read(bytes, iso8583::Packing::Characters) {
                self.message(leaf.spot, bytes, &message);
                return Some(header + message.length);
            }
        }
        None
    }
}
