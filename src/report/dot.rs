//! DOT: the picture in Graphviz's language, made to be framed: zones as quiet clusters from the gateway outward, a
//! card a dataset, one colour a state, leaks thick, everything else thin.

use std::fmt::Write;

use super::{
    Document, Format, ReportError,
    picture::{Arrow, Card, Picture, Row, Tone},
};

/// The graph as text.
pub(super) static FORMAT: Format = Format { name: "dot", about: "the graph in Graphviz's language", render };

fn render(document: &Document) -> Result<Vec<u8>, ReportError> {
    Ok(dot(document).into_bytes())
}

const INK: &str = "#1b2330";
const QUIET: &str = "#667085";
const ALARM: &str = "#c8102e";
const FONT: &str = "DejaVu Sans,Helvetica,Arial,sans-serif";

/// The graph as text.
pub fn dot(document: &Document) -> String {
    let picture = document.picture();
    let mut text = format!(
        "digraph lineage {{\n  graph [rankdir=LR, bgcolor=white, fontname=\"{FONT}\", fontcolor=\"{INK}\", nodesep=0.35, \
         ranksep=1.1, splines=spline, newrank=true, pad=0.4, labelloc=b, labeljust=l, label=<{}>];\n  \
         node [shape=plain, fontname=\"{FONT}\", fontsize=11, fontcolor=\"{INK}\"];\n  \
         edge [fontname=\"{FONT}\", fontsize=9, arrowsize=0.7, color=\"{QUIET}\"];\n",
        legend(document, &picture)
    );
    for (index, (zone, cards)) in picture.zones.iter().enumerate() {
        text += &cluster(index, zone, cards);
    }
    for arrow in &picture.arrows {
        text += &drawn(arrow);
    }
    text + "}\n"
}

fn cluster(index: usize, zone: &str, cards: &[Card]) -> String {
    let (fill, line) = zone_colors(zone);
    let name = match zone {
        "" => "no zone declared",
        "cde" => "cardholder data environment",
        "out-of-scope" => "out of scope",
        other => other,
    };
    let mut text = format!(
        "  subgraph cluster_{index} {{\n    label=<<B>{}</B>>; labeljust=l; labelloc=t; fontsize=12; fontcolor=\"{QUIET}\"; \
         style=\"rounded,filled\"; fillcolor=\"{fill}\"; color=\"{line}\"; margin=18;\n",
        escaped(name)
    );
    for card in cards {
        let _ = writeln!(
            text,
            "    {} [label=<{}>, tooltip={}];",
            quoted(&card.name),
            table(card),
            quoted(&card.name)
        );
    }
    text + "  }\n"
}

fn zone_colors(zone: &str) -> (&'static str, &'static str) {
    match zone {
        "cde" => ("#eef6f1", "#c5dccd"),
        "connected" => ("#f1f4fa", "#ccd6e8"),
        "out-of-scope" => ("#fbf4ec", "#ecdcc4"),
        "" => ("#fdeeee", "#e6b8b8"),
        _ => ("#f5f3fa", "#d9d2ea"),
    }
}

fn table(card: &Card) -> String {
    let (width, color) = if card.is_alarming { (2, ALARM) } else { (1, "#cbd2dc") };
    let fill = if card.is_system { "#f7f8fa" } else { "white" };
    let mut text = format!(
        "<TABLE BORDER=\"{width}\" COLOR=\"{color}\" STYLE=\"{}\" CELLBORDER=\"0\" CELLSPACING=\"0\" CELLPADDING=\"3\" BGCOLOR=\"{fill}\">",
        if card.is_system { "rounded,dashed" } else { "rounded" }
    );
    let badge = match card.violations {
        0 => String::new(),
        count => format!("<FONT COLOR=\"{ALARM}\" POINT-SIZE=\"10\"><B>▲ {count}</B></FONT>"),
    };
    let _ = write!(
        text,
        "<TR><TD ALIGN=\"LEFT\"><FONT POINT-SIZE=\"8\" COLOR=\"{QUIET}\">{} {}</FONT></TD><TD ALIGN=\"RIGHT\">{badge}</TD></TR>\
         <TR><TD COLSPAN=\"2\" ALIGN=\"LEFT\"><FONT POINT-SIZE=\"13\"><B>{}</B></FONT></TD></TR>",
        symbol(card),
        escaped(&card.kind.replace('-', " ").to_uppercase()),
        escaped(&card.name),
    );
    if !card.about.is_empty() {
        let about = escaped(&card.about);
        let _ = write!(
            text,
            "<TR><TD COLSPAN=\"2\" ALIGN=\"LEFT\"><FONT POINT-SIZE=\"9\" COLOR=\"{QUIET}\">{about}</FONT></TD></TR>"
        );
    }
    text += &card.rows.iter().map(row).collect::<String>();
    if card.more_rows > 0 {
        let _ = write!(
            text,
            "<TR><TD COLSPAN=\"2\" ALIGN=\"LEFT\"><FONT POINT-SIZE=\"9\" COLOR=\"{QUIET}\">and {} more</FONT></TD></TR>",
            card.more_rows
        );
    }
    text + "</TABLE>"
}

/// A small sign for the kind of place.
fn symbol(card: &Card) -> &'static str {
    match card.kind.as_str() {
        _ if card.is_system => "◇",
        "log" => "≡",
        "topic" => "⇶",
        "retry-queue" => "↻",
        "dead-letters" => "✕",
        "export" => "⇩",
        "table" => "▤",
        _ => "▫",
    }
}

fn row(row: &Row) -> String {
    let color = color(row.tone);
    let dot = if row.tone == Tone::Test { "○" } else { "●" };
    format!(
        "<TR><TD ALIGN=\"LEFT\"><FONT COLOR=\"{color}\">{dot}</FONT> {}  </TD>\
         <TD ALIGN=\"RIGHT\"><FONT COLOR=\"{color}\">{}</FONT></TD></TR>",
        escaped(&shortened(&row.field)),
        escaped(&row.what)
    )
}

/// The end of a path tells most.
fn shortened(field: &str) -> String {
    const LONGEST: usize = 26;
    let count = field.chars().count();
    if count <= LONGEST {
        return field.to_owned();
    }
    format!("…{}", field.chars().skip(count - LONGEST + 1).collect::<String>())
}

fn drawn(arrow: &Arrow) -> String {
    let color = color(arrow.tone);
    let width = if arrow.is_leak { "2.6" } else { "1.1" };
    let style = if arrow.is_inferred { "dashed" } else { "solid" };
    // The label stands in a small table with a background, so that lines behind it do not cross it out.
    let label = match arrow.label.is_empty() {
        true => String::new(),
        false => format!(
            ", label=<<TABLE BORDER=\"0\" CELLPADDING=\"1\" BGCOLOR=\"#ffffffcc\"><TR><TD>{}</TD></TR></TABLE>>",
            escaped(&arrow.label)
        ),
    };
    format!(
        "  {} -> {} [id=\"edge-{}\", color=\"{color}\", fontcolor=\"{color}\", penwidth={width}, style={style}, \
         tooltip={}{label}];\n",
        quoted(&arrow.from),
        quoted(&arrow.to),
        arrow.id,
        quoted(&arrow.why)
    )
}

pub(super) fn color(tone: Tone) -> &'static str {
    match tone {
        Tone::Authentication => "#7a0c1e",
        Tone::Clear => ALARM,
        Tone::Secret => "#b3127a",
        Tone::Hashed => "#7d3fb0",
        Tone::Truncated => "#c27c0e",
        Tone::Companion => "#35689c",
        Tone::Token => "#1b8754",
        Tone::Test => "#5b7083",
        Tone::Nothing => "#8a94a6",
    }
}

const LEGEND: &[(Tone, &str)] = &[
    (Tone::Clear, "card number in clear"),
    (Tone::Authentication, "verification code, track, PIN"),
    (Tone::Secret, "key or secret"),
    (Tone::Hashed, "hash without a key"),
    (Tone::Truncated, "truncated or masked"),
    (Tone::Companion, "expiry, holder, account"),
    (Tone::Token, "token"),
    (Tone::Test, "published test value"),
];

fn legend(document: &Document, picture: &Picture) -> String {
    let datasets = document.datasets.len();
    let violations = document.violations.iter().filter(|violation| violation.exception.is_none()).count();
    let hidden = if picture.hidden > 0 { format!(" · {} not drawn", picture.hidden) } else { String::new() };
    let title = format!(
        "{} · {} · {datasets} datasets, {violations} violations{hidden}",
        document.estate.name,
        &document.run.started[..10]
    );
    let states: String = LEGEND
        .iter()
        .map(|(tone, words)| format!("<TD><FONT COLOR=\"{}\">●</FONT> {words}</TD>", color(*tone)))
        .collect();
    format!(
        "<TABLE BORDER=\"0\" CELLSPACING=\"6\" CELLPADDING=\"1\"><TR><TD ALIGN=\"LEFT\" COLSPAN=\"8\"><FONT POINT-SIZE=\"13\"><B>{}</B></FONT></TD></TR>\
         <TR>{states}</TR>\
         <TR><TD ALIGN=\"LEFT\" COLSPAN=\"8\"><FONT COLOR=\"{QUIET}\">solid: declared or observed · dashed: inferred from values and times, with its probability · \
         thick: brings what breaks a rule · ▲ n: violations there</FONT></TD></TR></TABLE>",
        escaped(&title)
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
