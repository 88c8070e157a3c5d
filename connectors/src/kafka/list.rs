//! Which topics there are: names and globs against what the cluster has, each topic's partitions and sizes, and how
//! long it keeps its messages.

use std::collections::{BTreeMap, BTreeSet};

use rdkafka::consumer::Consumer;
use rdkafka::error::RDKafkaErrorCode as Code;
use rdkafka::metadata::{Metadata, MetadataTopic};

use super::admin::{Admin, Told};
use super::client::{self, Client, Cluster};
use crate::pattern::Pattern;
use crate::{Dataset, ErrorKind, Foreign, Kind, Listing, Missed, Partition, Reading, SourceError};

/// Topics that begin with two underscores are the brokers' own, and read only when named.
fn fits(pattern: &Pattern, topic: &str) -> bool {
    pattern.matches(topic) && (pattern.is_name() || !topic.starts_with("__"))
}

/// The topics of a cluster that the patterns match, by name.
pub(super) fn matched<'a>(
    metadata: &'a Metadata,
    patterns: &[Pattern],
) -> BTreeMap<&'a str, &'a MetadataTopic> {
    let topics = metadata.topics().iter().map(|topic| (topic.name(), topic));
    topics.filter(|(name, _)| patterns.iter().any(|pattern| fits(pattern, name))).collect()
}

/// Lists them.
pub(super) fn list(cluster: &Cluster, patterns: &[Pattern]) -> Result<Listing, SourceError> {
    let client = cluster.client()?;
    let metadata = client::metadata(&client, cluster)?;
    let topics = matched(&metadata, patterns);
    let told: Vec<&str> = topics.values().filter(|topic| topic.error().is_none()).map(|t| t.name()).collect();
    // What is refused of them is said where it is asked for again: in what is known of access.
    let settings = settings(cluster, &client, &told).unwrap_or_default().into_iter();
    let settings = settings.filter_map(|(topic, told)| Some((topic, told.ok()?))).collect();
    let listing = Listing::default();
    let mut survey = Survey { cluster, client: &client, settings, mute: BTreeSet::new(), listing };
    topics.values().for_each(|topic| survey.topic(topic));
    let absent = |pattern: &&Pattern| !metadata.topics().iter().any(|topic| fits(pattern, topic.name()));
    patterns.iter().filter(absent).for_each(|pattern| survey.absent(pattern));
    let listing = survey.listing;
    cluster.spare(&client);
    Ok(listing)
}

/// Settings of topics, or why they are not told.
pub(super) fn settings(cluster: &Cluster, client: &Client, topics: &[&str]) -> Result<Vec<Told>, Code> {
    if topics.is_empty() {
        return Ok(Vec::new());
    }
    Admin { client, patience: cluster.patience() }.settings(topics)
}

/// One listing.
struct Survey<'a> {
    cluster: &'a Cluster,
    client: &'a Client,
    settings: BTreeMap<String, BTreeMap<String, String>>,
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
        let setting = |name: &str| self.settings.get(topic)?.get(name);
        let cleanup = setting("cleanup.policy");
        Dataset {
            name: Some(topic.into()),
            namespace: format!("kafka://{}", self.cluster.brokers[0]).into(),
            address: topic.into(),
            kind: Kind::Topic,
            partitions,
            retention: retention(cleanup, setting("retention.ms")),
            reading: Reading::Again,
            properties: cleanup.map(|policy| ("cleanup", policy.as_str().into())).into_iter().collect(),
        }
    }

    /// Asks for a topic by name, since one that we may not see is in no list.
    fn absent(&mut self, pattern: &Pattern) {
        let asked = match pattern.is_name() {
            false => None,
            true => self.client.fetch_metadata(Some(&pattern.typed), self.cluster.patience()).ok(),
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

/// Seconds; a topic that is only compacted keeps the newest message of each key for ever.
fn retention(cleanup: Option<&String>, millis: Option<&String>) -> Option<u64> {
    let deletes = cleanup.is_some_and(|policy| policy.split(',').any(|word| word.trim() == "delete"));
    // Without end it is -1.
    let millis: u64 = millis?.parse().ok()?;
    deletes.then_some(millis / 1_000)
}

fn nothing(typed: &str) -> SourceError {
    SourceError {
        kind: ErrorKind::NotFound,
        what: typed.into(),
        why: Foreign::default(),
        help: "no topic matches that dyetrace may describe; check the name and the ACLs",
    }
}
