//! Redis: Sidekiq's jobs. What fails is kept for another try with its arguments, and after some weeks among the dead.

use serde_json::{Value, json};

use crate::privilege;
use crate::sales::{each, forgotten};
use crate::servers::redis::Redis;
use crate::world::Sale;

/// Queues, the retry set, the dead set, and the user that reads them.
pub fn fill(redis: &Redis, sales: &[Sale]) {
    for sale in each(sales, 40, 9) {
        let job = job("ReceiptJob", "mail", sale, json!({"order_id": sale.order, "token": sale.token}));
        push(redis, &["LPUSH", "queue:mail", &job.to_string()]);
    }
    for sale in each(sales, 30, 11) {
        let (job, next) = (failed(sale, 3), (sale.at / 1_000 + 86_400).to_string());
        push(redis, &["ZADD", "retry", &next, &job.to_string()]);
    }
    let old = forgotten();
    let (job, died) = (failed(&old, 25), (old.at / 1_000).to_string());
    push(redis, &["ZADD", "dead", &died, &job.to_string()]);
    redis.run(&[privilege("redis").trim()]);
}

fn push(redis: &Redis, words: &[&str]) {
    let _: i64 = redis.ask(words);
}

fn job(class: &str, queue: &str, sale: &Sale, argument: Value) -> Value {
    let created = (sale.at + 4_000) as f64 / 1_000.0;
    json!({"class": class, "queue": queue, "jid": sale.order, "args": [argument], "created_at": created})
}

/// A job that holds the whole request, so that it can be sent again.
fn failed(sale: &Sale, attempts: u32) -> Value {
    let card = json!({"number": sale.card, "cvv": sale.cvv, "expiry": sale.expiry});
    let mut job = job("ChargeJob", "payments", sale, json!({"order_id": sale.order, "card": card}));
    job["retry_count"] = json!(attempts - 1);
    job["failed_at"] = json!((sale.at + 5_000) as f64 / 1_000.0);
    job["error_class"] = json!("Net::ReadTimeout");
    job["error_message"] = json!("gateway did not answer");
    job
}
