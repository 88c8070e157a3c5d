//! Which fields hold the same values: an inverted index from fingerprint to fields, sorted once, so that the work
//! grows with what is shared and not with the number of pairs of fields.

use std::collections::{BTreeMap, BTreeSet};

use super::Survey;
use crate::{
    detect::{Fingerprint, Tag},
    observe::{Sighting, Sketch},
};

/// How a field holds a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Form {
    /// It stands there.
    Itself,
    /// A card number of which it is a digest stands there: the field can be its source, never its target.
    Digest,
}

/// One value in one field.
pub(super) struct Holding<'a> {
    pub(super) value: Fingerprint,
    pub(super) slot: usize,
    pub(super) form: Form,
    pub(super) sighting: &'a Sighting,
}

/// Whether a value is payment data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cargo {
    /// It is tagged in one of its fields at least.
    Payment,
    /// An order id or the like: it supports, and never makes an edge that carries something.
    Reference,
}

/// All values that more than one dataset holds.
pub(super) struct Values<'a> {
    holdings: Vec<Holding<'a>>,
    told: BTreeMap<(usize, Fingerprint), BTreeSet<Tag>>,
    groups: Vec<std::ops::Range<usize>>,
}

impl<'a> Values<'a> {
    pub(super) fn new(survey: &Survey<'a>) -> Self {
        let mut holdings: Vec<Holding<'a>> = Vec::new();
        for (slot, of) in survey.slots.iter().enumerate() {
            holdings.extend(all(slot, Form::Itself, &of.field.values));
            holdings.extend(all(slot, Form::Digest, &of.field.digests));
        }
        holdings.sort_unstable_by_key(|holding| (holding.value, holding.slot, holding.form));
        let groups = groups(survey, &holdings);
        Values { holdings, told: told(survey), groups }
    }

    /// Values of one kind, by number: their holdings, in the order of fields.
    pub(super) fn of(&self, survey: &Survey<'a>, cargo: Cargo) -> Vec<&[Holding<'a>]> {
        let all = self.groups.iter().map(|range| &self.holdings[range.clone()]);
        all.filter(|group| self.cargo(survey, group) == cargo).collect()
    }

    /// What a value is in a field: told by the sampled records where they have it, else by the field.
    pub(super) fn tags(&self, survey: &Survey<'_>, slot: usize, value: Fingerprint) -> BTreeSet<Tag> {
        match self.told.get(&(slot, value)) {
            Some(told) => told & &survey.slots[slot].tags,
            None => survey.slots[slot].tags.clone(),
        }
    }

    fn cargo(&self, survey: &Survey<'_>, group: &[Holding<'_>]) -> Cargo {
        let itself = |holding: &&Holding<'_>| holding.form == Form::Itself;
        let tagged = |holding: &Holding<'_>| !self.tags(survey, holding.slot, holding.value).is_empty();
        if group.iter().filter(itself).any(tagged) { Cargo::Payment } else { Cargo::Reference }
    }
}

fn all(slot: usize, form: Form, sketch: &Sketch) -> impl Iterator<Item = Holding<'_>> {
    sketch.entries.iter().map(move |(value, sighting)| Holding { value: *value, slot, form, sighting })
}

/// Runs of one value over several datasets, one of which at least can be a target.
fn groups(survey: &Survey<'_>, holdings: &[Holding<'_>]) -> Vec<std::ops::Range<usize>> {
    let mut groups = Vec::new();
    let mut start = 0;
    for run in holdings.chunk_by(|a, b| a.value == b.value) {
        let place = |holding: &Holding<'_>| survey.slots[holding.slot].place;
        let spread = run.iter().any(|holding| place(holding) != place(&run[0]));
        if spread && run.iter().any(|holding| holding.form == Form::Itself) {
            groups.push(start..start + run.len());
        }
        start += run.len();
    }
    groups
}

fn told(survey: &Survey<'_>) -> BTreeMap<(usize, Fingerprint), BTreeSet<Tag>> {
    let mut told: BTreeMap<(usize, Fingerprint), BTreeSet<Tag>> = BTreeMap::new();
    for (place, of) in survey.places.iter().enumerate() {
        for row in of.observation.iter().flat_map(|observation| observation.sample.rows.values()) {
            for cell in &row.cells {
                if let (Some(value), Some(slot)) = (cell.join_value(), survey.slot(place, &cell.field)) {
                    told.entry((slot, value)).or_default().extend(cell.tag);
                }
            }
        }
    }
    told
}
