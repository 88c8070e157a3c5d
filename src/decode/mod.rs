//! Floor 1: bytes become records with fields. Decompresses, unpacks, frames, resolves a record's time and walks
//! its fields as (path, value) through every nesting. Every format and compression library lives here.
//!
//! It must not know what a card number is. Dirty input never ends a partition: what is not understood is
//! [`Skipped`] with its place and a static reason, and its bytes still reach the detector as plain text.

mod ahead;
mod avro_file;
mod binary;
mod block;
mod container;
mod csv;
mod dialect;
mod document;
mod encoding;
mod feed;
mod framer;
mod frames;
mod gzip;
mod json_scan;
mod layout;
mod lines;
mod messages;
mod nest;
mod numerals;
mod parts;
mod path;
mod raw;
mod record;
mod schema;
mod skim;
mod skimming;
mod split;
mod stamp;
mod stream;
mod text;
mod time;
mod window;
mod wrap;
mod zip;
mod zstd;

pub use frames::{Next, Records};
pub(crate) use numerals::digit;
pub use path::FieldPath;
pub use raw::Raw;
pub use record::{Field, Origin, Record, Standing};
pub use skim::{Laid, Skim, Skimmed, Worthy};
pub use time::{Known, Time};

/// Every container format that a stream may come in, in the order of the docs.
static CONTAINERS: &[&container::Container] = &[&gzip::CONTAINER, &zstd::CONTAINER, &zip::CONTAINER];

/// The names of the container formats that are opened, in the order of the docs.
pub fn containers() -> impl Iterator<Item = &'static str> {
    CONTAINERS.iter().map(|container| container.name)
}

/// How far decoding goes before it stops and says so.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Nestings of one value in another (JSON in base64 in gzip …), and of JSON in itself.
    pub depth: usize,
    /// A record longer than this many bytes is scanned in windows of this size and not decoded.
    pub record: usize,
    /// All bytes that the nested values of one record may unfold to.
    pub unfolded: usize,
    /// A compressed file may grow by this factor before it counts as a bomb.
    pub expansion: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { depth: 32, record: 4 << 20, unfolded: 16 << 20, expansion: 1_000 }
    }
}

/// What the user said of a source, for records that do not say it themselves.
#[derive(Debug, Clone, Default)]
pub struct Hints {
    /// The field that holds a record's time, as its path.
    pub time_field: Option<String>,
    /// IANA name of the zone that stamps without one are in.
    pub timezone: Option<String>,
    /// No record is younger (the file's own time, or the run's start), in milliseconds since 1970 UTC.
    pub not_after: Option<i64>,
}

/// Something was not decoded, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// Where.
    pub origin: Origin,
    /// Why, in one of a fixed set of reasons.
    pub reason: SkipReason,
}

/// Why something was not decoded. Each has a place in `docs/output.md`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SkipReason {
    /// A record longer than the limit: scanned in windows, fields not decoded.
    RecordTooLong,
    /// JSON that does not parse; scanned as text.
    BrokenJson,
    /// A row with another number of cells than the header; its cells are kept, the extra ones unnamed.
    RaggedRow,
    /// Bytes that are no text in the file's encoding; read with replacements.
    BrokenText,
    /// Compressed data that ends early or does not decompress; what came before was read.
    BrokenCompression,
    /// Unfolds beyond the limits.
    Bomb,
    /// Nested deeper than the limit; the rest was scanned as text.
    TooDeep,
    /// An encrypted or otherwise unsupported archive member.
    UnsupportedMember,
    /// Binary data without a format that is known.
    Binary,
    /// A message names a schema that the registry does not know.
    UnknownSchema,
    /// A message names a schema, and the registry does not answer or refuses.
    UnreachableSchema,
    /// The schema's own text cannot be used.
    BrokenSchema,
    /// A payload that is not what its schema says.
    BrokenPayload,
}

impl SkipReason {
    /// Whether something was not looked at: bytes not at all, or numbers that no scan of bytes can see. The partition
    /// was then read in part. The other reasons cost fields or exactness, and the detector still saw every byte.
    pub fn loses_bytes(self) -> bool {
        matches!(
            self,
            SkipReason::BrokenCompression
                | SkipReason::Bomb
                | SkipReason::UnsupportedMember
                | SkipReason::UnknownSchema
                | SkipReason::UnreachableSchema
                | SkipReason::BrokenSchema
        )
    }

    /// Every reason, in the order of the docs.
    pub const ALL: [SkipReason; 13] = [
        SkipReason::RecordTooLong,
        SkipReason::BrokenJson,
        SkipReason::RaggedRow,
        SkipReason::BrokenText,
        SkipReason::BrokenCompression,
        SkipReason::Bomb,
        SkipReason::TooDeep,
        SkipReason::UnsupportedMember,
        SkipReason::Binary,
        SkipReason::UnknownSchema,
        SkipReason::UnreachableSchema,
        SkipReason::BrokenSchema,
        SkipReason::BrokenPayload,
    ];

    /// The word in `run.json` and in the docs.
    pub fn id(self) -> &'static str {
        match self {
            SkipReason::RecordTooLong => "record-too-long",
            SkipReason::BrokenJson => "broken-json",
            SkipReason::RaggedRow => "ragged-row",
            SkipReason::BrokenText => "broken-text",
            SkipReason::BrokenCompression => "broken-compression",
            SkipReason::Bomb => "bomb",
            SkipReason::TooDeep => "too-deep",
            SkipReason::UnsupportedMember => "unsupported-member",
            SkipReason::Binary => "binary",
            SkipReason::UnknownSchema => "unknown-schema",
            SkipReason::UnreachableSchema => "unreachable-schema",
            SkipReason::BrokenSchema => "broken-schema",
            SkipReason::BrokenPayload => "broken-payload",
        }
    }

    /// What it means, and what was done all the same.
    pub fn about(self) -> &'static str {
        match self {
            SkipReason::RecordTooLong => "longer than the limit: scanned in windows, its fields not decoded",
            SkipReason::BrokenJson => "JSON that does not parse: scanned as text",
            SkipReason::RaggedRow => {
                "a row with another number of cells than the header: its cells are kept, the extra ones unnamed"
            }
            SkipReason::BrokenText => "no text in the file's encoding: read with replacements",
            SkipReason::BrokenCompression => {
                "compressed data that ends early or does not decompress: what came before was read"
            }
            SkipReason::Bomb => "unfolds beyond the limits",
            SkipReason::TooDeep => "nested deeper than the limit: the rest was scanned as text",
            SkipReason::UnsupportedMember => "an encrypted or otherwise unsupported member of an archive",
            SkipReason::Binary => "binary data without a format that is known",
            SkipReason::UnknownSchema => {
                "written with a schema that the registry does not know: scanned as bytes, its fields not decoded"
            }
            SkipReason::UnreachableSchema => {
                "written with a schema that the registry did not give: scanned as bytes, its fields not decoded"
            }
            SkipReason::BrokenSchema => {
                "written with a schema that cannot be used: scanned as bytes, its fields not decoded"
            }
            SkipReason::BrokenPayload => {
                "not what its schema says: decoded as far as it is, and scanned as bytes"
            }
        }
    }
}
