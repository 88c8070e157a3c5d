//! Lists that are one text in pieces: bytes (`[52, 49, 49]`), characters (`['4', '1']`), digits (`[4, 1, 1]`), and
//! groups of digits (`["4111", "1111", …]`). A joined text says so in its path, for pieces that only happen to stand
//! together look the same.

use std::ops::Range;

use zeroize::Zeroizing;

use super::codes::characters;

/// What a list is, all of it.
pub(super) struct List {
    /// The text.
    pub(super) text: Zeroizing<Vec<u8>>,
    /// As paths call it.
    pub(super) encoding: &'static str,
    /// Whether each item is nothing by itself.
    pub(super) is_whole: bool,
    /// Bytes of the list, its brackets included.
    pub(super) length: usize,
}

/// Card numbers have so many digits.
const DIGITS: Range<usize> = 12..20;
/// Longer lists are data.
const MOST_ITEMS: usize = 1 << 16;
const LONGEST_ITEM: usize = 6;

/// The list that begins with this bracket, if it is a text in pieces.
pub(super) fn read(bytes: &[u8]) -> Option<List> {
    let (items, length) = items(bytes)?;
    let whole = |text: Zeroizing<Vec<u8>>, encoding| List { text, encoding, is_whole: true, length };
    let joined = |by: &[u8]| Zeroizing::new(items.join(by));
    let digits: usize = items.iter().map(|item| item.len()).sum();
    let is_number = items.iter().all(|item| item.iter().all(u8::is_ascii_digit));
    if items.len() >= DIGITS.start && items.iter().all(|item| item.len() == 1) {
        let count = items.iter().filter(|item| item[0].is_ascii_digit()).count();
        return DIGITS.contains(&count).then(|| whole(joined(b""), "joined"));
    }
    if let Some(text) = characters(items.iter().copied()).filter(|_| items.len() >= DIGITS.start) {
        return Some(whole(text, "bytes"));
    }
    let groups = items.split_last().filter(|(_, first)| {
        (2..5).contains(&first.len()) && first.iter().all(|group| (3..=LONGEST_ITEM).contains(&group.len()))
    });
    let is_split = groups.is_some() && is_number && DIGITS.contains(&digits);
    is_split.then(|| List { is_whole: false, ..whole(joined(b" "), "joined") })
}

/// Short items without their quotes, and how long the list is.
fn items(bytes: &[u8]) -> Option<(Vec<&[u8]>, usize)> {
    let mut items = Vec::new();
    let mut at = 1;
    loop {
        at += bytes.get(at..)?.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        let quote = bytes.get(at).filter(|byte| matches!(byte, b'"' | b'\''));
        let start = at + usize::from(quote.is_some());
        let end = match quote {
            Some(quote) => {
                start + bytes.get(start..)?.iter().take(LONGEST_ITEM + 1).position(|byte| byte == quote)?
            }
            None => {
                start
                    + bytes
                        .get(start..)?
                        .iter()
                        .take(LONGEST_ITEM + 1)
                        .take_while(|byte| byte.is_ascii_digit())
                        .count()
            }
        };
        if start == end || end - start > LONGEST_ITEM || items.len() == MOST_ITEMS {
            return None;
        }
        items.push(&bytes[start..end]);
        at = end + usize::from(quote.is_some());
        at += bytes.get(at..)?.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        match bytes.get(at)? {
            b',' => at += 1,
            b']' => return Some((items, at + 1)),
            _ => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::read;

    fn check(list: &str, expected: Option<&str>) {
        let found = read(list.as_bytes());
        let found = found.map(|list| format!("{} {}", list.encoding, String::from_utf8_lossy(&list.text)));
        assert_eq!(found.as_deref(), expected, "{list}");
    }

    #[test]
    fn texts_in_pieces() {
        check("[52, 49,49,49,49,49,49,49,49,49,49,49,49]", Some("bytes 4111111111111"));
        check("['4', '1', '1', '1', '1', '1', '1', '1', '1', '1', '1', '1']", Some("joined 411111111111"));
        check("[4,1,1,1,1,1,1,1,1,1,1,1] x", Some("joined 411111111111"));
        check(r#"["4111","1111","1111","1111"]"#, Some("joined 4111 1111 1111 1111"));
        check("[3782, 822463, 10005]", Some("joined 3782 822463 10005"));
    }

    #[test]
    fn lists_of_other_things() {
        check("[1, 2, 3]", None);
        check("[4,1,1,1,1,1,1,1,1,1,1,1,4,1,1,1,1,1,1,1,1,1,1,1]", None);
        check("[200, 404, 500, 503, 200, 404, 500, 503, 200, 404, 500, 503]", None);
        check(r#"["4111","1111","x","1111"]"#, None);
        check("[4111, 1111, 1111, 1111", None);
        check("[12, 34, 56, 78]", None);
    }
}
