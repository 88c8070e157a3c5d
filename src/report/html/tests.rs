//! The page fetches nothing, runs nothing foreign, and leads from each violation to its records.

use super::{super::fixture, *};
use crate::report::palette::{LEGEND, color, region_colors};
use crate::report::picture::Region;

fn drawn(document: &Document) -> String {
    page(document, Ok(b"<?xml?><svg width=\"8pt\" viewBox=\"0 0 8 8\"><g id=\"graph0\"/></svg>".to_vec()))
}

#[test]
fn nothing_is_fetched() {
    let page = drawn(&fixture::tiny());
    for outside in
        ["src=", "url(", "@import", "href=\"http", "href=\"//", "<link", "<iframe", "fetch(", "<img"]
    {
        assert!(!page.contains(outside), "{outside}");
    }
    assert!(page.contains("default-src 'none'"));
    // The hashes hold for what stands there, to the byte.
    assert!(
        page.contains(&format!("<script>{SCRIPT}</script>"))
            && page.contains(&format!("<style>{STYLE}</style>"))
    );
    assert!(page.contains(&format!("script-src {}", escaped_hash(SCRIPT))));
}

fn escaped_hash(content: &str) -> String {
    hash(content).replace('\'', "&#39;")
}

#[test]
fn foreign_names_stay_text() {
    let page = drawn(&fixture::tiny());
    assert_eq!(page.matches("<script").count(), 1, "our own alone");
    assert!(page.contains("retry &lt;script&gt;&quot;&#39;&amp;"));
}

#[test]
fn a_name_that_looks_like_the_template_stays_as_it_is() {
    let mut document = fixture::tiny();
    document.estate.name = "{{script}}".into();
    assert!(drawn(&document).contains("<h1>{{script}}</h1>"));
}

#[test]
fn both_ends_and_the_way_between() {
    let page = drawn(&fixture::tiny());
    let violation = &page[page.find("id=\"violation_0\"").unwrap()..];
    let violation = &violation[..violation.find("</details>").unwrap()];
    let told = [
        "href=\"#entry-edge_0\"",
        "href=\"#entry-edge_1\"",
        "inferred · 0.97",
        "41 of the 41 values that arrive stand at the source",
        "dumps/x.jsonl:7",
        "policies/pci-dss-4.0.1.yaml:47",
        "pci-dss 3.5.1",
        "Write a token instead.",
    ];
    for words in told {
        assert!(violation.contains(words), "{words} in {violation}");
    }
}

#[test]
fn every_link_leads_somewhere() {
    for document in [fixture::tiny(), fixture::large()] {
        let page = drawn(&document);
        for link in page.split("href=\"#").skip(1) {
            let target = link.split('"').next().unwrap();
            assert!(page.contains(&format!("id=\"{target}\"")), "#{target}");
        }
        assert!((0..document.datasets.len()).all(|at| page.contains(&format!("id=\"entry-dataset_{at}\""))));
    }
}

#[test]
fn without_graphviz_it_says_so_and_the_edges_stand_in_the_table() {
    let page = page(&fixture::tiny(), Err(ReportError::NoDot));
    assert!(page.contains("There is no picture here: no `dot` program"));
    assert!(page.contains("id=\"entry-edge_1\""));
}

#[test]
fn what_was_not_looked_at_is_said() {
    let mut document = fixture::tiny();
    document.run.complete = false;
    document.coverage.push(fixture::unread());
    let page = drawn(&document);
    assert!(page.contains("partial: 1 part not read or read in part"));
    assert!(page.contains("the broker did not answer"));
}

#[test]
fn the_dark_page_knows_every_colour_of_the_picture() {
    let zones = ["cde", "connected", "out-of-scope", "else"].map(|zone| Region::Zone(zone.into()));
    let regions = zones.into_iter().chain([Region::Undeclared, Region::Outside]);
    let fills = regions.map(|region| region_colors(&region).0);
    for color in LEGEND.iter().map(|(tone, _)| color(*tone)).chain(fills) {
        assert!(STYLE.contains(&format!("[fill=\"{color}\"]")), "{color}");
    }
}

#[test]
fn equal_documents_give_equal_bytes() {
    assert_eq!(drawn(&fixture::large()), drawn(&fixture::large()));
}
