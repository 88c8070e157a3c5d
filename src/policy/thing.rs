//! Things that rules are about: what is known of each, and where it is. Made from declarations, observations and
//! the lineage; a rule sees the values alone.
//!
//! It must not know any rule.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    access,
    attribute::{About, UNDECLARED},
    check::Subject,
    condition::{Value, Values},
    flows, places,
};
use crate::{
    decode::{FieldPath, Time},
    detect::{Scrubbed, Selector, Tag, Test},
    estate::{DatasetFacts, Estate},
    lineage::{EdgeId, Seen},
    observe::Positions,
};

/// Something that a rule can be about.
#[derive(Debug, Clone)]
pub(super) struct Thing {
    pub(super) subject: About,
    pub(super) values: Values,
    pub(super) spot: Spot,
}

/// Where a thing is, and how much of it there is.
#[derive(Debug, Clone, Default)]
pub(super) struct Spot {
    pub(super) system: Option<Scrubbed>,
    pub(super) dataset: Option<Scrubbed>,
    pub(super) field: Option<FieldPath>,
    pub(super) tag: Option<Tag>,
    pub(super) principal: Option<Scrubbed>,
    pub(super) edge: Option<EdgeId>,
    pub(super) count: u64,
    pub(super) first: Option<Time>,
    pub(super) last: Option<Time>,
    pub(super) positions: Positions,
}

/// All things, subject by subject.
pub(super) fn things(subject: Subject<'_>) -> BTreeMap<About, Vec<Thing>> {
    let mut by_subject: BTreeMap<About, Vec<Thing>> = BTreeMap::new();
    let all =
        places::things(subject).into_iter().chain(flows::things(subject)).chain(access::things(subject));
    for thing in all {
        by_subject.entry(thing.subject).or_default().push(thing);
    }
    by_subject
}

/// Words; an empty set stands for `undeclared` in conditions and titles.
pub(super) fn words<'a>(words: impl IntoIterator<Item = &'a str>) -> Value {
    Value::Words(words.into_iter().map(str::to_owned).collect())
}

/// One word or none.
pub(super) fn word(word: Option<&Scrubbed>) -> Value {
    words([word.map_or(UNDECLARED, Scrubbed::as_str)])
}

/// Tags.
pub(super) fn tags(tags: impl IntoIterator<Item = Tag>) -> Value {
    Value::Tags(tags.into_iter().collect())
}

/// Real values found in a dataset.
pub(super) fn held(seen: &Seen) -> BTreeSet<Tag> {
    seen.observation.iter().flat_map(|observation| observation.tags()).filter(is_real).collect()
}

/// Whether it is no published test value.
pub(super) fn is_real(tag: &Tag) -> bool {
    tag.test == Test::Real
}

/// Of these tags, those that a zone may not hold: without a zone, all.
pub(super) fn refused<'a>(
    estate: &'a Estate,
    zone: Option<&Scrubbed>,
    tags: impl IntoIterator<Item = Tag> + 'a,
) -> impl Iterator<Item = Tag> + 'a {
    let may_hold: &[Selector] =
        zone.and_then(|zone| estate.zones.get(zone)).map_or(&[], |zone| zone.may_hold.as_slice());
    tags.into_iter().filter(move |tag| !may_hold.iter().any(|selector| selector.selects(*tag)))
}

/// What every thing that is about a dataset has. `tags` are those that the zone is asked about.
pub(super) fn of_dataset(subject: Subject<'_>, seen: &Seen, tags_here: &BTreeSet<Tag>) -> Values {
    let (estate, facts) = (subject.inputs.estate, &seen.facts);
    let kinds = facts.written_by.iter().filter_map(|name| estate.systems.get(name));
    let mut values = Values::from([
        ("dataset", words([facts.name.as_str()])),
        ("zone", word(facts.zone.as_ref())),
        ("owner", word(facts.owner.as_ref())),
        ("kind", words([facts.kind.id()])),
        ("environment", words([environment(facts)])),
        ("writer", words(facts.written_by.iter().map(Scrubbed::as_str))),
        ("writer_kind", words(kinds.map(|system| system.kind.as_str()))),
        ("holds", tags(held(seen))),
        ("refused", tags(refused(estate, facts.zone.as_ref(), tags_here.iter().copied()))),
    ]);
    if let Some(seconds) = facts.retention {
        values.insert("retention_days", Value::Number(seconds.div_ceil(86_400)));
    }
    let retries = seen.observation.as_ref().map(|observation| observation.retries).unwrap_or_default();
    if let Some(most) = retries.most_attempts {
        values.insert("attempts", Value::Number(u64::from(most)));
    }
    if let Some(days) = retries.oldest_failure.and_then(|at| days_since(at, subject.today)) {
        values.insert("retry_age_days", Value::Number(days));
    }
    values
}

/// Whole days from a moment (milliseconds since 1970 UTC) to a day; 0 for one that is yet to come.
fn days_since(millis: i64, today: &str) -> Option<u64> {
    let today: jiff::civil::Date = today.parse().ok()?;
    let then = jiff::Timestamp::from_millisecond(millis).ok()?.to_zoned(jiff::tz::TimeZone::UTC).date();
    Some(u64::try_from(today.since(then).ok()?.get_days()).unwrap_or(0))
}

/// Nothing declared counts as production: there a leak is worst.
fn environment(facts: &DatasetFacts) -> &'static str {
    match facts.environment.as_ref().map(|word| word.as_str().to_ascii_lowercase()) {
        None => "production",
        Some(word) if ["production", "prod", "live"].contains(&word.as_str()) => "production",
        Some(_) => "other",
    }
}
