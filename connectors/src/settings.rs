//! A source's own keys, as the estate file gave them. The estate's reader checks names and kinds against
//! [`Setting`]; a connector asks for what it needs.

use std::collections::BTreeMap;

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
}

/// The keys of one source. Relative paths are seen from `base`, the estate file's folder.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// The folder that relative paths start from.
    pub base: std::path::PathBuf,
    /// Values by key.
    pub values: BTreeMap<String, SettingValue>,
    /// Read no more than this many bytes of one partition; `None` is no bound.
    pub budget_bytes: Option<u64>,
    /// Ask no more than this many times a second; `None` is the connector's own bound.
    pub budget_requests: Option<u32>,
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
}
