//! The HTTP client below the AWS clients: one TLS stack without C beside ring, and the environment's proxies, which
//! the library's ready-made client with ring leaves out.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::{Connector, tls};
use aws_smithy_runtime_api::client::http::{
    HttpConnectorSettings, SharedHttpClient, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;

/// Connections are kept, apart for each pair of timeouts: the instance's metadata are asked with short ones.
pub(super) fn client() -> SharedHttpClient {
    let known: Mutex<Vec<(Timeouts, SharedHttpConnector)>> = Mutex::default();
    http_client_fn(move |settings, components| {
        let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
        let timeouts = (settings.connect_timeout(), settings.read_timeout());
        if let Some((_, connector)) = known.iter().find(|(known, _)| *known == timeouts) {
            return connector.clone();
        }
        let connector = connector(settings, components);
        known.push((timeouts, connector.clone()));
        connector
    })
}

/// For connecting and for reading.
type Timeouts = (Option<Duration>, Option<Duration>);

fn connector(settings: &HttpConnectorSettings, components: &RuntimeComponents) -> SharedHttpConnector {
    let mut builder = Connector::builder()
        .tls_provider(tls::Provider::Rustls(tls::rustls_provider::CryptoMode::Ring))
        .proxy_config(ProxyConfig::from_env())
        .connector_settings(settings.clone());
    builder.set_sleep_impl(components.sleep_impl());
    SharedHttpConnector::new(builder.build())
}
