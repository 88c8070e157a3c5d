//! The estate file as a whole: what is read, and what is said of files that do not fit.

use std::path::Path;

use expect_test::{Expect, expect};
use miette::{GraphicalReportHandler, GraphicalTheme};

use super::{Estate, EstateError, read_estate};

/// Writes the files of an estate to a folder of its own and reads it.
fn read(text: &str, beside: &[(&str, &str)]) -> Result<Estate, Box<EstateError>> {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in beside {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let path = folder.path().join("dyetrace.yaml");
    std::fs::write(&path, text).unwrap();
    read_estate(&path)
}

/// As a terminal of 80 columns without colour shows it; the folder's name is left out.
fn check(text: &str, expected: Expect) {
    let error = read(text, &[]).expect_err("it does not fit");
    let handler = GraphicalReportHandler::new_themed(GraphicalTheme::unicode_nocolor()).with_width(80);
    let mut shown = String::new();
    handler.render_report(&mut shown, &*error).unwrap();
    let start = shown.find("╭─[").map(|at| at + "╭─[".len());
    let end = shown.find("dyetrace.yaml");
    if let (Some(start), Some(end)) = (start, end) {
        shown.replace_range(start..end, "");
    }
    // A line without indentation, or the snapshot would lose that of all others.
    expected.assert_eq(&format!("shown:\n{shown}"));
}

const SHOP: &str = r#"
version: 1
estate: Example Shop
key: {env: SHOP_DYETRACE_KEY}
zones:
  cde:          {may_hold: [pan, expiry, cardholder, token]}
  vault:        {may_hold: [pan]}
systems:
  gateway:  {kind: payment-gateway, zone: cde, owner: payments}
  checkout: {kind: service, zone: connected, owner: web, principals: ["User:checkout"], groups: ["checkout-*"]}
  orders:   {zone: connected}
  crm:
    kind: crm
    zone: out-of-scope
    owner: sales
    principals: "User:crm-sync"
    needs: {token: "show the saved card on the account page", pan.truncated: "same"}
sources:
  - {name: checkout-logs, system: checkout, connector: file, path: "logs/checkout/*.jsonl.gz", timezone: UTC}
  - {name: contacts, system: crm, connector: file, path: [a.csv, b.csv], time: LastModifiedDate, budget: {bytes: 50MB, requests: 5/s}}
datasets:
  - {match: "bus/payments.*", zone: cde, owner: payments, written_by: [checkout], read_by: [orders], retention: 7d}
flows:
  - {from: gateway, to: checkout, via: webhook, auth: mtls, carries: [token, pan.truncated]}
grants:
  - {principal: "User:crm-sync", may: read, dataset: "bus/payments.*", until: 2026-12-31}
  - {import: acls.txt, format: kafka-acls}
policies: [pci-dss-4.0.1, ./house.yaml]
exceptions: exceptions.yaml
"#;

#[test]
fn an_estate_is_read_as_it_was_meant() {
    let acls = "Current ACLs for resource `ResourcePattern(resourceType=TOPIC, name=a, patternType=LITERAL)`:\n \
                (principal=User:x, host=*, operation=READ, permissionType=ALLOW)\n";
    let beside = [("acls.txt", acls), ("house.yaml", ""), ("exceptions.yaml", "")];
    let estate = read(SHOP, &beside).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(estate.name.as_str(), "Example Shop");
    let zones: Vec<_> =
        estate.zones.iter().map(|(name, zone)| format!("{name} {}", zone.may_hold.len())).collect();
    assert_eq!(zones, ["cde 4", "connected 3", "out-of-scope 3", "vault 1"]);
    assert_eq!(estate.systems.len(), 4);
    let contacts = &estate.sources[1];
    assert_eq!(contacts.settings.list("path"), ["a.csv", "b.csv"]);
    assert_eq!(
        (contacts.settings.budget.bytes, contacts.settings.budget.requests),
        (Some(50_000_000), Some(5))
    );
    assert_eq!(contacts.time.as_deref(), Some("LastModifiedDate"));
    assert_eq!(estate.datasets[0].retention, Some(604_800));
    let grants: Vec<_> = estate.grants.iter().map(|grant| (grant.dataset.as_str(), grant.at.line)).collect();
    assert_eq!(grants, [("bus/payments.*", 26), ("a", 2)]);
    assert_eq!(estate.policies.len(), 2);
}

#[test]
fn what_is_not_said_has_a_default() {
    let estate = read("version: 1\nsources:\nsystems: {a: }", &[]).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!((estate.zones.len(), estate.policies.len(), estate.systems.len()), (3, 3, 1));
}

#[test]
fn a_misspelt_key_is_shown_with_its_place_and_the_nearest() {
    check(
        "version: 1\nsystems:\n  crm: {kind: crm, ownr: sales}\n",
        expect![[r#"
            shown:
              × a system has no key `ownr`
               ╭─[dyetrace.yaml:3:20]
             3 │   crm: {kind: crm, ownr: sales}
               ·                    ──┬─
               ·                      ╰── not a key that is known here
               ╰────
              help: did you mean `owner`?
        "#]],
    );
}

#[test]
fn an_unknown_zone_is_shown() {
    check(
        "version: 1\nsystems:\n  crm: {zone: out-of-scop}\n",
        expect![[r#"
            shown:
              × there is no zone `out-of-scop`
               ╭─[dyetrace.yaml:3:15]
             3 │   crm: {zone: out-of-scop}
               ·               ─────┬─────
               ·                    ╰── not known
               ╰────
              help: did you mean `out-of-scope`?
        "#]],
    );
    check(
        "version: 1\nsystems:\n  crm: {zone: moon}\n",
        expect![[r#"
            shown:
              × there is no zone `moon`
               ╭─[dyetrace.yaml:3:15]
             3 │   crm: {zone: moon}
               ·               ──┬─
               ·                 ╰── not known
               ╰────
              help: it can be: cde, connected, out-of-scope
        "#]],
    );
}

#[test]
fn unknown_systems_and_connectors_are_shown() {
    check(
        "version: 1\nsystems: {crm: }\nflows:\n  - {from: crm, to: cmr}\n",
        expect![[r#"
            shown:
              × there is no system `cmr`
               ╭─[dyetrace.yaml:4:21]
             4 │   - {from: crm, to: cmr}
               ·                     ─┬─
               ·                      ╰── not known
               ╰────
              help: did you mean `crm`?
        "#]],
    );
    check(
        "version: 1\nsources:\n  - {name: a, connector: flie, path: x}\n",
        expect![[r#"
            shown:
              × there is no connector `flie`
               ╭─[dyetrace.yaml:3:26]
             3 │   - {name: a, connector: flie, path: x}
               ·                          ──┬─
               ·                            ╰── not known
               ╰────
              help: did you mean `file`?
        "#]],
    );
}

#[cfg(not(feature = "kafka"))]
#[test]
fn a_connector_that_was_left_out_names_its_feature() {
    check(
        "version: 1\nsources:\n  - {name: bus, connector: kafka, brokers: x}\n",
        expect![[r#"
            shown:
              × this build has no connector `kafka`
               ╭─[dyetrace.yaml:3:28]
             3 │   - {name: bus, connector: kafka, brokers: x}
               ·                            ──┬──
               ·                              ╰── left out of this build
               ╰────
              help: build with `cargo build --release --features kafka`; this build has:
                    file
        "#]],
    );
}

#[test]
fn what_is_no_yaml_is_shown() {
    check(
        "version: 1\nsystems:\n\tcrm: {}\n",
        expect![[r#"
            shown:
              × this is not valid YAML
               ╭─[dyetrace.yaml:3:2]
             3 │ \tcrm: {}
               ·   ▲
               ·   ╰── tabs disallowed within this context (block indentation)
               ╰────
              help: indent with spaces; YAML forbids tabs here
        "#]],
    );
    check(
        "version: 1\nzones: {}\nzones: {}\n",
        expect![[r#"
            shown:
              × a key that is there already
               ╭─[dyetrace.yaml:3:1]
             3 │ zones: {}
               · ──┬──
               ·   ╰── written twice
               ╰────
              help: it stands on line 2 as well: keep one
        "#]],
    );
}

#[test]
fn values_that_do_not_fit_are_shown() {
    check(
        "version: 1\nzones: {cde: {may_hold: [pan.truncatd]}}\n",
        expect![[r#"
            shown:
              × there is no state of a value `truncatd`
               ╭─[dyetrace.yaml:2:26]
             2 │ zones: {cde: {may_hold: [pan.truncatd]}}
               ·                          ──────┬─────
               ·                                ╰── not known
               ╰────
              help: did you mean `truncated`?
        "#]],
    );
    check(
        "version: 1\ndatasets:\n  - {match: a, retention: 7 days}\n",
        expect![[r#"
            shown:
              × `7 days` does not fit
               ╭─[dyetrace.yaml:3:27]
             3 │   - {match: a, retention: 7 days}
               ·                           ───┬──
               ·                              ╰── a duration such as 24h, 7d or 1y is expected
               ╰────
        "#]],
    );
}

#[test]
fn policies_and_files_that_are_not_there_are_shown() {
    check(
        "version: 1\npolicies: [tokenisation]\n",
        expect![[r#"
            shown:
              × there is no policy `tokenisation`
               ╭─[dyetrace.yaml:2:12]
             2 │ policies: [tokenisation]
               ·            ──────┬─────
               ·                  ╰── not known
               ╰────
              help: did you mean `tokenization`?
        "#]],
    );
    check(
        "version: 1\nexceptions: none.yaml\n",
        expect![[r#"
            shown:
              × `none.yaml` does not fit
               ╭─[dyetrace.yaml:2:13]
             2 │ exceptions: none.yaml
               ·             ────┬────
               ·                 ╰── there is no such file
               ╰────
              help: paths start from the folder of the estate file
        "#]],
    );
    check(
        "estate: x\n",
        expect![[r#"
            shown:
              × the estate file needs `version`
               ╭─[dyetrace.yaml:1:1]
             1 │ estate: x
               · ────┬────
               ·     ╰── `version` is missing
               ╰────
        "#]],
    );
}

#[test]
fn a_card_number_in_the_broken_line_is_not_shown() {
    let lines = [
        "estate: 4111111111111111\nverion: 1",
        "version: 1\nsystems: {4111111111111111: {ownr: x}}",
        "version: 1\nsystems: {a: {4111 1111 1111 1111: x}}",
        "version: 1\nzones: {cde: {may_hold: ['4111-1111-1111-1111']}}",
        "version: 1\nsystems: {a: '4111111111111111', b: [}",
        "version: 4111111111111111",
    ];
    for text in lines {
        let error = read(text, &[]).expect_err("it does not fit");
        let mut shown = format!("{error:?} {error}");
        GraphicalReportHandler::new_themed(GraphicalTheme::unicode_nocolor())
            .render_report(&mut shown, &*error)
            .unwrap();
        assert!(!shown.contains("4111") && !shown.contains("1111"), "{shown}");
    }
}

#[test]
fn a_file_that_cannot_be_read_says_what_to_do() {
    let error = read_estate(Path::new("/nowhere/4111111111111111.yaml")).unwrap_err();
    let shown = error.to_string();
    assert!(shown.contains("there is no such file"), "{shown}");
}
