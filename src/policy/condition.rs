//! A condition of a rule: what the values of one attribute must be. Data, and one function that judges it.
//!
//! It must not know any rule.

use std::collections::{BTreeMap, BTreeSet};

use super::attribute::{About, Attribute, Holds, UNDECLARED};
use crate::{
    detect::{Selector, Tag},
    estate::{
        entries::unknown_word,
        misfit::Fault,
        name_fits, read_selector,
        yaml::{Content, Node},
    },
};

/// What is known of one thing that rules are about: values by attribute.
pub(super) type Values = BTreeMap<&'static str, Value>;

/// The value of an attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    /// Words.
    Words(BTreeSet<String>),
    /// Tags.
    Tags(BTreeSet<Tag>),
    /// A number.
    Number(u64),
}

/// What the values of one attribute must be.
#[derive(Debug, Clone)]
pub(super) struct Condition {
    attribute: &'static str,
    /// One of these at least.
    any: Vec<Wanted>,
    /// Each of these.
    all: Vec<Wanted>,
    /// None of these.
    none: Vec<Wanted>,
    at_least: Option<u64>,
    at_most: Option<u64>,
}

#[derive(Debug, Clone)]
enum Wanted {
    Word(String),
    Tag(Selector),
}

const KEYS: &[&str] = &["any", "all", "none", "at_least", "at_most"];

impl Condition {
    /// Whether the values are as they must be. What is not known is the word `undeclared`.
    pub(super) fn holds(&self, values: &Values) -> bool {
        let value = values.get(self.attribute);
        let has = |wanted: &Wanted| value.map_or_else(|| wanted.is_undeclared(), |value| value.has(wanted));
        let number = match value {
            Some(Value::Number(number)) => Some(*number),
            _ => None,
        };
        let bounded = self.at_least.is_none_or(|least| number.is_some_and(|n| n >= least))
            && self.at_most.is_none_or(|most| number.is_some_and(|n| n <= most));
        bounded
            && (self.any.is_empty() || self.any.iter().any(has))
            && self.all.iter().all(has)
            && !self.none.iter().any(has)
    }

    #[cfg(test)]
    pub(super) fn words_of(&self, attribute: &str) -> Vec<String> {
        let wanted =
            self.any.iter().chain(&self.all).chain(&self.none).filter(|_| self.attribute == attribute);
        let word = |wanted: &Wanted| match wanted {
            Wanted::Word(word) => Some(word.clone()),
            Wanted::Tag(_) => None,
        };
        wanted.filter_map(word).collect()
    }

    /// Of an attribute's tags, those that it asks for: what a title shows. All of what is no set of tags.
    pub(super) fn asked(&self, attribute: &str, value: &Value) -> Option<Value> {
        let wanted = || self.any.iter().chain(&self.all);
        let Value::Tags(tags) = value else { return None };
        if self.attribute != attribute || wanted().next().is_none() {
            return None;
        }
        let asked = |tag: &&Tag| {
            wanted().any(|wanted| matches!(wanted, Wanted::Tag(selector) if selector.selects(**tag)))
        };
        Some(Value::Tags(tags.iter().filter(asked).copied().collect()))
    }
}

impl Value {
    fn has(&self, wanted: &Wanted) -> bool {
        match (self, wanted) {
            (Value::Words(words), Wanted::Word(pattern)) if words.is_empty() => pattern == UNDECLARED,
            (Value::Words(words), Wanted::Word(pattern)) => words.iter().any(|word| name_fits(pattern, word)),
            (Value::Tags(tags), Wanted::Tag(selector)) => tags.iter().any(|tag| selector.selects(*tag)),
            _ => false,
        }
    }
}

impl std::fmt::Display for Value {
    /// For titles.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let words: Vec<String> = match self {
            Value::Words(words) => words.iter().cloned().collect(),
            // Real and published ones have the same name.
            Value::Tags(tags) => {
                tags.iter().map(Tag::to_string).collect::<BTreeSet<_>>().into_iter().collect()
            }
            Value::Number(number) => vec![number.to_string()],
        };
        f.write_str(&words.join(", "))
    }
}

impl Wanted {
    fn is_undeclared(&self) -> bool {
        matches!(self, Wanted::Word(word) if word == UNDECLARED)
    }
}

/// Reads the conditions of a rule.
pub(super) fn read_conditions(subject: About, node: &Node) -> Result<Vec<Condition>, Fault> {
    let pairs = node.pairs("`where`")?;
    pairs.into_iter().map(|(key, node)| condition(named(subject, key)?, node)).collect()
}

/// Reads what a case says of a thing.
pub(super) fn read_values(subject: About, node: &Node) -> Result<Values, Fault> {
    let pairs = node.pairs("a case")?;
    let one = |(key, node)| named(subject, key).and_then(|a| Ok((a.name, value(a, node)?)));
    pairs.into_iter().map(one).collect()
}

fn named(subject: About, key: &crate::estate::yaml::Word) -> Result<&'static Attribute, Fault> {
    let text = key.text.expose();
    subject.attributes().find(|attribute| attribute.name == text).ok_or_else(|| {
        let names: Vec<&str> = subject.attributes().map(|attribute| attribute.name).collect();
        unknown_word(key.at, &format!("attribute of a {}", subject.id()), text, &names)
    })
}

fn condition(attribute: &'static Attribute, node: &Node) -> Result<Condition, Fault> {
    let wanted = |node: Option<&Node>| -> Result<Vec<Wanted>, Fault> {
        node.map_or(&[][..], Node::one_or_several).iter().map(|node| wanted(attribute, node)).collect()
    };
    let plain = Condition {
        attribute: attribute.name,
        any: Vec::new(),
        all: Vec::new(),
        none: Vec::new(),
        at_least: None,
        at_most: None,
    };
    if !matches!(node.content, Content::Map(_)) {
        return Ok(Condition { any: wanted(Some(node))?, ..plain });
    }
    let entries = node.entries("a condition", KEYS)?;
    let bound = |key| entries.get(key).map(|node| number(attribute, node)).transpose();
    Ok(Condition {
        any: wanted(entries.get("any"))?,
        all: wanted(entries.get("all"))?,
        none: wanted(entries.get("none"))?,
        at_least: bound("at_least")?,
        at_most: bound("at_most")?,
        ..plain
    })
}

fn wanted(attribute: &Attribute, node: &Node) -> Result<Wanted, Fault> {
    match attribute.holds {
        Holds::Tags => read_selector(node).map(Wanted::Tag),
        Holds::Number if node.raw()? != UNDECLARED => Err(node
            .misfit("`at_least`, `at_most` or `undeclared` is expected")
            .help("write {at_least: 400}")),
        _ => word(attribute, node).map(Wanted::Word),
    }
}

fn value(attribute: &Attribute, node: &Node) -> Result<Value, Fault> {
    match attribute.holds {
        Holds::Number => number(attribute, node).map(Value::Number),
        Holds::Tags => node.one_or_several().iter().map(tag).collect::<Result<_, _>>().map(Value::Tags),
        _ => {
            let words = node.one_or_several().iter().map(|node| word(attribute, node));
            words.collect::<Result<_, _>>().map(Value::Words)
        }
    }
}

fn word(attribute: &Attribute, node: &Node) -> Result<String, Fault> {
    match attribute.holds {
        Holds::OneOf(words) => {
            let words: Vec<_> = words.iter().map(|word| (*word, *word)).collect();
            node.one_of(&format!("`{}`", attribute.name), &words).map(str::to_owned)
        }
        _ => node.text().map(|text| text.as_str().to_owned()),
    }
}

fn tag(node: &Node) -> Result<Tag, Fault> {
    let selector = read_selector(node)?;
    let clear = Tag::clear(selector.class);
    Ok(selector.state.map_or(clear, |state| clear.in_state(state)))
}

fn number(attribute: &Attribute, node: &Node) -> Result<u64, Fault> {
    match (attribute.holds, node.raw()?.parse()) {
        (Holds::Number, Ok(number)) => Ok(number),
        (Holds::Number, Err(_)) => Err(node.misfit("a number is expected")),
        _ => Err(node.misfit("this attribute is no number").help("write `any`, `all` or `none`")),
    }
}
