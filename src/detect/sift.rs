//! The detector's one entry: a decoded record goes in, and what may leave this floor comes out.

use std::sync::Arc;

use super::{
    Allow, Candidate, Context, Counted, DETECTORS, Fingerprint, Hit, Key, Score, context::Keys,
    identity::Identify, overlap::settle,
};
use crate::decode::{FieldPath, Record};

/// What stands for values in hits: for a person, or for joining.
#[derive(Debug, Clone)]
pub enum Reveal {
    /// Masks, for `scan`.
    Mask,
    /// Fingerprints under this key, for `audit`.
    Fingerprint(Key),
}

/// Which fields get a join fingerprint beside those with a hit.
#[derive(Debug, Clone)]
pub enum Wanted {
    /// None.
    Nothing,
    /// Every field whose value could join: a probe.
    Everything,
    /// These: the full pass.
    Fields(Vec<FieldPath>),
}

/// What leaves the detector of one record: no raw text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sifted {
    /// Fields with a value, in the order of the record.
    pub fields: Vec<Sift>,
    /// What was found, in the order of the record. Those below [`Score::FINDING`] are for their field to judge.
    pub hits: Vec<Hit>,
    /// Numbers as long as a card's, whether or not they pass, with their field (inside free text the one that the
    /// words around them make): what that field's share of card numbers is measured against.
    pub numbers: Vec<(FieldPath, Counted)>,
    /// Whether the record was decoded because of what it holds, while others were passed over: its numbers then do
    /// not count for their fields' shares of card numbers, which a sample tells that was chosen without regard to it, and
    /// are not listed.
    pub picked: bool,
    /// For each value that was left out of the hits, the entry of the [`Allow`] list that allows it.
    pub allowed: Vec<usize>,
}

/// One field of a sifted record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sift {
    /// Its path.
    pub path: FieldPath,
    /// Its place in the order of the record: what [`Hit::index`] refers to.
    pub index: usize,
    /// What it can be joined by, if it was wanted and is no authentication data.
    pub join: Option<Join>,
}

/// A value reduced to what joins need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Join {
    /// Domain `value`.
    pub fingerprint: Fingerprint,
    /// What kind of text it is.
    pub shape: Shape,
}

/// A keyed hash of a value's shape: its literal prefix, and runs of letters and digits with their lengths. Two
/// fields that hold the same kind of id share it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Shape(pub u64);

/// Detects within records. Keep one a thread: it holds buffers.
pub struct Sifter {
    identify: Identify,
    wanted: Wanted,
    keys: Keys,
    candidates: Vec<Candidate>,
    allow: Arc<Allow>,
}

/// Candidates that are weaker are not even kept for their field to judge.
const KEPT: Score = Score(-1_000);

impl Sifter {
    /// A sifter that reveals and wants this.
    pub fn new(reveal: Reveal, mut wanted: Wanted) -> Self {
        if let Wanted::Fields(paths) = &mut wanted {
            paths.sort_unstable();
        }
        Sifter {
            identify: Identify::new(reveal),
            wanted,
            keys: Keys::default(),
            candidates: Vec::new(),
            allow: Arc::default(),
        }
    }

    /// The same, with values that are known to be no findings.
    pub fn allowing(self, allow: Arc<Allow>) -> Self {
        Sifter { allow, ..self }
    }

    /// Looks at all fields of a record together.
    pub fn sift(&mut self, record: &Record) -> Sifted {
        self.fill(record, Sifted::default())
    }

    /// The same for a record that was decoded because of what it holds: see [`Sifted::picked`].
    pub fn sift_picked(&mut self, record: &Record) -> Sifted {
        self.fill(record, Sifted { picked: true, ..Sifted::default() })
    }

    fn fill(&mut self, record: &Record, mut sifted: Sifted) -> Sifted {
        self.keys.read(record);
        for index in 0..record.fields().len() {
            if !record.field(index).value.is_empty() {
                self.field(record, index, &mut sifted);
            }
        }
        sifted
    }

    fn field(&mut self, record: &Record, index: usize, sifted: &mut Sifted) {
        let context = Context::new(record, &self.keys, index);
        for detector in DETECTORS {
            (detector.find)(&context, &mut self.candidates);
        }
        self.candidates.retain(|candidate| candidate.score() >= KEPT);
        settle(&mut self.candidates);
        let first = sifted.hits.len();
        for mut candidate in self.candidates.drain(..) {
            match self.allow.entry(&context, &candidate) {
                Some(entry) => sifted.allowed.push(entry),
                None => sifted.hits.push(self.identify.hit(&context, &mut candidate)),
            }
        }
        let path = context.field.path;
        let join = match is_wanted(&self.wanted, path) {
            true => self.identify.join(&context, &sifted.hits[first..]),
            false => None,
        };
        if !sifted.picked {
            self.identify.numbers(&context, &mut sifted.numbers);
        }
        sifted.fields.push(Sift { path: path.clone(), index, join });
    }
}

fn is_wanted(wanted: &Wanted, path: &FieldPath) -> bool {
    match wanted {
        Wanted::Nothing => false,
        Wanted::Everything => true,
        Wanted::Fields(paths) => paths.binary_search(path).is_ok(),
    }
}

impl std::fmt::Debug for Sifter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Sifter({:?})", self.wanted)
    }
}
