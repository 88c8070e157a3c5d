//! What a run says, in lines without times, addresses and probabilities, which differ from run to run.

use std::collections::BTreeMap;

use serde_json::Value;

/// Everything that the test wants to see, one thing a line.
pub fn all(run: &Value, dot: &str) -> String {
    let part = |title: &str, lines: Vec<String>| format!("== {title}\n{}\n", lines.join("\n"));
    let sorted = |mut lines: Vec<String>| {
        lines.sort();
        lines
    };
    let said = [
        part("datasets", list(run, "datasets").map(dataset).collect()),
        part("violations", sorted(list(run, "violations").map(|violation| broken(run, violation)).collect())),
        part("edges", list(run, "edges").filter(|edge| edge["from"]["field"].is_null()).map(edge).collect()),
        part("readers", list(run, "readers").map(reader).collect()),
        part("grants", sorted(list(run, "grants").map(grant).collect())),
        part(
            "not read whole",
            list(run, "coverage").filter(|part| part["state"] != "complete").map(missed).collect(),
        ),
        part(
            "not assessable",
            list(run, "not_assessable").map(|rule| word(&rule["rule"]).to_owned()).collect(),
        ),
        part("arrows of the picture", sorted(arrows(dot))),
    ];
    without_ports(&said.join("\n"))
}

/// What was found in which field, and what was skipped why.
pub fn fields(run: &Value) -> String {
    let fields = list(run, "observations").flat_map(|seen| list(seen, "fields"));
    let tags = fields.flat_map(|field| list(field, "tags").map(move |tag| (word(&field["path"]), tag)));
    let tag = |(path, tag): (&str, &Value)| {
        format!("{path} {}.{} {}×", word(&tag["class"]), word(&tag["state"]), tag["count"])
    };
    let skipped = list(run, "skipped").map(|part| format!("{} {}×", word(&part["reason"]), part["count"]));
    tags.map(tag).chain(skipped).collect::<Vec<_>>().join(", ")
}

/// Rows of the README's table that no violation fits: `| rule | dataset | field | came from | story |`.
pub fn missing(run: &Value, readme: &str) -> Vec<String> {
    let found: Vec<String> = list(run, "violations").map(|violation| place(run, violation)).collect();
    let rows = readme.lines().filter(|line| line.starts_with("| `"));
    let wanted = rows.map(|row| {
        // A bar inside a cell is written `\|`.
        let row = row.replace("\\|", "\0");
        let cells = row.split('|').skip(1).take(4);
        cells.map(|cell| cell.trim().trim_matches('`').replace('\0', "|")).collect::<Vec<_>>()
    });
    let fits = |cells: &[String]| {
        let said =
            |found: &String| found.split('\t').zip(cells).all(|(found, cell)| cell == "-" || found == cell);
        found.iter().any(said)
    };
    wanted.filter(|cells| !fits(cells)).map(|cells| cells.join(" ")).collect()
}

fn list<'a>(run: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    run[name].as_array().unwrap().iter()
}

fn word(value: &Value) -> &str {
    value.as_str().unwrap_or("-")
}

fn words(values: &Value) -> String {
    values.as_array().unwrap().iter().map(word).collect::<Vec<_>>().join(", ")
}

fn dataset(dataset: &Value) -> String {
    let Value::Object(properties) = &dataset["properties"] else { panic!("properties are a map") };
    let names: Vec<&str> = properties.keys().map(String::as_str).collect();
    let retries = &dataset["retries"];
    let tried = match retries.is_null() {
        true => String::new(),
        false => format!(", {} tried up to {}×", retries["records"], retries["most_attempts"]),
    };
    let days = dataset["retention"].as_u64().map_or("-".into(), |seconds| format!("{} d", seconds / 86_400));
    let (name, kind, zone) = (word(&dataset["name"]), word(&dataset["kind"]), word(&dataset["zone"]));
    let (records, properties) = (&dataset["records"], names.join(" "));
    format!("{name}: {kind}, {zone}, kept {days}, {records} records{tried} [{properties}]")
}

/// Rule, dataset, field, and where the last step of the way there begins, with tabs between.
fn place(run: &Value, violation: &Value) -> String {
    let at = &violation["at"];
    let last = violation["path"].as_array().and_then(|path| path.last());
    let from = last.map_or("-", |id| {
        let edge = list(run, "edges").find(|edge| edge["id"] == *id).unwrap();
        end(&edge["from"])
    });
    [word(&violation["rule"]), word(&at["dataset"]), word(&at["field"]), from].join("\t")
}

fn broken(run: &Value, violation: &Value) -> String {
    let (severity, count) = (word(&violation["severity"]), &violation["count"]);
    let who = violation["principal"].as_str().map(|who| format!(" {who}")).unwrap_or_default();
    format!("{severity}: {} {count}×{who}", place(run, violation).replace('\t', " "))
}

fn end(end: &Value) -> &str {
    ["dataset", "system", "outside"].into_iter().find_map(|kind| end[kind].as_str()).unwrap_or("-")
}

fn edge(edge: &Value) -> String {
    let evidence = list(edge, "evidence").map(|evidence| match word(&evidence["kind"]) {
        kind @ ("movement" | "reader") => format!("{kind}: {}", without_time(word(&evidence["text"]))),
        kind => kind.to_owned(),
    });
    let mut evidence: Vec<String> = evidence.collect();
    evidence.sort();
    evidence.dedup();
    let (from, to) = (end(&edge["from"]), end(&edge["to"]));
    let (status, carries) = (words(&edge["status"]), words(&edge["carries"]));
    format!("{from} → {to}: {status} [{carries}] {}", evidence.join("; "))
}

fn reader(reader: &Value) -> String {
    let systems = words(&reader["systems"]);
    format!("{} reads {} for [{systems}]", word(&reader["name"]), word(&reader["dataset"]))
}

fn grant(grant: &Value) -> String {
    format!("{} may {} {}", word(&grant["principal"]), word(&grant["may"]), word(&grant["dataset"]))
}

fn missed(part: &Value) -> String {
    let name = part["partition"].as_str().unwrap_or(word(&part["source"]));
    format!("{name}: {}, {}", word(&part["state"]), word(&part["problem"]))
}

/// Whence, where to, and what stands beside the line.
fn arrows(dot: &str) -> Vec<String> {
    let value = |line: &str, name: &str| {
        let rest = line.split_once(&format!("{name}=\""))?.1;
        rest.split_once('"').map(|(value, _)| value.to_owned())
    };
    let named = dot.lines().filter_map(|line| Some((value(line, "id")?, value(line, "tooltip")?)));
    let names: BTreeMap<String, String> = named.collect();
    let drawn = dot.lines().filter(|line| line.contains(" -> ") && line.contains("tooltip="));
    let arrow = |line: &str| {
        let (ends, rest) = line.trim().split_once('[').unwrap();
        let (from, to) = ends.split_once(" -> ").unwrap();
        let name = |id: &str| names[id.trim().trim_matches('"')].clone();
        let direction = match rest {
            rest if rest.contains("dir=both") => "↔",
            rest if rest.contains("dir=back") => "←",
            _ => "→",
        };
        let label = rest.split_once("<TD>").and_then(|(_, label)| label.split_once("</TD>"));
        let leak = if rest.contains("class=\"leak\"") { " (leak)" } else { "" };
        let label = label.map_or("", |(label, _)| label);
        let label: String = label.chars().filter(|c| !c.is_ascii_digit() && *c != '.').collect();
        format!("{} {direction} {}: {}{leak}", name(from), name(to), label.trim())
    };
    drawn.map(arrow).collect()
}

fn without_time(text: &str) -> &str {
    text.split_once(", last ").map_or(text, |(before, _)| before)
}

/// Ports are free ones.
fn without_ports(text: &str) -> String {
    let mut pieces = text.split("127.0.0.1:");
    let mut said = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        said += "127.0.0.1:PORT";
        said += piece.trim_start_matches(|c: char| c.is_ascii_digit());
    }
    said
}
