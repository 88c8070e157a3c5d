//! The vocabulary of rules: what a rule can be about, and what it can ask of it. One table for the reader of
//! packs, the matcher, error messages and docs.

/// What a rule looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum About {
    /// A tag of a field of a dataset.
    Field,
    /// Tags that stand together in records of a dataset.
    Record,
    /// A dataset.
    Dataset,
    /// An edge of the lineage.
    Edge,
    /// A permission of a principal on a dataset.
    Grant,
    /// A principal or group that was seen reading a dataset.
    Reader,
}

/// What an attribute holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    /// Any words; in conditions `*` stands for any run of characters.
    Words,
    /// One of these.
    OneOf(&'static [&'static str]),
    /// Tags; in conditions `class` or `class.state`.
    Tags,
    /// A number; in conditions `at_least` and `at_most`.
    Number,
}

/// Something that can be asked.
#[derive(Debug)]
pub struct Attribute {
    /// The key in `where`, in cases, and in braces in titles.
    pub name: &'static str,
    /// One line for the docs.
    pub about: &'static str,
    /// What it holds.
    pub holds: Holds,
    /// Where it can be asked.
    pub of: &'static [About],
}

/// What stands for a word that was not declared.
pub(super) const UNDECLARED: &str = "undeclared";
pub(super) const YES: &str = "yes";
pub(super) const NO: &str = "no";
pub(super) const UNKNOWN: &str = "unknown";

const YES_NO: Holds = Holds::OneOf(&[YES, NO]);
const YES_NO_UNKNOWN: Holds = Holds::OneOf(&[YES, NO, UNKNOWN]);
const KINDS: Holds =
    Holds::OneOf(&["log", "topic", "queue", "retry-queue", "dead-letters", "export", "table", "file"]);

use About::{Dataset, Edge, Field, Grant, Reader, Record};
const PLACES: &[About] = &[Field, Record, Dataset, Grant, Reader];
const ACCESS: &[About] = &[Grant, Reader];

const fn attribute(name: &'static str, holds: Holds, of: &'static [About], about: &'static str) -> Attribute {
    Attribute { name, about, holds, of }
}

/// All attributes, in the order of the docs.
pub static ATTRIBUTES: &[Attribute] = &[
    attribute("dataset", Holds::Words, PLACES, "its name"),
    attribute("zone", Holds::Words, PLACES, "its zone, or `undeclared`"),
    attribute("owner", Holds::Words, PLACES, "its owner, or `undeclared`"),
    attribute("kind", KINDS, PLACES, "what kind of place it is"),
    attribute(
        "environment",
        Holds::OneOf(&["production", "other"]),
        PLACES,
        "nothing declared is production",
    ),
    attribute("writer", Holds::Words, PLACES, "systems that write it"),
    attribute("writer_kind", Holds::Words, PLACES, "their kinds"),
    attribute(
        "retention_days",
        Holds::Number,
        PLACES,
        "how long records stay; `undeclared` where nobody said",
    ),
    attribute(
        "attempts",
        Holds::Number,
        PLACES,
        "the most attempts of a record that failed before; `undeclared` where its system tells none",
    ),
    attribute(
        "retry_age_days",
        Holds::Number,
        PLACES,
        "days since the earliest first failure of a record in it; `undeclared` where its system tells none",
    ),
    attribute("holds", Holds::Tags, PLACES, "tags of real values found anywhere in it"),
    attribute(
        "refused",
        Holds::Tags,
        &[Field, Record, Dataset, Edge],
        "of its tags, those that its zone (of an edge: the target's) may not hold; without a zone, all",
    ),
    attribute("field", Holds::Words, &[Field], "the field's path"),
    attribute("key", Holds::Words, &[Field], "the field's innermost key, in lower case"),
    attribute("tag", Holds::Tags, &[Field], "what was found in it"),
    attribute("tags", Holds::Tags, &[Record], "what stands together in its records"),
    attribute(
        "test",
        Holds::OneOf(&["real", "published"]),
        &[Field, Record],
        "published test values, or not; records are real if one value is",
    ),
    attribute("brand", Holds::Words, &[Field], "brands of the cards"),
    attribute("reason", Holds::Words, &[Field], "why the detector thinks so"),
    attribute("from", Holds::Words, &[Edge], "the system or dataset that it comes from"),
    attribute("to", Holds::Words, &[Edge], "the system or dataset that it goes to"),
    attribute(
        "level",
        Holds::OneOf(&["system", "dataset", "field", "outside"]),
        &[Edge],
        "what its target is; `outside` is a place that was not looked at, or a reader that nobody knows",
    ),
    attribute("from_zone", Holds::Words, &[Edge], "the zone that it comes from, or `undeclared`"),
    attribute("to_zone", Holds::Words, &[Edge], "the zone that it goes to, or `undeclared`"),
    attribute("from_holds", Holds::Tags, &[Edge], "tags of real values at the end that it comes from"),
    attribute("carries", Holds::Tags, &[Edge], "tags of real values that it moves, as they arrive"),
    attribute("beyond", Holds::Tags, &[Edge], "of these, those that its declared flow does not speak of"),
    attribute(
        "status",
        Holds::OneOf(&["declared", "permitted", "observed", "inferred"]),
        &[Edge],
        "how it is known",
    ),
    attribute("probability", Holds::Number, &[Edge], "how sure that it exists, in percent"),
    attribute(
        "transform",
        Holds::OneOf(&["copied", "masked", "truncated", "hashed", "tokenized", "unknown"]),
        &[Edge],
        "what happens to the value",
    ),
    attribute("shadow", YES_NO, &[Edge], "observed or surely inferred between two systems, and not declared"),
    attribute("crosses", YES_NO, &[Edge], "whether its ends belong to different systems"),
    attribute("principal", Holds::Words, ACCESS, "who; of readers a principal or consumer group"),
    attribute(
        "acts_for",
        Holds::Words,
        ACCESS,
        "systems that the estate file gives this principal or group to, or `undeclared`",
    ),
    attribute(
        "declared",
        YES_NO_UNKNOWN,
        ACCESS,
        "whether one of these is declared to read (or write) it; `unknown` where nobody is",
    ),
    attribute(
        "unneeded",
        Holds::Tags,
        ACCESS,
        "of what the dataset holds, what none of these needs; empty if the estate knows none of them",
    ),
    attribute("may", Holds::OneOf(&["read", "write"]), &[Grant], "what is permitted"),
    attribute("wildcard", YES_NO, &[Grant], "whether it is given to everybody"),
    attribute("expired", YES_NO, &[Grant], "whether its last day is over"),
    attribute(
        "used",
        YES_NO_UNKNOWN,
        &[Grant],
        "whether somebody was seen using it; `unknown` where the source tells no readers",
    ),
    attribute(
        "granted",
        YES_NO_UNKNOWN,
        &[Reader],
        "whether a known grant permits it; `unknown` where the dataset has none",
    ),
];

impl About {
    /// Every subject, in the order of the docs.
    pub const ALL: [About; 6] = [Field, Record, Dataset, Edge, Grant, Reader];

    /// The word after `on:`.
    pub fn id(self) -> &'static str {
        match self {
            Field => "field",
            Record => "record",
            Dataset => "dataset",
            Edge => "edge",
            Grant => "grant",
            Reader => "reader",
        }
    }

    /// What can be asked of it.
    pub fn attributes(self) -> impl Iterator<Item = &'static Attribute> {
        ATTRIBUTES.iter().filter(move |attribute| attribute.of.contains(&self))
    }
}
