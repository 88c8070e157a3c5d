//! Which topic another one's retries and dead letters are for, by the names that frameworks give them. A hint, and
//! never more: anybody may name a topic so.

use crate::{Movement, MovementKind, Place};

/// What stands between a topic's name and the number or delay of a tier, or at its end. Spring Kafka:
/// `RetryTopicConstants`, and `.DLT` before 3.3; `_retry_` and `_dlq` as Uber wrote them; `.retry.` and `.dlq` are
/// common.
const RETRIES: &[&str] = &["-retry", "_retry", ".retry", ".RETRY"];
const DEAD: &[&str] = &["-dlt", ".DLT", ".dlt", "_dlt", "-dlq", "_dlq", ".dlq", ".DLQ"];

/// Hints among these names: from a topic to its retries, from tier to tier, from the last one to the dead letters.
pub(super) fn movements(topics: &[&str]) -> Vec<Movement> {
    let mut found = Vec::new();
    for origin in topics {
        let mut chain: Vec<(Tier, &str)> =
            topics.iter().filter_map(|topic| Some((tier(origin, topic)?, *topic))).collect();
        chain.sort();
        let mut from = *origin;
        for (_, to) in chain {
            found.push(movement(from, to));
            from = to;
        }
    }
    found.sort();
    found.dedup();
    found
}

/// Its place behind the origin: by number or delay, and the dead letters last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Tier {
    Retry(u64),
    Dead,
}

fn tier(origin: &str, topic: &str) -> Option<Tier> {
    let rest = topic.strip_prefix(origin).filter(|rest| !rest.is_empty())?;
    if DEAD.contains(&rest) {
        return Some(Tier::Dead);
    }
    let number = RETRIES.iter().find_map(|retry| rest.strip_prefix(retry))?;
    if number.is_empty() {
        return Some(Tier::Retry(0));
    }
    let digits = number.strip_prefix(['-', '_', '.'])?;
    digits.parse().ok().map(Tier::Retry)
}

fn movement(from: &str, to: &str) -> Movement {
    Movement {
        from: Place::Dataset(from.into()),
        to: Place::Dataset(to.into()),
        kind: MovementKind::Naming,
        by: "".into(),
        count: None,
        last: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(topics: &[&str]) -> String {
        let name = |place: &Place| match place {
            Place::Dataset(name) => name.expose().to_owned(),
            Place::Elsewhere { .. } => panic!("a topic is here"),
        };
        let movements = movements(topics);
        let said = movements.iter().map(|hint| format!("{}>{}", name(&hint.from), name(&hint.to)));
        said.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn tiers_follow_each_other() {
        let spring = ["orders", "orders-dlt", "orders-retry-0", "orders-retry-1"];
        assert_eq!(
            check(&spring),
            "orders>orders-retry-0 orders-retry-0>orders-retry-1 orders-retry-1>orders-dlt"
        );
        let delays = ["pay", "pay-retry-10000", "pay-retry-2000", "pay.DLT"];
        assert_eq!(
            check(&delays),
            "pay>pay-retry-2000 pay-retry-10000>pay.DLT pay-retry-2000>pay-retry-10000"
        );
        assert_eq!(check(&["pay", "pay_retry", "pay_dlq"]), "pay>pay_retry pay_retry>pay_dlq");
        assert_eq!(check(&["pay.in", "pay.in.DLT"]), "pay.in>pay.in.DLT");
    }

    #[test]
    fn names_that_only_look_alike() {
        assert_eq!(check(&["orders", "orders-retry-policy", "orders-archive", "ordersdlt"]), "");
        assert_eq!(check(&["orders-retry-0", "retry", "dlt", "-dlt"]), "");
        assert_eq!(check(&["orders-dlt", "orders-retry-0"]), "");
    }
}
