//! What the user knows to be no finding: fields, values by their keyed fingerprint, shapes. What is allowed is counted
//! by its entry, so that a list which hides too much shows, and one that hides nothing as well.
//!
//! It must not know where a list is written.

use std::collections::BTreeMap;

use super::{
    Candidate, Context, Fingerprint, Key, Selector,
    detector::{Canonical, Stands},
    name_fits,
};

/// One thing that is allowed: all that is said of it must hold.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Allowed {
    /// Only this tag.
    pub tag: Option<Selector>,
    /// Only at fields whose path fits; `*` is any run of characters.
    pub field: Option<String>,
    /// Only this value, by [`Key::allowing`].
    pub value: Option<Fingerprint>,
    /// Only values that look like this.
    pub shape: Option<Picture>,
}

/// How a value looks: `#` is any digit, `@` any letter, everything else is itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture(String);

/// A shape that nearly spells a number out: the user's to mend.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a shape holds up to eight digits and a `#` or `@`; one value is allowed by its fingerprint")]
pub struct SpelledOut;

/// The entries of a list, by number, and the key of its fingerprints.
#[derive(Debug, Clone, Default)]
pub struct Allow {
    /// The entries, by number.
    pub entries: BTreeMap<usize, Allowed>,
    /// The key that the entries' fingerprints were made under.
    pub key: Option<Key>,
}

/// The first six or eight digits of a card number may be said.
const MOST_DIGITS: usize = 8;

impl Picture {
    /// Reads a shape as a person writes it.
    ///
    /// # Errors
    /// It spells out too much, or nothing in it is open.
    pub fn new(text: &str) -> Result<Self, SpelledOut> {
        let digits = text.bytes().filter(u8::is_ascii_digit).count();
        let open = text.bytes().any(|byte| matches!(byte, b'#' | b'@'));
        if open && digits <= MOST_DIGITS { Ok(Picture(text.to_owned())) } else { Err(SpelledOut) }
    }

    /// Whether text that looks like this, and is no part of a longer word, covers the span.
    fn covers(&self, text: &[u8], span: &std::ops::Range<usize>) -> bool {
        let length = self.0.len();
        let first = span.end.saturating_sub(length);
        let ends = |start: usize| start.checked_add(length).filter(|end| *end <= text.len());
        (first..=span.start).any(|start| {
            ends(start).is_some_and(|end| {
                self.is_like(&text[start..end]) && !glued(text[..start].last()) && !glued(text.get(end))
            })
        })
    }

    fn is_like(&self, text: &[u8]) -> bool {
        self.0.bytes().zip(text).all(|(sign, byte)| match sign {
            b'#' => byte.is_ascii_digit(),
            b'@' => byte.is_ascii_alphabetic(),
            other => other == *byte,
        })
    }
}

fn glued(beside: Option<&u8>) -> bool {
    beside.is_some_and(u8::is_ascii_alphanumeric)
}

impl Key {
    /// What a value is allowed by: its digits if it is a number with or without separators, else the value, trimmed.
    pub fn allowing(&self, value: &[u8]) -> Fingerprint {
        let value = value.trim_ascii();
        let number = value.iter().all(|b| b.is_ascii_digit() || matches!(b, b' ' | b'-' | b'.'));
        let digits = value.iter().copied().filter(u8::is_ascii_digit).collect::<Vec<u8>>();
        let digits = Canonical::of(digits);
        self.fingerprint("allow", if number { digits.expose() } else { value })
    }
}

impl Allow {
    /// The first entry that allows this candidate.
    pub(in crate::detect) fn entry(&self, context: &Context<'_>, candidate: &Candidate) -> Option<usize> {
        let allows = |(_, entry): &(&usize, &Allowed)| self.allows(entry, context, candidate);
        self.entries.iter().find(allows).map(|(number, _)| *number)
    }

    fn allows(&self, entry: &Allowed, context: &Context<'_>, candidate: &Candidate) -> bool {
        let tag = entry.tag.is_none_or(|tag| tag.selects(candidate.tag));
        let field = |pattern: &String| name_fits(pattern, context.field.path.as_str());
        let value = |print: &Fingerprint| self.fingerprint(candidate) == Some(*print);
        tag && entry.field.as_ref().is_none_or(field)
            && entry.shape.as_ref().is_none_or(|shape| shape.covers(context.value(), &candidate.span))
            && entry.value.as_ref().is_none_or(value)
    }

    /// Nothing of authentication data: a thousand guesses would undo it.
    fn fingerprint(&self, candidate: &Candidate) -> Option<Fingerprint> {
        let key = self.key.as_ref()?;
        match &candidate.stands {
            _ if candidate.tag.class.is_authentication() => None,
            Stands::Card(digits) => Some(key.allowing(digits.expose())),
            Stands::Value { canonical, .. } => Some(key.allowing(canonical.expose())),
            Stands::Digest(hex) => Some(key.allowing(hex.expose())),
            Stands::Tail(_) | Stands::Nothing => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::detect::{Reveal, Sifter, Wanted, table::record};

    const KEY: [u8; 32] = [7; 32];

    fn allowed(text: &str) -> Allowed {
        let (what, how) = text.split_once(' ').expect("`kind how`");
        let key = Key::new(KEY);
        match what {
            "field" => Allowed { field: Some(how.to_owned()), ..Allowed::default() },
            "value" => Allowed { value: Some(key.allowing(how.as_bytes())), ..Allowed::default() },
            _ => Allowed { shape: Picture::new(how).ok(), ..Allowed::default() },
        }
    }

    /// How many hits a record has with this entry, and how many values were allowed.
    fn check(entry: &str, text: &str, hits: usize, left_out: usize) {
        let allow = Allow { entries: BTreeMap::from([(0, allowed(entry))]), key: Some(Key::new(KEY)) };
        let mut sifter = Sifter::new(Reveal::Mask, Wanted::Nothing).allowing(Arc::new(allow));
        let sifted = sifter.sift(&record(text));
        assert_eq!((sifted.hits.len(), sifted.allowed.len()), (hits, left_out), "{entry}: {text}");
    }

    #[test]
    fn what_is_allowed_is_no_hit_and_is_counted() {
        let text = "card.number = 4111115262628047";
        check("field card.*", text, 0, 1);
        check("field card", text, 1, 0);
        check("value 4111 1152 6262 8047", text, 0, 1);
        check("value 4111111111111111", text, 1, 0);
        check("shape 411111##########", text, 0, 1);
        check("shape 411111########", text, 1, 0);
        check("shape ord-@-################", "message = card ord-x-4111115262628047 ok", 0, 1);
        check("shape ###", "cvv = 123\npan = 4111115262628047", 1, 1);
    }

    #[test]
    fn a_shape_spells_no_number_out() {
        let reads = |text| Picture::new(text).is_ok();
        assert_eq!(
            ["41111152########", "411111526#######", "ord-4", "@@##"].map(reads),
            [true, false, false, true]
        );
    }
}
