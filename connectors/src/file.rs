//! Files: a path, a glob, a folder or standard input; each file is a partition, read as a stream of bytes. It
//! must not know what a file holds: compression and formats are the decoder's business.

mod find;
mod read;

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;
use std::sync::Mutex;

use crate::{
    Budget, Connector, Dataset, ErrorKind, Foreign, Kind, Listing, Partition, PartitionReader, Reading,
    Setting, SettingKind, Settings, Source, SourceError,
};

use find::{Found, Pattern};

/// The file connector.
pub static CONNECTOR: Connector = Connector {
    name: "file",
    about: "files: a path, a glob, a folder, or - for standard input",
    settings: &[
        Setting { name: "path", about: "a path, a glob, a folder or -, or several", kind: SettingKind::List },
        Setting { name: "each_file", about: "each file is a dataset of its own", kind: SettingKind::Switch },
    ],
    budget: Budget::NONE,
    privilege: PRIVILEGE,
    from_url: None,
    open,
};

const PRIVILEGE: &str = "\
setfacl -R -m u:dyetrace:rX -m d:u:dyetrace:rX /var/log/checkout
";

/// What stands for standard input, as a path and as a partition's name.
const STDIN: &str = "-";

fn open(settings: &Settings) -> Result<Box<dyn Source>, SourceError> {
    let base = absolute(settings)?;
    let typed = settings.list("path");
    if typed.is_empty() {
        return Err(no_path());
    }
    let patterns = typed
        .iter()
        .filter(|path| **path != STDIN)
        .map(|path| Pattern::new(&base, path))
        .collect::<Result<_, _>>()?;
    Ok(Box::new(Files {
        base,
        patterns,
        stdin: if typed.contains(&STDIN) { Stdin::Wanted } else { Stdin::Unwanted },
        grouping: if settings.switch("each_file") { Grouping::EachFile } else { Grouping::OneDataset },
        budget: settings.budget.bytes,
        odd_names: Mutex::default(),
    }))
}

struct Files {
    base: PathBuf,
    patterns: Vec<Pattern>,
    stdin: Stdin,
    grouping: Grouping,
    budget: Option<u64>,
    /// Where files lie whose names are no Unicode, so that their partition's name does not lead to them.
    odd_names: Mutex<BTreeMap<Foreign, PathBuf>>,
}

#[derive(Clone, Copy, PartialEq)]
enum Stdin {
    Wanted,
    Unwanted,
}

#[derive(Clone, Copy)]
enum Grouping {
    OneDataset,
    EachFile,
}

impl Source for Files {
    fn datasets(&self) -> Result<Listing, SourceError> {
        let find::Listed { files, missed } = find::find(&self.base, &self.patterns);
        self.remember(&files);
        let mut datasets = match self.grouping {
            Grouping::OneDataset => self.together(files),
            Grouping::EachFile => files.into_iter().map(alone).collect(),
        };
        if self.stdin == Stdin::Wanted {
            let name = (!self.patterns.is_empty()).then(|| STDIN.into());
            datasets.insert(0, dataset(name, STDIN, Kind::Pipe, vec![stdin_partition()]));
        }
        Ok(Listing { datasets, missed })
    }

    fn open(&self, partition: &Partition, from: u64) -> Result<Box<dyn PartitionReader>, SourceError> {
        match partition.name.expose() {
            STDIN => read::stdin(from, self.budget),
            name => read::file(&self.path_of(name), &partition.name, from, self.budget),
        }
    }
}

impl Files {
    fn together(&self, files: Vec<Found>) -> Vec<Dataset> {
        if files.is_empty() {
            return Vec::new();
        }
        let address = self.patterns.iter().map(Pattern::typed).collect::<Vec<_>>().join(", ");
        vec![dataset(None, address, Kind::File, files.into_iter().map(|f| f.partition).collect())]
    }

    fn remember(&self, files: &[Found]) {
        let odd = files.iter().filter(|f| f.path.to_str().is_none());
        self.lock().extend(odd.map(|f| (f.partition.name.clone(), f.path.clone())));
    }

    fn path_of(&self, name: &str) -> PathBuf {
        self.lock().get(&Foreign::from(name)).cloned().unwrap_or_else(|| self.base.join(name))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<Foreign, PathBuf>> {
        self.odd_names.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

fn alone(file: Found) -> Dataset {
    let name = file.partition.name.clone();
    dataset(Some(name.clone()), name, Kind::File, vec![file.partition])
}

fn dataset(
    name: Option<Foreign>,
    address: impl Into<Foreign>,
    kind: Kind,
    partitions: Vec<Partition>,
) -> Dataset {
    Dataset {
        name,
        namespace: "file".into(),
        address: address.into(),
        kind,
        partitions,
        retention: None,
        reading: if kind == Kind::Pipe { Reading::Once } else { Reading::Again },
        properties: Vec::new(),
    }
}

fn stdin_partition() -> Partition {
    Partition { name: STDIN.into(), size: None, modified: None }
}

/// An absolute base, so that names below it are recognised however they were typed.
fn absolute(settings: &Settings) -> Result<PathBuf, SourceError> {
    let here = if settings.base.as_os_str().is_empty() { ".".as_ref() } else { settings.base.as_path() };
    std::path::absolute(here).map_err(|error| failed(here.to_string_lossy(), &error))
}

fn no_path() -> SourceError {
    SourceError {
        kind: ErrorKind::Settings,
        what: "path".into(),
        why: Foreign::default(),
        help: "say what to read: `path:` with a file, a glob, a folder, or - for standard input",
    }
}

/// An error of the operating system, with what to do about it.
fn failed(what: impl Into<String>, error: &io::Error) -> SourceError {
    let (kind, help) = match error.kind() {
        io::ErrorKind::NotFound => {
            (ErrorKind::NotFound, "it is gone, or a link that leads nowhere; check the path")
        }
        io::ErrorKind::PermissionDenied => {
            (ErrorKind::Denied, "let the user that runs dyetrace read it, or take it out of the path")
        }
        _ => (ErrorKind::Io, "check the disk or the share that it lies on, and run again"),
    };
    SourceError { kind, what: what.into().into(), why: error.to_string().into(), help }
}

#[cfg(test)]
mod tests;
