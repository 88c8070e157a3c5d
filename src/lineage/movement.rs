//! What a system's configuration or its records tell of movements: subscriptions, redrive policies, bindings, the
//! headers of retried messages. Each is an observed edge of its own. A naming convention is none: it may support an
//! edge that something else made.
//!
//! An end that is no dataset of the estate is looked up by its OpenLineage name among all sources, then among the
//! principals of systems; what is not found is a place that was not looked at.

use std::collections::{BTreeMap, BTreeSet};

use dyetrace_connectors::{Movement, MovementKind, Place, Reader};

use super::{Draft, Drafts, End, Evidence, Inputs, Probability, Status, Survey, Transform};
use crate::{
    detect::{Class, Scrubbed, Tag, scrub, scrub_foreign},
    estate::Estate,
};

/// What several parts told of one movement: the records that told of it, and the last time.
#[derive(Default)]
struct Told {
    count: Option<u64>,
    last: Option<i64>,
}

/// Kinds come first, so that names are heard after everything that they could support.
type Key = (MovementKind, End, End, Scrubbed);

/// Adds the edges of all movements, and of readers that no system of the estate stands for.
pub(super) fn place(inputs: Inputs<'_>, survey: &Survey<'_>, drafts: &mut Drafts) {
    for ((kind, from, to, by), told) in told(inputs, survey) {
        let evidence = Evidence::Moved { kind, by, count: told.count, last: told.last };
        match kind {
            MovementKind::Naming => drafts.support(&from, &to, evidence),
            _ => drafts.add(observed(survey, from, to, evidence)),
        }
    }
    for (source, reader) in inputs.readers {
        for from in unknown_reader(inputs.estate, survey, source, reader) {
            let name = scrub_foreign(&reader.name);
            let evidence = Evidence::Reader { name: name.clone(), last: reader.last };
            drafts.add(observed(survey, from, End::Outside(name), evidence));
        }
    }
}

/// Pairs of datasets between which data is told to move.
pub(super) fn pairs(inputs: Inputs<'_>, survey: &Survey<'_>) -> BTreeSet<(usize, usize)> {
    let number = |end: &End| end.dataset().and_then(|name| survey.place(name));
    let observed = told(inputs, survey).into_keys().filter(|(kind, ..)| *kind != MovementKind::Naming);
    observed.filter_map(|(_, from, to, _)| number(&from).zip(number(&to))).collect()
}

fn told(inputs: Inputs<'_>, survey: &Survey<'_>) -> BTreeMap<Key, Told> {
    let known: BTreeMap<(&str, &str), usize> = survey
        .places
        .iter()
        .enumerate()
        .map(|(index, place)| ((place.facts.namespace.as_str(), place.facts.address.as_str()), index))
        .collect();
    let end = |source: &Scrubbed, place: &Place| match place {
        Place::Dataset(name) => below(survey, source, name.expose()),
        Place::Elsewhere { namespace, name } => {
            let (namespace, name) = (scrub_foreign(namespace), scrub_foreign(name));
            match known.get(&(namespace.as_str(), name.as_str())) {
                Some(index) => survey.dataset_end(*index),
                None => elsewhere(inputs.estate, &namespace, &name),
            }
        }
    };
    let mut all: BTreeMap<Key, Told> = BTreeMap::new();
    for (source, movement) in inputs.movements {
        let (from, to) = (end(source, &movement.from), end(source, &movement.to));
        if from != to {
            let by = scrub_foreign(&movement.by);
            all.entry((movement.kind, from, to, by)).or_default().add(movement);
        }
    }
    all
}

impl Told {
    fn add(&mut self, movement: &Movement) {
        if let Some(count) = movement.count {
            self.count = Some(self.count.unwrap_or(0).saturating_add(count));
        }
        self.last = self.last.max(movement.last);
    }
}

/// A dataset of the same source; one that its settings leave out is a place that was not looked at.
fn below(survey: &Survey<'_>, source: &Scrubbed, name: &str) -> End {
    let full = if name.is_empty() { source.clone() } else { scrub(&format!("{source}/{name}")) };
    match survey.place(&full) {
        Some(index) => survey.dataset_end(index),
        None => End::Outside(full),
    }
}

fn elsewhere(estate: &Estate, namespace: &Scrubbed, name: &Scrubbed) -> End {
    let full = match (namespace.as_str(), name.as_str()) {
        ("", only) | (only, "") => scrub(only),
        (namespace, name) => scrub(&format!("{}/{name}", namespace.trim_end_matches('/'))),
    };
    let system = estate.systems_of_principal(full.as_str()).next().cloned();
    system.map_or(End::Outside(full), End::System)
}

/// The datasets that somebody reads whom the estate does not know.
fn unknown_reader(estate: &Estate, survey: &Survey<'_>, source: &Scrubbed, reader: &Reader) -> Vec<End> {
    let name = scrub_foreign(&reader.name);
    let mut known = estate.systems_of_group(name.as_str()).chain(estate.systems_of_principal(name.as_str()));
    let from = below(survey, source, reader.dataset.expose());
    if known.next().is_none() && from.dataset().is_some() { vec![from] } else { Vec::new() }
}

fn observed(survey: &Survey<'_>, from: End, to: End, evidence: Evidence) -> Draft {
    Draft {
        carries: carried(survey, &from, &to),
        from,
        to,
        via: None,
        transform: Transform::Unknown,
        status: Status::Observed,
        probability: Probability::CERTAIN,
        evidence: vec![evidence],
    }
}

/// Of what the target holds, what may have come this way: what the source holds of the same class.
fn carried(survey: &Survey<'_>, from: &End, to: &End) -> BTreeSet<Tag> {
    let held =
        |end: &End| end.dataset().and_then(|name| survey.place(name)).map(|at| &survey.places[at].tags);
    let classes: BTreeSet<Class> = held(from).into_iter().flatten().map(|tag| tag.class).collect();
    held(to).into_iter().flatten().copied().filter(|tag| classes.contains(&tag.class)).collect()
}

#[cfg(test)]
mod tests {
    use dyetrace_connectors::{Movement, MovementKind, Place, Reader};

    use crate::{
        detect::scrub,
        lineage::{
            Evidence,
            fixture::{Shop, listing},
        },
    };

    fn moved(from: Place, to: Place, kind: MovementKind, count: Option<u64>) -> Movement {
        Movement { from, to, kind, by: "policy".into(), count, last: None }
    }

    fn dataset(name: &str) -> Place {
        Place::Dataset(name.into())
    }

    fn elsewhere(namespace: &str, name: &str) -> Place {
        Place::Elsewhere { namespace: namespace.into(), name: name.into() }
    }

    fn check(mut shop: Shop, movements: Vec<Movement>, expected: &str) -> Shop {
        shop.movements = movements.into_iter().map(|movement| (scrub("bus"), movement)).collect();
        assert_eq!(listing(&shop.lineage()), expected);
        shop
    }

    fn queues() -> Shop {
        Shop::default()
            .dataset("bus/orders", "pay", "-", "-")
            .values("bus/orders", "pan", "pan", &[(1, None)])
            .dataset("bus/orders-dlq", "-", "-", "-")
            .values("bus/orders-dlq", "body.pan", "pan", &[(2, None)])
    }

    #[test]
    fn a_redrive_policy_is_an_observed_edge_that_carries_what_both_hold() {
        let redrive = moved(dataset("orders"), dataset("orders-dlq"), MovementKind::Redrive, None);
        let shop = check(queues(), vec![redrive], "bus/orders -> bus/orders-dlq [observed] unknown");
        let lineage = shop.lineage();
        let (_, edge) = lineage.edges().next().unwrap();
        assert_eq!(edge.carries.iter().map(ToString::to_string).collect::<Vec<_>>(), ["pan.clear"]);
    }

    #[test]
    fn what_records_of_two_partitions_tell_is_counted_together() {
        let told = |count| moved(dataset("orders"), dataset("orders-dlq"), MovementKind::Retry, Some(count));
        let shop = check(queues(), vec![told(2), told(3)], "bus/orders -> bus/orders-dlq [observed] unknown");
        let lineage = shop.lineage();
        let evidence = &lineage.edges().next().unwrap().1.evidence;
        assert!(matches!(evidence[..], [Evidence::Moved { count: Some(5), .. }]), "{evidence:?}");
    }

    #[test]
    fn names_alone_make_no_edge() {
        let naming = || moved(dataset("orders"), dataset("orders-dlq"), MovementKind::Naming, None);
        check(queues(), vec![naming()], "");
        let redrive = moved(dataset("orders"), dataset("orders-dlq"), MovementKind::Redrive, None);
        let shop =
            check(queues(), vec![naming(), redrive], "bus/orders -> bus/orders-dlq [observed] unknown");
        assert_eq!(shop.lineage().edges().next().unwrap().1.evidence.len(), 2);
    }

    #[test]
    fn a_place_elsewhere_is_another_sources_dataset_a_system_or_not_looked_at() {
        let mut shop = queues().system("ship", "service").acts_as("ship", "arn:aws:lambda:*");
        let facts = &mut shop.datasets.get_mut(&scrub("bus/orders-dlq")).unwrap().facts;
        (facts.namespace, facts.address) = (scrub("sqs://eu-west-1"), scrub("orders-dlq"));
        let to = |place| moved(dataset("orders"), place, MovementKind::Subscription, None);
        let movements = vec![
            to(elsewhere("sqs://eu-west-1", "orders-dlq")),
            to(elsewhere("arn:aws:lambda:eu-west-1", "ship")),
            to(elsewhere("s3://archive", "cards/")),
            to(dataset("orders-retry")),
        ];
        let expected = "bus/orders -> (ship) [observed] unknown\n\
                        bus/orders -> bus/orders-dlq [observed] unknown\n\
                        bus/orders -> ?bus/orders-retry [observed] unknown\n\
                        bus/orders -> ?s3://archive/cards/ [observed] unknown";
        check(shop, movements, expected);
    }

    #[test]
    fn a_place_below_a_source_of_one_system_is_that_systems() {
        let queue =
            || Shop::default().dataset("jobs/retry", "web", "-", "-").dataset("jobs/dead", "web", "-", "-");
        let shadows = |mut shop: Shop| {
            let gone = moved(dataset("queue:pay"), dataset("retry"), MovementKind::Retry, None);
            shop.movements = vec![(scrub("jobs"), gone)];
            let lineage = shop.lineage();
            lineage.edges().filter(|(id, _)| lineage.is_shadow(*id)).count()
        };
        assert_eq!(shadows(queue()), 0);
        assert_eq!(shadows(queue().dataset("jobs/mail", "mailer", "-", "-")), 1);
    }

    #[test]
    fn a_group_that_nobody_knows_is_drawn_as_a_reader() {
        let mut shop = queues().system("fraud", "service").acts_as("fraud", "fraud-*");
        let reader = |name: &str| {
            (scrub("bus"), Reader { name: name.into(), dataset: "orders".into(), last: Some(1) })
        };
        shop.readers = vec![reader("fraud-1"), reader("loyalty")];
        check(
            shop,
            Vec::new(),
            "bus/orders -> (fraud) [observed] unknown\nbus/orders -> ?loyalty [observed] unknown",
        );
    }
}
