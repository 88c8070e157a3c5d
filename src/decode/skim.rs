//! Which lines of a text are worth decoding: asked of whoever knows what is looked for, a stretch of whole lines at a
//! time, so that all others are passed over without being framed.
//!
//! It must not know what is looked for.

use super::FieldPath;

/// Looks at stretches of text.
pub trait Skim {
    /// Looks at whole lines of a text and says which places are worth decoding. Nothing in the others would be found.
    fn skim(&mut self, text: &[u8], laid: Laid, skimmed: &mut Skimmed);

    /// Whether rows with this column are worth decoding whatever they hold: its name betrays what its cells do not.
    fn betrays(&self, column: &FieldPath) -> bool;
}

/// How the records of a text are laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Laid {
    /// Records name their values.
    Lines,
    /// Rows of cells: what stands before a value is another value.
    Rows,
}

/// What a look at a text says.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Skimmed {
    /// Places whose records are worth decoding, ascending.
    pub worthy: Vec<Worthy>,
    /// Line ends in the text.
    pub lines: u64,
    /// Line ends before every [`Skimmed::STEP`]th byte of the text, the first among them.
    pub lines_before: Vec<u64>,
    /// Of those, the ones of empty lines.
    pub empty: u64,
}

/// A place in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Worthy {
    /// Byte of the text.
    pub at: usize,
    /// Whether its record belongs to the sample by which fields are judged.
    pub is_sample: bool,
}

impl Skimmed {
    /// Bytes from one count of line ends to the next.
    pub const STEP: usize = 4096;

    /// Forgets everything; memory stays.
    pub fn clear(&mut self) {
        self.worthy.clear();
        self.lines_before.clear();
        (self.lines, self.empty) = (0, 0);
    }
}
