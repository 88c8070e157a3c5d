//! The settings that servers of every kind have: where one is, how long it is waited for, whom it is trusted by.

use std::time::Duration;

#[cfg(any(feature = "postgres", feature = "rabbitmq"))]
use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, pem::PemObject},
};

use crate::{ErrorKind, Setting, SettingKind, Settings, SourceError};

pub(crate) const TLS: Setting = Setting { name: "tls", about: "speak TLS", kind: SettingKind::Switch };
pub(crate) const CA: Setting = Setting {
    name: "ca",
    about: "a PEM file of authorities that the server's certificate must come from, instead of the system's",
    kind: SettingKind::Text,
};
pub(crate) const TIMEOUT: Setting = Setting {
    name: "timeout",
    about: "seconds without an answer after which the server counts as not reachable (10)",
    kind: SettingKind::Text,
};

/// `address`: a host, and a port or the usual one. An IPv6 address stands in brackets.
pub(crate) fn address(settings: &Settings, usual: u16) -> Result<(String, u16), SourceError> {
    let typed = settings.text("address").unwrap_or_default();
    split(typed, usual)
        .ok_or_else(|| unfit("address", typed, "say where the server is: `address: host:port`"))
}

fn split(typed: &str, usual: u16) -> Option<(String, u16)> {
    let (host, port) = match typed.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, port.parse().ok()?),
        _ => (typed, usual),
    };
    let host = host.trim_start_matches('[').trim_end_matches(']');
    (!host.is_empty()).then(|| (host.to_owned(), port))
}

/// `timeout`: how long an answer is waited for.
pub(crate) fn patience(settings: &Settings) -> Result<Duration, SourceError> {
    let Some(typed) = settings.text("timeout") else { return Ok(Duration::from_secs(10)) };
    match typed.parse() {
        Ok(seconds @ 1..=300) => Ok(Duration::from_secs(seconds)),
        _ => Err(unfit("timeout", typed, "`timeout` is a number of seconds from 1 to 300")),
    }
}

/// `ca`: the PEM file's bytes.
pub(crate) fn authorities(settings: &Settings) -> Result<Option<Vec<u8>>, SourceError> {
    let Some(path) = settings.text("ca").map(|path| settings.base.join(path)) else { return Ok(None) };
    let unread = |error: std::io::Error| {
        let why = format!("{}: {error}", path.display());
        unfit("ca", &why, "let the user who runs dyetrace read the file of certificates")
    };
    std::fs::read(&path).map(Some).map_err(unread)
}

/// TLS where the server's certificate must come from one of `ca`'s authorities, else from one of the system's.
#[cfg(any(feature = "postgres", feature = "rabbitmq"))]
pub(crate) fn tls(settings: &Settings) -> Result<ClientConfig, SourceError> {
    let mut roots = RootCertStore::empty();
    match authorities(settings)? {
        None => _ = roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs),
        Some(pem) => {
            for certificate in CertificateDer::pem_slice_iter(&pem) {
                let added = certificate.map_err(|error| error.to_string());
                let added = added.and_then(|added| roots.add(added).map_err(|error| error.to_string()));
                added.map_err(|why| unfit("ca", &why, "`ca` is a PEM file of certificates"))?;
            }
        }
    }
    Ok(ClientConfig::builder().with_root_certificates(roots).with_no_client_auth())
}

/// A setting that does not fit.
pub(crate) fn unfit(what: &str, why: &str, help: &'static str) -> SourceError {
    SourceError { kind: ErrorKind::Settings, what: what.into(), why: why.into(), help }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_a_host_and_a_port() {
        let check =
            |typed: &str| split(typed, 6379).map_or("-".into(), |(host, port)| format!("{host} {port}"));
        assert_eq!([check("a"), check("a:1")], ["a 6379", "a 1"]);
        assert_eq!([check("[::1]"), check("[::1]:2")], ["::1 6379", "::1 2"]);
        assert_eq!([check(""), check(":1"), check("a:b")], ["-", "-", "-"]);
    }
}
