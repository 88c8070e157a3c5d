//! Queues: found by name and pattern, and what each says of itself: where it redrives, who may use it.

use std::collections::BTreeMap;

use aws_sdk_sqs::types::QueueAttributeName as Attribute;
use serde_json::Value;

use super::Account;
use crate::aws::policy::Policy;
use crate::aws::{pages, place};
use crate::pattern::{Pattern, prefixes};
use crate::{
    Access, Dataset, ErrorKind, Foreign, Grant, Kind, Missed, Movement, MovementKind, Partition, Permission,
    Place, Reading, SourceError,
};

/// A queue and its attributes.
pub(super) struct Queue {
    pub(super) name: String,
    pub(super) url: String,
    pub(super) arn: String,
    attributes: BTreeMap<String, String>,
    /// ARNs of the queues whose dead letters it takes.
    sources: Vec<String>,
}

/// The queues that fit a pattern, in the order of their names. One that refuses is missed.
pub(super) fn find(
    account: &Account,
    patterns: &[Pattern],
    missed: &mut Vec<Missed>,
    access: &mut Access,
) -> Result<Vec<Queue>, SourceError> {
    let mut queues = Vec::new();
    for (name, url) in urls(account, patterns, missed)? {
        match described(account, &name, &url) {
            Ok(queue) => queues.push(queue),
            Err(error) => missed.push(Missed { what: name.into(), error }),
        }
    }
    sources(account, &mut queues, access);
    Ok(queues)
}

/// Addresses by name. Without a glob no right to list is needed.
fn urls(
    account: &Account,
    patterns: &[Pattern],
    missed: &mut Vec<Missed>,
) -> Result<BTreeMap<String, String>, SourceError> {
    let mut urls = BTreeMap::new();
    let globs = || patterns.iter().filter(|pattern| !pattern.is_name());
    for prefix in prefixes(globs()) {
        let found =
            listed(account, prefix)?.into_iter().filter_map(|url| Some((name(&url)?.to_owned(), url)));
        urls.extend(found.filter(|(name, _)| globs().any(|glob| glob.matches(name))));
    }
    let absent = globs().filter(|glob| !urls.keys().any(|name: &String| glob.matches(name)));
    missed.extend(absent.map(|glob| absent_queue(&glob.typed)));
    for pattern in patterns.iter().filter(|pattern| pattern.is_name()) {
        match address(account, &pattern.typed) {
            Ok(url) => drop(urls.insert(pattern.typed.clone(), url)),
            Err(error) => missed.push(Missed { what: pattern.typed.as_str().into(), error }),
        }
    }
    Ok(urls)
}

fn listed(account: &Account, prefix: &str) -> Result<Vec<String>, SourceError> {
    let client = account.client()?;
    let prefix = (!prefix.is_empty()).then(|| prefix.to_owned());
    pages(|token| {
        let call = client.list_queues().set_queue_name_prefix(prefix.clone()).max_results(1_000);
        let page = account.session.ask("sqs:ListQueues", call.set_next_token(token).send())?;
        Ok((page.queue_urls.unwrap_or_default(), page.next_token))
    })
}

/// A queue's address by its name.
pub(super) fn address(account: &Account, name: &str) -> Result<String, SourceError> {
    let call = account.client()?.get_queue_url().queue_name(name);
    account.session.ask(name, call.send()).map(|answer| answer.queue_url.unwrap_or_default())
}

/// A queue with its attributes.
pub(super) fn described(account: &Account, name: &str, url: &str) -> Result<Queue, SourceError> {
    let call = account.client()?.get_queue_attributes().queue_url(url).attribute_names(Attribute::All);
    let answer = account.session.ask(name, call.send())?;
    let attributes = answer.attributes.unwrap_or_default().into_iter();
    let attributes: BTreeMap<String, String> =
        attributes.map(|(key, text)| (key.as_str().into(), text)).collect();
    let arn = attributes.get("QueueArn").cloned().unwrap_or_default();
    Ok(Queue { name: name.into(), url: url.into(), arn, attributes, sources: Vec::new() })
}

/// Whose dead letters each takes. Where every queue's are refused, that is said once.
fn sources(account: &Account, queues: &mut [Queue], access: &mut Access) {
    const CALL: &str = "sqs:ListDeadLetterSourceQueues";
    let mut refused = Vec::new();
    for queue in queues.iter_mut() {
        match source_urls(account, queue) {
            Ok(urls) => queue.sources = urls.iter().filter_map(|url| queue.sibling(url)).collect(),
            Err(error) => refused.push(Missed { what: format!("{CALL} {}", queue.name).into(), error }),
        }
    }
    if refused.len() > 1 && refused.len() == queues.len() {
        refused.truncate(1);
        refused[0].what = CALL.into();
    }
    access.missed.extend(refused);
}

fn source_urls(account: &Account, queue: &Queue) -> Result<Vec<String>, SourceError> {
    let client = account.client()?;
    pages(|token| {
        let call = client.list_dead_letter_source_queues().queue_url(&queue.url).max_results(1_000);
        let page = account.session.ask(&queue.name, call.set_next_token(token).send())?;
        Ok((page.queue_urls, page.next_token))
    })
}

/// The last part of an address.
fn name(url: &str) -> Option<&str> {
    url.rsplit('/').next().filter(|name| !name.is_empty())
}

impl Queue {
    /// The ARN of a queue of the same region, by its address: `https://…/account/name`.
    fn sibling(&self, url: &str) -> Option<String> {
        let mut parts = url.rsplit('/');
        let (name, account) = (parts.next()?, parts.next()?);
        let before = self.arn.rsplitn(3, ':').nth(2)?;
        Some(format!("{before}:{account}:{name}"))
    }

    /// Where it moves messages that were received too often.
    fn dead_letters(&self) -> Option<String> {
        let policy: Value = serde_json::from_str(self.attributes.get("RedrivePolicy")?).ok()?;
        policy["deadLetterTargetArn"].as_str().map(str::to_owned)
    }

    /// Whether a receive could move a message. A policy that is not understood could.
    pub(super) fn redrives(&self) -> bool {
        self.attributes.get("RedrivePolicy").is_some_and(|policy| !policy.is_empty())
    }

    /// Messages that can be received now, that are with others, and that are held back.
    pub(super) fn depth(&self) -> [u64; 3] {
        let counts = ["", "NotVisible", "Delayed"].map(|kind| format!("ApproximateNumberOfMessages{kind}"));
        counts.map(|name| self.number(&name).unwrap_or(0))
    }

    fn number(&self, attribute: &str) -> Option<u64> {
        self.attributes.get(attribute)?.parse().ok()
    }

    pub(super) fn partition(&self) -> Partition {
        Partition { name: self.name.as_str().into(), size: Some(self.depth()[0]), modified: None }
    }

    pub(super) fn dataset(self, partitions: Vec<Partition>) -> Dataset {
        let namespace = self.arn.strip_suffix(&format!(":{}", self.name)).unwrap_or(&self.arn);
        Dataset {
            name: Some(self.name.as_str().into()),
            namespace: namespace.into(),
            address: self.name.as_str().into(),
            kind: if self.sources.is_empty() { Kind::Queue } else { Kind::DeadLetters },
            partitions,
            retention: self.number("MessageRetentionPeriod"),
            reading: Reading::Once,
            properties: self.properties(),
        }
    }

    /// By name.
    fn properties(&self) -> Vec<(&'static str, Foreign)> {
        let text = |name: &str| self.attributes.get(name).map(|text| text.as_str().into());
        let managed = self.attributes.get("SqsManagedSseEnabled").filter(|is| *is == "true");
        let [waiting, in_flight, delayed] = self.depth();
        let known = [
            ("kms-key", text("KmsMasterKeyId").or(managed.map(|_| "the service's own".into()))),
            ("messages", Some(format!("{waiting} waiting, {in_flight} in flight, {delayed} delayed").into())),
            ("redrive-allow", text("RedriveAllowPolicy")),
        ];
        known.into_iter().filter_map(|(name, text)| Some((name, text?))).collect()
    }

    /// Whom its own policy lets read and write.
    pub(super) fn grants(&self) -> Vec<Grant> {
        let Some(policy) = self.attributes.get("Policy").and_then(|document| Policy::parse(document)) else {
            return Vec::new();
        };
        let rights = [(Permission::Read, "sqs:ReceiveMessage"), (Permission::Write, "sqs:SendMessage")];
        let granted = rights.into_iter().flat_map(|(may, action)| {
            policy.principals(action, &self.arn).into_iter().map(move |principal| (principal, may))
        });
        granted
            .map(|(principal, may)| Grant {
                principal: principal.into(),
                may,
                dataset: self.name.as_str().into(),
            })
            .collect()
    }
}

/// Every redrive that one of its ends tells of, once.
pub(super) fn movements(queues: &[Queue]) -> Vec<Movement> {
    let names: Names = queues.iter().map(|queue| (queue.arn.clone(), queue.name.clone())).collect();
    let redrive = |from: &str, to: &str| Movement {
        from: end(&names, from),
        to: end(&names, to),
        kind: MovementKind::Redrive,
        by: "redrive policy".into(),
        count: None,
        last: None,
    };
    let out = queues.iter().filter_map(|queue| Some(redrive(&queue.arn, &queue.dead_letters()?)));
    let into = queues.iter().flat_map(|queue| queue.sources.iter().map(|from| redrive(from, &queue.arn)));
    let mut movements: Vec<Movement> = out.chain(into).collect();
    movements.sort();
    movements.dedup();
    movements
}

/// The source's queues by ARN.
pub(super) type Names = BTreeMap<String, String>;

/// A queue as one end of a movement.
pub(super) fn end(names: &Names, arn: &str) -> Place {
    names.get(arn).map_or_else(|| place(arn), |name| Place::Dataset(name.as_str().into()))
}

fn absent_queue(typed: &str) -> Missed {
    Missed {
        what: typed.into(),
        error: SourceError {
            kind: ErrorKind::NotFound,
            what: typed.into(),
            why: Foreign::default(),
            help: "no queue of this account and region matches; check the name and the region",
        },
    }
}
