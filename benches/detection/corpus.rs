//! Files with known truth, in a temporary folder.

use std::{collections::BTreeMap, path::Path};

use tempfile::TempDir;

/// What stands where.
pub struct Expected {
    pub file: String,
    /// 1-based; the thing is found if a finding's record is one of these.
    pub records: std::ops::RangeInclusive<u64>,
    /// Class and state, as rules name them.
    pub kind: &'static str,
    /// Rows of the tables that it counts in.
    pub rows: Vec<String>,
}

/// What a file is for.
pub struct About {
    /// Part of the corpus, and the row within it that false positives count in.
    pub part: &'static str,
    pub row: String,
    /// Values in it that could be mistaken.
    pub values: u64,
}

/// The whole of it.
pub struct Corpus {
    folder: TempDir,
    pub expected: Vec<Expected>,
    pub files: BTreeMap<String, About>,
}

/// A file that is being written.
pub struct Sheet {
    pub name: String,
    text: Vec<u8>,
    lines: u64,
    expected: Vec<Expected>,
}

impl Corpus {
    pub fn new() -> std::io::Result<Self> {
        Ok(Corpus { folder: tempfile::tempdir()?, expected: Vec::new(), files: BTreeMap::new() })
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Takes a sheet as it stands.
    pub fn add(&mut self, sheet: Sheet, about: About) -> std::io::Result<()> {
        let text = sheet.text.clone();
        self.add_packed(sheet, &text, about)
    }

    /// Takes a sheet whose file holds these bytes instead of its text.
    pub fn add_packed(&mut self, sheet: Sheet, bytes: &[u8], about: About) -> std::io::Result<()> {
        std::fs::write(self.path().join(&sheet.name), bytes)?;
        self.expected.extend(sheet.expected);
        self.files.insert(sheet.name, about);
        Ok(())
    }
}

impl Sheet {
    pub fn new(name: impl Into<String>) -> Self {
        Sheet { name: name.into(), text: Vec::new(), lines: 0, expected: Vec::new() }
    }

    pub fn text(&self) -> &[u8] {
        &self.text
    }

    pub fn expected_mut(&mut self) -> &mut [Expected] {
        &mut self.expected
    }

    /// Adds a line (or several); gives the numbers of its lines.
    pub fn line(&mut self, text: &str) -> std::ops::RangeInclusive<u64> {
        let first = self.lines + 1;
        self.text.extend_from_slice(text.as_bytes());
        self.text.push(b'\n');
        self.lines += 1 + text.bytes().filter(|&byte| byte == b'\n').count() as u64;
        first..=self.lines
    }

    /// Adds a line that holds something.
    pub fn planted(&mut self, text: &str, kind: &'static str, rows: &[&str]) {
        let records = self.line(text);
        self.expect(records, kind, rows);
    }

    pub fn expect(&mut self, records: std::ops::RangeInclusive<u64>, kind: &'static str, rows: &[&str]) {
        let rows = rows.iter().map(|&row| row.to_owned()).collect();
        self.expected.push(Expected { file: self.name.clone(), records, kind, rows });
    }
}

impl About {
    pub fn new(part: &'static str, row: impl Into<String>, values: u64) -> Self {
        About { part, row: row.into(), values }
    }
}
