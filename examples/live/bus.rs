//! Kafka: the topic of charges with its retry topic and its dead letters as Spring writes them, the topic of orders,
//! the groups that read them, and who may.

use rdkafka::consumer::{BaseConsumer, CommitMode, Consumer};
use rdkafka::producer::BaseProducer;
use serde_json::json;

use crate::kafka::{self, Record, client, topic};
use crate::sales::each;
use crate::servers::kafka::Kafka;
use crate::world::Sale;

/// Everybody who may, by what and where: each a run of Kafka's own command. The last two are what `dyetrace sources
/// policy kafka` asks for.
const PERMISSIONS: &[&str] = &[
    "--allow-principal User:gateway --operation Write --topic charges --topic charges-retry-0 --topic charges-dlt",
    "--allow-principal User:settlement --allow-principal User:analytics --operation Read --topic charges",
    "--allow-principal User:ops --operation Read --topic charges-retry-0 --topic charges-dlt",
    "--allow-principal User:orders --operation Read --topic orders",
    "--allow-principal User:dyetrace --operation Read --operation DescribeConfigs --topic charges --topic orders \
     --resource-pattern-type prefixed",
    "--allow-principal User:dyetrace --operation Describe --cluster --group *",
];

/// Topics with their messages, groups with their offsets, and permissions.
pub fn fill(kafka: &Kafka, sales: &[Sale]) {
    let brokers = kafka.plain();
    for (name, days) in [("charges", 7), ("charges-retry-0", 7), ("charges-dlt", 365), ("orders", 14)] {
        let kept = format!("{}", days * 86_400_000_i64);
        topic(&brokers, name, &[1, 1], &[("retention.ms", &kept)]);
    }
    let producer: BaseProducer = client(&brokers).create().unwrap();
    send(&producer, "charges", sales.iter().map(charge).collect());
    send(&producer, "charges-retry-0", each(sales, 6, 3).map(retry).collect());
    send(&producer, "charges-dlt", each(sales, 24, 3).map(dead_letter).collect());
    send(&producer, "orders", sales.iter().map(order).collect());
    for (group, topic) in [
        ("settlement-nightly", "charges"),
        ("ops-replay", "charges-dlt"),
        ("orders-receipts", "orders"),
        ("loyalty-beta", "charges-retry-0"),
    ] {
        consume(&brokers, group, topic);
    }
    for permission in PERMISSIONS {
        let words = permission.split_whitespace();
        kafka.acl(&["--add"].into_iter().chain(words).collect::<Vec<_>>());
    }
}

/// A message to write: its time in milliseconds, its value and its headers.
struct Message {
    time: i64,
    value: String,
    headers: Vec<(&'static str, Vec<u8>)>,
}

/// What the gateway charged: at home in the cardholder data environment.
fn charge(sale: &Sale) -> Message {
    let card = json!({"number": sale.card, "expiry": sale.expiry, "brand": sale.brand});
    let value = json!({"order_id": sale.order, "card": card, "token": sale.token, "amount": sale.amount});
    Message { time: sale.at, value: value.to_string(), headers: Vec::new() }
}

/// Spring sends what failed to a topic of its own as it is, card and all, and says in headers how often and where.
fn retry(sale: &Sale) -> Message {
    let first = sale.at.to_be_bytes().to_vec();
    let headers = vec![
        ("kafka_original-topic", b"charges".to_vec()),
        ("kafka_original-timestamp", first.clone()),
        ("kafka_exception-fqcn", b"java.net.SocketTimeoutException".to_vec()),
        ("retry_topic-original-timestamp", first),
        ("retry_topic-attempts", 2_u32.to_be_bytes().to_vec()),
    ];
    Message { time: sale.at + 60_000, headers, ..charge(sale) }
}

/// What failed for good; its exception quotes the card once more.
fn dead_letter(sale: &Sale) -> Message {
    let message = format!("processor refused card {} after 4 attempts", sale.card);
    let headers = vec![
        ("kafka_dlt-original-topic", b"charges-retry-0".to_vec()),
        ("kafka_dlt-original-consumer-group", b"settlement-nightly".to_vec()),
        ("kafka_dlt-original-timestamp", sale.at.to_be_bytes().to_vec()),
        ("kafka_dlt-exception-message", message.into_bytes()),
        ("retry_topic-attempts", 4_u32.to_be_bytes().to_vec()),
    ];
    Message { time: sale.at + 900_000, headers, ..charge(sale) }
}

/// What the rest of the shop sees: a token and the last four digits.
fn order(sale: &Sale) -> Message {
    let payment = json!({"token": sale.token, "last4": sale.last4()});
    let value = json!({"order_id": sale.order, "total": sale.price(), "payment": payment});
    Message { time: sale.at + 5_000, value: value.to_string(), headers: Vec::new() }
}

/// By turns into two partitions.
fn send(producer: &BaseProducer, topic: &str, messages: Vec<Message>) {
    let headers: Vec<Vec<(&str, &[u8])>> = messages
        .iter()
        .map(|message| message.headers.iter().map(|(name, value)| (*name, value.as_slice())).collect())
        .collect();
    let records = messages.iter().zip(&headers).enumerate().map(|(number, (message, headers))| Record {
        partition: i32::from(number % 2 == 1),
        value: Some(message.value.as_bytes()),
        headers,
        time: Some(message.time),
        ..Record::default()
    });
    kafka::send(producer, topic, records);
}

/// Joins a group, reads a topic to its end and commits: the group stays when its member is gone.
fn consume(brokers: &str, group: &str, topic: &str) {
    let mut config = client(brokers);
    config.set("group.id", group).set("auto.offset.reset", "earliest");
    config.set("enable.auto.commit", "false").set("enable.partition.eof", "true");
    let consumer: BaseConsumer = config.create().unwrap();
    consumer.subscribe(&[topic]).unwrap();
    let mut ends = 0;
    for message in consumer.iter() {
        match message {
            Ok(_) => {}
            Err(rdkafka::error::KafkaError::PartitionEOF(_)) => ends += 1,
            Err(error) => panic!("{group}: {error}"),
        }
        if ends == 2 {
            break;
        }
    }
    consumer.commit_consumer_state(CommitMode::Sync).unwrap();
}
