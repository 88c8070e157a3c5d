//! Brokers that fail, and what stays of a partition.

use std::time::{Duration, Instant};

use dyetrace_connectors::{Body, Source, Step};

use super::seed::{self, value};
use super::{messages, settings, source};
use crate::servers::kafka::Kafka;

/// Two brokers of our own; the second one fails.
fn pair() -> Kafka {
    Kafka::start(2)
}

/// What is listed and what is missed.
fn check(source: &dyn Source) -> String {
    let listing = source.datasets().unwrap();
    let partitions = listing.datasets.iter().flat_map(|dataset| &dataset.partitions);
    let mut said: Vec<String> = partitions.map(|partition| partition.name.expose().to_owned()).collect();
    let missed = listing.missed.iter();
    said.extend(missed.map(|missed| format!("missed {} {:?}", missed.what.expose(), missed.error.kind)));
    said.join(", ")
}

/// One cluster for all of it, since two brokers take a while to start.
#[test]
#[ignore = "needs Kafka: run scripts/test"]
fn a_broker_that_is_killed() {
    let kafka = pair();
    let brokers = kafka.plain();
    seed::topic(&brokers, "steady", &[1], &[]);
    seed::topic(&brokers, "shaky", &[1, 2], &[]);
    seed::write(&brokers, "steady", [value("a")]);
    let long = "x".repeat(10_000);
    let written = 4_000;
    let record = || seed::Record { partition: 1, ..value(&long) };
    seed::write(&brokers, "shaky", (0..written).map(|_| record()));
    let source = source(&settings(&brokers, &[("topics", "s*"), ("timeout", "120")])).unwrap();
    let listing = source.datasets().unwrap();
    let shaky = listing.datasets[0].partitions[1].clone();

    // In mid-read, and back: everything is read, and nothing twice.
    let mut reader = source.open(&shaky, 0).unwrap();
    let Step::Batch(first) = reader.next().unwrap() else { panic!("there is more than a batch") };
    let mut offsets = offsets(&first);
    kafka.node(2).crash();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            std::thread::sleep(Duration::from_secs(3));
            kafka.node(2).start();
        });
        loop {
            match reader.next().unwrap() {
                Step::Batch(batch) => offsets.extend(self::offsets(&batch)),
                Step::End(end) => {
                    break assert_eq!(format!("{:?}@{}", end.note, end.position), "Complete@4000");
                }
            }
        }
    });
    assert_eq!(offsets, (0..written).collect::<Vec<u64>>());

    // In mid-read, and gone: that partition alone fails, and what was read before stands.
    let quick = super::source(&settings(&brokers, &[("topics", "s*"), ("timeout", "10")])).unwrap();
    let mut reader = quick.open(&shaky, 0).unwrap();
    let Step::Batch(first) = reader.next().unwrap() else { panic!("there is more than a batch") };
    assert!(messages(&first).starts_with("0:[10000] "));
    kafka.node(2).crash();
    let failed = loop {
        match reader.next() {
            Ok(Step::Batch(_)) => {}
            Ok(Step::End(end)) => panic!("it ended: {end:?}"),
            Err(error) => break error,
        }
    };
    assert_eq!(format!("{:?}", failed.kind), "Unreachable");

    // Without a leader, as soon as the cluster has noticed: missed, and the rest is listed.
    let until = Instant::now() + Duration::from_secs(120);
    let expected = "shaky/0, steady/0, missed shaky/1 Unreachable";
    while check(&*quick) != expected {
        assert!(Instant::now() < until, "{}", check(&*quick));
    }
}

fn offsets(batch: &dyetrace_connectors::Batch) -> Vec<u64> {
    let Body::Messages(messages) = &batch.body else { panic!("messages are framed") };
    messages.iter().map(|message| message.offset).collect()
}
