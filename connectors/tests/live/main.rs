//! The connectors against real servers, on loopback and free ports. `scripts/test` fetches the servers and runs
//! these; plain `cargo test` says that it left them out.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

mod aws;
mod cloudwatch;
mod kafka;
mod postgres;
mod rabbitmq;
mod read;
mod redis;
mod servers;
mod sqs;
