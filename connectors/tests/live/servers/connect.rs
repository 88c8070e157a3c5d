//! Kafka Connect in one process, with connectors of its own from files.

use std::path::PathBuf;

use super::free_port;
use super::kafka::{Kafka, java};
use super::leash::Leash;

/// A running worker.
pub struct Connect {
    pub address: String,
    pub folder: PathBuf,
    _running: Leash,
}

impl Connect {
    /// Starts it with these connectors, each its properties; `FOLDER` in them is the worker's own folder.
    pub fn start(kafka: &Kafka, connectors: &[&str]) -> Connect {
        let folder = tempfile::Builder::new().prefix("dyetrace-connect-").tempdir().unwrap().keep();
        let port = free_port();
        let write = |name: &str, text: String| {
            let path = folder.join(name);
            std::fs::write(&path, text.replace("FOLDER", &folder.display().to_string())).unwrap();
            path.display().to_string()
        };
        let worker =
            format!("bootstrap.servers={}\nlisteners=http://127.0.0.1:{port}\n{WORKER}", kafka.plain());
        let mut command = java("org.apache.kafka.connect.cli.ConnectStandalone");
        command.push(write("worker", worker));
        for (number, connector) in connectors.iter().enumerate() {
            command.push(write(&format!("connector-{number}"), connector.to_string()));
        }
        let running = Leash::start(&command, &folder);
        running.await_port(port);
        Connect { address: format!("http://127.0.0.1:{port}"), folder, _running: running }
    }
}

const WORKER: &str = "\
key.converter=org.apache.kafka.connect.storage.StringConverter
value.converter=org.apache.kafka.connect.storage.StringConverter
offset.storage.file.filename=FOLDER/offsets
offset.flush.interval.ms=500
plugin.discovery=service_load
";
