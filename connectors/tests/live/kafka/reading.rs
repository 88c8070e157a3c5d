//! What is read of topics, and that nothing is changed by it.

use std::time::{Duration, Instant};

use dyetrace_connectors::{Body, Budget, Movement, MovementKind, Place, Retry, Sample, Settings, Step};
use rdkafka::producer::{BaseProducer, Producer};

use super::seed::{self, Record, value};
use super::{read, settings, source};
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
    let said =
        check("reading-long", &[("max.message.bytes", "25000000")], [value("a"), value(&long), value("b")]);
    assert_eq!(said, "0:a 1:[20000000] 2:b Complete@3");
}

#[test]
#[ignore = "needs Kafka: run scripts/test"]
fn poison() {
    let odd: [&[u8]; 4] = [b"\xff\xfe", b"{\"pan\":", b"\x00\x00\x00\x00\x07", b""];
    let records = odd.map(|value| Record { value: Some(value), ..Record::default() });
    let headers: &[(&str, &[u8])] = &[("", b"\xff"), ("retry_topic-attempts", b"")];
    let said = check("reading-poison", &[], records.into_iter().chain([Record { headers, ..value("v") }]));
    assert_eq!(
        said,
        "0:\\xff\\xfe 1:{\\\"pan\\\": 2:\\x00\\x00\\x00\\x00\\x07 3: 4:v(=\\xff)(retry_topic-attempts=) Complete@5"
    );
}

#[test]
#[ignore = "needs Kafka: run scripts/test"]
fn a_compacted_gap() {
    let brokers = Kafka::shared().plain();
    let config = [
        ("cleanup.policy", "compact"),
        ("segment.bytes", "1048576"),
        ("segment.ms", "100"),
        ("min.cleanable.dirty.ratio", "0.001"),
        ("max.compaction.lag.ms", "100"),
    ];
    seed::topic(&brokers, "reading-gap", &[1], &config);
    let keyed = |key, text| Record { key: Some(key), ..value(text) };
    seed::write(
        &brokers,
        "reading-gap",
        [keyed("a", "1"), keyed("b", "1"), keyed("a", "2"), keyed("a", "3")],
    );
    let settings = settings(&brokers, &[("topics", "reading-gap")]);
    let until = Instant::now() + Duration::from_secs(60);
    let gap = "1:b=1 3:a=3 ";
    let mut last = 3;
    while !read(&settings).starts_with(gap) {
        assert!(Instant::now() < until, "{}", read(&settings));
        // The segment that is written to is never compacted.
        seed::write(&brokers, "reading-gap", [keyed("end", "x")]);
        last += 1;
        std::thread::sleep(Duration::from_millis(500));
    }
    let said = read(&settings);
    assert!(said.starts_with(gap) && said.ends_with(&format!("Complete@{}", last + 1)), "{said}");
}

#[test]
#[ignore = "needs Kafka: run scripts/test"]
fn only_what_was_committed() {
    let brokers = Kafka::shared().plain();
    seed::topic(&brokers, "reading-committed", &[1], &[]);
    let mut config = seed::client(&brokers);
    let producer: BaseProducer = config.set("transactional.id", "reading").create().unwrap();
    producer.init_transactions(Duration::from_secs(30)).unwrap();
    for (text, keep) in [("kept", true), ("dropped", false), ("kept", true)] {
        producer.begin_transaction().unwrap();
        seed::send(&producer, "reading-committed", [value(text)]);
        match keep {
            true => producer.commit_transaction(Duration::from_secs(30)).unwrap(),
            false => producer.abort_transaction(Duration::from_secs(30)).unwrap(),
        }
    }
    let said = read(&settings(&brokers, &[("topics", "reading-committed")]));
    assert_eq!(said, "0:kept 4:kept Complete@6");
}

#[test]
#[ignore = "needs Kafka: run scripts/test"]
fn parts_that_are_asked_for() {
    let brokers = Kafka::shared().plain();
    seed::topic(&brokers, "reading-parts", &[1], &[]);
    let keys: Vec<String> = (0..20).map(|key| key.to_string()).collect();
    let records = keys.iter().zip(1..).map(|(key, second)| Record {
        key: Some(key),
        time: Some(1_000 * second),
        ..value("v")
    });
    seed::write(&brokers, "reading-parts", records);
    let all = settings(&brokers, &[("topics", "reading-parts")]);
    let part = |settings: Settings| read(&settings);
    let newest = Settings { sample: Sample::Newest(2), ..all.clone() };
    assert_eq!(part(newest), "18:18=v 19:19=v Sampled@20");
    let window = Settings { since: Some(2_500), until: Some(5_000), ..all.clone() };
    assert_eq!(part(window.clone()), "2:2=v 3:3=v Sampled@4");
    let newest = Settings { sample: Sample::Newest(1), ..window };
    assert_eq!(part(newest), "3:3=v Sampled@4");
    let later = Settings { since: Some(90_000), ..all.clone() };
    assert_eq!(part(later), "Sampled@20");
    let one_in = |parts| part(Settings { sample: Sample::OneIn(parts), ..all.clone() });
    assert_eq!(one_in(4), one_in(4));
    assert!((1..15).contains(&one_in(4).matches("=v").count()), "{}", one_in(4));
    let late = Budget { deadline: Some(Duration::ZERO), ..Budget::NONE };
    assert_eq!(part(Settings { budget: late, ..all.clone() }), "Deadline@0");
    let short = Budget { bytes: Some(5), ..Budget::NONE };
    assert_eq!(part(Settings { budget: short, ..all }), "0:0=v 1:1=v Budget@2");
}

#[test]
#[ignore = "needs Kafka: run scripts/test"]
fn a_dead_letter_says_where_it_was() {
    let brokers = Kafka::shared().plain();
    seed::topic(&brokers, "reading-dlt", &[1], &[]);
    let headers: &[(&str, &[u8])] = &[
        ("kafka_dlt-original-topic", b"reading"),
        ("kafka_dlt-original-consumer-group", b"billing"),
        ("kafka_dlt-original-timestamp", &1_764_000_000_000_i64.to_be_bytes()),
        ("kafka_dlt-exception-message", b"bad card"),
        ("retry_topic-attempts", &3_i32.to_be_bytes()),
    ];
    seed::write(&brokers, "reading-dlt", [Record { headers, time: Some(7), ..value("v") }]);
    let source = source(&settings(&brokers, &[("topics", "reading-dlt")])).unwrap();
    let partition = source.datasets().unwrap().datasets[0].partitions[0].clone();
    let mut reader = source.open(&partition, 0).unwrap();
    let Step::Batch(batch) = reader.next().unwrap() else { panic!("there is a message") };
    let Body::Messages(messages) = &batch.body else { panic!("messages are framed") };
    let retry = Retry { attempts: Some(3), first_failed: Some(1_764_000_000_000) };
    assert_eq!((messages[0].retry, messages[0].headers.len()), (Some(retry), 5));
    let Step::End(end) = reader.next().unwrap() else { panic!("there is one message") };
    let movement = Movement {
        from: Place::Dataset("reading".into()),
        to: Place::Dataset("reading-dlt".into()),
        kind: MovementKind::Retry,
        by: "billing".into(),
        count: Some(1),
        last: Some(7),
    };
    assert_eq!(end.movements, [movement]);
}
