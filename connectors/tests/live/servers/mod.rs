//! The servers of the live tests, each started by what `scripts/servers` fetched.

pub mod connect;
pub mod kafka;
pub mod leash;
mod place;

pub use place::{fetched, free_port};
