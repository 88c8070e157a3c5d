//! What the tests of both AWS sources share: clients that seed, settings, and what a source said.

use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use aws_config::{BehaviorVersion, Region, SdkConfig};
use dyetrace_connectors::{
    Access, Batch, Body, MovementKind, Partition, PartitionReader, Permission, Place, SettingValue, Settings,
    Source, SourceError, Step,
};

use crate::servers::leash::Leash;
use crate::servers::proxy::{Answer, Asked, Proxy};

/// Drives the clients that seed.
pub struct Seeder {
    runtime: tokio::runtime::Runtime,
    pub config: SdkConfig,
}

impl Seeder {
    /// Against the server at that port, with the keys of a user there, or any where nobody checks.
    pub fn new(port: u16, keys: &Keys) -> Seeder {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let ring = aws_smithy_http_client::tls::rustls_provider::CryptoMode::Ring;
        let http = aws_smithy_http_client::Builder::new()
            .tls_provider(aws_smithy_http_client::tls::Provider::Rustls(ring))
            .build_https();
        let loader = aws_config::defaults(BehaviorVersion::v2026_01_12())
            .region(Region::new("eu-west-1"))
            .endpoint_url(format!("http://127.0.0.1:{port}"))
            .credentials_provider(aws_credential_types::Credentials::new(
                &keys.id,
                &keys.secret,
                None,
                None,
                "tests",
            ))
            .http_client(http);
        Seeder { config: runtime.block_on(loader.load()), runtime }
    }

    /// Makes a call, which must do.
    pub fn run<T, E: std::fmt::Debug>(&self, call: impl Future<Output = Result<T, E>>) -> T {
        self.runtime.block_on(call).unwrap()
    }
}

/// A user's keys.
#[derive(Clone)]
pub struct Keys {
    pub id: String,
    pub secret: String,
}

impl Default for Keys {
    fn default() -> Keys {
        Keys { id: "testing".into(), secret: "testing".into() }
    }
}

impl Keys {
    /// A credentials file with them, in a folder that goes with the test program.
    fn file(&self) -> PathBuf {
        let path = tempfile::Builder::new().tempfile_in(folder()).unwrap().into_temp_path();
        let path = path.keep().unwrap();
        let Keys { id, secret } = self;
        std::fs::write(
            &path,
            format!("[default]\naws_access_key_id = {id}\naws_secret_access_key = {secret}\n"),
        )
        .unwrap();
        path
    }
}

/// A folder that goes with the program, as a server's does.
fn folder() -> &'static Path {
    static FOLDER: OnceLock<(PathBuf, Leash)> = OnceLock::new();
    let (folder, _) = FOLDER.get_or_init(|| {
        let folder = tempfile::Builder::new().prefix("dyetrace-keys-").tempdir().unwrap().keep();
        let leash = Leash::start(&["sleep", "infinity"].map(String::from), &folder);
        (folder, leash)
    });
    folder
}

/// A request that no client here can make: of Kinesis, of S3, of moto itself.
pub fn raw(port: u16, request: &str, headers: &str, body: &str) {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
    let service = if headers.contains("Kinesis") { "kinesis" } else { "s3" };
    let credential = format!("Credential=testing/20260101/eu-west-1/{service}/aws4_request");
    let length = body.len();
    write!(
        stream,
        "{request} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: AWS4-HMAC-SHA256 {credential}, \
         SignedHeaders=host, Signature=0\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.lines().next().is_some_and(|status| status.contains(" 200")), "{request}: {answer}");
}

/// Settings for a source at an address.
pub fn settings(url: &str, keys: &Keys, values: &[(&str, &str)]) -> Settings {
    let value = |text: &str| match text {
        "on" => SettingValue::Switch(true),
        text => SettingValue::Text(text.to_owned()),
    };
    let mut all: BTreeMap<String, SettingValue> =
        values.iter().map(|(key, text)| (key.to_string(), value(text))).collect();
    let usual = [("region", "eu-west-1"), ("endpoint", url), ("iam_endpoint", url)];
    for (key, text) in usual {
        all.entry(key.into()).or_insert_with(|| value(text));
    }
    all.insert("credentials".into(), SettingValue::Text(keys.file().display().to_string()));
    Settings { values: all, ..Settings::default() }
}

/// A connector's source.
pub fn source(connector: &str, settings: &Settings) -> Box<dyn Source> {
    (dyetrace_connectors::connector(connector).unwrap().open)(settings).unwrap()
}

/// A proxy before moto that has what moto lacks: nothing is set for the whole account.
pub fn before(port: u16, rule: impl Fn(&Asked<'_>) -> Answer + Send + Sync + 'static) -> Proxy {
    Proxy::start(Some(port), move |asked| {
        rule(asked).or_else(|| match asked.action {
            "logs:DescribeAccountPolicies" => Some((200, r#"{"accountPolicies": []}"#.into())),
            _ => None,
        })
    })
}

/// An error as the JSON services spell it.
pub fn refusal(status: u16, code: &str, message: &str) -> Answer {
    Some((status, format!(r#"{{"__type": "{code}", "message": "{message}"}}"#)))
}

/// A partition that was read to its end.
#[derive(Default)]
pub struct Whole {
    /// Positions, times, values, and headers as `name=value`.
    pub records: Vec<(u64, Option<i64>, String, Vec<String>)>,
    /// How many batches there were.
    pub batches: usize,
    /// The end's note and its movements, or an error.
    pub end: String,
}

impl Whole {
    pub fn values(&self) -> Vec<&str> {
        self.records.iter().map(|(_, _, value, _)| value.as_str()).collect()
    }
}

/// Reads a partition by its name.
pub fn read(source: &dyn Source, name: &str) -> Whole {
    let partition = Partition { name: name.into(), size: None, modified: None };
    let mut whole = Whole::default();
    let mut reader = match source.open(&partition, 0) {
        Ok(reader) => reader,
        Err(error) => return Whole { end: say_error(&error), ..Whole::default() },
    };
    whole.end = loop {
        match step(&mut *reader, &mut whole) {
            Ok(None) => {}
            Ok(Some(end)) => break end,
            Err(error) => break say_error(&error),
        }
    };
    whole
}

/// One step; the end, when it came.
pub fn step(reader: &mut dyn PartitionReader, whole: &mut Whole) -> Result<Option<String>, SourceError> {
    match reader.next()? {
        Step::Batch(batch) => {
            take(&batch, whole);
            Ok(None)
        }
        Step::End(end) => {
            let movements = end.movements.iter().map(|movement| {
                let count = movement.count.unwrap_or_default();
                format!(" {} {count}×", place(&movement.from))
            });
            Ok(Some(format!("{:?}{}", end.note, movements.collect::<String>())))
        }
    }
}

fn take(batch: &Batch, whole: &mut Whole) {
    let Body::Messages(messages) = &batch.body else { panic!("messages are framed") };
    assert_eq!(batch.start, messages[0].offset);
    whole.batches += 1;
    let text =
        |range: &std::ops::Range<usize>| String::from_utf8_lossy(&batch.bytes[range.clone()]).into_owned();
    for message in messages {
        let mut headers: Vec<String> =
            message.headers.iter().map(|(name, value)| format!("{}={}", text(name), text(value))).collect();
        if let Some(retry) = message.retry {
            headers.push(format!("attempts={}", retry.attempts.unwrap_or_default()));
        }
        whole.records.push((message.offset, message.time, text(&message.value), headers));
    }
}

pub fn say_error(error: &SourceError) -> String {
    let help = error.help.split([':', ',', ';']).next().unwrap_or_default();
    format!("{:?} {}: {help}", error.kind, error.what.expose())
}

/// Datasets with their kind, partitions, retention and properties, and what was missed; one a line.
pub fn say_listing(source: &dyn Source) -> String {
    let listing = match source.datasets() {
        Ok(listing) => listing,
        Err(error) => return say_error(&error),
    };
    let mut said = String::new();
    for dataset in listing.datasets {
        let name = dataset.name.unwrap_or_default();
        let partitions: Vec<&str> =
            dataset.partitions.iter().map(|partition| partition.name.expose()).collect();
        said += &format!("{} {:?} [{}]", name.expose(), dataset.kind, partitions.join(" "));
        said += &dataset.retention.map(|seconds| format!(" {}d", seconds / 86_400)).unwrap_or_default();
        for (name, text) in &dataset.properties {
            said += &format!(" {name}: {};", text.expose());
        }
        said.push('\n');
    }
    for missed in listing.missed {
        said += &format!("missed {}\n", say_error(&missed.error));
    }
    said
}

/// Movements, grants and what was missed; one a line, the grants as a set.
pub fn say_access(access: &Access) -> String {
    let mut said = String::new();
    for movement in &access.movements {
        let kind = MovementKind::id(movement.kind);
        let (from, to) = (place(&movement.from), place(&movement.to));
        said += &format!("{from} -> {to} ({kind} {})\n", movement.by.expose());
    }
    let grants = access.grants.iter().map(|grant| {
        let may = if grant.may == Permission::Read { "reads" } else { "writes" };
        format!("{} {may} {}\n", grant.principal.expose(), grant.dataset.expose())
    });
    said.extend(grants.collect::<BTreeSet<_>>());
    for missed in &access.missed {
        said += &format!("missed {}: {:?}\n", missed.what.expose(), missed.error.kind);
    }
    said
}

fn place(place: &Place) -> String {
    match place {
        Place::Dataset(name) => name.expose().into(),
        Place::Elsewhere { namespace, name } => format!("{}|{}", namespace.expose(), name.expose()),
    }
}

/// Every action that was asked is one that the printed policy allows.
pub fn assert_allowed(connector: &str, proxy: &Proxy) {
    let policy = dyetrace_connectors::connector(connector).unwrap().privilege;
    let allowed = policy.split("\"Deny\"").next().unwrap();
    for action in proxy.asked() {
        // A batch takes the right to the single call.
        let action = action.trim_end_matches("Batch");
        assert!(allowed.contains(&format!("\"{action}\"")), "{action} is in no printed policy");
    }
}
