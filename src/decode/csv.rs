//! Rows of cells: CSV (RFC 4180) and its relatives with other delimiters. Own code, because a cell must be traced
//! to its byte in the file, which the csv crates do not tell. Lone quotes do not swallow what follows.

use zeroize::Zeroizing;

use super::dialect::Dialect;
use super::framer::Scan;
use super::lines::Payload;
use super::nest::Walker;
use super::text::{Readable, readable};
use super::{FieldPath, Limits, Record, SkipReason};

/// How rows are framed and decoded.
pub(super) struct Rows {
    /// Ends a row.
    pub(super) scan: RowScan,
    /// The first row names the columns and is still to be passed over.
    pub(super) header_ahead: bool,
    delimiter: u8,
    pub(super) columns: Vec<FieldPath>,
}

impl Rows {
    /// Rows of this dialect.
    pub(super) fn new(dialect: Dialect) -> Self {
        let columns = match &dialect.header {
            Some(names) => names.iter().enumerate().map(|(index, name)| column(index, name)).collect(),
            None => (0..dialect.columns).map(|index| column(index, "")).collect(),
        };
        let delimiter = dialect.delimiter;
        Rows { scan: RowScan::new(delimiter), header_ahead: dialect.header.is_some(), delimiter, columns }
    }

    /// Decodes a row: its cells are one group.
    pub(super) fn decode(&self, payload: Payload<'_>, limits: &Limits, record: &mut Record) {
        let row = readable(payload.bytes);
        let at = payload.at.filter(|_| !row.is_replaced());
        let mut walker = Walker::new(limits, record);
        let group = walker.group();
        let mut count = 0;
        for (index, cell) in cells(&row, self.delimiter).enumerate() {
            count += 1;
            let at = at.zip(cell.start).map(|(at, start)| at + start as u64);
            match self.columns.get(index) {
                _ if cell.text.is_empty() => {}
                Some(path) => walker.value(path, &cell.text, group, at),
                None => walker.value(&column(index, ""), &cell.text, group, at),
            }
        }
        if row.is_replaced() {
            record.problems.push(SkipReason::BrokenText);
        }
        if count != self.columns.len() {
            record.problems.push(SkipReason::RaggedRow);
        }
    }
}

/// A column's path: its name in the header, or its place.
fn column(index: usize, name: &str) -> FieldPath {
    match name.trim() {
        "" => FieldPath::root(&format!("column{}", index + 1)),
        name => FieldPath::parse("").dotted(name),
    }
}

/// Ends a record at a line feed outside quotes. A quote that opens a cell and is not closed before a delimiter
/// stood there by itself: the row then ended where its line did.
#[derive(Debug)]
pub(super) struct RowScan {
    delimiter: u8,
    state: State,
    /// Behind the first line feed in the quoted cell.
    line_end: Option<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    CellStart,
    Plain,
    Quoted,
    /// Behind a quote in a quoted cell: it closed the cell, or it stands for one with the next.
    QuoteInQuoted,
    /// Of a row beyond the limit quotes are forgotten: it ends with its line.
    Overlong,
}

impl RowScan {
    /// Rows with this delimiter.
    pub(super) fn new(delimiter: u8) -> Self {
        RowScan { delimiter, state: State::CellStart, line_end: None }
    }

    /// How many bytes do not change the state.
    fn dull(&self, bytes: &[u8]) -> usize {
        let next = match self.state {
            State::Plain => memchr::memchr2(self.delimiter, b'\n', bytes),
            State::Quoted if self.line_end.is_none() => memchr::memchr2(b'"', b'\n', bytes),
            State::Quoted => memchr::memchr(b'"', bytes),
            State::Overlong => memchr::memchr(b'\n', bytes),
            State::CellStart | State::QuoteInQuoted => Some(0),
        };
        next.unwrap_or(bytes.len())
    }
}

impl Scan for RowScan {
    fn reset(&mut self) {
        *self = RowScan::new(self.delimiter);
    }

    fn feed(&mut self, bytes: &[u8], from: usize) -> Option<usize> {
        let mut at = from;
        loop {
            at += self.dull(&bytes[at..]);
            let byte = *bytes.get(at)?;
            at += 1;
            self.state = match (self.state, byte) {
                (State::CellStart, b'"') => {
                    self.line_end = None;
                    State::Quoted
                }
                (State::Quoted, b'"') => State::QuoteInQuoted,
                (State::Quoted, _) => {
                    self.line_end = self.line_end.or(Some(at));
                    State::Quoted
                }
                (State::QuoteInQuoted, b'"') => State::Quoted,
                (State::QuoteInQuoted, b'\r') => State::QuoteInQuoted,
                (_, b'\n') => return Some(at),
                (_, byte) if byte == self.delimiter => State::CellStart,
                (State::QuoteInQuoted, _) if self.line_end.is_some() => return self.line_end,
                _ => State::Plain,
            };
        }
    }

    fn give_up(&mut self) -> Option<usize> {
        self.line_end.filter(|_| self.state == State::Quoted)
    }

    fn overflow(&mut self) {
        self.state = State::Overlong;
    }
}

/// One cell of a row.
pub(super) struct Cell<'a> {
    /// Its text without quotes.
    pub(super) text: Readable<'a>,
    /// Its first byte in the row, if its text stands there unchanged.
    pub(super) start: Option<usize>,
}

/// The cells of a row.
pub(super) fn cells(row: &[u8], delimiter: u8) -> impl Iterator<Item = Cell<'_>> {
    let mut next = Some(0);
    std::iter::from_fn(move || {
        let start = next?;
        let (cell, end) = cell(row, start, delimiter);
        next = (end < row.len()).then_some(end + 1);
        Some(cell)
    })
}

/// The cell that begins at `start`, and where it ends.
fn cell(row: &[u8], start: usize, delimiter: u8) -> (Cell<'_>, usize) {
    let until = |from: usize| memchr::memchr(delimiter, &row[from..]).map_or(row.len(), |index| from + index);
    let plain = |end: usize| (Cell { text: Readable::Unchanged(&row[start..end]), start: Some(start) }, end);
    if row.get(start) != Some(&b'"') {
        return plain(until(start));
    }
    let Some(close) = closing(row, start + 1) else { return plain(until(start)) };
    let end = close + 1;
    if end < row.len() && row[end] != delimiter {
        return plain(until(end));
    }
    let inner = &row[start + 1..close];
    let cell = match memchr::memchr(b'"', inner) {
        None => Cell { text: Readable::Unchanged(inner), start: Some(start + 1) },
        Some(_) => {
            let text = Zeroizing::new(String::from_utf8_lossy(inner).replace("\"\"", "\""));
            Cell { text: Readable::Replaced(text), start: None }
        }
    };
    (cell, end)
}

/// The quote that closes a cell; two in a row stand for one.
fn closing(row: &[u8], mut from: usize) -> Option<usize> {
    loop {
        let quote = from + memchr::memchr(b'"', row.get(from..)?)?;
        if row.get(quote + 1) != Some(&b'"') {
            return Some(quote);
        }
        from = quote + 2;
    }
}
