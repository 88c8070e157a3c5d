//! The servers of the live tests, each started by what `scripts/servers` fetched.

pub mod connect;
pub mod kafka;
pub mod leash;
pub mod moto;
mod place;
pub mod proxy;

pub use place::{fetched, free_port};
