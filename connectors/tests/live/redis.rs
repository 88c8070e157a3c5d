//! Redis: what the frameworks write is found and read by a user of the least privilege, and nothing changes.

mod faults;

use dyetrace_connectors::redis::CONNECTOR;
use dyetrace_connectors::{Budget, Sample, Settings, Source};

use crate::read::{self, settings};
use crate::servers::redis::Redis;

/// Jobs as the frameworks write them.
const JOBS: &[&str] = &[
    r#"LPUSH queue:mail {"class":"Mail","args":["4111111111111111"],"jid":"m1","queue":"mail","created_at":1700000000.5}"#,
    r#"ZADD retry 1700009999 {"class":"Pay","args":[],"jid":"p1","queue":"pay","retry_count":1,"failed_at":1700000100,"error_message":"card\u00204111111111111111"}"#,
    r#"ZADD dead 1700008888 {"class":"Pay","args":[],"jid":"p0","queue":"pay","retry_count":24,"failed_at":1690000000.0}"#,
    r#"ZADD schedule 1800000000 {"class":"Pay","args":[],"jid":"p2","queue":"pay","created_at":1700000000.0}"#,
    "SADD queues mail pay",
    r#"HSET bull:card:1 name charge data {"pan":"4111111111111111"} opts {} timestamp 1700000000000"#,
    "LPUSH bull:card:wait 1",
    r#"HSET bull:card:2 name charge data {} timestamp 1700000000000 finishedOn 1700000001000 atm 1 failedReason timeout"#,
    "ZADD bull:card:failed 1700000001000 2",
    "XADD bull:card:events 1700000001000-0 event failed jobId 2 failedReason timeout",
    "HSET bull:card:meta version bullmq:5",
    r#"LPUSH celery {"body":"W1s0MTExXSx7fSx7fV0=","headers":{"id":"c1","retries":0},"properties":{}}"#,
    "SADD _kombu.binding.slow slow",
    r#"LPUSH slow {"body":"W10=","headers":{"id":"c2","retries":3},"properties":{}}"#,
    "LPUSH slow\u{6}\u{16}3 x",
    r#"HSET unacked t1 [{"body":"W10=","headers":{"id":"c3","retries":1},"properties":{}},"celery","celery"]"#,
    "ZADD unacked_index 1700000000 t1",
    "SET session:1 4111111111111111 EX 3600",
];

/// A server with these jobs, and the user that the docs ask for.
fn server() -> Redis {
    let server = Redis::start();
    server.run(JOBS);
    server.run(&[&CONNECTOR.privilege.trim().replace("%R~retry", "%R~slow* %R~retry")]);
    server
}

fn reader(server: &Redis, more: &[(&str, &str)]) -> Settings {
    let address = format!("127.0.0.1:{}", server.port);
    let password = server.file("password", "CHANGE-ME\n");
    let mut values =
        vec![("address", &*address), ("user", "dyetrace"), ("password", &*password), ("timeout", "2")];
    values.extend(more);
    settings(&values)
}

fn open(settings: &Settings) -> Box<dyn Source> {
    read::open(&CONNECTOR, settings)
}

#[test]
#[ignore = "needs Redis: run scripts/test"]
fn the_frameworks_jobs_are_read_with_what_they_tell() {
    let server = server();
    let said = read::all(&*open(&reader(&server, &[])));
    assert_eq!(said, include_str!("redis/jobs.txt"));
}

/// All keys with their values and the time they have left, and how many changes there were.
fn state(server: &Redis) -> Vec<(String, Vec<u8>, i64)> {
    let mut keys: Vec<String> = server.ask(&["KEYS", "*"]);
    keys.sort();
    let dump = |key: String| {
        let expires = server.ask(&["PEXPIRETIME", &key]);
        (key.clone(), server.ask(&["DUMP", &key]), expires)
    };
    let mut state: Vec<_> = keys.into_iter().map(dump).collect();
    let said: String = server.ask(&["INFO", "persistence"]);
    let changes = said.lines().find_map(|line| line.strip_prefix("rdb_changes_since_last_save:"));
    state.push(("changes".into(), changes.unwrap().into(), 0));
    state
}

#[test]
#[ignore = "needs Redis: run scripts/test"]
fn reading_changes_nothing_and_asks_only_to_read() {
    let server = server();
    let before = state(&server);
    server.run(&["CONFIG RESETSTAT"]);
    read::all(&*open(&reader(
        &server,
        &[("queues", "sidekiq,bullmq,celery"), ("keys", "bull:card:*,celery")],
    )));
    let said: String = server.ask(&["INFO", "commandstats"]);
    let commands: Vec<&str> = said.lines().filter_map(|line| line.split([':', '_']).nth(1)).collect();
    assert_eq!(commands.len(), 8, "{commands:?}");
    for command in ["auth", "config|resetstat", "hgetall", "hmget", "lrange", "scan", "xrange", "zrange"] {
        assert!(commands.contains(&command), "{command} in {commands:?}");
    }
    assert_eq!(state(&server), before);
}

#[test]
#[ignore = "needs Redis: run scripts/test"]
fn other_keys_are_read_when_asked_for() {
    let server = Redis::start();
    server.run(&[
        "RPUSH log:a one two",
        "ZADD log:b 5 x",
        "XADD log:c 1700000000000-0 pan 4111111111111111",
        "HSET cart:1 card 4111111111111111 note a\"b",
        "HSET cart:2 card none",
        "SET log:d text",
    ]);
    let packed: i64 =
        redis::cmd("HSET").arg("cart:2").arg("z").arg(b"\x1f\x8b\xff").query(&mut server.client()).unwrap();
    assert_eq!(packed, 1);
    let address = format!("127.0.0.1:{}", server.port);
    let asked = settings(&[("address", &address), ("keys", "log:*,cart:*,log:a,log:d,gone")]);
    assert_eq!(read::all(&*open(&asked)), include_str!("redis/keys.txt"));
}

#[test]
#[ignore = "needs Redis: run scripts/test"]
fn a_part_is_read_when_asked_for() {
    let server = Redis::start();
    for job in 0..300 {
        let job = format!(r#"{{"jid":"{job}","created_at":{}}}"#, 1_700_000_000 + job);
        server.run(&[&format!("LPUSH queue:a {job}"), &format!("ZADD dead {} {job}", job.len())]);
    }
    server.run(&["XADD log 1000-0 a 1", "XADD log 2000-0 a 2", "XADD log 3000-0 a 3"]);
    let address = format!("127.0.0.1:{}", server.port);
    let asked = settings(&[("address", &address), ("queues", "sidekiq"), ("keys", "log")]);
    let check = |settings: Settings, dataset: &str| {
        let said = read::one(&*open(&settings), dataset);
        format!("{} {}", said.lines().count() - 1, said.lines().last().unwrap().trim())
    };
    let newest = || Settings { sample: Sample::Newest(7), ..asked.clone() };
    assert_eq!(check(newest(), "queue:a"), "7 Sampled@7");
    let since = || Settings { since: Some(1_700_000_290_000), ..asked.clone() };
    assert_eq!(check(since(), "queue:a"), "10 Sampled@300");
    let window = Settings { since: Some(2_000), until: Some(3_000), ..asked.clone() };
    assert_eq!(check(window, "log"), "1 Sampled@1");
    let some = check(Settings { sample: Sample::OneIn(10), ..asked.clone() }, "queue:a");
    let count: usize = some.split(' ').next().unwrap().parse().unwrap();
    assert!((10..60).contains(&count) && some.ends_with("Sampled@300"), "{some}");
    let bytes = Budget { bytes: Some(1_000), ..Budget::NONE };
    let spent = check(Settings { budget: bytes, ..asked.clone() }, "queue:a");
    assert!(spent.ends_with("Budget@27"), "{spent}");
    let slow =
        Budget { requests: Some(10), deadline: Some(std::time::Duration::from_millis(300)), ..Budget::NONE };
    assert!(check(Settings { budget: slow, ..asked }, "queue:a").contains("Deadline@"));
}
