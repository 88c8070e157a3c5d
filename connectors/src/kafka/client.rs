//! The client library: how it is set up so that reading has no side effect, and what its errors mean. What it
//! would log stays unsaid: its words are foreign.

use std::sync::{Arc, Mutex, MutexGuard, OnceLock};
use std::time::{Duration, Instant};

use rdkafka::client::OAuthToken;
use rdkafka::config::{ClientConfig, RDKafkaLogLevel};
use rdkafka::consumer::{BaseConsumer, Consumer, ConsumerContext};
use rdkafka::error::{KafkaError, RDKafkaErrorCode as Code};
use rdkafka::metadata::Metadata;
use rdkafka::{ClientContext, Offset, Statistics, TopicPartitionList};

use super::registry::Registry;
use super::security::{Sasl, Security};
use super::token;
use crate::pace::Pace;
use crate::{ErrorKind, SourceError};

/// A consumer that says nothing.
pub(super) type Client = BaseConsumer<Quiet>;

/// Why a partition cannot be read while its topic can be listed.
pub(super) const NO_LEADER: &str = "its leader does not answer";

/// Where the brokers are, how long one is waited for, how often asked, and until when.
#[derive(Clone)]
pub(super) struct Cluster {
    /// `host:port`, at least one.
    pub(super) brokers: Vec<String>,
    pub(super) security: Security,
    pub(super) patience: Duration,
    pub(super) pace: Arc<Pace>,
    pub(super) deadline: Option<Duration>,
    /// When the first partition was opened.
    pub(super) begun: Arc<OnceLock<Instant>>,
    /// Clients that nobody uses at the moment: they are connected, and who connects must prove himself each time.
    pub(super) spare: Arc<Mutex<Vec<Arc<Client>>>>,
    /// Who knows the schemas that messages name.
    pub(super) registry: Option<Arc<Registry>>,
}

impl Cluster {
    /// Waits until a request may be made, and gives how long its answer may take.
    pub(super) fn patience(&self) -> Duration {
        self.pace.wait();
        self.patience
    }

    /// Whether the deadline is over, which begins with the first question.
    pub(super) fn is_late(&self) -> bool {
        let begun = self.begun.get_or_init(Instant::now);
        self.deadline.is_some_and(|deadline| begun.elapsed() >= deadline)
    }

    /// A client that belongs to no group: a spare one, or a new one.
    pub(super) fn client(&self) -> Result<Arc<Client>, SourceError> {
        let spare = lock(&self.spare).pop();
        spare.map_or_else(|| self.connect().map(Arc::new), Ok)
    }

    /// Takes back a client that did what was asked of it.
    pub(super) fn spare(&self, client: &Arc<Client>) {
        lock(&self.spare).push(client.clone());
    }

    fn connect(&self) -> Result<Client, SourceError> {
        let mut config = self.config();
        self.security.apply(&mut config)?;
        let context =
            Quiet { security: self.security.clone(), token: Mutex::default(), cause: Mutex::default() };
        let client: Client = config.create_with_context(context).map_err(|error| SourceError {
            kind: ErrorKind::Settings,
            what: self.brokers.join(",").into(),
            // Of a setting that does not fit the wrapper quotes the value, which may be a key.
            why: match error {
                KafkaError::ClientConfig(_, _, key, _) => key.into(),
                other => other.to_string().into(),
            },
            help: "check `brokers`, `ca`, `certificate` and `key`",
        })?;
        if self.security.sasl() == Some(Sasl::OAuthBearer) {
            self.await_token(&client)?;
        }
        Ok(client)
    }

    /// The library asks for a token as soon as it can, by an event that somebody must hear.
    fn await_token(&self, client: &Client) -> Result<(), SourceError> {
        let until = Instant::now() + self.patience;
        while Instant::now() < until {
            client.poll(Duration::from_millis(10));
            if let Some(fetched) = lock(&client.context().token).take() {
                return fetched;
            }
        }
        Ok(())
    }

    fn config(&self) -> ClientConfig {
        let millis = self.patience.as_millis().to_string();
        let mut config = ClientConfig::new();
        for (key, value) in FIXED {
            config.set(*key, *value);
        }
        config
            .set("bootstrap.servers", self.brokers.join(","))
            .set("socket.timeout.ms", &millis)
            .set("socket.connection.setup.timeout.ms", &millis)
            .set_log_level(RDKafkaLogLevel::Emerg);
        config
    }
}

/// Meanings: <https://github.com/confluentinc/librdkafka/blob/v2.12.1/CONFIGURATION.md>.
const FIXED: &[(&str, &str)] = &[
    // What a broker's operator sees, and can set a quota for.
    ("client.id", "dyetrace"),
    // Nothing is left behind; the second is the simple consumer's word for the first.
    ("enable.auto.commit", "false"),
    ("auto.commit.enable", "false"),
    ("enable.auto.offset.store", "false"),
    ("allow.auto.create.topics", "false"),
    ("enable.metrics.push", "false"),
    // What a consumer of the topic would see, and the end of a partition as an event of its own.
    ("isolation.level", "read_committed"),
    ("enable.partition.eof", "true"),
    // Records that retention took are an error, so that they can be counted as missing.
    ("auto.offset.reset", "error"),
    // Little is fetched ahead of what is read, since a budget may end it; a full queue is looked at again soon.
    ("queued.max.messages.kbytes", "8192"),
    ("fetch.queue.backoff.ms", "10"),
    // The question for the end waits behind the last fetch, and that one for messages nobody writes any more.
    ("fetch.wait.max.ms", "10"),
    // A broker that comes back is found soon.
    ("reconnect.backoff.max.ms", "1000"),
];

/// Keeps what the library would log to itself, and the one thing of it that tells why nothing comes.
pub(super) struct Quiet {
    security: Security,
    /// What became of asking for a token.
    token: Mutex<Option<Result<(), SourceError>>>,
    cause: Mutex<Option<Code>>,
}

impl ClientContext for Quiet {
    const ENABLE_REFRESH_OAUTH_TOKEN: bool = true;

    fn log(&self, _level: RDKafkaLogLevel, _facility: &str, _message: &str) {}

    fn stats(&self, _statistics: Statistics) {}

    fn error(&self, error: KafkaError, _reason: &str) {
        let telling = [Code::Authentication, Code::SSL, Code::Resolve];
        if let Some(code) = error.rdkafka_error_code().filter(|code| telling.contains(code)) {
            *lock(&self.cause) = Some(code);
        }
    }

    fn generate_oauth_token(&self, _config: Option<&str>) -> Result<OAuthToken, Box<dyn std::error::Error>> {
        let fetched = token::fetch(self.security.settings());
        *lock(&self.token) = Some(fetched.as_ref().map(|_| ()).map_err(Clone::clone));
        let (token, lifetime_ms) = fetched?;
        // The brokers take the principal from the token; this name is the library's own to keep.
        Ok(OAuthToken { token: token.to_string(), principal_name: "dyetrace".into(), lifetime_ms })
    }
}

fn lock<T>(cell: &Mutex<T>) -> MutexGuard<'_, T> {
    cell.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

impl ConsumerContext for Quiet {}

/// All topics and their partitions.
pub(super) fn metadata(client: &Client, cluster: &Cluster) -> Result<Metadata, SourceError> {
    let fetched = client.fetch_metadata(None, cluster.patience());
    fetched.map_err(|error| failed(cluster.brokers.join(","), &error, client))
}

/// The oldest offset that is left and the one after the newest committed message of a partition.
pub(super) fn watermarks(client: &Client, topic: &str, partition: i32, cluster: &Cluster) -> Watermarks {
    match client.fetch_watermarks(topic, partition, cluster.patience()) {
        Ok((low, high)) => {
            let low = u64::try_from(low).unwrap_or(0);
            Ok((low, u64::try_from(high).unwrap_or(0).max(low)))
        }
        Err(error) => Err(unmeasured(client, topic, partition, cluster, &error)),
    }
}

type Watermarks = Result<(u64, u64), SourceError>;

/// The offset of the first message of that time or later, in milliseconds since 1970 UTC, if there is one.
pub(super) fn offset_at(
    client: &Client,
    topic: &str,
    partition: i32,
    time: i64,
    cluster: &Cluster,
) -> Result<Option<u64>, SourceError> {
    let failed = |error: KafkaError| failed(format!("{topic}/{partition}"), &error, client);
    let mut asked = TopicPartitionList::new();
    // The list says times where it says offsets else; negative ones have meanings of their own.
    asked.add_partition_offset(topic, partition, Offset::Offset(time.max(0))).map_err(failed)?;
    let answered = client.offsets_for_times(asked, cluster.patience()).map_err(failed)?;
    let found = answered.find_partition(topic, partition);
    if let Some(error) = found.as_ref().and_then(|found| found.error().err()) {
        return Err(failed(error));
    }
    Ok(match found.map(|found| found.offset()) {
        Some(Offset::Offset(offset)) => u64::try_from(offset).ok(),
        _ => None,
    })
}

/// Why a partition does not tell its watermarks. The library calls a partition unknown as well when its leader
/// did not answer; the other brokers know better.
fn unmeasured(
    client: &Client,
    topic: &str,
    partition: i32,
    cluster: &Cluster,
    error: &KafkaError,
) -> SourceError {
    let name = format!("{topic}/{partition}");
    if error.rdkafka_error_code() != Some(Code::UnknownPartition) {
        return failed(name, error, client);
    }
    let metadata = match client.fetch_metadata(Some(topic), cluster.patience()) {
        Ok(metadata) => metadata,
        Err(error) => return failed(name, &error, client),
    };
    let known = metadata.topics().iter().find(|known| known.name() == topic);
    match known.map(|topic| (topic.error(), topic.partitions().iter().any(|p| p.id() == partition))) {
        Some((Some(error), _)) => refused(name, error.into()),
        Some((None, true)) => unreachable(name, NO_LEADER),
        _ => refused(name, Code::UnknownPartition),
    }
}

/// What an error of a call means; if there was no answer, what the client met meanwhile says why.
pub(super) fn failed(what: impl Into<String>, error: &KafkaError, client: &Client) -> SourceError {
    let code = error.rdkafka_error_code().unwrap_or(Code::Fail);
    if !passing(code) {
        return refused(what, code);
    }
    // Errors wait in a queue until somebody asks; there are few.
    for _ in 0..100 {
        client.poll(Duration::ZERO);
    }
    let cause = *lock(&client.context().cause);
    refused(what, cause.unwrap_or(code))
}

/// No answer came in time.
pub(super) fn unreachable(what: impl Into<String>, why: &str) -> SourceError {
    SourceError {
        kind: ErrorKind::Unreachable,
        what: what.into().into(),
        why: why.into(),
        help: "check `brokers`, the network between, and whether they speak TLS (`tls`, `ca`)",
    }
}

/// What an error code means, and what to do about it.
pub(super) fn refused(what: impl Into<String>, code: Code) -> SourceError {
    let (kind, help) = match code {
        Code::TopicAuthorizationFailed
        | Code::ClusterAuthorizationFailed
        | Code::GroupAuthorizationFailed => {
            (ErrorKind::Denied, "allow dyetrace's principal Read on the topic: docs/connectors/kafka.md")
        }
        Code::Authentication | Code::SaslAuthenticationFailed => {
            (ErrorKind::Denied, "check `sasl`, `user` and `password`, or the token: wrong, or expired")
        }
        Code::UnknownTopicOrPartition | Code::UnknownTopic | Code::UnknownPartition | Code::InvalidTopic => {
            (ErrorKind::NotFound, "it is gone, or never was; check the name")
        }
        Code::BadCompression | Code::NotImplemented | Code::UnsupportedFeature => {
            (ErrorKind::Unsupported, "its messages are compressed in a way that is not read")
        }
        code if passing(code) => return unreachable(what, &code.to_string()),
        _ => (ErrorKind::Io, "run again; if it stays, look into the broker's log"),
    };
    SourceError { kind, what: what.into().into(), why: code.to_string().into(), help }
}

/// Whether the client goes on trying by itself.
pub(super) fn passing(code: Code) -> bool {
    matches!(
        code,
        Code::BrokerTransportFailure
            | Code::AllBrokersDown
            | Code::Resolve
            | Code::SSL
            | Code::OperationTimedOut
            | Code::MessageTimedOut
            | Code::TimedOutQueue
            | Code::WaitingForCoordinator
            | Code::WaitCache
            | Code::RequestTimedOut
            | Code::NetworkException
            | Code::LeaderNotAvailable
            | Code::NotLeaderForPartition
            | Code::BrokerNotAvailable
            | Code::ReplicaNotAvailable
            | Code::CoordinatorLoadInProgress
            | Code::CoordinatorNotAvailable
            | Code::NotCoordinator
    )
}
