//! Markup that cannot be mixed up with text: a name comes in through [`text`] or as an attribute, escaped.

use crate::report::label::escaped;

/// Markup.
#[derive(Debug, Clone, Default)]
pub(super) struct Html(String);

impl Html {
    /// Markup of our own files, or of Graphviz.
    pub(super) fn trusted(markup: String) -> Html {
        Html(markup)
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

/// Text of whoever.
pub(super) fn text(text: &str) -> Html {
    Html(escaped(text))
}

/// An element; attributes are escaped.
pub(super) fn element(
    name: &'static str,
    attributes: &[(&'static str, &str)],
    content: impl IntoIterator<Item = Html>,
) -> Html {
    let attributes: String =
        attributes.iter().map(|(name, value)| format!(" {name}=\"{}\"", escaped(value))).collect();
    Html(format!("<{name}{attributes}>{}</{name}>", joined(content).0))
}

/// One after another.
pub(super) fn joined(parts: impl IntoIterator<Item = Html>) -> Html {
    Html(parts.into_iter().map(|part| part.0).collect())
}

/// One after another, with text between.
pub(super) fn listed(parts: impl IntoIterator<Item = Html>, between: &str) -> Html {
    Html(parts.into_iter().map(|part| part.0).collect::<Vec<_>>().join(&escaped(between)))
}

/// A name, a path, a place: set in the fixed face.
pub(super) fn code(name: &str) -> Html {
    element("code", &[], [text(name)])
}

/// A row with its id, so that the graph can lead to it.
pub(super) struct Line {
    pub(super) id: Option<String>,
    pub(super) cells: Vec<Html>,
}

/// Headings that begin with `#` stand over numbers, with `@` over days.
pub(super) fn table(headings: &[&'static str], lines: Vec<Line>) -> Html {
    let class = |heading: &&str| match heading.as_bytes().first() {
        Some(b'#') => "number",
        Some(b'@') => "day",
        _ => "word",
    };
    let heading = |heading: &&str| {
        let words = text(heading.trim_start_matches(['#', '@']));
        element("th", &[("scope", "col"), ("class", class(heading))], [words])
    };
    let head = element("tr", &[], headings.iter().map(heading));
    let body = lines.into_iter().map(|line| {
        let cells = line.cells.into_iter().zip(headings);
        let cells = cells.map(|(cell, heading)| element("td", &[("class", class(heading))], [cell]));
        match &line.id {
            Some(id) => element("tr", &[("id", id), ("tabindex", "-1")], cells),
            None => element("tr", &[], cells),
        }
    });
    let table = [element("thead", &[], [head]), element("tbody", &[], body)];
    element("div", &[("class", "wide")], [element("table", &[], table)])
}

/// Said where a table would be empty.
pub(super) fn nothing(words: &str) -> Html {
    element("p", &[("class", "nothing")], [text(words)])
}
