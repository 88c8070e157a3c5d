//! Proof across datasets: a digest is known to be the hash of a card if a card of this run has it. Digests of
//! 128 bits and more do not meet by chance, so one that meets proves what its field holds.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::{FieldObservation, Observation, Positions, Sketch, TagObservation, TagSet, tally::Tally};
use crate::{
    decode::FieldPath,
    detect::{Class, Reason, Score, Scrubbed, State, Tag},
};

/// Why a hash was confirmed.
pub const CONFIRMED: Reason = Reason("digest of a card seen in this run", Score::STRONG.0);

/// Raises candidates for the hash of a card to findings where one of them is a digest of a card of any
/// dataset, and returns their fields. A field that is confirmed loses its tag `token`: what can be computed
/// from a card is no token. From the sets of tags that stand together, those are struck that are no finding
/// in the dataset.
///
/// It is the last step, after all merging: merge unconfirmed observations, and confirm again.
pub fn confirm_hashes(observations: &mut BTreeMap<Scrubbed, Observation>) -> Vec<(Scrubbed, FieldPath)> {
    let met = meetings(observations);
    for meeting in &met {
        if let Some(observation) = observations.get_mut(&meeting.dataset) {
            observation.confirm(meeting);
        }
    }
    observations.values_mut().for_each(Observation::strike);
    met.into_iter().map(|meeting| (meeting.dataset, meeting.field)).collect()
}

/// A field some of whose values are digests of cards.
struct Meeting {
    dataset: Scrubbed,
    field: FieldPath,
    values: u64,
    positions: Positions,
}

fn meetings(observations: &BTreeMap<Scrubbed, Observation>) -> Vec<Meeting> {
    let cards: Vec<&Sketch> = observations.values().flat_map(digests_of_cards).collect();
    let fields = observations.iter().flat_map(|(dataset, observation)| {
        observation.fields.iter().map(move |(path, field)| (dataset, path, field))
    });
    fields
        .filter(|(.., field)| field.tags.keys().any(is_hash))
        .filter_map(|(d, p, f)| meet(d, p, f, &cards))
        .collect()
}

fn digests_of_cards(observation: &Observation) -> impl Iterator<Item = &Sketch> {
    let cards = observation.findings().filter(|finding| {
        finding.verdict.is_finding() && (finding.tag.class, finding.tag.state) == (Class::Pan, State::Clear)
    });
    let paths: BTreeSet<&FieldPath> = cards.map(|finding| finding.field).collect();
    paths.into_iter().map(|path| &observation.fields[path].digests)
}

fn meet(
    dataset: &Scrubbed,
    path: &FieldPath,
    field: &FieldObservation,
    cards: &[&Sketch],
) -> Option<Meeting> {
    let shared = cards.iter().flat_map(|digests| field.values.shared(digests));
    let met: BTreeMap<_, _> = shared.map(|(value, here, _)| (value, &here.position)).collect();
    let mut positions = Positions::default();
    met.values().for_each(|position| positions.insert(position));
    let (dataset, field, values) = (dataset.clone(), path.clone(), met.len() as u64);
    (values > 0).then_some(Meeting { dataset, field, values, positions })
}

impl Observation {
    fn confirm(&mut self, meeting: &Meeting) {
        let Some(field) = self.fields.get_mut(&meeting.field) else { return };
        let hashes = field.tags.iter_mut().filter(|(tag, _)| is_hash(tag));
        let hashed: u64 = hashes.map(|(_, seen)| seen.confirm(meeting)).sum();
        // A token that is no digest stays: the field holds both.
        let yields = |tag: &Tag, seen: &TagObservation| tag.class == Class::Token && seen.count <= hashed;
        let tokens: BTreeSet<Tag> =
            field.tags.iter().filter(|(tag, seen)| yields(tag, seen)).map(|(tag, _)| *tag).collect();
        field.tags.retain(|tag, _| !tokens.contains(tag));
        let is_token = |cell: &super::Cell| {
            cell.field == meeting.field && cell.tag.is_some_and(|tag| tokens.contains(&tag))
        };
        for row in self.sample.rows.values_mut().filter(|row| row.cells.iter().any(is_token)) {
            Arc::make_mut(row).cells.retain(|cell| !is_token(cell));
        }
    }

    /// Takes from the sets of tags those that are no finding, and joins the sets that become the same.
    fn strike(&mut self) {
        let stands = self.findings().filter(|finding| finding.verdict.is_finding());
        let standing: TagSet = stands.map(|finding| finding.tag).collect();
        for (tags, together) in std::mem::take(&mut self.together) {
            let left: TagSet = tags.intersection(&standing).copied().collect();
            if left.len() >= 2 || tags.is_empty() {
                self.together.entry(left).or_default().merge(together);
            }
        }
    }
}

impl TagObservation {
    fn confirm(&mut self, meeting: &Meeting) -> u64 {
        self.best = self.best.max(Score::STRONG);
        (self.strong, self.weak) = (self.count, Tally::default());
        self.reasons.insert(CONFIRMED, meeting.values);
        self.positions = meeting.positions.clone();
        self.count
    }
}

fn is_hash(tag: &Tag) -> bool {
    (tag.class, tag.state) == (Class::Pan, State::Hashed)
}
