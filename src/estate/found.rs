//! A first estate file from what a live system tells of itself: its datasets, how long they keep records, who reads
//! them, who may, and where its configuration says that data goes.
//!
//! It must not open anything: whoever asked the system brings what it said.

use std::collections::{BTreeMap, BTreeSet};

use dyetrace_connectors::{Access, Dataset, Kind, Listing, Movement, Permission, Place};

use super::{
    GuessedSource,
    template::{Sections, filled, free_name, line, quoted},
};
use crate::detect::{Scrubbed, scrub, scrub_foreign};

/// The text of an estate file with this source and what its system told.
pub fn estate_of_found(source: &GuessedSource, listing: &Listing, access: &Access) -> String {
    let mut taken = BTreeSet::new();
    let name = free_name(&source.name, &mut taken);
    let readers = readers(access);
    // The template names a system `gateway`.
    let mut names = BTreeSet::from(["gateway".to_owned()]);
    let all: BTreeSet<&Scrubbed> = readers.values().flatten().collect();
    let systems: BTreeMap<&Scrubbed, String> =
        all.into_iter().map(|reader| (reader, free_name(reader.as_str(), &mut names))).collect();
    let mut sources = line(source, &name);
    sources.extend(missed(listing, access));
    let dataset = |dataset: &Dataset| {
        let below = dataset.name.as_ref().map(scrub_foreign);
        let read_by = readers.get(&below.clone().unwrap_or_default()).into_iter().flatten();
        let read_by: Vec<&str> = read_by.map(|reader| systems[reader].as_str()).collect();
        dataset_line(&name, dataset, &read_by)
    };
    filled(&Sections {
        systems: systems.iter().map(|(reader, system)| system_line(reader, system)).collect(),
        sources,
        datasets: listing.datasets.iter().map(dataset).collect(),
        flows: access.movements.iter().map(|movement| movement_line(&name, movement)).collect(),
        grants: access.grants.iter().map(|grant| grant_line(&name, grant)).collect(),
    })
}

/// Who reads, by dataset.
fn readers(access: &Access) -> BTreeMap<Scrubbed, BTreeSet<Scrubbed>> {
    let mut readers: BTreeMap<Scrubbed, BTreeSet<Scrubbed>> = BTreeMap::new();
    for reader in &access.readers {
        let of = readers.entry(scrub_foreign(&reader.dataset)).or_default();
        of.insert(scrub_foreign(&reader.name));
    }
    readers
}

fn system_line(reader: &Scrubbed, system: &str) -> String {
    format!("  {system}: {{kind: service, groups: [{}]}}\n", quoted(reader.as_str()))
}

fn dataset_line(source: &str, dataset: &Dataset, read_by: &[&str]) -> String {
    let name = match &dataset.name {
        None => scrub(source),
        Some(name) => scrub(&format!("{source}/{}", name.expose())),
    };
    let mut line = format!("  - {{match: {}", quoted(name.as_str()));
    if let Some(seconds) = dataset.retention {
        line += &format!(", retention: {}", duration(seconds));
    }
    if !read_by.is_empty() {
        line += &format!(", read_by: [{}]", read_by.join(", "));
    }
    line + &format!("}}  # {}\n", about(dataset))
}

/// `topic, 3 parts, 1204 records`.
fn about(dataset: &Dataset) -> String {
    let kind = match dataset.kind {
        Kind::File | Kind::Pipe => "file",
        Kind::Topic => "topic",
        Kind::LogGroup => "log group",
        Kind::Queue => "queue",
        Kind::RetryQueue => "retry queue",
        Kind::DeadLetters => "dead letters",
        Kind::Table => "table",
    };
    let size: Option<u64> = dataset.partitions.iter().map(|partition| partition.size).sum();
    let size = size.map(|size| format!(", {size} in all")).unwrap_or_default();
    format!("{kind}, {} part(s){size}", dataset.partitions.len())
}

/// In the largest unit that it is a whole number of.
fn duration(seconds: u64) -> String {
    let units = [(86_400, 'd'), (3_600, 'h'), (60, 'm')];
    let unit = units.into_iter().find(|(of, _)| seconds.is_multiple_of(*of) && seconds > 0);
    unit.map_or_else(|| format!("{seconds}s"), |(of, letter)| format!("{}{letter}", seconds / of))
}

/// An audit sees movements by itself: they are told so that flows between systems can be declared from them.
fn movement_line(source: &str, movement: &Movement) -> String {
    let place = |place: &Place| match place {
        Place::Dataset(name) => scrub(&format!("{source}/{}", name.expose())),
        Place::Elsewhere { namespace, name } => {
            let full = format!("{}/{}", namespace.expose(), name.expose());
            scrub(full.trim_start_matches('/'))
        }
    };
    format!("  # seen: {} to {} ({})\n", place(&movement.from), place(&movement.to), movement.kind.id())
}

/// An audit reads grants by itself: they are told so that `principals:` of systems can be named.
fn grant_line(source: &str, grant: &dyetrace_connectors::Grant) -> String {
    let may = match grant.may {
        Permission::Read => "read",
        Permission::Write => "write",
    };
    let dataset = scrub(&format!("{source}/{}", grant.dataset.expose()));
    format!("  # known: {} may {may} {dataset}\n", scrub_foreign(&grant.principal))
}

/// What was not told, so that nobody takes the file for the whole.
fn missed<'a>(listing: &'a Listing, access: &'a Access) -> impl Iterator<Item = String> + 'a {
    let missed = listing.missed.iter().chain(&access.missed);
    missed.map(|missed| format!("  # not told: {}: {}\n", scrub_foreign(&missed.what), missed.error))
}

#[cfg(test)]
mod tests {
    use dyetrace_connectors::{
        ErrorKind, Grant, Missed, MovementKind, Partition, Reader, SettingValue, SourceError,
    };

    use super::*;
    use crate::estate::{Estate, read_estate};

    fn topic(name: &str, retention: Option<u64>) -> Dataset {
        let partition = Partition { name: format!("{name}/0").into(), size: Some(12), modified: None };
        Dataset {
            name: Some(name.into()),
            namespace: "kafka://localhost:9092".into(),
            address: name.into(),
            kind: Kind::Topic,
            partitions: vec![partition],
            retention,
            reading: Default::default(),
            properties: Vec::new(),
        }
    }

    fn access() -> Access {
        let place = |name: &str| Place::Dataset(name.into());
        let reader = |name: &str| Reader { name: name.into(), dataset: "orders".into(), last: None };
        let error = SourceError {
            kind: ErrorKind::Denied,
            what: "acls".into(),
            why: Default::default(),
            help: "let it describe them",
        };
        Access {
            grants: vec![Grant {
                principal: "User:crm\n- x".into(),
                may: Permission::Read,
                dataset: "orders".into(),
            }],
            readers: vec![reader("checkout.app"), reader("fraud")],
            movements: vec![Movement {
                from: place("orders"),
                to: place("orders-dlt"),
                kind: MovementKind::Redrive,
                by: Default::default(),
                count: None,
                last: None,
            }],
            missed: vec![Missed { what: "acls".into(), error }],
        }
    }

    fn read(text: &str) -> Estate {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("dyetrace.yaml");
        std::fs::write(&path, text).unwrap();
        read_estate(&path).unwrap_or_else(|error| panic!("{error}\n{text}"))
    }

    #[test]
    fn what_a_system_tells_becomes_an_estate_that_can_be_read() {
        let text = |text: &str| SettingValue::Text(text.into());
        let source = GuessedSource {
            name: "bus".into(),
            connector: "file".into(),
            settings: vec![("path".into(), text("orders"))],
        };
        let datasets = vec![topic("orders", Some(7 * 86_400)), topic("orders-dlt", None)];
        let listing = Listing { datasets, missed: Vec::new() };
        let text = estate_of_found(&source, &listing, &access());
        for line in [
            "  checkout-app: {kind: service, groups: [\"checkout.app\"]}",
            "  - {match: \"bus/orders\", retention: 7d, read_by: [checkout-app, fraud]}  # topic, 1 part(s), 12 in all",
            "  # seen: bus/orders to bus/orders-dlt (redrive)",
            "  # not told: acls: permission denied: let it describe them",
        ] {
            assert!(text.lines().any(|written| written == line), "{line}\n{text}");
        }
        let estate = read(&text);
        assert_eq!((estate.systems.len(), estate.datasets.len(), estate.grants.len()), (3, 2, 0));
    }
}
