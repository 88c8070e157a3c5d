//! Values that their own form gives away: a public prefix and an opaque body. Tables of forms, and the finder that
//! reads them.
//!
//! It must not look at field names.

use std::ops::Range;

use regex::bytes::{Regex, RegexBuilder};

use super::{Test, opaque};

/// How a value looks.
pub(super) struct Form {
    /// A regular expression in ASCII, beginning with the prefix. What stands before and after is not its business.
    pub(super) pattern: &'static str,
    /// What may be shown of a value.
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

impl Mode {
    /// Unsaid counts as real.
    pub(super) fn test(self) -> Test {
        match self {
            Mode::Test => Test::Published,
            Mode::Live | Mode::Unsaid => Test::Real,
        }
    }
}

impl Forms {
    /// Reads a table. Where two forms fit, the first is meant.
    pub(super) fn new(table: &'static [Form]) -> Self {
        let pattern = table.iter().map(|form| format!("({})", form.pattern)).collect::<Vec<_>>().join("|");
        let regex = RegexBuilder::new(&pattern).unicode(false).build().expect("patterns are constants");
        Forms { table, regex }
    }

    /// Every value of one of the forms, with its place.
    pub(super) fn find(&self, value: &[u8], mut found: impl FnMut(&'static Form, Range<usize>)) {
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
    fn fits(&self, text: &[u8]) -> bool {
        let prefix = self.shown.split('…').next().unwrap_or_default().len();
        let body = text.get(prefix..).unwrap_or_default();
        match self.body {
            Body::Mixed => opaque::is_mixed(body),
            Body::Opaque => opaque::is_random(body),
            Body::Listed => true,
        }
    }
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
