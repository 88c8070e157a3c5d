//! Asks what stands beside brokers over HTTP: Kafka Connect, an OpenID provider, RabbitMQ's management API. Answers are
//! JSON and bounded; no redirection is followed, so that credentials go nowhere else.

use std::time::Duration;

use data_encoding::BASE64;
use serde_json::Value;
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig};
use zeroize::Zeroizing;

use crate::endpoint::{self, unfit};
use crate::{ErrorKind, Secret, Settings, SourceError};

/// An answer that is longer is refused.
const LONGEST: u64 = 32 << 20;

pub(crate) struct Rest {
    agent: ureq::Agent,
}

impl Rest {
    /// Trusts the same authorities as the connection to the brokers: those of `ca`, else the system's.
    pub(crate) fn new(settings: &Settings) -> Result<Rest, SourceError> {
        let tls = TlsConfig::builder().root_certs(authorities(settings)?).build();
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(Duration::from_secs(30)))
            .user_agent("dyetrace")
            .max_redirects(0)
            .tls_config(tls)
            .build();
        Ok(Rest { agent: config.into() })
    }

    pub(crate) fn get(&self, url: &str, authorization: Option<&str>) -> Result<Value, SourceError> {
        let mut request = self.agent.get(url);
        if let Some(authorization) = authorization {
            request = request.header("Authorization", authorization);
        }
        answer(url, request.call())
    }

    #[cfg(feature = "kafka")]
    pub(crate) fn post(&self, url: &str, form: &[(&str, &str)]) -> Result<Value, SourceError> {
        answer(url, self.agent.post(url).send_form(form.iter().copied()))
    }
}

/// What basic authentication says (RFC 7617).
pub(crate) fn basic(user: &str, password: &Secret) -> Zeroizing<String> {
    let said = Zeroizing::new(format!("{user}:{}", password.expose()));
    Zeroizing::new(format!("Basic {}", BASE64.encode(said.as_bytes())))
}

/// A name as one part of a path: it may hold anything.
pub(crate) fn escaped(name: &str) -> String {
    let kept = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    let escape = |byte: u8| if kept(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    name.bytes().map(escape).collect()
}

fn answer(
    url: &str,
    answered: Result<ureq::http::Response<ureq::Body>, ureq::Error>,
) -> Result<Value, SourceError> {
    let failed = |error: ureq::Error| refused(url, &error);
    let mut body = answered.map_err(failed)?.into_body();
    let text = body.with_config().limit(LONGEST).read_to_vec().map_err(failed)?;
    serde_json::from_slice(&text).map_err(|_| SourceError {
        kind: ErrorKind::Unsupported,
        what: url.into(),
        why: "its answer is no JSON".into(),
        help: "check the address: it leads to something else",
    })
}

fn refused(url: &str, error: &ureq::Error) -> SourceError {
    let (kind, help) = match error {
        ureq::Error::StatusCode(400 | 401 | 403) => {
            (ErrorKind::Denied, "check the credentials for this address, and what they may do")
        }
        ureq::Error::StatusCode(404) => (ErrorKind::NotFound, "check the address"),
        ureq::Error::StatusCode(_) => (ErrorKind::Io, "run again; if it stays, look into the server's log"),
        _ => (ErrorKind::Unreachable, "check the address, the network between and `ca`"),
    };
    SourceError { kind, what: url.into(), why: error.to_string().into(), help }
}

fn authorities(settings: &Settings) -> Result<RootCerts, SourceError> {
    let Some(pem) = endpoint::authorities(settings)? else {
        let system = rustls_native_certs::load_native_certs().certs;
        return Ok(system.iter().map(|der| Certificate::from_der(der).to_owned()).collect::<Vec<_>>().into());
    };
    let certificates: Vec<Certificate<'static>> = ureq::tls::parse_pem(&pem)
        .filter_map(|item| match item {
            Ok(PemItem::Certificate(certificate)) => Some(certificate),
            _ => None,
        })
        .collect();
    match certificates.is_empty() {
        true => Err(unfit("ca", "no certificate in it", "`ca` is a PEM file of certificates")),
        false => Ok(RootCerts::from(certificates)),
    }
}
