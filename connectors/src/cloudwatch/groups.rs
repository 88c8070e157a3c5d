//! Log groups: found by name and pattern, and what the service says of each beside its events.

use std::sync::PoisonError;

use aws_sdk_cloudwatchlogs::types::{DataProtectionStatus, InheritedProperty, LogGroup};

use super::Logs;
use crate::aws::pages;
use crate::pattern::{Pattern, prefixes};
use crate::{Dataset, ErrorKind, Foreign, Kind, Missed, Partition, Reading, SourceError};

/// A day, in seconds and in milliseconds.
const DAY: u64 = 86_400;
const DAY_MILLIS: i64 = 86_400_000;

/// A log group.
pub(super) struct Group {
    pub(super) name: String,
    /// Without the `:*` that stands for its streams.
    pub(super) arn: String,
    pub(super) protection: Protection,
    /// The first event is no older: in milliseconds since 1970 UTC.
    oldest: i64,
    retention: Option<u64>,
    pub(super) properties: Vec<(&'static str, Foreign)>,
}

/// Which data-protection policies mask the group's events.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Protection {
    Nothing,
    OfItsOwn,
    /// The account's.
    Inherited,
}

impl Group {
    fn new(group: &LogGroup, now: i64) -> Option<Group> {
        let name = group.log_group_name()?.to_owned();
        let arn = group.log_group_arn().or(group.arn())?;
        let arn = arn.strip_suffix(":*").unwrap_or(arn).to_owned();
        let retention = group.retention_in_days().and_then(|days| u64::try_from(days).ok());
        let mut properties = Vec::new();
        if let Some(key) = group.kms_key_id() {
            properties.push(("kms-key", key.into()));
        }
        if let Some(class) = group.log_group_class() {
            properties.push(("class", class.as_str().into()));
        }
        if retention.is_none() {
            properties.push(("retention", "events never expire".into()));
        }
        Some(Group {
            name,
            arn,
            protection: protection(group),
            oldest: oldest(group, now),
            retention,
            properties,
        })
    }

    /// The account's part of the ARN and what is before it: the namespace of its datasets.
    pub(super) fn namespace(&self) -> &str {
        self.arn.find(":log-group:").map_or(&self.arn, |end| &self.arn[..end])
    }

    /// What policies name for calls of the group and of its streams.
    pub(super) fn resources(&self) -> [String; 2] {
        [format!("{}:*", self.arn), format!("{}:log-stream:*", self.arn)]
    }

    pub(super) fn dataset(mut self, partitions: Vec<Partition>) -> Dataset {
        self.properties.sort();
        Dataset {
            name: Some(self.name.as_str().into()),
            namespace: self.namespace().into(),
            address: self.name.as_str().into(),
            kind: Kind::LogGroup,
            partitions,
            retention: self.retention.map(|days| days * DAY),
            reading: Reading::Again,
            properties: self.properties,
        }
    }
}

fn protection(group: &LogGroup) -> Protection {
    if group.data_protection_status() == Some(&DataProtectionStatus::Activated) {
        Protection::OfItsOwn
    } else if group.inherited_properties().contains(&InheritedProperty::AccountDataProtection) {
        Protection::Inherited
    } else {
        Protection::Nothing
    }
}

/// Events may be up to fourteen days older than their group, and are gone after the retention.
fn oldest(group: &LogGroup, now: i64) -> i64 {
    let created = group.creation_time().map_or(0, |created| created - 14 * DAY_MILLIS);
    let kept = group.retention_in_days().map_or(0, |days| now - i64::from(days) * DAY_MILLIS);
    created.max(kept).max(0)
}

/// The groups that fit a pattern, in the order of their names.
pub(super) fn find(logs: &Logs, patterns: &[Pattern]) -> Result<Vec<Group>, SourceError> {
    let client = logs.client()?;
    let mut groups = Vec::new();
    for prefix in prefixes(patterns) {
        let prefix = (!prefix.is_empty()).then(|| prefix.to_owned());
        let found = pages(|token| {
            let call = client.describe_log_groups().set_log_group_name_prefix(prefix.clone());
            let page = logs.session.ask("logs:DescribeLogGroups", call.set_next_token(token).send())?;
            Ok((page.log_groups.unwrap_or_default(), page.next_token))
        })?;
        let found = found.iter().filter_map(|group| Group::new(group, logs.wanted.now));
        groups.extend(found.filter(|group| patterns.iter().any(|pattern| pattern.matches(&group.name))));
    }
    groups.sort_by(|a, b| a.name.cmp(&b.name));
    let oldest = groups.iter().map(|group| (group.name.clone(), group.oldest));
    *logs.oldest.lock().unwrap_or_else(PoisonError::into_inner) = oldest.collect();
    Ok(groups)
}

/// A pattern that no group fits.
pub(super) fn absent(pattern: &Pattern) -> Missed {
    Missed {
        what: pattern.typed.as_str().into(),
        error: SourceError {
            kind: ErrorKind::NotFound,
            what: pattern.typed.as_str().into(),
            why: Foreign::default(),
            help: "no log group of this account and region matches; check the name and the region",
        },
    }
}
