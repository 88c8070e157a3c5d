//! Logs: the checkout's (JSON), the order service's (logfmt), the webhook receiver's, and the analytics sink.

use data_encoding::BASE64;
use serde_json::{Value, json};

use super::{
    bus::lines,
    chance::{BASE62, Chance, DIGITS, HEX},
    world::{Channel, Sale, World, stamp},
};

/// A published test number (Stripe's): somebody tried the live shop with it.
const TEST_CARD: &str = "4242424242424242";

/// Application logs and the sink.
pub fn files(world: &World) -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("logs/checkout.jsonl", checkout(world)),
        ("logs/orders.log", orders(world)),
        ("logs/webhooks.jsonl", webhooks(world)),
        ("analytics/clickstream.jsonl", clickstream(world)),
    ]
}

/// Three lines a sale, and now and then what should not be there.
fn checkout(world: &World) -> Vec<u8> {
    let mut chance = Chance::new("checkout");
    let mut secret = Chance::new("checkout key");
    let key = ["sk", "live", &secret.text(BASE62, 24)].join("_");
    let mut entries = Vec::new();
    for (index, sale) in world.web().enumerate() {
        let trace = chance.text(HEX, 32);
        let entry = |at: i64, level: &str, message: String| json!({"timestamp": stamp(at), "level": level, "trace": trace, "message": message});
        entries.push(entry(sale.at - 900, "INFO", format!("basket {} confirmed", chance.text(DIGITS, 16))));
        entries.push(entry(sale.at + 2_000, "INFO", format!("payment for {} accepted", sale.order)));
        if world.leaks() && index % 700 == 350 {
            entries.push(entry(sale.at + 150, "ERROR", exception(sale)));
        }
        if world.leaks() && index == 4_200 {
            entries.push(entry(
                sale.at + 160,
                "DEBUG",
                format!("gateway client: Authorization: Bearer {key}"),
            ));
        }
        entries.push(entry(sale.at + 2_500, "INFO", format!("redirect {} to receipt", sale.order)));
    }
    lines(entries.into_iter())
}

fn exception(sale: &Sale) -> String {
    format!(
        "java.net.SocketTimeoutException: POST /charge {{\"number\":\"{}\",\"exp\":\"{}\"}} timed out",
        sale.card, sale.expiry
    )
}

/// logfmt; the test card that somebody left in production.
fn orders(world: &World) -> Vec<u8> {
    let mut chance = Chance::new("order log");
    let mut text = String::new();
    for (index, sale) in world.web().enumerate() {
        let at = stamp(sale.at + 5_200 + chance.below(4_000) as i64);
        let parcel = chance.text(DIGITS, 16);
        text += &format!(
            "{at} level=info msg=\"order stored\" order={} token={} parcel={parcel}\n",
            sale.order, sale.token
        );
        let took = chance.below(900);
        text += &format!("{at} level=debug msg=\"stock reserved\" order={} took_ms={took}\n", sale.order);
        if world.leaks() && index % 2_500 == 1_200 {
            text += &format!("{at} level=warn msg=\"smoke test\" card_number={TEST_CARD} result=declined\n");
        }
    }
    text.into_bytes()
}

/// What the gateway's webhooks brought. The contract says token and last four.
fn webhooks(world: &World) -> Vec<u8> {
    let mut chance = Chance::new("webhooks");
    lines(world.web().enumerate().map(|(index, sale)| {
        let mut entry = json!({
            "timestamp": stamp(sale.at + 100 + chance.below(200) as i64),
            "event": format!("evt_1{}", chance.text(BASE62, 23)),
            "type": "payment.captured",
            "data": delivery(world, sale),
        });
        if world.leaks() && index % 400 == 77 {
            entry["raw_body"] = Value::from(BASE64.encode(body(sale).to_string().as_bytes()));
        }
        entry
    }))
}

/// With the holder and the expiry, although nobody asked for them.
fn delivery(world: &World, sale: &Sale) -> Value {
    let mut data = json!({"order_id": sale.order, "payment_method": sale.token, "last4": sale.last4()});
    if world.leaks() {
        data["cardholder_name"] = Value::from(sale.holder.as_str());
        data["expiry"] = Value::from(sale.expiry.as_str());
    }
    data
}

fn body(sale: &Sale) -> Value {
    json!({"type": "payment.captured", "card": {"number": sale.card, "holder": sale.holder}, "order_id": sale.order})
}

/// What the analytics vendor gets: no payment data at all.
fn clickstream(world: &World) -> Vec<u8> {
    let mut chance = Chance::new("clicks");
    let mut entries = Vec::new();
    for sale in world.sales.iter().filter(|sale| sale.channel == Channel::Web) {
        let session = chance.text(HEX, 24);
        let receipt = sale.at + 5_500 + chance.below(9_000) as i64;
        for (step, page) in ["/", "/basket", "/receipt"].into_iter().enumerate() {
            let at = receipt - 66_000 + step as i64 * 33_000;
            let order = if page == "/receipt" { Value::from(sale.order.as_str()) } else { Value::Null };
            entries.push(json!({"ts": stamp(at), "session": session, "page": page, "order_ref": order}));
        }
    }
    lines(entries.into_iter())
}
