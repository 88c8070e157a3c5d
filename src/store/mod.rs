//! Floor 8: runs kept in SQLite: each run's document, and the fingerprints of what was seen, so that later commands
//! can ask where a value went. It holds fingerprints and never digits; whoever has it and the key can search for
//! card numbers by trying them, so the two lie apart, and the file is its owner's alone.
//!
//! It must not know how a run is shown.

mod find;
mod schema;

use std::path::{Path, PathBuf};

use rusqlite::{Connection, Transaction, params};

use crate::{
    audit::Run,
    detect::{Scrubbed, scrub},
    observe::Sketch,
    report::Document,
};

/// Runs in one file.
#[derive(Debug)]
pub struct Store {
    connection: Connection,
}

/// One kept run, for lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptRun {
    /// `20261120-100000-1a2b3c4d`.
    pub id: String,
    /// `2026-11-20T10:00:00Z`.
    pub started: String,
    /// The estate's name.
    pub estate: String,
    /// How many datasets.
    pub datasets: u64,
    /// How many violations, accepted ones included.
    pub violations: u64,
    /// Whether everything that was asked for was read.
    pub is_complete: bool,
}

/// A store cannot be used: the user's or the machine's fault, as the words say.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// No folder for it.
    #[error("no home folder to keep runs in; name a file with --store")]
    NoHome,
    /// It cannot be opened or written to.
    #[error(
        "cannot use {path}, which keeps the runs: {why}; what it held before is whole. Make room, or name another file with --store"
    )]
    Unusable {
        /// The file.
        path: Scrubbed,
        /// What the system said.
        why: Scrubbed,
    },
    /// Made by a later version.
    #[error(
        "the store was made by a later version of dyetrace; update dyetrace, or name another file with --store"
    )]
    FromTheFuture,
    /// No such run.
    #[error("no run {asked} is kept; `dyetrace runs` lists them")]
    NoSuchRun {
        /// What was asked for.
        asked: Scrubbed,
    },
    /// A document that does not parse: a bug or a broken file.
    #[error("run {id} does not read; `dyetrace audit` makes a new one")]
    BrokenRun {
        /// The run.
        id: Scrubbed,
    },
}

impl Store {
    /// `runs.db` in the user's data folder: `$XDG_DATA_HOME`, else `~/.local/share`.
    pub fn default_path() -> Result<PathBuf, StoreError> {
        let named = std::env::var_os("XDG_DATA_HOME").filter(|path| !path.is_empty()).map(PathBuf::from);
        let home = || std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".local/share"));
        named.or_else(home).map(|folder| folder.join("dyetrace/runs.db")).ok_or(StoreError::NoHome)
    }

    /// Opens the file, or makes it.
    pub fn open(path: &Path) -> Result<Store, StoreError> {
        schema::open(path).map(|connection| Store { connection })
    }

    /// Keeps a run; the same run again replaces itself.
    pub fn save(&mut self, run: &Run, document: &Document) -> Result<String, StoreError> {
        self.try_save(run, document).map_err(|error| self.unusable(&error))?;
        Ok(document.run.id.clone())
    }

    /// The kept runs, the latest first.
    pub fn runs(&self) -> Result<Vec<KeptRun>, StoreError> {
        find::runs(&self.connection).map_err(|error| self.unusable(&error))
    }

    /// A run by `latest`, `latest~1`, its id, the beginning of it, or a date (the latest of that day).
    pub fn load(&self, asked: &str) -> Result<Document, StoreError> {
        let id =
            find::id(&self.runs()?, asked).ok_or_else(|| StoreError::NoSuchRun { asked: scrub(asked) })?;
        let text = find::document(&self.connection, &id).map_err(|error| self.unusable(&error))?;
        serde_json::from_str(&text).map_err(|_| StoreError::BrokenRun { id: scrub(&id) })
    }

    fn try_save(&mut self, run: &Run, document: &Document) -> rusqlite::Result<()> {
        let transaction = self.connection.transaction()?;
        let id = &document.run.id;
        transaction.execute("DELETE FROM fingerprints WHERE run = ?1", [id])?;
        transaction.execute(
            "INSERT OR REPLACE INTO runs (id, started, estate, key, datasets, violations, complete, document)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            params![
                id,
                document.run.started,
                document.estate.name,
                document.run.key,
                as_integer(document.datasets.len()),
                as_integer(document.violations.len()),
                document.run.complete,
                serde_json::to_string(document).expect("a document holds nothing that JSON cannot"),
            ],
        )?;
        for (dataset, seen) in &run.datasets {
            for (field, known) in seen.observation.iter().flat_map(|observation| &observation.fields) {
                let place = Place { run: id, dataset: dataset.as_str(), field: field.as_str() };
                save_sketch(&transaction, &place, "value", &known.values)?;
                save_sketch(&transaction, &place, "digest", &known.digests)?;
            }
        }
        transaction.commit()
    }

    fn unusable(&self, error: &rusqlite::Error) -> StoreError {
        schema::unusable(self.connection.path().unwrap_or_default(), error)
    }
}

/// SQLite's integers have a sign.
fn as_integer(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

struct Place<'a> {
    run: &'a str,
    dataset: &'a str,
    field: &'a str,
}

fn save_sketch(
    transaction: &Transaction<'_>,
    place: &Place<'_>,
    kind: &str,
    sketch: &Sketch,
) -> rusqlite::Result<()> {
    let mut insert = transaction.prepare_cached(
        "INSERT INTO fingerprints (run, dataset, field, kind, value, count, first, last)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?;
    for (value, sighting) in &sketch.entries {
        let first = sighting.first.map(|time| time.earliest);
        let last = sighting.last.map(|time| time.latest);
        let count = i64::try_from(sighting.count).unwrap_or(i64::MAX);
        let value = value.0.to_be_bytes();
        insert.execute(params![place.run, place.dataset, place.field, kind, value, count, first, last])?;
    }
    Ok(())
}
