//! Reads one partition of a topic, from an offset to the end that it had at the opening.

use std::sync::Arc;
use std::time::Instant;

use rdkafka::error::{KafkaError, RDKafkaErrorCode as Code};
use zeroize::Zeroize;

use super::client::{self, Client, Cluster};
use super::fetch::{Fetch, Fetched};
use super::headers;
use crate::{Batch, Body, End, EndNote, Foreign, Message, PartitionReader, SourceError, Step};

/// A batch is full at this many bytes, by one message at most above it,
const BATCH: usize = 1 << 20;
/// or at this many messages.
const MESSAGES: usize = 1_000;

/// Opens `topic/3` at an offset.
pub(super) fn open(
    cluster: &Cluster,
    name: &Foreign,
    from: u64,
    budget: Option<u64>,
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
        left: budget.unwrap_or(u64::MAX),
        state: State::Opened,
        lost: false,
        pending: None,
    };
    let (low, high) = reader.watermarks()?;
    reader.end = high;
    reader.lost = from > high || (from > 0 && from < low);
    reader.position = from.clamp(low, high);
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
    /// The high watermark at the opening.
    end: u64,
    /// Bytes that the budget still allows.
    left: u64,
    state: State,
    /// Messages were gone before they were read.
    lost: bool,
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
}

impl PartitionReader for Reader {
    fn next(&mut self) -> Result<Step, SourceError> {
        if let Some(error) = self.pending.take() {
            return Err(error);
        }
        // A batch is about what one request fetches.
        self.cluster.pace.wait();
        let mut filling = Filling::new();
        while self.more() && !filling.full() {
            match self.advance(&mut filling) {
                Ok(()) => {}
                Err(error) if filling.messages.is_empty() => return Err(error),
                Err(error) => {
                    self.pending = Some(error);
                    break;
                }
            }
        }
        Ok(if filling.messages.is_empty() { Step::End(self.finish()) } else { Step::Batch(filling.batch()) })
    }
}

impl Reader {
    fn more(&mut self) -> bool {
        if self.left == 0 && self.position < self.end {
            self.state = State::Spent;
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
                    let step = filling.take(&message, self.end, self.left);
                    self.account(step);
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

    fn account(&mut self, taken: Taken) {
        match taken {
            Taken::Message { offset, size } => {
                self.position = offset + 1;
                self.left -= size;
            }
            Taken::Later => self.state = State::Ended,
            Taken::TooMuch => self.state = State::Spent,
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
        if self.state == State::Spent {
            return End::new(self.position, EndNote::Budget);
        }
        // All was read even if the broker does not answer this any more.
        let now = self.watermarks().map_or(self.end, |(_, high)| high);
        let note = match now {
            now if self.lost || now < self.end => EndNote::Cut,
            now if now > self.end => EndNote::Grew,
            _ => EndNote::Complete,
        };
        End::new(self.end.min(now), note)
    }

    fn silent(&self) -> SourceError {
        let error = KafkaError::MessageConsumption(Code::OperationTimedOut);
        client::failed(self.name(), &error, &self.client)
    }

    fn name(&self) -> String {
        format!("{}/{}", self.topic, self.partition)
    }
}

/// What became of a message.
enum Taken {
    Message { offset: u64, size: u64 },
    Later,
    TooMuch,
}

/// A batch that is being filled.
struct Filling {
    batch: Batch,
    messages: Vec<Message>,
}

impl Filling {
    fn new() -> Filling {
        let batch = Batch { bytes: Vec::with_capacity(BATCH), start: 0, body: Body::Stream };
        Filling { batch, messages: Vec::new() }
    }

    fn full(&self) -> bool {
        self.batch.bytes.len() >= BATCH || self.messages.len() >= MESSAGES
    }

    fn batch(mut self) -> Batch {
        self.batch.start = self.messages.first().map_or(0, |message| message.offset);
        self.batch.body = Body::Messages(self.messages);
        self.batch
    }

    fn take(&mut self, message: &Fetched, end: u64, left: u64) -> Taken {
        let offset = message.offset();
        let size = size(message);
        if offset >= end {
            return Taken::Later;
        }
        if size as u64 > left {
            return Taken::TooMuch;
        }
        self.reserve(size);
        let mut framed = Message { offset, time: message.time(), ..Message::default() };
        framed.value = self.push(message.value());
        framed.key = message.key().map(|key| self.push(key));
        if let Some(native) = message.headers() {
            headers::each(native, |name, value| framed.headers.push((self.push(name), self.push(value))));
        }
        self.messages.push(framed);
        Taken::Message { offset, size: size as u64 }
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

    fn push(&mut self, piece: &[u8]) -> std::ops::Range<usize> {
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

    use super::*;

    /// Reads an empty partition whose end is said to be `end`, as if only transaction markers stood before it.
    fn check(end: u64) -> String {
        let bus = rdkafka::mocking::MockCluster::new(1).unwrap();
        bus.create_topic("orders", 1, 1).unwrap();
        let cluster = Cluster {
            brokers: vec![bus.bootstrap_servers()],
            patience: Duration::from_secs(10),
            pace: Default::default(),
        };
        let mut reader = open(&cluster, &"orders/0".into(), 0, None).unwrap();
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
        filling.push(b"first");
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
