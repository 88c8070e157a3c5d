//! The keys of the estate file, object by object: what the reader accepts, the JSON Schema lists and errors suggest.

/// The file itself.
pub(super) const ESTATE: &[&str] = &[
    "version",
    "estate",
    "key",
    "zones",
    "systems",
    "sources",
    "datasets",
    "flows",
    "grants",
    "policies",
    "exceptions",
    "allow",
];
/// `key:`, and every secret.
pub(super) const KEY: &[&str] = &["env", "file"];
/// One zone.
pub(super) const ZONE: &[&str] = &["may_hold"];
/// One system.
pub(super) const SYSTEM: &[&str] = &["kind", "zone", "owner", "principals", "groups", "needs"];
/// One source, beside its connector's own keys.
pub(super) const SOURCE: &[&str] = &[
    "name",
    "connector",
    "system",
    "zone",
    "owner",
    "kind",
    "environment",
    "retention",
    "timezone",
    "time",
    "budget",
];
/// `budget:`.
pub(super) const BUDGET: &[&str] = &["bytes", "requests", "deadline"];
/// `sample:`.
pub(super) const SAMPLE: &[&str] = &["newest", "one_in"];
/// One refinement of datasets.
pub(super) const DATASET: &[&str] =
    &["match", "zone", "owner", "environment", "retention", "kind", "written_by", "read_by"];
/// One flow.
pub(super) const FLOW: &[&str] = &["from", "to", "via", "auth", "carries"];
/// One grant, written here.
pub(super) const GRANT: &[&str] = &["principal", "may", "dataset", "until"];
/// Grants from a dump.
pub(super) const IMPORT: &[&str] = &["import", "format", "source"];
