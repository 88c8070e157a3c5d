//! PostgreSQL when it is not as one would wish: it refuses, falls over, is locked, and holds what nobody expects.

use super::*;

fn refused(settings: &Settings) -> String {
    match open(settings).datasets() {
        Ok(listing) => {
            listing.missed.iter().map(|missed| read::refusal(&missed.error)).collect::<Vec<_>>().join("\n")
        }
        Err(error) => read::refusal(&error).replace(settings.text("address").unwrap_or_default(), "ADDRESS"),
    }
}

#[test]
#[ignore = "needs PostgreSQL: run scripts/test"]
fn what_the_server_refuses_is_said() {
    let server = Postgres::shared();
    database(server, "faults");
    let check =
        |more: &[(&str, &str)]| refused(&reader(server, "faults", &[&[("tables", "*")], more].concat()));
    assert_eq!(check(&[]), "");
    let wrong = server.file("wrong", "not-it");
    assert!(check(&[("password", &wrong)]).contains("Denied: password authentication failed"));
    assert!(check(&[("database", "gone")]).contains("NotFound: database \"gone\" does not exist"));
    assert!(check(&[("address", "127.0.0.1:1")]).contains("Unreachable"));
    assert_eq!(check(&[("tables", "gone,outbox")]), "public.gone: NotFound: ");
}

#[test]
#[ignore = "needs PostgreSQL: run scripts/test"]
fn what_may_not_be_read_is_missed_alone() {
    let server = Postgres::shared();
    database(server, "hidden");
    server.run(
        "hidden",
        "CREATE TABLE secret (id int); CREATE TABLE half (id int PRIMARY KEY, pan text, note text);
         GRANT SELECT (id, note) ON half TO dyetrace; INSERT INTO half VALUES (1, '4111111111111111', 'n');
         CREATE TABLE veiled (id int); INSERT INTO veiled VALUES (1), (2); GRANT SELECT ON veiled TO dyetrace;
         ALTER TABLE veiled ENABLE ROW LEVEL SECURITY; CREATE POLICY one ON veiled USING (id = 1);
         CREATE VIEW seen AS SELECT id FROM half; GRANT SELECT ON seen TO dyetrace",
    );
    let said = read::all(&*open(&reader(server, "hidden", &[("tables", "secret,half,veil*,s*")])));
    let expected = "public.half Table\n  0:{\"id\":1,\"note\":\"n\"}\n  Complete@1\npublic.veiled Table\n  0:{\"id\":1}\n  \
        Complete@1\nmissed public.secret: Denied: no column may be read\nmissed public.veiled: Denied: \nmissed \
        public.half: Denied: pan\n";
    assert_eq!(said, expected);
    let named = read::all(&*open(&reader(server, "hidden", &[("tables", "seen")])));
    assert_eq!(named, "public.seen Table\n  0:{\"id\":1}\n  Complete@1\n");
}

#[test]
#[ignore = "needs PostgreSQL: run scripts/test"]
fn odd_values_and_names_are_records_like_others() {
    let server = Postgres::shared();
    database(server, "poison");
    server.run(
        "poison",
        r#"CREATE TYPE mood AS ENUM ('a"b', 'c'); CREATE DOMAIN code AS varchar(8);
         CREATE TABLE "Odd ""table""" (m mood, c code, f float8, "a ""column""" text, at timestamptz, attempts int,
                                       PRIMARY KEY (f, m, c));
         INSERT INTO "Odd ""table""" VALUES ('c', 'x', 'NaN', E'\x01\n', 'infinity', -1), ('a"b', 'y', 0.1, NULL, '-infinity', 2);
         GRANT SELECT ON "Odd ""table""" TO dyetrace;
         CREATE TABLE parts (id int, x json) PARTITION BY RANGE (id);
         CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (0) TO (9);
         INSERT INTO parts VALUES (1, '{"a": 1, "a": 2}'); GRANT SELECT ON parts, parts_1 TO dyetrace"#,
    );
    let more = [("tables", "Odd*,parts*"), ("time_column", "at")];
    let said = read::all(&*open(&reader(server, "poison", &more)));
    assert_eq!(said, include_str!("poison.txt"));
}

#[test]
#[ignore = "needs PostgreSQL: run scripts/test"]
fn a_row_of_20_mb_is_read() {
    let server = Postgres::shared();
    database(server, "long");
    server.run("long", "INSERT INTO failed_jobs SELECT 'q', repeat('4', 20 * 1048576)");
    let said = read::one(&*open(&reader(server, "long", &[("tables", "failed_jobs")])), "public.failed_jobs");
    assert!(said.contains("  2:[2097") && said.ends_with("Complete@3\n"), "{said}");
    let budget = Budget { bytes: Some(1 << 20), ..Budget::NONE };
    let settings = Settings { budget, ..reader(server, "long", &[("tables", "failed_jobs")]) };
    assert!(read::one(&*open(&settings), "public.failed_jobs").ends_with("Budget@2\n"));
}

#[test]
#[ignore = "needs PostgreSQL: run scripts/test"]
fn a_locked_table_is_not_waited_for_long() {
    let server = Postgres::shared();
    database(server, "locked");
    let source = open(&reader(server, "locked", &[("tables", "*")]));
    let outbox = read::partition(&*source, "public.outbox");
    let held = std::thread::scope(|scope| {
        scope.spawn(|| server.run("locked", "BEGIN; LOCK TABLE outbox; SELECT pg_sleep(5); COMMIT"));
        std::thread::sleep(std::time::Duration::from_millis(500));
        let mut reader = source.open(&outbox, 0).unwrap();
        read::rest(&mut || reader.next())
    });
    assert!(held.contains("Io: canceling statement due to lock timeout"), "{held}");
}

/// Reads 900 rows of a table while the server falls over after the first batch.
fn read_while(server: &mut Postgres, table: &str, back: bool) -> String {
    let source = open(&reader(server, "crash", &[("tables", "*")]));
    let mut reader = source.open(&read::partition(&*source, table), 0).unwrap();
    let mut said = match reader.next().unwrap() {
        dyetrace_connectors::Step::Batch(batch) => read::records(&batch),
        dyetrace_connectors::Step::End(_) => panic!("there are 900"),
    };
    server.crash();
    if back {
        server.again();
    }
    said += &read::rest(&mut || reader.next());
    let mut ids: Vec<&str> = said.lines().filter_map(|line| line.split("\"id\":").nth(1)).collect();
    let all = ids.len();
    ids.sort_unstable();
    ids.dedup();
    let last = said.lines().last().unwrap().trim().split(": ").nth(1).unwrap_or(said.lines().last().unwrap());
    format!("{} {} {}", ids.len(), all - ids.len(), last.trim())
}

#[test]
#[ignore = "needs PostgreSQL: run scripts/test"]
fn a_server_that_comes_back_is_read_on_where_a_key_tells_the_place() {
    let mut server = Postgres::start();
    database(&server, "crash");
    server.run(
        "crash",
        "CREATE TABLE a (id int PRIMARY KEY); INSERT INTO a SELECT generate_series(1, 900);
         CREATE TABLE b AS SELECT * FROM a; GRANT SELECT ON a, b TO dyetrace; CHECKPOINT",
    );
    assert_eq!(read_while(&mut server, "public.a", true), "900 0 Complete@900");
    assert_eq!(read_while(&mut server, "public.b", true), "4 0 Unreachable");
    assert_eq!(read_while(&mut server, "public.a", false), "4 0 Unreachable");
}

#[test]
#[ignore = "needs PostgreSQL: run scripts/test"]
fn tls_asks_for_a_certificate_that_it_knows() {
    let server = Postgres::shared();
    database(server, "tls");
    let address = format!("localhost:{}", server.port);
    let authority = server.authority();
    let with = |more: &[(&str, &str)]| {
        let all = [&[("address", &*address), ("tables", "*"), ("tls", "true")], more].concat();
        refused(&reader(server, "tls", &all))
    };
    assert_eq!(with(&[("ca", &authority)]), "");
    assert!(with(&[]).contains("Unreachable"), "{}", with(&[]));
}
