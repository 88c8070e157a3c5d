//! The tables of `docs/detectors.md` say what the code says. `UPDATE_EXPECT=1` writes them anew.

use std::path::Path;

use super::{Class, DETECTORS, State};

fn classes() -> String {
    let row = |class: Class| format!("| `{}` | {} |\n", class.id(), class.about());
    format!("| class | what it is |\n| --- | --- |\n{}", Class::ALL.map(row).concat())
}

fn states() -> String {
    let row = |state: State| format!("| `{}` | {} |\n", state.id(), state.about());
    format!("| state | what was done |\n| --- | --- |\n{}", State::ALL.map(row).concat())
}

fn detectors() -> String {
    let rows = DETECTORS.iter().map(|detector| {
        let sources = detector.sources.join("; ");
        format!("| `{}` | `{}` | {} | {sources} |\n", detector.id, detector.class.id(), detector.about)
    });
    format!("| detector | class | finds | sources |\n| --- | --- | --- | --- |\n{}", rows.collect::<String>())
}

#[test]
fn the_docs_list_what_there_is() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/detectors.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let tables = [("classes", classes()), ("states", states()), ("detectors", detectors())];
    let page = tables.iter().fold(page, |page, (mark, table)| with_table(&page, mark, table));
    expect_test::expect_file![path].assert_eq(&page);
}

/// The page with what stands behind a mark, up to the next heading of level two, replaced.
pub(crate) fn with_table(page: &str, mark: &str, table: &str) -> String {
    let mark = format!("<!-- {mark}: checked by a test -->\n");
    let (before, after) = page.split_once(&mark).expect("the mark stands in the page");
    let rest = after.find("\n## ").map_or("", |at| &after[at + 1..]);
    format!("{before}{mark}\n{}\n\n{rest}", table.trim_end()).trim_end_matches('\n').to_owned() + "\n"
}
