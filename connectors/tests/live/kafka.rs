//! Kafka against a real broker.

mod access;
mod connect;
mod faults;
mod identity;
mod reading;
mod registry;
mod seed;
mod unchanged;

use std::collections::BTreeMap;

use dyetrace_connectors::{
    Batch, Body, PartitionReader, SecretPlace, SettingValue, Settings, Source, SourceError, Step,
};

/// Settings of a source: `key: value`, where `@PATH` is a secret in a file and `on` and `off` are a switch.
fn settings(brokers: &str, keys: &[(&str, &str)]) -> Settings {
    let value = |value: &str| match (value, value.strip_prefix('@')) {
        ("on" | "off", _) => SettingValue::Switch(value == "on"),
        (_, Some(path)) => SettingValue::Secret(SecretPlace::File(path.into())),
        (text, None) => SettingValue::Text(text.to_owned()),
    };
    let mut values: BTreeMap<String, SettingValue> =
        keys.iter().map(|(key, said)| (key.to_string(), value(said))).collect();
    values.insert("brokers".into(), value(brokers));
    Settings { values, ..Settings::default() }
}

fn source(settings: &Settings) -> Result<Box<dyn Source>, SourceError> {
    (dyetrace_connectors::connector("kafka").unwrap().open)(settings)
}

/// Reads all partitions and says each message and each end: `offset:[key=]value(header=value)`.
fn read(settings: &Settings) -> String {
    let source = source(settings).unwrap();
    let listing = match source.datasets() {
        Ok(listing) => listing,
        Err(error) => return format!("{:?}: {} ({})", error.kind, error.help, error.why.expose()),
    };
    let mut said: Vec<String> = Vec::new();
    for partition in listing.datasets.iter().flat_map(|dataset| &dataset.partitions) {
        let ended = source.open(partition, 0).and_then(|mut reader| rest(&mut *reader));
        said.push(ended.unwrap_or_else(|error| format!("{}: {:?}", partition.name.expose(), error.kind)));
    }
    for missed in &listing.missed {
        said.push(format!("missed {} {:?}", missed.what.expose(), missed.error.kind));
    }
    said.join(" | ")
}

fn rest(reader: &mut dyn PartitionReader) -> Result<String, SourceError> {
    let mut said = String::new();
    loop {
        match reader.next()? {
            Step::Batch(batch) => said += &messages(&batch),
            Step::End(end) => return Ok(said + &format!("{:?}@{}", end.note, end.position)),
        }
    }
}

/// Long values by their length.
fn messages(batch: &Batch) -> String {
    let Body::Messages(messages) = &batch.body else { panic!("messages are framed") };
    let text = |range: &std::ops::Range<usize>| match range.len() {
        0..50 => batch.bytes[range.clone()].escape_ascii().to_string(),
        long => format!("[{long}]"),
    };
    let mut said = String::new();
    for message in messages {
        let key = message.key.as_ref().map(|key| text(key) + "=").unwrap_or_default();
        said += &format!("{}:{key}{}", message.offset, text(&message.value));
        for (name, value) in &message.headers {
            said += &format!("({}={})", text(name), text(value));
        }
        said.push(' ');
    }
    said
}
