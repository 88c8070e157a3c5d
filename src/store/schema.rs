//! The store's tables and their version.

use std::path::Path;

use rusqlite::Connection;

use super::StoreError;
use crate::detect::scrub;

/// The version of the tables; `user_version` of the file holds it.
const VERSION: i64 = 1;

const TABLES: &str = "
    CREATE TABLE runs (
        id TEXT PRIMARY KEY, started TEXT NOT NULL, estate TEXT NOT NULL, key TEXT NOT NULL,
        datasets INTEGER NOT NULL, violations INTEGER NOT NULL, complete INTEGER NOT NULL,
        document TEXT NOT NULL
    ) STRICT;
    CREATE TABLE fingerprints (
        run TEXT NOT NULL, dataset TEXT NOT NULL, field TEXT NOT NULL, kind TEXT NOT NULL,
        value BLOB NOT NULL, count INTEGER NOT NULL, first INTEGER, last INTEGER,
        PRIMARY KEY (run, value, kind, dataset, field)
    ) STRICT, WITHOUT ROWID;
";

/// Opens or makes the file.
pub(super) fn open(path: &Path) -> Result<Connection, StoreError> {
    let shown = path.display().to_string();
    make_private(path)
        .map_err(|error| StoreError::Unusable { path: scrub(&shown), why: scrub(&error.to_string()) })?;
    let failed = |error: rusqlite::Error| unusable(&shown, &error);
    let connection = Connection::open(path).map_err(failed)?;
    let version: i64 =
        connection.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(failed)?;
    match version {
        VERSION => {}
        0 => {
            connection
                .execute_batch(&format!("BEGIN; {TABLES} PRAGMA user_version = {VERSION}; COMMIT;"))
                .map_err(failed)?;
        }
        _ => return Err(StoreError::FromTheFuture),
    }
    Ok(connection)
}

/// A failure in words; SQLite's own may quote a path.
pub(super) fn unusable(path: &str, error: &rusqlite::Error) -> StoreError {
    StoreError::Unusable { path: scrub(path), why: scrub(&error.to_string()) }
}

/// Makes the folder and the file, readable by their owner alone, before SQLite would with the default mode.
fn make_private(path: &Path) -> std::io::Result<()> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder)?;
    }
    let mut options = std::fs::OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}
