//! The connectors against real servers, on loopback and free ports. `scripts/test` fetches the servers and runs
//! these; plain `cargo test` says that it left them out.

mod kafka;
mod servers;
