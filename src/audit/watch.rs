//! A source while it is audited: its deadline is kept, and what its messages and ends tell beside their bytes
//! (movements, retries) is noted by partition, so that a part read twice counts once.
//!
//! It must not know what is in a message.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
    time::{Duration, Instant},
};

use dyetrace_connectors::{
    Batch, Body, End, EndNote, Foreign, Movement, Partition, PartitionReader, Source, SourceError, Step,
};

use crate::observe::Retries;

/// A source and what it told.
pub(super) struct Watched {
    source: Box<dyn Source>,
    deadline: Option<Duration>,
    /// When its first partition was opened.
    began: OnceLock<Instant>,
    told: Arc<Mutex<BTreeMap<Foreign, Told>>>,
}

/// What one partition told.
#[derive(Default)]
struct Told {
    movements: Vec<Movement>,
    retries: Retries,
}

impl Watched {
    pub(super) fn new(source: Box<dyn Source>, deadline: Option<Duration>) -> Watched {
        Watched { source, deadline, began: OnceLock::new(), told: Arc::default() }
    }

    /// The source itself, for listing.
    pub(super) fn source(&self) -> &dyn Source {
        &*self.source
    }

    /// Opens a partition from its beginning; what it told before is forgotten.
    pub(super) fn open(&self, partition: &Partition) -> Result<Box<dyn PartitionReader>, SourceError> {
        let began = *self.began.get_or_init(Instant::now);
        lock(&self.told).remove(&partition.name);
        let ends = self.deadline.map(|deadline| began + deadline);
        Ok(Box::new(Watching {
            // What is opened after the deadline is not asked for anything.
            reader: if has_passed(ends) { None } else { Some(self.source.open(partition, 0)?) },
            ends,
            position: 0,
            name: partition.name.clone(),
            told: self.told.clone(),
        }))
    }

    /// How often records of a partition were tried before.
    pub(super) fn retries(&self, partition: &Partition) -> Retries {
        lock(&self.told).get(&partition.name).map(|told| told.retries).unwrap_or_default()
    }

    /// What the records of all partitions told of movements.
    pub(super) fn movements(&self) -> Vec<Movement> {
        lock(&self.told).values().flat_map(|told| &told.movements).cloned().collect()
    }
}

/// A partition of a watched source.
struct Watching {
    reader: Option<Box<dyn PartitionReader>>,
    ends: Option<Instant>,
    /// After the last byte or message that was read.
    position: u64,
    name: Foreign,
    told: Arc<Mutex<BTreeMap<Foreign, Told>>>,
}

impl PartitionReader for Watching {
    fn next(&mut self) -> Result<Step, SourceError> {
        let Some(reader) = self.reader.as_mut().filter(|_| !has_passed(self.ends)) else {
            return Ok(Step::End(self.end_early()));
        };
        let step = match reader.next() {
            Ok(step) => step,
            Err(error) => {
                self.end_early();
                return Err(error);
            }
        };
        match &step {
            Step::Batch(batch) => {
                self.position = after(batch);
                let mut retries = Retries::default();
                for retry in messages(batch).filter_map(|message| message.retry) {
                    retries.add(retry.attempts, retry.first_failed);
                }
                self.tell(|told| told.retries.merge(retries));
            }
            Step::End(end) => self.tell(|told| told.movements.clone_from(&end.movements)),
        }
        Ok(step)
    }

    fn read_into(&mut self, buffer: &mut [u8]) -> Result<usize, SourceError> {
        let Some(reader) = self.reader.as_mut().filter(|_| !has_passed(self.ends)) else { return Ok(0) };
        let count = reader.read_into(buffer)?;
        self.position += count as u64;
        Ok(count)
    }
}

impl Watching {
    /// What was read so far counts, and so does what it told.
    fn end_early(&self) -> End {
        let movements = self.reader.as_ref().map(|reader| reader.movements()).unwrap_or_default();
        self.tell(|told| told.movements.clone_from(&movements));
        End::new(self.position, EndNote::Deadline).with_movements(movements)
    }

    fn tell(&self, what: impl FnOnce(&mut Told)) {
        what(lock(&self.told).entry(self.name.clone()).or_default());
    }
}

fn messages(batch: &Batch) -> impl Iterator<Item = &dyetrace_connectors::Message> {
    match &batch.body {
        Body::Messages(messages) => messages.iter(),
        Body::Stream => [].iter(),
    }
}

fn after(batch: &Batch) -> u64 {
    match &batch.body {
        Body::Messages(messages) => messages.last().map_or(batch.start, |message| message.offset + 1),
        Body::Stream => batch.start + batch.bytes.len() as u64,
    }
}

fn has_passed(deadline: Option<Instant>) -> bool {
    deadline.is_some_and(|deadline| Instant::now() >= deadline)
}

/// A reader that panicked left whole entries behind.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use dyetrace_connectors::{ErrorKind, Listing, Message, MovementKind, Place, Retry};

    use super::*;

    /// Gives one message that failed before, and tells of one movement; then it ends, or fails.
    struct Queue;
    struct Broken;

    impl Source for Queue {
        fn datasets(&self) -> Result<Listing, SourceError> {
            Ok(Listing::default())
        }

        fn open(&self, _: &Partition, _: u64) -> Result<Box<dyn PartitionReader>, SourceError> {
            Ok(Box::new(Once(true)))
        }
    }

    impl Source for Broken {
        fn datasets(&self) -> Result<Listing, SourceError> {
            Ok(Listing::default())
        }

        fn open(&self, _: &Partition, _: u64) -> Result<Box<dyn PartitionReader>, SourceError> {
            Ok(Box::new(Failing(Once(true))))
        }
    }

    struct Once(bool);

    struct Failing(Once);

    impl PartitionReader for Failing {
        fn next(&mut self) -> Result<Step, SourceError> {
            match self.0.0 {
                true => self.0.next(),
                false => {
                    let (kind, what) = (ErrorKind::Unreachable, "orders-dlq".into());
                    Err(SourceError { kind, what, why: "it went away".into(), help: "" })
                }
            }
        }

        fn movements(&self) -> Vec<Movement> {
            self.0.movements()
        }
    }

    impl PartitionReader for Once {
        fn next(&mut self) -> Result<Step, SourceError> {
            if std::mem::take(&mut self.0) {
                let retry = Some(Retry { attempts: Some(4), first_failed: Some(1_000) });
                let message = Message { value: 0..2, offset: 7, retry, ..Message::default() };
                let body = Body::Messages(vec![message]);
                return Ok(Step::Batch(Batch { bytes: b"{}".to_vec(), start: 7, body }));
            }
            Ok(Step::End(End::new(8, EndNote::Complete).with_movements(self.movements())))
        }

        fn movements(&self) -> Vec<Movement> {
            let place = |name: &str| Place::Dataset(name.into());
            let (from, to) = (place("orders"), place("orders-dlq"));
            let (kind, by) = (MovementKind::Retry, Foreign::default());
            let movement = Movement { from, to, kind, by, count: Some(1), last: None };
            if self.0 { Vec::new() } else { vec![movement] }
        }
    }

    fn read(source: &Watched) -> End {
        let mut reader = source.open(&partition()).unwrap();
        loop {
            if let Step::End(end) = reader.next().unwrap() {
                return end;
            }
        }
    }

    fn watching(reader: Box<dyn PartitionReader>, ends: Option<Instant>) -> Watching {
        let (name, told) = (Foreign::default(), Arc::default());
        Watching { reader: Some(reader), ends, position: 0, name, told }
    }

    fn partition() -> Partition {
        Partition { name: "orders-dlq/0".into(), size: None, modified: None }
    }

    #[test]
    fn what_a_partition_tells_counts_once_however_often_it_is_read() {
        let source = Watched::new(Box::new(Queue), None);
        assert_eq!((read(&source).note, read(&source).position), (EndNote::Complete, 8));
        assert_eq!(source.movements().len(), 1);
        let retries = source.retries(&partition());
        assert_eq!(
            (retries.records, retries.most_attempts, retries.oldest_failure),
            (1, Some(4), Some(1_000))
        );
    }

    #[test]
    fn what_was_told_before_an_error_or_the_deadline_is_kept() {
        let broken = Watched::new(Box::new(Broken), None);
        let mut reader = broken.open(&partition()).unwrap();
        assert!(matches!(reader.next(), Ok(Step::Batch(_))));
        assert!(reader.next().is_err());
        assert_eq!((broken.movements().len(), broken.retries(&partition()).records), (1, 1));
        let mut late = watching(Box::new(Once(true)), None);
        assert!(matches!(late.next(), Ok(Step::Batch(_))));
        late.ends = Some(Instant::now());
        let Ok(Step::End(end)) = late.next() else { panic!("the deadline ends it") };
        assert_eq!((end.note, end.movements.len(), lock(&late.told).len()), (EndNote::Deadline, 1, 1));
    }

    #[test]
    fn a_stream_is_read_without_batches_where_its_source_can() {
        struct Straight;
        impl PartitionReader for Straight {
            fn next(&mut self) -> Result<Step, SourceError> {
                Ok(Step::End(End::new(3, EndNote::Complete)))
            }

            fn read_into(&mut self, buffer: &mut [u8]) -> Result<usize, SourceError> {
                buffer[..3].copy_from_slice(b"pan");
                Ok(3)
            }
        }
        let reader = |ends| watching(Box::new(Straight), ends);
        let mut buffer = [0; 8];
        let mut open = reader(None);
        assert_eq!((open.read_into(&mut buffer).unwrap(), open.position), (3, 3));
        assert_eq!(reader(Some(Instant::now())).read_into(&mut buffer).unwrap(), 0);
    }

    #[test]
    fn a_deadline_ends_what_is_opened_and_what_is_open() {
        let source = Watched::new(Box::new(Queue), Some(Duration::ZERO));
        assert_eq!(read(&source), End::new(0, EndNote::Deadline));
        let soon = Watched::new(Box::new(Queue), Some(Duration::from_secs(3_600)));
        let mut reader = soon.open(&partition()).unwrap();
        assert!(matches!(reader.next(), Ok(Step::Batch(_))));
        assert_eq!(read(&soon).note, EndNote::Complete);
    }
}
