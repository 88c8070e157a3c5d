//! Redis: the lists, sorted sets, hashes and streams in which Sidekiq, BullMQ and Celery keep their jobs, and others
//! that the user names. Read with SCAN, LRANGE, ZRANGE, HMGET, HGETALL and XRANGE, and nothing else. It must not
//! know what a job's arguments hold.

mod client;
mod find;
mod job;
mod shelf;
mod walk;

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::endpoint;
use crate::pages::{Bounds, Deadline, Reader};
use crate::{
    Budget, Connector, ErrorKind, Foreign, FromUrl, Listing, Location, Partition, PartitionReader, SAMPLE,
    SINCE, Setting, SettingKind, SettingValue, Settings, Source, SourceError, UNTIL,
};

use client::Server;
use find::{Search, Wanted};
use shelf::Shelf;

/// The Redis connector.
pub static CONNECTOR: Connector = Connector {
    name: "redis",
    about: "jobs of Sidekiq, BullMQ and Celery in Redis, and other lists, sorted sets, hashes and streams",
    settings: &[
        Setting {
            name: "address",
            about: "host:port; the port is 6379 when not said",
            kind: SettingKind::RequiredText,
        },
        Setting { name: "database", about: "the database's number (0)", kind: SettingKind::Text },
        Setting {
            name: "queues",
            about: "whose jobs: sidekiq, bullmq, celery; all three when neither this nor `keys` is said",
            kind: SettingKind::List,
        },
        Setting {
            name: "keys",
            about: "names and Redis patterns of other lists, sorted sets, hashes and streams",
            kind: SettingKind::List,
        },
        Setting {
            name: "prefix",
            about: "what stands before every key of the frameworks: shop:",
            kind: SettingKind::Text,
        },
        Setting { name: "bullmq_prefix", about: "BullMQ's own prefix (bull)", kind: SettingKind::Text },
        Setting { name: "user", about: "the ACL user", kind: SettingKind::Text },
        Setting { name: "password", about: "the user's password", kind: SettingKind::Secret },
        endpoint::TLS,
        endpoint::CA,
        endpoint::TIMEOUT,
        SINCE,
        UNTIL,
        SAMPLE,
    ],
    budget: Budget::LIVE,
    privilege: PRIVILEGE,
    from_url: Some(FromUrl {
        schemes: &["redis", "rediss"],
        shape: "redis://user@host:port/database",
        read: from_url,
    }),
    open,
};

const PRIVILEGE: &str = "\
ACL SETUSER dyetrace on >CHANGE-ME resetkeys resetchannels -@all +select +scan +lrange +zrange +hmget +hgetall \
+xrange %R~queue:* %R~retry %R~dead %R~schedule %R~bull:* %R~celery* %R~unacked*
";

fn from_url(location: &Location) -> Result<BTreeMap<String, SettingValue>, SourceError> {
    let mut values = BTreeMap::new();
    let mut say = |key: &str, text: &str| values.insert(key.to_owned(), SettingValue::Text(text.to_owned()));
    say("address", if location.host.is_empty() { "localhost:6379" } else { &location.host });
    if !location.path.is_empty() {
        say("database", &location.path);
    }
    if let Some(user) = &location.user {
        say("user", user);
    }
    if location.scheme == "rediss" {
        values.insert("tls".into(), SettingValue::Switch(true));
    }
    Ok(values)
}

fn open(settings: &Settings) -> Result<Box<dyn Source>, SourceError> {
    Ok(Box::new(Redis {
        server: Server::new(settings)?,
        wanted: Wanted::new(settings)?,
        bounds: Bounds::new(settings),
        deadline: Deadline::new(settings.budget.deadline),
        listing: settings.budget.deadline,
        shelves: Mutex::default(),
    }))
}

struct Redis {
    server: Server,
    wanted: Wanted,
    bounds: Bounds,
    deadline: Deadline,
    /// How long a listing may take.
    listing: Option<Duration>,
    /// How the partitions that were listed are laid out, by their name.
    shelves: Mutex<BTreeMap<Foreign, Shelf>>,
}

impl Source for Redis {
    fn datasets(&self) -> Result<Listing, SourceError> {
        let found = Search::new(&self.server, self.listing)?.all(&self.wanted)?;
        let shelves =
            found.shelves.into_iter().map(|shelf| (shelf.name(), shelf)).collect::<BTreeMap<_, _>>();
        let datasets = shelves.values().map(|shelf| shelf.dataset(self.server.namespace())).collect();
        *self.shelves.lock().unwrap_or_else(PoisonError::into_inner) = shelves;
        Ok(Listing { datasets, missed: found.missed })
    }

    fn open(&self, partition: &Partition, from: u64) -> Result<Box<dyn PartitionReader>, SourceError> {
        let shelf = match self.shelf(&partition.name) {
            None => {
                self.datasets()?;
                self.shelf(&partition.name)
            }
            known => known,
        };
        let shelf = shelf.ok_or_else(|| gone(&partition.name))?;
        let pages = shelf.read(self.server.link()?, from, &self.bounds)?;
        Ok(Box::new(Reader::new(pages, self.bounds.clone(), &self.deadline, from)))
    }
}

impl Redis {
    fn shelf(&self, name: &Foreign) -> Option<Shelf> {
        self.shelves.lock().unwrap_or_else(PoisonError::into_inner).get(name).cloned()
    }
}

fn gone(name: &Foreign) -> SourceError {
    SourceError {
        kind: ErrorKind::NotFound,
        what: name.clone(),
        why: Foreign::default(),
        help: "it is gone: the last job was taken from it; run again",
    }
}
