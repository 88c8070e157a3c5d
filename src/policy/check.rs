//! Checks packs against a lineage: every rule against every thing that it is about.
//!
//! It must not know any rule.

use std::{cmp::Reverse, collections::BTreeMap};

use super::{
    Exception, NotAssessable, Pack, Rule, Verdicts, Violation, access,
    thing::{Spot, Thing, things},
};
use crate::{
    estate::Citation,
    lineage::{End, Evidence, Inputs, Lineage, Path, Status},
};

/// What policies are checked against.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// Declarations, observations, grants and readers.
    pub inputs: Inputs<'a>,
    /// The graph made from them.
    pub lineage: &'a Lineage,
    /// The day of the run, `YYYY-MM-DD`: what exceptions and grants expire by.
    pub today: &'a str,
}

/// Checks every rule of every pack. Exceptions that have expired do not apply, and are told as unmatched.
pub fn check(packs: &[Pack], exceptions: &[Exception], subject: Subject<'_>) -> Verdicts {
    let things = things(subject);
    let mut verdicts = Verdicts::default();
    let mut found = Vec::new();
    for (pack, rule) in packs.iter().flat_map(|pack| pack.rules.iter().map(move |rule| (pack, rule))) {
        match rule.needs.iter().find_map(|need| need.missing(subject.inputs)) {
            Some(missing) => {
                verdicts.not_assessable.push(NotAssessable {
                    rule: rule.id.clone(),
                    pack: pack.name.clone(),
                    missing,
                });
            }
            None => {
                found.extend(violations(pack, rule, things.get(&rule.subject).map_or(&[], Vec::as_slice)))
            }
        }
    }
    let mut violations = stand(found);
    for violation in &mut violations {
        violation.path = path(subject.lineage, violation);
        violation.exception = accepted(exceptions, violation, subject.today);
    }
    violations.sort_by(|a, b| order(a).cmp(&order(b)));
    verdicts.unmatched = unmatched(exceptions, &violations, subject);
    verdicts.violations = violations;
    verdicts
}

/// The worst first, then by rule and place.
fn order(violation: &Violation) -> impl Ord + '_ {
    let place = (&violation.dataset, &violation.field, &violation.tag, &violation.principal, violation.edge);
    (Reverse(violation.severity), &violation.rule, place)
}

/// A violation and the rules that say the same better.
struct Found<'a> {
    violation: Violation,
    yields_to: &'a [String],
}

/// What a rule finds: one a place, so that a rule that many records break is told once.
fn violations<'a>(pack: &Pack, rule: &'a Rule, things: &[Thing]) -> Vec<Found<'a>> {
    let mut places: BTreeMap<_, Violation> = BTreeMap::new();
    for thing in things.iter().filter(|thing| rule.is_broken_by(&thing.values)) {
        let new = violation(pack, rule, thing);
        let place = (new.dataset.clone(), new.field.clone(), new.tag, new.principal.clone(), new.edge);
        match places.get_mut(&place) {
            Some(old) => add(old, new),
            None => drop(places.insert(place, new)),
        }
    }
    places.into_values().map(|violation| Found { violation, yields_to: &rule.yields_to }).collect()
}

fn violation(pack: &Pack, rule: &Rule, thing: &Thing) -> Violation {
    let Spot { system, dataset, field, tag, principal, edge, count, first, last, positions } =
        thing.spot.clone();
    Violation {
        rule: rule.id.clone(),
        pack: pack.name.clone(),
        severity: rule.severity,
        title: rule.title_of(&thing.values),
        system,
        dataset,
        field,
        tag,
        principal,
        edge,
        path: Path::default(),
        count,
        first_seen: first,
        last_seen: last,
        positions: positions.iter().cloned().collect(),
        policy: rule.at.clone(),
        references: rule.references.clone(),
        remediation: rule.remediation.clone(),
        exception: None,
    }
}

/// Two sets of records of one dataset that break one rule are one violation.
fn add(old: &mut Violation, new: Violation) {
    old.count = old.count.saturating_add(new.count);
    old.positions.extend(new.positions);
    old.positions.sort();
    old.positions.dedup();
    old.positions.truncate(crate::observe::KEPT_POSITIONS);
}

/// Without those that yield to another violation of the same place.
fn stand(found: Vec<Found<'_>>) -> Vec<Violation> {
    let beaten = |loser: &Found<'_>| {
        found.iter().any(|winner| {
            loser.yields_to.contains(&winner.violation.rule)
                && same_place(&loser.violation, &winner.violation)
        })
    };
    let stands: Vec<bool> = found.iter().map(|loser| !beaten(loser)).collect();
    found.into_iter().zip(stands).filter(|(_, stands)| *stands).map(|(found, _)| found.violation).collect()
}

/// What one of them does not tell is the same.
fn same_place(a: &Violation, b: &Violation) -> bool {
    fn agrees<T: PartialEq>(a: &Option<T>, b: &Option<T>) -> bool {
        a.is_none() || b.is_none() || a == b
    }
    a.dataset == b.dataset
        && agrees(&a.field, &b.field)
        && agrees(&a.tag, &b.tag)
        && same_party(a, b)
        && agrees(&a.edge, &b.edge)
}

/// A principal and a consumer group of one system are the same party.
fn same_party(a: &Violation, b: &Violation) -> bool {
    match (&a.principal, &b.principal) {
        (Some(one), Some(other)) => one == other || (a.system.is_some() && a.system == b.system),
        _ => true,
    }
}

/// How it came there; a grant moves nothing.
fn path(lineage: &Lineage, violation: &Violation) -> Path {
    let end = match (&violation.dataset, &violation.field, violation.edge) {
        (_, _, Some(edge)) => lineage.edge(edge).to.clone(),
        (Some(dataset), Some(field), _) => End::Field(dataset.clone(), field.clone()),
        (Some(dataset), None, _) if violation.principal.is_none() => End::Dataset(dataset.clone()),
        _ => return Path::default(),
    };
    lineage.path_from_gateway(&end, violation.tag.map(|tag| tag.class))
}

fn accepted(exceptions: &[Exception], violation: &Violation, today: &str) -> Option<Citation> {
    let applies = |exception: &&Exception| !exception.has_expired(today) && exception.covers(violation);
    exceptions.iter().find(applies).map(|exception| exception.at.clone())
}

/// What was declared and met nothing: the map is stale, a name is misspelt, or nobody looks there.
fn unmatched(
    exceptions: &[Exception],
    violations: &[Violation],
    subject: Subject<'_>,
) -> Vec<(Citation, &'static str)> {
    let inputs = subject.inputs;
    let expired = exceptions.iter().filter(|exception| exception.has_expired(subject.today));
    let expired =
        expired.map(|exception| (exception.at.clone(), "an exception that has expired: it does not apply"));
    let idle = exceptions.iter().filter(|exception| {
        !exception.has_expired(subject.today)
            && !violations.iter().any(|violation| exception.covers(violation))
    });
    let idle = idle.map(|exception| (exception.at.clone(), "an exception that no violation needs"));
    let rules = inputs.estate.unmatched_rules(inputs.datasets.keys());
    let rules = rules.into_iter().map(|rule| (rule.at.clone(), "a refinement that matches no dataset"));
    let grants = access::unmatched_grants(inputs).map(|at| (at, "a grant on no dataset that was looked at"));
    let flows = unseen_flows(subject)
        .map(|at| (at, "a flow that was not seen: it is stale, or nothing is looked at there"));
    let mut all: Vec<_> = expired.chain(idle).chain(rules).chain(grants).chain(flows).collect();
    all.sort();
    all
}

fn unseen_flows<'a>(subject: Subject<'a>) -> impl Iterator<Item = Citation> + 'a {
    let declares = |evidence: &Evidence, at: &Citation| matches!(evidence, Evidence::Declared { at: cited } if cited == at);
    let seen = move |at: &Citation| {
        subject.lineage.edges().any(|(_, edge)| {
            let moved = edge.status.contains(&Status::Observed) || edge.status.contains(&Status::Inferred);
            moved && edge.evidence.iter().any(|evidence| declares(evidence, at))
        })
    };
    subject.inputs.estate.flows.iter().map(|flow| flow.at.clone()).filter(move |at| !seen(at))
}
