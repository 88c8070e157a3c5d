//! Rule packs: strict YAML, each rule with a case that must break and one that must pass.
//!
//! It must not know any rule: what rules can ask stands in [`super::attribute`].

use std::collections::BTreeMap;

use super::{
    Need,
    attribute::{About, UNDECLARED},
    condition::{Condition, Value, Values, read_conditions, read_values},
};
use crate::{
    detect::{Scrubbed, scrub, scrub_foreign},
    estate::{
        BUILT_IN_POLICIES, Citation, YamlError,
        entries::Entries,
        misfit::Fault,
        yaml::{self, Node},
    },
};

/// A file of rules.
#[derive(Debug, Clone)]
pub struct Pack {
    /// Its name: `pci-dss-4.0.1`.
    pub name: String,
    /// What it is for, in a line.
    pub about: String,
    /// Its rules in order.
    pub rules: Vec<Rule>,
}

/// One rule.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Kebab-case; it names the defect.
    pub id: String,
    /// One line; words in braces are filled in.
    pub title: String,
    /// How bad a violation is.
    pub severity: Severity,
    /// Requirement numbers by standard.
    pub references: BTreeMap<String, Vec<String>>,
    /// What to do about a violation.
    pub remediation: String,
    /// Where it is written.
    pub at: Citation,
    pub(super) subject: About,
    pub(super) conditions: Vec<Condition>,
    /// What must be known for it to be judged.
    pub(super) needs: Vec<Need>,
    /// Rules that say the same better where both are broken.
    pub(super) yields_to: Vec<String>,
    pub(super) breaks: Values,
    pub(super) passes: Values,
}

/// How bad, the worst last, so that `>=` reads as "at least".
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// To be looked at.
    Low,
    /// To be mended.
    Medium,
    /// To be mended soon.
    High,
    /// To be mended now.
    Critical,
}

/// A pack or an exceptions file cannot be used: its author's to mend.
pub type PolicyError = YamlError;

const PACK: &[&str] = &["pack", "about", "rules"];
const RULE: &[&str] = &[
    "id",
    "title",
    "severity",
    "on",
    "where",
    "needs",
    "yields_to",
    "references",
    "remediation",
    "breaks",
    "passes",
];

const BUILT_IN: [&str; 3] = [
    include_str!("../../policies/pci-dss-4.0.1.yaml"),
    include_str!("../../policies/tokenization.yaml"),
    include_str!("../../policies/least-privilege.yaml"),
];

/// The packs that are built in, in the order of [`BUILT_IN_POLICIES`].
pub fn built_in_packs() -> Vec<Pack> {
    let pack = |(name, text): (&str, &str)| {
        read_pack(&format!("policies/{name}.yaml"), text)
            .expect("a built-in pack fits: a test reads them all")
    };
    BUILT_IN_POLICIES.into_iter().zip(BUILT_IN).map(pack).collect()
}

/// The built-in pack of that name.
pub fn built_in_pack(name: &str) -> Option<Pack> {
    built_in_packs().into_iter().find(|pack| pack.name == name)
}

/// Reads a pack from its text; `file` is what citations name.
pub fn read_pack(file: &str, text: &str) -> Result<Pack, Box<PolicyError>> {
    let file = scrub(file);
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    pack(&file, text).map_err(|fault| Box::new(fault.within(&file, text)))
}

fn pack(file: &Scrubbed, text: &str) -> Result<Pack, Fault> {
    let root = yaml::parse(text)?;
    let entries = root.entries("a pack", PACK)?;
    let rules = entries.required("rules", "a pack")?.items("`rules`")?;
    let mut pack = Pack {
        name: own(&entries, "pack", "a pack")?,
        about: entries.text("about")?.map(|text| text.as_str().to_owned()).unwrap_or_default(),
        rules: Vec::new(),
    };
    for node in rules {
        let rule = rule(file, node)?;
        if pack.rules.iter().any(|other| other.id == rule.id) {
            return Err(Fault::at(node.at, format!("two rules are named `{}`", rule.id)).label("the second"));
        }
        pack.rules.push(rule);
    }
    Ok(pack)
}

fn rule(file: &Scrubbed, node: &Node) -> Result<Rule, Fault> {
    let entries = node.entries("a rule", RULE)?;
    let required = |key| entries.required(key, "a rule");
    let subject = required("on")?.one_of("subject", &About::ALL.map(|subject| (subject.id(), subject)))?;
    let severity = Severity::ALL.map(|severity| (severity.id(), severity));
    Ok(Rule {
        id: id(required("id")?)?,
        title: title(subject, required("title")?)?,
        severity: required("severity")?.one_of("severity", &severity)?,
        references: entries.get("references").map_or(Ok(BTreeMap::new()), references)?,
        remediation: own(&entries, "remediation", "a rule")?,
        at: Citation { file: file.clone(), line: required("id")?.at.line },
        subject,
        conditions: read_conditions(subject, required("where")?)?,
        needs: several(&entries, "needs", |node| {
            node.one_of("need", &Need::ALL.map(|need| (need.id(), need)))
        })?,
        yields_to: several(&entries, "yields_to", id)?,
        breaks: read_values(subject, required("breaks")?)?,
        passes: read_values(subject, required("passes")?)?,
    })
}

fn own(entries: &Entries<'_>, key: &str, what: &str) -> Result<String, Fault> {
    Ok(entries.required(key, what)?.text()?.as_str().to_owned())
}

fn several<T>(
    entries: &Entries<'_>,
    key: &str,
    read: impl Fn(&Node) -> Result<T, Fault>,
) -> Result<Vec<T>, Fault> {
    entries.get(key).map_or(&[][..], Node::one_or_several).iter().map(read).collect()
}

fn id(node: &Node) -> Result<String, Fault> {
    let text = node.text()?;
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    match !text.as_str().is_empty() && text.as_str().chars().all(fits) {
        true => Ok(text.as_str().to_owned()),
        false => Err(node.misfit("lower-case words with hyphens are expected")),
    }
}

/// A title's words in braces are attributes of its subject.
fn title(subject: About, node: &Node) -> Result<String, Fault> {
    let text = node.text()?;
    for part in text.as_str().split('{').skip(1) {
        let name = part.split('}').next().unwrap_or_default();
        if !subject.attributes().any(|attribute| attribute.name == name) {
            let names: Vec<&str> = subject.attributes().map(|attribute| attribute.name).collect();
            let message = format!("a {} has no attribute `{}`", subject.id(), scrub(name));
            return Err(Fault::at(node.at, message).help(format!("in braces can be: {}", names.join(", "))));
        }
    }
    Ok(text.as_str().to_owned())
}

fn references(node: &Node) -> Result<BTreeMap<String, Vec<String>>, Fault> {
    let pairs = node.pairs("`references`")?;
    let numbers = |node: &Node| -> Result<Vec<String>, Fault> {
        node.one_or_several().iter().map(|node| Ok(node.text()?.as_str().to_owned())).collect()
    };
    let one = |(standard, node): (&yaml::Word, &Node)| {
        Ok((scrub_foreign(&standard.text).as_str().to_owned(), numbers(node)?))
    };
    pairs.into_iter().map(one).collect()
}

impl Rule {
    /// Whether what is known of a thing breaks this rule.
    pub(super) fn is_broken_by(&self, values: &Values) -> bool {
        self.conditions.iter().all(|condition| condition.holds(values))
    }

    /// The words that it asks of an attribute, wanted or not.
    #[cfg(test)]
    pub(super) fn words_of(&self, attribute: &str) -> Vec<String> {
        self.conditions.iter().flat_map(|condition| condition.words_of(attribute)).collect()
    }

    /// The title with its words filled in.
    pub(super) fn title_of(&self, values: &Values) -> String {
        let mut title = String::new();
        for (index, part) in self.title.split('{').enumerate() {
            match part.split_once('}') {
                Some((name, rest)) if index > 0 => {
                    let shown = values.get(name).map(|value| self.shown(name, value)).unwrap_or_default();
                    title.push_str(if shown.is_empty() { UNDECLARED } else { &shown });
                    title.push_str(rest);
                }
                _ => title.push_str(part),
            }
        }
        title
    }

    /// Of many tags only those that the rule is about.
    fn shown(&self, name: &str, value: &Value) -> String {
        let asked = self.conditions.iter().find_map(|condition| condition.asked(name, value));
        asked.as_ref().unwrap_or(value).to_string()
    }
}

impl Severity {
    /// Every severity, the mildest first.
    pub const ALL: [Severity; 5] =
        [Severity::Info, Severity::Low, Severity::Medium, Severity::High, Severity::Critical];

    /// The word in rules, JSON and flags.
    pub fn id(self) -> &'static str {
        match self {
            Severity::Info => "info",
            Severity::Low => "low",
            Severity::Medium => "medium",
            Severity::High => "high",
            Severity::Critical => "critical",
        }
    }
}
