//! The client library: a connection with one channel, and what its errors mean. Async stays inside.

use std::future::Future;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use lapin::options::QueueDeclareOptions;
use lapin::tcp::AsyncTcpStream;
use lapin::types::{FieldTable, ShortString};
use lapin::uri::{AMQPAuthority, AMQPQueryString, AMQPScheme, AMQPUri, AMQPUserInfo};
use lapin::{Channel, Connection, ConnectionProperties, Error};
use tokio::runtime::{Builder, Runtime};

use super::wire::{self, Tls};
use crate::endpoint;
use crate::pace::Pace;
use crate::rest::escaped;
use crate::{ErrorKind, Foreign, Settings, SourceError};

/// Where the broker is, how long it is waited for, and how often asked.
pub(super) struct Broker {
    uri: AMQPUri,
    tls: Option<Tls>,
    pub(super) patience: Duration,
    pub(super) pace: Arc<Pace>,
    runtime: OnceLock<Runtime>,
}

impl Broker {
    pub(super) fn new(settings: &Settings, pace: Arc<Pace>) -> Result<Broker, SourceError> {
        let (host, port) = address(settings)?;
        let patience = endpoint::patience(settings)?;
        let password = settings.secret("password")?;
        let userinfo = AMQPUserInfo {
            username: settings.text("user").unwrap_or_default().into(),
            password: password.map_or_else(String::new, |password| password.expose().to_owned()),
        };
        let tls = settings.switch("tls").then(|| endpoint::tls(settings)).transpose()?;
        let uri = AMQPUri {
            scheme: if tls.is_some() { AMQPScheme::AMQPS } else { AMQPScheme::AMQP },
            authority: AMQPAuthority { userinfo, host, port },
            vhost: settings.text("vhost").unwrap_or("/").into(),
            query: AMQPQueryString::default(),
        };
        Ok(Broker { uri, tls: tls.map(Tls::new), patience, pace, runtime: OnceLock::new() })
    }

    /// OpenLineage namespace, as <https://www.rabbitmq.com/docs/uri-spec> names a virtual host.
    pub(super) fn namespace(&self) -> Foreign {
        format!("amqp://{}/{}", self.address(), escaped(&self.uri.vhost)).into()
    }

    fn address(&self) -> String {
        format!("{}:{}", self.uri.authority.host, self.uri.authority.port)
    }

    /// A connection, made now.
    pub(super) fn link(&self) -> Result<Link, SourceError> {
        self.link_within(self.patience)
    }

    /// The same, of which every answer is waited for this long.
    pub(super) fn link_within(&self, patience: Duration) -> Result<Link, SourceError> {
        self.pace.wait();
        let address = self.address();
        let connecting = async {
            let connection = self.connect().await?;
            let channel = connection.create_channel().await?;
            Ok(Link { channel, connection, patience })
        };
        self.within(patience, &address, connecting)
    }

    async fn connect(&self) -> Result<Connection, Error> {
        let (authority, tls) = (self.uri.authority.clone(), self.tls.clone());
        let dial = async move |_, _| {
            let line = wire::dial(&authority.host, authority.port, tls.as_ref()).await?;
            Ok(AsyncTcpStream::Plain(line))
        };
        let properties = ConnectionProperties::default().with_connection_name("dyetrace".into());
        let running = wire::running(&tokio::runtime::Handle::current());
        Connection::connector(self.uri.clone(), running, dial, properties).await
    }

    /// Waits for an answer on a connection. `what` is named by an error.
    pub(super) fn timely<T>(
        &self,
        link: &Link,
        what: &str,
        answer: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, SourceError> {
        self.within(link.patience, what, answer)
    }

    /// The same with a time of one's own.
    pub(super) fn within<T>(
        &self,
        time: Duration,
        what: &str,
        answer: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, SourceError> {
        let runtime = match self.runtime.get() {
            Some(runtime) => runtime,
            None => {
                let built = Builder::new_multi_thread().worker_threads(1).enable_all().build();
                let built = built.map_err(|error| unreachable(&self.address(), error.to_string()))?;
                self.runtime.get_or_init(|| built)
            }
        };
        match runtime.block_on(async { tokio::time::timeout(time, answer).await }) {
            Ok(answer) => answer.map_err(|error| failed(what, &self.address(), &error)),
            Err(_) => Err(unreachable(&self.address(), "no answer".into())),
        }
    }

    /// How many messages wait in a queue, and how many consumers it has.
    pub(super) fn depth(&self, link: &Link, queue: &str) -> Result<(u32, u32), SourceError> {
        self.pace.wait();
        let options = QueueDeclareOptions { passive: true, ..QueueDeclareOptions::default() };
        let declared = link.channel.queue_declare(name(queue)?, options, FieldTable::default());
        let declared = self.timely(link, queue, declared)?;
        Ok((declared.message_count(), declared.consumer_count()))
    }

    /// Ends a connection in good order: with its channel, all that was got and not acknowledged goes back.
    pub(super) fn close(&self, link: &Link) {
        let closing = async {
            link.channel.close(200, "".into()).await.ok();
            link.connection.close(200, "".into()).await.ok();
            Ok(())
        };
        self.timely(link, "", closing).ok();
    }
}

/// `address`, with the usual port.
pub(super) fn address(settings: &Settings) -> Result<(String, u16), SourceError> {
    endpoint::address(settings, if settings.switch("tls") { 5671 } else { 5672 })
}

/// The protocol has room for 255 bytes.
pub(super) fn name(queue: &str) -> Result<ShortString, SourceError> {
    ShortString::try_new(queue.to_owned()).map_err(|_| refused(queue, 404, String::new()))
}

/// A connection with one channel.
pub(super) struct Link {
    pub(super) channel: Channel,
    /// How long an answer is waited for.
    pub(super) patience: Duration,
    connection: Connection,
}

/// What an error means, and what to do about it.
fn failed(what: &str, address: &str, error: &Error) -> SourceError {
    match error.kind() {
        lapin::ErrorKind::ProtocolError(said) => match said.get_id() {
            // The broker is going down, or an operator closed the connection.
            320 => unreachable(address, said.get_message().to_string()),
            code => refused(what, code, said.get_message().to_string()),
        },
        _ => unreachable(address, error.to_string()),
    }
}

/// By the protocol's reply codes.
fn refused(what: &str, code: u16, why: String) -> SourceError {
    let (kind, help) = match code {
        403 | 530 => (
            ErrorKind::Denied,
            "check `user`, `password`, `vhost` and what the user may read: `dyetrace sources policy rabbitmq`",
        ),
        404 => (ErrorKind::NotFound, "it is gone, or never was; check the name and `vhost`"),
        405 => (ErrorKind::Denied, "another connection has it for itself"),
        540 => (ErrorKind::Unsupported, "it cannot be looked at this way: it is a stream or of another type"),
        _ => (ErrorKind::Io, "run again; if it stays, look into the broker's log"),
    };
    SourceError { kind, what: what.into(), why: why.into(), help }
}

/// Nothing answers there, or not in time.
pub(super) fn unreachable(address: &str, why: String) -> SourceError {
    SourceError {
        kind: ErrorKind::Unreachable,
        what: address.into(),
        why: why.into(),
        help: "check `address`, `tls`, `ca` and the network between",
    }
}
