//! Grants and readers as things that rules are about: one a principal (or group) and dataset.

use std::collections::{BTreeMap, BTreeSet};

use dyetrace_connectors::Permission;

use super::{
    attribute::{About, NO, UNKNOWN, YES},
    check::Subject,
    condition::{Value, Values},
    thing::{Spot, Thing, held, of_dataset, tags, words},
};
use crate::{
    detect::{Scrubbed, Tag, scrub, scrub_foreign},
    estate::{Citation, Estate, name_fits},
    lineage::{Inputs, Seen},
};

/// Who may do what with one dataset, whoever told.
struct Permit {
    principal: Scrubbed,
    may: Permission,
    /// A pattern of dataset names.
    datasets: Scrubbed,
    until: Option<String>,
}

/// Who read what.
struct Read {
    who: Scrubbed,
    dataset: Scrubbed,
}

pub(super) fn things(subject: Subject<'_>) -> Vec<Thing> {
    let inputs = subject.inputs;
    let (permits, reads) = (permits(inputs), reads(inputs));
    let mut grants = BTreeMap::new();
    for permit in &permits {
        let fits = |seen: &&Seen| name_fits(permit.datasets.as_str(), seen.facts.name.as_str());
        for seen in inputs.datasets.values().filter(fits) {
            let key = (permit.principal.clone(), seen.facts.name.clone(), permit.may);
            let thing = grant(subject, permit, seen, &reads);
            // Of a grant that expired and one that did not, the second counts.
            let kept = grants.entry(key).or_insert_with(|| thing.clone());
            if kept.values.get("expired") == Some(&words([YES])) {
                *kept = thing;
            }
        }
    }
    let readers = reads
        .iter()
        .filter_map(|read| Some(reader(subject, read, inputs.datasets.get(&read.dataset)?, &permits)));
    grants.into_values().chain(readers).collect()
}

/// Declared grants that match no dataset.
pub(super) fn unmatched_grants(inputs: Inputs<'_>) -> impl Iterator<Item = Citation> + '_ {
    let fits = move |pattern: &str| inputs.datasets.keys().any(|name| name_fits(pattern, name.as_str()));
    inputs
        .estate
        .grants
        .iter()
        .filter(move |grant| !fits(grant.dataset.as_str()))
        .map(|grant| grant.at.clone())
}

fn permits(inputs: Inputs<'_>) -> Vec<Permit> {
    let declared = inputs.estate.grants.iter().map(|grant| Permit {
        principal: grant.principal.clone(),
        may: grant.may,
        datasets: grant.dataset.clone(),
        until: grant.until.clone(),
    });
    let told = inputs.grants.iter().map(|(source, grant)| Permit {
        principal: scrub_foreign(&grant.principal),
        may: grant.may,
        datasets: below(source, grant.dataset.expose()),
        until: None,
    });
    declared.chain(told).collect()
}

fn reads(inputs: Inputs<'_>) -> Vec<Read> {
    let read = |(source, reader): &(Scrubbed, dyetrace_connectors::Reader)| Read {
        who: scrub_foreign(&reader.name),
        dataset: below(source, reader.dataset.expose()),
    };
    inputs.readers.iter().map(read).collect()
}

/// A dataset's name below its source.
fn below(source: &Scrubbed, name: &str) -> Scrubbed {
    if name.is_empty() { source.clone() } else { scrub(&format!("{source}/{name}")) }
}

fn grant(subject: Subject<'_>, permit: &Permit, seen: &Seen, reads: &[Read]) -> Thing {
    let estate = subject.inputs.estate;
    let systems: BTreeSet<&Scrubbed> = estate.systems_of_principal(permit.principal.as_str()).collect();
    let declared = match permit.may {
        Permission::Read => &seen.facts.read_by,
        Permission::Write => &seen.facts.written_by,
    };
    let wildcard = ["*", "User:*"].contains(&permit.principal.as_str());
    let expired = permit.until.as_deref().is_some_and(|until| until < subject.today);
    let may = match permit.may {
        Permission::Read => "read",
        Permission::Write => "write",
    };
    let mut values = of_access(subject, &permit.principal, &systems, declared, seen);
    values.extend([
        ("may", words([may])),
        ("wildcard", answer(Some(wildcard))),
        ("expired", answer(Some(expired))),
        ("used", answer(used(estate, permit, &systems, seen, reads))),
    ]);
    Thing { subject: About::Grant, values, spot: spot(&permit.principal, &systems, seen) }
}

/// Whether one of its systems, or the principal itself, was seen reading. Of writing nothing is told.
fn used(
    estate: &Estate,
    permit: &Permit,
    systems: &BTreeSet<&Scrubbed>,
    seen: &Seen,
    reads: &[Read],
) -> Option<bool> {
    let mut here = reads.iter().filter(|read| read.dataset == seen.facts.name).peekable();
    if permit.may == Permission::Write || here.peek().is_none() {
        return None;
    }
    let same = |read: &Read| {
        read.who == permit.principal
            || estate.systems_of_group(read.who.as_str()).any(|s| systems.contains(s))
    };
    Some(here.any(same))
}

fn reader(subject: Subject<'_>, read: &Read, seen: &Seen, permits: &[Permit]) -> Thing {
    let estate = subject.inputs.estate;
    let of_group = estate.systems_of_group(read.who.as_str());
    let systems: BTreeSet<&Scrubbed> =
        of_group.chain(estate.systems_of_principal(read.who.as_str())).collect();
    let reading = |permit: &&Permit| {
        permit.may == Permission::Read && name_fits(permit.datasets.as_str(), read.dataset.as_str())
    };
    let granted = |permit: &Permit| {
        let everybody = ["*", "User:*"].contains(&permit.principal.as_str());
        let same = permit.principal == read.who
            || estate.systems_of_principal(permit.principal.as_str()).any(|s| systems.contains(s));
        everybody || same
    };
    let mut here = permits.iter().filter(reading).peekable();
    // A group whose system is not known cannot be laid beside principals.
    let known = here.peek().is_some() && !systems.is_empty();
    let mut values = of_access(subject, &read.who, &systems, &seen.facts.read_by, seen);
    values.insert("granted", answer(known.then(|| here.any(granted))));
    Thing { subject: About::Reader, values, spot: spot(&read.who, &systems, seen) }
}

fn of_access(
    subject: Subject<'_>,
    who: &Scrubbed,
    systems: &BTreeSet<&Scrubbed>,
    declared: &BTreeSet<Scrubbed>,
    seen: &Seen,
) -> Values {
    let (estate, held) = (subject.inputs.estate, held(seen));
    let known = !systems.is_empty() && !declared.is_empty();
    let is_declared = systems.iter().any(|system| declared.contains(*system));
    let mut values = of_dataset(subject, seen, &held);
    values.extend([
        ("principal", words([who.as_str()])),
        ("acts_for", words(systems.iter().map(|system| system.as_str()))),
        ("declared", answer(known.then_some(is_declared))),
        ("unneeded", tags(unneeded(estate, systems, &held))),
    ]);
    values
}

/// Of what a dataset holds, what none of the systems needs; of systems that are not known nothing can be said.
fn unneeded(estate: &Estate, systems: &BTreeSet<&Scrubbed>, held: &BTreeSet<Tag>) -> BTreeSet<Tag> {
    if systems.is_empty() {
        return BTreeSet::new();
    }
    let needs = systems.iter().filter_map(|name| estate.systems.get(*name)).flat_map(|system| &system.needs);
    let needs: Vec<_> = needs.map(|need| need.tag).collect();
    held.iter().copied().filter(|tag| !needs.iter().any(|need| need.selects(*tag))).collect()
}

fn answer(known: Option<bool>) -> Value {
    words([match known {
        Some(true) => YES,
        Some(false) => NO,
        None => UNKNOWN,
    }])
}

fn spot(who: &Scrubbed, systems: &BTreeSet<&Scrubbed>, seen: &Seen) -> Spot {
    Spot {
        system: systems.first().map(|system| (*system).clone()),
        dataset: Some(seen.facts.name.clone()),
        principal: Some(who.clone()),
        count: 1,
        ..Spot::default()
    }
}
