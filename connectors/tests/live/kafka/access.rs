//! Who reads and who may, retention, and what is said when it may not be asked.

use std::time::Duration;

use dyetrace_connectors::{Access, Permission, SettingValue, Settings};
use rdkafka::consumer::{BaseConsumer, CommitMode, Consumer};

use super::seed::{self, Record, value};
use super::{read, settings, source};
use crate::servers::kafka::{Kafka, PLAIN_WORD};

/// Readers, grants and what was missed, as a source of these topics tells them.
fn check(access: &Access) -> String {
    let mut said: Vec<String> = Vec::new();
    for reader in &access.readers {
        said.push(format!("{} reads {} {:?}", reader.name.expose(), reader.dataset.expose(), reader.last));
    }
    for grant in &access.grants {
        let may = if grant.may == Permission::Read { "read" } else { "write" };
        said.push(format!("{} may {may} {}", grant.principal.expose(), grant.dataset.expose()));
    }
    for missed in &access.missed {
        said.push(format!("missed {} {:?}", missed.what.expose(), missed.error.kind));
    }
    said.join(", ")
}

/// Joins a group, reads a topic and commits; the group's member stays until the consumer is dropped.
fn consume(group: &str, topic: &str, messages: usize) -> BaseConsumer {
    let mut config = seed::client(&Kafka::shared().plain());
    config.set("group.id", group).set("auto.offset.reset", "earliest").set("enable.auto.commit", "false");
    let consumer: BaseConsumer = config.create().unwrap();
    consumer.subscribe(&[topic]).unwrap();
    for message in consumer.iter().take(messages) {
        consumer.commit_message(&message.unwrap(), CommitMode::Sync).unwrap();
    }
    consumer
}

#[test]
#[ignore = "needs Kafka: run scripts/test"]
fn groups_are_readers() {
    let brokers = Kafka::shared().plain();
    seed::topic(&brokers, "access-read", &[1, 1], &[]);
    let at = |time| Record { time: Some(time), ..value("v") };
    seed::write(&brokers, "access-read", [at(1_000), at(2_000)]);
    let _all = consume("access-all", "access-read", 2);
    drop(consume("access-some", "access-read", 1));
    let silent = consume("access-silent", "access-read", 0);
    while silent.assignment().unwrap().count() == 0 {
        silent.poll(Duration::from_millis(50));
    }
    let access = source(&settings(&brokers, &[("topics", "access-read")])).unwrap().access().unwrap();
    let readers = check(&Access { grants: Vec::new(), ..access });
    assert_eq!(
        readers,
        "access-all reads access-read Some(2000), access-silent reads access-read None, \
         access-some reads access-read None"
    );
}

/// Topics as this user, whom the broker lets in by password.
fn as_user(user: &str, topics: &str) -> Settings {
    let kafka = Kafka::shared();
    let password = kafka.file(&format!("{user}.password"));
    std::fs::write(&password, PLAIN_WORD).unwrap();
    let (ca, password) = (kafka.file("server.crt").display().to_string(), format!("@{}", password.display()));
    let keys = [("topics", topics), ("ca", &ca), ("sasl", "PLAIN"), ("user", user), ("password", &password)];
    settings(&kafka.secure(), &keys)
}

/// The connector's own text, run by Kafka's own program, and nothing else.
#[test]
#[ignore = "needs Kafka: run scripts/test"]
fn the_least_privilege_is_enough() {
    let kafka = Kafka::shared();
    for topic in ["payments.in", "orders-dlt", "orders-else"] {
        seed::topic(&kafka.plain(), topic, &[1], &[("retention.ms", "86400000")]);
        seed::write(&kafka.plain(), topic, [value("a")]);
    }
    drop(consume("access-payments", "payments.in", 1));
    let privilege = dyetrace_connectors::connector("kafka").unwrap().privilege.replace("\\\n", " ");
    for command in privilege.lines() {
        let words: Vec<&str> = command.split_whitespace().map(|word| word.trim_matches('\'')).collect();
        assert_eq!(words[..2], ["kafka-acls.sh", "--bootstrap-server"]);
        kafka.acl(&words[3..]);
    }
    let settings = as_user("dyetrace", "{payments,orders}*");
    assert_eq!(read(&settings), "0:a Complete@1 | 0:a Complete@1");
    let source = source(&settings).unwrap();
    let access = source.access().unwrap();
    let readers = access.readers.iter().map(|reader| reader.name.expose());
    assert_eq!(readers.collect::<Vec<_>>(), ["access-payments"]);
    let said = check(&access);
    assert!(said.contains("User:dyetrace may read payments.*"), "{said}");
    assert!(!said.contains("missed"), "{said}");
    let listed = source.datasets().unwrap().datasets;
    assert!(listed.iter().all(|topic| topic.retention == Some(86_400)));
}

#[test]
#[ignore = "needs Kafka: run scripts/test"]
fn what_is_denied_is_missed_and_the_rest_goes_on() {
    let kafka = Kafka::shared();
    for topic in ["narrow-a", "narrow-b", "narrow-c"] {
        seed::topic(&kafka.plain(), topic, &[1], &[]);
        seed::write(&kafka.plain(), topic, [value("a")]);
    }
    let may = ["--add", "--allow-principal", "User:narrow", "--resource-pattern-type", "prefixed", "--topic"];
    kafka.acl(&[&may[..], &["narrow-", "--operation", "Read"]].concat());
    let no = ["--add", "--deny-principal", "User:narrow", "--operation"];
    kafka.acl(&[&no[..], &["Read", "--topic", "narrow-b"]].concat());
    kafka.acl(&[&no[..], &["Describe", "--topic", "narrow-c"]].concat());
    let settings = as_user("narrow", "narrow-*,narrow-c");
    let settings = with_list(settings, &["narrow-*", "narrow-c"]);
    assert_eq!(read(&settings), "0:a Complete@1 | narrow-b/0: Denied | missed narrow-c Denied");
    let said = check(&source(&settings).unwrap().access().unwrap());
    assert_eq!(
        said,
        "missed consumer groups Denied, missed access list Denied, missed narrow-a: settings Denied, \
         missed narrow-b: settings Denied"
    );
    // Who may see all is told what is left of the permission.
    let all = with_list(super::settings(&kafka.plain(), &[]), &["narrow-*"]);
    let access = source(&all).unwrap().access().unwrap();
    let grants = access.grants.iter().filter(|grant| grant.principal.expose() == "User:narrow");
    let grants: Vec<&str> = grants.map(|grant| grant.dataset.expose()).collect();
    assert_eq!(grants, ["narrow-a", "narrow-c"]);
}

fn with_list(mut settings: Settings, topics: &[&str]) -> Settings {
    let topics = SettingValue::List(topics.iter().map(|topic| topic.to_string()).collect());
    settings.values.insert("topics".into(), topics);
    settings
}

#[test]
#[ignore = "needs Kafka: run scripts/test"]
fn retention_and_cleanup() {
    let brokers = Kafka::shared().plain();
    let told = |name: &str, config: &[(&str, &str)]| {
        seed::topic(&brokers, name, &[1], config);
        let dataset =
            source(&settings(&brokers, &[("topics", name)])).unwrap().datasets().unwrap().datasets.remove(0);
        let properties = dataset.properties.iter().map(|(name, value)| format!("{name}={}", value.expose()));
        format!("{:?} {}", dataset.retention, properties.collect::<Vec<_>>().join(" "))
    };
    assert_eq!(told("kept-days", &[("retention.ms", "172800000")]), "Some(172800) cleanup=delete");
    assert_eq!(told("kept-always", &[("retention.ms", "-1")]), "None cleanup=delete");
    assert_eq!(told("kept-newest", &[("cleanup.policy", "compact")]), "None cleanup=compact");
    assert_eq!(
        told("kept-both", &[("cleanup.policy", "compact,delete"), ("retention.ms", "1000")]),
        "Some(1) cleanup=compact,delete"
    );
}
