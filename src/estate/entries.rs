//! Reads nodes strictly: what a key may be, what its value must be, and the nearest word where one does not fit.
//!
//! It must not know the estate's or a policy's keys: whoever reads brings them.

use super::{
    misfit::Fault,
    yaml::{Content, Node, Place, Word},
};
use crate::detect::{Scrubbed, scrub, scrub_foreign};

/// The entries of a map whose keys are all known.
#[derive(Debug, Clone)]
pub(crate) struct Entries<'a> {
    /// Where the map stands.
    pub(crate) at: Place,
    entries: Vec<(&'a Word, &'a Node)>,
}

impl Node {
    /// A map with these keys and no others; nothing at all is an empty map.
    pub(crate) fn entries(&self, what: &str, keys: &[&str]) -> Result<Entries<'_>, Fault> {
        let entries = Entries { at: self.at, entries: self.pairs(what)? };
        match entries.entries.iter().find(|(key, _)| !keys.contains(&key.text.expose())) {
            None => Ok(entries),
            Some((key, _)) => Err(unknown_key(key, what, keys)),
        }
    }

    /// A map whose keys are names that the user chose.
    pub(crate) fn pairs(&self, what: &str) -> Result<Vec<(&Word, &Node)>, Fault> {
        match &self.content {
            Content::Null => Ok(Vec::new()),
            Content::Map(entries) => Ok(entries.iter().map(|(key, value)| (key, value)).collect()),
            _ => Err(self.expected(&format!("{what} takes keys and values"))),
        }
    }

    /// A list; nothing at all is an empty one.
    pub(crate) fn items(&self, what: &str) -> Result<&[Node], Fault> {
        match &self.content {
            Content::Null => Ok(&[]),
            Content::List(items) => Ok(items),
            _ => {
                Err(self.expected(&format!("{what} takes a list")).help("begin each of its lines with `- `"))
            }
        }
    }

    /// A list, or one item without the brackets.
    pub(crate) fn one_or_several(&self) -> &[Node] {
        match &self.content {
            Content::Null => &[],
            Content::List(items) => items,
            _ => std::slice::from_ref(self),
        }
    }

    /// One text, raw: for opening what it names, never for showing.
    pub(crate) fn raw(&self) -> Result<&str, Fault> {
        match &self.content {
            Content::Text(text) => Ok(text.expose()),
            Content::Null => Err(self.expected("a value is missing")),
            _ => Err(self.expected("one word or text is expected")),
        }
    }

    /// One text to show and to compare.
    pub(crate) fn text(&self) -> Result<Scrubbed, Fault> {
        self.raw().map(scrub)
    }

    /// One of these words; the error names the nearest.
    pub(crate) fn one_of<T: Copy>(&self, what: &str, words: &[(&str, T)]) -> Result<T, Fault> {
        let text = self.raw()?;
        if let Some((_, value)) = words.iter().find(|(word, _)| *word == text) {
            return Ok(*value);
        }
        let words: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        Err(unknown_word(self.at, what, text, &words))
    }

    /// The text is not what was expected here.
    pub(crate) fn misfit(&self, expected: &str) -> Fault {
        let shown = self.raw().map(|text| brief(&scrub(text))).unwrap_or_default();
        Fault::at(self.at, format!("`{shown}` does not fit")).label(expected)
    }

    fn expected(&self, message: &str) -> Fault {
        let found = match &self.content {
            Content::Null => "nothing is written here",
            Content::Text(_) => "this is a text",
            Content::List(_) => "this is a list",
            Content::Map(_) => "these are keys and values",
        };
        Fault::at(self.at, message).label(found)
    }
}

impl<'a> Entries<'a> {
    /// The value of a key, if it is there and holds something.
    pub(crate) fn get(&self, key: &str) -> Option<&'a Node> {
        self.entries
            .iter()
            .find(|(word, _)| word.text.expose() == key)
            .map(|(_, value)| *value)
            .filter(|value| !matches!(value.content, Content::Null))
    }

    /// The value of a key that must be there.
    pub(crate) fn required(&self, key: &str, what: &str) -> Result<&'a Node, Fault> {
        self.get(key).ok_or_else(|| {
            Fault::at(self.at, format!("{what} needs `{key}`")).label(format!("`{key}` is missing"))
        })
    }

    /// The text of a key to show and to compare.
    pub(crate) fn text(&self, key: &str) -> Result<Option<Scrubbed>, Fault> {
        self.get(key).map(Node::text).transpose()
    }
}

fn unknown_key(key: &Word, what: &str, keys: &[&str]) -> Fault {
    let shown = brief(&scrub_foreign(&key.text));
    let fault =
        Fault::at(key.at, format!("{what} has no key `{shown}`")).label("not a key that is known here");
    fault.help(suggest(key.text.expose(), keys))
}

/// A word that is none of those it could be.
pub(crate) fn unknown_word(at: Place, what: &str, text: &str, words: &[&str]) -> Fault {
    let shown = brief(&scrub(text));
    Fault::at(at, format!("there is no {what} `{shown}`")).label("not known").help(suggest(text, words))
}

/// The nearest word if one is near, else all of them.
fn suggest(text: &str, words: &[&str]) -> String {
    let near = |word: &&&str| strsim::damerau_levenshtein(text, word) <= 1 + word.len() / 4;
    let distance = |word: &&&str| strsim::damerau_levenshtein(text, word);
    match words.iter().filter(near).min_by_key(distance) {
        Some(word) => format!("did you mean `{word}`?"),
        None if words.is_empty() => "none is declared".to_owned(),
        None => format!("it can be: {}", words.join(", ")),
    }
}

/// Long foreign words are cut: the excerpt shows the line.
fn brief(text: &Scrubbed) -> String {
    const SHOWN: usize = 40;
    match text.as_str().char_indices().nth(SHOWN) {
        Some((cut, _)) => format!("{}…", &text.as_str()[..cut]),
        None => text.as_str().to_owned(),
    }
}
