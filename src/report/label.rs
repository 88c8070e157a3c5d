//! Text in DOT: a card and a legend as Graphviz's HTML-like tables, with all foreign text escaped.

use std::fmt::Write;

use super::{
    Document,
    palette::{ALARM, INK, LEGEND, QUIET, color},
    picture::{Card, Line, Picture, Row, Tone},
};

/// Longest name of a place, in characters.
const NAME: usize = 28;
/// Longest line about a place.
const ABOUT: usize = 48;
/// Longest path of a field.
const FIELD: usize = 24;

/// What stands in a card.
pub(super) fn card(card: &Card) -> String {
    let mut text = "<TABLE BORDER=\"0\" CELLBORDER=\"0\" CELLSPACING=\"0\" CELLPADDING=\"2\">".to_owned();
    let badge = match card.violations {
        0 => String::new(),
        count => format!("<FONT COLOR=\"{ALARM}\" POINT-SIZE=\"10\"><B>▲ {count}</B></FONT>"),
    };
    let kind = escaped(&card.kind.replace('-', " ").to_uppercase());
    let name = escaped(&ends(&card.name, NAME));
    let _ = write!(
        text,
        "<TR><TD ALIGN=\"LEFT\">{}</TD><TD ALIGN=\"RIGHT\">{badge}</TD></TR>{}",
        quiet(8, &kind),
        line(&format!("<FONT POINT-SIZE=\"13\"><B>{name}</B></FONT>"))
    );
    text.extend(card.about.iter().map(|about| line(&quiet(9, &escaped(&ends(about, ABOUT))))));
    text += &card.rows.iter().map(row).collect::<String>();
    if card.more_rows > 0 {
        text += &line(&quiet(9, &format!("and {} more", card.more_rows)));
    }
    text + "</TABLE>"
}

fn line(content: &str) -> String {
    format!("<TR><TD COLSPAN=\"2\" ALIGN=\"LEFT\">{content}</TD></TR>")
}

fn quiet(size: u8, content: &str) -> String {
    format!("<FONT POINT-SIZE=\"{size}\" COLOR=\"{QUIET}\">{content}</FONT>")
}

fn row(row: &Row) -> String {
    let color = color(row.tone);
    let dot = if row.tone == Tone::Test { "○" } else { "●" };
    format!(
        "<TR><TD ALIGN=\"LEFT\"><FONT COLOR=\"{color}\">{dot}</FONT> {}  </TD>\
         <TD ALIGN=\"RIGHT\"><FONT COLOR=\"{color}\">{}</FONT></TD></TR>",
        escaped(&tail(&row.field, FIELD)),
        escaped(&row.what)
    )
}

/// What stands on an arrow: on a background, so that lines behind it do not cross it out.
pub(super) fn arrow(label: &str) -> String {
    let cell = format!("<TR><TD>{}</TD></TR>", escaped(label));
    format!("<TABLE BORDER=\"0\" CELLPADDING=\"1\" BGCOLOR=\"#ffffffcc\">{cell}</TABLE>")
}

/// What the picture is of, and its states, shapes and lines: those that it has.
pub(super) fn legend(document: &Document, picture: &Picture) -> String {
    let lines = [
        format!("<FONT POINT-SIZE=\"13\"><B>{}</B></FONT>", escaped(&title(document, picture))),
        states(picture),
        quiet(10, &strokes(picture)),
    ];
    let rows: String = lines.iter().map(|line| format!("<TR><TD ALIGN=\"LEFT\">{line}</TD></TR>")).collect();
    format!("<TABLE BORDER=\"0\" CELLSPACING=\"4\" CELLPADDING=\"1\">{rows}</TABLE>")
}

fn strokes(picture: &Picture) -> String {
    let permitted = picture.arrows.iter().any(|arrow| arrow.line == Line::Permitted);
    let mut words = vec![
        "━━━ brings what breaks a rule",
        "─── declared or observed",
        "╌╌╌ inferred from values and times, with its probability",
    ];
    words.extend(permitted.then_some("┈┈┈ may read, and does not need to"));
    words.push("▲ violations there");
    words.join("    ")
}

fn title(document: &Document, picture: &Picture) -> String {
    let datasets = document.datasets.len();
    let violations = document.violations.iter().filter(|violation| violation.exception.is_none()).count();
    let hidden =
        if picture.hidden > 0 { format!(" · {} only in the lists", picture.hidden) } else { String::new() };
    let day = document.run.started.get(..10).unwrap_or_default();
    let (datasets, violations) = (counted(datasets, "dataset"), counted(violations, "violation"));
    format!("{} · {day} · {datasets}, {violations}{hidden}", document.estate.name)
}

/// `1 dataset`, `2 datasets`.
pub(super) fn counted(count: usize, noun: &str) -> String {
    counted_u64(count as u64, noun)
}

/// The same for counts of records; thousands are set apart.
pub(crate) fn counted_u64(count: u64, noun: &str) -> String {
    format!("{} {noun}{}", super::paint::thousands(count), if count == 1 { "" } else { "s" })
}

fn states(picture: &Picture) -> String {
    let in_cards = picture.cards().flat_map(|card| &card.rows).map(|row| row.tone);
    let tones: Vec<Tone> = in_cards.chain(picture.arrows.iter().map(|arrow| arrow.tone)).collect();
    let shown = LEGEND.iter().filter(|(tone, _)| tones.contains(tone));
    let states = shown.map(|(tone, words)| {
        let dot = if *tone == Tone::Test { "○" } else { "●" };
        format!("<FONT COLOR=\"{}\">{dot}</FONT> <FONT COLOR=\"{INK}\">{words}</FONT>", color(*tone))
    });
    format!("<FONT POINT-SIZE=\"10\">{}</FONT>", states.collect::<Vec<_>>().join("    "))
}

/// The end of a path tells most.
fn tail(path: &str, longest: usize) -> String {
    let count = path.chars().count();
    if count <= longest {
        return path.to_owned();
    }
    format!("…{}", path.chars().skip(count - longest + 1).collect::<String>())
}

/// Both ends of a name tell: what it belongs to, and which of them it is.
pub(super) fn ends(name: &str, longest: usize) -> String {
    let count = name.chars().count();
    if count <= longest {
        return name.to_owned();
    }
    let head: String = name.chars().take(longest / 2).collect();
    format!("{head}…{}", name.chars().skip(count - (longest - 1 - longest / 2)).collect::<String>())
}

/// For HTML-like labels, and for the page.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

#[cfg(test)]
mod tests {
    use super::{ends, escaped, tail};

    #[test]
    fn names_lose_their_middle_and_paths_their_head() {
        assert_eq!(ends("orders", 10), "orders");
        assert_eq!(ends("arn:aws:sqs:eu-west-1:orders-dlq", 15), "arn:aws…ers-dlq");
        assert_eq!(tail("raw_body|base64|json.card.number", 12), "…card.number");
    }

    #[test]
    fn no_markup_gets_through() {
        assert_eq!(escaped("<b a='\"'>&"), "&lt;b a=&#39;&quot;&#39;&gt;&amp;");
    }
}
