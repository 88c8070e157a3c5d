//! Allow lists as commands use them: read, checked against the key, and accounted for at the end.

use std::{collections::BTreeMap, path::Path};

use anyhow::Context as _;

use super::output::{Diagnosed, Terminal};
use crate::{detect::Key, estate::AllowList, report::counted_u64};

/// Reads the list at a path.
pub(super) fn read_list(path: &Path) -> anyhow::Result<AllowList> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("cannot read the allow list at {}; check the path", path.display()))?;
    Ok(AllowList::read(&path.display().to_string(), &text).map_err(|error| Diagnosed(error))?)
}

/// Says which entries name values under another key: they can match nothing.
pub(super) fn note_foreign(terminal: Terminal, list: &AllowList, key: &Key) {
    for entry in list.foreign(key) {
        let (file, line, id) = (&entry.at.file, entry.at.line, key.id());
        terminal.note(&format!(
            "{file}:{line}: this fingerprint was made under another key than {}",
            id.as_str()
        ));
    }
}

/// Says how much was left out, and which entries left nothing out.
pub(super) fn note_use(terminal: Terminal, list: &AllowList, used: &BTreeMap<usize, u64>) {
    let values: u64 = used.values().sum();
    if values > 0 {
        terminal.note(&format!("{} left out by the allow list", counted_u64(values, "value")));
    }
    let idle = list.entries.iter().enumerate().filter(|(number, _)| !used.contains_key(number));
    for (_, entry) in idle {
        terminal.note(&format!(
            "{}:{}: an entry of the allow list that no value needs",
            entry.at.file, entry.at.line
        ));
    }
}
