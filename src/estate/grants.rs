//! Grants that the estate file holds, and grants from a dump of `kafka-acls.sh --list`.
//!
//! It must not know what a connector reads by itself.

use std::str::FromStr;

use dyetrace_connectors::Permission;

use super::{
    Citation, DeclaredGrant, Note, SourceSpec, acls,
    entries::Entries,
    keys,
    misfit::Fault,
    read::Reader,
    yaml::{Content, Node},
};
use crate::detect::scrub;

/// Reads all grants, and what is to be said of imported ones.
pub(super) fn read(
    reader: &Reader,
    nodes: &[Node],
    sources: &[SourceSpec],
) -> Result<(Vec<DeclaredGrant>, Vec<Note>), Fault> {
    let (mut grants, mut notes) = (Vec::new(), Vec::new());
    for node in nodes {
        match is_import(node) {
            true => import(reader, node, sources, &mut grants, &mut notes)?,
            false => grants.push(written(reader, node)?),
        }
    }
    Ok((grants, notes))
}

fn is_import(node: &Node) -> bool {
    match &node.content {
        Content::Map(entries) => entries.iter().any(|(key, _)| keys::IMPORT.contains(&key.text.expose())),
        _ => false,
    }
}

fn written(reader: &Reader, node: &Node) -> Result<DeclaredGrant, Fault> {
    let entries = node.entries("a grant", keys::GRANT)?;
    let required = |key| entries.required(key, "a grant");
    let words = [("read", Permission::Read), ("write", Permission::Write)];
    Ok(DeclaredGrant {
        principal: required("principal")?.text()?,
        may: required("may")?.one_of("permission", &words)?,
        dataset: required("dataset")?.text()?,
        until: entries.get("until").map(day).transpose()?,
        at: reader.cite(node.at),
    })
}

/// A day as `YYYY-MM-DD`.
pub(crate) fn day(node: &Node) -> Result<String, Fault> {
    let text = node.raw()?;
    match jiff::civil::Date::from_str(text) {
        Ok(date) if text.len() == 10 => Ok(date.to_string()),
        _ => Err(node.misfit("a day such as 2026-12-31 is expected")),
    }
}

fn import(
    reader: &Reader,
    node: &Node,
    sources: &[SourceSpec],
    grants: &mut Vec<DeclaredGrant>,
    notes: &mut Vec<Note>,
) -> Result<(), Fault> {
    let entries = node.entries("an import of grants", keys::IMPORT)?;
    let file = entries.required("import", "an import of grants")?;
    entries.required("format", "an import of grants")?.one_of("format of grants", &[("kafka-acls", ())])?;
    let path = reader.existing_file(file)?;
    let text = std::fs::read_to_string(&path).map_err(|_| {
        file.misfit("cannot be read").help("let the user who runs dyetrace read it; it must be UTF-8")
    })?;
    let listed = acls::parse(&text).map_err(|line| {
        file.misfit("not what `kafka-acls.sh --list` writes")
            .help(format!("line {line} of the file is not understood"))
    })?;
    let named = scrub(file.raw()?);
    let prefix = prefix(&entries, sources)?;
    grants.extend(listed.grants.into_iter().map(|acl| DeclaredGrant {
        principal: scrub(&acl.principal),
        may: acl.may,
        dataset: scrub(&format!("{prefix}{}", acl.topic)),
        until: None,
        at: Citation { file: named.clone(), line: acl.line },
    }));
    let note = |text: String| Note { at: reader.cite(node.at), text };
    notes.extend(listed.remarks.into_iter().map(note));
    Ok(())
}

/// Topics are datasets of one source: the one that is named, or the only one of Kafka. Without either a topic
/// is taken for a dataset's whole name, as it is where topics were dumped to files.
fn prefix(entries: &Entries<'_>, sources: &[SourceSpec]) -> Result<String, Fault> {
    if let Some(node) = entries.get("source") {
        let words: Vec<_> = sources.iter().map(|source| (source.name.as_str(), &source.name)).collect();
        return node.one_of("source", &words).map(|name| format!("{name}/"));
    }
    let mut brokers = sources.iter().filter(|source| source.connector == "kafka");
    match (brokers.next(), brokers.next()) {
        (Some(only), None) => Ok(format!("{}/", only.name)),
        _ => Ok(String::new()),
    }
}
