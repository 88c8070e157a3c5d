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
    exec_dot(dot(document), vec![format.into()]).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => ReportError::NoDot,
        // What it printed may quote names: it is not shown.
        _ => ReportError::DotFailed,
    })
}
