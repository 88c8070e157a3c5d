//! URLs and URL-encoded forms: `card%5Bnumber%5D=4111…&card[cvv]=…`, and percent escapes in text.

use memchr::{memchr, memchr2};
use zeroize::Zeroizing;

use super::{Leaf, Place, Spot, Step, Walker};

/// Keys of one pair that nest deeper stay as they are.
const DEEPEST_KEY: usize = 8;

impl Walker<'_> {
    /// A value that is a URL with a query, or a form.
    pub(super) fn url_encoded(&mut self, leaf: Leaf<'_>) -> bool {
        let bytes = leaf.bytes.trim_ascii();
        let from = leaf.bytes.len() - leaf.bytes.trim_ascii_start().len();
        let query = match query(bytes) {
            Some(query) => query,
            None if is_form(bytes) => 0..bytes.len(),
            None => return false,
        };
        let is_form = query.start == 0;
        let Some(inner) = self.below(leaf.spot, "url") else { return false };
        let place = if is_form { inner.place } else { self.step(inner.place, Step::Key("query")) };
        self.pairs(Spot { place, ..inner }, leaf, from + query.start..from + query.end);
        true
    }

    /// The pairs of `range` of the leaf, each a field below `spot`; their values are blanked in the leaf.
    pub(super) fn pairs(&mut self, spot: Spot, leaf: Leaf<'_>, range: std::ops::Range<usize>) {
        let spot = Spot { group: self.group(), ..spot };
        let mut start = range.start;
        while start < range.end {
            let text = &leaf.bytes[start..range.end];
            let end = start + memchr(b'&', text).unwrap_or(text.len());
            if let Some(equals) = memchr(b'=', &leaf.bytes[start..end]) {
                let place = self.form_place(spot.place, &leaf.bytes[start..start + equals]);
                self.pair(Spot { place, ..spot }, leaf, start + equals + 1..end);
            }
            start = end + 1;
        }
    }

    fn pair(&mut self, spot: Spot, leaf: Leaf<'_>, range: std::ops::Range<usize>) {
        let text = &leaf.bytes[range.clone()];
        let pushed = match decoded(text, Plus::Space) {
            Some(decoded) => self.leaf(Spot { at: None, ..spot }, &decoded),
            None => self.leaf(Spot { at: leaf.spot.ahead(range.start).at, ..spot }, text),
        };
        if pushed {
            self.record.blank(leaf.index, range);
        }
    }

    /// `card[number]` is `card.number`, `items[0][sku]` and `items[][sku]` are `items[].sku`.
    pub(super) fn form_place(&mut self, from: Place, key: &[u8]) -> Place {
        let decoded = decoded(key, Plus::Space);
        let key = String::from_utf8_lossy(decoded.as_deref().map_or(key, |key| key));
        let (name, mut rest) = key.split_at(key.find('[').unwrap_or(key.len()));
        let mut place = self.step(from, Step::Key(name));
        for _ in 0..DEEPEST_KEY {
            let Some((inner, after)) = rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) else {
                break;
            };
            let is_position = inner.len() < 4 && inner.bytes().all(|byte| byte.is_ascii_digit());
            place = self.step(place, if is_position { Step::Item } else { Step::Key(inner) });
            rest = after;
        }
        place
    }
}

/// What a plus sign means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Plus {
    /// A space, in forms and queries.
    Space,
    /// Itself.
    Stays,
}

/// Without escapes there is nothing to decode. What would be no UTF-8 was no escape (`%B4111…` begins a track) or is of
/// another encoding: of that, ASCII is decoded alone.
pub(super) fn decoded(text: &[u8], plus: Plus) -> Option<Zeroizing<Vec<u8>>> {
    let decoded = decoded_where(text, plus, |_| true)?;
    match std::str::from_utf8(&decoded).is_ok() {
        true => Some(decoded),
        false => decoded_where(text, plus, |byte| byte.is_ascii()),
    }
}

fn decoded_where(text: &[u8], plus: Plus, is_meant: impl Fn(u8) -> bool) -> Option<Zeroizing<Vec<u8>>> {
    let first = match plus {
        Plus::Space => memchr2(b'%', b'+', text)?,
        Plus::Stays => memchr(b'%', text)?,
    };
    let mut decoded = Zeroizing::new(Vec::with_capacity(text.len()));
    decoded.extend_from_slice(&text[..first]);
    let mut rest = &text[first..];
    while let Some((&byte, after)) = rest.split_first() {
        let (plain, after) = match (byte, escaped_byte(after).filter(|byte| is_meant(*byte))) {
            (b'%', Some(plain)) => (plain, &after[2..]),
            (b'+', _) if plus == Plus::Space => (b' ', after),
            _ => (byte, after),
        };
        decoded.push(plain);
        rest = after;
    }
    (*decoded != text).then_some(decoded)
}

fn escaped_byte(digits: &[u8]) -> Option<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    Some((digit(*digits.first()?)? * 16 + digit(*digits.get(1)?)?) as u8)
}

/// The query of a URL or of a path with one.
pub(super) fn query(bytes: &[u8]) -> Option<std::ops::Range<usize>> {
    let mark = memchr(b'?', bytes)?;
    let is_url = bytes[0] == b'/' || memchr::memmem::find(&bytes[..mark], b"://").is_some();
    let end = query_end(bytes, mark + 1);
    let has_pair = memchr(b'=', &bytes[mark + 1..end]).is_some();
    let is_whole = query_end(bytes, 0) == end && (end == bytes.len() || bytes[end] == b'#');
    (is_url && has_pair && is_whole).then_some(mark + 1..end)
}

/// Where a query or form that begins at `start` ends.
pub(super) fn query_end(bytes: &[u8], start: usize) -> usize {
    let ends = |byte: &u8| {
        byte.is_ascii_whitespace()
            || byte.is_ascii_control()
            || matches!(byte, b'"' | b'\'' | b'<' | b'>' | b'#' | b'\\' | b'`')
    };
    bytes[start..].iter().position(ends).map_or(bytes.len(), |length| start + length)
}

fn is_form(bytes: &[u8]) -> bool {
    let several = || memchr(b'&', bytes).is_some();
    let escaped = || memchr(b'%', bytes).is_some_and(|at| escaped_byte(&bytes[at + 1..]).is_some());
    query_end(bytes, 0) == bytes.len()
        && (several() || escaped())
        && bytes.split(|byte| *byte == b'&').all(is_pair)
}

fn is_pair(pair: &[u8]) -> bool {
    let Some(key) = memchr(b'=', pair).map(|at| &pair[..at]) else {
        return pair.iter().all(|byte| is_key(*byte));
    };
    !key.is_empty() && key.iter().all(|byte| is_key(*byte))
}

fn is_key(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || !byte.is_ascii() || b"_.-[]%+$~*@:!".contains(&byte)
}
