//! That data moves, as a system's own configuration or its records tell it: subscriptions, redrive policies,
//! connectors, bindings, the headers of a retried message. What moves, and whether it should, is others' business.

use crate::Foreign;

/// Most movements that one partition tells of; a broken header that differs in every record must not fill memory.
pub const MOST_MOVEMENTS: usize = 64;

/// Data goes from one place to another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Movement {
    /// Where it comes from.
    pub from: Place,
    /// Where it goes.
    pub to: Place,
    /// What moves it.
    pub kind: MovementKind,
    /// The filter, connector or policy by name; empty where it has none.
    pub by: Foreign,
    /// How many records told of it; `None` where configuration did.
    pub count: Option<u64>,
    /// The last time it was seen to happen, in milliseconds since 1970 UTC.
    pub last: Option<i64>,
}

/// One end of a movement.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// A dataset of the same source, by its name below it.
    Dataset(Foreign),
    /// Something else, named as OpenLineage names datasets: another source's dataset, an ARN, a bucket.
    Elsewhere {
        /// `kafka://host:port`, `s3://bucket`, `arn:aws:lambda:…` without its last part.
        namespace: Foreign,
        /// The name below it.
        name: Foreign,
    },
}

/// What moves data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MovementKind {
    /// A subscription or its filter hands records on as they come.
    Subscription,
    /// An export task copies records out.
    Export,
    /// A redrive or dead-letter policy moves what failed.
    Redrive,
    /// A Kafka Connect source or sink.
    Connect,
    /// An exchange is bound to a queue, or to another exchange.
    Binding,
    /// A record says itself where it was before it was tried again.
    Retry,
    /// Two names fit a framework's convention (`orders`, `orders-retry-0`): a hint, and no observation.
    Naming,
}

impl MovementKind {
    /// Every kind, in the order of the docs.
    pub const ALL: [MovementKind; 7] = [
        MovementKind::Subscription,
        MovementKind::Export,
        MovementKind::Redrive,
        MovementKind::Connect,
        MovementKind::Binding,
        MovementKind::Retry,
        MovementKind::Naming,
    ];

    /// The word in reports.
    pub fn id(self) -> &'static str {
        match self {
            MovementKind::Subscription => "subscription",
            MovementKind::Export => "export",
            MovementKind::Redrive => "redrive",
            MovementKind::Connect => "connect",
            MovementKind::Binding => "binding",
            MovementKind::Retry => "retry",
            MovementKind::Naming => "naming",
        }
    }
}
