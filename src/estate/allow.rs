//! The allow list: what the user knows to be no finding, by field, value or shape. A list that hides too much is worse
//! than none, so every entry has its reason and is counted.
//!
//! ```yaml
//! - {shape: "4000##########", tag: pan, field: "*.voucher", reason: "numbers of the voucher system"}
//! - {value: "1b2c3d4e:0f343b0931126a20f133d67c2b018a3b", reason: "the hotline's own number"}
//! ```

use std::collections::BTreeMap;

use super::{
    Citation, YamlError,
    entries::Entries,
    misfit::Fault,
    name_fits, read_selector,
    yaml::{self, Node},
};
use crate::detect::{Allow, Allowed, Fingerprint, Key, Picture, Scrubbed, scrub};

/// An allow list as it was written.
#[derive(Debug, Clone, Default)]
pub struct AllowList {
    /// The entries in the order of the file.
    pub entries: Vec<AllowEntry>,
}

/// One entry.
#[derive(Debug, Clone)]
pub struct AllowEntry {
    /// What is allowed.
    pub allowed: Allowed,
    /// In these datasets of an audit alone; `*` is any run of characters.
    pub dataset: Option<Scrubbed>,
    /// Why.
    pub reason: Scrubbed,
    /// The key that its fingerprint was made under.
    key: Option<String>,
    /// Where it is written.
    pub at: Citation,
}

const KEYS: &[&str] = &["field", "value", "shape", "tag", "dataset", "reason"];

impl AllowList {
    /// Reads an allow list from its text.
    ///
    /// # Errors
    /// Something in it does not fit: the user's to mend.
    pub fn read(file: &str, text: &str) -> Result<AllowList, Box<YamlError>> {
        let file = scrub(file);
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let read = || -> Result<AllowList, Fault> {
            let root = yaml::parse(text)?;
            let entries = root.items("an allow list")?.iter().map(|node| entry(&file, node));
            Ok(AllowList { entries: entries.collect::<Result<_, _>>()? })
        };
        read().map_err(|fault| Box::new(fault.within(&file, text)))
    }

    /// The entries that hold in a dataset, by their numbers. Fingerprints of another key can match nothing.
    pub fn within(&self, dataset: &Scrubbed, key: &Key) -> Allow {
        let here = |entry: &AllowEntry| {
            entry.dataset.as_ref().is_none_or(|pattern| name_fits(pattern.as_str(), dataset.as_str()))
        };
        self.under(key, here)
    }

    /// All entries, whatever their dataset.
    pub fn everywhere(&self, key: &Key) -> Allow {
        self.under(key, |_| true)
    }

    /// All entries of a list that names no values, for which no key is needed.
    pub fn without_values(&self) -> Allow {
        let entries = self.entries.iter().map(|entry| entry.allowed.clone()).enumerate();
        Allow { entries: entries.collect(), key: None }
    }

    fn under(&self, key: &Key, holds: impl Fn(&AllowEntry) -> bool) -> Allow {
        let entries = self.entries.iter().enumerate().filter(|(_, entry)| holds(entry));
        let entries: BTreeMap<usize, Allowed> =
            entries.map(|(number, entry)| (number, entry.allowed.clone())).collect();
        Allow { entries, key: Some(key.clone()) }
    }

    /// Entries whose fingerprint was made under another key.
    pub fn foreign<'a>(&'a self, key: &Key) -> impl Iterator<Item = &'a AllowEntry> {
        let id = key.id();
        self.entries
            .iter()
            .filter(move |entry| entry.key.as_deref().is_some_and(|named| named != id.as_str()))
    }

    /// Whether an entry names a value, for which a key is needed.
    pub fn names_values(&self) -> bool {
        self.entries.iter().any(|entry| entry.allowed.value.is_some())
    }
}

fn entry(file: &Scrubbed, node: &Node) -> Result<AllowEntry, Fault> {
    let entries = node.entries("an entry of an allow list", KEYS)?;
    let (key, value) = entries.get("value").map(value).transpose()?.unzip();
    let allowed = Allowed {
        tag: entries.get("tag").map(read_selector).transpose()?,
        field: entries.text("field")?.map(|field| field.as_str().to_owned()),
        value,
        shape: entries.get("shape").map(shape).transpose()?,
    };
    if allowed.field.is_none() && allowed.value.is_none() && allowed.shape.is_none() {
        return Err(nothing_named(&entries));
    }
    Ok(AllowEntry {
        allowed,
        dataset: entries.text("dataset")?,
        reason: entries.required("reason", "an entry of an allow list")?.text()?,
        key,
        at: Citation { file: file.clone(), line: node.at.line },
    })
}

fn nothing_named(entries: &Entries<'_>) -> Fault {
    Fault::at(entries.at, "an entry of an allow list names a `field`, a `value` or a `shape`")
}

/// `KEY-ID:32 hex digits`, as `dyetrace fingerprint` prints it.
fn value(node: &Node) -> Result<(String, Fingerprint), Fault> {
    let misfit = || node.misfit("a fingerprint, as `dyetrace fingerprint` prints it");
    let (key, print) = node.raw()?.split_once(':').ok_or_else(misfit)?;
    let hex = |text: &str, length: usize| text.len() == length && text.bytes().all(|b| b.is_ascii_hexdigit());
    if !hex(key, 8) || !hex(print, 32) {
        return Err(misfit());
    }
    let print = u128::from_str_radix(print, 16).map_err(|_| misfit())?;
    Ok((key.to_owned(), Fingerprint(print)))
}

fn shape(node: &Node) -> Result<Picture, Fault> {
    Picture::new(node.raw()?).map_err(|_| {
        node.misfit("a shape: `#` for a digit, `@` for a letter, and no more than eight digits of its own")
    })
}
