//! A source's own keys, as the estate file gave them. The estate's reader checks names and kinds against
//! [`Setting`]; a connector asks for what it needs.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::{Secret, SecretPlace, SourceError};

/// A key that a connector takes.
#[derive(Debug)]
pub struct Setting {
    /// The key in the estate file.
    pub name: &'static str,
    /// One line for help, docs and the JSON Schema.
    pub about: &'static str,
    /// What it holds.
    pub kind: SettingKind,
}

/// For connectors whose records have times: nothing older is read.
pub const SINCE: Setting = Setting {
    name: "since",
    about: "nothing older: 24h, 7d, a date or an RFC 3339 time",
    kind: SettingKind::Since,
};

/// For connectors whose records have times: nothing younger is read.
pub const UNTIL: Setting = Setting {
    name: "until",
    about: "nothing younger: 1h, a date (with that day) or an RFC 3339 time",
    kind: SettingKind::Until,
};

/// For connectors that can read a part.
pub const SAMPLE: Setting = Setting {
    name: "sample",
    about: "{newest: N} of each partition, or {one_in: N} by the hash of the key; all when not said",
    kind: SettingKind::Sample,
};

/// For systems that cannot be read without changing something.
pub const CONSENT: Setting = Setting {
    name: "consent",
    about: "side-effects: reading may change what the connector's page says it changes",
    kind: SettingKind::Consent,
};

/// What a setting holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SettingKind {
    /// One text, which must be there.
    RequiredText,
    /// One text.
    Text,
    /// One text or several.
    List,
    /// `true` or `false`.
    Switch,
    /// Where a secret lies: `{env: NAME}` or `{file: PATH}`, never the secret itself.
    Secret,
    /// [`SINCE`]: into [`Settings::since`].
    Since,
    /// [`UNTIL`]: into [`Settings::until`].
    Until,
    /// [`SAMPLE`]: into [`Settings::sample`].
    Sample,
    /// [`CONSENT`]: into [`Settings::consent`].
    Consent,
}

/// A value, of the kind that its [`Setting`] names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SettingValue {
    /// For `RequiredText` and `Text`.
    Text(String),
    /// For `List`.
    List(Vec<String>),
    /// For `Switch`.
    Switch(bool),
    /// For `Secret`.
    Secret(SecretPlace),
}

/// What a source may cost. `None` is no bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Budget {
    /// Read no more than this many bytes of one partition.
    pub bytes: Option<u64>,
    /// Ask no more than this many times a second, over all partitions together.
    pub requests: Option<u32>,
    /// Read for no longer than this, over all partitions together, from the first that is opened on.
    pub deadline: Option<Duration>,
}

impl Budget {
    /// No bound: files.
    pub const NONE: Budget = Budget { bytes: None, requests: None, deadline: None };

    /// What a live system is asked at most when nothing is said: an audit that somebody starts by mistake must not
    /// become an incident.
    pub const LIVE: Budget =
        Budget { bytes: Some(64 << 20), requests: Some(10), deadline: Some(Duration::from_secs(600)) };
}

/// Whether reading may change something in the system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Consent {
    /// It may not: what cannot be had without a side effect is refused.
    #[default]
    ReadOnly,
    /// The user said `consent: side-effects`.
    SideEffects,
}

/// Which records are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sample {
    /// All that the budget allows.
    #[default]
    Everything,
    /// The newest so many of each partition.
    Newest(u64),
    /// Those whose key's hash falls into one part of so many: the same keys in every partition and on every day.
    OneIn(u64),
}

/// The keys of one source. Relative paths are seen from `base`, the estate file's folder.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// The folder that relative paths start from.
    pub base: std::path::PathBuf,
    /// Values by key.
    pub values: BTreeMap<String, SettingValue>,
    /// What it may cost: the connector's default where the user said nothing.
    pub budget: Budget,
    /// Whether reading may change something.
    pub consent: Consent,
    /// Which records are read.
    pub sample: Sample,
    /// Nothing older, in milliseconds since 1970 UTC.
    pub since: Option<i64>,
    /// Nothing from here on, in milliseconds since 1970 UTC.
    pub until: Option<i64>,
}

impl Settings {
    /// The text under `name`.
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.values.get(name) {
            Some(SettingValue::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// The texts under `name`; a single text is a list of one.
    pub fn list(&self, name: &str) -> Vec<&str> {
        match self.values.get(name) {
            Some(SettingValue::List(items)) => items.iter().map(String::as_str).collect(),
            Some(SettingValue::Text(text)) => vec![text],
            _ => Vec::new(),
        }
    }

    /// Whether `name` is switched on.
    pub fn switch(&self, name: &str) -> bool {
        matches!(self.values.get(name), Some(SettingValue::Switch(true)))
    }

    /// The secret under `name`, fetched from where it lies; an error when it does not lie there.
    pub fn secret(&self, name: &'static str) -> Result<Option<Secret>, SourceError> {
        match self.values.get(name) {
            Some(SettingValue::Secret(place)) => place.fetch(name).map(Some),
            _ => Ok(None),
        }
    }
}
