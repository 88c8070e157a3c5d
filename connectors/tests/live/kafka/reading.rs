//! What is read of topics, and that nothing is changed by it.

use super::seed::{self, Record, value};
use super::{read, settings};
use crate::servers::kafka::Kafka;

/// A topic of one partition with these records, read whole.
fn check<'a>(topic: &str, config: &[(&str, &str)], records: impl IntoIterator<Item = Record<'a>>) -> String {
    let brokers = Kafka::shared().plain();
    seed::topic(&brokers, topic, &[1], config);
    seed::write(&brokers, topic, records);
    read(&settings(&brokers, &[("topics", topic)]))
}

#[test]
#[ignore = "needs Kafka: run scripts/test"]
fn keys_values_headers() {
    let full = Record { key: Some("k"), headers: &[("trace", b"t1")], ..value("v") };
    let gone = Record { key: Some("gone"), ..Record::default() };
    assert_eq!(check("reading-all", &[], [full, gone]), "0:k=v(trace=t1) 1:gone= Complete@2");
}

#[test]
#[ignore = "needs Kafka: run scripts/test"]
fn a_message_of_20_mb() {
    let long = "x".repeat(20_000_000);
    let said = check("reading-long", &[("max.message.bytes", "25000000")], [value("a"), value(&long), value("b")]);
    assert_eq!(said, "0:a 1:[20000000] 2:b Complete@3");
}
