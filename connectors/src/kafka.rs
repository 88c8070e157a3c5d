//! Kafka, values only for now: `assign` without a group, nothing committed.
use crate::{
    Connector, Listing, Partition, PartitionReader, Setting, SettingKind, Settings, Source, SourceError,
};

/// The Kafka connector.
pub static CONNECTOR: Connector = Connector {
    name: "kafka",
    about: "topics of a Kafka cluster, read without a group: nothing is committed",
    settings: &[
        Setting {
            name: "brokers",
            about: "host:port, or several with commas",
            kind: SettingKind::RequiredText,
        },
        Setting { name: "topics", about: "names and globs of topics", kind: SettingKind::List },
    ],
    open,
};

fn open(_settings: &Settings) -> Result<Box<dyn Source>, SourceError> {
    Ok(Box::new(Kafka))
}

struct Kafka;

impl Source for Kafka {
    fn datasets(&self) -> Result<Listing, SourceError> {
        todo!()
    }
    fn open(&self, _partition: &Partition, _from: u64) -> Result<Box<dyn PartitionReader>, SourceError> {
        todo!()
    }
}
