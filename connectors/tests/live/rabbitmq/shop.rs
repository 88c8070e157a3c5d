//! A virtual host with a shop's queues, the user that the docs ask for, and a client of the administrator.

use std::time::{Duration, Instant};

use lapin::options::{BasicConsumeOptions, BasicNackOptions, BasicPublishOptions, BasicQosOptions};
use lapin::types::FieldTable;
use lapin::{BasicProperties, Channel, Connection, ConnectionProperties, Consumer};
use tokio::runtime::{Builder, Runtime};

use super::CONNECTOR;
use crate::servers::rabbitmq::RabbitMq;

/// `orders` leads to work, a copy and a stream; what work rejects goes to the dead, the copy, and back after a time.
const DEFINITIONS: &str = include_str!("shop.json");

pub struct Shop<'a> {
    server: &'a RabbitMq,
    name: &'a str,
    channel: Channel,
    _connection: Connection,
    runtime: Runtime,
}

impl<'a> Shop<'a> {
    pub fn open(server: &'a RabbitMq, name: &'a str) -> Shop<'a> {
        server.done("PUT", &format!("vhosts/{name}"), "");
        let all = r#"{"configure":".*","write":".*","read":".*"}"#;
        server.done("PUT", &format!("permissions/{name}/admin"), all);
        server.done("POST", &format!("definitions/{name}"), DEFINITIONS);
        // As `rabbitmqctl` does by the text that the docs show.
        let lines: Vec<&str> = CONNECTOR.privilege.lines().collect();
        assert_eq!(lines[0], "rabbitmqctl add_user dyetrace CHANGE-ME");
        assert_eq!(lines[1], "rabbitmqctl set_user_tags dyetrace monitoring");
        let told = lines[2].strip_prefix("rabbitmqctl set_permissions --vhost / dyetrace ").unwrap();
        let told: Vec<&str> = told.split(' ').map(|word| word.trim_matches('\'')).collect();
        server.done("PUT", "users/dyetrace", r#"{"password":"CHANGE-ME","tags":"monitoring"}"#);
        // Also the queues that are read with consent.
        let read = told[2].replace("audit-copy", "audit-copy|dead|work");
        let allowed = format!(r#"{{"configure":"{}","write":"{}","read":"{read}"}}"#, told[0], told[1]);
        server.done("PUT", &format!("permissions/{name}/dyetrace"), &allowed);
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let (connection, channel) = runtime.block_on(connect(server, "admin", "admin", name));
        Shop { server, name, channel, _connection: connection, runtime }
    }

    /// Publishes a message that survives a crash, with a time and a number of its own.
    pub fn publish(&self, key: &str, time: u64, body: &[u8]) {
        let properties = BasicProperties::default()
            .with_delivery_mode(2)
            .with_timestamp(time)
            .with_message_id(format!("m{time}").into());
        let options = BasicPublishOptions::default();
        self.runtime.block_on(async {
            let sent = self.channel.basic_publish("orders".into(), key.into(), options, body, properties);
            sent.await.unwrap().await.unwrap();
        });
    }

    /// Two messages that work gets and rejects one of, and one that it never gets: four for the copy.
    pub fn sell(&self) {
        self.publish("pay.card", 1_700_000_000, br#"{"pan":"4111111111111111"}"#);
        self.publish("pay.cash", 1_700_000_001, b"{broken");
        self.publish("mail.new", 1_700_000_002, b"hello");
        self.runtime.block_on(async {
            let got = self.channel.basic_get("work".into(), Default::default()).await.unwrap().unwrap();
            got.delivery.acker.reject(Default::default()).await.unwrap();
        });
    }

    /// A consumer that has told the broker of itself.
    pub fn consume(&self, user: &str, password: &str, queue: &str) -> (Connection, Consumer) {
        let consuming = async {
            let (connection, channel) = connect(self.server, user, password, self.name).await;
            channel.basic_qos(1, BasicQosOptions::default()).await.unwrap();
            let options = BasicConsumeOptions::default();
            let consumer = channel.basic_consume(queue.into(), "c".into(), options, FieldTable::default());
            (connection, consumer.await.unwrap())
        };
        let consumer = self.runtime.block_on(consuming);
        self.until(|| self.asked("consumers").contains("peer_host"));
        consumer
    }

    /// Waits until the broker's own statistics know that a queue has a consumer.
    pub fn until_consumed(&self, queue: &str) {
        let known = format!(r#""consumers":1,"messages":4,"name":"{queue}""#);
        self.until(|| self.asked("queues?columns=consumers,").contains(&known));
    }

    /// Ends a user's connections as an operator would.
    pub fn break_connections(&self, user: &str) {
        let named = |said: &serde_json::Value| {
            let theirs = said["user"] == user && said["vhost"] == self.name;
            said["name"].as_str().filter(|_| theirs).map(|name| name.replace(' ', "%20").replace('>', "%3E"))
        };
        self.until(|| {
            let said: serde_json::Value =
                serde_json::from_str(&self.server.done("GET", "connections", "")).unwrap();
            let names: Vec<String> = said.as_array().unwrap().iter().filter_map(named).collect();
            names.iter().for_each(|name| _ = self.server.done("DELETE", &format!("connections/{name}"), ""));
            !names.is_empty()
        });
    }

    /// Removes what a queue holds.
    pub fn purge(&self, queue: &str) {
        self.runtime.block_on(self.channel.queue_purge(queue.into(), Default::default())).unwrap();
    }

    /// Waits until the broker's own statistics know of so many messages.
    pub fn settle(&self, queue: &str, messages: u64) {
        let known = format!(r#""messages":{messages},"name":"{queue}""#);
        self.until(|| self.asked("queues?columns=").contains(&known));
    }

    fn until(&self, done: impl Fn() -> bool) {
        let end = Instant::now() + Duration::from_secs(20);
        while !done() {
            assert!(Instant::now() < end, "{} {}", self.asked("queues?columns="), self.asked("consumers"));
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// Of each queue, how many messages wait and how many somebody holds, and who consumes. The statistics take their
    /// time; they know of so many messages of the copy at least.
    pub fn state(&self, copied: u64) -> String {
        self.settle("audit-copy", copied);
        self.until(|| self.asked("queues?columns=").matches(r#""messages""#).count() == 6);
        std::thread::sleep(Duration::from_secs(3));
        let held = self.asked("queues?columns=messages_unacknowledged,consumers,");
        held + "\n" + &self.asked("consumers")
    }

    fn asked(&self, what: &str) -> String {
        let (what, columns) = what.split_once('?').unwrap_or((what, ""));
        let query = if columns.is_empty() { String::new() } else { format!("?{columns}name,messages") };
        self.server.done("GET", &format!("{what}/{}{query}", self.name), "")
    }

    /// Whether the next message of a queue was delivered before; it is put back.
    pub fn was_seen(&self, queue: &str) -> bool {
        self.runtime.block_on(async {
            let got = self.channel.basic_get(queue.into(), Default::default()).await.unwrap().unwrap();
            let back = BasicNackOptions { requeue: true, ..BasicNackOptions::default() };
            got.delivery.acker.nack(back).await.unwrap();
            got.delivery.redelivered
        })
    }
}

async fn connect(server: &RabbitMq, user: &str, password: &str, vhost: &str) -> (Connection, Channel) {
    let uri = format!("amqp://{user}:{password}@127.0.0.1:{}/{vhost}", server.port);
    let connection = Connection::connect(&uri, ConnectionProperties::default()).await.unwrap();
    let channel = connection.create_channel().await.unwrap();
    channel.confirm_select(Default::default()).await.unwrap();
    (connection, channel)
}
