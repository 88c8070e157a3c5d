//! Reads the rows of one table, page by page in one snapshot. It must not know what they hold.

use tokio_postgres::Row;
use zeroize::Zeroizing;

use super::client::{Server, Session};
use super::table::{After, Part, Table, Walk};
use crate::endpoint::unfit;
use crate::pages::{PAGE, Pages, Record};
use crate::{EndNote, ErrorKind, Retry, SourceError};

/// Rows of a page at most.
const ROWS: u64 = 1_000;
/// Rows of the first page: nobody knows yet how long they are.
const FIRST: u64 = 4;

/// The rows of a table.
pub(super) struct Rows {
    server: Server,
    session: Option<Session>,
    table: Table,
    walk: Walk,
    /// A page's SQL is made anew for each size.
    part: Part,
    /// The key of the last row.
    last: Option<Vec<String>>,
    /// Rows to pass over first.
    skip: u64,
    /// Rows that may still be read.
    left: u64,
    size: u64,
}

impl Rows {
    pub(super) fn new(server: &Server, table: &Table, part: &Part, from: u64) -> Result<Rows, SourceError> {
        let walk = table.walk(part);
        let mut rows = Rows {
            server: server.clone(),
            session: None,
            table: table.clone(),
            walk,
            part: part.clone(),
            last: None,
            skip: from,
            left: part.newest.map_or(u64::MAX, |newest| newest.saturating_sub(from)),
            size: FIRST,
        };
        rows.begin()?;
        Ok(rows)
    }

    /// Begins a transaction, and the cursor where one is needed.
    fn begin(&mut self) -> Result<(), SourceError> {
        let session = self.server.session()?;
        if self.walk == Walk::Cursor {
            let unordered = || {
                let help = "nothing says which rows are the newest: name the `time_column`";
                unfit("sample", &self.table.name, help)
            };
            let all = self.table.all(&self.part).ok_or_else(unordered)?;
            session.command(&self.table.name, &format!("DECLARE dyetrace NO SCROLL CURSOR FOR {all}"))?;
            session.command(&self.table.name, &format!("MOVE FORWARD {} IN dyetrace", self.skip))?;
        }
        self.session = Some(session);
        Ok(())
    }

    /// A lost connection is made anew once where the last key tells how to go on.
    fn fetch(&mut self) -> Result<Vec<Row>, SourceError> {
        let count = self.size.min(self.left);
        match self.ask(count) {
            Err(error) if error.kind == ErrorKind::Unreachable && self.walk == Walk::Keys => {
                self.session = None;
                self.server.clone().patiently(|| self.begin())?;
                self.ask(count)
            }
            answer => answer,
        }
    }

    fn ask(&self, count: u64) -> Result<Vec<Row>, SourceError> {
        let session = self.session.as_ref().expect("it is begun before a page is asked for");
        let name = &self.table.name;
        match (self.walk, &self.last) {
            (Walk::Cursor, _) => session.ask(name, &format!("FETCH FORWARD {count} FROM dyetrace"), &[]),
            (Walk::Keys, None) => {
                session.ask(name, &self.table.page(&self.part, After::Rows(self.skip), count), &[])
            }
            (Walk::Keys, Some(last)) => {
                let texts: Vec<&str> = last.iter().map(String::as_str).collect();
                session.ask(name, &self.table.page(&self.part, After::Key, count), &texts)
            }
        }
    }
}

impl Pages for Rows {
    fn page(&mut self) -> Result<Vec<Record>, SourceError> {
        if self.left == 0 {
            return Ok(Vec::new());
        }
        let rows = self.fetch()?;
        if let Some(last) = rows.last() {
            self.last = last.get::<_, Option<Vec<String>>>(1).or(self.last.take());
        }
        let records: Vec<Record> = rows.iter().map(record).collect();
        self.left -= records.len() as u64;
        let bytes: usize = records.iter().map(Record::size).sum();
        let each = (bytes / records.len().max(1)).max(1);
        self.size = ((PAGE / each) as u64).clamp(1, ROWS).min(self.size * 4);
        Ok(records)
    }

    fn note(&self) -> EndNote {
        if self.part.is_sampled() { EndNote::Sampled } else { EndNote::Complete }
    }
}

/// The columns are those of [`Table`]'s SELECT.
fn record(row: &Row) -> Record {
    let value: Option<&str> = row.get(0);
    let key: Option<Vec<String>> = row.get(1);
    let attempts = row.get::<_, Option<i64>>(3).map(|count| u32::try_from(count.max(0)).unwrap_or(u32::MAX));
    let retry = Retry { attempts: attempts.filter(|attempts| *attempts > 0), first_failed: row.get(4) };
    Record {
        value: Zeroizing::new(value.unwrap_or_default().as_bytes().to_vec()),
        id: key.map(|key| Zeroizing::new(key.join("\u{1f}").into_bytes())),
        time: row.get(2),
        retry: Some(retry).filter(|retry| *retry != Retry::default()),
        ..Record::default()
    }
}
