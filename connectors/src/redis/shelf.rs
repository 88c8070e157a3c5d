//! How a queue, a set or a stream is laid out: which row of entries leads to its records, and where the records lie
//! that the entries name.

use redis::{Pipeline, cmd};
use zeroize::Zeroizing;

use super::client::Link;
use super::job::Framework;
use super::walk::{Entry, Row, Walk};
use crate::endpoint::unfit;
use crate::pages::{Bounds, Pages, Record};
use crate::{Dataset, EndNote, Foreign, Kind, Partition, Reading, SourceError, json};

/// One dataset, which has one partition.
#[derive(Clone)]
pub(super) struct Shelf {
    /// The key, or the pattern of keys.
    pub(super) key: String,
    pub(super) row: Row,
    pub(super) content: Content,
    pub(super) framework: Option<Framework>,
    pub(super) kind: Kind,
}

/// Where the record of an entry lies.
#[derive(Clone)]
pub(super) enum Content {
    /// The entry is the record.
    Itself,
    /// A hash whose key is this and the entry.
    HashAt(String),
    /// The field of this hash that the entry names.
    FieldOf(String),
}

impl Shelf {
    pub(super) fn name(&self) -> Foreign {
        self.key.as_str().into()
    }

    pub(super) fn dataset(&self, namespace: Foreign) -> Dataset {
        Dataset {
            name: Some(self.name()),
            namespace,
            address: self.name(),
            kind: self.kind,
            partitions: vec![Partition { name: self.name(), size: self.size(), modified: None }],
            retention: None,
            reading: Reading::Again,
            properties: Vec::new(),
        }
    }

    /// Only of keys that were counted: the commands that are used tell no lengths.
    fn size(&self) -> Option<u64> {
        match &self.row {
            Row::Keys(keys) => Some(keys.len() as u64),
            _ => None,
        }
    }

    /// Reads it from an entry on.
    pub(super) fn read(self, link: Link, from: u64, bounds: &Bounds) -> Result<Jobs, SourceError> {
        if matches!(self.row, Row::Stream(_)) && bounds.newest().is_some() {
            return Err(unfit("sample", &self.key, "the newest of a stream are not known: say `since`"));
        }
        let walk = Walk::new(self.row.clone(), from, bounds);
        Ok(Jobs { shelf: self, walk, link })
    }
}

/// The records of one shelf.
pub(super) struct Jobs {
    shelf: Shelf,
    walk: Walk,
    link: Link,
}

impl Pages for Jobs {
    fn page(&mut self) -> Result<Vec<Record>, SourceError> {
        let entries = self.walk.next(&mut self.link)?;
        let mut records = self.records(entries)?;
        for record in &mut records {
            if let Some(framework) = self.shelf.framework {
                framework.tell(&self.shelf.key, record);
            }
        }
        self.walk.weigh(records.iter().map(Record::size).max().unwrap_or_default());
        Ok(records)
    }

    fn note(&self) -> EndNote {
        self.walk.note
    }
}

impl Jobs {
    fn records(&mut self, entries: Vec<Entry>) -> Result<Vec<Record>, SourceError> {
        if entries.is_empty() {
            return Ok(Vec::new());
        }
        match &self.shelf.content {
            Content::Itself => Ok(entries.into_iter().map(itself).collect()),
            Content::HashAt(before) => {
                let mut asked = Pipeline::with_capacity(entries.len());
                for entry in &entries {
                    asked.cmd("HGETALL").arg([before.as_bytes(), &entry.bytes].concat());
                }
                // A job that went meanwhile has no hash, and a key of another type is no job: both are records
                // with a key and nothing else.
                let hashes = self.link.ask_all::<Vec<Vec<u8>>>(&self.shelf.key, asked.ignore_errors())?;
                let hashes = hashes.into_iter().map(|hash| hash.unwrap_or_default());
                Ok(entries.into_iter().zip(hashes).map(|(entry, hash)| of_hash(entry.bytes, hash)).collect())
            }
            Content::FieldOf(hash) => {
                let mut asked = cmd("HMGET");
                asked.arg(hash).arg(entries.iter().map(|entry| &**entry.bytes).collect::<Vec<_>>());
                let values: Vec<Option<Vec<u8>>> = self.link.ask(hash, &asked)?;
                let values = values.into_iter().map(|value| Zeroizing::new(value.unwrap_or_default()));
                let record = |(entry, value): (Entry, _)| Record {
                    value,
                    key: Some(entry.bytes),
                    ..Record::default()
                };
                Ok(entries.into_iter().zip(values).map(record).collect())
            }
        }
    }
}

/// A stream's entry has fields, and its id begins with its time.
fn itself(entry: Entry) -> Record {
    if entry.fields.is_empty() {
        return Record {
            value: entry.bytes,
            time: entry.score.and_then(super::job::moment),
            ..Record::default()
        };
    }
    let time = std::str::from_utf8(&entry.bytes).ok().and_then(|id| id.split('-').next()?.parse().ok());
    Record { time, ..of_parts(entry.bytes, entry.fields) }
}

fn of_hash(key: Zeroizing<Vec<u8>>, parts: Vec<Vec<u8>>) -> Record {
    of_parts(key, parts.into_iter().map(Zeroizing::new).collect())
}

/// Names and values as an object; a value that is no text stands as a header, as it is.
fn of_parts(key: Zeroizing<Vec<u8>>, parts: Vec<Zeroizing<Vec<u8>>>) -> Record {
    let mut record = Record { key: Some(key), ..Record::default() };
    let pairs = || parts.chunks_exact(2);
    let texts = pairs()
        .filter_map(|pair| Some((std::str::from_utf8(&pair[0]).ok()?, std::str::from_utf8(&pair[1]).ok()?)));
    if texts.clone().next().is_some() {
        record.value = json::object(texts);
    }
    let is_text = |part: &[u8]| std::str::from_utf8(part).is_ok();
    let odd = pairs().filter(|pair| !(is_text(&pair[0]) && is_text(&pair[1])));
    record.headers = odd.map(|pair| (pair[0].clone(), pair[1].clone())).collect();
    record
}
