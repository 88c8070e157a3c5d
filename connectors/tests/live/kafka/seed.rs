//! What the tests put into the brokers, through the client library itself.

use std::time::Duration;

use rdkafka::ClientConfig;
use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, TopicReplication};
use rdkafka::client::DefaultClientContext;
use rdkafka::message::{Header, OwnedHeaders};
use rdkafka::producer::{BaseProducer, BaseRecord, Producer};

const PATIENCE: Duration = Duration::from_secs(30);

/// A client of a listener that asks for nothing.
pub fn client(brokers: &str) -> ClientConfig {
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", brokers).set("message.max.bytes", "30000000");
    config
}

/// A new topic whose partitions lie at these brokers, with settings.
pub fn topic(brokers: &str, name: &str, at: &[i32], settings: &[(&str, &str)]) {
    let admin: AdminClient<DefaultClientContext> = client(brokers).create().unwrap();
    let places: Vec<&[i32]> = at.iter().map(std::slice::from_ref).collect();
    let mut topic =
        NewTopic::new(name, i32::try_from(at.len()).unwrap(), TopicReplication::Variable(&places));
    for (key, value) in settings {
        topic = topic.set(key, value);
    }
    let options = AdminOptions::new().operation_timeout(Some(PATIENCE));
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    for made in runtime.block_on(admin.create_topics([&topic], &options)).unwrap() {
        made.unwrap();
    }
    let all_led = || {
        let metadata = admin.inner().fetch_metadata(Some(name), PATIENCE).unwrap();
        let partitions = metadata.topics()[0].partitions();
        partitions.len() == at.len() && partitions.iter().all(|partition| partition.leader() > 0)
    };
    while !all_led() {
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// A record to write: partition, key, value, headers and time where they are told.
#[derive(Default, Clone)]
pub struct Record<'a> {
    pub partition: i32,
    pub key: Option<&'a str>,
    pub value: Option<&'a [u8]>,
    pub headers: &'a [(&'a str, &'a [u8])],
    pub time: Option<i64>,
}

/// A record of a value and nothing else.
pub fn value(value: &str) -> Record<'_> {
    Record { value: Some(value.as_bytes()), ..Record::default() }
}

pub fn write<'a>(brokers: &str, topic: &str, records: impl IntoIterator<Item = Record<'a>>) {
    send(&client(brokers).create().unwrap(), topic, records);
}

/// Writes in order, and waits until all is there.
pub fn send<'a>(producer: &BaseProducer, topic: &str, records: impl IntoIterator<Item = Record<'a>>) {
    for record in records {
        let headers = record.headers.iter().fold(OwnedHeaders::new(), |headers, (key, value)| {
            headers.insert(Header { key, value: Some(*value) })
        });
        let mut sent = BaseRecord::<str, [u8]>::to(topic).partition(record.partition).headers(headers);
        sent.key = record.key;
        sent.payload = record.value;
        sent.timestamp = record.time;
        let mut waiting = Some(sent);
        while let Some(sent) = waiting.take() {
            if let Err((_, unsent)) = producer.send(sent) {
                producer.poll(Duration::from_millis(10));
                waiting = Some(unsent);
            }
        }
    }
    producer.flush(PATIENCE).unwrap();
}
