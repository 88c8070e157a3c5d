//! What the records of one partition tell of where they were before, counted; a hint and nothing more.

use std::collections::BTreeMap;

use crate::{MOST_MOVEMENTS, Movement};

/// Movements by what they say, without their counts and times.
#[derive(Default)]
pub(crate) struct Told(BTreeMap<Movement, (u64, Option<i64>)>);

impl Told {
    /// Counts one record's word, if it has one; what is new after [`MOST_MOVEMENTS`] is not kept.
    pub(crate) fn add(&mut self, moved: Option<Movement>) {
        let Some(mut moved) = moved else { return };
        let (count, last) = (moved.count.take().unwrap_or(1), moved.last.take());
        if self.0.len() >= MOST_MOVEMENTS && !self.0.contains_key(&moved) {
            return;
        }
        let known = self.0.entry(moved).or_default();
        known.0 += count;
        known.1 = known.1.max(last);
    }

    /// All of them, with counts and the last time.
    pub(crate) fn movements(&self) -> Vec<Movement> {
        let counted = |(moved, (count, last)): (&Movement, &(u64, Option<i64>))| Movement {
            count: Some(*count),
            last: *last,
            ..moved.clone()
        };
        self.0.iter().map(counted).collect()
    }
}
