//! What Sidekiq, BullMQ and Celery write about a job beside its arguments: how often it was tried, when it failed
//! first, and from which queue it came. Of the arguments nothing is kept.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::Value;

use crate::pages::Record;
use crate::{Movement, MovementKind, Place, Retry};

/// Whose jobs a key holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Framework {
    Sidekiq,
    BullMq,
    Celery,
}

impl Framework {
    pub(super) const ALL: [Framework; 3] = [Framework::Sidekiq, Framework::BullMq, Framework::Celery];

    /// The word in the estate file.
    pub(super) fn id(self) -> &'static str {
        match self {
            Framework::Sidekiq => "sidekiq",
            Framework::BullMq => "bullmq",
            Framework::Celery => "celery",
        }
    }

    /// Adds what a record of the key says about itself. One that is broken says nothing.
    pub(super) fn tell(self, key: &str, record: &mut Record) {
        match self {
            Framework::Sidekiq => sidekiq(key, record),
            Framework::BullMq => bullmq(key, record),
            Framework::Celery => celery(record),
        }
    }
}

/// <https://github.com/sidekiq/sidekiq/blob/main/lib/sidekiq/job_retry.rb>. Any value may be of any type.
#[derive(Deserialize)]
struct SidekiqJob<'a> {
    #[serde(borrow, default)]
    queue: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    jid: Option<Cow<'a, str>>,
    #[serde(default)]
    retry_count: Value,
    #[serde(default)]
    failed_at: Value,
    #[serde(default)]
    retried_at: Value,
    #[serde(default)]
    enqueued_at: Value,
    #[serde(default)]
    created_at: Value,
}

fn sidekiq(key: &str, record: &mut Record) {
    // The score of a set is when a job will run, or when it died.
    let died = record.time.take().filter(|_| key.ends_with("dead"));
    let Ok(job) = serde_json::from_slice::<SidekiqJob<'_>>(&record.value) else { return };
    let at = |value: &Value| value.as_f64().and_then(moment);
    let first_failed = at(&job.failed_at);
    let last_failed = at(&job.retried_at).or(first_failed);
    record.time = died.or(last_failed).or_else(|| at(&job.enqueued_at)).or_else(|| at(&job.created_at));
    record.id = job.jid.map(|jid| jid.as_bytes().to_vec().into());
    // The first failure is counted as 0.
    let attempts = job.retry_count.as_u64().map(|count| attempts(count + 1));
    if attempts.is_none() && first_failed.is_none() {
        return;
    }
    record.retry = Some(Retry { attempts, first_failed });
    let (Some(set), Some(queue)) = (set_of(key), job.queue) else { return };
    let prefix = &key[..key.len() - set.len()];
    record.moved = Some(moved(format!("{prefix}queue:{queue}"), key, "sidekiq", last_failed));
}

/// The set of failed jobs that a key is.
fn set_of(key: &str) -> Option<&'static str> {
    ["retry", "dead"].into_iter().find(|set| key.ends_with(set))
}

/// <https://github.com/taskforcesh/bullmq/blob/master/src/classes/job.ts>: the hash's values are texts.
#[derive(Deserialize)]
struct BullMqJob<'a> {
    #[serde(borrow, default)]
    timestamp: Option<Cow<'a, str>>,
    #[serde(rename = "finishedOn", borrow, default)]
    finished: Option<Cow<'a, str>>,
    #[serde(rename = "processedOn", borrow, default)]
    processed: Option<Cow<'a, str>>,
    /// Attempts made, by its newer name
    #[serde(borrow, default)]
    atm: Option<Cow<'a, str>>,
    /// and its older one.
    #[serde(rename = "attemptsMade", borrow, default)]
    attempts: Option<Cow<'a, str>>,
    #[serde(rename = "failedReason", borrow, default)]
    failed: Option<Cow<'a, str>>,
}

fn bullmq(key: &str, record: &mut Record) {
    let Ok(job) = serde_json::from_slice::<BullMqJob<'_>>(&record.value) else { return };
    let number = |text: &Option<Cow<'_, str>>| text.as_ref().and_then(|text| text.parse::<u64>().ok());
    let at = |text: &Option<Cow<'_, str>>| number(text).and_then(|at| i64::try_from(at).ok());
    let last = at(&job.finished).or_else(|| at(&job.processed));
    record.time = last.or_else(|| at(&job.timestamp));
    if job.failed.is_none() {
        return;
    }
    let attempts = number(&job.atm).or_else(|| number(&job.attempts)).map(attempts);
    // Only the last failure has a time.
    let first_failed = last.filter(|_| attempts == Some(1));
    record.retry = Some(Retry { attempts, first_failed });
    let Some((queue, "failed" | "delayed")) = key.rsplit_once(':') else { return };
    record.moved = Some(moved(format!("{queue}:wait"), key, "bullmq", last));
}

/// <https://docs.celeryq.dev/en/stable/internals/protocol.html>, version 2.
#[derive(Deserialize)]
struct CeleryTask<'a> {
    #[serde(borrow)]
    headers: CeleryHeaders<'a>,
}

#[derive(Deserialize)]
struct CeleryHeaders<'a> {
    #[serde(default)]
    retries: Value,
    #[serde(borrow, default)]
    id: Option<Cow<'a, str>>,
}

fn celery(record: &mut Record) {
    // The score of what was taken and not acknowledged is when it was taken.
    let task = match record.value.trim_ascii_start().first() {
        // Of such a task: the message, its exchange, its routing key.
        Some(b'[') => {
            serde_json::from_slice::<(CeleryTask<'_>, Value, Value)>(&record.value).map(|(task, ..)| task)
        }
        _ => serde_json::from_slice::<CeleryTask<'_>>(&record.value),
    };
    let Ok(CeleryTask { headers }) = task else { return };
    record.id = headers.id.map(|id| id.as_bytes().to_vec().into());
    let retries = headers.retries.as_u64().filter(|retries| *retries > 0);
    record.retry = retries.map(|retries| Retry { attempts: Some(attempts(retries)), first_failed: None });
}

fn moved(from: String, to: &str, by: &str, last: Option<i64>) -> Movement {
    let place = |name: String| Place::Dataset(name.into());
    let kind = MovementKind::Retry;
    Movement { from: place(from), to: place(to.into()), kind, by: by.into(), count: None, last }
}

fn attempts(count: u64) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// Milliseconds since 1970 of a number that is either seconds (Sidekiq to version 7, scores) or milliseconds.
pub(super) fn moment(number: f64) -> Option<i64> {
    // The year 5138 in seconds, 1973 in milliseconds.
    const SECONDS: f64 = 1e11;
    let millis = if number < SECONDS { number * 1_000.0 } else { number };
    // A broken job's number may be anything; within these bounds nothing is lost.
    (0.0..=9e15).contains(&millis).then_some(millis as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `attempts@first_failed time id from` of a record of a key; the score is 2,000 seconds.
    fn check(framework: Framework, key: &str, value: &str) -> String {
        let time = Some(2_000_000);
        let mut record = Record { value: value.as_bytes().to_vec().into(), time, ..Record::default() };
        framework.tell(key, &mut record);
        let number = |number: Option<i64>| number.map_or("-".into(), |number| number.to_string());
        let retry = record.retry.map_or("-".into(), |retry| {
            format!("{}@{}", number(retry.attempts.map(i64::from)), number(retry.first_failed))
        });
        let name = record.id.as_ref().map_or("-".into(), |key| String::from_utf8_lossy(key));
        let from = match &record.moved {
            Some(Movement { from: Place::Dataset(name), .. }) => name.expose(),
            _ => "-",
        };
        format!("{retry} {} {name} {from}", number(record.time))
    }

    #[test]
    fn a_sidekiq_job_tells_of_its_failures() {
        let job = r#"{"queue":"mail","jid":"b1","retry_count":2,"failed_at":1000.5,"retried_at":1500}"#;
        assert_eq!(check(Framework::Sidekiq, "retry", job), "3@1000500 1500000 b1 queue:mail");
        assert_eq!(check(Framework::Sidekiq, "shop:dead", job), "3@1000500 2000000 b1 shop:queue:mail");
        let fresh = r#"{"queue":"mail","jid":"b1","created_at":1700000000123}"#;
        assert_eq!(check(Framework::Sidekiq, "schedule", fresh), "- 1700000000123 b1 -");
    }

    #[test]
    fn a_broken_job_tells_nothing() {
        assert_eq!(check(Framework::Sidekiq, "retry", "{\"queue\":"), "- - - -");
        let odd = r#"{"retry_count":"x","failed_at":{},"jid":"b1"}"#;
        assert_eq!(check(Framework::Sidekiq, "retry", odd), "- - b1 -");
        assert_eq!(check(Framework::Celery, "celery", "[1]"), "- 2000000 - -");
    }

    #[test]
    fn a_bullmq_job_tells_of_its_failures() {
        let job = r#"{"data":"{}","timestamp":"1000","finishedOn":"3000","atm":"1","failedReason":"x"}"#;
        assert_eq!(check(Framework::BullMq, "bull:pay:failed", job), "1@3000 3000 - bull:pay:wait");
        let older = r#"{"timestamp":"1000","attemptsMade":"2","failedReason":"x"}"#;
        assert_eq!(check(Framework::BullMq, "bull:pay:delayed", older), "2@- 1000 - bull:pay:wait");
        assert_eq!(check(Framework::BullMq, "bull:pay:wait", r#"{"timestamp":"1000"}"#), "- 1000 - -");
    }

    #[test]
    fn a_celery_task_tells_of_its_retries() {
        let task = r#"{"body":"W10=","headers":{"id":"c1","retries":2},"properties":{}}"#;
        assert_eq!(check(Framework::Celery, "celery", task), "2@- 2000000 c1 -");
        let taken = format!(r#"[{task},"celery","celery"]"#);
        assert_eq!(check(Framework::Celery, "unacked", &taken), "2@- 2000000 c1 -");
    }
}
