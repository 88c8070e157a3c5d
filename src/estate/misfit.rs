//! What does not fit in a file that a person wrote, and where: shown with line, column and a caret, and with
//! nothing raw. Of the file only the one line is shown, scrubbed.

use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

use super::yaml::Place;
use crate::detect::{Scrubbed, scrub};

/// Stands for a secret.
const HIDDEN: &str = "[hidden]";

/// What does not fit; texts are scrubbed or our own.
#[derive(Debug, Clone)]
pub(crate) struct Fault {
    at: Place,
    message: String,
    label: String,
    help: Option<String>,
    seen: Seen,
}

/// Whether the words under the caret may be shown.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Seen {
    Scrubbed,
    /// A secret: none of it, whatever it looks like.
    Hidden,
}

impl Fault {
    /// A fault at a place.
    pub(crate) fn at(at: Place, message: impl std::fmt::Display) -> Self {
        Fault { at, message: message.to_string(), label: "here".to_owned(), help: None, seen: Seen::Scrubbed }
    }

    /// The words under the caret.
    pub(crate) fn label(self, label: impl std::fmt::Display) -> Self {
        Fault { label: label.to_string(), ..self }
    }

    /// What to do.
    pub(crate) fn help(self, help: impl std::fmt::Display) -> Self {
        Fault { help: Some(help.to_string()), ..self }
    }

    /// What it is about is a secret, and not shown.
    pub(crate) fn hidden(self) -> Self {
        Fault { seen: Seen::Hidden, ..self }
    }

    /// With the line that it is about.
    pub(crate) fn within(self, file: &Scrubbed, text: &str) -> YamlError {
        let excerpt = match self.seen {
            Seen::Scrubbed => Excerpt::new(file, text, self.at),
            Seen::Hidden => {
                let (start, end) = (floor(text, self.at.start), floor(text, self.at.end.max(self.at.start)));
                let end_of_place = start + HIDDEN.len();
                let text = [&text[..start], HIDDEN, &text[end..]].concat();
                Excerpt::new(file, &text, Place { end: end_of_place, ..self.at })
            }
        };
        let span = (excerpt.marked.start, excerpt.marked.len()).into();
        YamlError { message: self.message, label: self.label, help: self.help, excerpt, span }
    }
}

/// A file that a person wrote does not fit: theirs to mend. Shown with line, column and a caret under the word.
#[derive(Debug, Clone, thiserror::Error, miette::Diagnostic)]
#[error("{message}")]
pub struct YamlError {
    message: String,
    label: String,
    #[help]
    help: Option<String>,
    #[source_code]
    excerpt: Excerpt,
    #[label("{label}")]
    span: SourceSpan,
}

impl YamlError {
    /// 1-based line.
    pub fn line(&self) -> usize {
        self.excerpt.at.line
    }

    /// 1-based column, in characters.
    pub fn column(&self) -> usize {
        self.excerpt.at.column
    }
}

/// One scrubbed line of a file, and the part of it that is marked.
#[derive(Debug, Clone)]
struct Excerpt {
    file: Scrubbed,
    line: String,
    marked: std::ops::Range<usize>,
    at: Place,
}

impl Excerpt {
    fn new(file: &Scrubbed, text: &str, at: Place) -> Self {
        let start = floor(text, at.start);
        let begin = text[..start].rfind('\n').map_or(0, |newline| newline + 1);
        let end = text[start..].find('\n').map_or(text.len(), |newline| start + newline);
        let line = text[begin..end].trim_end_matches('\r');
        let start = (start - begin).min(line.len());
        let stop = floor(line, at.end.saturating_sub(begin).max(start));
        let shown = scrub(line).as_str().to_owned();
        let marked = follow(line, start..stop, &shown);
        Excerpt { file: file.clone(), line: shown, marked, at }
    }
}

/// Where a part of a line went when the line was scrubbed: behind the scrubbed text before it. Where scrubbing
/// reached across its ends the whole line is marked.
fn follow(line: &str, part: std::ops::Range<usize>, shown: &str) -> std::ops::Range<usize> {
    let before = scrub(&line[..part.start]);
    let through = scrub(&line[..part.end]);
    let whole = shown.starts_with(through.as_str()) && through.as_str().starts_with(before.as_str());
    if whole { before.as_str().len()..through.as_str().len() } else { 0..shown.len() }
}

fn floor(text: &str, byte: usize) -> usize {
    let byte = byte.min(text.len());
    (0..=byte).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}

impl SourceCode for Excerpt {
    /// Without context lines miette asks where the span begins, with them for the lines to draw.
    fn read_span<'a>(
        &'a self,
        _span: &SourceSpan,
        context_lines_before: usize,
        _context_lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let (start, column) = match context_lines_before {
            0 => (self.marked.start, self.at.column.saturating_sub(1)),
            _ => (0, 0),
        };
        let shown = &self.line.as_bytes()[start..];
        let span = (start, shown.len()).into();
        let line = self.at.line.saturating_sub(1);
        let name = self.file.as_str().to_owned();
        Ok(Box::new(MietteSpanContents::new_named(name, shown, span, line, column, 1)))
    }
}
