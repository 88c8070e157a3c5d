//! YAML with the place of every node, which a strict reader needs to say where and what does not fit.
//!
//! It must not know what the keys mean. Text stays `Foreign`: a file that a person wrote may hold a card number.

use std::collections::BTreeMap;

use dyetrace_connectors::Foreign;
use saphyr_parser::{Event, Marker, Parser, ScalarStyle, Span};

use super::misfit::Fault;
use crate::detect::scrub;

/// A node and where it stands.
#[derive(Debug, Clone)]
pub struct Node {
    /// What it holds.
    pub content: Content,
    /// Where it stands.
    pub at: Place,
}

/// What a node holds. Numbers and switches are texts: `1.10` stays `1.10`.
#[derive(Debug, Clone)]
pub enum Content {
    /// Nothing, or `null`.
    Null,
    /// One word or text.
    Text(Foreign),
    /// `- a`, `[a, b]`.
    List(Vec<Node>),
    /// Keys in the order of the file.
    Map(Vec<(Word, Node)>),
}

/// A key and where it stands.
#[derive(Debug, Clone)]
pub struct Word {
    /// The key.
    pub text: Foreign,
    /// Where it stands.
    pub at: Place,
}

/// A place in a file that a person wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Place {
    /// 1-based.
    pub line: usize,
    /// 1-based, in characters.
    pub column: usize,
    /// First byte.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
}

/// Deeper than anybody writes.
const DEEPEST: usize = 64;
/// Aliases that repeat each other grow without bound; an estate has fewer nodes than this.
const MOST: usize = 100_000;

/// Parses a text of one document. A text without content is a null.
pub(crate) fn parse(text: &str) -> Result<Node, Fault> {
    let mut builder = Builder::new(text);
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| not_yaml(&builder.source, error.marker(), error.info()))?;
        builder.event(event, span)?;
    }
    let nothing = Node { content: Content::Null, at: Place { line: 1, column: 1, ..Place::default() } };
    Ok(builder.document.unwrap_or(nothing))
}

fn not_yaml(source: &Source<'_>, at: &Marker, info: &str) -> Fault {
    let place = source.place(Span { start: *at, end: *at });
    let fault = Fault::at(place, "this is not valid YAML").label(scrub(info));
    match info {
        _ if info.contains("tab") => fault.help("indent with spaces; YAML forbids tabs here"),
        _ if info.contains("indentation") => fault.help("keys of one level begin in one column"),
        _ => fault.help("see whether a quote, a bracket or a colon is missing here or on the line above"),
    }
}

/// Makes nodes of events.
struct Builder<'a> {
    source: Source<'a>,
    document: Option<Node>,
    open: Vec<Open>,
    anchors: BTreeMap<usize, Node>,
    nodes: usize,
}

/// A list or a map that has begun.
struct Open {
    anchor: usize,
    node: Node,
    key: Option<Word>,
}

impl<'a> Builder<'a> {
    fn new(text: &'a str) -> Self {
        let (open, anchors) = (Vec::new(), BTreeMap::new());
        Builder { source: Source::new(text), document: None, open, anchors, nodes: 0 }
    }

    fn event(&mut self, event: Event<'_>, span: Span) -> Result<(), Fault> {
        let at = self.source.place(span);
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                untagged(at, tag.is_some())?;
                self.insert(Node { content: scalar(&text, style), at }, anchor)
            }
            Event::SequenceStart(anchor, tag) => {
                untagged(at, tag.is_some())?;
                self.begin(anchor, Node { content: Content::List(Vec::new()), at })
            }
            Event::MappingStart(anchor, tag) => {
                untagged(at, tag.is_some())?;
                self.begin(anchor, Node { content: Content::Map(Vec::new()), at })
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(at),
            Event::Alias(anchor) => self.alias(anchor, at),
            Event::DocumentStart(_) if self.document.is_some() => Err(Fault::at(at, "a second document")
                .label("begins here")
                .help("write one document; remove `---`")),
            _ => Ok(()),
        }
    }

    fn begin(&mut self, anchor: usize, node: Node) -> Result<(), Fault> {
        if self.open.len() >= DEEPEST {
            return Err(Fault::at(node.at, "nested too deep").label("this level is not read"));
        }
        self.open.push(Open { anchor, node, key: None });
        Ok(())
    }

    fn end(&mut self, at: Place) -> Result<(), Fault> {
        let Some(Open { anchor, mut node, .. }) = self.open.pop() else { return Ok(()) };
        node.at.end = at.end.max(node.at.start);
        self.insert(node, anchor)
    }

    fn alias(&mut self, anchor: usize, at: Place) -> Result<(), Fault> {
        let Some(node) = self.anchors.get(&anchor) else {
            return Err(Fault::at(at, "an alias inside its own anchor").label("it would have no end"));
        };
        self.nodes += size(node);
        if self.nodes > MOST {
            return Err(Fault::at(at, "the aliases repeat too much").label("too many nodes from here on"));
        }
        let node = Node { at, ..node.clone() };
        self.insert(node, 0)
    }

    fn insert(&mut self, node: Node, anchor: usize) -> Result<(), Fault> {
        if anchor > 0 {
            self.anchors.insert(anchor, node.clone());
        }
        let Some(open) = self.open.last_mut() else {
            self.document = Some(node);
            return Ok(());
        };
        match &mut open.node.content {
            Content::Map(entries) => match open.key.take() {
                None => open.key = Some(key(node, entries)?),
                Some(key) => entries.push((key, node)),
            },
            Content::List(items) => items.push(node),
            _ => {}
        }
        Ok(())
    }
}

fn key(node: Node, earlier: &[(Word, Node)]) -> Result<Word, Fault> {
    let Content::Text(text) = node.content else {
        return Err(Fault::at(node.at, "a key that is no word").label("a word is expected before the colon"));
    };
    match earlier.iter().find(|(word, _)| word.text == text) {
        None => Ok(Word { text, at: node.at }),
        Some((first, _)) => Err(Fault::at(node.at, "a key that is there already")
            .label("written twice")
            .help(format!("it stands on line {} as well: keep one", first.at.line))),
    }
}

fn untagged(at: Place, tagged: bool) -> Result<(), Fault> {
    if tagged {
        return Err(Fault::at(at, "a tag")
            .label("YAML tags mean nothing here")
            .help("remove the word after `!`"));
    }
    Ok(())
}

fn scalar(text: &str, style: ScalarStyle) -> Content {
    match text {
        "" | "~" | "null" | "Null" | "NULL" if style == ScalarStyle::Plain => Content::Null,
        _ => Content::Text(Foreign::from(text)),
    }
}

fn size(node: &Node) -> usize {
    match &node.content {
        Content::List(items) => 1 + items.iter().map(size).sum::<usize>(),
        Content::Map(entries) => 1 + entries.iter().map(|(_, value)| size(value)).sum::<usize>(),
        _ => 1,
    }
}

/// A text and the byte of each of its characters.
struct Source<'a> {
    text: &'a str,
    bytes: Vec<usize>,
}

impl<'a> Source<'a> {
    fn new(text: &'a str) -> Self {
        let ends = std::iter::once(text.len());
        Source { text, bytes: text.char_indices().map(|(byte, _)| byte).chain(ends).collect() }
    }

    fn place(&self, span: Span) -> Place {
        let byte = |marker: Marker| self.bytes.get(marker.index()).copied().unwrap_or(self.text.len());
        let (first, last) = (byte(span.start), byte(span.end));
        // A plain scalar's end can take in the white space behind it.
        let kept = self.text.get(first..last).map_or(0, |slice| slice.trim_end().len());
        Place { line: span.start.line(), column: span.start.col() + 1, start: first, end: first + kept }
    }
}

#[cfg(test)]
mod tests {
    use super::{Content, Node, parse};

    fn check(text: &str, expected: &str) {
        let shown = parse(text).map_or_else(|fault| format!("{fault:?}"), |node| show(&node));
        assert_eq!(shown, expected);
    }

    fn show(node: &Node) -> String {
        let join = |parts: Vec<String>| parts.join(", ");
        match &node.content {
            Content::Null => "~".to_owned(),
            Content::Text(text) => format!("{}@{}:{}", text.expose(), node.at.line, node.at.column),
            Content::List(items) => format!("[{}]", join(items.iter().map(show).collect())),
            Content::Map(entries) => {
                let entry = |(key, value): &(super::Word, Node)| {
                    format!("{}@{}: {}", key.text.expose(), key.at.column, show(value))
                };
                format!("{{{}}}", join(entries.iter().map(entry).collect()))
            }
        }
    }

    #[test]
    fn places_and_texts_are_kept() {
        check("a: 1.10\nb: [x, 'y z']\n", "{a@1: 1.10@1:4, b@1: [x@2:5, y z@2:8]}");
        check("a: true  # so\nb:\nc: ~", "{a@1: true@1:4, b@1: ~, c@1: ~}");
        check("", "~");
        check("größe: {a: é}", "{größe@1: {a@9: é@1:12}}");
    }

    #[test]
    fn an_alias_stands_for_its_anchor() {
        check("a: &x 7d\nb: *x\nc: &y 12\nd: *y", "{a@1: 7d@1:4, b@1: 7d@2:4, c@1: 12@3:4, d@1: 12@4:4}");
    }

    #[test]
    fn byte_ranges_lead_back_to_the_text() {
        let text = "ö: [ab, \"cd\"]";
        let Content::Map(entries) = parse(text).unwrap().content else { panic!("a map") };
        let Content::List(items) = &entries[0].1.content else { panic!("a list") };
        let ranges: Vec<_> = items.iter().map(|item| &text[item.at.start..item.at.end]).collect();
        assert_eq!(ranges, ["ab", "\"cd\""]);
    }

    #[test]
    fn what_is_no_yaml_is_a_fault() {
        for text in [
            "a: [",
            "a: b: c",
            "a:\n\tb: c",
            "a: 1\na: 2",
            "a: *x",
            "a: &x [*x]",
            "a: !x b",
            "? [a]\n: b",
            "a\n---\nb",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
        assert!(parse(&"- ".repeat(10_000)).is_err());
        assert!(parse(&"[".repeat(10_000)).is_err());
    }
}
