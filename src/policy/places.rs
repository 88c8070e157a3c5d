//! Things that lie in datasets: tags of fields, tags that stand together in records, datasets as a whole.

use std::collections::BTreeSet;

use super::{
    attribute::About,
    check::Subject,
    thing::{Spot, Thing, held, is_real, of_dataset, tags, words},
};
use crate::{
    detect::{Tag, Test},
    lineage::Seen,
    observe::{Finding, Observation},
};

pub(super) fn things(subject: Subject<'_>) -> Vec<Thing> {
    let mut things = Vec::new();
    for seen in subject.inputs.datasets.values() {
        things.push(dataset(subject, seen));
        if let Some(observation) = &seen.observation {
            things.extend(observation.standing().map(|finding| field(subject, seen, &finding)));
            things.extend(records(subject, seen, observation));
        }
    }
    things
}

fn dataset(subject: Subject<'_>, seen: &Seen) -> Thing {
    let times = seen.observation.as_ref().and_then(|observation| observation.times);
    let spot = Spot {
        count: seen.observation.as_ref().map_or(0, |observation| observation.records),
        first: times.map(|(first, _)| first),
        last: times.map(|(_, last)| last),
        ..here(seen)
    };
    Thing { subject: About::Dataset, values: of_dataset(subject, seen, &held(seen)), spot }
}

fn field(subject: Subject<'_>, seen: &Seen, finding: &Finding<'_>) -> Thing {
    let found = finding.seen;
    let mut values = of_dataset(subject, seen, &[finding.tag].into());
    values.extend([
        ("field", words([finding.field.as_str()])),
        ("key", words([finding.field.key().to_ascii_lowercase().as_str()])),
        ("tag", tags([finding.tag])),
        ("test", words([test([&finding.tag])])),
        ("brand", words(found.brands.keys().copied())),
        ("reason", words(found.reasons.keys().map(|reason| reason.0))),
    ]);
    let spot = Spot {
        field: Some(finding.field.clone()),
        tag: Some(finding.tag),
        count: finding.verdict.count(),
        first: found.first,
        last: found.last,
        positions: found.positions.clone(),
        ..here(seen)
    };
    Thing { subject: About::Field, values, spot }
}

fn records<'a>(
    subject: Subject<'a>,
    seen: &'a Seen,
    observation: &'a Observation,
) -> impl Iterator<Item = Thing> + 'a {
    observation.together.iter().filter(|(set, _)| !set.is_empty()).map(move |(set, together)| {
        let mut values = of_dataset(subject, seen, set);
        values.extend([("tags", tags(set.iter().copied())), ("test", words([test(set)]))]);
        let spot = Spot { count: together.count, positions: together.positions.clone(), ..here(seen) };
        Thing { subject: About::Record, values, spot }
    })
}

fn test<'a>(tags: impl IntoIterator<Item = &'a Tag>) -> &'static str {
    // Of a whole record only classes whose test values are published can tell.
    let tags: BTreeSet<&Tag> = tags.into_iter().collect();
    let published = tags.iter().any(|tag| tag.test == Test::Published);
    let real_card = tags.iter().any(|tag| is_real(tag) && tag.class == crate::detect::Class::Pan);
    if published && !real_card { "published" } else { "real" }
}

fn here(seen: &Seen) -> Spot {
    Spot {
        system: seen.facts.written_by.first().cloned(),
        dataset: Some(seen.facts.name.clone()),
        ..Spot::default()
    }
}
