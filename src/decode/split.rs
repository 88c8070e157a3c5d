//! Numbers split over sibling fields: `card1`, `card2`, `card3`, `card4`. The joined text is a field of its own,
//! `card|joined`, which says so: fields that are only numbered alike look the same.
//!
//! It must not know what a card number is.

use zeroize::Zeroizing;

use super::{FieldPath, Record};

/// How many fields a number is split over, and how many digits it has.
const PARTS: std::ops::RangeInclusive<usize> = 3..=5;
const DIGITS: std::ops::RangeInclusive<usize> = 12..=19;
const LONGEST_PART: usize = 6;
/// How far apart in the record the parts may stand.
const REACH: usize = 8;

/// A number in parts.
struct Split {
    path: FieldPath,
    text: Zeroizing<Vec<u8>>,
    group: u32,
}

/// Adds the joined text of numbered siblings.
pub(super) fn join(record: &mut Record) {
    let found: Vec<Split> = (0..record.fields().len()).filter_map(|first| split(record, first)).collect();
    for Split { path, text, group } in found {
        record.push(path, &text, group, None);
    }
}

/// The number that begins in this field.
fn split(record: &Record, first: usize) -> Option<Split> {
    let field = record.field(first);
    let stem = field.path.as_str().strip_suffix('1')?;
    if !is_part(field.value.expose()) {
        return None;
    }
    let mut text = Zeroizing::new(field.value.expose().to_vec());
    let (mut count, mut at) = (1, first);
    while let Some(next) = next(record, at, stem, count + 1) {
        text.push(b' ');
        text.extend_from_slice(record.field(next).value.expose());
        (count, at) = (count + 1, next);
        if count > *PARTS.end() {
            return None;
        }
    }
    let digits = text.len() + 1 - count;
    let name = stem.trim_end_matches(['_', '-', '0']);
    let is_split = PARTS.contains(&count) && DIGITS.contains(&digits) && !name.is_empty();
    is_split.then(|| Split { path: FieldPath::parse(name).encoded("joined"), text, group: field.group })
}

/// The sibling with this number.
fn next(record: &Record, at: usize, stem: &str, number: usize) -> Option<usize> {
    let group = record.field(at).group;
    let mut near = at + 1..record.fields().len().min(at + 1 + REACH);
    near.find(|&index| {
        let field = record.field(index);
        let suffix = field.path.as_str().strip_prefix(stem);
        let is_next = suffix.is_some_and(|suffix| suffix.parse() == Ok(number));
        is_next && field.group == group && is_part(field.value.expose())
    })
}

fn is_part(value: &[u8]) -> bool {
    (1..=LONGEST_PART).contains(&value.len()) && value.iter().all(u8::is_ascii_digit)
}

#[cfg(test)]
mod tests {
    use super::{FieldPath, Record, join};

    fn check(fields: &[(&str, &str)], expected: &str) {
        let mut record = Record::default();
        for (path, value) in fields {
            record.push(FieldPath::parse(path), value.as_bytes(), 1, None);
        }
        join(&mut record);
        let shown = |field: super::super::Field<'_>| {
            format!("{}={}", field.path, String::from_utf8_lossy(field.value.expose()))
        };
        let added: Vec<String> = record.fields().skip(fields.len()).map(shown).collect();
        assert_eq!(added.join(" "), expected, "{fields:?}");
    }

    #[test]
    fn numbered_siblings() {
        let four = |stem: &'static str| [1, 2, 3, 4].map(|n| (format!("{stem}{n}"), "4111"));
        for (stem, name) in [("a.card", "a.card"), ("card_", "card"), ("cc_part0", "cc_part")] {
            let fields = four(stem);
            let fields: Vec<(&str, &str)> =
                fields.iter().map(|(path, value)| (path.as_str(), *value)).collect();
            check(&fields, &format!("{name}|joined=4111 4111 4111 4111"));
        }
        check(
            &[("cc1", "3782"), ("cc2", "822463"), ("x", "y"), ("cc3", "10005")],
            "cc|joined=3782 822463 10005",
        );
    }

    #[test]
    fn fields_that_are_numbered_alike() {
        check(&[("line1", "4111"), ("line2", "1111")], "");
        check(&[("a1", "4111"), ("a2", "1111"), ("b3", "1111"), ("a4", "1111")], "");
        check(&[("a1", "4"), ("a2", "1"), ("a3", "1"), ("a4", "1")], "");
        check(&[("a2", "4111"), ("a3", "1111"), ("a4", "1111"), ("a5", "1111")], "");
    }
}
