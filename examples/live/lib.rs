//! A small merchant on real servers, for the live example and its test: Kafka, CloudWatch Logs and SQS (moto), Redis,
//! PostgreSQL and RabbitMQ, each filled through its own client library with an afternoon's sales, and with what leaks from
//! them. `README.md` beside this file tells each leak's story. Everything ends with the program.
//!
//! Card numbers are made under the prefixes of published test numbers; the passwords are those of servers that listen
//! on the loopback interface for a few minutes.
#![cfg(feature = "live")]
#![allow(clippy::unwrap_used, reason = "what only demonstrates may fail by panicking")]

mod bus;
mod estate;
mod jobs;
mod logs;
mod outbox;
mod queues;
mod refunds;
mod sales;
mod settlements;

// The shop of files has the sales, and the connectors' tests have the servers.
#[path = "../../connectors/tests/live/aws.rs"]
#[allow(dead_code, reason = "it is the tests'")]
mod aws;
#[path = "../shop/chance.rs"]
#[allow(dead_code, reason = "it is the shop's")]
mod chance;
#[path = "../../connectors/tests/live/kafka/seed.rs"]
#[allow(dead_code, reason = "it is the tests'")]
mod kafka;
#[path = "../../connectors/tests/live/servers/mod.rs"]
#[allow(dead_code, reason = "they are the tests'")]
mod servers;
#[path = "../shop/world.rs"]
#[allow(dead_code, reason = "it is the shop's")]
mod world;

use std::path::Path;
use std::thread;

use refunds::Worker;
use servers::{kafka::Kafka, moto::Moto, postgres::Postgres, proxy::Proxy, rabbitmq::RabbitMq, redis::Redis};
pub use settlements::Settlements;

/// The servers with what they hold. They end with it.
pub struct LiveShop {
    kafka: Kafka,
    moto: Moto,
    /// Before moto: answers what moto does not know.
    aws: Proxy,
    redis: Redis,
    postgres: Postgres,
    rabbit: RabbitMq,
    /// Reads on as long as the shop is open.
    worker: Option<Worker>,
}

impl LiveShop {
    /// Starts the servers, fills them, and writes the estate file, its key and its policy into a folder.
    pub fn open(folder: &Path) -> LiveShop {
        let mut shop = LiveShop::start();
        let sales = sales::sales();
        shop.worker = thread::scope(|scope| {
            let worker = scope.spawn(|| refunds::fill(&shop.rabbit, &sales));
            scope.spawn(|| bus::fill(&shop.kafka, &sales));
            scope.spawn(|| jobs::fill(&shop.redis, &sales));
            scope.spawn(|| outbox::fill(&shop.postgres, &sales));
            logs::fill(&shop.moto, &sales);
            queues::fill(&shop.moto, &sales);
            worker.join().ok()
        });
        assert!(shop.worker.is_some(), "the refund desk's worker did not start");
        estate::write(folder, &shop);
        shop
    }

    /// What the estate file takes from the environment: the passwords of users who may read, and nothing else.
    pub fn environment(&self) -> [(&'static str, &'static str); 6] {
        [
            ("SHOP_KAFKA_PASSWORD", servers::kafka::PLAIN_WORD),
            ("SHOP_REDIS_PASSWORD", CHANGED),
            ("SHOP_POSTGRES_PASSWORD", CHANGED),
            ("SHOP_RABBITMQ_PASSWORD", CHANGED),
            ("AWS_ACCESS_KEY_ID", "testing"),
            ("AWS_SECRET_ACCESS_KEY", "testing"),
        ]
    }

    /// Every card number of the sales: what no output may hold.
    pub fn cards() -> Vec<String> {
        sales::sales().into_iter().chain([sales::forgotten()]).map(|sale| sale.card).collect()
    }

    /// Side by side: each takes seconds.
    fn start() -> LiveShop {
        thread::scope(|scope| {
            let kafka = scope.spawn(|| Kafka::start(1));
            let redis = scope.spawn(Redis::start);
            let postgres = scope.spawn(Postgres::start);
            let rabbit = scope.spawn(RabbitMq::start);
            let moto = Moto::start();
            let aws = aws::before(moto.port, |_| None);
            LiveShop {
                kafka: kafka.join().unwrap(),
                moto,
                aws,
                redis: redis.join().unwrap(),
                postgres: postgres.join().unwrap(),
                rabbit: rabbit.join().unwrap(),
                worker: None,
            }
        })
    }
}

/// Instead of `CHANGE-ME` in what `dyetrace sources policy` prints.
const CHANGED: &str = "reads-and-no-more";

/// What `dyetrace sources policy` prints for a connector, with a password.
fn privilege(connector: &str) -> String {
    dyetrace_connectors::connector(connector).unwrap().privilege.replace("CHANGE-ME", CHANGED)
}
