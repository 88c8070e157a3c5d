//! A topic in Avro whose schema a registry has: the card number is a binary number there, which nobody sees in bytes.

use std::path::Path;

use rdkafka::producer::BaseProducer;
use serde_json::json;

use crate::estate::write_key;
use crate::kafka::{self, Record, client, topic};
use crate::sales::sales;
use crate::servers::kafka::Kafka;
use crate::servers::registry::Registry;
use crate::world::Sale;

/// Of the settlements.
const SCHEMA: &str = r#"{"type": "record", "name": "Settlement", "fields": [
  {"name": "order_id", "type": "string"},
  {"name": "card", "type": {"type": "record", "name": "Card", "fields": [{"name": "number", "type": "long"}]}},
  {"name": "amount", "type": "long"}]}"#;

/// Its number at the registry.
const NUMBER: u32 = 7;

/// A broker with one topic, and a registry. They end with it.
pub struct Settlements {
    _kafka: Kafka,
    registry: Registry,
}

impl Settlements {
    /// Starts both, writes the day's settlements, and an estate file with its key into a folder.
    pub fn open(folder: &Path) -> Settlements {
        let kafka = Kafka::start(1);
        let answer = json!({"schema": SCHEMA}).to_string();
        let registry = Registry::start(&[(&format!("/schemas/ids/{NUMBER}"), &answer)]);
        topic(&kafka.plain(), "settlements", &[1], &[("retention.ms", "604800000")]);
        let producer: BaseProducer = client(&kafka.plain()).create().unwrap();
        let values: Vec<Vec<u8>> = sales().iter().map(framed).collect();
        let record = |value| Record { value: Some(value), ..Record::default() };
        kafka::send(&producer, "settlements", values.iter().map(|value| record(value.as_slice())));
        write_key(folder);
        let estate = ESTATE.replace("<KAFKA>", &kafka.plain()).replace("<REGISTRY>", &registry.url());
        std::fs::write(folder.join("dyetrace.yaml"), estate).unwrap();
        Settlements { _kafka: kafka, registry }
    }

    /// From now on the registry answers with errors.
    pub fn break_registry(&self) {
        self.registry.break_down(503);
    }
}

/// A zero, the schema's number, and the record.
fn framed(sale: &Sale) -> Vec<u8> {
    let mut bytes = [&[0][..], &NUMBER.to_be_bytes()].concat();
    long(&mut bytes, sale.order.len() as i64);
    bytes.extend(sale.order.as_bytes());
    long(&mut bytes, sale.card.parse().unwrap());
    long(&mut bytes, sale.amount as i64);
    bytes
}

/// As Avro writes an integer: zigzag, seven bits a byte, the lowest first.
fn long(bytes: &mut Vec<u8>, number: i64) {
    let mut rest = ((number << 1) ^ (number >> 63)) as u64;
    while rest >= 0x80 {
        bytes.push(rest as u8 | 0x80);
        rest >>= 7;
    }
    bytes.push(rest as u8);
}

const ESTATE: &str = r#"# Settlements in Avro.
version: 1
estate: Settlements
key: {file: demo.key}
sources:
  - name: bus
    connector: kafka
    brokers: "<KAFKA>"
    topics: [settlements]
    registry: "<REGISTRY>"
    zone: connected
"#;
