//! PostgreSQL: tables by name and pattern, or a query; each is a dataset whose records are its rows, read in a
//! transaction that may write nothing. It must not know what a column holds.

mod access;
mod catalog;
mod client;
mod rows;
mod table;

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use crate::endpoint::{self, unfit};
use crate::pages::{Bounds, Deadline, Reader};
use crate::pattern::Pattern;
use crate::{
    Access, Budget, Connector, Dataset, ErrorKind, Foreign, FromUrl, Kind, Listing, Location, Missed,
    Partition, PartitionReader, Reading, SAMPLE, SINCE, Setting, SettingKind, SettingValue, Settings, Source,
    SourceError, UNTIL,
};

use client::Server;
use rows::Rows;
use table::{Part, Table};

/// The PostgreSQL connector.
pub static CONNECTOR: Connector = Connector {
    name: "postgres",
    about: "tables of PostgreSQL, or a query, read in a transaction that may write nothing",
    settings: &[
        Setting {
            name: "address",
            about: "host:port; the port is 5432 when not said",
            kind: SettingKind::RequiredText,
        },
        Setting { name: "database", about: "the database's name", kind: SettingKind::RequiredText },
        Setting {
            name: "tables",
            about: "names and globs of tables, as schema.table; in the schema public when it is not said",
            kind: SettingKind::List,
        },
        Setting { name: "query", about: "a SELECT whose result is a dataset", kind: SettingKind::Text },
        Setting {
            name: "time_column",
            about: "the column that holds a row's time, for `since`, `until` and the newest",
            kind: SettingKind::Text,
        },
        Setting {
            name: "tablesample",
            about: "read about this percentage of each table's pages, by TABLESAMPLE SYSTEM",
            kind: SettingKind::Text,
        },
        Setting { name: "user", about: "the role", kind: SettingKind::RequiredText },
        Setting { name: "password", about: "the role's password", kind: SettingKind::Secret },
        endpoint::TLS,
        endpoint::CA,
        endpoint::TIMEOUT,
        SINCE,
        UNTIL,
        SAMPLE,
    ],
    budget: Budget::LIVE,
    privilege: PRIVILEGE,
    from_url: Some(FromUrl {
        schemes: &["postgres", "postgresql"],
        shape: "postgres://user@host:port/database/schema.table",
        read: from_url,
    }),
    open,
};

const PRIVILEGE: &str = "\
CREATE ROLE dyetrace LOGIN PASSWORD 'CHANGE-ME' CONNECTION LIMIT 8;
ALTER ROLE dyetrace SET default_transaction_read_only = on;
GRANT USAGE ON SCHEMA public TO dyetrace;
GRANT SELECT ON public.outbox, public.failed_jobs TO dyetrace;
";

fn from_url(location: &Location) -> Result<BTreeMap<String, SettingValue>, SourceError> {
    let (database, tables) = location.path.split_once('/').unwrap_or((&location.path, "*.*"));
    let host = if location.host.is_empty() { "localhost" } else { &location.host };
    let user = location.user.as_deref().unwrap_or("dyetrace");
    let values = [("address", host), ("database", database), ("tables", tables), ("user", user)];
    Ok(values.map(|(key, text)| (key.to_owned(), SettingValue::Text(text.to_owned()))).into())
}

fn open(settings: &Settings) -> Result<Box<dyn Source>, SourceError> {
    let tables = settings.list("tables").into_iter().map(pattern).collect::<Result<Vec<_>, _>>()?;
    let query = settings.text("query").map(|query| query.trim().trim_end_matches(';').to_owned());
    if tables.is_empty() && query.is_none() {
        return Err(unfit("tables", "", "say which tables: names, globs, \"*.*\" for all; or a `query`"));
    }
    let part = Part::new(settings)?;
    if (settings.since.is_some() || settings.until.is_some()) && part.time.is_none() {
        return Err(unfit("since", "", "name the `time_column` that `since` and `until` go by"));
    }
    Ok(Box::new(Postgres {
        server: Server::new(settings)?,
        tables,
        query,
        part,
        bounds: Bounds::new(settings),
        deadline: Deadline::new(settings.budget.deadline),
        known: Mutex::default(),
    }))
}

struct Postgres {
    server: Server,
    tables: Vec<Pattern>,
    query: Option<String>,
    part: Part,
    bounds: Bounds,
    deadline: Deadline,
    /// The tables that were listed, by their name.
    known: Mutex<BTreeMap<Foreign, Table>>,
}

/// A table's name, or a glob of names, with its schema.
fn pattern(typed: &str) -> Result<Pattern, SourceError> {
    let schema = if typed.contains('.') { "" } else { "public." };
    Pattern::new(&format!("{schema}{typed}"), "the tables' pattern is no glob")
}

impl Source for Postgres {
    fn datasets(&self) -> Result<Listing, SourceError> {
        let session = self.server.session()?;
        let mut missed = Vec::new();
        let mut tables = catalog::tables(&session, &|name, named| self.wants(name, named), &mut missed)?;
        let absent = self.tables.iter().filter(|pattern| {
            let seen = |name: &str| pattern.matches(name);
            !tables.iter().any(|table| seen(&table.name))
                && !missed.iter().any(|missed: &Missed| seen(missed.what.expose()))
        });
        missed.extend(
            absent
                .map(|pattern| Missed { what: pattern.typed.as_str().into(), error: nothing(&pattern.typed) })
                .collect::<Vec<_>>(),
        );
        if let Some(query) = &self.query {
            tables.push(catalog::query(&session, query)?);
        }
        let datasets = tables.iter().map(|table| self.dataset(table)).collect();
        let known = tables.into_iter().map(|table| (table.name.as_str().into(), table)).collect();
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = known;
        Ok(Listing { datasets, missed })
    }

    fn access(&self) -> Result<Access, SourceError> {
        let session = self.server.session()?;
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        access::access(&session, known.values(), &self.server.namespace())
    }

    fn open(&self, partition: &Partition, from: u64) -> Result<Box<dyn PartitionReader>, SourceError> {
        let table = match self.table(&partition.name) {
            None => {
                self.datasets()?;
                self.table(&partition.name)
            }
            known => known,
        };
        let table = table.ok_or_else(|| nothing(partition.name.expose()))?;
        let rows = Rows::new(&self.server, &table, &self.part, from)?;
        Ok(Box::new(Reader::new(rows, self.bounds.clone(), &self.deadline, from)))
    }
}

impl Postgres {
    /// What costs or does more than reading a table (a view, a foreign table) is read only when `named` without a
    /// wildcard.
    fn wants(&self, name: &str, named: Named) -> bool {
        let patterns = || self.tables.iter().filter(|pattern| pattern.matches(name));
        match named {
            Named::ByPattern => patterns().next().is_some(),
            Named::ByName => patterns().any(Pattern::is_name),
        }
    }

    fn table(&self, name: &Foreign) -> Option<Table> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).get(name).cloned()
    }

    fn dataset(&self, table: &Table) -> Dataset {
        let partition = Partition { name: table.name.as_str().into(), size: table.rows, modified: None };
        Dataset {
            name: Some(table.name.as_str().into()),
            namespace: self.server.namespace(),
            address: format!("{}.{}", self.server.database, table.name).into(),
            kind: Kind::Table,
            partitions: vec![partition],
            retention: None,
            reading: Reading::Again,
            properties: table.properties(),
        }
    }
}

/// How a table must be asked for.
#[derive(Clone, Copy)]
enum Named {
    ByPattern,
    ByName,
}

fn nothing(typed: &str) -> SourceError {
    SourceError {
        kind: ErrorKind::NotFound,
        what: typed.into(),
        why: Foreign::default(),
        help: "no table matches; check the name with its schema, and the database",
    }
}
