//! Foreign text made safe to show: names, paths and messages of others may hold a card number, a secret, or
//! characters that forge a terminal or a report. It errs on the safe side, and keeps dates, addresses and versions
//! readable. It must not know where the text comes from or goes to.

mod control;
mod numbers;
mod secrets;
#[cfg(test)]
mod tests;
mod units;

use std::borrow::{Borrow, Cow};

use dyetrace_connectors::Foreign;

/// Text that was scrubbed. The only way to make one from outside text is [`scrub`]. Cheap to clone; ordered and
/// hashed as its text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Scrubbed(std::sync::Arc<str>);

/// A name or a message that is longer, in characters, loses its middle.
const LONGEST: usize = 512;
/// Scrubbing what was scrubbed changes nothing after this many passes, or the text is given up.
const PASSES: usize = 6;
/// Stands for text that does not come to rest.
const GIVEN_UP: &str = "[unreadable]";

impl Scrubbed {
    /// Text of our own.
    pub fn from_static(text: &'static str) -> Self {
        Scrubbed(text.into())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Replaces whatever could be a card number, a track, a verification code or a secret, and control characters; at
/// most 512 characters are left. Scrubbing twice is scrubbing once.
pub fn scrub(text: &str) -> Scrubbed {
    let mut text = Cow::Borrowed(text);
    for _ in 0..PASSES {
        match pass(&text) {
            Cow::Borrowed(_) => return Scrubbed(text.as_ref().into()),
            Cow::Owned(cleaner) => text = Cow::Owned(cleaner),
        }
    }
    Scrubbed::from_static(GIVEN_UP)
}

/// The same for text that a source handed over.
pub fn scrub_foreign(text: &Foreign) -> Scrubbed {
    scrub(text.expose())
}

/// One pass; borrowed if there was nothing to do.
fn pass(text: &str) -> Cow<'_, str> {
    let steps = [control::neutralise, secrets::redact, numbers::redact, elide];
    steps.iter().fold(Cow::Borrowed(text), |text, step| match step(&text) {
        Cow::Borrowed(_) => text,
        Cow::Owned(cleaner) if cleaner == *text => text,
        Cow::Owned(cleaner) => Cow::Owned(cleaner),
    })
}

/// Takes the middle out of long text: the ends of paths and messages tell most.
fn elide(text: &str) -> Cow<'_, str> {
    let length = match text.len() <= LONGEST {
        true => return Cow::Borrowed(text),
        false => text.chars().count(),
    };
    if length <= LONGEST {
        return Cow::Borrowed(text);
    }
    let head = text.chars().take(LONGEST / 2 - 1);
    let tail = text.chars().skip(length - LONGEST / 2);
    Cow::Owned(head.chain(['…']).chain(tail).collect())
}

impl std::fmt::Display for Scrubbed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl AsRef<str> for Scrubbed {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for Scrubbed {
    fn borrow(&self) -> &str {
        &self.0
    }
}
