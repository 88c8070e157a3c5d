//! What keeps an observation small, whatever the dataset: of fields and of tag sets the smallest keys are
//! kept, and all others are counted together. What is kept is a function of all keys, not of their order: a
//! key that belongs to the smallest of the whole belongs to the smallest of every part, so it is never folded
//! anywhere.

use std::collections::BTreeMap;

use super::{FieldObservation, Observation, TagSet, Together};
use crate::decode::FieldPath;

/// How many field paths are kept of a dataset.
pub const KEPT_FIELDS: usize = 4096;

/// How many sets of tags are kept of a dataset.
pub const KEPT_TAG_SETS: usize = 256;

/// Where fields beyond [`KEPT_FIELDS`] are counted. No record has such a path: braces fold to `{}`.
const FOLDED: &str = "{…}";

impl Observation {
    /// The fields that had to be counted together, if the dataset has more paths than are kept.
    pub fn folded(&self) -> Option<&FieldObservation> {
        self.fields.get(&folded_path())
    }

    /// Folds what is too much.
    pub(super) fn fold(&mut self) {
        if self.fields.len() > KEPT_FIELDS {
            fold(&mut self.fields, KEPT_FIELDS, &folded_path(), FieldObservation::merge);
        }
        if self.together.len() > KEPT_TAG_SETS {
            fold(&mut self.together, KEPT_TAG_SETS, &TagSet::new(), Together::merge);
        }
    }
}

/// Whether this is the path under which fields are counted together.
pub(super) fn is_folded(path: &FieldPath) -> bool {
    path.as_str() == FOLDED
}

fn folded_path() -> FieldPath {
    FieldPath::parse(FOLDED)
}

fn fold<K: Ord + Clone, V: Default>(map: &mut BTreeMap<K, V>, keep: usize, rest: &K, merge: fn(&mut V, V)) {
    let mut folded = map.remove(rest);
    while map.len() > keep {
        if let Some((_, value)) = map.pop_last() {
            merge(folded.get_or_insert_default(), value);
        }
    }
    folded.map(|value| map.insert(rest.clone(), value));
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    type Counts = BTreeMap<u8, u32>;

    fn counts(seen: &[u8]) -> Counts {
        seen.iter().fold(Counts::new(), |counts, key| merged(counts, Counts::from([(*key, 1)])))
    }

    fn merged(mut one: Counts, other: Counts) -> Counts {
        other.into_iter().for_each(|(key, count)| *one.entry(key).or_default() += count);
        // 255 is no key of the test's records, as `{…}` is no path.
        fold(&mut one, 4, &255, |sum, more| *sum += more);
        one
    }

    proptest! {
        #[test]
        fn folding_parts_is_folding_the_whole(
            seen in proptest::collection::vec(0u8..12, 0..40),
            cut in 0usize..40,
        ) {
            let (one, other) = seen.split_at(cut.min(seen.len()));
            let whole = counts(&seen);
            prop_assert_eq!(&merged(counts(one), counts(other)), &whole);
            prop_assert_eq!(&merged(counts(other), counts(one)), &whole);
            prop_assert!(whole.len() <= 5);
            prop_assert_eq!(whole.values().sum::<u32>() as usize, seen.len());
        }
    }

    #[test]
    fn a_dataset_with_ever_new_paths_stays_small() {
        let mut observation = Observation::default();
        for number in 0..KEPT_FIELDS + 100 {
            let field = FieldObservation { count: 1, ..FieldObservation::default() };
            observation.fields.insert(FieldPath::parse(&format!("f{number:05}")), field);
        }
        observation.fold();
        assert_eq!(observation.fields.len(), KEPT_FIELDS + 1);
        assert_eq!(observation.folded().map(|field| field.count), Some(100));
    }
}
