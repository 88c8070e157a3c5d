//! Files: globs, folders and standard input, each file a partition read as a stream.
use crate::{
    Connector, Listing, Partition, PartitionReader, Setting, SettingKind, Settings, Source, SourceError,
};

/// The file connector.
pub static CONNECTOR: Connector = Connector {
    name: "file",
    about: "files: a path, a glob, a folder, or - for standard input",
    settings: &[
        Setting { name: "path", about: "a path, a glob, a folder or -, or several", kind: SettingKind::List },
        Setting { name: "each_file", about: "each file is a dataset of its own", kind: SettingKind::Switch },
    ],
    open,
};

fn open(_settings: &Settings) -> Result<Box<dyn Source>, SourceError> {
    Ok(Box::new(Files))
}

struct Files;

impl Source for Files {
    fn datasets(&self) -> Result<Listing, SourceError> {
        todo!()
    }
    fn open(&self, _partition: &Partition, _from: u64) -> Result<Box<dyn PartitionReader>, SourceError> {
        todo!()
    }
}
