//! Bytes as text: UTF-8 as it stands, or with replacements where it is broken.

use std::ops::Deref;

use zeroize::Zeroizing;

/// Bytes that are UTF-8.
pub(super) enum Readable<'a> {
    /// They are as they stood.
    Unchanged(&'a [u8]),
    /// Broken sequences were replaced; no offset holds any more.
    Replaced(Zeroizing<String>),
}

/// Reads bytes as UTF-8.
pub(super) fn readable(bytes: &[u8]) -> Readable<'_> {
    match std::str::from_utf8(bytes) {
        Ok(_) => Readable::Unchanged(bytes),
        Err(_) => Readable::Replaced(Zeroizing::new(String::from_utf8_lossy(bytes).into_owned())),
    }
}

impl Readable<'_> {
    /// Whether something was replaced.
    pub(super) fn is_replaced(&self) -> bool {
        matches!(self, Readable::Replaced(_))
    }
}

impl Deref for Readable<'_> {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Readable::Unchanged(bytes) => bytes,
            Readable::Replaced(text) => text.as_bytes(),
        }
    }
}
