//! The client library: a connection whose one transaction may write nothing and waits for no lock for long, and what
//! its errors mean. Async stays inside.

use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::runtime::{Builder, Runtime};
use tokio_postgres::config::SslMode;
use tokio_postgres::error::SqlState as Code;
use tokio_postgres::tls::{MakeTlsConnect, NoTls};
use tokio_postgres::{Client, Config, Error, Row, Socket};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::endpoint;
use crate::pace::Pace;
use crate::{ErrorKind, Foreign, Settings, SourceError};

/// Where the server is, how long it is waited for, and how often asked.
#[derive(Clone)]
pub(super) struct Server {
    config: Config,
    tls: Option<MakeRustlsConnect>,
    address: String,
    pub(super) database: String,
    patience: Duration,
    pace: Arc<Pace>,
}

impl Server {
    pub(super) fn new(settings: &Settings) -> Result<Server, SourceError> {
        let (host, port) = endpoint::address(settings, 5432)?;
        let patience = endpoint::patience(settings)?;
        let database = settings.text("database").unwrap_or_default().to_owned();
        let tls = settings.switch("tls").then(|| endpoint::tls(settings)).transpose()?;
        let tls = tls.map(MakeRustlsConnect::new);
        let mut config = Config::new();
        config
            .host(&host)
            .port(port)
            .dbname(&database)
            .user(settings.text("user").unwrap_or_default())
            .application_name("dyetrace")
            .connect_timeout(patience)
            .ssl_mode(if tls.is_some() { SslMode::Require } else { SslMode::Disable });
        if let Some(password) = settings.secret("password")? {
            config.password(password.expose());
        }
        let pace = Pace::new(settings.budget.requests).into();
        Ok(Server { config, tls, address: format!("{host}:{port}"), database, patience, pace })
    }

    /// OpenLineage namespace.
    pub(super) fn namespace(&self) -> Foreign {
        format!("postgres://{}", self.address).into()
    }

    /// A connection with its transaction begun.
    pub(super) fn session(&self) -> Result<Session, SourceError> {
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| unreachable(&self.address, error.to_string()))?;
        let client = match &self.tls {
            Some(tls) => self.connect(&runtime, tls.clone()),
            None => self.connect(&runtime, NoTls),
        }?;
        let session = Session { client, runtime, server: self.clone() };
        session.run(&self.address, session.client.batch_execute(&self.begin()))?;
        Ok(session)
    }

    /// Tries again while a server that was there may be starting.
    pub(super) fn patiently(
        &self,
        mut begin: impl FnMut() -> Result<(), SourceError>,
    ) -> Result<(), SourceError> {
        let until = Instant::now() + self.patience;
        loop {
            match begin() {
                Err(error) if error.kind == ErrorKind::Unreachable && Instant::now() < until => {
                    std::thread::sleep(Duration::from_millis(100));
                }
                answer => return answer,
            }
        }
    }

    fn connect<T>(&self, runtime: &Runtime, tls: T) -> Result<Client, SourceError>
    where
        T: MakeTlsConnect<Socket>,
        T::Stream: Send + 'static,
    {
        let (client, connection) = self.timely(runtime, &self.address, self.config.connect(tls))?;
        // Its errors reach the client as well.
        runtime.spawn(async { _ = connection.await });
        Ok(client)
    }

    /// All of this lasts as long as the transaction, also where a pooler shares connections. Without the last line
    /// a scan could begin in the middle of a table, where another one is.
    fn begin(&self) -> String {
        let patience = self.patience.as_millis();
        format!(
            "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
             SET LOCAL statement_timeout = {patience};
             SET LOCAL lock_timeout = {};
             SET LOCAL timezone = 'UTC';
             SET LOCAL datestyle = 'ISO';
             SET LOCAL extra_float_digits = 1;
             SET LOCAL synchronize_seqscans = off",
            patience.min(2_000)
        )
    }

    fn timely<T>(
        &self,
        runtime: &Runtime,
        what: &str,
        answer: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, SourceError> {
        // The server ends a statement at the same time; its word is the better one.
        let patience = self.patience + Duration::from_secs(1);
        match runtime.block_on(async { tokio::time::timeout(patience, answer).await }) {
            Ok(answer) => answer.map_err(|error| failed(what, &self.address, &error)),
            Err(_) => Err(unreachable(&self.address, "no answer".into())),
        }
    }
}

/// A connection with its one transaction.
pub(super) struct Session {
    client: Client,
    runtime: Runtime,
    server: Server,
}

impl Session {
    /// Asks one thing, with texts for its `$1`, `$2`. `what` is named by an error.
    pub(super) fn ask(&self, what: &str, sql: &str, texts: &[&str]) -> Result<Vec<Row>, SourceError> {
        self.server.pace.wait();
        let values: Vec<&(dyn tokio_postgres::types::ToSql + Sync)> =
            texts.iter().map(|text| text as &(dyn tokio_postgres::types::ToSql + Sync)).collect();
        self.run(what, self.client.query(sql, &values))
    }

    /// The names of a query's columns, and whether each holds bytes. Nothing is run.
    pub(super) fn columns(&self, what: &str, sql: &str) -> Result<Vec<(String, bool)>, SourceError> {
        self.server.pace.wait();
        let prepared = self.run(what, self.client.prepare(sql))?;
        let bytes = &tokio_postgres::types::Type::BYTEA;
        Ok(prepared
            .columns()
            .iter()
            .map(|column| (column.name().to_owned(), column.type_() == bytes))
            .collect())
    }

    /// Does one thing that has no answer.
    pub(super) fn command(&self, what: &str, sql: &str) -> Result<(), SourceError> {
        self.server.pace.wait();
        self.run(what, self.client.batch_execute(sql))
    }

    fn run<T>(&self, what: &str, answer: impl Future<Output = Result<T, Error>>) -> Result<T, SourceError> {
        self.server.timely(&self.runtime, what, answer)
    }
}

/// What an error means, and what to do about it. What the server says may quote data.
fn failed(what: &str, address: &str, error: &Error) -> SourceError {
    let Some(said) = error.as_db_error() else { return broken(address, error) };
    let (kind, help) = match said.code() {
        &Code::INVALID_PASSWORD | &Code::INVALID_AUTHORIZATION_SPECIFICATION => (
            ErrorKind::Denied,
            "the server does not let this role in: check `user`, `password`, `tls`, pg_hba.conf",
        ),
        &Code::INSUFFICIENT_PRIVILEGE => {
            (ErrorKind::Denied, "allow the role to read it: `dyetrace sources policy postgres`")
        }
        &Code::UNDEFINED_TABLE | &Code::UNDEFINED_COLUMN | &Code::INVALID_CATALOG_NAME => {
            (ErrorKind::NotFound, "it is gone, or never was; check the name")
        }
        &Code::SYNTAX_ERROR
        | &Code::FEATURE_NOT_SUPPORTED
        | &Code::DUPLICATE_COLUMN
        | &Code::AMBIGUOUS_COLUMN => {
            (ErrorKind::Settings, "`query` is one SELECT, and each of its columns has a name of its own")
        }
        &Code::READ_ONLY_SQL_TRANSACTION => (ErrorKind::Denied, "the query writes; dyetrace only reads"),
        &Code::QUERY_CANCELED | &Code::LOCK_NOT_AVAILABLE => (
            ErrorKind::Io,
            "it took too long, or somebody holds it locked: raise `timeout`, or read at another time",
        ),
        &Code::ADMIN_SHUTDOWN
        | &Code::CRASH_SHUTDOWN
        | &Code::CANNOT_CONNECT_NOW
        | &Code::TOO_MANY_CONNECTIONS => {
            return unreachable(address, said.message().into());
        }
        _ => (ErrorKind::Io, "run again; if it stays, look into the server's log"),
    };
    SourceError { kind, what: what.into(), why: said.message().into(), help }
}

/// The library's own words say little: the cause says more.
fn broken(address: &str, error: &Error) -> SourceError {
    let cause = std::error::Error::source(error).map_or_else(|| error.to_string(), ToString::to_string);
    unreachable(address, cause)
}

fn unreachable(address: &str, why: String) -> SourceError {
    SourceError {
        kind: ErrorKind::Unreachable,
        what: address.into(),
        why: why.into(),
        help: "check `address`, `tls`, `ca` and the network between",
    }
}
