//! Redis from Debian's package: plain and TLS on one server, in a folder of its own.

use std::path::PathBuf;

use super::leash::Leash;
use super::{certificate, free_port};

/// A running server.
pub struct Redis {
    pub port: u16,
    pub secure: u16,
    folder: PathBuf,
    running: Option<Leash>,
}

impl Redis {
    /// Starts one that is empty.
    pub fn start() -> Redis {
        let folder = tempfile::Builder::new().prefix("dyetrace-redis-").tempdir().unwrap().keep();
        certificate::make(&folder);
        let mut redis = Redis { port: free_port(), secure: free_port(), folder, running: None };
        redis.again();
        redis
    }

    /// Starts it, with what it had kept.
    pub fn again(&mut self) {
        let file = |name: &str| self.folder.join(name).display().to_string();
        let (port, secure) = (self.port.to_string(), self.secure.to_string());
        let (certificate, key) = (file("server.crt"), file("server.key"));
        let folder = self.folder.display().to_string();
        let command = [
            ["redis-server", "--bind", "127.0.0.1", "--port", &port, "--dir", &folder],
            ["--save", "", "--appendonly", "yes", "--appendfsync", "always", "--tls-port"],
            [&secure, "--tls-auth-clients", "no", "--tls-cert-file", &certificate, "--tls-key-file", &key],
        ];
        let leash = Leash::start(
            &command.concat().iter().map(|word| word.to_string()).collect::<Vec<_>>(),
            &self.folder,
        );
        leash.await_port(self.port);
        leash.await_port(self.secure);
        self.running = Some(leash);
    }

    /// Ends it as a crash would; what was written stays.
    pub fn crash(&mut self) {
        self.running.take().unwrap().crash();
    }

    /// The certificate, which is its own authority.
    pub fn authority(&self) -> PathBuf {
        self.folder.join("server.crt")
    }

    /// A file in its folder with this text, for settings that name one.
    pub fn file(&self, name: &str, text: &str) -> String {
        let path = self.folder.join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    }

    /// Runs commands, each a line of words.
    pub fn run(&self, commands: &[&str]) {
        for command in commands {
            self.ask::<redis::Value>(&command.split(' ').collect::<Vec<_>>());
        }
    }

    /// Runs one command.
    pub fn ask<T: redis::FromRedisValue>(&self, words: &[&str]) -> T {
        let mut command = redis::cmd(words[0]);
        words[1..].iter().for_each(|word| _ = command.arg(*word));
        command.query(&mut self.client()).unwrap()
    }

    /// A connection of the administrator.
    pub fn client(&self) -> redis::Connection {
        redis::Client::open(format!("redis://127.0.0.1:{}", self.port)).unwrap().get_connection().unwrap()
    }
}
