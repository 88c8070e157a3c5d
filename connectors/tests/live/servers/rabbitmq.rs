//! RabbitMQ with its management plugin from Debian's package: plain and TLS, in a folder of its own, with a port mapper
//! of its own.

use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use super::leash::Leash;
use super::{account, certificate, free_port};

/// A running broker.
pub struct RabbitMq {
    pub port: u16,
    pub secure: u16,
    pub management: u16,
    pub secure_management: u16,
    folder: PathBuf,
    running: Option<Leash>,
}

/// Starts the port mapper in the same group, and becomes the broker.
const SHELL: &str = "epmd -address 127.0.0.1 & exec /usr/lib/rabbitmq/bin/rabbitmq-server";

impl RabbitMq {
    /// One for all tests that do not end it, since it takes long to start; each makes a virtual host of its own.
    pub fn shared() -> &'static RabbitMq {
        static SHARED: OnceLock<RabbitMq> = OnceLock::new();
        SHARED.get_or_init(RabbitMq::start)
    }

    /// Starts one that is empty, with a user `admin`.
    pub fn start() -> RabbitMq {
        let folder = tempfile::Builder::new().prefix("dyetrace-rabbitmq-").tempdir().unwrap().keep();
        certificate::make(&folder);
        let [port, secure, management, secure_management] = [(); 4].map(|()| free_port());
        let mut rabbit = RabbitMq { port, secure, management, secure_management, folder, running: None };
        std::fs::write(rabbit.folder.join("rabbitmq.conf"), rabbit.configuration()).unwrap();
        std::fs::write(rabbit.folder.join("plugins"), "[rabbitmq_management].\n").unwrap();
        account::give("rabbitmq", &rabbit.folder);
        rabbit.again();
        rabbit
    }

    fn configuration(&self) -> String {
        let RabbitMq { port, secure, management, secure_management, folder, .. } = self;
        let folder = folder.display();
        let keys = |prefix: &str| {
            format!(
                "{prefix}.cacertfile = {folder}/server.crt\n{prefix}.certfile = {folder}/server.crt\n\
                 {prefix}.keyfile = {folder}/server.key\n"
            )
        };
        format!(
            "listeners.tcp.1 = 127.0.0.1:{port}\nlisteners.ssl.1 = 127.0.0.1:{secure}\n{}\
             management.tcp.ip = 127.0.0.1\nmanagement.tcp.port = {management}\nmanagement.ssl.ip = 127.0.0.1\n\
             management.ssl.port = {secure_management}\n{}default_user = admin\ndefault_pass = admin\n\
             loopback_users = none\ncollect_statistics_interval = 500\n",
            keys("ssl_options"),
            keys("management.ssl")
        )
    }

    /// Starts it, with what it had kept.
    pub fn again(&mut self) {
        let (folder, [distribution, mapper]) = (self.folder.display(), [(); 2].map(|()| free_port()));
        let environment = [
            format!("HOME={folder}"),
            format!("ERL_EPMD_PORT={mapper}"),
            format!("RABBITMQ_DIST_PORT={distribution}"),
            format!("RABBITMQ_NODENAME=dyetrace{}@localhost", self.port),
            format!("RABBITMQ_CONFIG_FILE={folder}/rabbitmq.conf"),
            format!("RABBITMQ_CONF_ENV_FILE={folder}/none"),
            format!("RABBITMQ_MNESIA_BASE={folder}/data"),
            format!("RABBITMQ_LOG_BASE={folder}/log"),
            format!("RABBITMQ_ENABLED_PLUGINS_FILE={folder}/plugins"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS=-kernel inet_dist_use_interface {127,0,0,1}".to_owned(),
        ];
        let command = ["env"].into_iter().chain(environment.iter().map(String::as_str));
        let command: Vec<&str> = command.chain(["sh", "-c", SHELL]).collect();
        let leash = Leash::start(&account::run_as("rabbitmq", &command), &self.folder);
        let until = Instant::now() + Duration::from_secs(180);
        // The API answers before queues can be made; listeners come last.
        leash.await_port(self.secure);
        while self.call("GET", "health/checks/local-alarms", "").is_none() {
            assert!(Instant::now() < until, "no broker: {}", leash.said());
            std::thread::sleep(Duration::from_millis(200));
        }
        self.running = Some(leash);
    }

    /// Ends it as a crash would; what is durable stays.
    pub fn crash(&mut self) {
        self.running.take().unwrap().crash();
    }

    /// The certificate, which is its own authority.
    pub fn authority(&self) -> String {
        self.folder.join("server.crt").display().to_string()
    }

    /// A file in its folder with this text, for settings that name one.
    pub fn file(&self, name: &str, text: &str) -> String {
        let path = self.folder.join(name);
        let fresh = tempfile::NamedTempFile::new_in(&self.folder).unwrap();
        std::fs::write(&fresh, text).unwrap();
        fresh.persist(&path).unwrap();
        path.display().to_string()
    }

    /// Calls the management API as the administrator.
    pub fn call(&self, method: &str, path: &str, body: &str) -> Option<String> {
        let url = format!("http://127.0.0.1:{}/api/{path}", self.management);
        let called = Command::new("curl")
            .args(["-sSf", "-u", "admin:admin", "-X", method, "-H", "content-type: application/json"])
            .args(["-d", body, &url])
            .output()
            .unwrap();
        called.status.success().then(|| String::from_utf8_lossy(&called.stdout).into_owned())
    }

    /// As [`Self::call`], of which it is known that it works.
    pub fn done(&self, method: &str, path: &str, body: &str) -> String {
        self.call(method, path, body).unwrap_or_else(|| panic!("{method} {path} {body}"))
    }
}
