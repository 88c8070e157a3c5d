//! SQS: each queue is a dataset. What a queue says of itself is read freely; its messages only with consent, since
//! there is no look that does not count as a receive, and never where a receive could move a message. It must not
//! know what a message holds.

mod framed;
mod queues;
mod receive;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use aws_sdk_sqs::Client;
use aws_sdk_sqs::config::Builder;
use aws_sdk_sqs::config::retry::RetryPartition;

use crate::aws::{self, Session};
use crate::pattern::Pattern;
use crate::{
    Access, Budget, CONSENT, Connector, Consent, ErrorKind, Foreign, FromUrl, Listing, Location, Missed,
    Partition, PartitionReader, Setting, SettingKind, SettingValue, Settings, Source, SourceError,
};

use queues::{Names, Queue};

/// The SQS connector.
pub static CONNECTOR: Connector = Connector {
    name: "sqs",
    about: "queues of SQS: where they redrive and who may use them; messages only with consent",
    settings: &[
        Setting { name: "queues", about: "names and globs of queues", kind: SettingKind::List },
        aws::REGION,
        CONSENT,
        aws::PROFILE,
        aws::CREDENTIALS,
        aws::ENDPOINT,
    ],
    budget: Budget::LIVE,
    privilege: include_str!("sqs/policy.json"),
    from_url: Some(FromUrl { schemes: &["sqs"], shape: "sqs://region/pattern", read: from_url }),
    open,
};

fn from_url(location: &Location) -> Result<BTreeMap<String, SettingValue>, SourceError> {
    let queues = if location.path.is_empty() { "*" } else { &location.path };
    let mut values = BTreeMap::from([("queues".to_owned(), SettingValue::Text(queues.to_owned()))]);
    if !location.host.is_empty() {
        values.insert(aws::REGION.name.to_owned(), SettingValue::Text(location.host.clone()));
    }
    Ok(values)
}

fn open(settings: &Settings) -> Result<Box<dyn Source>, SourceError> {
    const GLOB: &str = "the queue's pattern is no glob";
    let queues = settings.list("queues").into_iter().map(|typed| Pattern::new(typed, GLOB));
    let patterns = queues.collect::<Result<Vec<_>, _>>()?;
    if patterns.is_empty() {
        return Err(SourceError {
            kind: ErrorKind::Settings,
            what: "queues".into(),
            why: Foreign::default(),
            help: "say which queues: names, globs, or \"*\" for all",
        });
    }
    let account = Account {
        session: Session::new(settings)?,
        client: OnceLock::new(),
        bytes: settings.budget.bytes.unwrap_or(u64::MAX),
    };
    Ok(Box::new(Sqs {
        account: Arc::new(account),
        patterns,
        consent: settings.consent,
        known: Mutex::default(),
    }))
}

struct Sqs {
    account: Arc<Account>,
    patterns: Vec<Pattern>,
    consent: Consent,
    /// What the last listing found.
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    /// Addresses by name: a queue is asked by its address.
    urls: BTreeMap<String, String>,
    names: Names,
    access: Option<Access>,
}

/// The service; readers share it.
struct Account {
    session: Session,
    client: OnceLock<Client>,
    /// No more than so many of each queue.
    bytes: u64,
}

impl Account {
    fn client(&self) -> Result<&Client, SourceError> {
        if let Some(client) = self.client.get() {
            return Ok(client);
        }
        let config = Builder::from(&self.session.config()?)
            // What one source has left to try again is its own.
            .retry_partition(RetryPartition::custom(CONNECTOR.name).build())
            .retry_classifier(self.session.brake.clone());
        Ok(self.client.get_or_init(|| Client::from_conf(config.build())))
    }
}

impl Sqs {
    fn known(&self) -> std::sync::MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Why a queue's messages are not read, if they are not.
    fn unread(&self, queue: &Queue) -> Option<SourceError> {
        match self.consent {
            Consent::ReadOnly => Some(receive::needs_consent(&queue.name)),
            Consent::SideEffects if queue.redrives() => Some(receive::would_redrive(&queue.name)),
            Consent::SideEffects => None,
        }
    }
}

impl Source for Sqs {
    fn datasets(&self) -> Result<Listing, SourceError> {
        let mut listing = Listing::default();
        let mut access = Access::default();
        let queues = queues::find(&self.account, &self.patterns, &mut listing.missed, &mut access)?;
        access.grants = queues.iter().flat_map(Queue::grants).collect();
        access.movements = queues::movements(&queues);
        *self.known() = Known {
            urls: queues.iter().map(|queue| (queue.name.clone(), queue.url.clone())).collect(),
            names: queues.iter().map(|queue| (queue.arn.clone(), queue.name.clone())).collect(),
            access: Some(access),
        };
        for queue in queues {
            let unread = self.unread(&queue);
            let partitions = if unread.is_none() { vec![queue.partition()] } else { Vec::new() };
            listing.missed.extend(unread.map(|error| Missed { what: queue.name.as_str().into(), error }));
            listing.datasets.push(queue.dataset(partitions));
        }
        Ok(listing)
    }

    fn access(&self) -> Result<Access, SourceError> {
        let known = self.known().access.take();
        match known {
            Some(access) => Ok(access),
            None => {
                self.datasets()?;
                Ok(self.known().access.take().unwrap_or_default())
            }
        }
    }

    fn open(&self, partition: &Partition, _from: u64) -> Result<Box<dyn PartitionReader>, SourceError> {
        let name = partition.name.expose();
        let url = self.known().urls.get(name).cloned();
        let url = url.map_or_else(|| queues::address(&self.account, name), Ok)?;
        let queue = queues::described(&self.account, name, &url)?;
        // Looked at again: a redrive policy may have come since the listing.
        match self.unread(&queue) {
            Some(error) => Err(error),
            None => Ok(Box::new(receive::open(&self.account, queue, self.known().names.clone()))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_names_region_and_queues() {
        let check = |url: &str| {
            let values = from_url(&Location::parse(url).unwrap()).unwrap();
            let settings = Settings { values, ..Settings::default() };
            assert!(open(&settings).is_ok());
            format!("{} {}", settings.text("region").unwrap_or("-"), settings.list("queues").join(" "))
        };
        assert_eq!(check("sqs://eu-west-1"), "eu-west-1 *");
        assert_eq!(check("sqs://eu-west-1/*-dlq"), "eu-west-1 *-dlq");
        assert!(open(&Settings::default()).is_err());
    }
}
