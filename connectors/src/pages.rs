//! Reading page by page, as most systems but a log let themselves be read: batches within the budget, the deadline,
//! the window of time and the sample that the user asked for. How a page is fetched is the connector's business.

use std::ops::Range;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use zeroize::Zeroizing;

use crate::sample::Wanted;
use crate::told::Told;
use crate::{
    Batch, Body, End, EndNote, Message, Movement, PartitionReader, Retry, Sample, Settings, SourceError, Step,
};

/// What a page may hold so that few records wait in memory; a single record may be longer.
pub(crate) const PAGE: usize = 1 << 20;

/// Bytes that are wiped on drop.
pub(crate) type Piece = Zeroizing<Vec<u8>>;

/// A record as it was fetched.
#[derive(Default)]
pub(crate) struct Record {
    /// Empty where the system had none.
    pub(crate) value: Piece,
    /// A key that stands beside the value.
    pub(crate) key: Option<Piece>,
    /// A key that is part of the value: the sample goes by it, and it is not handed out a second time.
    pub(crate) id: Option<Piece>,
    /// Names and values.
    pub(crate) headers: Vec<(Piece, Piece)>,
    /// The system's time of it, in milliseconds since 1970 UTC.
    pub(crate) time: Option<i64>,
    /// That it failed before.
    pub(crate) retry: Option<Retry>,
    /// Where it was before, by its own word; the counts are made here.
    pub(crate) moved: Option<Movement>,
    /// Its position where the system has numbers of its own, which may leave some out; else records are counted.
    pub(crate) position: Option<u64>,
}

impl Record {
    /// Bytes of value, key and headers.
    pub(crate) fn size(&self) -> usize {
        let headers: usize = self.headers.iter().map(|(name, value)| name.len() + value.len()).sum();
        self.value.len() + self.key.as_ref().map_or(0, |key| key.len()) + headers
    }
}

/// Where records come from, a page at a time.
pub(crate) trait Pages: Send {
    /// The next records; none is the end.
    fn page(&mut self) -> Result<Vec<Record>, SourceError>;

    /// How it ended: complete, grown or cut.
    fn note(&self) -> EndNote;
}

/// The deadline of a source, which begins with its first reader.
pub(crate) struct Deadline {
    length: Option<Duration>,
    begun: OnceLock<Instant>,
}

impl Deadline {
    pub(crate) fn new(length: Option<Duration>) -> Deadline {
        Deadline { length, begun: OnceLock::new() }
    }

    /// When it is over.
    pub(crate) fn end(&self) -> Option<Instant> {
        let begun = self.begun.get_or_init(Instant::now);
        self.length.and_then(|length| begun.checked_add(length))
    }
}

/// What is read of each partition.
#[derive(Clone)]
pub(crate) struct Bounds {
    /// Bytes.
    pub(crate) bytes: u64,
    /// Which records.
    pub(crate) wanted: Wanted,
}

impl Bounds {
    pub(crate) fn new(settings: &Settings) -> Bounds {
        Bounds { bytes: settings.budget.bytes.unwrap_or(u64::MAX), wanted: Wanted::new(settings) }
    }

    /// How many of the newest were asked for.
    pub(crate) fn newest(&self) -> Option<u64> {
        match self.wanted.sample {
            Sample::Newest(count) => Some(count),
            _ => None,
        }
    }

    /// A record without a time lies in every window, one without a key goes by its value.
    fn wants(&self, record: &Record) -> bool {
        let key = record.id.as_ref().or(record.key.as_ref());
        self.wanted.takes(key.map(|key| key.as_slice()), &record.value, record.time)
    }
}

/// Reads one partition.
pub(crate) struct Reader<P> {
    pages: P,
    bounds: Bounds,
    deadline: Option<Instant>,
    /// Of the next record.
    position: u64,
    told: Told,
    stopped: Option<EndNote>,
}

impl<P: Pages> Reader<P> {
    /// `position` is that of the first record that `pages` fetches.
    pub(crate) fn new(pages: P, bounds: Bounds, deadline: &Deadline, position: u64) -> Reader<P> {
        let told = Told::default();
        Reader { pages, bounds, deadline: deadline.end(), position, told, stopped: None }
    }

    fn is_late(&self) -> bool {
        self.deadline.is_some_and(|deadline| Instant::now() >= deadline)
    }

    fn end(&self) -> End {
        let note = match (self.stopped, self.pages.note()) {
            (Some(stopped), _) => stopped,
            (None, EndNote::Complete) if self.bounds.wanted.is_part() => EndNote::Sampled,
            (None, note) => note,
        };
        End::new(self.position, note).with_movements(self.movements())
    }

    fn fill(&mut self, records: Vec<Record>) -> Batch {
        let mut filling = Filling::with_room(records.iter().map(Record::size).sum());
        for record in records {
            let (wanted, size) = (self.bounds.wants(&record), record.size() as u64);
            self.position = record.position.unwrap_or(self.position);
            if wanted && size > self.bounds.bytes {
                self.stopped = Some(EndNote::Budget);
                break;
            }
            if wanted {
                self.bounds.bytes -= size;
                filling.push(&record, self.position);
                self.told.add(record.moved);
            }
            self.position += 1;
        }
        filling.batch()
    }
}

impl<P: Pages> PartitionReader for Reader<P> {
    fn next(&mut self) -> Result<Step, SourceError> {
        while self.stopped.is_none() {
            if self.is_late() {
                self.stopped = Some(EndNote::Deadline);
                break;
            }
            let records = self.pages.page()?;
            if records.is_empty() {
                break;
            }
            let batch = self.fill(records);
            if matches!(&batch.body, Body::Messages(messages) if !messages.is_empty()) {
                return Ok(Step::Batch(batch));
            }
        }
        Ok(Step::End(self.end()))
    }

    fn movements(&self) -> Vec<Movement> {
        self.told.movements()
    }
}

/// A batch that is being filled, of which no copy is left behind since it never grows.
struct Filling {
    bytes: Vec<u8>,
    messages: Vec<Message>,
}

impl Filling {
    fn with_room(bytes: usize) -> Filling {
        Filling { bytes: Vec::with_capacity(bytes), messages: Vec::new() }
    }

    fn push(&mut self, record: &Record, offset: u64) {
        let value = self.piece(&record.value);
        let key = record.key.as_ref().map(|key| self.piece(key));
        let headers =
            record.headers.iter().map(|(name, value)| (self.piece(name), self.piece(value))).collect();
        let Record { time, retry, .. } = *record;
        self.messages.push(Message { value, key, headers, offset, time, retry, ..Message::default() });
    }

    fn piece(&mut self, piece: &[u8]) -> Range<usize> {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(piece);
        start..self.bytes.len()
    }

    fn batch(self) -> Batch {
        let start = self.messages.first().map_or(0, |message| message.offset);
        Batch { bytes: self.bytes, start, body: Body::Messages(self.messages) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers as records: `3@1000` is the value 3 of that time.
    struct Numbers(Vec<Vec<&'static str>>);

    impl Pages for Numbers {
        fn page(&mut self) -> Result<Vec<Record>, SourceError> {
            let page = if self.0.is_empty() { Vec::new() } else { self.0.remove(0) };
            Ok(page.into_iter().map(record).collect())
        }

        fn note(&self) -> EndNote {
            EndNote::Complete
        }
    }

    fn record(said: &str) -> Record {
        let (value, time) = said.split_once('@').map_or((said, None), |(value, time)| (value, Some(time)));
        let time = time.map(|time| time.parse().unwrap());
        Record { value: Zeroizing::new(value.into()), time, ..Record::default() }
    }

    fn check(settings: &Settings, pages: &[&[&'static str]]) -> String {
        let pages = Numbers(pages.iter().map(|page| page.to_vec()).collect());
        let deadline = Deadline::new(settings.budget.deadline);
        let mut reader = Reader::new(pages, Bounds::new(settings), &deadline, 0);
        let mut said = String::new();
        loop {
            let batch = match reader.next().unwrap() {
                Step::End(end) => return said + &format!("{:?}@{}", end.note, end.position),
                Step::Batch(batch) => batch,
            };
            let Body::Messages(messages) = &batch.body else { panic!("messages are framed") };
            for message in messages {
                let value = String::from_utf8_lossy(&batch.bytes[message.value.clone()]);
                said += &format!("{}:{value} ", message.offset);
            }
        }
    }

    fn budget(bytes: u64) -> crate::Budget {
        crate::Budget { bytes: Some(bytes), ..crate::Budget::NONE }
    }

    #[test]
    fn pages_are_read_to_their_end() {
        let all = Settings::default();
        assert_eq!(check(&all, &[&["a", "b"], &["c"]]), "0:a 1:b 2:c Complete@3");
        assert_eq!(check(&all, &[]), "Complete@0");
    }

    #[test]
    fn a_budget_or_a_deadline_ends_the_reading() {
        let short = Settings { budget: budget(2), ..Settings::default() };
        assert_eq!(check(&short, &[&["a", "bb", "c"], &["d"]]), "0:a Budget@1");
        let late = crate::Budget { deadline: Some(Duration::ZERO), ..crate::Budget::NONE };
        let late = Settings { budget: late, ..Settings::default() };
        assert_eq!(check(&late, &[&["a"]]), "Deadline@0");
    }

    #[test]
    fn a_part_is_said_to_be_one() {
        let window = Settings { since: Some(2), until: Some(4), ..Settings::default() };
        assert_eq!(check(&window, &[&["a@1"], &["b@2", "c", "d@4"]]), "1:b 2:c Sampled@4");
        let half = Settings { sample: Sample::OneIn(2), ..Settings::default() };
        let drawn = check(&half, &[&["a", "b", "c", "d", "e", "f", "g", "h"]]);
        assert_eq!(drawn, check(&half, &[&["a"], &["b", "c", "d", "e", "f"], &["g", "h"]]));
        assert!((20..50).contains(&drawn.len()), "{drawn}");
    }
}
