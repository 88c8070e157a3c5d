//! The tables of `docs/policies.md` say what the code and the packs say. `UPDATE_EXPECT=1` writes them anew.

use std::path::Path;

use crate::{
    detect::with_table,
    policy::{About, Attribute, Holds, Rule, built_in_packs},
};

fn attributes() -> String {
    let section = |about: About| {
        let rows: String = about.attributes().map(row).collect();
        format!("### `on: {}`\n\n| attribute | value | meaning |\n| --- | --- | --- |\n{rows}\n", about.id())
    };
    About::ALL.map(section).concat()
}

fn row(attribute: &Attribute) -> String {
    let value = match attribute.holds {
        Holds::Words => "words".to_owned(),
        Holds::Tags => "tags".to_owned(),
        Holds::Number => "number".to_owned(),
        Holds::OneOf(words) => words.join(", "),
    };
    format!("| `{}` | {value} | {} |\n", attribute.name, attribute.about)
}

fn rules() -> String {
    let section = |pack: crate::policy::Pack| {
        let rows: String = pack.rules.iter().map(line).collect();
        let head = "| rule | severity | on | what | references |\n| --- | --- | --- | --- | --- |\n";
        format!("### {}\n\n{}.\n\n{head}{rows}\n", pack.name, pack.about)
    };
    built_in_packs().into_iter().map(section).collect()
}

fn line(rule: &Rule) -> String {
    let references =
        rule.references.iter().map(|(standard, numbers)| format!("{standard} {}", numbers.join(", ")));
    let references: Vec<String> = references.collect();
    let (severity, about, title) = (rule.severity.id(), rule.subject.id(), &rule.title);
    format!("| `{}` | {severity} | {about} | {title} | {} |\n", rule.id, references.join("; "))
}

#[test]
fn the_docs_list_what_there_is() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/policies.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let page = with_table(&with_table(&page, "attributes", &attributes()), "rules", &rules());
    expect_test::expect_file![path].assert_eq(&page);
}
