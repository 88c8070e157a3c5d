//! RabbitMQ: the refund desk's queue. What its worker rejects goes to the dead letters, and to a copy that was bound
//! for dyetrace, since looking at a queue itself leaves traces.

use std::time::{Duration, Instant};

use lapin::options::{BasicConsumeOptions, BasicNackOptions, BasicPublishOptions};
use lapin::types::FieldTable;
use lapin::{BasicProperties, Channel, Connection, ConnectionProperties, Consumer};
use serde_json::json;
use tokio::runtime::{Builder, Runtime};

use crate::CHANGED;
use crate::sales::each;
use crate::servers::rabbitmq::RabbitMq;
use crate::world::Sale;

const DEFINITIONS: &str = r#"{
  "exchanges": [
    {"name": "refunds", "type": "direct", "durable": true, "auto_delete": false, "arguments": {}},
    {"name": "failed", "type": "fanout", "durable": true, "auto_delete": false, "arguments": {}}
  ],
  "queues": [
    {"name": "refunds", "durable": true, "auto_delete": false, "arguments": {}},
    {"name": "refunds-dead", "durable": true, "auto_delete": false, "arguments": {}},
    {"name": "audit-copy", "durable": true, "auto_delete": false, "arguments": {"x-message-ttl": 86400000}}
  ],
  "bindings": [
    {"source": "refunds", "destination": "refunds", "destination_type": "queue", "routing_key": "refund", "arguments": {}},
    {"source": "failed", "destination": "refunds-dead", "destination_type": "queue", "routing_key": "", "arguments": {}},
    {"source": "failed", "destination": "audit-copy", "destination_type": "queue", "routing_key": "", "arguments": {}}
  ],
  "policies": [
    {"name": "keep-failed", "pattern": "^refunds$", "apply-to": "queues", "priority": 0,
      "definition": {"dead-letter-exchange": "failed"}}
  ]
}"#;

/// The worker that rejected what it could not do; it waits for more as long as this is there.
pub struct Worker {
    _runtime: Runtime,
    _connection: Connection,
    _consumer: Consumer,
}

/// Queues with their messages, users, and the worker.
pub fn fill(broker: &RabbitMq, sales: &[Sale]) -> Worker {
    broker.done("PUT", "vhosts/shop", "");
    user(broker, "admin", "admin", ["administrator", ".*", ".*", ".*"]);
    user(broker, "refund-desk", "r", ["", "", "", "refunds"]);
    // As `dyetrace sources policy rabbitmq` says.
    user(broker, "dyetrace", CHANGED, ["monitoring", "^$", "^$", "^(audit-copy|payments-stream)$"]);
    broker.done("POST", "definitions/shop", DEFINITIONS);
    let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let failed: Vec<&Sale> = each(sales, 30, 17).collect();
    let (connection, consumer) = runtime.block_on(async {
        ask(broker, &failed).await;
        reject(broker, failed.len()).await
    });
    // What a queue holds and who consumes is known to the broker's statistics after a while.
    until(|| broker.done("GET", "queues/shop?columns=messages,name", "").contains(&known(failed.len())));
    until(|| broker.done("GET", "consumers/shop", "").contains("refund-desk"));
    Worker { _runtime: runtime, _connection: connection, _consumer: consumer }
}

/// A user's tags, and what it may configure, write and read.
fn user(broker: &RabbitMq, name: &str, password: &str, [tags, configure, write, read]: [&str; 4]) {
    broker.done("PUT", &format!("users/{name}"), &json!({"password": password, "tags": tags}).to_string());
    let may = json!({"configure": configure, "write": write, "read": read}).to_string();
    broker.done("PUT", &format!("permissions/shop/{name}"), &may);
}

/// The desk asks for refunds by the card, where the order would do.
async fn ask(broker: &RabbitMq, sales: &[&Sale]) {
    let (_connection, channel) = connect(broker, "admin", "admin").await;
    for sale in sales {
        let body = json!({"order_id": sale.order, "refund_to": sale.card, "amount": sale.amount}).to_string();
        let at = u64::try_from(sale.at / 1_000 + 1_800).unwrap();
        let properties = BasicProperties::default().with_delivery_mode(2).with_timestamp(at);
        let options = BasicPublishOptions::default();
        let sent =
            channel.basic_publish("refunds".into(), "refund".into(), options, body.as_bytes(), properties);
        sent.await.unwrap().await.unwrap();
    }
}

/// Rejects every message, and waits for more.
async fn reject(broker: &RabbitMq, messages: usize) -> (Connection, Consumer) {
    let (connection, channel) = connect(broker, "refund-desk", "r").await;
    for _ in 0..messages {
        let got = channel.basic_get("refunds".into(), Default::default()).await.unwrap().unwrap();
        let never = BasicNackOptions { requeue: false, ..BasicNackOptions::default() };
        got.delivery.acker.nack(never).await.unwrap();
    }
    let options = BasicConsumeOptions::default();
    let consumer = channel.basic_consume("refunds".into(), "desk".into(), options, FieldTable::default());
    (connection, consumer.await.unwrap())
}

async fn connect(broker: &RabbitMq, user: &str, password: &str) -> (Connection, Channel) {
    let address = format!("amqp://{user}:{password}@127.0.0.1:{}/shop", broker.port);
    let connection = Connection::connect(&address, ConnectionProperties::default()).await.unwrap();
    let channel = connection.create_channel().await.unwrap();
    channel.confirm_select(Default::default()).await.unwrap();
    (connection, channel)
}

fn known(messages: usize) -> String {
    format!(r#""messages":{messages},"name":"audit-copy""#)
}

fn until(done: impl Fn() -> bool) {
    let end = Instant::now() + Duration::from_secs(30);
    while !done() {
        assert!(Instant::now() < end, "the broker's statistics do not know");
        std::thread::sleep(Duration::from_millis(200));
    }
}
