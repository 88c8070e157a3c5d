//! Values that their own form gives away: a public prefix and an opaque body. Tables of forms, and the finder that
//! reads them.
//!
//! Of the fields around, it must only know those that say whether a record is a test.

use std::ops::Range;

use regex::bytes::{Regex, RegexBuilder};

use super::{
    Candidate, Class, Context, Tag, Test,
    detector::{Canonical, Evidence, Stands},
    opaque,
};

/// How a value looks.
pub(super) struct Form {
    /// A regular expression in ASCII, beginning with the prefix. What stands before and after is not its business.
    pub(super) pattern: &'static str,
    /// What may be shown of a value; empty for what stands before the first `_` or `:`.
    pub(super) shown: &'static str,
    /// What the form says of the mode.
    pub(super) mode: Mode,
    /// Of what the body is made.
    pub(super) body: Body,
    /// In words, as a reason.
    pub(super) about: &'static str,
}

/// Whether a value belongs to the real thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// The form says live.
    Live,
    /// The form says test, or it is on a list of test values.
    Test,
    /// The form says neither; a sibling may (`livemode` of Stripe, `live` of Adyen's notifications).
    Unsaid,
}

/// What the part after the prefix must be made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Body {
    /// Letters of both cases and digits, at random.
    Mixed,
    /// Characters at random.
    Opaque,
    /// Words: a listed test value.
    Listed,
}

/// Finds the forms of a table in values.
pub(super) struct Forms {
    table: &'static [Form],
    regex: Regex,
}

impl Forms {
    /// Reads a table. Where two forms fit, the first is meant.
    pub(super) fn new(table: &'static [Form]) -> Self {
        let pattern = table.iter().map(|form| format!("({})", form.pattern)).collect::<Vec<_>>().join("|");
        let regex = RegexBuilder::new(&pattern).unicode(false).build().expect("patterns are constants");
        Forms { table, regex }
    }

    /// Adds a candidate for every value of one of the forms.
    pub(super) fn add(&self, context: &Context<'_>, class: Class, weight: i32, found: &mut Vec<Candidate>) {
        let value = context.value();
        self.find(value, |form, span| {
            let test = match form.mode {
                Mode::Live => Test::Real,
                Mode::Test => Test::Published,
                Mode::Unsaid if is_said_to_be_test(context) => Test::Published,
                Mode::Unsaid => Test::Real,
            };
            let text = &value[span.clone()];
            let stands = Stands::Value { canonical: Canonical::new(text), shown: form.shown(text) };
            let tag = Tag { test, ..Tag::clear(class) };
            found.push(Candidate::new(tag, span, vec![Evidence(weight, form.about)], stands));
        });
    }

    fn find(&self, value: &[u8], mut found: impl FnMut(&'static Form, Range<usize>)) {
        let mut at = 0;
        while let Some(captures) = self.regex.captures_at(value, at) {
            let span = captures.get(0).expect("the whole match").range();
            let form = (0..self.table.len()).find(|&form| captures.get(form + 1).is_some());
            let form = &self.table[form.expect("one of the forms matched")];
            if stands_alone(value, &span) && form.fits(&value[span.clone()]) {
                found(form, span.clone());
            }
            at = span.end;
        }
    }
}

impl Form {
    /// What may be shown of this value.
    pub(super) fn shown(&self, text: &[u8]) -> String {
        match self.shown.is_empty() {
            true => format!("{}…", String::from_utf8_lossy(&text[..prefix(text)])),
            false => self.shown.to_owned(),
        }
    }

    fn fits(&self, text: &[u8]) -> bool {
        let prefix = match self.shown.split_once('…') {
            Some((prefix, _)) => prefix.len(),
            None => prefix(text),
        };
        let body = text.get(prefix..).unwrap_or_default();
        match self.body {
            Body::Mixed => opaque::is_mixed(body),
            Body::Opaque => opaque::is_random(body),
            Body::Listed => true,
        }
    }
}

fn prefix(text: &[u8]) -> usize {
    text.iter().position(|byte| matches!(byte, b'_' | b':')).map_or(0, |at| at + 1)
}

/// Whether the record says that it is no real payment: `livemode` of Stripe's objects, `live` of Adyen's notifications.
pub(super) fn is_said_to_be_test(context: &Context<'_>) -> bool {
    context.near().any(|near| {
        let named = ["livemode", "live"].iter().any(|key| near.field.path.key().eq_ignore_ascii_case(key));
        named && near.value.eq_ignore_ascii_case(b"false")
    })
}

/// Whether the value is no part of a longer word. A percent escape before it is none.
fn stands_alone(value: &[u8], span: &Range<usize>) -> bool {
    let word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let escaped =
        matches!(&value[..span.start], [.., b'%', a, b] if a.is_ascii_hexdigit() && b.is_ascii_hexdigit());
    let glued = !escaped && value[..span.start].last().is_some_and(word);
    !glued
        && !value.get(span.end).is_some_and(|byte| word(byte) && value[span.end - 1].is_ascii_alphanumeric())
}
