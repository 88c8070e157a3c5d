//! The canary sings nowhere: numbers planted as values, in free text, as keys, in names, in broken records and in
//! what the user wrote appear in no output.

use crate::program::{Place, Said, files_below};

/// Published test numbers, each for one place, so that a song names its bird.
const CANARIES: &[(&str, &str)] = &[
    ("value", "4111111111111111"),
    ("free text", "4012888888881881"),
    ("JSON key", "5555555555554444"),
    ("file name", "5105105105105100"),
    ("broken record", "378282246310005"),
    ("policy file", "371449635398431"),
    ("estate file", "6011111111111117"),
    ("archive member", "6011000990139424"),
    ("CSV header", "30569309025904"),
    ("exceptions file", "3530111333300000"),
];
const CVV: &str = "9876";

fn canary(place: &str) -> &'static str {
    CANARIES.iter().find(|(name, _)| *name == place).map(|(_, number)| *number).expect("it is in the table")
}

fn planted() -> Place {
    let place = Place::new();
    let secret = ["sk_", "live_", "4eC39HqLyjWDarjtT1zdp7dcCanary"].concat();
    place.write("logs/app.jsonl", format!(
        "{{\"card_number\":\"{}\",\"cvv\":\"123\",\"key\":\"{secret}\"}}\n{{\"message\":\"declined card {} today\"}}\n\
         {{\"{}\":\"as a key\"}}\n{{\"broken\": \"card_number={}\n",
        canary("value"), canary("free text"), canary("JSON key"), canary("broken record")
    ));
    place.write(
        &format!("logs/card-{}.log", canary("file name")),
        format!("card_number={}\n", canary("value")),
    );
    place.write("logs/table.csv", format!("id,{},name\n1,x,y\n2,z,w\n3,u,v\n", canary("CSV header")));
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let member = format!("{}.log", canary("archive member"));
    zip.start_file(member, zip::write::SimpleFileOptions::default()).unwrap();
    std::io::Write::write_all(&mut zip, format!("pan={}\n", canary("value")).as_bytes()).unwrap();
    place.write("logs/a.zip", zip.finish().unwrap().into_inner());
    place.estate(&format!(
        "systems:\n  \"app {}\": {{kind: service, zone: out-of-scope, owner: web}}\nsources:\n  \
         - {{name: logs, system: \"app {0}\", connector: file, path: logs}}\n  \
         - {{name: gone, connector: file, path: \"missing-{0}.log\"}}\n\
         policies: [pci-dss-4.0.1, tokenization, least-privilege]\n",
        canary("estate file")
    ));
    place
}

#[track_caller]
fn silent(text: &str, place: &str) {
    for (name, number) in CANARIES {
        assert!(!text.contains(number), "the canary of the {name} sings in {place}:\n{text}");
    }
    assert!(!text.contains("4eC39HqLyjWDarjtT1zdp7dc"), "the secret sings in {place}");
}

#[track_caller]
fn silent_run(said: &Said, place: &str) {
    silent(&said.out, &format!("stdout of {place}"));
    silent(&said.err, &format!("stderr of {place}"));
}

#[test]
fn in_no_report_and_not_in_the_store() {
    let place = planted();
    let reports = ["-o", "out/r.html", "-o", "out/r.csv", "-o", "out/r.dot", "-o", "out/r.svg"];
    std::fs::create_dir(place.path("out")).unwrap();
    let arguments = ["audit", "--store", "out/runs.db", "-o", "out/r.json"];
    let said = place.run(&[&arguments[..], &reports].concat());
    silent_run(&said, "audit");
    assert_eq!(said.code, 1, "{}", said.all());
    let written = files_below(&place.path("out"));
    assert!(written.len() >= 6, "{written:?}");
    for file in written {
        silent(&String::from_utf8_lossy(&std::fs::read(&file).unwrap()), &file.display().to_string());
    }
    silent_run(&place.run(&["graph", "--store", "out/runs.db"]), "graph");
    silent_run(&place.run(&["runs", "--store", "out/runs.db"]), "runs");
}

#[test]
fn in_no_scan() {
    let place = planted();
    for format in ["human", "jsonl", "sarif"] {
        let said = place.run(&["scan", "logs", "--format", format]);
        silent_run(&said, format);
        assert_eq!(said.code, 1, "there is a live key: {}", said.all());
    }
}

#[test]
fn at_no_log_level() {
    let place = planted();
    let mut command = place.command(&["audit", "--store", "runs.db"]);
    command.env("RUST_LOG", "trace").env("RUST_BACKTRACE", "full");
    silent_run(&command.output().unwrap().into(), "audit with RUST_LOG=trace");
}

#[test]
fn in_no_error_about_what_a_person_wrote() {
    let place = planted();
    place.write(
        "bad-policy.yaml",
        format!("pack: x\nrules:\n  - id: {0}\n    cvv: {CVV}: {0}\n", canary("policy file")),
    );
    place.estate("policies: [./bad-policy.yaml]\n");
    let said = place.audit(&[]);
    silent_run(&said, "a policy that does not parse");
    assert!(!said.all().contains(CVV), "the verification code sings: {}", said.all());
    place.estate(&format!("policies: [\"{}\"]\n", canary("policy file")));
    silent_run(&place.audit(&[]), "an unknown policy");
    place.estate("exceptions: exceptions.yaml\n");
    place.write("exceptions.yaml", format!("- {{rule: x, {}: y}}\n", canary("exceptions file")));
    silent_run(&place.audit(&[]), "an exception that does not parse");
    place.estate(&format!("\"{0}\": 1\n", canary("estate file")));
    silent_run(&place.audit(&[]), "an estate that does not parse");
    place.estate(&format!("systems:\n  app: {{kind: service, zone: \"{}\"}}\n", canary("estate file")));
    silent_run(&place.audit(&[]), "an unknown zone");
    place.write("dyetrace.yaml", format!("version: 1\nkey: {{file: \"{}\"}}\n", canary("estate file")));
    silent_run(&place.audit(&[]), "a key that is not there");
}

#[test]
fn in_no_error_about_the_command_line() {
    let place = planted();
    let number = canary("value");
    for arguments in [
        vec!["audit", number],
        vec!["audit", "-o", number],
        vec!["graph", number, "--store", "runs.db"],
        vec!["scan", number],
        vec![number],
        vec!["init", number],
        vec!["init", number],
        vec!["audit", "--fail-on", number],
    ] {
        silent_run(&place.run(&arguments), &arguments.join(" "));
    }
}
