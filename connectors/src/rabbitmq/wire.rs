//! What the client library speaks over: TCP, or TLS as [`crate::endpoint::tls`] wants it. It must not know AMQP.

use std::future::Future;
use std::io::{self, Read, Write};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_compat::Compat;
use async_rs::traits::Reactor;
use async_rs::util::RuntimeParts;
use async_rs::{Runtime, Tokio};
use futures_core::Stream;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::runtime::Handle;
use tokio_rustls::TlsConnector;

/// Bytes both ways.
pub(super) trait Wire: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Wire for T {}

/// A connection as the client library wants it.
pub(super) type Line = Compat<Box<dyn Wire>>;

/// How the client library runs.
pub(super) type Running = Runtime<RuntimeParts<Tokio, Network>>;

/// Connects within the time that the caller allows.
pub(super) async fn dial(host: &str, port: u16, tls: Option<&Tls>) -> io::Result<Line> {
    let stream = TcpStream::connect((host, port)).await?;
    stream.set_nodelay(true)?;
    let wire: Box<dyn Wire> = match tls {
        None => Box::new(stream),
        Some(tls) => {
            let name = ServerName::try_from(host.to_owned()).map_err(io::Error::other)?;
            Box::new(tls.0.connect(name, stream).await?)
        }
    };
    Ok(Compat::new(wire))
}

/// Encryption, and whom to trust.
#[derive(Clone)]
pub(super) struct Tls(TlsConnector);

impl Tls {
    pub(super) fn new(config: rustls::ClientConfig) -> Tls {
        Tls(Arc::new(config).into())
    }
}

/// Runs on the runtime of that handle.
pub(super) fn running(handle: &Handle) -> Running {
    let tokio = Tokio::default().with_handle(handle.clone());
    Runtime::new(RuntimeParts::new(tokio.clone(), Network(tokio)))
}

/// Tokio's clock beside [`Line`]s; the client library takes connections from [`dial`] and opens none itself.
#[derive(Debug, Clone)]
pub(super) struct Network(Tokio);

impl Reactor for Network {
    type TcpStream = Line;
    type Sleep = <Tokio as Reactor>::Sleep;

    fn register<H: Read + Write + Send + 'static>(
        &self,
        _socket: H,
    ) -> io::Result<impl futures_io::AsyncRead + futures_io::AsyncWrite + Send + Unpin + 'static> {
        Err::<Line, _>(io::ErrorKind::Unsupported.into())
    }

    fn sleep(&self, time: Duration) -> Self::Sleep {
        self.0.sleep(time)
    }

    fn interval(&self, time: Duration) -> impl Stream<Item = Instant> + Send + 'static {
        self.0.interval(time)
    }

    fn tcp_connect_addr(&self, _: SocketAddr) -> impl Future<Output = io::Result<Line>> + Send + 'static {
        std::future::ready(Err(io::ErrorKind::Unsupported.into()))
    }
}
