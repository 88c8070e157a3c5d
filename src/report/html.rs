//! One page that opens without a network: the graph, and under it everything that the document says, in the order in
//! which somebody tired asks. Nothing is fetched; the policy in its head forbids it, and scripts other than its own.

mod coverage;
mod edges;
mod fields;
mod markup;
mod violations;

use data_encoding::BASE64;
use sha2::{Digest, Sha256};

use self::markup::{Html, element, text};
use super::{Document, Format, ReportError, drawing, label::counted};

/// The page.
pub(super) static FORMAT: Format = Format {
    name: "html",
    about: "one page with the graph and everything found, for reading and print",
    render,
};

const PAGE: &str = include_str!("page/page.html");
const STYLE: &str = include_str!("page/page.css");
const SCRIPT: &str = include_str!("page/page.js");
const SEVERITIES: [&str; 5] = ["critical", "high", "medium", "low", "info"];

fn render(document: &Document) -> Result<Vec<u8>, ReportError> {
    Ok(page(document, drawing::svg(document)).into_bytes())
}

fn page(document: &Document, drawn: Result<Vec<u8>, ReportError>) -> String {
    let parts = [
        ("estate", text(&document.estate.name)),
        ("style-hash", text(&hash(STYLE))),
        ("script-hash", text(&hash(SCRIPT))),
        ("style", Html::trusted(STYLE.to_owned())),
        ("script", Html::trusted(SCRIPT.to_owned())),
        ("tool", text(&document.run.tool)),
        ("when", text(&document.run.started.replace('T', " ").replace('Z', " UTC"))),
        ("complete", complete(document)),
        ("severities", severities(document)),
        ("contents", contents(document)),
        ("graph", graph(drawn)),
        ("violations", violations::all(document)),
        ("fields", fields::all(document)),
        ("edges", edges::all(document)),
        ("systems", fields::systems(document)),
        ("grants", coverage::grants(document)),
        ("readers", coverage::readers(document)),
        ("coverage", coverage::all(document)),
        (
            "run",
            text(&format!("run {} · key {} ({})", document.run.id, document.run.key, document.run.key_kind)),
        ),
    ];
    filled(PAGE, &parts)
}

/// Each `{{name}}` of the template by its part; what a part holds is not looked at again.
fn filled(template: &str, parts: &[(&str, Html)]) -> String {
    let mut pieces = template.split("{{");
    let mut page = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (name, rest) = piece.split_once("}}").expect("our template closes what it opens");
        let part = parts.iter().find(|(known, _)| *known == name);
        page += part.map(|(_, html)| html.as_str()).expect("our template names parts that exist");
        page += rest;
    }
    page
}

/// As a Content-Security-Policy names a style or a script.
fn hash(content: &str) -> String {
    format!("'sha256-{}'", BASE64.encode(&Sha256::digest(content)))
}

fn complete(document: &Document) -> Html {
    let missed = document.coverage.iter().filter(|part| part.is_missed()).count();
    let sampled = document.coverage.iter().any(|part| part.state == "sampled");
    let (class, words) = match (document.run.complete, missed) {
        (true, _) if sampled => {
            ("whole", "all that was asked for was read: windows of time, or samples".to_owned())
        }
        (true, _) => ("whole", "complete: all that was asked for was read".to_owned()),
        (false, missed) => ("part", format!("partial: {} not read or read in part", counted(missed, "part"))),
    };
    element("a", &[("class", class), ("href", "#coverage")], [text(&words)])
}

fn severities(document: &Document) -> Html {
    let standing = || document.violations.iter().filter(|violation| violation.exception.is_none());
    let accepted = document.violations.len() - standing().count();
    let chip = |severity: &'static str| {
        let count = standing().filter(|violation| violation.severity == severity).count();
        let number = element("b", &[], [text(&count.to_string())]);
        (count > 0).then(|| element("li", &[("class", severity)], [number, text(" "), text(severity)]))
    };
    let mut chips: Vec<Html> = SEVERITIES.into_iter().filter_map(chip).collect();
    if chips.is_empty() {
        chips.push(element(
            "li",
            &[("class", "none")],
            [text("no violations of the policies that were checked")],
        ));
    }
    if accepted > 0 {
        let words = format!("{accepted} accepted by exceptions");
        chips.push(element("li", &[("class", "accepted")], [text(&words)]));
    }
    element("ul", &[("class", "severities")], chips)
}

fn contents(document: &Document) -> Html {
    let fields: usize = document.observations.iter().map(|observation| observation.fields.len()).sum();
    let entries = [
        ("#graph", "Graph", None),
        ("#violations", "Violations", Some(document.violations.len())),
        ("#fields", "Fields", Some(fields)),
        ("#edges", "Edges", Some(document.edges.len())),
        ("#systems", "Systems", Some(document.estate.systems.len())),
        ("#grants", "Grants", Some(document.grants.len())),
        ("#readers", "Readers", Some(document.readers.len())),
        ("#coverage", "Coverage", None),
    ];
    let link = |(target, name, count): (&str, &str, Option<usize>)| {
        let count = count.map(|count| element("small", &[], [text(&format!(" {count}"))]));
        element("a", &[("href", target)], [text(name)].into_iter().chain(count))
    };
    element("nav", &[("aria-label", "Contents")], entries.map(link))
}

/// What Graphviz wrote is trusted: it escapes what the DOT holds, and scripts are forbidden besides.
fn graph(drawn: Result<Vec<u8>, ReportError>) -> Html {
    let svg = drawn.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    match svg {
        Ok(svg) => {
            let whole = svg.find("<svg").map_or(svg.as_str(), |start| &svg[start..]);
            let canvas =
                [("class", "canvas"), ("tabindex", "0"), ("role", "region"), ("aria-label", "The graph")];
            element("div", &canvas, [Html::trusted(in_pixels(whole))])
        }
        Err(error) => {
            let words = format!("There is no picture here: {error}. The same edges stand in the ");
            let link = element("a", &[("href", "#edges")], [text("table of edges")]);
            element("p", &[("class", "missing")], [text(&words), link, text(".")])
        }
    }
}

/// A point of Graphviz as a pixel of the screen: eleven are read well, and more of the graph is seen.
fn in_pixels(svg: &str) -> String {
    match svg.split_once('>') {
        Some((head, rest)) => format!("{}>{rest}", head.replace("pt\"", "\"")),
        None => svg.to_owned(),
    }
}

#[cfg(test)]
mod tests;
