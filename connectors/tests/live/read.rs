//! Reads a source as an audit does, and says what it read.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::PathBuf;

use dyetrace_connectors::{
    Batch, Body, Budget, Connector, Dataset, End, Message, Movement, Place, SecretPlace, SettingValue,
    Settings, Source, SourceError, Step,
};

/// Settings by their texts; a list has commas, and `password` names a file that holds it.
pub fn settings(values: &[(&str, &str)]) -> Settings {
    let value = |key: &str, text: &str| match key {
        "password" => SettingValue::Secret(SecretPlace::File(PathBuf::from(text))),
        "tls" => SettingValue::Switch(text == "true"),
        "queues" | "keys" | "tables" | "copies" => {
            SettingValue::List(text.split(',').map(str::to_owned).collect())
        }
        _ => SettingValue::Text(text.to_owned()),
    };
    let values: BTreeMap<_, _> =
        values.iter().map(|(key, text)| (key.to_string(), value(key, text))).collect();
    Settings { values, budget: Budget::NONE, ..Settings::default() }
}

/// A source with these settings.
pub fn open(connector: &Connector, settings: &Settings) -> Box<dyn Source> {
    (connector.open)(settings).unwrap_or_else(|error| panic!("{}", refusal(&error)))
}

/// Every dataset with its records and how it ended, then what was missed.
pub fn all(source: &dyn Source) -> String {
    let listing = source.datasets().unwrap_or_else(|error| panic!("{}", refusal(&error)));
    let mut said = String::new();
    for dataset in &listing.datasets {
        said += &format!("{} {:?}\n", name(dataset).escape_default(), dataset.kind);
        for partition in &dataset.partitions {
            said += &match source.open(partition, 0) {
                Ok(mut reader) => rest(&mut || reader.next()),
                Err(error) => format!("  {}\n", refusal(&error)),
            };
        }
    }
    let missed = |missed: &dyetrace_connectors::Missed| format!("missed {}\n", refusal(&missed.error));
    said + &listing.missed.iter().map(missed).collect::<String>()
}

/// One dataset's records and how it ended.
pub fn one(source: &dyn Source, dataset: &str) -> String {
    let mut reader =
        source.open(&partition(source, dataset), 0).unwrap_or_else(|error| panic!("{}", refusal(&error)));
    rest(&mut || reader.next())
}

/// The first partition of a dataset.
pub fn partition(source: &dyn Source, dataset: &str) -> dyetrace_connectors::Partition {
    let listing = source.datasets().unwrap_or_else(|error| panic!("{}", refusal(&error)));
    let found = listing.datasets.iter().find(|found| name(found) == dataset);
    found.unwrap_or_else(|| panic!("no {dataset} in {listing:?}")).partitions[0].clone()
}

/// A dataset's own name.
pub fn name(dataset: &Dataset) -> &str {
    dataset.name.as_ref().unwrap_or(&dataset.address).expose()
}

/// The records that a reader still has, and how it ended.
pub fn rest(next: &mut dyn FnMut() -> Result<Step, SourceError>) -> String {
    let mut said = String::new();
    loop {
        match next() {
            Ok(Step::Batch(batch)) => said += &records(&batch),
            Ok(Step::End(end)) => return said + &ending(&end),
            Err(error) => return said + &format!("  {}\n", refusal(&error)),
        }
    }
}

/// Each record as `offset:[key=]value{header=value}@time!attempts/first`.
pub fn records(batch: &Batch) -> String {
    let Body::Messages(messages) = &batch.body else { panic!("messages are framed") };
    let text = |range: &Range<usize>| match range.len() {
        0..300 => batch.bytes[range.clone()].escape_ascii().to_string().replace("\\\"", "\""),
        long => format!("[{long}]"),
    };
    messages.iter().map(|message| format!("  {}\n", record(message, &text))).collect()
}

fn record(message: &Message, text: &dyn Fn(&Range<usize>) -> String) -> String {
    let key = message.key.as_ref().map(|key| format!("{}=", text(key))).unwrap_or_default();
    let mut said = format!("{}:{key}{}", message.offset, text(&message.value));
    for (name, value) in &message.headers {
        said += &format!("{{{}={}}}", text(name), text(value));
    }
    let number = |number: Option<i64>| number.map_or("-".into(), |number| number.to_string());
    if let Some(time) = message.time {
        said += &format!("@{time}");
    }
    if let Some(retry) = message.retry {
        said += &format!("!{}/{}", number(retry.attempts.map(i64::from)), number(retry.first_failed));
    }
    said
}

fn ending(end: &End) -> String {
    format!("  {:?}@{}\n{}", end.note, end.position, movements(&end.movements))
}

/// Each movement on a line.
pub fn movements(movements: &[Movement]) -> String {
    let count = |count: Option<u64>| count.map_or(String::new(), |count| format!(" x{count}"));
    let line = |m: &Movement| {
        let Movement { from, to, kind, by, .. } = m;
        format!("  {} -> {} {kind:?} {}{}\n", place(from), place(to), by.expose(), count(m.count))
    };
    movements.iter().map(line).collect()
}

fn place(place: &Place) -> String {
    match place {
        Place::Dataset(name) => name.expose().to_owned(),
        Place::Elsewhere { namespace, name } => format!("{}|{}", namespace.expose(), name.expose()),
    }
}

/// An error in a line: what, which kind, and what the system said.
pub fn refusal(error: &SourceError) -> String {
    format!("{}: {:?}: {}", error.what.expose(), error.kind, error.why.expose())
}
