//! Finds the queues: all of a virtual host by the management API, or where that does not answer, those that the user
//! named, by AMQP alone. It must not read a message.

use std::collections::BTreeSet;

use super::plan::{Plan, Way};
use super::topology::{Queue, Topology};
use super::{RabbitMq, nothing};
use crate::{Dataset, ErrorKind, Foreign, Missed, Partition, Reading, SourceError};

/// What a listing found.
pub(super) struct Found {
    pub(super) topology: Topology,
    /// Of the topology's queues, those that the user asked for.
    wanted: BTreeSet<String>,
    /// Pieces that the management API did not tell.
    untold: Vec<(&'static str, SourceError)>,
}

impl Found {
    pub(super) fn wanted(&self) -> impl Iterator<Item = &Queue> {
        self.topology.queues.iter().filter(|queue| self.wanted.contains(&queue.name))
    }

    pub(super) fn names(&self) -> BTreeSet<&str> {
        self.wanted.iter().map(String::as_str).collect()
    }

    /// Whether the management API answers at all.
    pub(super) fn is_managed(&self) -> bool {
        !self.untold.iter().any(|(piece, _)| *piece == "management")
    }

    pub(super) fn missed(&self) -> Vec<Missed> {
        self.untold.iter().map(|(piece, error)| missed(piece, error.clone())).collect()
    }

    pub(super) fn dataset(&self, queue: &Queue, plan: Option<&Plan>, namespace: Foreign) -> Dataset {
        let name = || Foreign::from(queue.name.as_str());
        let partition = Partition { name: name(), size: queue.messages, modified: None };
        let others = plan.is_some_and(|plan| plan.way == Way::Others);
        Dataset {
            name: Some(name()),
            namespace,
            address: name(),
            kind: self.topology.kind(queue),
            // What may not be read has no parts to read.
            partitions: plan.map(|_| partition).into_iter().collect(),
            retention: queue.retention,
            reading: if others { Reading::Once } else { Reading::Again },
            properties: queue.properties.iter().map(|(name, text)| (*name, text.as_str().into())).collect(),
        }
    }
}

impl RabbitMq {
    /// What there is, and what the user asked for that is not there.
    pub(super) fn find(&self) -> Result<(Found, Vec<Missed>), SourceError> {
        match self.management.queues() {
            Ok(queues) => Ok(self.told(queues)),
            Err(error) => self.named(error),
        }
    }

    fn told(&self, queues: Vec<Queue>) -> (Found, Vec<Missed>) {
        let mut untold = Vec::new();
        let exchanges = self.management.exchanges().map_err(|error| untold.push(("exchanges", error)));
        let bindings = self.management.bindings().map_err(|error| untold.push(("bindings", error)));
        let topology = Topology::new(queues, exchanges.unwrap_or_default(), bindings.unwrap_or_default());
        let names = || topology.queues.iter().map(|queue| &queue.name);
        let wanted: BTreeSet<String> = names().filter(|name| self.wants(name)).cloned().collect();
        let absent = self.queues.iter().filter(|pattern| !names().any(|name| pattern.matches(name)));
        let absent = absent.map(|pattern| &pattern.typed).filter(|typed| *typed != "*");
        let gone = self.copies.iter().filter(|copy| !wanted.contains(*copy));
        let absent: BTreeSet<&String> = absent.chain(gone).collect();
        let absent = absent.into_iter().map(|typed| missed(typed, nothing(typed))).collect();
        (Found { topology, wanted, untold }, absent)
    }

    /// Without the management API: whether the named queues are there is all that AMQP tells.
    fn named(&self, error: SourceError) -> Result<(Found, Vec<Missed>), SourceError> {
        let names = self.queues.iter().filter(|pattern| pattern.is_name()).map(|pattern| &pattern.typed);
        let names: BTreeSet<&String> = names.chain(&self.copies).collect();
        // Who may not in there, or has named nothing, gets no further.
        let link = match names.is_empty() {
            true => return Err(error),
            false => self.broker.link()?,
        };
        self.broker.close(&link);
        let (mut queues, mut absent) = (Vec::new(), Vec::new());
        for name in names {
            match self.seen(name) {
                Ok(queue) => queues.push(queue),
                Err(error) if error.kind == ErrorKind::Unreachable => return Err(error),
                Err(error) => absent.push(missed(name, error)),
            }
        }
        let globs = self.queues.iter().filter(|pattern| !pattern.is_name());
        absent.extend(globs.map(|pattern| missed(&pattern.typed, error.clone())));
        let wanted = queues.iter().map(|queue| queue.name.clone()).collect();
        let topology = Topology::new(queues, Vec::new(), Vec::new());
        Ok((Found { topology, wanted, untold: vec![("management", error)] }, absent))
    }

    /// A channel of its own for each, since the broker closes one that asks for what is not there.
    fn seen(&self, name: &str) -> Result<Queue, SourceError> {
        let link = self.broker.link()?;
        let depth = self.broker.depth(&link, name);
        self.broker.close(&link);
        let (messages, consumers) = depth?;
        let (messages, consumers) = (Some(messages.into()), consumers.into());
        Ok(Queue { name: name.to_owned(), messages, consumers, ..Queue::default() })
    }

    fn wants(&self, queue: &str) -> bool {
        self.queues.iter().any(|pattern| pattern.matches(queue))
            || self.copies.iter().any(|copy| copy == queue)
    }
}

/// A piece that is missing while the rest goes on.
pub(super) fn missed(what: &str, error: SourceError) -> Missed {
    Missed { what: what.into(), error }
}
