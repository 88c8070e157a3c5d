//! Edges of the lineage as things that rules are about.

use std::collections::BTreeSet;

use super::{
    attribute::{About, NO, YES},
    check::Subject,
    condition::Value,
    thing::{Spot, Thing, held, is_real, refused, tags, word, words},
};
use crate::{
    detect::{Scrubbed, Tag},
    lineage::{Edge, EdgeId, End, Evidence, Inputs},
    observe::{Position, Positions},
};

pub(super) fn things(subject: Subject<'_>) -> Vec<Thing> {
    subject.lineage.edges().map(|(id, edge)| thing(subject, id, edge)).collect()
}

fn thing(subject: Subject<'_>, id: EdgeId, edge: &Edge) -> Thing {
    let (inputs, lineage) = (subject.inputs, subject.lineage);
    let carries: BTreeSet<Tag> = edge.carries.iter().copied().filter(is_real).collect();
    let to_zone = zone(inputs, &edge.to);
    let values = [
        ("from", words([edge.from.name().as_str()])),
        ("to", words([edge.to.name().as_str()])),
        ("level", words([level(&edge.to)])),
        ("from_zone", word(zone(inputs, &edge.from))),
        ("to_zone", word(to_zone)),
        ("from_holds", tags(held_at(inputs, &edge.from))),
        ("refused", tags(refused(inputs.estate, to_zone, carries.iter().copied()))),
        ("carries", tags(carries)),
        ("beyond", tags(lineage.beyond_declared(id).into_iter().filter(is_real))),
        ("status", words(edge.status.iter().map(|status| status.id()))),
        ("probability", Value::Number(u64::from(edge.probability.0 / 10))),
        ("transform", words([edge.transform.id()])),
        ("shadow", yes_or_no(lineage.is_shadow(id))),
        ("crosses", yes_or_no(lineage.crosses(id))),
    ];
    Thing { subject: About::Edge, values: values.into(), spot: spot(inputs, id, edge) }
}

fn yes_or_no(holds: bool) -> Value {
    words([if holds { YES } else { NO }])
}

fn level(end: &End) -> &'static str {
    match end {
        End::System(_) => "system",
        End::Dataset(_) => "dataset",
        End::Field(..) => "field",
        End::Outside(_) => "outside",
    }
}

fn zone<'a>(inputs: Inputs<'a>, end: &End) -> Option<&'a Scrubbed> {
    match end {
        End::Dataset(name) | End::Field(name, _) => {
            inputs.datasets.get(name).and_then(|seen| seen.facts.zone.as_ref())
        }
        End::System(name) => inputs.estate.systems.get(name).and_then(|system| system.zone.as_ref()),
        End::Outside(_) => None,
    }
}

fn held_at(inputs: Inputs<'_>, end: &End) -> BTreeSet<Tag> {
    let Some(seen) = end.dataset().and_then(|name| inputs.datasets.get(name)) else { return BTreeSet::new() };
    let Some(field) = end.field() else { return held(seen) };
    seen.observation.iter().flat_map(|observation| observation.tags_of(field)).filter(is_real).collect()
}

fn spot(inputs: Inputs<'_>, id: EdgeId, edge: &Edge) -> Spot {
    let writer = |name| {
        inputs.datasets.get(name).and_then(|seen: &crate::lineage::Seen| seen.facts.written_by.first())
    };
    let system = match edge.to.dataset() {
        Some(name) => edge.via.as_ref().or_else(|| writer(name)),
        None if matches!(edge.to, End::Outside(_)) => edge.via.as_ref(),
        None => Some(edge.to.name()),
    };
    let mut positions = Positions::default();
    arrivals(edge).for_each(|position| positions.insert(position));
    let field = edge.to.field();
    let seen = edge.to.dataset().and_then(|name| inputs.datasets.get(name));
    let found = seen.and_then(|seen| seen.observation.as_ref()?.fields.get(field?));
    let tags = || found.into_iter().flat_map(|found| found.tags.iter());
    let carried = || tags().filter(|(tag, _)| edge.carries.contains(tag)).map(|(_, seen)| seen);
    Spot {
        system: system.cloned(),
        dataset: edge.to.dataset().cloned(),
        field: field.cloned(),
        edge: Some(id),
        count: shared(edge),
        first: carried().filter_map(|seen| seen.first).min_by_key(|time| (time.latest, time.earliest)),
        last: carried().filter_map(|seen| seen.last).max_by_key(|time| (time.earliest, time.latest)),
        positions,
        ..Spot::default()
    }
}

/// Records at the target that show it.
fn arrivals(edge: &Edge) -> impl Iterator<Item = &Position> {
    edge.evidence.iter().filter_map(|evidence| match evidence {
        Evidence::SharedValues { to, .. } | Evidence::Companions { to, .. } => Some(to),
        _ => None,
    })
}

fn shared(edge: &Edge) -> u64 {
    let counts = edge.evidence.iter().map(|evidence| match evidence {
        Evidence::SharedValues { shared, .. } => *shared,
        Evidence::Companions { agree, .. } => *agree,
        _ => 0,
    });
    counts.max().unwrap_or(0).max(1)
}
