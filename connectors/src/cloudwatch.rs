//! CloudWatch Logs: each log group is a dataset. A group of few streams is read stream by stream, one of many by
//! slices of time. It must not know what an event holds.

mod groups;
mod holders;
mod metadata;
mod pages;
mod parts;
mod protection;
mod read;

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use aws_sdk_cloudwatchlogs::Client;
use aws_sdk_cloudwatchlogs::config::Builder;
use aws_sdk_cloudwatchlogs::config::retry::RetryPartition;

use crate::aws::{self, Session};
use crate::pattern::Pattern;
use crate::{
    Access, Budget, Connector, ErrorKind, Foreign, FromUrl, Listing, Location, Partition, PartitionReader,
    SAMPLE, SINCE, Sample, Setting, SettingKind, SettingValue, Settings, Source, SourceError, UNTIL,
};

use groups::Group;

/// The CloudWatch Logs connector.
pub static CONNECTOR: Connector = Connector {
    name: "cloudwatch",
    about: "log groups of CloudWatch Logs, with what they are subscribed, exported and granted to",
    settings: &[
        Setting { name: "groups", about: "names and globs of log groups", kind: SettingKind::List },
        aws::REGION,
        SINCE,
        UNTIL,
        SAMPLE,
        Setting {
            name: "filter",
            about: "a filter pattern of CloudWatch Logs: only events that match are read",
            kind: SettingKind::Text,
        },
        Setting {
            name: "iam",
            about: "true: reads the account's policies too, for who may read, write and unmask",
            kind: SettingKind::Switch,
        },
        aws::PROFILE,
        aws::CREDENTIALS,
        aws::ENDPOINT,
        Setting {
            name: "iam_endpoint",
            about: "IAM's address where it is not the public one",
            kind: SettingKind::Text,
        },
    ],
    budget: Budget::LIVE,
    privilege: include_str!("cloudwatch/policy.json"),
    from_url: Some(FromUrl {
        schemes: &["cloudwatch"],
        shape: "cloudwatch://region/pattern",
        read: from_url,
    }),
    open,
};

/// `cloudwatch://eu-west-1/aws/lambda/*`: the groups of AWS's own services begin with a slash.
fn from_url(location: &Location) -> Result<BTreeMap<String, SettingValue>, SourceError> {
    let groups = match &*location.path {
        "" => "*".to_owned(),
        path if path.starts_with("aws/") => format!("/{path}"),
        path => path.to_owned(),
    };
    let mut values = BTreeMap::from([("groups".to_owned(), SettingValue::Text(groups))]);
    if !location.host.is_empty() {
        values.insert(aws::REGION.name.to_owned(), SettingValue::Text(location.host.clone()));
    }
    Ok(values)
}

fn open(settings: &Settings) -> Result<Box<dyn Source>, SourceError> {
    const GLOB: &str = "the log group's pattern is no glob";
    let groups = settings.list("groups").into_iter().map(|typed| Pattern::new(typed, GLOB));
    let groups = groups.collect::<Result<Vec<_>, _>>()?;
    if groups.is_empty() {
        return Err(unfit("groups", "say which log groups: names, globs, or \"*\" for all"));
    }
    if let Sample::OneIn(_) = settings.sample {
        return Err(unfit("sample", "an event has no key to hash: take {newest: N}, or `since`"));
    }
    let session = Session::new(settings)?;
    let wanted = Wanted {
        since: settings.since,
        until: settings.until,
        now: now(),
        filter: settings.text("filter").map(str::to_owned),
        newest: match settings.sample {
            Sample::Newest(count) => Some(count),
            _ => None,
        },
        bytes: settings.budget.bytes.unwrap_or(u64::MAX),
    };
    let iam = settings.switch("iam").then(|| settings.text("iam_endpoint").map(str::to_owned));
    let logs = Logs { session, wanted, client: OnceLock::new(), oldest: Mutex::default() };
    Ok(Box::new(CloudWatch { logs: Arc::new(logs), groups, iam, access: Mutex::default() }))
}

/// The end that a group has at the opening is a time.
#[allow(clippy::disallowed_methods, reason = "it bounds what is read, and reaches no report")]
fn now() -> i64 {
    let passed = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    passed.map_or(0, |passed| i64::try_from(passed.as_millis()).unwrap_or(i64::MAX))
}

struct CloudWatch {
    logs: Arc<Logs>,
    groups: Vec<Pattern>,
    /// Whether IAM is asked, and where it is if not at its public address.
    iam: Option<Option<String>>,
    /// What the last listing heard of access.
    access: Mutex<Option<Access>>,
}

/// The service and what is wanted of it; readers share it.
struct Logs {
    session: Session,
    wanted: Wanted,
    client: OnceLock<Client>,
    /// For each group that was listed, the time before which it holds nothing.
    oldest: Mutex<BTreeMap<String, i64>>,
}

/// Which events are read.
struct Wanted {
    /// In milliseconds since 1970 UTC, as the rest.
    since: Option<i64>,
    until: Option<i64>,
    now: i64,
    filter: Option<String>,
    /// Only so many of each partition.
    newest: Option<u64>,
    /// No more than so many of each partition.
    bytes: u64,
}

impl Wanted {
    /// The time that is read of a group that holds nothing older.
    fn times(&self, oldest: i64) -> Range<i64> {
        let until = self.until.unwrap_or(self.now).max(0);
        self.since.unwrap_or(oldest).clamp(0, until)..until
    }

    /// Whether the user asked for a part of what there is.
    fn is_part(&self) -> bool {
        self.since.is_some() || self.until.is_some() || self.filter.is_some()
    }
}

impl Logs {
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

    /// The time that is read of a group.
    fn times(&self, group: &str) -> Range<i64> {
        let oldest = self.oldest.lock().unwrap_or_else(PoisonError::into_inner);
        self.wanted.times(oldest.get(group).copied().unwrap_or(0))
    }
}

impl CloudWatch {
    /// Groups and metadata in one go: what is said of a group is asked beside who may read it.
    fn survey(&self) -> Result<(Vec<Group>, Access), SourceError> {
        let mut groups = groups::find(&self.logs, &self.groups)?;
        let mut access = Access::default();
        metadata::ask(&self.logs, &mut groups, &mut access)?;
        protection::ask(&self.logs, &mut groups, &mut access)?;
        if let Some(endpoint) = &self.iam {
            holders::ask(&self.logs, endpoint.as_deref(), &mut groups, &mut access)?;
        }
        Ok((groups, access))
    }
}

impl Source for CloudWatch {
    fn datasets(&self) -> Result<Listing, SourceError> {
        let (groups, access) = self.survey()?;
        *self.access.lock().unwrap_or_else(PoisonError::into_inner) = Some(access);
        let absent = |pattern: &&Pattern| !groups.iter().any(|group| pattern.matches(&group.name));
        let missed = self.groups.iter().filter(absent).map(groups::absent).collect();
        let datasets = groups.into_iter().map(|group| {
            let partitions = parts::of(&self.logs, &group)?;
            Ok(group.dataset(partitions))
        });
        Ok(Listing { datasets: datasets.collect::<Result<_, SourceError>>()?, missed })
    }

    fn access(&self) -> Result<Access, SourceError> {
        let known = self.access.lock().unwrap_or_else(PoisonError::into_inner).take();
        known.map_or_else(|| self.survey().map(|(_, access)| access), Ok)
    }

    fn open(&self, partition: &Partition, from: u64) -> Result<Box<dyn PartitionReader>, SourceError> {
        Ok(Box::new(read::open(&self.logs, &partition.name, from)?))
    }
}

fn unfit(what: &str, help: &'static str) -> SourceError {
    SourceError { kind: ErrorKind::Settings, what: what.into(), why: Foreign::default(), help }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(url: &str) -> String {
        let values = from_url(&Location::parse(url).unwrap()).unwrap();
        let settings = Settings { values, ..Settings::default() };
        assert!(open(&settings).is_ok());
        format!("{} {}", settings.text("region").unwrap_or("-"), settings.list("groups").join(" "))
    }

    #[test]
    fn a_url_names_region_and_groups() {
        assert_eq!(check("cloudwatch://eu-west-1"), "eu-west-1 *");
        assert_eq!(check("cloudwatch://eu-west-1/aws/lambda/*"), "eu-west-1 /aws/lambda/*");
        assert_eq!(check("cloudwatch://eu-west-1//ecs/web"), "eu-west-1 /ecs/web");
        assert_eq!(check("cloudwatch:///shop-*"), "- shop-*");
    }

    #[test]
    fn settings_that_cannot_be_meant() {
        let groups = |text: &str| BTreeMap::from([("groups".to_owned(), SettingValue::Text(text.into()))]);
        let check = |values, sample| {
            let error = open(&Settings { values, sample, ..Settings::default() }).err();
            error.map_or_else(String::new, |error| {
                error.help.split([':', ';']).next().unwrap_or_default().into()
            })
        };
        assert_eq!(check(BTreeMap::new(), Sample::Everything), "say which log groups");
        assert_eq!(check(groups("[a"), Sample::Everything), "the log group's pattern is no glob");
        assert_eq!(check(groups("a"), Sample::OneIn(10)), "an event has no key to hash");
        assert_eq!(check(groups("a"), Sample::Newest(10)), "");
    }
}
