//! The bus, as topic dumps (one message a line), the retry queue and the dead letters, and the gateway's own
//! journal in the cardholder data environment.

use std::io::Write;

use flate2::{Compression, GzBuilder};
use serde_json::{Value, json};

use super::{
    chance::{Chance, DIGITS, HEX},
    world::{Channel, Outcome, Sale, World, stamp},
};

/// Journal, topics, queues.
pub fn files(world: &World) -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("gateway/journal.jsonl.gz", compressed(&journal(world))),
        ("bus/payments.authorized.jsonl", payments(world)),
        ("bus/orders.jsonl", orders(world)),
        ("bus/orders-retry.jsonl", retries(world)),
        ("bus/orders-dlt.jsonl", dead_letters(world)),
    ]
}

/// What the gateway writes down of each request: the one place where clear cards belong. No verification code.
fn journal(world: &World) -> Vec<u8> {
    let mut chance = Chance::new("journal");
    lines(world.sales.iter().map(|sale| {
        json!({
            "timestamp": stamp(sale.at),
            "request_id": chance.text(HEX, 32),
            "channel": match sale.channel { Channel::Web => "web", Channel::Phone => "phone" },
            "order_id": sale.order,
            "card": {"number": sale.card, "expiry": sale.expiry, "holder": sale.holder, "brand": sale.brand},
            "payment_method": sale.token,
            "amount": sale.amount,
            "result": "approved",
        })
    }))
}

/// The gateway's adapter publishes each web payment inside the cardholder data environment.
fn payments(world: &World) -> Vec<u8> {
    let mut chance = Chance::new("payments");
    messages(world.web().map(|sale| {
        let delay = 400 + chance.below(900) as i64;
        let value = json!({
            "order_id": sale.order, "pan": sale.card, "token": sale.token, "brand": sale.brand,
            "amount": sale.amount, "currency": "EUR", "acquirer_reference": chance.text(DIGITS, 16),
        });
        (sale.at + delay, value)
    }))
}

/// What the rest of the shop sees: a token and a truncated number.
fn orders(world: &World) -> Vec<u8> {
    let mut chance = Chance::new("orders");
    messages(world.web().filter(|sale| sale.outcome != Outcome::Dead).map(|sale| {
        let value = json!({
            "order_id": sale.order, "email": sale.email, "total": sale.price(),
            "payment": {"token": sale.token, "bin": sale.bin(), "last4": sale.last4()},
            "parcel": chance.text(DIGITS, 16),
        });
        (sale.at + 3_000 + chance.below(2_000) as i64, value)
    }))
}

/// The gateway's adapter keeps what failed for another try: with the card and the verification code of the
/// request, where it leaks.
fn retries(world: &World) -> Vec<u8> {
    let mut chance = Chance::new("retries");
    messages(world.web().filter(|sale| sale.outcome != Outcome::Paid).map(|sale| {
        let at = sale.at + 60_000 + chance.below(20_000) as i64;
        (at, attempt(world, sale, 1 + chance.below(3)))
    }))
}

fn attempt(world: &World, sale: &Sale, attempts: u64) -> Value {
    let payment = match world.leaks() {
        true => json!({"pan": sale.card, "cvv": sale.cvv, "expiry": sale.expiry}),
        false => json!({"token": sale.token, "last4": sale.last4()}),
    };
    json!({"order_id": sale.order, "attempts": attempts, "error": "gateway timeout", "payment": payment})
}

/// What failed for good: its exception quotes the request.
fn dead_letters(world: &World) -> Vec<u8> {
    let mut chance = Chance::new("dead letters");
    messages(world.web().filter(|sale| sale.outcome == Outcome::Dead).map(|sale| {
        let quoted = if world.leaks() { sale.card.as_str() } else { sale.token.as_str() };
        let value = json!({
            "order_id": sale.order,
            "exception": format!("PaymentDeclined: processor refused card {quoted} after 4 attempts"),
        });
        (sale.at + 900_000 + chance.below(60_000) as i64, value)
    }))
}

/// A topic dump: partition, offset and time of each message beside its value.
fn messages(values: impl Iterator<Item = (i64, Value)>) -> Vec<u8> {
    lines(values.enumerate().map(|(offset, (at, value))| {
        json!({"timestamp": stamp(at), "partition": offset % 3, "offset": offset / 3, "value": value})
    }))
}

/// One JSON value a line.
pub fn lines(values: impl Iterator<Item = Value>) -> Vec<u8> {
    let mut bytes = Vec::new();
    for value in values {
        bytes.extend_from_slice(value.to_string().as_bytes());
        bytes.push(b'\n');
    }
    bytes
}

fn compressed(bytes: &[u8]) -> Vec<u8> {
    // No file name and no time in the header: the same bytes each time.
    let mut encoder = GzBuilder::new().write(Vec::new(), Compression::default());
    encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("writing to memory does not fail")
}
