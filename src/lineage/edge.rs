//! An edge: data moves from one end to another, how we believe it, and what happened on the way.

use std::collections::BTreeSet;

use dyetrace_connectors::MovementKind;

use crate::{
    decode::FieldPath,
    detect::{Scrubbed, Tag},
    estate::Citation,
    observe::Position,
};

/// Names an edge of one lineage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EdgeId(pub(in crate::lineage) usize);

/// Data moves from a dataset (or a system without datasets), through a system, to a dataset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edge {
    /// Where it comes from.
    pub from: End,
    /// Where it goes.
    pub to: End,
    /// The system that moves it, where that is known.
    pub via: Option<Scrubbed>,
    /// What happens to the value.
    pub transform: Transform,
    /// How we know: one or several ways.
    pub status: BTreeSet<Status>,
    /// How sure that it exists.
    pub probability: Probability,
    /// Why, the strongest first; never empty.
    pub evidence: Vec<Evidence>,
    /// What it carries: tags of the fields it moves, as they arrive.
    pub carries: BTreeSet<Tag>,
}

/// One end of an edge.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum End {
    /// A system without a dataset that was looked at.
    System(Scrubbed),
    /// A dataset, whichever field.
    Dataset(Scrubbed),
    /// A field of a dataset.
    Field(Scrubbed, FieldPath),
    /// Something that is known by its name alone: a place that was not looked at, or a reader that no system of the
    /// estate stands for.
    Outside(Scrubbed),
}

/// What happens to a value on the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Transform {
    /// The value itself, perhaps inside an encoding.
    Copied,
    /// Digits replaced.
    Masked,
    /// Digits removed.
    Truncated,
    /// A digest.
    Hashed,
    /// A token in its place.
    Tokenized,
    /// Not known: a declaration alone, or a dataset-level edge with several.
    Unknown,
}

/// How an edge is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// The estate says so.
    Declared,
    /// Grants allow it.
    Permitted,
    /// A direct record of the movement: a redrive policy, a subscription, a header, a group's offsets.
    Observed,
    /// Values and times say so.
    Inferred,
}

/// In thousandths, 0 to 1000: an integer, so that equal input gives equal bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Probability(pub u16);

impl Probability {
    /// It exists: declared, or seen directly. Permission alone says nothing, and counts 0.
    pub const CERTAIN: Probability = Probability(1000);
    /// The most that values and times can tell.
    pub const INFERRED_MOST: Probability = Probability(990);
    /// From here an inferred edge counts as seen.
    pub const SURE: Probability = Probability(900);
}

/// Why we believe an edge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Evidence {
    /// A flow, reader or writer that the estate declares.
    Declared {
        /// Where.
        at: Citation,
    },
    /// A grant that allows it.
    Granted {
        /// Who.
        principal: Scrubbed,
        /// Where the grant was declared, if it was.
        at: Option<Citation>,
    },
    /// A reader that its source saw reading.
    Reader {
        /// A consumer group or principal.
        name: Scrubbed,
        /// The last time, in milliseconds since 1970 UTC.
        last: Option<i64>,
    },
    /// A system's configuration, or its records, tell of the movement.
    Moved {
        /// What moves it.
        kind: MovementKind,
        /// The filter, connector or policy by name; empty where it has none.
        by: Scrubbed,
        /// How many records told of it; `None` where configuration did.
        count: Option<u64>,
        /// The last time it was seen to happen, in milliseconds since 1970 UTC.
        last: Option<i64>,
    },
    /// Times do not tell which end came first; something weaker says so.
    Orientation {
        /// What.
        by: Orientation,
    },
    /// The target holds payment data of these kinds that nothing else is seen to bring.
    NoOtherSource {
        /// What it holds.
        tags: BTreeSet<Tag>,
    },
    /// Values that both ends hold.
    SharedValues {
        /// Distinct values, as far as they were kept.
        shared: u64,
        /// Distinct values kept of the arriving field: what `shared` is a part of.
        of: u64,
        /// Shared values that surely were at the source first.
        forward: u64,
        /// Shared values that surely were at the target first.
        backward: u64,
        /// A record at the source.
        from: Position,
        /// A record at the target with the same value.
        to: Position,
    },
    /// Values that changed form and belong together by another value of their records.
    Companions {
        /// Pairs of records that agree.
        agree: u64,
        /// Pairs that do not.
        differ: u64,
        /// A record at the source.
        from: Position,
        /// A record at the target.
        to: Position,
    },
}

/// What a direction is taken from where times are silent, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Orientation {
    /// A declared flow or reader, or a movement that a system tells of, leads this way, and none the other.
    Declared,
    /// From the gateway outward: `cde`, `connected`, `out-of-scope`.
    Zone,
    /// Nearly all that the target holds is at the source, and not the other way.
    Containment,
    /// Nothing: the order of the names, so that the finding is not lost.
    Names,
}

impl Orientation {
    /// The word in JSON.
    pub fn id(self) -> &'static str {
        match self {
            Orientation::Declared => "declared",
            Orientation::Zone => "zone",
            Orientation::Containment => "containment",
            Orientation::Names => "names",
        }
    }
}

impl Transform {
    /// Every one, in the order of the docs.
    pub const ALL: [Transform; 6] = [
        Transform::Copied,
        Transform::Masked,
        Transform::Truncated,
        Transform::Hashed,
        Transform::Tokenized,
        Transform::Unknown,
    ];

    /// The word in JSON and in the graph.
    pub fn id(self) -> &'static str {
        match self {
            Transform::Copied => "copied",
            Transform::Masked => "masked",
            Transform::Truncated => "truncated",
            Transform::Hashed => "hashed",
            Transform::Tokenized => "tokenized",
            Transform::Unknown => "unknown",
        }
    }
}

impl Status {
    /// Every one, in the order of the docs.
    pub const ALL: [Status; 4] = [Status::Declared, Status::Permitted, Status::Observed, Status::Inferred];

    /// The word in JSON and in the graph.
    pub fn id(self) -> &'static str {
        match self {
            Status::Declared => "declared",
            Status::Permitted => "permitted",
            Status::Observed => "observed",
            Status::Inferred => "inferred",
        }
    }
}

impl End {
    /// The dataset, if it is one.
    pub fn dataset(&self) -> Option<&Scrubbed> {
        match self {
            End::System(_) | End::Outside(_) => None,
            End::Dataset(name) | End::Field(name, _) => Some(name),
        }
    }

    /// The name of the system, dataset or whatever else it is.
    pub fn name(&self) -> &Scrubbed {
        match self {
            End::System(name) | End::Dataset(name) | End::Field(name, _) | End::Outside(name) => name,
        }
    }

    /// The field, if it is one.
    pub fn field(&self) -> Option<&FieldPath> {
        match self {
            End::Field(_, field) => Some(field),
            _ => None,
        }
    }
}
