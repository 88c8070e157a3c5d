//! PostgreSQL from Debian's package: plain and TLS on one port, in a folder of its own.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use tokio_postgres::{NoTls, SimpleQueryMessage};

use super::leash::Leash;
use super::{account, certificate, free_port};

/// The administrator's password.
const WORD: &str = "for-tests";

/// A running server.
pub struct Postgres {
    pub port: u16,
    folder: PathBuf,
    running: Option<Leash>,
}

impl Postgres {
    /// One for all tests that do not end it; each makes a database of its own.
    pub fn shared() -> &'static Postgres {
        static SHARED: OnceLock<Postgres> = OnceLock::new();
        SHARED.get_or_init(Postgres::start)
    }

    /// Starts one with an empty database.
    pub fn start() -> Postgres {
        let folder = tempfile::Builder::new().prefix("dyetrace-postgres-").tempdir().unwrap().keep();
        certificate::make(&folder);
        std::fs::write(folder.join("word"), WORD).unwrap();
        account::give("postgres", &folder);
        let (data, word) = (folder.join("data"), folder.join("word"));
        let mut make = account::run_as("postgres", &[&binary("initdb"), "--no-sync", "--auth=scram-sha-256"]);
        make.extend(["--username=admin", "--locale=C.UTF-8", "--encoding=UTF8"].map(String::from));
        make.extend([format!("--pwfile={}", word.display()), format!("--pgdata={}", data.display())]);
        let made = Command::new(&make[0]).args(&make[1..]).output().unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let mut postgres = Postgres { port: free_port(), folder, running: None };
        postgres.again();
        postgres
    }

    /// Starts it, with what it had kept.
    pub fn again(&mut self) {
        let folder = self.folder.display();
        let mut command =
            account::run_as("postgres", &[&binary("postgres"), "-D", &format!("{folder}/data")]);
        for setting in [
            "listen_addresses=127.0.0.1".to_owned(),
            "unix_socket_directories=".to_owned(),
            format!("port={}", self.port),
            "fsync=off".to_owned(),
            "wal_level=logical".to_owned(),
            "ssl=on".to_owned(),
            format!("ssl_cert_file={folder}/server.crt"),
            format!("ssl_key_file={folder}/server.key"),
        ] {
            command.extend(["-c".to_owned(), setting]);
        }
        self.running = Some(Leash::start(&command, &self.folder));
        self.running.as_ref().unwrap().await_port(self.port);
        while self.try_run("postgres", "SELECT 1").is_err() {
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
    }

    /// Ends it as a crash would; what was written stays.
    pub fn crash(&mut self) {
        self.running.take().unwrap().crash();
        // Its processes notice by themselves that the first one is gone, and hold the memory until then.
        std::thread::sleep(std::time::Duration::from_millis(500));
    }

    /// The certificate, which is its own authority.
    pub fn authority(&self) -> String {
        self.folder.join("server.crt").display().to_string()
    }

    /// A file in its folder with this text, for settings that name one.
    pub fn file(&self, name: &str, text: &str) -> String {
        let path = self.folder.join(name);
        // Other tests may be reading it.
        let fresh = tempfile::NamedTempFile::new_in(&self.folder).unwrap();
        std::fs::write(&fresh, text).unwrap();
        fresh.persist(&path).unwrap();
        path.display().to_string()
    }

    /// Runs SQL as the administrator, and gives the first column of its rows.
    pub fn run(&self, database: &str, sql: &str) -> Vec<String> {
        self.try_run(database, sql).unwrap_or_else(|error| panic!("{sql}: {error:?}"))
    }

    fn try_run(&self, database: &str, sql: &str) -> Result<Vec<String>, tokio_postgres::Error> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let mut config = tokio_postgres::Config::new();
            config.host("127.0.0.1").port(self.port).user("admin").password(WORD).dbname(database);
            let (client, connection) = config.connect(NoTls).await?;
            tokio::spawn(connection);
            let first = |message| match message {
                SimpleQueryMessage::Row(row) => Some(row.get(0).unwrap_or("NULL").to_owned()),
                _ => None,
            };
            Ok(client.simple_query(sql).await?.into_iter().filter_map(first).collect())
        })
    }
}

/// A program of the newest version that is installed.
fn binary(name: &str) -> String {
    let versions = std::fs::read_dir("/usr/lib/postgresql").expect("no PostgreSQL: run scripts/test");
    let binary = |folder: PathBuf| folder.join("bin").join(name);
    let found =
        versions.flatten().map(|version| binary(version.path())).filter(|path| Path::exists(path)).max();
    found.expect("no PostgreSQL: run scripts/test").display().to_string()
}
