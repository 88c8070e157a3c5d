//! The client library: how it is set up so that it says nothing of its own, and what its errors mean.

use std::sync::Arc;
use std::time::{Duration, Instant};

use redis::{
    Client, Cmd, Connection, ConnectionAddr, ConnectionInfo, ErrorKind as Code, FromRedisValue,
    IntoConnectionInfo, Pipeline, ProtocolVersion, RedisConnectionInfo, RedisError, ServerErrorKind,
    TlsCertificates,
};

use crate::endpoint::{self, unfit};
use crate::pace::Pace;
use crate::{ErrorKind, Foreign, Settings, SourceError};

/// Where the server is, how long it is waited for, and how often asked.
pub(super) struct Server {
    client: Client,
    address: String,
    database: i64,
    patience: Duration,
    pace: Arc<Pace>,
}

impl Server {
    pub(super) fn new(settings: &Settings) -> Result<Server, SourceError> {
        let (host, port) = endpoint::address(settings, 6379)?;
        let database = database(settings.text("database"))?;
        let patience = endpoint::patience(settings)?;
        let mut account = RedisConnectionInfo::default()
            .set_db(database)
            .set_protocol(ProtocolVersion::RESP2)
            // Else it would name itself with a command that the least privilege does not hold.
            .set_skip_set_lib_name();
        if let Some(user) = settings.text("user") {
            account = account.set_username(user);
        }
        if let Some(password) = settings.secret("password")? {
            account = account.set_password(password.expose());
        }
        let address = format!("{host}:{port}");
        let client = client(settings, (host, port), account)?;
        Ok(Server { client, address, database, patience, pace: Pace::new(settings.budget.requests).into() })
    }

    /// OpenLineage namespace.
    pub(super) fn namespace(&self) -> Foreign {
        format!("redis://{}/{}", self.address, self.database).into()
    }

    /// A connection, made now.
    pub(super) fn link(&self) -> Result<Link, SourceError> {
        let Server { client, address, patience, pace, .. } = self;
        let mut link = Link {
            client: client.clone(),
            address: address.clone(),
            patience: *patience,
            pace: pace.clone(),
            connection: None,
        };
        link.connect().map_err(|error| failed(address, &error))?;
        Ok(link)
    }
}

fn database(typed: Option<&str>) -> Result<i64, SourceError> {
    let typed = typed.unwrap_or("0");
    let number = typed.parse::<u16>().map(i64::from);
    number.map_err(|_| unfit("database", typed, "`database` is a number from 0 on"))
}

fn client(
    settings: &Settings,
    (host, port): (String, u16),
    account: RedisConnectionInfo,
) -> Result<Client, SourceError> {
    let refused = |error: RedisError| unfit("address", &error.to_string(), "check `address`, `tls` and `ca`");
    let address = match settings.switch("tls") {
        false => ConnectionAddr::Tcp(host, port),
        true => ConnectionAddr::TcpTls { host, port, insecure: false, tls_params: None },
    };
    let place: ConnectionInfo = address.into_connection_info().map_err(refused)?.set_redis_settings(account);
    if !settings.switch("tls") {
        return Client::open(place).map_err(refused);
    }
    let root_cert = endpoint::authorities(settings)?;
    Client::build_with_tls(place, TlsCertificates { client_tls: None, root_cert }).map_err(refused)
}

/// A connection, made anew when it breaks.
pub(super) struct Link {
    client: Client,
    address: String,
    patience: Duration,
    pace: Arc<Pace>,
    connection: Option<Connection>,
}

impl Link {
    /// Asks one thing. `what` is named by an error.
    pub(super) fn ask<T: FromRedisValue>(&mut self, what: &str, command: &Cmd) -> Result<T, SourceError> {
        self.retried(what, |connection| command.query(connection))
    }

    /// Asks several things at once, each of which may fail alone.
    pub(super) fn ask_all<T: FromRedisValue>(
        &mut self,
        what: &str,
        commands: &Pipeline,
    ) -> Result<Vec<Result<T, RedisError>>, SourceError> {
        self.retried(what, |connection| commands.query(connection))
    }

    /// A server that was there is waited for while it starts again.
    fn retried<T>(
        &mut self,
        what: &str,
        ask: impl Fn(&mut Connection) -> Result<T, RedisError>,
    ) -> Result<T, SourceError> {
        let until = Instant::now() + self.patience;
        loop {
            self.pace.wait();
            match self.connect().and_then(&ask) {
                Ok(answer) => return Ok(answer),
                Err(error) if passing(&error) && Instant::now() < until => {
                    self.connection = None;
                    std::thread::sleep(Duration::from_millis(100));
                }
                Err(error) if error.is_io_error() => return Err(failed(&self.address, &error)),
                Err(error) => return Err(failed(what, &error)),
            }
        }
    }

    fn connect(&mut self) -> Result<&mut Connection, RedisError> {
        if self.connection.is_none() {
            let connection = self.client.get_connection_with_timeout(self.patience)?;
            connection.set_read_timeout(Some(self.patience))?;
            connection.set_write_timeout(Some(self.patience))?;
            self.connection = Some(connection);
        }
        Ok(self.connection.as_mut().expect("it was made just now"))
    }
}

/// Whether a server that starts again would answer.
fn passing(error: &RedisError) -> bool {
    let starting = matches!(
        error.kind(),
        Code::Server(ServerErrorKind::BusyLoading | ServerErrorKind::MasterDown | ServerErrorKind::TryAgain)
    );
    starting || error.is_connection_dropped() || error.is_connection_refusal()
}

/// Whether a key is of another type than it was read as.
pub(super) fn is_wrong_type(error: &SourceError) -> bool {
    error.kind == ErrorKind::Unsupported
}

/// What an error means, and what to do about it.
fn failed(what: &str, error: &RedisError) -> SourceError {
    let (kind, help) = match (error.kind(), error.code()) {
        (Code::AuthenticationFailed, _) | (_, Some("WRONGPASS" | "NOAUTH")) => {
            (ErrorKind::Denied, "the server wants to know who asks: check `user` and `password`")
        }
        (_, Some("NOPERM")) => (
            ErrorKind::Denied,
            "allow dyetrace's user the key and the commands: `dyetrace sources policy redis`",
        ),
        (_, Some("WRONGTYPE")) => {
            (ErrorKind::Unsupported, "the key is not of the type that its name promises; see what wrote it")
        }
        (_, Some("MOVED" | "ASK" | "CLUSTERDOWN" | "CROSSSLOT")) => {
            (ErrorKind::Unsupported, "a cluster is not read: name each node as a source, or a single server")
        }
        (Code::Io, _) => (ErrorKind::Unreachable, "check `address`, `tls`, `ca` and the network between"),
        _ => (ErrorKind::Io, "run again; if it stays, look into the server's log"),
    };
    SourceError { kind, what: what.into(), why: error.to_string().into(), help }
}
