//! Every written form of a card number that is looked for: how it is written, what it must be told as, what it
//! costs to find, and what in its raw bytes betrays it. One table for three readers: the table test
//! (`tests/it/forms.rs`), the measure (`benches/detection`), and tests of whatever decides which records are
//! decoded.
//!
//! It must not know how anything is found.
#![allow(dead_code, reason = "each reader uses its part")]

mod betrayal;
mod binary;
mod dumps;
mod lines;
mod spelled;
mod split;
mod write;

pub use betrayal::Betrayed;

/// One written form.
#[derive(Clone, Copy)]
pub struct Form {
    /// What it is called in tables.
    pub name: &'static str,
    /// How it is written.
    pub write: Write,
    /// What must be told, as `class.state`; more than one where a form holds more.
    pub told: &'static [&'static str],
    /// The field of the first of these: of a spelling, where it stands under the key `card_number` of a line.
    pub field: &'static str,
    /// Where it can be found.
    pub cost: Cost,
    /// What of its bytes a look at a raw record can go by.
    pub betrayed: &'static [Betrayed],
}

/// Makes text of a bare card number.
#[derive(Clone, Copy)]
pub enum Write {
    /// A spelling: it stands wherever a number could, and is tried in every [`CARRIERS`].
    Spelled(fn(&str) -> String),
    /// One or several whole lines.
    Lines(fn(&str) -> String),
    /// A whole file.
    File(fn(&str) -> Vec<u8>),
}

/// What it takes to find a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cost {
    /// Its digits stand as they are, bare or with separators: a scan of raw bytes sees the number.
    Raw,
    /// The record must be decoded.
    Decoded,
}

/// What spellings stand in: under a key, in JSON, behind a word, behind a colon.
pub const CARRIERS: &[fn(&str) -> String] = &[
    |text| {
        format!("2026-03-01T10:00:00Z level=info msg=\"gateway request\" card_number=\"{text}\" status=ok")
    },
    |text| format!("{{\"level\":\"info\",\"card_number\":\"{text}\",\"status\":\"ok\"}}"),
    |text| format!("2026-03-01 10:00:00 WARN payments: declined card {text} by issuer"),
    |text| format!("2026-03-01 10:00:00 DEBUG got card: {text}"),
];

/// All forms, in the order of the docs.
pub fn forms() -> impl Iterator<Item = &'static Form> {
    [spelled::FORMS, lines::FORMS, dumps::FORMS, split::FORMS, binary::FORMS].into_iter().flatten()
}

impl Form {
    /// The form of a number as it may stand in a file: each carrier of a spelling, or the lines.
    pub fn examples(&self, number: &str) -> Vec<Vec<u8>> {
        match self.write {
            Write::Spelled(write) => {
                CARRIERS.iter().map(|carrier| carrier(&write(number)).into_bytes()).collect()
            }
            Write::Lines(write) => vec![write(number).into_bytes()],
            Write::File(write) => vec![write(number)],
        }
    }
}
