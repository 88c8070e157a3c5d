//! The servers of the live tests, each started by what `scripts/servers` fetched.

pub mod account;
pub mod certificate;
pub mod connect;
pub mod kafka;
pub mod leash;
pub mod moto;
mod place;
pub mod postgres;
pub mod proxy;
pub mod rabbitmq;
pub mod redis;
pub mod registry;

pub use place::{fetched, free_port};
