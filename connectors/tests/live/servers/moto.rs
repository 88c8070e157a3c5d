//! moto on the loopback interface: CloudWatch Logs, SQS, IAM, S3 and Kinesis, as far as it speaks them.

use std::sync::OnceLock;

use super::leash::Leash;
use super::{fetched, free_port};

/// A server with an account of its own.
pub struct Moto {
    pub port: u16,
    _running: Leash,
}

impl Moto {
    /// The server that tests share: each takes groups and queues of its own.
    pub fn shared() -> &'static Moto {
        static SHARED: OnceLock<Moto> = OnceLock::new();
        SHARED.get_or_init(Moto::start)
    }

    /// A server of one's own, which checks who may do what once `POST /moto-api/reset-auth` has said so.
    pub fn start() -> Moto {
        let (program, port) = (fetched("moto").join("bin/moto_server"), free_port());
        assert!(program.exists(), "{} is not there: scripts/servers/moto fetches it", program.display());
        let folder = tempfile::Builder::new().prefix("dyetrace-moto-").tempdir().unwrap().keep();
        let command =
            [&*program.display().to_string(), "-H", "127.0.0.1", "-p", &port.to_string()].map(String::from);
        let running = Leash::start(&command, &folder);
        running.await_port(port);
        Moto { port, _running: running }
    }
}
