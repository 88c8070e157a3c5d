//! Kafka: each topic is a dataset, each of its partitions is read by itself, without a group and without
//! committing anything. It must not know what a message holds.

mod access;
mod admin;
mod client;
mod connect;
mod fetch;
mod filling;
mod headers;
mod list;
mod naming;
mod read;
mod registry;
mod retry;
mod security;
mod token;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::endpoint::{self, unfit};
use crate::pace::Pace;
use crate::pattern::Pattern;
use crate::{
    Access, Budget, Connector, FromUrl, Listing, Location, Partition, PartitionReader, SAMPLE, SINCE,
    Setting, SettingKind, SettingValue, Settings, Source, SourceError, UNTIL,
};

use access::Inquiry;
use client::Cluster;
use read::Bounds;
use registry::Registry;
use security::Security;

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
        SAMPLE,
        SINCE,
        UNTIL,
        security::TLS,
        security::CA,
        security::CERTIFICATE,
        security::KEY,
        security::KEY_PASSWORD,
        security::SASL,
        security::USER,
        security::PASSWORD,
        token::TOKEN,
        token::TOKEN_URL,
        token::CLIENT_ID,
        token::CLIENT_SECRET,
        token::SCOPE,
        connect::CONNECT,
        connect::CONNECT_USER,
        connect::CONNECT_PASSWORD,
        registry::REGISTRY,
        registry::REGISTRY_USER,
        registry::REGISTRY_PASSWORD,
    ],
    budget: Budget::LIVE,
    privilege: PRIVILEGE,
    from_url: Some(FromUrl { schemes: &["kafka"], shape: "kafka://host:port/pattern", read: from_url }),
    open,
};

const PRIVILEGE: &str = "\
kafka-acls.sh --bootstrap-server kafka-1:9092 --add --allow-principal User:dyetrace \\
  --operation Read --operation DescribeConfigs --topic payments. --resource-pattern-type prefixed
kafka-acls.sh --bootstrap-server kafka-1:9092 --add --allow-principal User:dyetrace \\
  --operation Read --operation DescribeConfigs --topic orders-dlt
kafka-acls.sh --bootstrap-server kafka-1:9092 --add --allow-principal User:dyetrace \\
  --operation Describe --cluster
kafka-acls.sh --bootstrap-server kafka-1:9092 --add --allow-principal User:dyetrace \\
  --operation Describe --group '*'
";

fn from_url(location: &Location) -> Result<BTreeMap<String, SettingValue>, SourceError> {
    let topics = if location.path.is_empty() { "*" } else { &location.path };
    let values = [("brokers", &*location.host), ("topics", topics)];
    Ok(values.map(|(key, text)| (key.to_owned(), SettingValue::Text(text.to_owned()))).into())
}

fn open(settings: &Settings) -> Result<Box<dyn Source>, SourceError> {
    const GLOB: &str = "the topic's pattern is no glob";
    let brokers = settings.text("brokers").unwrap_or_default();
    let brokers: Vec<String> = brokers.split(',').filter_map(address).collect();
    if brokers.is_empty() {
        return Err(unfit("brokers", "", "say where the cluster is: `brokers: host:port`"));
    }
    let topics = settings.list("topics").into_iter().map(|typed| Pattern::new(typed, GLOB));
    let topics = topics.collect::<Result<Vec<_>, _>>()?;
    if topics.is_empty() {
        return Err(unfit(
            "topics",
            "",
            "say which topics: names, globs, or \"*\" for all but internal ones",
        ));
    }
    let cluster = Cluster {
        brokers,
        security: Security::new(settings)?,
        patience: endpoint::patience(settings)?,
        pace: Arc::new(Pace::new(settings.budget.requests)),
        deadline: settings.budget.deadline,
        begun: Arc::default(),
        spare: Arc::default(),
        registry: Registry::new(settings)?.map(Arc::new),
    };
    Ok(Box::new(Kafka { cluster, topics, settings: settings.clone() }))
}

/// One broker's address, with the port that Kafka has by default.
fn address(typed: &str) -> Option<String> {
    let typed = typed.trim();
    let port = if typed.contains(':') { "" } else { ":9092" };
    (!typed.is_empty()).then(|| format!("{typed}{port}"))
}

struct Kafka {
    cluster: Cluster,
    topics: Vec<Pattern>,
    settings: Settings,
}

impl Source for Kafka {
    fn datasets(&self) -> Result<Listing, SourceError> {
        list::list(&self.cluster, &self.topics)
    }

    fn access(&self) -> Result<Access, SourceError> {
        let client = self.cluster.client()?;
        let metadata = client::metadata(&client, &self.cluster)?;
        let topics: BTreeSet<String> =
            list::matched(&metadata, &self.topics).into_keys().map(str::to_owned).collect();
        let mut inquiry = Inquiry::new(&self.cluster, &client, &topics);
        inquiry.groups();
        inquiry.rules(metadata.orig_broker_id());
        inquiry.settings();
        let mut access = inquiry.access;
        let names: Vec<&str> = topics.iter().map(String::as_str).collect();
        access.movements.extend(naming::movements(&names));
        let (movements, missed) = connect::movements(&self.settings, &topics);
        access.movements.extend(movements);
        access.missed.extend(missed);
        self.cluster.spare(&client);
        Ok(access)
    }

    fn open(&self, partition: &Partition, from: u64) -> Result<Box<dyn PartitionReader>, SourceError> {
        Ok(Box::new(read::open(&self.cluster, &partition.name, from, Bounds::new(&self.settings))?))
    }
}

#[cfg(test)]
mod tests;
