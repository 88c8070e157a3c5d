//! The connector against the client library's own mock cluster, which speaks the protocol on local sockets.

use std::time::Duration;

use rdkafka::ClientConfig;
use rdkafka::message::{Header, OwnedHeaders};
use rdkafka::mocking::MockCluster;
use rdkafka::producer::{BaseProducer, BaseRecord, DefaultProducerContext, Producer};
use rdkafka::types::{RDKafkaApiKey, RDKafkaRespErr};

use super::*;

use crate::{Body, ErrorKind, Kind, SettingValue, Step};

struct Bus(MockCluster<'static, DefaultProducerContext>);

impl Bus {
    fn new(topics: &[(&str, i32)]) -> Bus {
        let cluster = MockCluster::new(2).unwrap();
        for (topic, partitions) in topics {
            cluster.create_topic(topic, *partitions, 1).unwrap();
        }
        Bus(cluster)
    }

    fn settings(&self, topics: &[&str]) -> Settings {
        let topics = SettingValue::List(topics.iter().map(|topic| topic.to_string()).collect());
        let text = |text: &str| SettingValue::Text(text.into());
        let values = [
            ("brokers".into(), text(&self.0.bootstrap_servers())),
            ("timeout".into(), text("1")),
            ("topics".into(), topics),
        ];
        Settings { values: values.into(), ..Settings::default() }
    }

    fn source(&self, topics: &[&str]) -> Box<dyn Source> {
        open(&self.settings(topics)).unwrap()
    }

    /// Writes values to a partition, with their place as broker time.
    fn write(&self, topic: &str, partition: i32, values: &[&str]) {
        let producer: BaseProducer =
            ClientConfig::new().set("bootstrap.servers", self.0.bootstrap_servers()).create().unwrap();
        for (place, value) in (1_000..).zip(values) {
            let record =
                BaseRecord::<str, str>::to(topic).partition(partition).payload(value).timestamp(place);
            producer.send(record).unwrap();
        }
        producer.flush(Duration::from_secs(10)).unwrap();
    }

    fn reader(&self, name: &str, from: u64, budget: Option<u64>) -> Box<dyn PartitionReader> {
        let budget = Budget { bytes: budget, ..Budget::NONE };
        let source = open(&Settings { budget, ..self.settings(&["*"]) }).unwrap();
        source.open(&Partition { name: name.into(), size: None, modified: None }, from).unwrap()
    }

    /// Reads a partition to its end and says each message and the end.
    fn read(&self, name: &str, from: u64, budget: Option<u64>) -> String {
        rest(&mut *self.reader(name, from, budget))
    }
}

fn rest(reader: &mut dyn PartitionReader) -> String {
    let mut said = String::new();
    loop {
        match reader.next().unwrap() {
            Step::Batch(batch) => said += &messages(&batch),
            Step::End(end) => return said + &format!("{:?}@{}", end.note, end.position),
        }
    }
}

/// `offset:[key=]value(header=value)@time`, long values by their length.
fn messages(batch: &crate::Batch) -> String {
    let Body::Messages(messages) = &batch.body else { panic!("messages are framed") };
    assert_eq!(batch.start, messages[0].offset);
    let text = |range: &std::ops::Range<usize>| match range.len() {
        0..50 => String::from_utf8_lossy(&batch.bytes[range.clone()]).into_owned(),
        long => format!("[{long}]"),
    };
    let mut said = String::new();
    for message in messages {
        let key = message.key.as_ref().map(|key| text(key) + "=").unwrap_or_default();
        said += &format!("{}:{key}{}", message.offset, text(&message.value));
        for (name, value) in &message.headers {
            said += &format!("({}={})", text(name), text(value));
        }
        said += &message.time.map_or(" ".into(), |time| format!("@{time} "));
    }
    said
}

/// Topics with their partitions and sizes, and after a bar what was missed and how.
fn check(source: &dyn Source) -> String {
    let listing = source.datasets().unwrap();
    let mut said = String::new();
    for dataset in &listing.datasets {
        assert_eq!(dataset.name.as_ref(), Some(&dataset.address));
        for partition in &dataset.partitions {
            said += &format!("{}={} ", partition.name.expose(), partition.size.unwrap());
        }
    }
    for missed in &listing.missed {
        said += &format!("| {} {:?} ", missed.what.expose(), missed.error.kind);
    }
    said.trim_end().to_string()
}

#[test]
fn topics_by_name_and_by_glob() {
    let bus = Bus::new(&[("pay.in", 2), ("pay.out", 1), ("orders", 1), ("__offsets", 1)]);
    bus.write("pay.in", 1, &["a", "b"]);
    assert_eq!(check(&*bus.source(&["pay.*"])), "pay.in/0=0 pay.in/1=2 pay.out/0=0");
    assert_eq!(check(&*bus.source(&["orders", "pay.o*", "ord*"])), "orders/0=0 pay.out/0=0");
    assert_eq!(check(&*bus.source(&["*"])), "orders/0=0 pay.in/0=0 pay.in/1=2 pay.out/0=0");
    assert_eq!(check(&*bus.source(&["__offsets"])), "__offsets/0=0");
    assert_eq!(check(&*bus.source(&["x*", "orders"])), "orders/0=0 | x* NotFound");
}

#[test]
fn datasets_are_named_as_openlineage_names_them() {
    let bus = Bus::new(&[("orders", 1)]);
    let dataset = bus.source(&["orders"]).datasets().unwrap().datasets.remove(0);
    let brokers = bus.0.bootstrap_servers();
    assert_eq!(dataset.namespace.expose(), format!("kafka://{}", brokers.split(',').next().unwrap()));
    assert_eq!((dataset.address.expose(), dataset.kind), ("orders", Kind::Topic));
}

#[test]
fn settings_that_do_not_fit() {
    let kind = |name: &str, value: &str| {
        let mut settings = Bus::new(&[]).settings(&["a"]);
        settings.values.insert(name.into(), SettingValue::Text(value.into()));
        open(&settings).err().map(|error| (error.kind, error.what.expose().to_string()))
    };
    let unfit = |what: &str| Some((ErrorKind::Settings, what.to_string()));
    assert_eq!(kind("brokers", " , "), unfit("brokers"));
    assert_eq!(kind("topics", "a[b"), unfit("a[b"));
    assert_eq!(kind("timeout", "soon"), unfit("timeout"));
    assert_eq!(kind("timeout", "30"), None);
}

#[test]
fn an_address_without_a_port_gets_the_usual_one() {
    assert_eq!(address(" kafka-1 ").unwrap(), "kafka-1:9092");
    assert_eq!(address("kafka-1:9093").unwrap(), "kafka-1:9093");
    assert_eq!(address(" "), None);
}

#[test]
fn keys_headers_and_times() {
    let bus = Bus::new(&[("orders", 1)]);
    let producer: BaseProducer =
        ClientConfig::new().set("bootstrap.servers", bus.0.bootstrap_servers()).create().unwrap();
    let headers = OwnedHeaders::new()
        .insert(Header { key: "trace", value: Some("t1") })
        .insert(Header { key: "empty", value: None::<&str> });
    let full = BaseRecord::to("orders").partition(0).key("k").payload("v").headers(headers).timestamp(7);
    producer.send(full).unwrap();
    producer.send(BaseRecord::<str, str>::to("orders").partition(0).key("gone").timestamp(8)).unwrap();
    producer.flush(Duration::from_secs(10)).unwrap();
    assert_eq!(bus.read("orders/0", 0, None), "0:k=v(trace=t1)(empty=)@7 1:gone=@8 Complete@2");
}

#[test]
fn each_partition_from_an_offset() {
    let bus = Bus::new(&[("orders", 2)]);
    bus.write("orders", 0, &["a", "b", "c"]);
    assert_eq!(bus.read("orders/0", 0, None), "0:a@1000 1:b@1001 2:c@1002 Complete@3");
    assert_eq!(bus.read("orders/0", 2, None), "2:c@1002 Complete@3");
    assert_eq!(bus.read("orders/0", 3, None), "Complete@3");
    assert_eq!(bus.read("orders/0", 9, None), "Cut@3");
    assert_eq!(bus.read("orders/1", 0, None), "Complete@0");
}

#[test]
fn a_budget_ends_before_the_message_that_exceeds_it() {
    let bus = Bus::new(&[("orders", 1)]);
    bus.write("orders", 0, &["aa", "bb", "cc"]);
    assert_eq!(bus.read("orders/0", 0, Some(5)), "0:aa@1000 1:bb@1001 Budget@2");
    assert_eq!(bus.read("orders/0", 0, Some(2)), "0:aa@1000 Budget@1");
    assert_eq!(bus.read("orders/0", 0, Some(1)), "Budget@0");
    assert_eq!(bus.read("orders/0", 0, Some(6)), "0:aa@1000 1:bb@1001 2:cc@1002 Complete@3");
}

#[test]
fn an_end_that_moves_is_left_where_it_was() {
    let bus = Bus::new(&[("orders", 1)]);
    bus.write("orders", 0, &["a"]);
    let mut reader = bus.reader("orders/0", 0, None);
    bus.write("orders", 0, &["b"]);
    assert_eq!(rest(&mut *reader), "0:a@1000 Grew@1");
}

#[test]
fn what_retention_took_is_said() {
    // The mock keeps 5 MiB a partition.
    let bus = Bus::new(&[("orders", 1)]);
    let long = "x".repeat(900_000);
    bus.write("orders", 0, &[&long, &long, &long, &long, &long]);
    let mut reader = bus.reader("orders/0", 0, None);
    bus.write("orders", 0, &[&long, &long]);
    let said = rest(&mut *reader);
    assert_eq!(said, "2:[900000]@1002 3:[900000]@1003 4:[900000]@1004 Cut@5");
}

#[test]
fn many_messages_come_in_batches() {
    let bus = Bus::new(&[("orders", 1)]);
    bus.write("orders", 0, &["a"; 2_500]);
    let mut reader = bus.reader("orders/0", 0, None);
    let mut counts = Vec::new();
    while let Step::Batch(batch) = reader.next().unwrap() {
        let Body::Messages(messages) = &batch.body else { panic!("messages are framed") };
        counts.push((batch.start, messages.len()));
    }
    assert_eq!(counts, [(0, 1_000), (1_000, 1_000), (2_000, 500)]);
}

#[test]
fn messages_are_decompressed() {
    let bus = Bus::new(&[("orders", 1)]);
    let long = "x".repeat(2_000);
    for codec in ["gzip", "snappy", "lz4", "zstd"] {
        let mut config = ClientConfig::new();
        config.set("bootstrap.servers", bus.0.bootstrap_servers()).set("compression.codec", codec);
        let producer: BaseProducer = config.create().unwrap();
        let record = BaseRecord::<str, str>::to("orders").partition(0).payload(&long).timestamp(7);
        producer.send(record).unwrap();
        producer.flush(Duration::from_secs(10)).unwrap();
    }
    assert_eq!(bus.read("orders/0", 0, None), "0:[2000]@7 1:[2000]@7 2:[2000]@7 3:[2000]@7 Complete@4");
}

#[test]
fn nobody_is_asked_about_groups() {
    let bus = Bus::new(&[("orders", 1)]);
    bus.write("orders", 0, &["a"]);
    let refused = [RDKafkaRespErr::RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED; 3];
    bus.0.request_errors(RDKafkaApiKey::FindCoordinator, &refused);
    assert_eq!(bus.read("orders/0", 0, None), "0:a@1000 Complete@1");
}

#[test]
fn a_topic_that_may_not_be_read_is_missed() {
    let bus = Bus::new(&[("orders", 1), ("secret", 1)]);
    let refused = RDKafkaRespErr::RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED;
    bus.0.topic_error("secret", refused).unwrap();
    assert_eq!(check(&*bus.source(&["*"])), "orders/0=0 | secret Denied");
    assert_eq!(check(&*bus.source(&["secret"])), "| secret Denied");
}

#[test]
fn a_broker_that_is_down_takes_its_partitions_only() {
    let bus = Bus::new(&[("a", 2), ("b", 1)]);
    for (topic, partition, broker) in [("a", 0, 1), ("a", 1, 2), ("b", 0, 2)] {
        bus.0.partition_leader(topic, partition, Some(broker)).unwrap();
    }
    bus.0.broker_down(2).unwrap();
    assert_eq!(check(&*bus.source(&["*"])), "a/0=0 | a/1 Unreachable | b/0 Unreachable");
    let silent = Partition { name: "b/0".into(), size: None, modified: None };
    assert_eq!(bus.source(&["*"]).open(&silent, 0).err().unwrap().kind, ErrorKind::Unreachable);
}

#[test]
fn a_cluster_that_is_down_is_unreachable() {
    let bus = Bus::new(&[("orders", 1)]);
    bus.write("orders", 0, &["a"]);
    let mut opened = bus.reader("orders/0", 0, None);
    bus.0.broker_down(1).unwrap();
    bus.0.broker_down(2).unwrap();
    let source = bus.source(&["orders"]);
    let unread = Partition { name: "orders/0".into(), size: None, modified: None };
    let errors = [source.datasets().err(), source.open(&unread, 0).err(), opened.next().err()];
    let said = errors.map(|error| error.map(|e| (e.kind, e.what.expose().contains(':'))));
    let down = |names_brokers: bool| Some((ErrorKind::Unreachable, names_brokers));
    assert_eq!(said, [down(true), down(false), down(false)]);
}

#[test]
fn the_client_prints_nothing() {
    let test = "kafka::tests::a_cluster_that_is_down_is_unreachable";
    let this = std::env::current_exe().unwrap();
    let ran = std::process::Command::new(this).args([test, "--exact", "--nocapture"]).output().unwrap();
    let said = String::from_utf8_lossy(&ran.stdout);
    assert!(said.contains("1 passed") && !said.contains("127.0.0.1"), "{said}");
    assert_eq!(String::from_utf8_lossy(&ran.stderr), "");
}

#[test]
fn an_error_holds_no_name_in_what_it_shows() {
    let bus = Bus::new(&[("orders", 1)]);
    for name in ["orders", "orders/9"] {
        let unknown = Partition { name: name.into(), size: None, modified: None };
        let error = bus.source(&["*"]).open(&unknown, 0).err().unwrap();
        assert_eq!((error.kind, error.what.expose()), (ErrorKind::NotFound, name));
        assert!(!format!("{error} {error:?}").contains("orders"));
    }
}
