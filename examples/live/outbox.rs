//! PostgreSQL: the outbox from which orders are published, with a "token" that is none, and the roles that may read it.

use crate::privilege;
use crate::sales::each;
use crate::servers::postgres::Postgres;
use crate::world::Sale;

const TABLES: &str = "\
CREATE TABLE outbox (id bigserial PRIMARY KEY, created_at timestamptz, payload jsonb, payment_token text);
COMMENT ON COLUMN outbox.payment_token IS 'random, from the gateway';
CREATE TABLE failed_jobs (id bigserial PRIMARY KEY, queue text, payload jsonb, attempts int, failed_at timestamptz);
CREATE PUBLICATION outbox_to_kafka FOR TABLE outbox;
CREATE ROLE reporting LOGIN;
GRANT SELECT ON outbox TO reporting;
";

/// Tables with their rows, a publication, and the roles that may read.
pub fn fill(postgres: &Postgres, sales: &[Sale]) {
    postgres.run("postgres", "CREATE DATABASE shop");
    postgres.run("shop", TABLES);
    let orders: Vec<String> = sales.iter().map(order).collect();
    postgres.run(
        "shop",
        &format!("INSERT INTO outbox (created_at, payload, payment_token) VALUES {}", orders.join(", ")),
    );
    let failed: Vec<String> = each(sales, 60, 20).map(failed).collect();
    postgres.run(
        "shop",
        &format!(
            "INSERT INTO failed_jobs (queue, payload, attempts, failed_at) VALUES {}",
            failed.join(", ")
        ),
    );
    postgres.run("shop", &privilege("postgres"));
}

/// The token is computed from the card: whoever tries all cards has the card.
fn order(sale: &Sale) -> String {
    let (at, order, card) = (seconds(sale.at + 3_000), &sale.order, &sale.card);
    let payload = format!(r#"{{"order_id": "{order}", "last4": "{}"}}"#, sale.last4());
    format!("({at}, '{payload}', encode(sha256('{card}'), 'hex'))")
}

fn failed(sale: &Sale) -> String {
    let payload = format!(r#"{{"order_id": "{}", "token": "{}"}}"#, sale.order, sale.token);
    format!("('mail', '{payload}', 2, {})", seconds(sale.at + 9_000))
}

fn seconds(millis: i64) -> String {
    format!("to_timestamp({}.{:03})", millis / 1_000, millis % 1_000)
}
