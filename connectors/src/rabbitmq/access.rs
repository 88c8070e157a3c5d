//! Who may and who does: permissions, which are regular expressions of names, and consumers.

use std::collections::{BTreeMap, BTreeSet};

use regex::Regex;

use super::management::{Consumer, Permissions};
use super::topology::Topology;
use crate::{ErrorKind, Foreign, Grant, Missed, Permission, Reader, SourceError};

/// By the user's name; a consumer whose channel tells none, by its connection's. Of `ours`, what dyetrace itself reads
/// is left out.
pub(super) fn readers(consumers: &[Consumer], ours: &str) -> Vec<Reader> {
    let said =
        |consumer: &Consumer, key: &str| consumer.channel_details.get(key)?.as_str().map(str::to_owned);
    let reader = |consumer: &Consumer| {
        let user = said(consumer, "user");
        if user.as_deref() == Some(ours) && consumer.consumer_tag == "dyetrace" {
            return None;
        }
        Some((user.or_else(|| said(consumer, "connection_name"))?, consumer.queue.name.clone()))
    };
    let readers: BTreeSet<(String, String)> = consumers.iter().filter_map(reader).collect();
    let reader =
        |(name, queue): (String, String)| Reader { name: name.into(), dataset: queue.into(), last: None };
    readers.into_iter().map(reader).collect()
}

/// What each user may do with the queues of these names. Writing to an exchange is writing to the queues behind it.
pub(super) fn grants(
    permissions: &[Permissions],
    topology: &Topology,
    queues: &BTreeSet<&str>,
    missed: &mut Vec<Missed>,
) -> Vec<Grant> {
    let ways: BTreeMap<&str, Vec<&str>> = queues
        .iter()
        .map(|queue| (*queue, topology.exchanges_to(queue).into_iter().map(addressed).collect()))
        .collect();
    let mut grants = Vec::new();
    for held in permissions {
        let (Some(read), Some(write)) = (pattern(&held.read), pattern(&held.write)) else {
            missed.push(Missed { what: held.user.as_str().into(), error: unknown(&held.user) });
            continue;
        };
        for (queue, exchanges) in &ways {
            let writes = exchanges.iter().any(|exchange| write.is_match(exchange));
            let may = [(Permission::Read, read.is_match(queue)), (Permission::Write, writes)];
            for (may, _) in may.into_iter().filter(|(_, holds)| *holds) {
                grants.push(Grant { principal: held.user.as_str().into(), may, dataset: (*queue).into() });
            }
        }
    }
    grants
}

/// The name under which the permissions know an exchange.
fn addressed(exchange: &str) -> &str {
    if exchange.is_empty() { "amq.default" } else { exchange }
}

/// An empty one fits nothing.
fn pattern(typed: &str) -> Option<Regex> {
    Regex::new(if typed.is_empty() { "^$" } else { typed }).ok()
}

fn unknown(user: &str) -> SourceError {
    SourceError {
        kind: ErrorKind::Unsupported,
        what: user.into(),
        why: Foreign::default(),
        help: "the user's permissions are written in a way that is not understood: write its grants into the estate file",
    }
}

#[cfg(test)]
mod tests {
    use super::super::topology::{Binding, Queue};
    use super::*;

    /// What a user may with these expressions, where `orders` leads to `work`.
    fn check(read: &str, write: &str) -> String {
        let queue = |name: &str| Queue { name: name.into(), ..Queue::default() };
        let topology = Topology::new(
            vec![queue("dead"), queue("work")],
            Vec::new(),
            vec![Binding::new("orders", "work", "queue", "pay.*")],
        );
        let permissions = [Permissions { user: "shop".into(), read: read.into(), write: write.into() }];
        let mut missed = Vec::new();
        let grants = grants(&permissions, &topology, &BTreeSet::from(["dead", "work"]), &mut missed);
        let may = |grant: &Grant| format!("{:?} {} ", grant.may, grant.dataset.expose());
        grants.iter().map(may).collect::<String>() + &"?".repeat(missed.len())
    }

    #[test]
    fn permissions_are_expressions_of_names() {
        assert_eq!(check("", ""), "");
        assert_eq!(check("^work$", "^orders$"), "Read work Write work ");
        assert_eq!(check("or", ".*"), "Write dead Read work Write work ");
        assert_eq!(check("^(a|dead)", "^amq\\.default$"), "Read dead Write dead Write work ");
        assert_eq!(check("^(?!work)", ""), "?");
    }

    #[test]
    fn readers_are_users() {
        let consumer = |user: &str, tag: &str| -> Consumer {
            let said = serde_json::json!({"queue": {"name": "work"}, "consumer_tag": tag,
                "channel_details": {"user": user, "connection_name": "c"}});
            serde_json::from_value(said).unwrap()
        };
        let unnamed =
            serde_json::json!({"queue": {"name": "work"}, "consumer_tag": "", "channel_details": []});
        let consumers = [
            consumer("shop", "a"),
            consumer("shop", "b"),
            consumer("audit", "dyetrace"),
            consumer("shop", "dyetrace"),
            serde_json::from_value(unnamed).unwrap(),
        ];
        let names: Vec<String> =
            readers(&consumers, "audit").iter().map(|reader| reader.name.expose().to_owned()).collect();
        assert_eq!(names, ["shop"]);
    }
}
