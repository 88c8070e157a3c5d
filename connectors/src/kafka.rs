//! Kafka: each topic is a dataset, each of its partitions is read by itself, without a group and without
//! committing anything. It must not know what a message holds.

mod client;
mod fetch;
mod headers;
mod read;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use globset::{Glob, GlobMatcher};
use rdkafka::consumer::Consumer;
use rdkafka::metadata::MetadataTopic;

use crate::pace::Pace;
use crate::{
    Budget, Connector, Dataset, ErrorKind, Foreign, FromUrl, Kind, Listing, Location, Missed, Partition,
    PartitionReader, Reading, Setting, SettingKind, SettingValue, Settings, Source, SourceError,
};

use client::{Client, Cluster};

/// The Kafka connector.
pub static CONNECTOR: Connector = Connector {
    name: "kafka",
    about: "topics of a Kafka cluster, read without a group: nothing is committed",
    settings: &[
        Setting {
            name: "brokers",
            about: "host:port, or several with commas",
            kind: SettingKind::RequiredText,
        },
        Setting { name: "topics", about: "names and globs of topics", kind: SettingKind::List },
        Setting {
            name: "timeout",
            about: "seconds without an answer after which a broker counts as not reachable (10)",
            kind: SettingKind::Text,
        },
    ],
    budget: Budget::LIVE,
    privilege: PRIVILEGE,
    from_url: Some(FromUrl { schemes: &["kafka"], shape: "kafka://host:port/pattern", read: from_url }),
    open,
};

const PRIVILEGE: &str = "\
kafka-acls.sh --bootstrap-server kafka-1:9092 --add --allow-principal User:dyetrace \\
  --operation Read --topic payments. --resource-pattern-type prefixed
kafka-acls.sh --bootstrap-server kafka-1:9092 --add --allow-principal User:dyetrace \\
  --operation Read --topic orders-dlt
";

fn from_url(location: &Location) -> Result<BTreeMap<String, SettingValue>, SourceError> {
    let topics = if location.path.is_empty() { "*" } else { &location.path };
    let values = [("brokers", &*location.host), ("topics", topics)];
    Ok(values.map(|(key, text)| (key.to_owned(), SettingValue::Text(text.to_owned()))).into())
}

fn open(settings: &Settings) -> Result<Box<dyn Source>, SourceError> {
    let brokers = settings.text("brokers").unwrap_or_default();
    let brokers: Vec<String> = brokers.split(',').filter_map(address).collect();
    if brokers.is_empty() {
        return Err(unfit("brokers", "", "say where the cluster is: `brokers: host:port`"));
    }
    let topics = settings.list("topics").into_iter().map(Pattern::new).collect::<Result<Vec<_>, _>>()?;
    if topics.is_empty() {
        return Err(unfit(
            "topics",
            "",
            "say which topics: names, globs, or \"*\" for all but internal ones",
        ));
    }
    let pace = Pace::new(settings.budget.requests).into();
    let cluster = Cluster { brokers, patience: patience(settings.text("timeout"))?, pace };
    Ok(Box::new(Kafka { cluster, topics, budget: settings.budget.bytes }))
}

/// One broker's address, with the port that Kafka has by default.
fn address(typed: &str) -> Option<String> {
    let typed = typed.trim();
    let port = if typed.contains(':') { "" } else { ":9092" };
    (!typed.is_empty()).then(|| format!("{typed}{port}"))
}

fn patience(typed: Option<&str>) -> Result<Duration, SourceError> {
    let Some(typed) = typed else { return Ok(Duration::from_secs(10)) };
    match typed.parse() {
        Ok(seconds @ 1..=300) => Ok(Duration::from_secs(seconds)),
        _ => Err(unfit("timeout", typed, "`timeout` is a number of seconds from 1 to 300")),
    }
}

struct Kafka {
    cluster: Cluster,
    topics: Vec<Pattern>,
    budget: Option<u64>,
}

/// A topic's name, or a glob of names.
struct Pattern {
    typed: String,
    glob: Option<GlobMatcher>,
}

impl Pattern {
    fn new(typed: &str) -> Result<Pattern, SourceError> {
        // None of these may stand in a topic's name.
        if !typed.contains(['*', '?', '[', '{', '\\']) {
            return Ok(Pattern { typed: typed.into(), glob: None });
        }
        let glob = Glob::new(typed)
            .map_err(|error| unfit(typed, &error.kind().to_string(), "the topic's pattern is no glob"))?;
        Ok(Pattern { typed: typed.into(), glob: Some(glob.compile_matcher()) })
    }

    /// Topics that begin with two underscores are the brokers' own, and read only when named.
    fn matches(&self, topic: &str) -> bool {
        match &self.glob {
            Some(glob) => !topic.starts_with("__") && glob.is_match(topic),
            None => topic == self.typed,
        }
    }
}

impl Source for Kafka {
    fn datasets(&self) -> Result<Listing, SourceError> {
        let client = self.cluster.client()?;
        let metadata = client
            .fetch_metadata(None, self.cluster.patience())
            .map_err(|error| client::failed(self.cluster.brokers.join(","), &error, &client))?;
        let topics: BTreeMap<&str, &MetadataTopic> =
            metadata.topics().iter().map(|topic| (topic.name(), topic)).collect();
        let mut survey = Survey {
            cluster: &self.cluster,
            client: &client,
            mute: BTreeSet::new(),
            listing: Listing::default(),
        };
        for (_, topic) in topics.iter().filter(|(name, _)| self.topics.iter().any(|p| p.matches(name))) {
            survey.topic(topic);
        }
        let absent = |pattern: &&Pattern| !topics.keys().any(|topic| pattern.matches(topic));
        self.topics.iter().filter(absent).for_each(|pattern| survey.absent(pattern));
        Ok(survey.listing)
    }

    fn open(&self, partition: &Partition, from: u64) -> Result<Box<dyn PartitionReader>, SourceError> {
        Ok(Box::new(read::open(&self.cluster, &partition.name, from, self.budget)?))
    }
}

/// One listing.
struct Survey<'a> {
    cluster: &'a Cluster,
    client: &'a Client,
    /// Brokers that did not answer; they are not waited for again.
    mute: BTreeSet<i32>,
    listing: Listing,
}

impl Survey<'_> {
    fn topic(&mut self, topic: &MetadataTopic) {
        if let Some(error) = topic.error() {
            return self.missed(topic.name().into(), client::refused(topic.name(), error.into()));
        }
        let mut partitions = BTreeMap::new();
        for partition in topic.partitions() {
            let name = format!("{}/{}", topic.name(), partition.id());
            match self.size(topic.name(), partition.id(), partition.leader()) {
                Ok(size) => {
                    let listed = Partition { name: name.into(), size: Some(size), modified: None };
                    partitions.insert(partition.id(), listed);
                }
                Err(error) => self.missed(name, error),
            }
        }
        if !partitions.is_empty() {
            let dataset = self.dataset(topic.name(), partitions.into_values().collect());
            self.listing.datasets.push(dataset);
        }
    }

    /// How many positions there are, gaps included.
    fn size(&mut self, topic: &str, partition: i32, leader: i32) -> Result<u64, SourceError> {
        if leader < 0 || self.mute.contains(&leader) {
            return Err(client::unreachable(format!("{topic}/{partition}"), client::NO_LEADER));
        }
        let watermarks = client::watermarks(self.client, topic, partition, self.cluster);
        if watermarks.as_ref().is_err_and(|error| error.kind == ErrorKind::Unreachable) {
            self.mute.insert(leader);
        }
        watermarks.map(|(low, high)| high - low)
    }

    fn dataset(&self, topic: &str, partitions: Vec<Partition>) -> Dataset {
        Dataset {
            name: Some(topic.into()),
            namespace: format!("kafka://{}", self.cluster.brokers[0]).into(),
            address: topic.into(),
            kind: Kind::Topic,
            partitions,
            retention: None,
            reading: Reading::Again,
            properties: Vec::new(),
        }
    }

    /// Asks for a topic by name, since one that we may not see is in no list.
    fn absent(&mut self, pattern: &Pattern) {
        let asked = match pattern.glob {
            Some(_) => None,
            None => self.client.fetch_metadata(Some(&pattern.typed), self.cluster.patience()).ok(),
        };
        let answer = asked.as_ref().and_then(|metadata| metadata.topics().first()?.error());
        let error =
            answer.map_or_else(|| nothing(&pattern.typed), |e| client::refused(&pattern.typed, e.into()));
        self.missed(pattern.typed.clone(), error);
    }

    fn missed(&mut self, what: String, error: SourceError) {
        self.listing.missed.push(Missed { what: what.into(), error });
    }
}

fn nothing(typed: &str) -> SourceError {
    SourceError {
        kind: ErrorKind::NotFound,
        what: typed.into(),
        why: Foreign::default(),
        help: "no topic matches that dyetrace may describe; check the name and the ACLs",
    }
}

fn unfit(what: &str, why: &str, help: &'static str) -> SourceError {
    SourceError { kind: ErrorKind::Settings, what: what.into(), why: why.into(), help }
}

#[cfg(test)]
mod tests;
