//! What a detector is: static text, examples and a function.

use super::Class;

/// One kind of finding. `dyetrace list detectors`, the docs and the table test read these.
pub struct Detector {
    /// Kebab-case.
    pub id: &'static str,
    /// What it finds.
    pub class: Class,
    /// One line.
    pub about: &'static str,
    /// Where the facts come from: standards, vendors' pages.
    pub sources: &'static [&'static str],
    /// `field = value` that it must find, with the tag it gives.
    pub examples: &'static [(&'static str, &'static str)],
    /// `field = value` that it must leave alone.
    pub counterexamples: &'static [&'static str],
}
