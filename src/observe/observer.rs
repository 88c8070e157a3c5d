//! Feeds sifted records into an observation.

use super::{
    Cell, FieldObservation, LONGEST_ROW, Observation, Part, Position, Row, TagSet, merge::widest,
    sample::join_value,
};
use crate::{
    decode::{SkipReason, Time},
    detect::{Fingerprint, Hit, Identity, Score, Sift, Sifted, State},
};

/// Builds the observation of one part of a dataset.
#[derive(Debug, Default)]
pub struct Observer {
    observation: Observation,
}

/// Where and when a record stands.
#[derive(Clone, Copy)]
struct Place<'a> {
    position: &'a Position,
    time: Option<Time>,
}

impl Observer {
    /// An empty one.
    pub fn new() -> Self {
        Observer::default()
    }

    /// Adds one record. A record that is handed over in several pieces, each with the same position, counts
    /// as often.
    pub fn record(&mut self, position: &Position, time: Option<Time>, sifted: &Sifted) {
        let place = Place { position, time };
        self.passed_over(1);
        let observation = &mut self.observation;
        observation.times = widest(observation.times, time.map(|time| (time, time)));
        for sift in &sifted.fields {
            self.field(place, sift);
        }
        for hit in &sifted.hits {
            self.hit(place, hit, sifted);
        }
        self.numbers(sifted);
        self.allowed(sifted);
        self.together(position, &sifted.hits);
        self.sample(place, sifted);
        self.observation.fold();
    }

    /// Counts records that were not decoded because nothing in them could be a hit or a join value.
    pub fn passed_over(&mut self, records: u64) {
        self.observation.records = self.observation.records.saturating_add(records);
    }

    /// Counts bytes that were read.
    pub fn read(&mut self, bytes: u64) {
        self.observation.bytes = self.observation.bytes.saturating_add(bytes);
    }

    /// Counts something that was not decoded.
    pub fn skipped(&mut self, position: &Position, reason: SkipReason) {
        let skipped = self.observation.skipped.entry(reason).or_default();
        skipped.count = skipped.count.saturating_add(1);
        skipped.positions.insert(position);
    }

    /// What was seen, once the part's range is known. A part without length is not guarded against being
    /// counted twice.
    pub fn finish(mut self, part: Part) -> Observation {
        self.observation.ranges.insert(part);
        self.observation
    }

    fn field(&mut self, Place { position, time }: Place<'_>, sift: &Sift) {
        let field = self.at(&sift.path);
        field.count = field.count.saturating_add(1);
        if let Some(join) = sift.join {
            field.values.insert(join.fingerprint, time, position);
        }
    }

    fn hit(&mut self, Place { position, time }: Place<'_>, hit: &Hit, sifted: &Sifted) {
        let sift = sift_of(hit, sifted);
        let field = self.at(&hit.field);
        let seen = field.tags.entry(hit.tag).or_default();
        seen.record(hit, time, position);
        if let Identity::Card { digests, .. } = &hit.identity {
            digests.iter().for_each(|digest| field.digests.insert(*digest, time, position));
        }
        // A field that was wanted for joining has its value already.
        let joined = sift.and_then(|sift| sift.join).map(|join| join.fingerprint);
        let value = join_value(Some(hit.tag), &hit.identity).filter(|value| Some(*value) != joined);
        if let Some(value) = value {
            field.values.insert(value, time, position);
        }
    }

    /// What the fields' shares of card numbers are measured by.
    fn numbers(&mut self, sifted: &Sifted) {
        for (path, counted) in &sifted.numbers {
            let field = self.at(path);
            // The place of a number in free text is no field of the record itself.
            field.count = field.count.saturating_add(path.is_placed().into());
            field.numbers.entry(counted.manner).or_default().insert(counted);
        }
        for hit in sifted.hits.iter().filter(|_| !sifted.picked) {
            if let Some(counted) = &hit.counted {
                self.at(&hit.field).numbers.entry(counted.manner).or_default().pass(counted);
            }
        }
    }

    fn allowed(&mut self, sifted: &Sifted) {
        for entry in &sifted.allowed {
            let count = self.observation.allowed.entry(*entry).or_default();
            *count = count.saturating_add(1);
        }
    }

    fn at(&mut self, path: &crate::decode::FieldPath) -> &mut FieldObservation {
        let fields = &mut self.observation.fields;
        if !fields.contains_key(path) {
            fields.insert(path.clone(), FieldObservation::default());
        }
        fields.get_mut(path).expect("it was just made sure of")
    }

    fn together(&mut self, position: &Position, hits: &[Hit]) {
        let stands = |hit: &&Hit| hit.score >= Score::FINDING || hit.tag.state == State::Hashed;
        let tags: TagSet = hits.iter().filter(stands).map(|hit| hit.tag).collect();
        if tags.len() < 2 {
            return;
        }
        let together = self.observation.together.entry(tags).or_default();
        together.count = together.count.saturating_add(1);
        together.positions.insert(position);
    }

    fn sample(&mut self, Place { position, time }: Place<'_>, sifted: &Sifted) {
        let sample = &mut self.observation.sample;
        if join_values(sifted).any(|value| sample.wants(value)) {
            sample.insert(position, Row { time, cells: cells(sifted) });
        }
    }
}

fn sift_of<'a>(hit: &Hit, sifted: &'a Sifted) -> Option<&'a Sift> {
    let place = sifted.fields.binary_search_by_key(&hit.index, |sift| sift.index).ok()?;
    sifted.fields.get(place)
}

fn join_values(sifted: &Sifted) -> impl Iterator<Item = Fingerprint> {
    let tagged = sifted.hits.iter().filter_map(|hit| join_value(Some(hit.tag), &hit.identity));
    tagged.chain(sifted.fields.iter().filter_map(|sift| sift.join).map(|join| join.fingerprint))
}

/// Hits and join values in the order of the record. Hits come first within a field.
fn cells(sifted: &Sifted) -> Vec<Cell> {
    let hits = sifted.hits.iter().map(|hit| (hit.index, hit_cell(hit)));
    let joins = sifted.fields.iter().filter_map(|sift| Some((sift.index, join_cell(sift)?)));
    let mut cells: Vec<(usize, Cell)> = hits.chain(joins).collect();
    cells.sort_by_key(|(index, _)| *index);
    cells.into_iter().map(|(_, cell)| cell).take(LONGEST_ROW).collect()
}

fn hit_cell(hit: &Hit) -> Cell {
    let identity = match &hit.identity {
        Identity::Card { number, tail, .. } => {
            Identity::Card { number: *number, tail: *tail, digests: Vec::new() }
        }
        Identity::Mask(_) => Identity::None,
        other => other.clone(),
    };
    Cell { field: hit.field.clone(), tag: Some(hit.tag), identity }
}

fn join_cell(sift: &Sift) -> Option<Cell> {
    let join = sift.join?;
    Some(Cell { field: sift.path.clone(), tag: None, identity: Identity::Value(join.fingerprint) })
}
