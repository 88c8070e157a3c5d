//! Nothing is changed by reading: groups, their offsets, the brokers' own topics and all ends are as they were.

use std::time::Duration;

use rdkafka::consumer::{BaseConsumer, CommitMode, Consumer};

use super::seed::{self, value};
use super::{read, settings, source};
use crate::servers::kafka::Kafka;

const PATIENCE: Duration = Duration::from_secs(30);

/// Everything that a broker keeps: topics with their ends, groups with their states and offsets.
fn kept(brokers: &str) -> String {
    let client: BaseConsumer = seed::client(brokers).set("group.id", "billing").create().unwrap();
    let metadata = client.fetch_metadata(None, PATIENCE).unwrap();
    let mut said = Vec::new();
    for topic in metadata.topics() {
        for partition in topic.partitions() {
            let ends = client.fetch_watermarks(topic.name(), partition.id(), PATIENCE).unwrap();
            said.push(format!("{}/{} {ends:?}", topic.name(), partition.id()));
        }
    }
    for group in client.fetch_group_list(None, PATIENCE).unwrap().groups() {
        said.push(format!("{} {} {}", group.name(), group.state(), group.members().len()));
    }
    said.sort();
    said.join(", ")
}

fn offsets(brokers: &str) -> String {
    let client: BaseConsumer = seed::client(brokers).set("group.id", "billing").create().unwrap();
    let mut asked = rdkafka::TopicPartitionList::new();
    asked.add_partition("orders", 0);
    format!("{:?}", client.committed_offsets(asked, PATIENCE).unwrap().elements()[0].offset())
}

/// All that an audit does with a source, twice.
fn audit(brokers: &str, topics: &str) -> String {
    let settings = settings(brokers, &[("topics", topics)]);
    let mut said = String::new();
    for _ in 0..2 {
        let access = source(&settings).unwrap().access().unwrap();
        said = format!("{} readers: {}", access.readers.len(), read(&settings));
    }
    said
}

#[test]
#[ignore = "needs Kafka: run scripts/test"]
fn reading_leaves_no_trace() {
    let kafka = Kafka::start(1);
    let brokers = kafka.plain();
    seed::topic(&brokers, "orders", &[1], &[]);
    seed::write(&brokers, "orders", [value("a"), value("b")]);

    // A cluster that never had a group still has none, nor the topic that the brokers would keep them in.
    let said = audit(&brokers, "*");
    assert_eq!(said, "0 readers: 0:a 1:b Complete@2");
    assert_eq!(names(&brokers), ["orders"]);

    let group: BaseConsumer = {
        let mut config = seed::client(&brokers);
        config
            .set("group.id", "billing")
            .set("auto.offset.reset", "earliest")
            .set("enable.auto.commit", "false");
        config.create().unwrap()
    };
    group.subscribe(&["orders"]).unwrap();
    let first = group.iter().next().unwrap().unwrap();
    group.commit_message(&first, CommitMode::Sync).unwrap();
    drop(first);
    drop(group);
    let before = still(&brokers);
    assert!(before.contains("billing Empty 0") && before.contains("__consumer_offsets/0"), "{before}");
    let committed = offsets(&brokers);
    assert_eq!(committed, "Offset(1)");

    assert_eq!(audit(&brokers, "orders"), "1 readers: 0:a 1:b Complete@2");
    let own = read(&settings(&brokers, &[("topics", "__consumer_offsets")]));
    assert!(own.contains("billing"), "the brokers' own topic can be read as well");
    assert_eq!((kept(&brokers), offsets(&brokers)), (before, committed));
}

fn names(brokers: &str) -> Vec<String> {
    let client: BaseConsumer = seed::client(brokers).create().unwrap();
    let metadata = client.fetch_metadata(None, PATIENCE).unwrap();
    metadata.topics().iter().map(|topic| topic.name().to_owned()).collect()
}

/// What is kept when nothing moves any more: a group that was left is written once more.
fn still(brokers: &str) -> String {
    let mut last = kept(brokers);
    loop {
        std::thread::sleep(Duration::from_millis(500));
        let now = kept(brokers);
        if now == last && now.contains("Empty") {
            return now;
        }
        last = now;
    }
}
