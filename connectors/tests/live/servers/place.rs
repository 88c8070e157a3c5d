//! Where a server's files lie, and where it may listen.

use std::path::{Path, PathBuf};

/// Where `scripts/servers/NAME` puts what it fetches.
pub fn fetched(name: &str) -> PathBuf {
    let usual = || repository().join("target/servers");
    std::env::var_os("DYETRACE_SERVERS").map_or_else(usual, PathBuf::from).join(name)
}

/// Several packages share the servers: the lock file lies at the root of all.
fn repository() -> &'static Path {
    let mut folders = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors();
    folders.find(|folder| folder.join("Cargo.lock").exists()).expect("a package lies in its repository")
}

/// A port of the loopback interface that nobody listens on.
pub fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}
