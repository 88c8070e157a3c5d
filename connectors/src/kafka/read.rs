//! Reads one partition of a topic, from an offset to the end that it had at the opening.

use std::sync::Arc;
use std::time::Instant;

use rdkafka::error::{KafkaError, RDKafkaErrorCode as Code};

use super::client::{self, Client, Cluster};
use super::fetch::{Fetch, Fetched};
use super::filling::{Filling, Seen, size};
use super::retry::Trail;
use crate::sample::Wanted;
use crate::{Batch, End, EndNote, Foreign, Movement, PartitionReader, Sample, Settings, SourceError, Step};

/// How much is read of each partition.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    /// No more bytes than this.
    bytes: u64,
    wanted: Wanted,
}

impl Bounds {
    pub(super) fn new(settings: &Settings) -> Bounds {
        Bounds { bytes: settings.budget.bytes.unwrap_or(u64::MAX), wanted: Wanted::new(settings) }
    }
}

/// Opens `topic/3` at an offset.
pub(super) fn open(
    cluster: &Cluster,
    name: &Foreign,
    from: u64,
    bounds: Bounds,
) -> Result<Reader, SourceError> {
    let Some((topic, partition)) = split(name.expose()) else {
        return Err(client::refused(name.expose(), Code::UnknownPartition));
    };
    let mut reader = Reader {
        client: cluster.client()?,
        fetch: None,
        topic: topic.into(),
        partition,
        cluster: cluster.clone(),
        position: from,
        end: 0,
        high: 0,
        wanted: bounds.wanted,
        left: bounds.bytes,
        state: State::Failed,
        lost: false,
        trail: Trail::default(),
        pending: None,
    };
    reader.aim()?;
    reader.state = State::Opened;
    Ok(reader)
}

fn split(name: &str) -> Option<(&str, i32)> {
    let (topic, partition) = name.rsplit_once('/')?;
    Some((topic, partition.parse().ok()?))
}

/// Reads one partition.
pub(super) struct Reader {
    client: Arc<Client>,
    /// Nothing is fetched before it is asked for.
    fetch: Option<Fetch>,
    topic: String,
    partition: i32,
    cluster: Cluster,
    position: u64,
    /// What is read ends before this offset,
    end: u64,
    /// and the partition ended before this one when it was opened.
    high: u64,
    wanted: Wanted,
    /// Bytes that the budget still allows.
    left: u64,
    state: State,
    /// Messages were gone before they were read.
    lost: bool,
    /// Where the messages were before.
    trail: Trail,
    /// What stopped the last batch, to be told after it.
    pending: Option<SourceError>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum State {
    /// Nothing is fetched before it is asked for.
    Opened,
    Reading,
    /// The broker says that there is no more, or a message came that was written later.
    Ended,
    /// The next message is beyond the budget.
    Spent,
    /// The source's deadline is over.
    Late,
    /// It was not opened, or met an error.
    Failed,
}

impl PartitionReader for Reader {
    fn next(&mut self) -> Result<Step, SourceError> {
        self.step().inspect_err(|_| self.state = State::Failed)
    }

    fn movements(&self) -> Vec<Movement> {
        self.trail.movements(&self.topic)
    }
}

/// A client that met no error may be used for another partition.
impl Drop for Reader {
    fn drop(&mut self) {
        self.fetch = None;
        if self.state != State::Failed {
            self.cluster.spare(&self.client);
        }
    }
}

impl Reader {
    fn step(&mut self) -> Result<Step, SourceError> {
        if let Some(error) = self.pending.take() {
            return Err(error);
        }
        let mut filling = Filling::new();
        while filling.messages.is_empty() && self.more() {
            // A batch is about what one request fetches.
            self.cluster.pace.wait();
            filling.seen = Seen::default();
            while self.more() && !filling.full() {
                match self.advance(&mut filling) {
                    Ok(()) => {}
                    Err(error) if filling.messages.is_empty() => return Err(error),
                    Err(error) => {
                        self.pending = Some(error);
                        return Ok(Step::Batch(self.batch(filling)));
                    }
                }
            }
        }
        Ok(if filling.messages.is_empty() {
            Step::End(self.finish())
        } else {
            Step::Batch(self.batch(filling))
        })
    }

    fn batch(&self, filling: Filling) -> Batch {
        let mut batch = filling.batch();
        if let Some(registry) = &self.cluster.registry {
            registry.look_up(&mut batch);
        }
        batch
    }

    /// Finds where to begin and end.
    fn aim(&mut self) -> Result<(), SourceError> {
        let from = self.position;
        let (low, high) = self.watermarks()?;
        self.high = high;
        let at = |time: Option<i64>, or: u64| match time {
            Some(time) => client::offset_at(&self.client, &self.topic, self.partition, time, &self.cluster)
                .map(|offset| offset.unwrap_or(high).clamp(low, high)),
            None => Ok(or),
        };
        let start = at(self.wanted.since, low)?;
        self.end = at(self.wanted.until, high)?.max(start);
        let start = match self.wanted.sample {
            Sample::Newest(count) => start.max(self.end.saturating_sub(count)),
            Sample::Everything | Sample::OneIn(_) => start,
        };
        self.lost = from > high || (from > 0 && from < low);
        self.position = from.clamp(start, self.end);
        Ok(())
    }

    fn more(&mut self) -> bool {
        if self.left == 0 && self.position < self.end {
            self.state = State::Spent;
        }
        if self.position < self.end && self.cluster.is_late() {
            self.state = State::Late;
        }
        matches!(self.state, State::Opened | State::Reading) && self.position < self.end
    }

    /// Waits for one event; an error is one that waiting does not mend.
    fn advance(&mut self, filling: &mut Filling) -> Result<(), SourceError> {
        let deadline = Instant::now() + self.cluster.patience;
        loop {
            let wait = deadline.saturating_duration_since(Instant::now());
            match self.fetch()?.next(wait) {
                Some(Ok(message)) => {
                    self.take(&message, filling);
                    return Ok(());
                }
                Some(Err(Code::PartitionEOF)) => {
                    self.state = State::Ended;
                    return Ok(());
                }
                Some(Err(Code::AutoOffsetReset | Code::OffsetOutOfRange)) => return self.skip_lost(),
                Some(Err(code)) if client::passing(code) => {}
                Some(Err(code)) => return Err(client::refused(self.name(), code)),
                None if wait.is_zero() => return Err(self.silent()),
                None => {}
            }
        }
    }

    /// The fetching, which begins when it is asked for.
    fn fetch(&mut self) -> Result<&mut Fetch, SourceError> {
        if self.fetch.is_none() {
            let started = Fetch::start(&self.client, &self.topic, self.partition, self.position);
            self.fetch = Some(started.map_err(|code| client::refused(self.name(), code))?);
            self.state = State::Reading;
        }
        Ok(self.fetch.as_mut().expect("it was just started"))
    }

    fn take(&mut self, message: &Fetched, filling: &mut Filling) {
        let size = size(message) as u64;
        if message.offset() >= self.end {
            self.state = State::Ended;
        } else if size > self.left {
            self.state = State::Spent;
        } else {
            self.left -= size;
            self.position = message.offset() + 1;
            filling.seen.add(size);
            if self.wanted.takes(message.key(), message.value(), message.time()) {
                let told = filling.push(message);
                self.trail.add(&told, message.time());
            }
        }
    }

    /// Retention took what was to be read next: goes on with the oldest message that is left.
    fn skip_lost(&mut self) -> Result<(), SourceError> {
        let (low, _) = self.watermarks()?;
        if low <= self.position {
            // Not too old but beyond the end: the log was cut.
            self.state = State::Ended;
            return Ok(());
        }
        self.lost = true;
        self.position = low;
        self.fetch = None;
        Ok(())
    }

    fn watermarks(&self) -> Result<(u64, u64), SourceError> {
        client::watermarks(&self.client, &self.topic, self.partition, &self.cluster)
    }

    fn finish(&self) -> End {
        let (position, note) = match self.state {
            State::Spent => (self.position, EndNote::Budget),
            State::Late => (self.position, EndNote::Deadline),
            State::Opened | State::Reading | State::Ended | State::Failed => self.close(),
        };
        End::new(position, note).with_movements(self.movements())
    }

    /// What became of the partition while it was read.
    fn close(&self) -> (u64, EndNote) {
        // All was read even if the broker does not answer this any more.
        let now = self.watermarks().map_or(self.high, |(_, high)| high);
        let note = match now {
            now if self.lost || now < self.end => EndNote::Cut,
            _ if self.wanted.is_part() => EndNote::Sampled,
            now if now > self.high => EndNote::Grew,
            _ => EndNote::Complete,
        };
        (self.end.min(now), note)
    }

    fn silent(&self) -> SourceError {
        let error = KafkaError::MessageConsumption(Code::OperationTimedOut);
        client::failed(self.name(), &error, &self.client)
    }

    fn name(&self) -> String {
        format!("{}/{}", self.topic, self.partition)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::security::Security;
    use super::*;

    fn cluster(brokers: String) -> Cluster {
        Cluster {
            brokers: vec![brokers],
            security: Security::new(&Settings::default()).unwrap(),
            patience: Duration::from_secs(10),
            pace: Default::default(),
            deadline: None,
            begun: Default::default(),
            spare: Default::default(),
            registry: None,
        }
    }

    /// Reads an empty partition whose end is said to be `end`, as if only transaction markers stood before it.
    fn check(end: u64) -> String {
        let bus = rdkafka::mocking::MockCluster::new(1).unwrap();
        bus.create_topic("orders", 1, 1).unwrap();
        let cluster = cluster(bus.bootstrap_servers());
        let mut reader = open(&cluster, &"orders/0".into(), 0, Bounds::new(&Settings::default())).unwrap();
        reader.end = end;
        format!("{:?} {:?}", reader.next().unwrap(), reader.state)
    }

    #[test]
    fn a_client_is_used_again_unless_it_failed() {
        let bus = rdkafka::mocking::MockCluster::new(1).unwrap();
        bus.create_topic("orders", 1, 1).unwrap();
        let cluster = cluster(bus.bootstrap_servers());
        let spare = || cluster.spare.lock().unwrap().len();
        for (name, left) in [("orders/0", 1), ("orders/0", 1), ("orders/7", 0)] {
            drop(open(&cluster, &name.into(), 0, Bounds::new(&Settings::default())));
            assert_eq!(spare(), left, "{name}");
        }
    }

    #[test]
    fn an_end_without_a_message_before_it_is_reached() {
        assert_eq!(check(5), "End(End { position: 0, note: Cut, movements: [] }) Ended");
        assert_eq!(check(0), "End(End { position: 0, note: Complete, movements: [] }) Opened");
    }

    #[test]
    fn a_name_is_a_topic_and_a_partition() {
        assert_eq!(split("a.b/12"), Some(("a.b", 12)));
        assert_eq!((split("a"), split("a/b")), (None, None));
    }
}
