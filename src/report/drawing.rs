//! Pictures: SVG, PNG and PDF, drawn by Graphviz's `dot` program through graphviz-rust. Equal DOT gives equal
//! bytes for one version of Graphviz.

use graphviz_rust::{cmd::Format as DotFormat, exec_dot};

use super::{Document, Format, ReportError, dot::dot};

/// For pages and print.
pub(super) static SVG: Format =
    Format { name: "svg", about: "the graph as a picture, by Graphviz", render: svg };
/// For slides and mails.
pub(super) static PNG: Format =
    Format { name: "png", about: "the graph as a picture, by Graphviz", render: png };
/// For assessors.
pub(super) static PDF: Format =
    Format { name: "pdf", about: "the graph as a picture, by Graphviz", render: pdf };

/// The graph as SVG.
pub(super) fn svg(document: &Document) -> Result<Vec<u8>, ReportError> {
    draw(document, DotFormat::Svg)
}

fn png(document: &Document) -> Result<Vec<u8>, ReportError> {
    draw(document, DotFormat::Png)
}

fn pdf(document: &Document) -> Result<Vec<u8>, ReportError> {
    draw(document, DotFormat::Pdf)
}

fn draw(document: &Document, format: DotFormat) -> Result<Vec<u8>, ReportError> {
    exec_dot(dot(document), vec![format.into()]).map_err(|error| said(&error))
}

/// What it printed may quote names: it is not shown.
fn said(error: &std::io::Error) -> ReportError {
    match error.kind() {
        std::io::ErrorKind::NotFound => ReportError::NoDot,
        _ => ReportError::DotFailed,
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Error, ErrorKind};

    use super::{super::fixture, said, svg};
    use crate::report::ReportError;

    #[test]
    fn a_missing_program_is_named_with_what_to_do() {
        let missing = said(&Error::from(ErrorKind::NotFound)).to_string();
        assert_eq!(
            missing,
            "no `dot` program, which draws pictures: install Graphviz (Debian: apt-get install graphviz), or write .dot instead"
        );
    }

    #[test]
    fn what_a_failing_program_printed_is_not_repeated() {
        let failed = said(&Error::other("syntax error near 4111111111111111")).to_string();
        assert_eq!(failed, "`dot` could not draw the graph; write .dot instead and report it");
    }

    #[test]
    fn foreign_names_do_not_break_the_picture() {
        match svg(&fixture::tiny()) {
            Ok(svg) => {
                let svg = String::from_utf8(svg).unwrap();
                assert!(svg.contains("id=\"dataset_1\"") && !svg.contains("<script"), "{svg}");
            }
            Err(error) => assert!(matches!(error, ReportError::NoDot), "{error}"),
        }
    }
}
