//! The first estate file, with comments: what `dyetrace init` writes.
//!
//! It must not look at any file: whoever guessed the sources brings them.

use std::fmt::Write;

use crate::detect::scrub;

/// A source that somebody guessed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GuessedSource {
    /// Its name; it becomes a word that fits, and gets a number if it is taken.
    pub name: String,
    /// `file`, `kafka`.
    pub connector: String,
    /// The connector's keys with their values.
    pub settings: Vec<(String, Vec<String>)>,
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

# Where to look. `system:` gives a source its zone, its owner and its writer.
sources:
"#;

const TAIL: &str = r#"
# What a source or its metadata did not say, by name with `*`. The last line that says something counts.
datasets:
  # - {match: "contacts", zone: out-of-scope, environment: production, retention: 400d, read_by: [crm]}

# What is supposed to happen: a flow that is seen and not declared is a finding.
flows:
  # - {from: gateway, to: crm, via: webhook, auth: mtls, carries: [token, pan.truncated]}

# Who may, beside what connectors read by themselves.
grants:
  # - {principal: "User:crm-sync", may: read, dataset: "contacts", until: 2027-12-31}
  # - {import: acls.txt, format: kafka-acls}

policies: [pci-dss-4.0.1, tokenization, least-privilege]
# exceptions: exceptions.yaml
"#;

/// The text of a first estate file with these sources; without any, an example stands in a comment.
pub fn estate_template(sources: &[GuessedSource]) -> String {
    let mut text = String::from(HEAD);
    let mut taken = std::collections::BTreeSet::new();
    for source in sources {
        text.push_str(&line(source, &free_name(&source.name, &mut taken)));
    }
    if sources.is_empty() {
        text.push_str("  # - {name: checkout-logs, system: gateway, connector: file, path: \"logs/*.jsonl.gz\", timezone: UTC}\n");
    }
    text + TAIL
}

fn line(source: &GuessedSource, name: &str) -> String {
    let mut line = format!("  - {{name: {name}, connector: {}", quoted(&source.connector));
    for (key, values) in &source.settings {
        let values: Vec<String> = values.iter().map(|value| quoted(value)).collect();
        let value =
            if let [one] = values.as_slice() { one.clone() } else { format!("[{}]", values.join(", ")) };
        // Writing to a String does not fail.
        let _ = write!(line, ", {key}: {value}");
    }
    line + "}\n"
}

/// A name without anything that would want quotes, or that scrubbing would change: a path can hold a card number.
fn free_name(wanted: &str, taken: &mut std::collections::BTreeSet<String>) -> String {
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
fn quoted(text: &str) -> String {
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
    use super::{GuessedSource, estate_template};
    use crate::estate::{Estate, read_estate};

    fn read(sources: &[GuessedSource]) -> Estate {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("dyetrace.yaml");
        std::fs::write(&path, estate_template(sources)).unwrap();
        read_estate(&path).unwrap_or_else(|error| panic!("{error}"))
    }

    fn file(name: &str, paths: &[&str]) -> GuessedSource {
        let paths = paths.iter().map(|path| (*path).to_owned()).collect();
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
