//! Reads one queue over AMQP. A stream keeps what it gives; from another queue messages are got and, at the end, put
//! back where they were.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_core::Stream;
use lapin::Consumer;
use lapin::message::Delivery;
use lapin::options::{
    BasicAckOptions, BasicCancelOptions, BasicConsumeOptions, BasicGetOptions, BasicQosOptions,
};
use lapin::types::{AMQPValue, FieldTable};

use super::broker::{Broker, Link, name};
use super::message::{self, offset};
use super::plan::{Plan, Way, not_alone};
use crate::pages::{Bounds, PAGE, Pages, Record};
use crate::sample::hash;
use crate::{EndNote, ErrorKind, SourceError};

/// Messages of a page at most.
const MESSAGES: usize = 100;
/// Messages of a stream that are under way: each may be as long as the broker allows.
const UNDER_WAY: u16 = 16;
/// Times that a broker which broke off is asked again at least, if it answers nothing.
const ATTEMPTS: u32 = 6;
/// How long a stream of unknown length that gives nothing more is waited for.
const QUIET: Duration = Duration::from_millis(1_500);

/// The messages of one queue.
pub(super) struct Messages {
    broker: Arc<Broker>,
    queue: String,
    plan: Plan,
    since: Option<i64>,
    link: Link,
    origin: Origin,
    /// Of the next message.
    next: u64,
    /// Of all that was read before it, so that a copy is known again.
    digest: u64,
    /// Whether nothing more comes,
    over: bool,
    /// and whether more should have.
    cut: bool,
}

/// Where messages come from.
enum Origin {
    /// Up to the offset that was the last one at the opening, if that is known.
    Stream { consumer: Consumer, last: Option<u64> },
    /// How many messages there were at the opening, and how many of them are left.
    Get { count: u64, left: u64 },
}

impl Messages {
    pub(super) fn open(
        broker: &Arc<Broker>,
        queue: &str,
        plan: Plan,
        from: u64,
        bounds: &Bounds,
    ) -> Result<Messages, SourceError> {
        let link = broker.link()?;
        let (depth, consumers) = broker.depth(&link, queue)?;
        // Looked at again: a consumer may have come since the listing.
        if plan.way == Way::Copy && consumers > 0 {
            return Err(not_alone(queue));
        }
        let origin = match plan.way {
            Way::Copy | Way::Others => Origin::Get { count: depth.into(), left: depth.into() },
            Way::Stream => {
                let last = last(broker, &link, queue, depth)?;
                Origin::Stream { consumer: follow(broker, &link, queue, from, bounds.wanted.since)?, last }
            }
        };
        let (broker, queue, since) = (broker.clone(), queue.to_owned(), bounds.wanted.since);
        let mut messages = Messages {
            broker,
            queue,
            plan,
            since,
            link,
            origin,
            next: from,
            digest: 0,
            over: false,
            cut: false,
        };
        messages.digest = messages.pass(from)?;
        Ok(messages)
    }

    /// A queue is read from its head; what was read before is still there.
    fn pass(&mut self, count: u64) -> Result<u64, SourceError> {
        let (mut passed, mut digest) = (0, 0);
        while let Origin::Get { .. } = self.origin
            && passed < count
        {
            let records = self.get(MESSAGES.min(usize::try_from(count - passed).unwrap_or(MESSAGES)))?;
            if records.is_empty() {
                break;
            }
            passed += records.len() as u64;
            digest = digested(digest, &records);
        }
        Ok(digest)
    }

    fn get(&mut self, most: usize) -> Result<Vec<Record>, SourceError> {
        let (mut records, mut bytes) = (Vec::new(), 0);
        while let Origin::Get { left: left @ 1.., .. } = &mut self.origin
            && records.len() < most
            && bytes < PAGE
        {
            let getting = self.link.channel.basic_get(name(&self.queue)?, BasicGetOptions { no_ack: false });
            let Some(message) = self.broker.timely(&self.link, &self.queue, getting)? else {
                // Somebody else took the rest.
                (*left, self.cut) = (0, true);
                break;
            };
            *left -= 1;
            let record = message::record(&self.queue, message.delivery);
            bytes += record.size();
            records.push(record);
        }
        Ok(records)
    }

    fn follow(&mut self) -> Result<Vec<Record>, SourceError> {
        let Origin::Stream { consumer, last } = &mut self.origin else { return Ok(Vec::new()) };
        let quiet = if last.is_some() { self.broker.patience } else { QUIET };
        let (mut records, mut bytes, mut next) = (Vec::<Record>::new(), 0, self.next);
        while records.len() < MESSAGES && bytes < PAGE && last.is_none_or(|last| next <= last) {
            let delivery = delivered(&self.broker, &self.queue, consumer, quiet)?;
            let at = delivery.as_ref().map(|delivery| offset(delivery).unwrap_or(next));
            let Some((delivery, at)) = delivery.zip(at).filter(|(_, at)| last.is_none_or(|last| *at <= last))
            else {
                // What should have come by then was dropped meanwhile, or comes too slowly.
                self.cut = last.is_some() && at.is_none();
                self.over = true;
                break;
            };
            next = at + 1;
            let record = Record { position: Some(at), ..message::record(&self.queue, delivery) };
            bytes += record.size();
            records.push(record);
        }
        Ok(records)
    }

    /// Connects anew and goes on after what was read. A broker that starts may take a question and never answer it, so
    /// that one attempt does not get all the time there is. A queue of others is not read again: it may have changed.
    fn resume(&mut self) -> Result<(), SourceError> {
        self.link = self.broker.link_within(self.broker.patience / ATTEMPTS)?;
        match &mut self.origin {
            Origin::Stream { consumer, .. } => {
                *consumer = follow(&self.broker, &self.link, &self.queue, self.next, self.since)?;
            }
            Origin::Get { count, left } => {
                *left = *count;
                if self.pass(self.next)? != self.digest {
                    return Err(changed(&self.queue));
                }
            }
        }
        self.link.patience = self.broker.patience;
        Ok(())
    }

    fn fetch(&mut self) -> Result<Vec<Record>, SourceError> {
        match self.origin {
            _ if self.over => Ok(Vec::new()),
            Origin::Stream { .. } => self.follow(),
            Origin::Get { .. } => self.get(MESSAGES),
        }
    }
}

impl Pages for Messages {
    /// A broker that was there is waited for while it starts again; its queues come after it.
    fn page(&mut self) -> Result<Vec<Record>, SourceError> {
        self.broker.pace.wait();
        let mut fetched = self.fetch();
        if fetched.as_ref().is_err_and(|error| error.kind == ErrorKind::Unreachable)
            && self.plan.way != Way::Others
        {
            let until = Instant::now() + self.broker.patience;
            while fetched.as_ref().is_err_and(passing) && Instant::now() < until {
                std::thread::sleep(Duration::from_millis(100));
                fetched = self.resume().and_then(|()| self.fetch());
            }
        }
        let records = fetched?;
        self.digest = digested(self.digest, &records);
        let next = records.last().and_then(|record| record.position).map(|at| at + 1);
        self.next = next.unwrap_or(self.next + records.len() as u64);
        Ok(records)
    }

    fn note(&self) -> EndNote {
        if self.cut { EndNote::Cut } else { self.plan.at_best }
    }
}

impl Drop for Messages {
    fn drop(&mut self) {
        if let Origin::Stream { consumer, .. } = &self.origin {
            cancel(&self.broker, &self.link, &self.queue, consumer).ok();
        }
        self.broker.close(&self.link);
    }
}

/// Whether a broker that starts would say so.
fn passing(error: &SourceError) -> bool {
    matches!(error.kind, ErrorKind::Unreachable | ErrorKind::NotFound)
}

/// The offset of a stream's last message: that of the first, and as many more as there are.
fn last(broker: &Broker, link: &Link, queue: &str, depth: u32) -> Result<Option<u64>, SourceError> {
    let mut consumer = follow(broker, link, queue, 0, None)?;
    let first = delivered(broker, queue, &mut consumer, QUIET)?;
    cancel(broker, link, queue, &consumer)?;
    let count = u64::from(depth).checked_sub(1);
    Ok(first.as_ref().and_then(offset).and_then(|first| Some(first + count?)))
}

/// Begins at an offset, else at a time, else at the oldest message.
fn follow(
    broker: &Broker,
    link: &Link,
    queue: &str,
    from: u64,
    since: Option<i64>,
) -> Result<Consumer, SourceError> {
    let start = match (from, since) {
        (0, None) => AMQPValue::LongString("first".into()),
        (0, Some(since)) => AMQPValue::Timestamp(u64::try_from(since / 1_000).unwrap_or(0)),
        (from, _) => AMQPValue::LongLongInt(i64::try_from(from).unwrap_or(i64::MAX)),
    };
    let arguments = FieldTable::from(BTreeMap::from([("x-stream-offset".into(), start)]));
    let queue_name = name(queue)?;
    broker.timely(link, queue, async {
        link.channel.basic_qos(UNDER_WAY, BasicQosOptions::default()).await?;
        let options = BasicConsumeOptions::default();
        link.channel.basic_consume(queue_name, "dyetrace".into(), options, arguments).await
    })
}

/// The next message of a stream, if one comes within that time.
fn delivered(
    broker: &Broker,
    queue: &str,
    consumer: &mut Consumer,
    quiet: Duration,
) -> Result<Option<Delivery>, SourceError> {
    broker.within(quiet + broker.patience, queue, async {
        let next = std::future::poll_fn(|context| Pin::new(&mut *consumer).poll_next(context));
        let Ok(next) = tokio::time::timeout(quiet, next).await else { return Ok(None) };
        let delivery = next.transpose()?;
        if let Some(delivery) = &delivery {
            // Tells the broker to go on; a stream keeps its messages.
            delivery.acker.ack(BasicAckOptions::default()).await?;
        }
        Ok(delivery)
    })
}

/// The broker forgets a stream's consumer no sooner.
fn cancel(broker: &Broker, link: &Link, queue: &str, consumer: &Consumer) -> Result<(), SourceError> {
    broker.timely(link, queue, link.channel.basic_cancel(consumer.tag(), BasicCancelOptions::default()))
}

/// A number that tells rows of messages apart.
fn digested(digest: u64, records: &[Record]) -> u64 {
    let fold = |digest: u64, record: &Record| {
        hash(&[digest.to_le_bytes(), hash(&record.value).to_le_bytes()].concat())
    };
    records.iter().fold(digest, fold)
}

fn changed(queue: &str) -> SourceError {
    SourceError {
        kind: ErrorKind::Io,
        what: queue.into(),
        why: "it holds other messages than before the connection broke".into(),
        help: "run again; what was read before counts",
    }
}
