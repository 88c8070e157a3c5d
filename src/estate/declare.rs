//! Zones, systems, refinements of datasets and flows, as they are declared.
//!
//! It must not know sources.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    DatasetKind, DatasetRule, Flow, Need, System, Zone, entries::unknown_word, keys, misfit::Fault, quantity,
    read::Reader, yaml::Node,
};
use crate::detect::{Class, Scrubbed, Selector, State};

/// Names that others may use.
pub(super) struct Names<'a> {
    pub(super) zones: &'a BTreeMap<Scrubbed, Zone>,
    pub(super) systems: &'a BTreeMap<Scrubbed, System>,
}

/// The zones that exist already, and what they may hold unless the estate says otherwise.
const ZONES: [(&str, &[Selector]); 3] = [
    (
        "cde",
        &[
            any(Class::Pan),
            any(Class::Expiry),
            any(Class::Cardholder),
            any(Class::ServiceCode),
            any(Class::Token),
        ],
    ),
    ("connected", &[only(State::Truncated), only(State::Masked), any(Class::Token)]),
    ("out-of-scope", &[only(State::Truncated), only(State::Masked), any(Class::Token)]),
];

const fn any(class: Class) -> Selector {
    Selector { class, state: None }
}

const fn only(state: State) -> Selector {
    Selector { class: Class::Pan, state: Some(state) }
}

impl Names<'_> {
    /// A zone that is declared.
    pub(super) fn zone(&self, node: &Node) -> Result<Scrubbed, Fault> {
        known(node, "zone", self.zones)
    }

    /// A system that is declared.
    pub(super) fn system(&self, node: &Node) -> Result<Scrubbed, Fault> {
        known(node, "system", self.systems)
    }

    fn systems(&self, node: Option<&Node>) -> Result<BTreeSet<Scrubbed>, Fault> {
        node.map_or(&[][..], Node::one_or_several).iter().map(|node| self.system(node)).collect()
    }
}

fn known<T>(node: &Node, what: &str, declared: &BTreeMap<Scrubbed, T>) -> Result<Scrubbed, Fault> {
    let name = node.text()?;
    if declared.contains_key(&name) {
        return Ok(name);
    }
    let names: Vec<&str> = declared.keys().map(Scrubbed::as_str).collect();
    Err(unknown_word(node.at, what, node.raw()?, &names))
}

impl Reader {
    pub(super) fn zones(&self, node: Option<&Node>) -> Result<BTreeMap<Scrubbed, Zone>, Fault> {
        let built_in = |(name, may_hold): (&'static str, &[Selector])| {
            (Scrubbed::from_static(name), Zone { may_hold: may_hold.to_vec(), at: None })
        };
        let mut zones: BTreeMap<_, _> = ZONES.into_iter().map(built_in).collect();
        for (name, node) in node.map_or(Ok(Vec::new()), |node| node.pairs("`zones`"))? {
            let entries = node.entries("a zone", keys::ZONE)?;
            let zone = zones.entry(crate::detect::scrub_foreign(&name.text)).or_default();
            zone.at = Some(self.cite(name.at));
            if let Some(tags) = entries.get("may_hold") {
                zone.may_hold = selectors(Some(tags))?;
            }
        }
        Ok(zones)
    }

    pub(super) fn systems(
        &self,
        node: Option<&Node>,
        zones: &BTreeMap<Scrubbed, Zone>,
    ) -> Result<BTreeMap<Scrubbed, System>, Fault> {
        let names = Names { zones, systems: &BTreeMap::new() };
        let pairs = node.map_or(Ok(Vec::new()), |node| node.pairs("`systems`"))?;
        let system = |(name, node): (&super::yaml::Word, &Node)| {
            let mut system = self.system(node, &names)?;
            system.at = self.cite(name.at);
            Ok((crate::detect::scrub_foreign(&name.text), system))
        };
        pairs.into_iter().map(system).collect()
    }

    fn system(&self, node: &Node, names: &Names<'_>) -> Result<System, Fault> {
        let entries = node.entries("a system", keys::SYSTEM)?;
        Ok(System {
            kind: entries.text("kind")?.unwrap_or(Scrubbed::from_static("service")),
            zone: entries.get("zone").map(|zone| names.zone(zone)).transpose()?,
            owner: entries.text("owner")?,
            principals: texts(entries.get("principals"))?,
            groups: texts(entries.get("groups"))?,
            needs: entries.get("needs").map_or(Ok(Vec::new()), needs)?,
            at: self.cite(node.at),
        })
    }

    pub(super) fn dataset(&self, node: &Node, names: &Names<'_>) -> Result<DatasetRule, Fault> {
        let entries = node.entries("a dataset", keys::DATASET)?;
        Ok(DatasetRule {
            pattern: entries.required("match", "a dataset")?.text()?,
            zone: entries.get("zone").map(|zone| names.zone(zone)).transpose()?,
            owner: entries.text("owner")?,
            environment: entries.text("environment")?,
            retention: entries.get("retention").map(retention).transpose()?,
            kind: entries.get("kind").map(kind).transpose()?,
            written_by: names.systems(entries.get("written_by"))?,
            read_by: names.systems(entries.get("read_by"))?,
            at: self.cite(node.at),
        })
    }

    pub(super) fn flow(&self, node: &Node, names: &Names<'_>) -> Result<Flow, Fault> {
        let entries = node.entries("a flow", keys::FLOW)?;
        Ok(Flow {
            from: names.system(entries.required("from", "a flow")?)?,
            to: names.system(entries.required("to", "a flow")?)?,
            via: entries.text("via")?,
            auth: entries.text("auth")?,
            carries: selectors(entries.get("carries"))?,
            at: self.cite(node.at),
        })
    }
}

/// What kind of place a dataset is.
pub(super) fn kind(node: &Node) -> Result<DatasetKind, Fault> {
    node.one_of("kind of dataset", &DatasetKind::ALL.map(|kind| (kind.id(), kind)))
}

/// How long records stay, in seconds.
pub(super) fn retention(node: &Node) -> Result<u64, Fault> {
    quantity::seconds(node.raw()?).ok_or_else(|| node.misfit("a duration such as 24h, 7d or 1y is expected"))
}

/// One text or several.
pub(super) fn texts(node: Option<&Node>) -> Result<Vec<Scrubbed>, Fault> {
    node.map_or(&[][..], Node::one_or_several).iter().map(Node::text).collect()
}

/// One tag or several, as `class` or `class.state`.
pub(super) fn selectors(node: Option<&Node>) -> Result<Vec<Selector>, Fault> {
    node.map_or(&[][..], Node::one_or_several).iter().map(selector).collect()
}

/// `class` or `class.state`.
pub(crate) fn selector(node: &Node) -> Result<Selector, Fault> {
    let text = node.raw()?;
    text.parse().map_err(|_| match text.split_once('.') {
        Some((class, state)) if Class::ALL.iter().any(|known| known.id() == class) => {
            unknown_word(node.at, "state of a value", state, &State::ALL.map(State::id))
        }
        Some((class, _)) => unknown_word(node.at, "class of data", class, &Class::ALL.map(Class::id)),
        None => unknown_word(node.at, "class of data", text, &Class::ALL.map(Class::id)),
    })
}

fn needs(node: &Node) -> Result<Vec<Need>, Fault> {
    let pairs =
        node.pairs("`needs`").map_err(|fault| fault.help("write `needs: {token: \"why it is there\"}`"))?;
    let need = |(tag, why): (&super::yaml::Word, &Node)| {
        let key = Node { content: super::yaml::Content::Text(tag.text.clone()), at: tag.at };
        Ok(Need {
            tag: selector(&key)?,
            why: why.text().map_err(|fault| fault.help("say why it is needed"))?,
        })
    };
    pairs.into_iter().map(need).collect()
}
