//! Where a server's files lie, and where it may listen.

use std::path::PathBuf;

/// Where `scripts/servers/NAME` puts what it fetches.
pub fn fetched(name: &str) -> PathBuf {
    let usual = || concat!(env!("CARGO_MANIFEST_DIR"), "/../target/servers").into();
    std::env::var_os("DYETRACE_SERVERS").map_or_else(usual, PathBuf::from).join(name)
}

/// A port of the loopback interface that nobody listens on.
pub fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}
