//! What a message's headers tell of its way: the topic it failed in, how often it was tried. They are written by
//! Spring Kafka, Spring Cloud Stream and Kafka Connect when they move what failed to a topic for it.

use std::collections::BTreeMap;

use crate::{Foreign, MOST_MOVEMENTS, Movement, MovementKind, Place, Retry};

/// What a header holds.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Tells {
    Topic,
    /// Who failed to read it: a consumer group, a connector.
    By,
    Attempts,
    /// The original record's own time: it failed no earlier.
    Time,
}

/// Spring Kafka: `KafkaHeaders` and `RetryTopicHeaders`. Spring Cloud Stream: `KafkaMessageChannelBinder`. Kafka
/// Connect: `DeadLetterQueueReporter`.
const HEADERS: &[(&[u8], Tells)] = &[
    (b"kafka_dlt-original-topic", Tells::Topic),
    (b"kafka_dlt-original-consumer-group", Tells::By),
    (b"kafka_dlt-original-timestamp", Tells::Time),
    (b"kafka_original-topic", Tells::Topic),
    (b"kafka_original-timestamp", Tells::Time),
    (b"retry_topic-attempts", Tells::Attempts),
    (b"retry_topic-original-timestamp", Tells::Time),
    (b"x-original-topic", Tells::Topic),
    (b"x-original-timestamp", Tells::Time),
    (b"__connect.errors.topic", Tells::Topic),
    (b"__connect.errors.connector.name", Tells::By),
];

/// What the headers of one message tell.
#[derive(Debug, Default)]
pub(super) struct Told {
    topic: Option<String>,
    by: String,
    attempts: Option<u32>,
    first_failed: Option<i64>,
}

impl Told {
    /// One header. A message that failed several times has some of them several times, the last one last.
    pub(super) fn header(&mut self, name: &[u8], value: &[u8]) {
        let Some((_, tells)) = HEADERS.iter().find(|(known, _)| *known == name) else { return };
        match tells {
            Tells::Topic => self.topic = topic(value).or(self.topic.take()),
            Tells::By => self.by = String::from_utf8_lossy(value).into_owned(),
            Tells::Attempts => self.attempts = number(value).and_then(|number| number.try_into().ok()),
            Tells::Time => {
                let time = number(value).filter(|time| *time > 0);
                self.first_failed = self.first_failed.into_iter().chain(time).min();
            }
        }
    }

    /// What it tells of trying again, if it tells anything.
    pub(super) fn retry(&self) -> Option<Retry> {
        let told = self.topic.is_some() || self.attempts.is_some();
        told.then_some(Retry { attempts: self.attempts, first_failed: self.first_failed })
    }
}

/// A topic's name: other text in its place is no evidence of anything.
fn topic(value: &[u8]) -> Option<String> {
    let allowed = |byte: &u8| byte.is_ascii_alphanumeric() || b"._-".contains(byte);
    let fits = (1..=249).contains(&value.len()) && value.iter().all(allowed);
    fits.then(|| String::from_utf8_lossy(value).into_owned())
}

/// A number: digits, or big-endian bytes as Java writes them, in full or as few as it takes.
fn number(value: &[u8]) -> Option<i64> {
    if value.is_empty() {
        return None;
    }
    if value.iter().all(u8::is_ascii_digit) {
        return std::str::from_utf8(value).ok()?.parse().ok();
    }
    let start = if value[0] >= 0x80 { -1 } else { 0 };
    (value.len() <= 8).then(|| value.iter().fold(start, |number, byte| number << 8 | i64::from(*byte)))
}

/// The ways that a partition's messages told, counted.
#[derive(Debug, Default)]
pub(super) struct Trail(BTreeMap<(String, String), (u64, Option<i64>)>);

impl Trail {
    /// A message of that time told this.
    pub(super) fn add(&mut self, told: &Told, time: Option<i64>) {
        let Some(topic) = &told.topic else { return };
        let way = (topic.clone(), told.by.clone());
        if self.0.len() >= MOST_MOVEMENTS && !self.0.contains_key(&way) {
            return;
        }
        let (count, last) = self.0.entry(way).or_default();
        *count += 1;
        *last = (*last).max(time);
    }

    /// As movements into this topic.
    pub(super) fn movements(&self, to: &str) -> Vec<Movement> {
        let movement = |((from, by), (count, last)): (&(String, String), &(u64, Option<i64>))| Movement {
            from: Place::Dataset(Foreign::from(from.as_str())),
            to: Place::Dataset(Foreign::from(to)),
            kind: MovementKind::Retry,
            by: Foreign::from(by.as_str()),
            count: Some(*count),
            last: *last,
        };
        self.0.iter().map(movement).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(headers: &[(&str, &[u8])]) -> String {
        let mut told = Told::default();
        headers.iter().for_each(|(name, value)| told.header(name.as_bytes(), value));
        let mut trail = Trail::default();
        trail.add(&told, Some(7));
        let mut said = match told.retry() {
            Some(Retry { attempts, first_failed }) => format!("{attempts:?} {first_failed:?}"),
            None => "nothing".into(),
        };
        for (way, (count, last)) in &trail.0 {
            said += &format!(" {}>{} {count} {last:?}", way.0, way.1);
        }
        said
    }

    #[test]
    fn spring_writes_numbers_as_java_does() {
        let time = 1_764_000_000_123_i64.to_be_bytes();
        let hop: &[(&str, &[u8])] = &[
            ("kafka_original-topic", b"orders"),
            ("kafka_original-timestamp", &time),
            ("retry_topic-attempts", &[0, 0, 0, 2]),
            ("retry_topic-original-timestamp", &time[2..]),
        ];
        assert_eq!(check(hop), "Some(2) Some(1764000000123) orders> 1 Some(7)");
    }

    #[test]
    fn the_last_of_several_topics_is_where_it_came_from() {
        let dead: &[(&str, &[u8])] = &[
            ("kafka_dlt-original-topic", b"orders"),
            ("kafka_dlt-original-timestamp", b"20"),
            ("kafka_dlt-original-topic", b"orders-retry-0"),
            ("kafka_dlt-original-timestamp", b"30"),
            ("kafka_dlt-original-consumer-group", b"billing"),
        ];
        assert_eq!(check(dead), "None Some(20) orders-retry-0>billing 1 Some(7)");
    }

    #[test]
    fn connect_says_which_connector_failed() {
        let dead: &[(&str, &[u8])] =
            &[("__connect.errors.topic", b"orders"), ("__connect.errors.connector.name", b"to-crm")];
        assert_eq!(check(dead), "None None orders>to-crm 1 Some(7)");
    }

    #[test]
    fn what_is_no_topic_and_no_number_tells_nothing() {
        assert_eq!(check(&[("kafka_original-topic", b"a b"), ("trace", b"orders")]), "nothing");
        assert_eq!(check(&[("retry_topic-attempts", b""), ("x-original-topic", b"")]), "nothing");
        assert_eq!(check(&[("retry_topic-attempts", &[9; 9])]), "nothing");
        assert_eq!(check(&[("retry_topic-attempts", &[0xff])]), "nothing");
    }

    #[test]
    fn many_ways_are_bounded() {
        let mut trail = Trail::default();
        for number in 0..1_000 {
            trail.add(&Told { topic: Some(format!("t{number}")), ..Told::default() }, None);
        }
        assert_eq!(trail.movements("dlt").len(), MOST_MOVEMENTS);
    }
}
