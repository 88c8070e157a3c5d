//! Bad input gives a clear message that says what to do; none ends a run where a part can go on; none prints a card
//! number.

use std::io::Write;

use crate::program::Place;

const CARD: &str = "4111111111111111";

/// A source that goes on beside the broken one, and what is found in it.
fn beside(path: &str) -> Place {
    let place = Place::new();
    place.write("good/app.log", format!("card_number={CARD}\n"));
    place.estate(&format!(
        "systems:\n  app: {{kind: service, zone: out-of-scope, owner: web}}\nsources:\n  \
         - {{name: good, system: app, connector: file, path: good/app.log}}\n  \
         - {{name: bad, system: app, connector: file, path: \"{path}\"}}\n\
         policies: [pci-dss-4.0.1]\n"
    ));
    place
}

/// The run goes on, finds what is beside, and says what was missed.
#[track_caller]
fn goes_on(place: &Place, words: &[&str]) {
    place.audit(&[]).expect(1, words);
    assert!(place.read("run.json").contains("pan"), "what stands beside was not found");
}

#[test]
fn a_missing_file() {
    goes_on(&beside("nowhere/*.log"), &["nowhere", "read in part", "no file"]);
}

#[cfg(unix)]
#[test]
fn an_unreadable_file() {
    use std::os::unix::fs::PermissionsExt;
    let place = beside("bad");
    place.write("bad/secret.log", "nothing\n");
    std::fs::set_permissions(place.path("bad/secret.log"), PermissionsExt::from_mode(0o000)).unwrap();
    // Root reads everything; a loop of links is what nobody reads.
    std::os::unix::fs::symlink("loop.log", place.path("bad/loop.log")).unwrap();
    goes_on(&place, &["bad/loop.log", "not read"]);
}

#[test]
fn a_broken_gzip() {
    let place = beside("bad.gz");
    let mut whole = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    whole.write_all("a line of a log\n".repeat(50_000).as_bytes()).unwrap();
    let whole = whole.finish().unwrap();
    place.write("bad.gz", &whole[..whole.len() / 2]);
    goes_on(&place, &["bad: 1 × broken-compression", "read in part"]);
}

#[test]
fn a_zip_bomb() {
    let place = beside("bomb.zip");
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file("zeros", zip::write::SimpleFileOptions::default()).unwrap();
    let zeros = vec![0; 1 << 20];
    for _ in 0..300 {
        zip.write_all(&zeros).unwrap();
    }
    place.write("bomb.zip", zip.finish().unwrap().into_inner());
    goes_on(&place, &["bad: 1 × bomb", "read in part"]);
}

#[test]
fn invalid_utf_8() {
    let place = beside("bad.log");
    place.write(
        "bad.log",
        [&b"caf\xc3\xa9 ok\n".repeat(50)[..], b"broken \xff\xfe\xfd here\n", &b"caf\xc3\xa9\n".repeat(50)]
            .concat(),
    );
    goes_on(&place, &["bad: ", "broken-text"]);
}

#[test]
fn json_nested_ten_thousand_deep() {
    let place = beside("deep.json");
    let deep = format!("{}\"{CARD}\"{}\n", "[".repeat(10_000), "]".repeat(10_000));
    place.write("deep.json", deep);
    goes_on(&place, &["bad: ", "too-deep"]);
}

#[test]
fn a_csv_with_ragged_rows() {
    let place = beside("ragged.csv");
    place.write(
        "ragged.csv",
        format!("id,name,card_number\n1,a,{CARD}\n2,b\n3,c,{CARD},extra\n4,d,{CARD}\n5,e,\n"),
    );
    goes_on(&place, &["bad: 2 × ragged-row"]);
}

#[test]
fn a_misspelt_key_in_the_estate() {
    let place = Place::new();
    place.estate("sytems:\n  app: {kind: service}\n");
    place.audit(&[]).expect(2, &["sytems", "systems", "dyetrace.yaml:4:1"]);
}

#[test]
fn an_unknown_zone() {
    let place = Place::new();
    place.estate("systems:\n  app: {kind: service, zone: conected}\n");
    place.audit(&[]).expect(2, &["conected", "connected", "dyetrace.yaml:5"]);
}

#[test]
fn a_policy_that_does_not_parse() {
    let place = Place::new();
    place
        .estate("policies: [./house.yaml]\n")
        .write("house.yaml", format!("pack: house\nrules: [\n  {CARD}\n"));
    place.audit(&[]).expect(2, &["house.yaml"]);
}

#[test]
fn a_named_key_that_cannot_be_read() {
    let place = Place::new();
    place.write("dyetrace.yaml", "version: 1\nestate: Test\nkey: {file: no-such-key}\n");
    place.audit(&[]).expect(2, &["no-such-key", "key"]);
    place.write("dyetrace.yaml", "version: 1\nestate: Test\nkey: {env: NO_SUCH_KEY}\n");
    place.audit(&[]).expect(2, &["NO_SUCH_KEY"]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_while_the_run_is_written() {
    let place = beside("good/app.log");
    std::os::unix::fs::symlink("/dev/full", place.path("full.json")).unwrap();
    place
        .audit(&["-o", "full.json", "-o", "fields.csv"])
        .expect(2, &["full.json", "No space left", "violation"]);
    assert!(place.read("fields.csv").contains("pan.clear"), "the other report was not written");
    place.run(&["runs", "--store", "runs.db"]).expect(0, &["Test"]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_under_the_store() {
    let place = beside("good/app.log");
    std::os::unix::fs::symlink("/dev/full", place.path("full.db")).unwrap();
    place.run(&["audit", "--store", "full.db", "-o", "run.json"]).expect(2, &["full.db", "--store"]);
    assert!(place.read("run.json").contains("pan"), "the report was not written");
}

#[test]
fn a_wrong_extension_costs_nothing() {
    let place = beside("good/app.log");
    place.audit(&["-o", "report.docx"]).expect(2, &[".docx", ".json", ".html"]);
    assert!(!place.path("run.json").exists(), "the audit ran first");
}

#[test]
fn a_scan_goes_on_after_a_file_that_cannot_be_read() {
    let place = Place::new();
    // Made under the prefix of a published test number: for all that is known, it is real.
    place.write("a.log", "card_number=4111115262628047\n");
    place.run(&["scan", "a.log", "no-such.log"]).expect(1, &["a.log:1: pan.clear", "no-such.log"]);
    place.write("b.log", format!("card_number={CARD}\n"));
    place.run(&["scan", "b.log", "no-such.log"]).expect(3, &["(test value)", "no-such.log"]);
    place.run(&["scan", "b.log"]).expect(0, &["1 finding"]);
    place.run(&["scan", "b.log", "--fail-on", "test"]).expect(1, &["1 finding"]);
}

#[test]
fn a_finding_tells_its_own_line() {
    let place = Place::new();
    let object = "{\n  \"number\": \"4111115262628047\",\n  \"cvn\": {\n    \"number\": \"123\"\n  }\n}\n";
    place.write("a.log", format!("request:\n{object}done\n"));
    place.run(&["scan", "a.log"]).expect(1, &["a.log:3: pan.clear", "a.log:5: cvv.clear", "2 findings"]);
}

#[test]
fn standard_input_is_scanned() {
    let place = Place::new();
    place.run_with(&["scan"], b"card_number=4111115262628047\n").expect(1, &["pan.clear", "**** 8047"]);
}
