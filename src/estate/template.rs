//! The first estate file, with comments: what `dyetrace init` writes.
//!
//! It must not look at any file: whoever guessed the sources brings them.

use std::{collections::BTreeSet, fmt::Write};

use dyetrace_connectors::{SecretPlace, SettingValue};

use crate::detect::scrub;

/// A source that somebody guessed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GuessedSource {
    /// Its name; it becomes a word that fits, and gets a number if it is taken.
    pub name: String,
    /// `file`, `kafka`.
    pub connector: String,
    /// The connector's keys with their values.
    pub settings: Vec<(String, SettingValue)>,
}

/// What was found for a first estate file: lines of its sections, as YAML.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Sections {
    pub(super) systems: String,
    pub(super) sources: String,
    pub(super) datasets: String,
    pub(super) flows: String,
    pub(super) grants: String,
}

const HEAD: &str = r#"# What dyetrace audits. A key that does not exist is an error; docs/dyetrace.schema.json lists all of them.
# Check it with `dyetrace audit`.
version: 1
estate: My estate

# The key that fingerprints are made under: `{env: NAME}` or `{file: PATH}`, 64 hex digits, never the key itself.
# Without this line DYETRACE_KEY is taken, else the key that `dyetrace init` made in your configuration folder.
# key: {env: SHOP_DYETRACE_KEY}

# Trust areas, from the gateway outward. These three exist already; change what they may hold, or add your own.
zones:
  cde:          {may_hold: [pan, expiry, cardholder, service-code, token]}
  connected:    {may_hold: [pan.truncated, pan.masked, token]}
  out-of-scope: {may_hold: [pan.truncated, pan.masked, token]}

# What reads or writes data, its zone, who answers for it, and why payment data is there.
systems:
  gateway: {kind: payment-gateway, zone: cde}
  # crm:
  #   kind: crm
  #   zone: out-of-scope
  #   owner: sales
  #   principals: ["User:crm-sync"]
  #   needs: {token: "show the saved card on the account page"}
"#;

const SOURCES: &str = r#"
# Where to look. `system:` gives a source its zone, its owner and its writer.
sources:
"#;

const DATASETS: &str = r#"
# What a source or its metadata did not say, by name with `*`. The last line that says something counts.
datasets:
  # - {match: "contacts", zone: out-of-scope, environment: production, retention: 400d, read_by: [crm]}
"#;

const FLOWS: &str = r#"
# What is supposed to happen: a flow that is seen and not declared is a finding.
flows:
  # - {from: gateway, to: crm, via: webhook, auth: mtls, carries: [token, pan.truncated]}
"#;

const GRANTS: &str = r#"
# Who may, beside what connectors read by themselves.
grants:
  # - {principal: "User:crm-sync", may: read, dataset: "contacts", until: 2027-12-31}
  # - {import: acls.txt, format: kafka-acls}
"#;

const TAIL: &str = r#"
policies: [pci-dss-4.0.1, tokenization, least-privilege]
# exceptions: exceptions.yaml
# allow: allow.yaml                    # values that are known to be no findings
"#;

/// The text of a first estate file with these sources; without any, an example stands in a comment.
pub fn estate_template(sources: &[GuessedSource]) -> String {
    let mut taken = BTreeSet::new();
    let mut lines: String =
        sources.iter().map(|source| line(source, &free_name(&source.name, &mut taken))).collect();
    if sources.is_empty() {
        lines.push_str("  # - {name: checkout-logs, system: gateway, connector: file, path: \"logs/*.jsonl.gz\", timezone: UTC}\n");
    }
    filled(&Sections { sources: lines, ..Sections::default() })
}

/// The template with what was found behind the comments of each section.
pub(super) fn filled(found: &Sections) -> String {
    let Sections { systems, sources, datasets, flows, grants } = found;
    [HEAD, systems, SOURCES, sources, DATASETS, datasets, FLOWS, flows, GRANTS, grants, TAIL].concat()
}

/// A source as one line of `sources:`.
pub(super) fn line(source: &GuessedSource, name: &str) -> String {
    let mut line = format!("  - {{name: {name}, connector: {}", quoted(&source.connector));
    for (key, value) in &source.settings {
        // Writing to a String does not fail.
        let _ = write!(line, ", {key}: {}", written(value));
    }
    line + "}\n"
}

/// A setting as YAML has it.
fn written(value: &SettingValue) -> String {
    match value {
        SettingValue::Text(text) => quoted(text),
        SettingValue::List(items) => {
            format!("[{}]", items.iter().map(|item| quoted(item)).collect::<Vec<_>>().join(", "))
        }
        SettingValue::Switch(on) => on.to_string(),
        SettingValue::Secret(SecretPlace::Env(name)) => format!("{{env: {}}}", quoted(name)),
        SettingValue::Secret(SecretPlace::File(path)) => {
            format!("{{file: {}}}", quoted(&path.to_string_lossy()))
        }
    }
}

/// A name without anything that would want quotes, or that scrubbing would change: a path can hold a card number.
pub(super) fn free_name(wanted: &str, taken: &mut BTreeSet<String>) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    let scrubbed: String = scrub(wanted).as_str().chars().map(plain).collect();
    let words: Vec<&str> = scrubbed.split('-').filter(|word| !word.is_empty()).collect();
    let starts_well = words.first().is_some_and(|word| word.starts_with(|c: char| c.is_ascii_alphabetic()));
    let name = if starts_well { words.join("-") } else { [&["source"], words.as_slice()].concat().join("-") };
    let numbered = (2..).map(|number: u32| format!("{name}-{number}"));
    let free =
        std::iter::once(name.clone()).chain(numbered).find(|name| !taken.contains(name)).unwrap_or(name);
    taken.insert(free.clone());
    free
}

/// A YAML text in double quotes.
pub(super) fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c.is_control() => drop(write!(quoted, "\\U{:08x}", u32::from(c))),
            c => quoted.push(c),
        }
    }
    quoted + "\""
}

#[cfg(test)]
mod tests {
    use dyetrace_connectors::SettingValue;

    use super::{GuessedSource, estate_template};
    use crate::estate::{Estate, read_estate};

    fn read(sources: &[GuessedSource]) -> Estate {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("dyetrace.yaml");
        std::fs::write(&path, estate_template(sources)).unwrap();
        read_estate(&path).unwrap_or_else(|error| panic!("{error}"))
    }

    fn file(name: &str, paths: &[&str]) -> GuessedSource {
        let paths = SettingValue::List(paths.iter().map(|path| (*path).to_owned()).collect());
        GuessedSource { name: name.into(), connector: "file".into(), settings: vec![("path".into(), paths)] }
    }

    #[test]
    fn the_template_is_read_back() {
        assert_eq!((read(&[]).sources.len(), read(&[]).policies.len()), (0, 3));
        let odd = "a \"b\"\\c\n#*.jsonl";
        let estate =
            read(&[file("logs", &["logs/*.log"]), file("Logs!", &[odd, "b"]), file("2024 ä", &["x"])]);
        let names: Vec<_> = estate.sources.iter().map(|source| source.name.as_str()).collect();
        assert_eq!(names, ["logs", "logs-2", "source-2024"]);
        assert_eq!(estate.sources[1].settings.list("path"), [odd, "b"]);
    }

    #[test]
    fn the_zones_it_writes_are_those_that_exist_already() {
        let built_in = read_bare("version: 1\n").zones;
        for (name, zone) in read(&[]).zones {
            assert_eq!(zone.may_hold, built_in[&name].may_hold, "{name}");
        }
    }

    #[test]
    fn what_it_leaves_in_comments_is_right_as_well() {
        let text = estate_template(&[]);
        let uncommented: Vec<String> = text.lines().map(uncomment).collect();
        let text = uncommented.join("\n").replace("  - {import: acls.txt, format: kafka-acls}", "");
        let estate = read_bare(&text.replace("exceptions: exceptions.yaml", ""));
        assert_eq!((estate.sources.len(), estate.flows.len(), estate.grants.len()), (1, 1, 1));
    }

    /// Comments that hold YAML lose their mark; sentences stay comments.
    fn uncomment(line: &str) -> String {
        let Some((indent, rest)) = line.split_once("# ") else { return line.to_owned() };
        let yaml = rest.starts_with("- {")
            || ["crm:", "key:", "exceptions:"].iter().any(|key| rest.starts_with(key));
        let nested = indent == "  ";
        if (yaml || nested) && indent.trim().is_empty() { format!("{indent}{rest}") } else { line.to_owned() }
    }

    fn read_bare(text: &str) -> Estate {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("dyetrace.yaml");
        std::fs::write(&path, text).unwrap();
        read_estate(&path).unwrap_or_else(|error| panic!("{error}\n{text}"))
    }
}
