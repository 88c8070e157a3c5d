//! Allow lists as a person writes them: a value named by `dyetrace fingerprint`, a field and a shape are left out of an
//! audit, counted, and said; what matches nothing is said as well.

use serde_json::Value;

use crate::program::{Place, Said};

/// Published test numbers would be left alone anyway: these are made under their first digits.
const HOTLINE: &str = "4111115262628047";
const VOUCHER: &str = "4242422525252520";
const LEAKED: &str = "5555551313131310";

const SOURCES: &str =
    "sources:\n  - {name: app, connector: file, path: app.jsonl, zone: connected}\nallow: allow.yaml\n";

fn shop() -> Place {
    let place = Place::new();
    let line = |field: &str, value: &str| format!("{{\"{field}\": \"{value}\"}}\n");
    let lines = [line("card_number", HOTLINE), line("pan", VOUCHER), line("card_number", LEAKED)];
    place.estate(SOURCES).write("app.jsonl", lines.concat()).write("allow.yaml", "[]\n");
    place
}

/// The fingerprint of a value under the estate's key.
fn fingerprint(place: &Place, value: &str) -> Said {
    place.run_with(&["fingerprint", "--estate", "dyetrace.yaml"], value.as_bytes())
}

/// Audits, and says what clear card numbers were found where, and what each entry of the list left out.
fn audited(place: &Place) -> String {
    let said = place.audit(&[]);
    for number in [HOTLINE, VOUCHER, LEAKED] {
        assert!(!said.all().contains(number), "a card number was printed");
    }
    let run: Value = serde_json::from_str(&place.read("run.json")).unwrap();
    let fields =
        run["observations"].as_array().unwrap().iter().flat_map(|seen| seen["fields"].as_array().unwrap());
    let tags = fields.flat_map(|field| field["tags"].as_array().unwrap().iter().map(move |tag| (field, tag)));
    let found = tags.filter(|(_, tag)| tag["class"] == "pan" && tag["count"] != 0);
    let found = found.map(|(field, tag)| format!("{} {}×", field["path"].as_str().unwrap(), tag["count"]));
    let allowed = run["allowed"].as_array().unwrap().iter();
    let allowed = allowed.map(|entry| format!("{}: {}", entry["reason"].as_str().unwrap(), entry["values"]));
    let unmatched = run["unmatched"].as_array().unwrap().iter();
    let unmatched =
        unmatched.map(|entry| format!("line {}: {}", entry["at"]["line"], entry["what"].as_str().unwrap()));
    found.chain(allowed).chain(unmatched).collect::<Vec<_>>().join(" | ")
}

#[test]
fn what_is_allowed_is_left_out_of_an_audit_and_counted() {
    let place = shop();
    assert_eq!(audited(&place), "card_number 2× | pan 1×");
    let printed = fingerprint(&place, HOTLINE);
    printed.expect(0, &[":"]);
    let value = printed.out.trim();
    let list = [
        format!("- {{value: \"{value}\", reason: hotline}}\n"),
        "- {shape: \"424242##########\", field: \"p*\", reason: vouchers}\n".to_owned(),
        "- {field: telemetry.*, tag: pan, reason: counters}\n".to_owned(),
    ];
    place.write("allow.yaml", list.concat());
    assert_eq!(
        audited(&place),
        "card_number 1× | hotline: 1 | vouchers: 1 | counters: 0 | line 3: an entry of the allow list that no value needs"
    );
}

#[test]
fn a_fingerprint_is_printed_and_its_value_never() {
    let place = shop();
    let said = fingerprint(&place, &format!("{HOTLINE}\n"));
    said.expect(0, &[]);
    let (key, print) = said.out.trim().split_once(':').unwrap();
    assert_eq!((key.len(), print.len()), (8, 32), "{}", said.out);
    assert!(!said.all().contains(HOTLINE) && said.err.is_empty(), "{}", said.all());
    assert_eq!(fingerprint(&place, HOTLINE).out, said.out, "spaces and ends of lines are no part of a value");
    assert_ne!(fingerprint(&place, LEAKED).out, said.out);
    fingerprint(&place, "").expect(2, &["no value was given"]);
    // Without a lasting key it would match nothing.
    place.run_with(&["fingerprint"], HOTLINE.as_bytes()).expect(2, &["dyetrace init"]);
}

#[test]
fn a_fingerprint_under_another_key_is_said() {
    let place = shop();
    place.write("allow.yaml", format!("- {{value: \"00000000:{}\", reason: old}}\n", "0".repeat(32)));
    let said = place.audit(&[]);
    said.expect(1, &["allow.yaml:1: this fingerprint was made under another key"]);
}
