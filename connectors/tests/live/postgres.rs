//! PostgreSQL: rows are records whose fields are the columns, read by a role of the least privilege; and nothing
//! changes.

mod faults;

use dyetrace_connectors::postgres::CONNECTOR;
use dyetrace_connectors::{Budget, Sample, Settings, Source};

use crate::read::{self, settings};
use crate::servers::postgres::Postgres;

const TABLES: &str = r#"
CREATE TABLE outbox (id bigserial PRIMARY KEY, payload jsonb, note text, raw bytea, amount numeric(10,2), tags text[],
                     attempts int, first_failed_at timestamptz, created_at timestamptz);
INSERT INTO outbox (payload, note, raw, amount, tags, attempts, first_failed_at, created_at) VALUES
 ('{"card": {"number": "4111111111111111"}}', '{"pan":"4111111111111111"}', 'raw 4111111111111111', 12.50, '{a,b}', 0, NULL,
  '2023-11-14 22:13:20+00'),
 (NULL, 'say "no"', NULL, NULL, NULL, 3, '2023-11-14 22:13:20.5+00', '2023-11-14 22:15:00+00');
CREATE TABLE failed_jobs (queue text, payload text, attempts smallint, failed_at timestamp);
INSERT INTO failed_jobs VALUES ('mail', '{"broken":', 5, '2023-11-14 22:13:20'), ('mail', 'second', NULL, NULL);
"#;

/// A database with these tables, and the role that the docs ask for.
fn database(server: &Postgres, name: &str) {
    // Roles belong to all databases.
    static ROLE: std::sync::Once = std::sync::Once::new();
    let (role, grants) = CONNECTOR.privilege.split_at(CONNECTOR.privilege.find("GRANT").unwrap());
    server.run("postgres", &format!("CREATE DATABASE {name}"));
    server.run(name, TABLES);
    if std::ptr::eq(server, Postgres::shared()) {
        ROLE.call_once(|| _ = server.run(name, role));
    } else {
        server.run(name, role);
    }
    server.run(name, grants);
}

fn reader(server: &Postgres, database: &str, more: &[(&str, &str)]) -> Settings {
    let address = format!("127.0.0.1:{}", server.port);
    let password = server.file("password", "CHANGE-ME\n");
    let mut values = vec![("address", &*address), ("database", database), ("user", "dyetrace")];
    values.extend([("password", &*password), ("timeout", "3")]);
    values.extend(more);
    settings(&values)
}

fn open(settings: &Settings) -> Box<dyn Source> {
    read::open(&CONNECTOR, settings)
}

#[test]
#[ignore = "needs PostgreSQL: run scripts/test"]
fn each_row_is_a_record_of_its_columns() {
    let server = Postgres::shared();
    database(server, "rows");
    let said = read::all(&*open(&reader(server, "rows", &[("tables", "*"), ("time_column", "created_at")])));
    let query = "SELECT o.id, raw, 'x' || note AS note FROM outbox o -- all";
    let asked = read::all(&*open(&reader(server, "rows", &[("query", query)])));
    assert_eq!(said + &asked, include_str!("postgres/rows.txt"));
}

/// Writes to the tables of this database so far, and what the tables hold.
fn state(server: &Postgres, database: &str) -> Vec<String> {
    server.run(database, "SELECT pg_stat_force_next_flush()");
    let writes =
        "SELECT sum(n_tup_ins) || ' ' || sum(n_tup_upd) || ' ' || sum(n_tup_del) FROM pg_stat_user_tables";
    let tables = "SELECT md5(string_agg(o::text, '|')) FROM outbox o";
    let sequences = "SELECT last_value FROM outbox_id_seq";
    [writes, tables, sequences].into_iter().flat_map(|sql| server.run(database, sql)).collect()
}

#[test]
#[ignore = "needs PostgreSQL: run scripts/test"]
fn reading_changes_nothing() {
    let server = Postgres::shared();
    database(server, "still");
    server.run("still", "GRANT ALL ON ALL TABLES IN SCHEMA public TO dyetrace; GRANT ALL ON SEQUENCE outbox_id_seq TO dyetrace");
    let before = state(server, "still");
    assert_eq!(before[0], "4 0 0");
    let source = open(&reader(server, "still", &[("tables", "*")]));
    read::all(&*source);
    source.access().unwrap();
    // Even a query that would, by a role that might.
    let check = |query: &str| {
        let source = open(&reader(server, "still", &[("query", query)]));
        source.datasets().map_or_else(|error| read::refusal(&error), |_| read::one(&*source, "query"))
    };
    let said = check("SELECT nextval('outbox_id_seq')");
    assert!(said.contains("Denied: cannot execute nextval() in a read-only transaction"), "{said}");
    let said = check("WITH gone AS (DELETE FROM outbox RETURNING *) SELECT * FROM gone");
    assert!(said.contains("Settings") || said.contains("Denied"), "{said}");
    let said = check("SELECT 1) t; DELETE FROM outbox; SELECT (1");
    assert!(said.contains("Settings"), "{said}");
    assert_eq!(state(server, "still"), before);
}

#[test]
#[ignore = "needs PostgreSQL: run scripts/test"]
fn who_may_and_where_it_goes_is_known() {
    let server = Postgres::shared();
    database(server, "access");
    server.run(
        "access",
        "CREATE ROLE analysts; CREATE ROLE ann LOGIN; CREATE ROLE bob LOGIN NOINHERIT; CREATE ROLE eve LOGIN;
         GRANT analysts TO ann, bob;
         GRANT SELECT ON outbox TO analysts;
         GRANT INSERT ON failed_jobs TO eve;
         GRANT SELECT (queue) ON failed_jobs TO PUBLIC;
         COMMENT ON TABLE outbox IS 'events for the shop';
         COMMENT ON COLUMN outbox.payload IS 'holds the card';
         CREATE PUBLICATION changes FOR TABLE outbox",
    );
    let source = open(&reader(server, "access", &[("tables", "*")]));
    let mut said = String::new();
    for dataset in source.datasets().unwrap().datasets {
        let properties = dataset.properties.iter().map(|(name, text)| format!(" {name}={}", text.expose()));
        said += &format!("{}{}\n", dataset.address.expose(), properties.collect::<String>());
    }
    let access = source.access().unwrap();
    for grant in &access.grants {
        // Other tests' roles are there as well.
        if ["PUBLIC", "analysts", "ann", "bob", "eve", "dyetrace", "admin"]
            .contains(&grant.principal.expose())
        {
            said += &format!("{} {:?} {}\n", grant.principal.expose(), grant.may, grant.dataset.expose());
        }
    }
    said += &read::movements(&access.movements).replace(&server.port.to_string(), "PORT");
    assert_eq!(access.missed.len(), 0);
    assert_eq!(said, include_str!("postgres/access.txt"));
}

#[test]
#[ignore = "needs PostgreSQL: run scripts/test"]
fn a_part_is_read_when_asked_for() {
    let server = Postgres::shared();
    database(server, "part");
    server.run(
        "part",
        "CREATE TABLE a (id int PRIMARY KEY, at timestamptz, x text);
         INSERT INTO a SELECT i, to_timestamp(1000 - i), repeat('x', 50) FROM generate_series(1, 900) i;
         INSERT INTO a VALUES (901, NULL, 'no time');
         CREATE TABLE b AS SELECT * FROM a; GRANT SELECT ON a, b TO dyetrace; ANALYZE a",
    );
    let asked = |more: &[(&str, &str)]| reader(server, "part", &[&[("tables", "a,b")], more].concat());
    let check = |settings: Settings, dataset: &str| {
        let said = read::one(&*open(&settings), dataset);
        let records: Vec<&str> = said.lines().filter(|line| line.contains(":{")).collect();
        let first = records.first().map_or("-", |line| line.trim().split("\"at\"").next().unwrap());
        format!("{} {first} {}", records.len(), said.lines().last().unwrap().trim())
    };
    assert_eq!(check(asked(&[]), "public.a"), "901 0:{\"id\":1, Complete@901");
    let newest = |more: &[(&str, &str)]| Settings { sample: Sample::Newest(7), ..asked(more) };
    assert_eq!(check(newest(&[]), "public.a"), "7 0:{\"id\":901, Sampled@7");
    let timed = &[("time_column", "at")];
    assert_eq!(check(newest(timed), "public.b"), "7 0:{\"id\":1, Sampled@7");
    let unordered =
        open(&newest(&[])).open(&read::partition(&*open(&asked(&[])), "public.b"), 0).err().unwrap();
    assert_eq!(unordered.kind, dyetrace_connectors::ErrorKind::Settings);
    let window = Settings { since: Some(990_000), until: Some(995_000), ..asked(timed) };
    assert_eq!(check(window, "public.a"), "6 0:{\"id\":6, Sampled@6");
    assert!((CONNECTOR.open)(&Settings { since: Some(1), ..asked(&[]) }).is_err());
    let drawn = check(Settings { sample: Sample::OneIn(10), ..asked(&[]) }, "public.a");
    assert!(
        drawn.ends_with("Sampled@901")
            && (40..160).contains(&drawn.split(' ').next().unwrap().parse().unwrap()),
        "{drawn}"
    );
    let pages = check(asked(&[("tablesample", "30%")]), "public.a");
    assert!(pages.contains("Sampled@"), "{pages}");
    let bytes = Budget { bytes: Some(1_000), ..Budget::NONE };
    assert!(check(Settings { budget: bytes, ..asked(&[]) }, "public.a").contains("Budget@"));
    let listing = open(&asked(&[])).datasets().unwrap();
    assert_eq!(
        listing.datasets.iter().map(|dataset| dataset.partitions[0].size).collect::<Vec<_>>(),
        [Some(901), None]
    );
}
