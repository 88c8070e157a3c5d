//! Asks what stands beside the brokers over HTTP: Kafka Connect, an OpenID provider. Answers are JSON and bounded.

use std::time::Duration;

use serde_json::Value;
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig};

use super::security::CA;
use crate::{ErrorKind, Settings, SourceError};

/// An answer that is longer is refused.
const LONGEST: u64 = 32 << 20;

pub(super) struct Rest {
    agent: ureq::Agent,
}

impl Rest {
    /// Trusts the same authorities as the connection to the brokers.
    pub(super) fn new(settings: &Settings) -> Result<Rest, SourceError> {
        let roots = settings.text(CA.name).map(|path| authorities(settings, path)).transpose()?;
        let tls = TlsConfig::builder().root_certs(roots.unwrap_or(RootCerts::WebPki)).build();
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(Duration::from_secs(30)))
            .user_agent("dyetrace")
            .max_redirects(0)
            .tls_config(tls)
            .build();
        Ok(Rest { agent: config.into() })
    }

    pub(super) fn get(&self, url: &str, authorization: Option<&str>) -> Result<Value, SourceError> {
        let mut request = self.agent.get(url);
        if let Some(authorization) = authorization {
            request = request.header("Authorization", authorization);
        }
        answer(url, request.call())
    }

    pub(super) fn post(&self, url: &str, form: &[(&str, &str)]) -> Result<Value, SourceError> {
        answer(url, self.agent.post(url).send_form(form.iter().copied()))
    }
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

fn authorities(settings: &Settings, path: &str) -> Result<RootCerts, SourceError> {
    let unread = |why: String| SourceError {
        kind: ErrorKind::Settings,
        what: "ca".into(),
        why: why.into(),
        help: "`ca` is a file with certificates in PEM",
    };
    let text = std::fs::read(settings.base.join(path)).map_err(|error| unread(error.to_string()))?;
    let certificates: Vec<Certificate<'static>> = ureq::tls::parse_pem(&text)
        .filter_map(|item| match item {
            Ok(PemItem::Certificate(certificate)) => Some(certificate),
            _ => None,
        })
        .collect();
    match certificates.is_empty() {
        true => Err(unread("no certificate in it".into())),
        false => Ok(RootCerts::from(certificates)),
    }
}
