//! One source: what every source has, and its connector's own keys.
//!
//! It must not open anything.

use std::collections::BTreeSet;

use dyetrace_connectors::{CONNECTORS, Connector};

use super::{
    SourceSpec,
    declare::{Names, kind, retention},
    entries::unknown_word,
    keys,
    misfit::Fault,
    read::Reader,
    settings::Asked,
    yaml::Node,
};
use crate::detect::Scrubbed;

/// Connectors that a build can leave out, and the feature that brings each.
const OPTIONAL: &[(&str, &str)] = &[
    ("kafka", "kafka"),
    ("cloudwatch", "cloudwatch"),
    ("sqs", "sqs"),
    ("redis", "redis"),
    ("postgres", "postgres"),
    ("rabbitmq", "rabbitmq"),
];

impl Reader {
    pub(super) fn sources(&self, node: Option<&Node>, names: &Names<'_>) -> Result<Vec<SourceSpec>, Fault> {
        let mut taken = BTreeSet::new();
        let nodes = node.map_or(Ok(&[][..]), |node| node.items("`sources`"))?;
        nodes.iter().map(|node| self.source(node, names, &mut taken)).collect()
    }

    fn source(
        &self,
        node: &Node,
        names: &Names<'_>,
        taken: &mut BTreeSet<Scrubbed>,
    ) -> Result<SourceSpec, Fault> {
        let connector = connector(node)?;
        let settings = connector.settings.iter().map(|setting| setting.name);
        let allowed: Vec<&str> = keys::SOURCE.iter().copied().chain(settings).collect();
        let entries = node.entries(&format!("a source of `{}`", connector.name), &allowed)?;
        let Asked { settings, window } = self.settings(&entries, connector)?;
        Ok(SourceSpec {
            name: source_name(entries.required("name", "a source")?, taken)?,
            connector: connector.name,
            settings,
            window,
            system: entries.get("system").map(|system| names.system(system)).transpose()?,
            zone: entries.get("zone").map(|zone| names.zone(zone)).transpose()?,
            owner: entries.text("owner")?,
            kind: entries.get("kind").map(kind).transpose()?,
            environment: entries.text("environment")?,
            retention: entries.get("retention").map(retention).transpose()?,
            timezone: entries.get("timezone").map(timezone).transpose()?,
            time: entries.get("time").map(|node| node.raw().map(str::to_owned)).transpose()?,
            at: self.cite(node.at),
        })
    }
}

/// The connector comes first: the keys that a source takes depend on it.
fn connector(node: &Node) -> Result<&'static Connector, Fault> {
    let pairs = node.pairs("a source")?;
    let found = pairs.iter().find(|(key, _)| key.text.expose() == "connector");
    let Some((_, named)) = found else {
        return Err(Fault::at(node.at, "a source needs `connector`")
            .label("`connector` is missing")
            .help(format!("this build has: {}", names().join(", "))));
    };
    let text = named.raw()?;
    if let Some(connector) = dyetrace_connectors::connector(text) {
        return Ok(connector);
    }
    match OPTIONAL.iter().find(|(name, _)| *name == text) {
        Some((name, feature)) => Err(Fault::at(named.at, format!("this build has no connector `{name}`"))
            .label("left out of this build")
            .help(format!(
                "build with `cargo build --release --features {feature}`; this build has: {}",
                names().join(", ")
            ))),
        None => Err(unknown_word(named.at, "connector", text, &names())),
    }
}

fn names() -> Vec<&'static str> {
    CONNECTORS.iter().map(|connector| connector.name).collect()
}

/// A source's name is the first part of its datasets' names, and stands in patterns.
fn source_name(node: &Node, taken: &mut BTreeSet<Scrubbed>) -> Result<Scrubbed, Fault> {
    let name = node.text()?;
    if name.as_str().is_empty() || name.as_str().contains(['/', '*']) {
        return Err(node.misfit("a name without `/` and `*` is expected"));
    }
    match taken.insert(name.clone()) {
        true => Ok(name),
        false => Err(node.misfit("another source has this name").help("give each source its own")),
    }
}

fn timezone(node: &Node) -> Result<String, Fault> {
    let name = node.raw()?;
    match jiff::tz::TimeZone::get(name) {
        Ok(_) => Ok(name.to_owned()),
        Err(_) => Err(node.misfit("no such time zone").help(
            "write an IANA name such as UTC or Europe/Berlin; others than UTC need the system's tzdata",
        )),
    }
}
