//! A raw value: bytes that may be a card number. It must not be shown, so it cannot be.

/// A value as it stands in a record. Neither `Display` nor `Serialize`; `Debug` shows its length.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Raw<'a>(&'a [u8]);

impl<'a> Raw<'a> {
    /// Wraps bytes.
    pub fn new(bytes: &'a [u8]) -> Self {
        Raw(bytes)
    }

    /// The bytes, for `decode` and `detect` only.
    pub fn expose(self) -> &'a [u8] {
        self.0
    }

    /// How many bytes.
    pub fn len(self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(self) -> bool {
        self.0.is_empty()
    }
}

impl std::fmt::Debug for Raw<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Raw({} bytes)", self.0.len())
    }
}
