//! Reads one partition of a topic, from an offset to the end that it had at the opening.

use std::sync::Arc;
use std::time::Instant;

use rdkafka::error::{KafkaError, RDKafkaErrorCode as Code};
use zeroize::Zeroize;

use super::client::{self, Client, Cluster};
use super::fetch::{Fetch, Fetched};
use super::headers;
use super::retry::{self, Trail};
use super::sample::Wanted;
use crate::{
    Batch, Body, End, EndNote, Foreign, Message, PartitionReader, Sample, Settings, SourceError, Step,
};

/// A batch is full at this many bytes, by one message at most above it,
const BATCH: usize = 1 << 20;
/// or at this many messages.
const MESSAGES: usize = 1_000;

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
        client: Arc::new(cluster.client()?),
        fetch: None,
        topic: topic.into(),
        partition,
        cluster: cluster.clone(),
        position: from,
        end: 0,
        high: 0,
        wanted: bounds.wanted,
        left: bounds.bytes,
        state: State::Opened,
        lost: false,
        trail: Trail::default(),
        pending: None,
    };
    reader.aim()?;
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
}

impl PartitionReader for Reader {
    fn next(&mut self) -> Result<Step, SourceError> {
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
                        return Ok(Step::Batch(filling.batch()));
                    }
                }
            }
        }
        Ok(if filling.messages.is_empty() { Step::End(self.finish()) } else { Step::Batch(filling.batch()) })
    }
}

impl Reader {
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
            State::Opened | State::Reading | State::Ended => self.close(),
        };
        End::new(position, note).with_movements(self.trail.movements(&self.topic))
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

/// What was looked at, whether it was wanted or not.
#[derive(Default)]
struct Seen {
    bytes: u64,
    messages: usize,
}

impl Seen {
    fn add(&mut self, bytes: u64) {
        self.bytes += bytes;
        self.messages += 1;
    }
}

/// A batch that is being filled.
struct Filling {
    batch: Batch,
    messages: Vec<Message>,
    seen: Seen,
}

impl Filling {
    fn new() -> Filling {
        let batch = Batch { bytes: Vec::with_capacity(BATCH), start: 0, body: Body::Stream };
        Filling { batch, messages: Vec::new(), seen: Seen::default() }
    }

    fn full(&self) -> bool {
        self.seen.bytes >= BATCH as u64 || self.seen.messages >= MESSAGES
    }

    fn batch(mut self) -> Batch {
        self.batch.start = self.messages.first().map_or(0, |message| message.offset);
        self.batch.body = Body::Messages(self.messages);
        self.batch
    }

    /// Takes a message in, and says what its headers tell of its way.
    fn push(&mut self, message: &Fetched) -> retry::Told {
        self.reserve(size(message));
        let mut framed = Message { offset: message.offset(), time: message.time(), ..Message::default() };
        let mut told = retry::Told::default();
        framed.value = self.piece(message.value());
        framed.key = message.key().map(|key| self.piece(key));
        if let Some(native) = message.headers() {
            headers::each(native, |name, value| {
                told.header(name, value);
                framed.headers.push((self.piece(name), self.piece(value)));
            });
        }
        framed.retry = told.retry();
        self.messages.push(framed);
        told
    }

    /// Makes room without leaving a copy of the old bytes behind, as a vector that grows by itself would.
    fn reserve(&mut self, size: usize) {
        let bytes = &mut self.batch.bytes;
        if bytes.capacity() - bytes.len() < size {
            let mut wider = Vec::with_capacity(bytes.len() + size);
            wider.extend_from_slice(bytes);
            bytes.zeroize();
            *bytes = wider;
        }
    }

    fn piece(&mut self, piece: &[u8]) -> std::ops::Range<usize> {
        let start = self.batch.bytes.len();
        self.batch.bytes.extend_from_slice(piece);
        start..self.batch.bytes.len()
    }
}

/// Bytes of value, key and headers.
fn size(message: &Fetched) -> usize {
    let mut size = message.value().len() + message.key().map_or(0, <[u8]>::len);
    if let Some(native) = message.headers() {
        headers::each(native, |name, value| size += name.len() + value.len());
    }
    size
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::security::Security;
    use super::*;

    /// Reads an empty partition whose end is said to be `end`, as if only transaction markers stood before it.
    fn check(end: u64) -> String {
        let bus = rdkafka::mocking::MockCluster::new(1).unwrap();
        bus.create_topic("orders", 1, 1).unwrap();
        let cluster = Cluster {
            brokers: vec![bus.bootstrap_servers()],
            security: Security::new(&Settings::default()).unwrap(),
            patience: Duration::from_secs(10),
            pace: Default::default(),
            deadline: None,
            begun: Default::default(),
        };
        let mut reader = open(&cluster, &"orders/0".into(), 0, Bounds::new(&Settings::default())).unwrap();
        reader.end = end;
        format!("{:?} {:?}", reader.next().unwrap(), reader.state)
    }

    #[test]
    fn an_end_without_a_message_before_it_is_reached() {
        assert_eq!(check(5), "End(End { position: 0, note: Cut, movements: [] }) Ended");
        assert_eq!(check(0), "End(End { position: 0, note: Complete, movements: [] }) Opened");
    }

    #[test]
    fn a_long_message_leaves_no_copy_behind() {
        let mut filling = Filling::new();
        filling.piece(b"first");
        filling.reserve(2 * BATCH);
        assert_eq!(
            (&filling.batch.bytes[..], filling.batch.bytes.capacity()),
            (&b"first"[..], 5 + 2 * BATCH)
        );
    }

    #[test]
    fn a_name_is_a_topic_and_a_partition() {
        assert_eq!(split("a.b/12"), Some(("a.b", 12)));
        assert_eq!((split("a"), split("a/b")), (None, None));
    }
}
