//! What a dataset holds and nothing is seen to bring: it began there, or came from a system of which no dataset was
//! looked at, such as the gateway behind a webhook.

use std::collections::BTreeSet;

use super::{Draft, Drafts, Edge, End, Evidence, Probability, Status, Survey, Transform, survey::GATEWAY};
use crate::detect::{Class, Tag};

/// Tags of a dataset's fields that no edge is seen to bring there.
pub(super) fn unexplained(survey: &Survey<'_>, place: usize, drafts: &Drafts) -> BTreeSet<Tag> {
    let slots = survey.slots.iter().enumerate().filter(|(_, slot)| slot.place == place);
    let left = slots.flat_map(|(index, slot)| &slot.tags - &drafts.arriving(&survey.field_end(index)));
    left.filter(|tag| from_payments(tag.class)).collect()
}

/// Own secrets, bank accounts and addresses have other origins than a card payment.
fn from_payments(class: Class) -> bool {
    !matches!(class, Class::Secret | Class::Iban | Class::Account | Class::Contact)
}

/// Adds to the declared edge from a system without datasets what it must have brought: where the system is the
/// gateway, or the only one.
pub(super) fn attribute(survey: &Survey<'_>, drafts: &mut Drafts) {
    for place in 0..survey.places.len() {
        let tags = unexplained(survey, place, drafts);
        let source = drafts.source_of(survey, &survey.dataset_end(place));
        if let Some(from) = source.filter(|_| !tags.is_empty()) {
            drafts.add(Draft {
                from,
                to: survey.dataset_end(place),
                via: None,
                transform: Transform::Unknown,
                status: Status::Declared,
                probability: Probability::CERTAIN,
                evidence: vec![Evidence::NoOtherSource { tags: tags.clone() }],
                carries: tags,
            });
        }
    }
}

impl Drafts {
    fn arriving(&self, field: &End) -> BTreeSet<Tag> {
        self.edges().filter(|edge| edge.to == *field).flat_map(|edge| edge.carries.iter().copied()).collect()
    }

    fn source_of(&self, survey: &Survey<'_>, to: &End) -> Option<End> {
        let declared = |edge: &&Edge| edge.to == *to && edge.status.contains(&Status::Declared);
        let systems = self.edges().filter(declared).map(|edge| &edge.from);
        let systems: Vec<&End> = systems.filter(|from| matches!(from, End::System(_))).collect();
        let gateway = |end: &&&End| {
            survey.estate.systems.get(end.name()).is_some_and(|system| system.kind.as_str() == GATEWAY)
        };
        let only = systems.first().filter(|_| systems.len() == 1);
        systems.iter().find(gateway).or(only).map(|end| (*end).clone())
    }
}
