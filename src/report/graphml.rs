//! GraphML: every dataset, system and edge with its facts, for programs that count and lay out graphs.

use std::fmt::Write;

use super::{Document, EdgeEntry, Format, ReportError, cards::card_id, label::escaped};

/// The graph for graph programs.
pub(super) static FORMAT: Format =
    Format { name: "graphml", about: "every dataset, system and edge, for graph programs", render };

/// What is said of nodes and edges: a name, of what, and its type.
const KEYS: &[(&str, &str, &str)] = &[
    ("name", "node", "string"),
    ("kind", "node", "string"),
    ("zone", "node", "string"),
    ("owner", "node", "string"),
    ("from_field", "edge", "string"),
    ("to_field", "edge", "string"),
    ("via", "edge", "string"),
    ("transform", "edge", "string"),
    ("status", "edge", "string"),
    ("carries", "edge", "string"),
    ("probability", "edge", "double"),
];

fn render(document: &Document) -> Result<Vec<u8>, ReportError> {
    let mut text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
                    <graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">\n"
        .to_owned();
    for (name, of, kind) in KEYS {
        let _ =
            writeln!(text, "  <key id=\"{name}\" for=\"{of}\" attr.name=\"{name}\" attr.type=\"{kind}\"/>");
    }
    text += "  <graph id=\"lineage\" edgedefault=\"directed\">\n";
    for (place, system) in document.estate.systems.iter().enumerate() {
        let (zone, owner) = (system.zone.as_deref(), system.owner.as_deref());
        text += &node(&format!("system_{place}"), &[Some(&system.name), Some(&system.kind), zone, owner]);
    }
    for (place, dataset) in document.datasets.iter().enumerate() {
        let (zone, owner) = (dataset.zone.as_deref(), dataset.owner.as_deref());
        text += &node(&format!("dataset_{place}"), &[Some(&dataset.name), Some(&dataset.kind), zone, owner]);
    }
    for (place, name) in document.outside().into_iter().enumerate() {
        text += &node(&format!("outside_{place}"), &[Some(name), Some("outside"), None, None]);
    }
    text.extend(document.edges.iter().filter_map(|entry| edge(document, entry)));
    Ok((text + "  </graph>\n</graphml>\n").into_bytes())
}

fn node(id: &str, said: &[Option<&str>]) -> String {
    format!("    <node id=\"{id}\">{}</node>\n", facts("node", said))
}

fn edge(document: &Document, edge: &EdgeEntry) -> Option<String> {
    let (from, to) = (card_id(document, &edge.from)?, card_id(document, &edge.to)?);
    let (status, carries) = (edge.status.join(" "), edge.carries.join(" "));
    let chance = format!("{}.{:03}", edge.probability / 1000, edge.probability % 1000);
    let (from_field, to_field) = (edge.from.field.as_deref(), edge.to.field.as_deref());
    let via = edge.via.as_deref();
    let said =
        [from_field, to_field, via, Some(&edge.transform), Some(&status), Some(&carries), Some(&chance)];
    let facts = facts("edge", &said);
    Some(format!("    <edge id=\"edge_{}\" source=\"{from}\" target=\"{to}\">{facts}</edge>\n", edge.id))
}

/// In the order of [`KEYS`].
fn facts(of: &str, said: &[Option<&str>]) -> String {
    let keys = KEYS.iter().filter(|(_, owner, _)| *owner == of);
    let said = keys.zip(said).filter_map(|((name, ..), value)| Some((name, (*value)?)));
    said.map(|(name, value)| format!("<data key=\"{name}\">{}</data>", escaped(value))).collect()
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::{super::fixture, render};

    #[test]
    fn a_tiny_estate() {
        let text = String::from_utf8(render(&fixture::tiny()).unwrap()).unwrap();
        let graph = text.split_once("<graph ").unwrap().1;
        expect![[r#"
            id="lineage" edgedefault="directed">
                <node id="system_0"><data key="name">gateway</data><data key="kind">payment-gateway</data><data key="zone">cde</data><data key="owner">payments</data></node>
                <node id="dataset_0"><data key="name">payments</data><data key="kind">topic</data><data key="zone">cde</data><data key="owner">payments</data></node>
                <node id="dataset_1"><data key="name">retry &lt;script&gt;&quot;&#39;&amp;</data><data key="kind">retry-queue</data><data key="zone">connected</data><data key="owner">payments</data></node>
                <edge id="edge_0" source="system_0" target="dataset_0"><data key="transform">unknown</data><data key="status">declared</data><data key="carries">pan.clear</data><data key="probability">1.000</data></edge>
                <edge id="edge_1" source="dataset_0" target="dataset_1"><data key="transform">copied</data><data key="status">inferred</data><data key="carries">pan.clear</data><data key="probability">0.970</data></edge>
              </graph>
            </graphml>
        "#]].assert_eq(graph);
    }
}
