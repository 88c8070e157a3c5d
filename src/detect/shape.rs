//! Where a number stands in free text: by the constant words around it, so that `basket 6059… confirmed` and
//! `card 4111… declined` are two fields of one message, and each is judged by its own kind. A pure function of the
//! text; it never tells a word that could be data.

use std::ops::Range;

/// Words that logs put before a number. A name or another word that is not among them becomes two hex digits.
const WORDS: &[&str] = &[
    "account",
    "acct",
    "and",
    "attempt",
    "authorization",
    "basket",
    "batch",
    "block",
    "booking",
    "buyer",
    "by",
    "call",
    "card",
    "cart",
    "case",
    "charge",
    "client",
    "code",
    "contract",
    "correlation",
    "credit",
    "customer",
    "debit",
    "delivery",
    "device",
    "document",
    "error",
    "event",
    "file",
    "for",
    "from",
    "id",
    "identifier",
    "in",
    "invoice",
    "is",
    "item",
    "job",
    "key",
    "lead",
    "message",
    "no",
    "nr",
    "number",
    "of",
    "offer",
    "on",
    "order",
    "pan",
    "parcel",
    "payment",
    "phone",
    "process",
    "product",
    "receipt",
    "record",
    "ref",
    "reference",
    "refund",
    "request",
    "response",
    "sequence",
    "serial",
    "session",
    "shipment",
    "span",
    "subscription",
    "task",
    "thread",
    "ticket",
    "time",
    "timestamp",
    "to",
    "token",
    "trace",
    "tracking",
    "transaction",
    "transfer",
    "txn",
    "user",
    "value",
    "voucher",
    "was",
    "with",
];

/// Words further away say nothing of a number, and cost time.
const FAR: usize = 64;

/// The place of `span` in `text`: a word before it, or two hex digits made of the words on both sides. `None`
/// where the number is the whole text.
pub(super) fn place(text: &[u8], span: &Range<usize>) -> Option<String> {
    if text.trim_ascii().len() == span.len() {
        return None;
    }
    let before = words(&text[span.start.saturating_sub(FAR)..span.start]).last();
    let known = before.as_deref().and_then(|word| WORDS.iter().find(|known| **known == word));
    if let Some(word) = known {
        return Some((*word).to_owned());
    }
    let rest = text.get(span.end..).unwrap_or_default();
    let after = words(&rest[..rest.len().min(FAR)]).next();
    Some(bucket(before.as_deref().unwrap_or_default(), after.as_deref().unwrap_or_default()))
}

/// Words of letters only, in lower case: what has digits in it varies from line to line.
fn words(near: &[u8]) -> impl Iterator<Item = String> {
    let parts = near.split(|byte| !byte.is_ascii_alphanumeric() && *byte < 0x80);
    let plain = parts.filter(|word| word.len() > 1 && word.iter().all(u8::is_ascii_alphabetic));
    plain.map(|word| String::from_utf8_lossy(word).to_ascii_lowercase())
}

/// FNV-1a, folded to a byte: enough to tell the kinds of a log's lines apart, too little to tell a name.
fn bucket(before: &str, after: &str) -> String {
    let bytes = before.bytes().chain([0]).chain(after.bytes());
    let hash = bytes.fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    let folded = hash ^ hash >> 16;
    format!("{:02x}", (folded ^ folded >> 8) & 0xff)
}

#[cfg(test)]
mod tests {
    use super::place;

    fn check(text: &str, expected: Option<&str>) {
        let start = text.find("4111").expect("the case has a number");
        let end = text[start..].find(|c: char| !c.is_ascii_digit()).map_or(text.len(), |at| start + at);
        assert_eq!(place(text.as_bytes(), &(start..end)).as_deref(), expected, "{text}");
    }

    #[test]
    fn a_number_stands_behind_a_word() {
        check("4111111111111111", None);
        check("  4111111111111111 ", None);
        check("declined card 4111111111111111 today", Some("card"));
        check("basket 4111111111111111 confirmed", Some("basket"));
        check("Order-No: 4111111111111111", Some("no"));
    }

    #[test]
    fn a_word_that_could_be_a_name_is_not_told() {
        let text = "Lovelace 4111111111111111";
        let place = place(text.as_bytes(), &(9..text.len())).expect("it is not the whole text");
        assert_eq!(place.len(), 2);
        check("Lovelace 4111111111111111", Some(&place));
        check("2026-11-20 Lovelace 4111111111111111", Some(&place));
    }
}
