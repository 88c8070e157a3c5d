//! Apache Kafka in KRaft mode on the loopback interface. One broker listens four ways: plainly (whoever comes is a
//! super user, and seeds), with SASL over TLS, with TLS and the client's own certificate, and for other brokers.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, OnceLock};

use super::leash::Leash;
use super::{fetched, free_port};

/// The password of the SCRAM user `reader`.
pub const SCRAM_WORD: &str = "scram-word";
/// The password of all PLAIN users.
pub const PLAIN_WORD: &str = "plain-word";
/// One for each test that gives permissions.
const PLAIN_USERS: [&str; 3] = ["plain", "dyetrace", "narrow"];

/// A cluster of one broker or more; the first is the controller as well.
pub struct Kafka {
    nodes: Vec<Node>,
}

/// One broker.
pub struct Node {
    id: usize,
    pub plain: u16,
    pub secure: u16,
    pub mutual: u16,
    folder: PathBuf,
    running: Mutex<Option<Leash>>,
}

impl Kafka {
    /// The broker that tests share: each takes topics and principals of its own.
    pub fn shared() -> &'static Kafka {
        static SHARED: OnceLock<Kafka> = OnceLock::new();
        SHARED.get_or_init(|| Kafka::start(1))
    }

    /// A new cluster of so many brokers.
    pub fn start(brokers: usize) -> Kafka {
        let controller = free_port();
        let nodes: Vec<Node> = (1..=brokers).map(|id| Node::prepared(id, controller)).collect();
        nodes.iter().for_each(Node::start);
        Kafka { nodes }
    }

    /// `host:port` of the listener that asks for nothing.
    pub fn plain(&self) -> String {
        format!("127.0.0.1:{}", self.nodes[0].plain)
    }

    /// `host:port` of the listener with SASL over TLS.
    pub fn secure(&self) -> String {
        format!("127.0.0.1:{}", self.nodes[0].secure)
    }

    /// `host:port` of the listener that wants a client's certificate.
    pub fn mutual(&self) -> String {
        format!("127.0.0.1:{}", self.nodes[0].mutual)
    }

    /// A file of the first broker's folder: `server.crt` (its own authority), `client.crt`, `client.key`.
    pub fn file(&self, name: &str) -> PathBuf {
        self.nodes[0].folder.join(name)
    }

    /// The broker of that number, from 1 on.
    pub fn node(&self, id: usize) -> &Node {
        &self.nodes[id - 1]
    }

    /// Runs Kafka's own command for access lists, as a super user.
    pub fn acl(&self, arguments: &[&str]) {
        let server = self.plain();
        let mut command = java("org.apache.kafka.tools.AclCommand");
        command.extend(["--bootstrap-server", &server].map(String::from));
        command.extend(arguments.iter().map(|word| word.to_string()));
        ran(&command);
    }
}

impl Node {
    fn prepared(id: usize, controller: u16) -> Node {
        let folder = tempfile::Builder::new().prefix("dyetrace-kafka-").tempdir().unwrap().keep();
        let [plain, secure, mutual] = [(); 3].map(|()| free_port());
        let node = Node { id, plain, secure, mutual, folder, running: Mutex::new(None) };
        node.certify();
        let path = node.folder.join("server.properties");
        std::fs::write(&path, node.properties(controller)).unwrap();
        std::fs::write(node.folder.join("log4j2.properties"), LOG).unwrap();
        let mut format = java("kafka.tools.StorageTool");
        let scram = format!("SCRAM-SHA-256=[name=reader,password={SCRAM_WORD}]");
        let cluster = "AAAAAAAAAAAAAAAAAAAAAQ";
        format.extend(["format", "-t", cluster, "-c", path.to_str().unwrap()].map(String::from));
        match id {
            1 => format.extend(["--standalone", "--add-scram", &scram].map(String::from)),
            _ => format.push("--no-initial-controllers".into()),
        }
        ran(&format);
        node
    }

    /// Starts it, or starts it again, and waits until it answers.
    pub fn start(&self) {
        let log4j = format!("-Dlog4j2.configurationFile={}", self.folder.join("log4j2.properties").display());
        let mut command = java("kafka.Kafka");
        command.splice(1..1, ["-Xmx320m".into(), log4j]);
        command.push(self.folder.join("server.properties").display().to_string());
        let leash = Leash::start(&command, &self.folder);
        leash.await_port(self.plain);
        leash.await_port(self.secure);
        *self.running.lock().unwrap() = Some(leash);
    }

    /// Ends it as a crash would.
    pub fn crash(&self) {
        self.running.lock().unwrap().take().unwrap().crash();
    }

    /// Two certificates, each its own authority: the broker's and a client's.
    fn certify(&self) {
        for (name, subject, host) in
            [("server", "/CN=localhost", "IP:127.0.0.1"), ("client", "/CN=client", "DNS:client")]
        {
            let file = |end: &str| self.folder.join(format!("{name}.{end}")).display().to_string();
            let names = format!("subjectAltName={host}");
            let curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"];
            let mut command = vec!["openssl", "req", "-x509", "-subj", subject, "-addext", &names];
            command.extend(curve);
            let (key, certificate) = (file("key"), file("crt"));
            command.extend(["-keyout", &key, "-out", &certificate]);
            ran(&command.iter().map(|word| word.to_string()).collect::<Vec<_>>());
        }
        let read = |name: &str| std::fs::read_to_string(self.folder.join(name)).unwrap();
        std::fs::write(self.folder.join("server.pem"), read("server.key") + &read("server.crt")).unwrap();
    }

    fn properties(&self, controller: u16) -> String {
        let Node { id, plain, secure, mutual, folder, .. } = self;
        let folder = folder.display();
        let mut said = COMMON.to_string();
        let address = |name: &str, port: u16| format!("{name}://127.0.0.1:{port}");
        let mut listeners = [("PLAIN", *plain), ("SECURE", *secure), ("MUTUAL", *mutual)]
            .map(|(name, port)| address(name, port))
            .join(",");
        let (role, own) = match id {
            1 => ("broker,controller", address(",CONTROLLER", controller)),
            _ => ("broker", String::new()),
        };
        listeners += &own;
        let mut line = |key: &str, value: &dyn std::fmt::Display| writeln!(said, "{key}={value}").unwrap();
        line("node.id", id);
        line("process.roles", &role);
        line("controller.quorum.bootstrap.servers", &format!("127.0.0.1:{controller}"));
        line("listeners", &listeners);
        line("log.dirs", &format!("{folder}/log"));
        line("ssl.keystore.location", &format!("{folder}/server.pem"));
        line("ssl.truststore.location", &format!("{folder}/client.crt"));
        let users = PLAIN_USERS.map(|user| format!(" user_{user}=\"{PLAIN_WORD}\"")).concat();
        line("listener.name.secure.plain.sasl.jaas.config", &format!("{PLAIN}{users};"));
        said
    }
}

const PLAIN: &str = "org.apache.kafka.common.security.plain.PlainLoginModule required";

/// What all brokers share. Meanings: <https://kafka.apache.org/41/configuration/broker-configs/>.
const COMMON: &str = r#"
listener.security.protocol.map=PLAIN:PLAINTEXT,SECURE:SASL_SSL,MUTUAL:SSL,CONTROLLER:PLAINTEXT
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAIN
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:ANONYMOUS
allow.everyone.if.no.acl.found=false
offsets.topic.replication.factor=1
offsets.topic.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=1
share.coordinator.state.topic.replication.factor=1
group.initial.rebalance.delay.ms=0
auto.create.topics.enable=false
message.max.bytes=33554432
log.cleaner.backoff.ms=200
log.retention.ms=-1
log.retention.check.interval.ms=500
log.segment.delete.delay.ms=100
broker.session.timeout.ms=2000
broker.heartbeat.interval.ms=300
sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,OAUTHBEARER
listener.name.secure.scram-sha-256.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
listener.name.secure.oauthbearer.sasl.jaas.config=org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub="broker";
ssl.keystore.type=PEM
ssl.truststore.type=PEM
listener.name.mutual.ssl.client.auth=required
"#;

const LOG: &str = "rootLogger.level=warn\nrootLogger.appenderRef.c.ref=C\nappender.c.type=Console\nappender.c.name=C\n\
    appender.c.layout.type=PatternLayout\nappender.c.layout.pattern=%d %p %c %m%n\n";

/// A program of Kafka's jars. What it spends on compiling itself would be lost in so short a life.
pub fn java(class: &str) -> Vec<String> {
    let jars = fetched("kafka");
    assert!(has_broker(&jars), "no Kafka in {}: run scripts/test", jars.display());
    let jars = jars.join("*").display().to_string();
    ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", &jars, class].map(String::from).to_vec()
}

fn has_broker(jars: &Path) -> bool {
    let is_broker = |name: &str| name.starts_with("kafka_2.13-") && name.ends_with(".jar");
    std::fs::read_dir(jars)
        .is_ok_and(|jars| jars.flatten().any(|jar| is_broker(&jar.file_name().to_string_lossy())))
}

fn ran(command: &[String]) {
    let output = Command::new(&command[0]).args(&command[1..]).output().unwrap();
    let said = [&output.stdout[..], &output.stderr].map(String::from_utf8_lossy).concat();
    assert!(output.status.success(), "{command:?}: {said}");
}
