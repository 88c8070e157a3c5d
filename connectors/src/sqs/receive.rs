//! Receives a queue's messages, each once, hides them from others meanwhile, and lets them go at the end. Each counts
//! one receive more after that; nothing is deleted.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use aws_sdk_sqs::types::{
    ChangeMessageVisibilityBatchRequestEntry as Entry, Message as Received,
    MessageSystemAttributeName as Told,
};

use super::Account;
use super::framed::{framed, size, told, wipe};
use super::queues::{Names, Queue, end};
use crate::{
    Batch, Body, End, EndNote, ErrorKind, Foreign, Movement, MovementKind, PartitionReader, Place,
    SourceError, Step,
};

/// How long a message stays hidden if it is not let go: in seconds.
const HIDDEN: i32 = 120;
/// When to stop receiving, before the first message comes again.
const ENOUGH: Duration = Duration::from_secs(90);
/// Most messages of one receive, and of one call that lets go.
const MOST: i32 = 10;
/// Seconds to wait for messages: an answer without waiting comes from a part of the service's servers only.
const PATIENCE: i32 = 1;
/// Receives a batch is made of.
const RECEIVES: usize = 10;

/// Reading a queue that may not be touched.
pub(super) fn needs_consent(name: &str) -> SourceError {
    left_alone(
        name,
        "its messages are not read: a receive counts. Say `consent: side-effects` if that may be",
    )
}

/// Reading a queue where one receive more can be the one too many.
pub(super) fn would_redrive(name: &str) -> SourceError {
    const HELP: &str = "its messages are never read: it has a redrive policy, and one receive more can move a message \
                        to the dead letters. Read those, or a copy";
    left_alone(name, HELP)
}

fn left_alone(name: &str, help: &'static str) -> SourceError {
    SourceError { kind: ErrorKind::LeftAlone, what: name.into(), why: Foreign::default(), help }
}

/// Opens a queue; nothing is received yet.
pub(super) fn open(account: &Arc<Account>, queue: Queue, names: Names) -> Reader {
    account.session.start();
    Reader {
        account: account.clone(),
        left: account.bytes,
        queue,
        names,
        started: None,
        position: 0,
        seen: BTreeSet::new(),
        held: Vec::new(),
        origins: BTreeMap::new(),
        stopped: None,
        pending: None,
    }
}

/// Reads one queue.
pub(super) struct Reader {
    account: Arc<Account>,
    queue: Queue,
    /// The source's queues, for where messages failed.
    names: Names,
    /// When the first message was received.
    started: Option<Instant>,
    /// How many messages were handed out.
    position: u64,
    /// Bytes that the budget still allows.
    left: u64,
    /// Ids: a message may come twice.
    seen: BTreeSet<String>,
    /// What is to be let go.
    held: Vec<String>,
    /// Queues that messages failed in, with how many came from there.
    origins: BTreeMap<String, u64>,
    stopped: Option<EndNote>,
    /// What stopped the last batch, to be told after it.
    pending: Option<SourceError>,
}

impl PartitionReader for Reader {
    fn next(&mut self) -> Result<Step, SourceError> {
        let mut received = Vec::new();
        for _ in 0..RECEIVES {
            if self.stopped.is_some() || self.pending.is_some() {
                break;
            }
            self.pending = self.receive(&mut received).err();
        }
        if received.is_empty() {
            self.release();
            return self.pending.take().map_or_else(|| Ok(Step::End(self.finish())), Err);
        }
        let (bytes, messages) = framed(&received, self.position);
        let batch = Batch { bytes, start: self.position, body: Body::Messages(messages) };
        self.position += received.len() as u64;
        received.into_iter().for_each(wipe);
        Ok(Step::Batch(batch))
    }

    fn movements(&self) -> Vec<Movement> {
        let movement = |(origin, count): (&String, &u64)| Movement {
            from: end(&self.names, origin),
            to: Place::Dataset(self.queue.name.as_str().into()),
            kind: MovementKind::Retry,
            by: Told::DeadLetterQueueSourceArn.as_str().into(),
            count: Some(*count),
            last: None,
        };
        self.origins.iter().map(movement).collect()
    }
}

impl Reader {
    fn receive(&mut self, received: &mut Vec<Received>) -> Result<(), SourceError> {
        if self.account.session.is_late() {
            self.stopped = Some(EndNote::Deadline);
            return Ok(());
        }
        if self.started.get_or_insert_with(Instant::now).elapsed() >= ENOUGH {
            self.stopped = Some(EndNote::Sampled);
            return Ok(());
        }
        let call = self
            .account
            .client()?
            .receive_message()
            .queue_url(&self.queue.url)
            .max_number_of_messages(MOST)
            .visibility_timeout(HIDDEN)
            .wait_time_seconds(PATIENCE)
            .message_attribute_names("All")
            .message_system_attribute_names(Told::All);
        let answer = self.account.session.ask(&self.queue.name, call.send())?;
        let before = self.seen.len();
        for message in answer.messages.unwrap_or_default() {
            self.take(message, received);
        }
        // Nothing, or nothing new.
        if self.seen.len() == before {
            self.stopped.get_or_insert(self.rest());
        }
        Ok(())
    }

    /// What the end of the answers means: some messages can be with others, and those of a group wait for the ones
    /// before them.
    fn rest(&self) -> EndNote {
        let [waiting, in_flight, delayed] = self.queue.depth();
        match in_flight + delayed > 0 || waiting > self.seen.len() as u64 {
            true => EndNote::Sampled,
            false => EndNote::Complete,
        }
    }

    fn take(&mut self, mut message: Received, received: &mut Vec<Received>) {
        self.held.extend(message.receipt_handle.take());
        if !self.seen.insert(message.message_id.take().unwrap_or_default()) {
            return wipe(message);
        }
        let size = size(&message);
        if self.stopped.is_some() || size > self.left {
            self.stopped = Some(EndNote::Budget);
            return wipe(message);
        }
        self.left -= size;
        if let Some(origin) = told(&message, &Told::DeadLetterQueueSourceArn) {
            *self.origins.entry(origin.to_owned()).or_default() += 1;
        }
        received.push(message);
    }

    /// Lets go of what is held, so that others see it at once. What cannot be let go comes back by itself.
    fn release(&mut self) {
        let held = std::mem::take(&mut self.held);
        let Ok(client) = self.account.client() else { return };
        for handles in held.chunks(MOST as usize) {
            let entries = handles.iter().enumerate().filter_map(|(index, handle)| {
                let entry =
                    Entry::builder().id(index.to_string()).receipt_handle(handle).visibility_timeout(0);
                entry.build().ok()
            });
            let call = client.change_message_visibility_batch().queue_url(&self.queue.url);
            let call = call.set_entries(Some(entries.collect()));
            if self.account.session.ask(&self.queue.name, call.send()).is_err() {
                return;
            }
        }
    }

    fn finish(&self) -> End {
        End::new(self.position, self.stopped.unwrap_or(EndNote::Complete)).with_movements(self.movements())
    }
}

/// A reader that is dropped early holds nothing back either.
impl Drop for Reader {
    fn drop(&mut self) {
        if !self.held.is_empty() {
            self.release();
        }
    }
}
