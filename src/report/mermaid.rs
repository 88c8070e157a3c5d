//! Mermaid: the graph as text that code hosts draw where it is pasted, such as a comment on a change.

use std::fmt::Write;

use super::{
    Document, Format, ReportError,
    label::ends,
    palette::{ALARM, LEGEND, color, region_title},
    picture::{Arrow, Card, Line, Tone},
};

/// The graph for comments and wikis.
pub(super) static FORMAT: Format =
    Format { name: "mermaid", about: "the graph as Mermaid, for comments and wikis", render };

fn render(document: &Document) -> Result<Vec<u8>, ReportError> {
    let picture = document.picture();
    let mut text = "flowchart LR\n".to_owned();
    for (index, zone) in picture.zones.iter().enumerate() {
        let _ = writeln!(text, "  subgraph zone_{index}[\"{}\"]", said(region_title(&zone.region)));
        text.extend(zone.columns.iter().flatten().map(card));
        text += "  end\n";
    }
    text.extend(picture.arrows.iter().map(arrow));
    for (index, drawn) in picture.arrows.iter().enumerate() {
        let width = if drawn.is_leak { 3 } else { 1 };
        let _ = writeln!(text, "  linkStyle {index} stroke:{},stroke-width:{width}px", color(drawn.tone));
    }
    let alarming: Vec<_> =
        picture.cards().filter(|card| card.is_alarming).map(|card| card.id.as_str()).collect();
    if !alarming.is_empty() {
        let _ = writeln!(
            text,
            "  classDef alarm stroke:{ALARM},stroke-width:2px\n  class {} alarm",
            alarming.join(",")
        );
    }
    Ok(text.into_bytes())
}

fn card(card: &Card) -> String {
    let alarms = if card.violations > 0 { format!(" ▲ {}", card.violations) } else { String::new() };
    let states = LEGEND.iter().filter(|(tone, _)| *tone < Tone::Test);
    let held = states.filter(|(tone, _)| card.rows.iter().any(|row| row.tone == *tone));
    let held: String = held.map(|(_, words)| format!("<br>{words}")).collect();
    let label = format!("{}<br><b>{}</b>{alarms}{held}", said(&card.kind), said(&ends(&card.name, 40)));
    let (open, close) = match card.kind.as_str() {
        _ if card.is_system => ("([", "])"),
        "topic" | "queue" | "retry-queue" | "dead-letters" => (">", "]"),
        "table" => ("[(", ")]"),
        _ => ("[", "]"),
    };
    format!("    {}{open}\"{label}\"{close}\n", card.id)
}

fn arrow(arrow: &Arrow) -> String {
    let is_known = arrow.line == Line::Known;
    let line = match (arrow.is_mutual, arrow.is_leak, is_known) {
        (true, _, false) => "<-.->",
        (true, true, true) => "<==>",
        (true, false, true) => "<-->",
        (false, _, false) => "-.->",
        (false, true, true) => "==>",
        (false, false, true) => "-->",
    };
    let label = if arrow.label.is_empty() { String::new() } else { format!("|\"{}\"|", said(&arrow.label)) };
    format!("  {} {line}{label} {}\n", arrow.from, arrow.to)
}

/// Whatever is not plainly a letter or a digit as an entity by its number, which Mermaid writes with `#`.
fn said(text: &str) -> String {
    let plain = |letter: char| letter.is_alphanumeric() || " .,:/_-…×".contains(letter);
    text.chars().map(|l| if plain(l) { l.to_string() } else { format!("#{};", u32::from(l)) }).collect()
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::{super::fixture, render};

    #[test]
    fn a_tiny_estate() {
        let text = String::from_utf8(render(&fixture::tiny()).unwrap()).unwrap();
        expect![[r#"
            flowchart LR
              subgraph zone_0["cardholder data environment"]
                system_0(["payment-gateway<br><b>gateway</b>"])
                dataset_0>"topic<br><b>payments</b><br>card number in clear"]
              end
              subgraph zone_1["connected"]
                dataset_1>"retry-queue<br><b>retry #60;script#62;#34;#39;#38;</b> ▲ 1<br>verification code, track, PIN<br>card number in clear"]
              end
              system_0 --> dataset_0
              dataset_0 -.->|"0.97"| dataset_1
              linkStyle 0 stroke:#c8102e,stroke-width:1px
              linkStyle 1 stroke:#c8102e,stroke-width:3px
              classDef alarm stroke:#c8102e,stroke-width:2px
              class dataset_1 alarm
        "#]].assert_eq(&text);
    }
}
