//! A bounded sample of records, chosen by the hash of join values: rows of tags and fingerprints, what
//! companions, masks, tokens and order ids are joined by.
//!
//! A row is filed under *each* of its join values that ranks below the threshold. So whatever else their rows
//! hold, two datasets keep their rows of every value that both have below the smaller of their thresholds. Of
//! one value only the first few rows are kept: a merchant's id that stands in every record crowds nothing
//! out.

use std::{collections::BTreeMap, sync::Arc};

use super::{Position, sketch::first_at};
use crate::{
    decode::{FieldPath, Time},
    detect::{Class, Fingerprint, Identity, State, Tag, Test},
};

/// Rows of the join values that rank below the threshold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordSample {
    /// Ranks below this are kept.
    pub threshold: u64,
    /// Rows by join value and position: a row stands under each of its join values below the threshold.
    pub rows: BTreeMap<(Fingerprint, Position), Arc<Row>>,
    /// The most that is kept.
    pub capacity: usize,
}

/// One sampled record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// When it was written.
    pub time: Option<Time>,
    /// Its tagged and join fields, in the order of the record; the first [`LONGEST_ROW`] of them.
    pub cells: Vec<Cell>,
}

/// One field of a sampled record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// The field.
    pub field: FieldPath,
    /// Its tag; a join value such as an order id has none.
    pub tag: Option<Tag>,
    /// What it is joined by. A card's digests are left out: they are in the field's own sketch.
    pub identity: Identity,
}

/// How many rows are kept of one value: the ones with the smallest positions.
pub const ROWS_PER_VALUE: usize = 8;

/// How many cells are kept of one row.
pub const LONGEST_ROW: usize = 64;

impl Default for RecordSample {
    fn default() -> Self {
        RecordSample { threshold: u64::MAX, rows: BTreeMap::new(), capacity: 2048 }
    }
}

impl RecordSample {
    /// Whether a record with this join value is sampled.
    pub fn wants(&self, value: Fingerprint) -> bool {
        value.rank() < self.threshold
    }

    /// Files a row under each of its join values.
    pub fn insert(&mut self, position: &Position, row: Row) {
        let row = Arc::new(row);
        for value in row.cells.iter().filter_map(Cell::join_value) {
            self.file(value, position, &row);
        }
        self.shrink();
    }

    /// Adds all of another's; the smaller capacity holds for both.
    pub fn merge(&mut self, other: RecordSample) {
        self.threshold = self.threshold.min(other.threshold);
        self.capacity = self.capacity.min(other.capacity);
        for ((value, position), row) in &other.rows {
            self.file(*value, position, row);
        }
        self.cut();
        self.shrink();
    }

    /// The rows of one value, by position.
    pub fn of(&self, value: Fingerprint) -> impl Iterator<Item = (&Position, &Row)> {
        let next = Fingerprint(value.0.saturating_add(1));
        let range = (value, Position::smallest())..(next, Position::smallest());
        self.rows.range(range).map(|((_, position), row)| (position, &**row))
    }

    /// The sampled values, in the order of their ranks.
    pub fn values(&self) -> impl Iterator<Item = Fingerprint> {
        let mut last = None;
        self.rows.keys().map(|(value, _)| *value).filter(move |value| last.replace(*value) != Some(*value))
    }

    /// Every sampled record once, by position.
    pub fn records(&self) -> BTreeMap<&Position, &Row> {
        self.rows.iter().map(|((_, position), row)| (position, &**row)).collect()
    }

    fn file(&mut self, value: Fingerprint, position: &Position, row: &Arc<Row>) {
        if !self.wants(value) {
            return;
        }
        self.rows.entry((value, position.clone())).or_insert_with(|| row.clone());
        if self.of(value).count() > ROWS_PER_VALUE {
            let largest = self.of(value).last().map(|(position, _)| position.clone());
            largest.map(|position| self.rows.remove(&(value, position)));
        }
    }

    fn shrink(&mut self) {
        while self.rows.len() > self.capacity {
            self.threshold /= 2;
            self.cut();
        }
    }

    fn cut(&mut self) {
        self.rows.split_off(&(first_at(self.threshold), Position::smallest()));
    }
}

impl Cell {
    /// The value by which its record is sampled and joined, if it has one.
    pub fn join_value(&self) -> Option<Fingerprint> {
        join_value(self.tag, &self.identity)
    }
}

/// What a value is joined by: none for those that meet by chance. Last four digits, expiry dates, names and
/// service codes are too few, and so are the published test cards, which everybody types.
pub(super) fn join_value(tag: Option<Tag>, identity: &Identity) -> Option<Fingerprint> {
    let few = tag.is_some_and(|tag| {
        matches!(tag.class, Class::Expiry | Class::Cardholder | Class::ServiceCode)
            || (tag.class, tag.state, tag.test) == (Class::Pan, State::Clear, Test::Published)
    });
    match identity {
        Identity::Card { number, .. } | Identity::Value(number) if !few => Some(*number),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    /// The join values of records; low ranks and repetition are made likely.
    fn records() -> impl Strategy<Value = Vec<Vec<u128>>> {
        let value = prop_oneof![any::<u128>(), (0u128..4).prop_map(|low| low << 80)];
        proptest::collection::vec(proptest::collection::vec(value, 0..4), 0..40)
    }

    fn sample(records: &[Vec<u128>], from: usize, to: usize) -> RecordSample {
        let mut sample = RecordSample { capacity: 12, ..RecordSample::default() };
        for (record, values) in records.iter().enumerate().take(to).skip(from) {
            let cells = values.iter().map(|value| cell(None, Identity::Value(Fingerprint(*value)))).collect();
            sample.insert(&at(record as u64), Row { time: None, cells });
        }
        sample
    }

    fn cell(tag: Option<Tag>, identity: Identity) -> Cell {
        Cell { field: FieldPath::root("order"), tag, identity }
    }

    fn at(record: u64) -> Position {
        Position { record, ..Position::smallest() }
    }

    fn merged(mut one: RecordSample, other: RecordSample) -> RecordSample {
        one.merge(other);
        one
    }

    proptest! {
        #[test]
        fn parts_merged_in_any_order_are_the_whole(
            records in records(),
            one in 0usize..40,
            other in 0usize..40,
        ) {
            let (low, high) = (one.min(other).min(records.len()), one.max(other).min(records.len()));
            let parts = [(0, low), (low, high), (high, records.len())];
            let [a, b, c] = parts.map(|(from, to)| sample(&records, from, to));
            let whole = sample(&records, 0, records.len());
            prop_assert!(whole.rows.len() <= whole.capacity);
            prop_assert_eq!(&merged(merged(a.clone(), b.clone()), c.clone()), &whole);
            prop_assert_eq!(&merged(c, merged(b, a)), &whole);
        }

        #[test]
        fn two_datasets_keep_their_rows_of_a_shared_value(one in records(), other in records()) {
            let (a, b) = (sample(&one, 0, one.len()), sample(&other, 0, other.len()));
            let threshold = a.threshold.min(b.threshold);
            let of = |records: &[Vec<u128>]| records.iter().flatten().copied().collect::<BTreeSet<u128>>();
            for value in of(&one).intersection(&of(&other)).map(|value| Fingerprint(*value)) {
                let kept = a.of(value).count() > 0 && b.of(value).count() > 0;
                prop_assert!(kept || value.rank() >= threshold);
            }
        }
    }

    #[test]
    fn a_value_in_every_record_crowds_nothing_out() {
        let records: Vec<Vec<u128>> = (1..100).map(|order| vec![3, order << 120]).collect();
        let mut all = RecordSample { capacity: 200, ..RecordSample::default() };
        for (record, values) in records.iter().enumerate() {
            let cells = values.iter().map(|value| cell(None, Identity::Value(Fingerprint(*value)))).collect();
            all.insert(&at(record as u64), Row { time: None, cells });
        }
        assert_eq!((all.of(Fingerprint(3)).count(), all.values().count()), (ROWS_PER_VALUE, 100));
        assert_eq!(all.records().len(), 99);
    }

    #[test]
    fn what_meets_by_chance_is_no_join_value() {
        let value = Identity::Value(Fingerprint(1));
        let published = Tag { test: Test::Published, ..Tag::clear(Class::Pan) };
        let card = Identity::Card { number: Fingerprint(1), tail: Fingerprint(2), digests: Vec::new() };
        for (tag, identity, expected) in [
            (None, value.clone(), true),
            (Some(Tag::clear(Class::Token)), value.clone(), true),
            (Some(Tag::clear(Class::Expiry)), value, false),
            (Some(Tag::clear(Class::Pan)), card.clone(), true),
            (Some(published), card, false),
            (Some(Tag::clear(Class::Pan).in_state(State::Masked)), Identity::Tail(Fingerprint(2)), false),
            (Some(Tag::clear(Class::Cvv)), Identity::None, false),
        ] {
            assert_eq!(cell(tag, identity).join_value().is_some(), expected, "{tag:?}");
        }
    }
}
