//! Which exchange routes to which queue, where what is rejected or expires goes, and what that makes of a queue. Pure.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::routes::{Key, key_by, takes};
use crate::{Foreign, Kind, Movement, MovementKind, Place};

/// What a virtual host holds.
#[derive(Default)]
pub(super) struct Topology {
    /// In the order of their names.
    pub(super) queues: Vec<Queue>,
    /// Kinds by name.
    exchanges: BTreeMap<String, String>,
    bindings: Vec<Binding>,
    /// Where messages come from, by the kind and the name of where they go to.
    sources: BTreeMap<String, BTreeSet<String>>,
    /// From a queue, by its dead-letter exchange, to queues.
    redrives: BTreeMap<String, BTreeSet<String>>,
    /// Queues that take what failed in others,
    take_dead: BTreeSet<String>,
    /// and those that take what waited in others for its time.
    take_back: BTreeSet<String>,
}

/// A queue, with what its arguments or a policy say.
#[derive(Debug, Clone, Default)]
pub(super) struct Queue {
    pub(super) name: String,
    pub(super) kind: QueueType,
    pub(super) dead_exchange: Option<String>,
    pub(super) dead_key: Option<String>,
    /// Seconds.
    pub(super) retention: Option<u64>,
    pub(super) messages: Option<u64>,
    pub(super) unacknowledged: u64,
    pub(super) consumers: u64,
    /// What else a reader of the report wants, by name.
    pub(super) properties: Vec<(&'static str, String)>,
}

impl Queue {
    /// Whether what comes in only waits here before it is handed on: nobody takes it, and it has a time.
    fn is_waiting_room(&self) -> bool {
        self.dead_exchange.is_some() && self.retention.is_some() && self.consumers == 0
    }
}

/// How a queue keeps its messages.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) enum QueueType {
    Classic,
    Quorum,
    Stream,
    /// One that dyetrace does not know.
    Other,
    /// AMQP alone does not tell.
    #[default]
    Untold,
}

#[derive(Deserialize)]
pub(super) struct Exchange {
    name: String,
    #[serde(rename = "type")]
    kind: String,
}

#[derive(Deserialize)]
pub(super) struct Binding {
    source: String,
    destination: String,
    destination_type: String,
    routing_key: String,
}

impl Topology {
    pub(super) fn new(queues: Vec<Queue>, exchanges: Vec<Exchange>, bindings: Vec<Binding>) -> Topology {
        let exchanges = exchanges.into_iter().map(|exchange| (exchange.name, exchange.kind)).collect();
        let mut topology = Topology { queues, exchanges, bindings, ..Topology::default() };
        topology.queues.sort_by(|a, b| a.name.cmp(&b.name));
        for binding in &topology.bindings {
            let end = end(&binding.destination_type, &binding.destination);
            topology.sources.entry(end).or_default().insert(binding.source.clone());
        }
        for queue in &topology.queues {
            if let Some(exchange) = &queue.dead_exchange {
                let reached = topology.dead_from(queue, exchange);
                let takers =
                    if queue.is_waiting_room() { &mut topology.take_back } else { &mut topology.take_dead };
                takers.extend(reached.iter().cloned());
                topology.redrives.insert(queue.name.clone(), reached);
            }
        }
        topology
    }

    /// A queue that others redrive to takes dead letters, or what is tried again if it only waits there. One that a
    /// waiting room hands back to is where the work is done.
    pub(super) fn kind(&self, queue: &Queue) -> Kind {
        let [dead, back] = [&self.take_dead, &self.take_back].map(|takers| takers.contains(&queue.name));
        match queue.kind {
            QueueType::Stream => Kind::Topic,
            _ if queue.is_waiting_room() && (dead || back) => Kind::RetryQueue,
            _ if dead => Kind::DeadLetters,
            _ => Kind::Queue,
        }
    }

    /// Exchanges from which a message may come into a queue, by any number of bindings; the default one always.
    pub(super) fn exchanges_to(&self, queue: &str) -> BTreeSet<&str> {
        let mut found = BTreeSet::from([""]);
        let mut ends = vec![end("queue", queue)];
        while let Some(next) = ends.pop() {
            let sources = self.sources.get(&next).into_iter().flatten().map(String::as_str);
            ends.extend(sources.filter(|source| found.insert(source)).map(|source| end("exchange", source)));
        }
        found
    }

    /// Bindings that lead to the queues of these names, and redrives from and to them.
    pub(super) fn movements(&self, namespace: &Foreign, wanted: &BTreeSet<&str>) -> Vec<Movement> {
        let exchanges: BTreeSet<&str> = wanted.iter().flat_map(|queue| self.exchanges_to(queue)).collect();
        let leads = |binding: &&Binding| match binding.destination_type.as_str() {
            "queue" => wanted.contains(binding.destination.as_str()),
            _ => exchanges.contains(binding.destination.as_str()),
        };
        // Every queue is bound to the default exchange by its own name: that says nothing.
        let bindings = self.bindings.iter().filter(|binding| !binding.source.is_empty()).filter(leads);
        let mut movements: Vec<Movement> = bindings.map(|binding| binding.movement(namespace)).collect();
        for queue in &self.queues {
            movements.extend(self.redrives_of(queue, namespace, wanted));
        }
        movements.sort();
        movements.dedup();
        movements
    }

    fn redrives_of(&self, queue: &Queue, namespace: &Foreign, wanted: &BTreeSet<&str>) -> Vec<Movement> {
        let Some(exchange) = &queue.dead_exchange else { return Vec::new() };
        let from_wanted = wanted.contains(queue.name.as_str());
        let redrive =
            |to| movement(Place::Dataset(queue.name.as_str().into()), to, MovementKind::Redrive, exchange);
        let reached = self.redrives.get(&queue.name).into_iter().flatten();
        let mut redrives: Vec<Movement> = reached
            .filter(|to| from_wanted || wanted.contains(to.as_str()))
            .map(|to| redrive(Place::Dataset(to.as_str().into())))
            .collect();
        if redrives.is_empty() && from_wanted {
            redrives.push(redrive(exchange_place(namespace, exchange)));
        }
        redrives
    }

    /// Where a queue's dead letters go: with the key that it says, else with those that messages come in with.
    fn dead_from(&self, queue: &Queue, exchange: &str) -> BTreeSet<String> {
        let into = |b: &&Binding| b.destination_type == "queue" && b.destination == queue.name;
        let came = |b: &Binding| key_by(self.exchange(&b.source), &b.routing_key);
        let keys: BTreeSet<Key> = match &queue.dead_key {
            Some(key) => BTreeSet::from([Key::Exactly(key.clone())]),
            None => self.bindings.iter().filter(into).map(came).collect(),
        };
        let mut reached = BTreeSet::new();
        for key in keys {
            self.route(exchange, &key, &mut BTreeSet::new(), &mut reached);
        }
        reached
    }

    /// The kind of an exchange.
    fn exchange(&self, name: &str) -> &str {
        if name.is_empty() { "direct" } else { self.exchanges.get(name).map_or("", String::as_str) }
    }

    fn route<'a>(
        &'a self,
        exchange: &'a str,
        key: &Key,
        passed: &mut BTreeSet<&'a str>,
        reached: &mut BTreeSet<String>,
    ) {
        if !passed.insert(exchange) {
            return;
        }
        let kind = self.exchange(exchange);
        for binding in self.bindings.iter().filter(|binding| binding.source == exchange) {
            match binding.destination_type.as_str() {
                _ if !takes(kind, &binding.routing_key, key) => {}
                "queue" => _ = reached.insert(binding.destination.clone()),
                _ => self.route(&binding.destination, key, passed, reached),
            }
        }
    }
}

impl Binding {
    fn movement(&self, namespace: &Foreign) -> Movement {
        let to = match self.destination_type.as_str() {
            "queue" => Place::Dataset(self.destination.as_str().into()),
            _ => exchange_place(namespace, &self.destination),
        };
        movement(exchange_place(namespace, &self.source), to, MovementKind::Binding, &self.routing_key)
    }
}

fn end(kind: &str, name: &str) -> String {
    format!("{kind}/{name}")
}

fn movement(from: Place, to: Place, kind: MovementKind, by: &str) -> Movement {
    Movement { from, to, kind, by: by.into(), count: None, last: None }
}

fn exchange_place(namespace: &Foreign, name: &str) -> Place {
    let name = if name.is_empty() { "amq.default" } else { name };
    Place::Elsewhere { namespace: namespace.clone(), name: format!("exchange/{name}").into() }
}

#[cfg(test)]
impl Binding {
    pub(super) fn new(source: &str, destination: &str, to: &str, key: &str) -> Binding {
        let [source, destination, destination_type, routing_key] =
            [source, destination, to, key].map(str::to_owned);
        Binding { source, destination, destination_type, routing_key }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn queue(name: &str, dead: Option<&str>, key: Option<&str>, retention: Option<u64>) -> Queue {
        let [dead_exchange, dead_key] = [dead, key].map(|text| text.map(str::to_owned));
        Queue { name: name.into(), dead_exchange, dead_key, retention, ..Queue::default() }
    }

    /// `work` redrives by `dlx` to `later`, which hands back after a time, and not to `mail`.
    fn topology() -> Topology {
        let exchange = |name: &str, kind: &str| Exchange { name: name.into(), kind: kind.into() };
        let own = |name: &str| Binding::new("", name, "queue", name);
        Topology::new(
            vec![
                queue("work", Some("dlx"), None, None),
                queue("later", Some(""), Some("work"), Some(30)),
                queue("mail", Some("gone"), None, None),
                queue("dead", None, None, None),
            ],
            vec![exchange("in", "topic"), exchange("all", "fanout"), exchange("dlx", "topic")],
            vec![
                own("work"),
                own("later"),
                Binding::new("all", "in", "exchange", ""),
                Binding::new("in", "work", "queue", "pay.*"),
                Binding::new("dlx", "later", "queue", "pay.#"),
                Binding::new("dlx", "mail", "queue", "mail.*"),
                Binding::new("dlx", "dead", "queue", "work"),
            ],
        )
    }

    #[test]
    fn redrives_tell_what_a_queue_is() {
        let topology = topology();
        let kinds: Vec<Kind> = topology.queues.iter().map(|queue| topology.kind(queue)).collect();
        assert_eq!(kinds, [Kind::DeadLetters, Kind::RetryQueue, Kind::Queue, Kind::Queue]);
        assert_eq!(topology.exchanges_to("work"), BTreeSet::from(["", "all", "in"]));
        let stream = Queue { kind: QueueType::Stream, ..queue("dead", None, None, None) };
        assert_eq!(topology.kind(&stream), Kind::Topic);
    }

    #[test]
    fn movements_are_those_of_the_queues_that_are_wanted() {
        let check = |wanted: &[&str]| {
            let wanted = wanted.iter().copied().collect();
            let place = |place: &Place| match place {
                Place::Dataset(name) | Place::Elsewhere { name, .. } => name.expose().to_owned(),
            };
            let said = |m: &Movement| format!("{}>{}:{}", place(&m.from), place(&m.to), m.by.expose());
            topology().movements(&"amqp://b/".into(), &wanted).iter().map(said).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(check(&["dead"]), "work>dead:dlx exchange/dlx>dead:work");
        assert_eq!(
            check(&["work"]),
            "later>work: work>dead:dlx work>later:dlx exchange/all>exchange/in: exchange/in>work:pay.*"
        );
        assert_eq!(check(&["mail"]), "mail>exchange/gone:gone exchange/dlx>mail:mail.*");
    }
}
