//! The client library: how it is set up so that reading has no side effect, and what its errors mean. What it
//! would log stays unsaid: its words are foreign.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use rdkafka::config::{ClientConfig, RDKafkaLogLevel};
use rdkafka::consumer::{BaseConsumer, Consumer, ConsumerContext};
use rdkafka::error::{KafkaError, RDKafkaErrorCode as Code};
use rdkafka::{ClientContext, Statistics};

use crate::pace::Pace;
use crate::{ErrorKind, SourceError};

/// A consumer that says nothing.
pub(super) type Client = BaseConsumer<Quiet>;

/// Why a partition cannot be read while its topic can be listed.
pub(super) const NO_LEADER: &str = "its leader does not answer";

/// Where the brokers are, how long one is waited for, and how often asked.
#[derive(Clone)]
pub(super) struct Cluster {
    /// `host:port`, at least one.
    pub(super) brokers: Vec<String>,
    pub(super) patience: Duration,
    pub(super) pace: Arc<Pace>,
}

impl Cluster {
    /// Waits until a request may be made, and gives how long its answer may take.
    pub(super) fn patience(&self) -> Duration {
        self.pace.wait();
        self.patience
    }

    /// A client that belongs to no group.
    pub(super) fn client(&self) -> Result<Client, SourceError> {
        self.config().create_with_context(Quiet::default()).map_err(|error| SourceError {
            kind: ErrorKind::Settings,
            what: self.brokers.join(",").into(),
            why: error.to_string().into(),
            help: "check `brokers`: host:port, or several with commas",
        })
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
];

/// Keeps what the library would log to itself, and the one thing of it that tells why nothing comes.
#[derive(Default)]
pub(super) struct Quiet {
    cause: Mutex<Option<Code>>,
}

impl ClientContext for Quiet {
    fn log(&self, _level: RDKafkaLogLevel, _facility: &str, _message: &str) {}

    fn stats(&self, _statistics: Statistics) {}

    fn error(&self, error: KafkaError, _reason: &str) {
        let telling = [Code::Authentication, Code::SSL, Code::Resolve];
        if let Some(code) = error.rdkafka_error_code().filter(|code| telling.contains(code)) {
            *self.cause.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(code);
        }
    }
}

impl ConsumerContext for Quiet {}

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
    let cause = *client.context().cause.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    refused(what, cause.unwrap_or(code))
}

/// No answer came in time.
pub(super) fn unreachable(what: impl Into<String>, why: &str) -> SourceError {
    SourceError {
        kind: ErrorKind::Unreachable,
        what: what.into().into(),
        why: why.into(),
        help: "check `brokers` and the network between; the client speaks no TLS and no SASL yet",
    }
}

/// What an error code means, and what to do about it.
pub(super) fn refused(what: impl Into<String>, code: Code) -> SourceError {
    let (kind, help) = match code {
        Code::TopicAuthorizationFailed | Code::ClusterAuthorizationFailed => {
            (ErrorKind::Denied, "allow dyetrace's principal Read on the topic: docs/connectors/kafka.md")
        }
        Code::Authentication | Code::SaslAuthenticationFailed => {
            (ErrorKind::Denied, "the broker wants to know who asks; the client speaks no TLS and no SASL yet")
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

/// Whether the client goes on trying by itself. Of groups it may be refused everything: none is joined.
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
            | Code::GroupAuthorizationFailed
            | Code::InvalidGroupId
    )
}
