//! What the estate says of one dataset: its source, its system, and the rules that match its name.
//!
//! It must not know what is in it.

use dyetrace_connectors::{Dataset, Kind};

use super::{Citation, DatasetFacts, DatasetKind, DatasetRule, Estate, SourceSpec, name_fits};
use crate::detect::{Scrubbed, scrub, scrub_foreign};

impl Estate {
    /// All that was declared or told of a dataset. Of what several rules say, the last word stands; writers and
    /// readers add up. A rule's word comes before the source's, and that before its system's.
    pub fn facts(&self, source: &SourceSpec, dataset: &Dataset) -> DatasetFacts {
        let mut facts = self.declared_of(source, dataset);
        let name = facts.name.clone();
        let fits = |rule: &&DatasetRule| name_fits(rule.pattern.as_str(), name.as_str());
        self.datasets.iter().filter(fits).for_each(|rule| refine(&mut facts, rule));
        facts
    }

    /// Refinements that match none of these datasets: the map is stale, or a name was misspelt.
    pub fn unmatched_rules<'a>(
        &self,
        names: impl Iterator<Item = &'a Scrubbed> + Clone,
    ) -> Vec<&DatasetRule> {
        let fits =
            |rule: &&DatasetRule| names.clone().any(|name| name_fits(rule.pattern.as_str(), name.as_str()));
        self.datasets.iter().filter(|rule| !fits(rule)).collect()
    }

    /// The systems that act under a principal.
    pub fn systems_of_principal<'a>(&'a self, principal: &'a str) -> impl Iterator<Item = &'a Scrubbed> {
        let acts = move |patterns: &[Scrubbed]| {
            patterns.iter().any(|pattern| name_fits(pattern.as_str(), principal))
        };
        self.systems.iter().filter(move |(_, system)| acts(&system.principals)).map(|(name, _)| name)
    }

    /// The systems that read in a consumer group.
    pub fn systems_of_group<'a>(&'a self, group: &'a str) -> impl Iterator<Item = &'a Scrubbed> {
        let reads =
            move |patterns: &[Scrubbed]| patterns.iter().any(|pattern| name_fits(pattern.as_str(), group));
        self.systems.iter().filter(move |(_, system)| reads(&system.groups)).map(|(name, _)| name)
    }

    fn declared_of(&self, source: &SourceSpec, dataset: &Dataset) -> DatasetFacts {
        let system = source.system.as_ref().and_then(|name| self.systems.get(name));
        let name = dataset_name(source, dataset);
        let kind = source.kind.unwrap_or_else(|| guess(dataset, name.as_str()));
        DatasetFacts {
            name,
            namespace: scrub_foreign(&dataset.namespace),
            address: scrub_foreign(&dataset.address),
            kind,
            zone: source.zone.clone().or_else(|| system.and_then(|system| system.zone.clone())),
            owner: source.owner.clone().or_else(|| system.and_then(|system| system.owner.clone())),
            environment: source.environment.clone(),
            retention: source.retention.or(dataset.retention),
            written_by: source.system.iter().cloned().collect(),
            read_by: Default::default(),
            properties: dataset.properties.iter().map(|(name, text)| (*name, scrub_foreign(text))).collect(),
            at: source.at.clone(),
        }
    }
}

/// The source's name, or `source/name` where it holds several.
fn dataset_name(source: &SourceSpec, dataset: &Dataset) -> Scrubbed {
    match &dataset.name {
        None => source.name.clone(),
        Some(name) => scrub(&format!("{}/{}", source.name, name.expose())),
    }
}

fn refine(facts: &mut DatasetFacts, rule: &DatasetRule) {
    let set = |old: &mut Option<Scrubbed>, new: &Option<Scrubbed>| {
        if new.is_some() {
            old.clone_from(new);
        }
    };
    set(&mut facts.zone, &rule.zone);
    set(&mut facts.owner, &rule.owner);
    set(&mut facts.environment, &rule.environment);
    facts.retention = rule.retention.or(facts.retention);
    facts.kind = rule.kind.unwrap_or(facts.kind);
    facts.written_by.extend(rule.written_by.iter().cloned());
    facts.read_by.extend(rule.read_by.iter().cloned());
    facts.at = Citation::clone(&rule.at);
}

/// What the system itself knows better than any name.
fn known(kind: Kind) -> Option<DatasetKind> {
    match kind {
        Kind::LogGroup => Some(DatasetKind::Log),
        Kind::DeadLetters => Some(DatasetKind::DeadLetters),
        Kind::RetryQueue => Some(DatasetKind::RetryQueue),
        Kind::Table => Some(DatasetKind::Table),
        Kind::File | Kind::Topic | Kind::Pipe | Kind::Queue => None,
    }
}

/// Names that frameworks give: Spring's retry and dead-letter topics, and what queues are usually called.
fn guess(dataset: &Dataset, name: &str) -> DatasetKind {
    if let Some(kind) = known(dataset.kind) {
        return kind;
    }
    let name = name.to_ascii_lowercase();
    let address = dataset.address.expose().to_ascii_lowercase();
    let named = |parts: &[&str]| parts.iter().any(|part| name.contains(part));
    if named(&["-dlt", "-dlq", "_dlt", "_dlq", ".dlt", ".dlq", "dead-letter", "dead_letter", "deadletter"]) {
        return DatasetKind::DeadLetters;
    }
    if named(&["-retry", "_retry", ".retry", "retries"]) {
        return DatasetKind::RetryQueue;
    }
    let is_log = address.contains(".log") || address.starts_with("log") || named(&["-log", "_log", "logs"]);
    match dataset.kind {
        Kind::Topic => DatasetKind::Topic,
        Kind::Queue => DatasetKind::Queue,
        _ if is_log => DatasetKind::Log,
        _ if [".csv", ".tsv", ".xlsx", ".xml"].iter().any(|ending| address.contains(ending)) => {
            DatasetKind::Export
        }
        _ => DatasetKind::File,
    }
}

#[cfg(test)]
mod tests {
    use dyetrace_connectors::{Dataset, Kind};

    use super::*;

    fn dataset(name: Option<&str>, address: &str, kind: Kind) -> Dataset {
        Dataset {
            name: name.map(Into::into),
            namespace: "file".into(),
            address: address.into(),
            kind,
            partitions: Vec::new(),
            retention: None,
            reading: Default::default(),
            properties: Vec::new(),
        }
    }

    fn source(name: &'static str) -> SourceSpec {
        SourceSpec { name: Scrubbed::from_static(name), connector: "file", ..SourceSpec::default() }
    }

    #[test]
    fn the_last_rule_wins_and_readers_add_up() {
        let rule = |pattern, zone: Option<&'static str>, reader| DatasetRule {
            pattern: Scrubbed::from_static(pattern),
            zone: zone.map(Scrubbed::from_static),
            read_by: [Scrubbed::from_static(reader)].into(),
            ..DatasetRule::default()
        };
        let estate = Estate {
            datasets: vec![
                rule("bus/*", Some("cde"), "a"),
                rule("bus/pay*", None, "b"),
                rule("x", None, "c"),
            ],
            ..Estate::default()
        };
        let facts = estate.facts(&source("bus"), &dataset(Some("payments"), "payments", Kind::Topic));
        assert_eq!((facts.name.as_str(), facts.zone), ("bus/payments", Some(Scrubbed::from_static("cde"))));
        assert_eq!(facts.read_by.iter().map(Scrubbed::as_str).collect::<Vec<_>>(), ["a", "b"]);
        let unmatched = estate.unmatched_rules([Scrubbed::from_static("bus/payments")].iter());
        assert_eq!(unmatched.iter().map(|rule| rule.pattern.as_str()).collect::<Vec<_>>(), ["x"]);
    }

    #[test]
    fn what_the_system_knows_comes_before_names() {
        let facts = Estate::default().facts(&source("x-retry"), &dataset(None, "a.csv", Kind::DeadLetters));
        assert_eq!(facts.kind, DatasetKind::DeadLetters);
    }

    #[test]
    fn kinds_are_guessed_from_names() {
        let check = |name, address, kind, expected: &str| {
            let facts = Estate::default().facts(&source(name), &dataset(None, address, kind));
            assert_eq!(facts.kind.id(), expected, "{name}");
        };
        check("orders-retry", "dumps/orders.jsonl", Kind::File, "retry-queue");
        check("payments.authorized-dlt", "x.jsonl", Kind::File, "dead-letters");
        check("payments", "payments", Kind::Topic, "topic");
        check("checkout-logs", "logs/*.jsonl.gz", Kind::File, "log");
        check("contacts", "exports/contacts.csv", Kind::File, "export");
        check("ledger", "ledger.jsonl", Kind::File, "file");
        check("jobs", "queue:default", Kind::Queue, "queue");
        check("jobs-retry", "retry", Kind::Queue, "retry-queue");
    }
}
