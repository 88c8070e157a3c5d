//! DOT: the picture in Graphviz's language, made to be framed: zones as quiet clusters from the gateway outward, a
//! shape a kind of place, one colour a state, leaks thick, everything else thin. Built as graphviz-rust's syntax
//! tree and written by its printer.

use graphviz_rust::{
    dot_structures::{
        Attribute, Edge, EdgeTy, Graph, GraphAttributes, Id, Node, NodeId, Stmt, Subgraph, Vertex,
    },
    printer::{DotPrinter, PrinterContext},
};

use super::{
    Document, Format, ReportError, label,
    palette::{ALARM, INK, LINE, QUIET, SHADE, color, region_colors, region_title},
    picture::{Area, Arrow, Card, Detail, Line, Picture},
};

/// The graph as text.
pub(super) static FORMAT: Format = Format { name: "dot", about: "the graph in Graphviz's language", render };

fn render(document: &Document) -> Result<Vec<u8>, ReportError> {
    Ok(dot(document).into_bytes())
}

const FONT: &str = "DejaVu Sans,Helvetica,Arial,sans-serif";

/// The graph as text.
pub fn dot(document: &Document) -> String {
    let picture = document.picture();
    let mut stmts = vec![
        Stmt::GAttribute(GraphAttributes::Graph(whole(document, &picture))),
        Stmt::GAttribute(GraphAttributes::Node(any_node())),
        Stmt::GAttribute(GraphAttributes::Edge(any_edge())),
    ];
    stmts.extend(picture.zones.iter().enumerate().map(|(index, zone)| cluster(index, zone)));
    stmts.extend(column_order(&picture));
    let places = picture.places();
    stmts.extend(picture.arrows.iter().map(|arrow| {
        let place = |id: &str| places.get(id).copied().unwrap_or_default();
        drawn(arrow, place(&arrow.from).cmp(&place(&arrow.to)), picture.detail)
    }));
    let graph = Graph::DiGraph { id: plain("lineage"), strict: false, stmts };
    graph.print(&mut PrinterContext::default()) + "\n"
}

fn whole(document: &Document, picture: &Picture) -> Vec<Attribute> {
    let (between_cards, between_columns) = match picture.detail {
        Detail::Full => ("0.28", "0.4"),
        Detail::Sparse => ("0.16", "0.3"),
    };
    vec![
        word("rankdir", "LR"),
        text("bgcolor", "white"),
        text("fontname", FONT),
        text("fontcolor", INK),
        word("nodesep", between_cards),
        word("ranksep", between_columns),
        word("splines", "spline"),
        // Ranks hold across zones: columns stand under one another.
        word("newrank", "true"),
        word("pad", "0.3"),
        word("labelloc", "b"),
        word("labeljust", "l"),
        html("label", &label::legend(document, picture)),
    ]
}

fn any_node() -> Vec<Attribute> {
    vec![
        text("fontname", FONT),
        word("fontsize", "11"),
        text("fontcolor", INK),
        word("height", "0.2"),
        word("width", "0.6"),
    ]
}

fn any_edge() -> Vec<Attribute> {
    vec![text("fontname", FONT), word("fontsize", "9"), word("arrowsize", "0.7"), text("color", QUIET)]
}

fn cluster(index: usize, zone: &Area) -> Stmt {
    let (fill, line) = region_colors(&zone.region);
    let title = format!("<B>{}</B>", label::escaped(region_title(&zone.region)));
    let mut stmts: Vec<Stmt> = [
        html("label", &title),
        word("labeljust", "l"),
        word("labelloc", "t"),
        word("fontsize", "12"),
        text("fontcolor", QUIET),
        text("style", "rounded,filled"),
        text("fillcolor", fill),
        text("color", line),
        word("margin", "14"),
    ]
    .into_iter()
    .map(Stmt::Attribute)
    .collect();
    for column in &zone.columns {
        let mut same: Vec<Stmt> = vec![Stmt::Attribute(word("rank", "same"))];
        same.extend(column.iter().map(node));
        stmts.push(Stmt::Subgraph(Subgraph { id: plain(""), stmts: same }));
    }
    Stmt::Subgraph(Subgraph { id: plain(&format!("cluster_{index}")), stmts })
}

fn node(card: &Card) -> Stmt {
    let (shape, style) = shape(card);
    let (width, line) = if card.is_alarming { ("2", ALARM) } else { ("1", LINE) };
    let attributes = vec![
        text("id", &card.id),
        word("shape", shape),
        text("style", style),
        text("fillcolor", if card.is_system { SHADE } else { "white" }),
        text("color", line),
        word("penwidth", width),
        text("margin", if shape == "cds" { "0.16,0.12" } else { "0.09,0.05" }),
        text("tooltip", &card.name),
        html("label", &label::card(card)),
    ];
    Stmt::Node(Node { id: NodeId(quoted(&card.id), None), attributes })
}

/// A page, a stream, a pile, a folder, a drum; a system is no place where data rests.
fn shape(card: &Card) -> (&'static str, &'static str) {
    match card.kind.as_str() {
        _ if card.is_system => ("box", "rounded,filled,dashed"),
        "log" => ("note", "filled"),
        "topic" => ("cds", "filled"),
        "queue" | "retry-queue" | "dead-letters" => ("box3d", "filled"),
        "export" | "file" => ("folder", "filled"),
        "table" => ("cylinder", "filled"),
        _ => ("box", "rounded,filled"),
    }
}

/// Unseen edges from column to column, over all zones.
fn column_order(picture: &Picture) -> Vec<Stmt> {
    let columns = picture.zones.iter().flat_map(|zone| &zone.columns);
    let heads: Vec<&Card> = columns.filter_map(|column| column.first()).collect();
    let unseen = || vec![word("style", "invis"), word("weight", "0")];
    heads.windows(2).map(|pair| edge(&pair[0].id, &pair[1].id, unseen())).collect()
}

fn drawn(arrow: &Arrow, direction: std::cmp::Ordering, detail: Detail) -> Stmt {
    let tone = color(arrow.tone);
    // Among many, what is no leak steps back.
    let faint = if detail == Detail::Sparse && !arrow.is_leak { "90" } else { "" };
    let mut attributes = vec![
        text("id", &format!("edge_{}", arrow.id)),
        text("class", if arrow.is_leak { "leak" } else { "flow" }),
        text("color", &format!("{tone}{faint}")),
        text("fontcolor", tone),
        word("penwidth", if arrow.is_leak { "3" } else { "1.1" }),
        word("style", style(arrow.line)),
        text("tooltip", &arrow.why),
    ];
    let is_labelled = arrow.is_leak || detail == Detail::Full;
    if is_labelled && !arrow.label.is_empty() {
        attributes.push(html("label", &label::arrow(&arrow.label)));
    }
    // Columns are chosen already: an edge that leads back is laid out as if it led on.
    let (from, to) = match direction {
        std::cmp::Ordering::Greater => (&arrow.to, &arrow.from),
        _ => (&arrow.from, &arrow.to),
    };
    match (arrow.is_mutual, direction) {
        (true, _) => attributes.push(word("dir", "both")),
        (false, std::cmp::Ordering::Greater) => attributes.push(word("dir", "back")),
        (false, _) => {}
    }
    edge(from, to, attributes)
}

fn style(line: Line) -> &'static str {
    match line {
        Line::Known => "solid",
        Line::Inferred => "dashed",
        Line::Permitted => "dotted",
    }
}

fn edge(from: &str, to: &str, attributes: Vec<Attribute>) -> Stmt {
    let vertex = |id: &str| Vertex::N(NodeId(quoted(id), None));
    Stmt::Edge(Edge { ty: EdgeTy::Pair(vertex(from), vertex(to)), attributes })
}

fn word(name: &str, value: &str) -> Attribute {
    Attribute(plain(name), plain(value))
}

fn text(name: &str, value: &str) -> Attribute {
    Attribute(plain(name), quoted(value))
}

fn html(name: &str, value: &str) -> Attribute {
    Attribute(plain(name), Id::Html(format!("<{value}>")))
}

fn plain(word: &str) -> Id {
    Id::Plain(word.to_owned())
}

/// The printer writes an `Id` as it stands. A backslash would begin one of Graphviz's escapes; `&` an entity.
fn quoted(text: &str) -> Id {
    let text = text.replace('&', "&amp;").replace('\\', "\\\\").replace('"', "\\\"");
    Id::Escaped(format!("\"{text}\""))
}

#[cfg(test)]
mod tests {
    use expect_test::expect_file;

    use super::{super::fixture, dot};

    #[test]
    fn a_tiny_estate() {
        expect_file!["page/tiny.dot"].assert_eq(&dot(&fixture::tiny()));
    }

    #[test]
    fn what_a_live_system_tells() {
        expect_file!["page/live.dot"].assert_eq(&dot(&fixture::live()));
    }

    #[test]
    fn equal_documents_give_equal_bytes() {
        assert_eq!(dot(&fixture::large()), dot(&fixture::large()));
    }

    #[test]
    fn sixty_places_show_the_worst_and_name_only_leaks() {
        let text = dot(&fixture::large());
        assert_eq!(text.matches(" kept").count(), 0);
        let labelled = text.lines().filter(|line| line.contains("->") && line.contains("label=<"));
        assert!(labelled.clone().count() > 5 && labelled.clone().all(|line| line.contains("class=\"leak\"")));
    }
}
