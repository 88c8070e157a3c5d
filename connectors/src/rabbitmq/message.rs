//! A delivery as a record: its headers and properties as headers, and what `x-death` tells of where it was before.

use lapin::BasicProperties;
use lapin::message::Delivery;
use lapin::types::{AMQPValue, FieldTable};
use serde_json::Value;
use zeroize::Zeroizing;

use crate::pages::{Piece, Record};
use crate::{Movement, MovementKind, Place, Retry};

/// The record of a message that lay in `queue`.
pub(super) fn record(queue: &str, delivery: Delivery) -> Record {
    let Delivery { routing_key, properties, data, .. } = delivery;
    let mut record = Record { value: Zeroizing::new(data), ..Record::default() };
    record.time = properties.timestamp().and_then(millis);
    record.id = properties.message_id().as_ref().map(|id| piece(id.as_str()));
    record.headers.push((piece("routing-key"), piece(routing_key.as_str())));
    record.headers.extend(texts(&properties).map(|(name, text)| (piece(name), piece(text))));
    if let Some(headers) = properties.headers() {
        record
            .headers
            .extend(headers.inner().iter().map(|(name, value)| (piece(name.as_str()), bytes(value))));
        died(queue, headers, &mut record);
    }
    record
}

/// The offset of a stream's message.
pub(super) fn offset(delivery: &Delivery) -> Option<u64> {
    match delivery.properties.headers().as_ref()?.inner().get("x-stream-offset")? {
        AMQPValue::LongLongInt(offset) => u64::try_from(*offset).ok(),
        _ => None,
    }
}

fn texts(properties: &BasicProperties) -> impl Iterator<Item = (&'static str, &str)> {
    let texts = [
        ("message-id", properties.message_id()),
        ("correlation-id", properties.correlation_id()),
        ("reply-to", properties.reply_to()),
        ("type", properties.kind()),
        ("user-id", properties.user_id()),
        ("app-id", properties.app_id()),
    ];
    texts.into_iter().filter_map(|(name, text)| Some((name, text.as_ref()?.as_str())))
}

fn piece(text: &str) -> Piece {
    Zeroizing::new(text.as_bytes().to_vec())
}

/// A text as it is, whatever else as JSON.
fn bytes(value: &AMQPValue) -> Piece {
    match value {
        AMQPValue::LongString(text) => Zeroizing::new(text.as_bytes().to_vec()),
        AMQPValue::ShortString(text) => piece(text.as_str()),
        AMQPValue::ByteArray(bytes) => Zeroizing::new(bytes.as_slice().to_vec()),
        other => Zeroizing::new(json(other).to_string().into_bytes()),
    }
}

fn json(value: &AMQPValue) -> Value {
    match value {
        AMQPValue::Boolean(value) => Value::from(*value),
        AMQPValue::ShortShortInt(value) => Value::from(*value),
        AMQPValue::ShortShortUInt(value) => Value::from(*value),
        AMQPValue::ShortInt(value) => Value::from(*value),
        AMQPValue::ShortUInt(value) => Value::from(*value),
        AMQPValue::LongInt(value) => Value::from(*value),
        AMQPValue::LongUInt(value) => Value::from(*value),
        AMQPValue::LongLongInt(value) => Value::from(*value),
        AMQPValue::Float(value) => Value::from(*value),
        AMQPValue::Double(value) => Value::from(*value),
        AMQPValue::Timestamp(value) => Value::from(*value),
        AMQPValue::DecimalValue(value) => Value::from(format!("{}e-{}", value.value, value.scale)),
        AMQPValue::ShortString(text) => Value::from(text.as_str()),
        AMQPValue::LongString(text) => Value::from(String::from_utf8_lossy(text.as_bytes())),
        AMQPValue::ByteArray(bytes) => Value::from(String::from_utf8_lossy(bytes.as_slice())),
        AMQPValue::FieldArray(values) => values.as_slice().iter().map(json).collect(),
        AMQPValue::FieldTable(table) => {
            table.inner().iter().map(|(name, value)| (name.as_str().to_owned(), json(value))).collect()
        }
        AMQPValue::Void => Value::Null,
    }
}

/// <https://www.rabbitmq.com/docs/dlx#effects>: one entry for each queue and reason, the newest first, each with the
/// time when it was made and how often it happened.
fn died(queue: &str, headers: &FieldTable, record: &mut Record) {
    let Some(AMQPValue::FieldArray(entries)) = headers.inner().get("x-death") else { return };
    let entries: Vec<Value> = entries.as_slice().iter().map(json).collect();
    record.retry = Some(Retry {
        attempts: attempts(&entries),
        first_failed: entries.iter().filter_map(time).min().and_then(millis),
    });
    let Some(newest) = entries.first() else { return };
    let Some(from) = newest["queue"].as_str() else { return };
    record.moved = Some(Movement {
        from: Place::Dataset(from.into()),
        to: Place::Dataset(queue.into()),
        kind: MovementKind::Retry,
        by: newest["reason"].as_str().unwrap_or_default().into(),
        count: None,
        // An entry keeps the time of the first time.
        last: time(newest).filter(|_| times(newest) == 1).and_then(millis),
    });
}

/// What expired or found no room only waited; what was rejected or delivered too often was tried.
fn attempts(entries: &[Value]) -> Option<u32> {
    let tried = |entry: &&Value| matches!(entry["reason"].as_str(), Some("rejected" | "delivery_limit"));
    let attempts: u64 = entries.iter().filter(tried).map(times).sum();
    (attempts > 0).then(|| u32::try_from(attempts).unwrap_or(u32::MAX))
}

fn times(entry: &Value) -> u64 {
    entry["count"].as_u64().unwrap_or(1)
}

fn time(entry: &Value) -> Option<u64> {
    entry["time"].as_u64()
}

fn millis(seconds: u64) -> Option<i64> {
    i64::try_from(seconds).ok()?.checked_mul(1_000)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn table(entries: Vec<(&str, AMQPValue)>) -> FieldTable {
        entries.into_iter().map(|(key, value)| (key.into(), value)).collect::<BTreeMap<_, _>>().into()
    }

    fn text(text: &str) -> AMQPValue {
        AMQPValue::LongString(text.into())
    }

    fn check(headers: FieldTable) -> Record {
        let mut delivery = Delivery::mock(1, "dlx".into(), "pay.card".into(), false, b"body".to_vec());
        delivery.properties = BasicProperties::default().with_headers(headers).with_timestamp(1_700_000_000);
        record("dead", delivery)
    }

    fn said(record: &Record) -> String {
        let text = |piece: &Piece| String::from_utf8_lossy(piece).into_owned();
        record.headers.iter().map(|(name, value)| format!("{}={} ", text(name), text(value))).collect()
    }

    #[test]
    fn headers_of_every_type_are_kept() {
        let decimal = lapin::types::DecimalValue { scale: 2, value: 1_999 };
        let record = check(table(vec![
            ("a", text("4111111111111111")),
            ("b", AMQPValue::LongLongInt(7)),
            ("c", AMQPValue::ByteArray(b"\xff".to_vec().into())),
            ("d", AMQPValue::FieldArray(vec![text("x"), AMQPValue::DecimalValue(decimal)].into())),
            ("e", AMQPValue::FieldTable(table(vec![("f", AMQPValue::Void)]))),
        ]));
        let expected =
            "routing-key=pay.card a=4111111111111111 b=7 c=\u{fffd} d=[\"x\",\"1999e-2\"] e={\"f\":null} ";
        assert_eq!(said(&record), expected);
        assert_eq!((record.time, record.retry.is_none()), (Some(1_700_000_000_000), true));
    }

    #[test]
    fn deaths_tell_of_attempts_and_of_where_it_was() {
        let death = |queue: &str, reason: &str, count: i64, time: u64| {
            AMQPValue::FieldTable(table(vec![
                ("queue", text(queue)),
                ("reason", text(reason)),
                ("count", AMQPValue::LongLongInt(count)),
                ("time", AMQPValue::Timestamp(time)),
            ]))
        };
        let check = |deaths: Vec<AMQPValue>| {
            let record = check(table(vec![("x-death", AMQPValue::FieldArray(deaths.into()))]));
            let retry = record.retry.unwrap();
            let moved = record.moved.map(|moved| {
                let Place::Dataset(from) = moved.from else { panic!("a queue of this broker") };
                format!("{} {} {:?}", from.expose(), moved.by.expose(), moved.last)
            });
            format!("{:?} {:?} {}", retry.attempts, retry.first_failed, moved.unwrap_or_default())
        };
        let tried = check(vec![death("later", "expired", 3, 20), death("work", "rejected", 3, 10)]);
        assert_eq!(tried, "Some(3) Some(10000) later expired None");
        assert_eq!(check(vec![death("work", "maxlen", 1, 10)]), "None Some(10000) work maxlen Some(10000)");
        assert_eq!(check(vec![text("broken")]), "None None ");
        assert_eq!(check(Vec::new()), "None None ");
    }
}
