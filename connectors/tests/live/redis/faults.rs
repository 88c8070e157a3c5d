//! Redis when it is not as one would wish: it refuses, falls over, is written to meanwhile, and holds broken jobs.

use super::*;

#[test]
#[ignore = "needs Redis: run scripts/test"]
fn what_the_server_refuses_is_said() {
    let server = server();
    let check = |more: &[(&str, &str)]| match open(&reader(&server, more)).datasets() {
        Ok(_) => "listed".into(),
        Err(error) => read::refusal(&error).split(": ").nth(1).unwrap().to_owned(),
    };
    let wrong = server.file("wrong", "not-it");
    assert_eq!(check(&[("password", &wrong)]), "Denied");
    assert_eq!(check(&[("user", "nobody")]), "Denied");
    assert_eq!(check(&[("address", "127.0.0.1:1")]), "Unreachable");
    assert_eq!(check(&[("tls", "true")]), "Unreachable");
    server.run(&["ACL SETUSER dyetrace -scan"]);
    assert_eq!(check(&[]), "Denied");
}

#[test]
#[ignore = "needs Redis: run scripts/test"]
fn a_key_that_may_not_be_read_is_missed_alone() {
    let server = server();
    let rules = CONNECTOR.privilege.trim().replace(" %R~dead", "");
    server.run(&[&rules]);
    let said = read::all(&*open(&reader(&server, &[("queues", "sidekiq")])));
    assert!(said.contains("missed dead: Denied: NoPerm"), "{said}");
    assert!(said.contains("retry RetryQueue") && said.contains("queue:mail Queue"), "{said}");
}

#[test]
#[ignore = "needs Redis: run scripts/test"]
fn poison_is_a_record_or_is_missed_alone() {
    let server = Redis::start();
    server.run(&[
        "SET dead text",
        "SET queue:odd text",
        r#"LPUSH queue:a {"jid": good {"jid":"g1"}"#,
        "LPUSH bull:q:wait 1 gone odd",
        "HSET bull:q:1 data {",
        "SET bull:q:odd text",
        "SET bull:q:failed text",
    ]);
    let address = format!("127.0.0.1:{}", server.port);
    let said = read::all(&*open(&settings(&[("address", &address)])));
    assert_eq!(said, include_str!("poison.txt"));
}

#[test]
#[ignore = "needs Redis: run scripts/test"]
fn a_job_of_20_mb_is_read() {
    let server = Redis::start();
    let long = "4".repeat(20 << 20);
    server.ask::<i64>(&["RPUSH", "queue:a", "first", &long, "last"]);
    let address = format!("127.0.0.1:{}", server.port);
    let said = read::all(&*open(&settings(&[("address", &address)])));
    assert_eq!(said, "queue:a Queue\n  0:first\n  1:[20971520]\n  2:last\n  Complete@3\n");
    let budget = Budget { bytes: Some(1 << 20), ..Budget::NONE };
    let said = read::all(&*open(&Settings { budget, ..settings(&[("address", &address)]) }));
    assert_eq!(said, "queue:a Queue\n  0:first\n  Budget@1\n");
}

/// Reads a list of 300 jobs of which `meddle` does something after the first batch.
fn read_while(meddle: impl FnOnce(&mut Redis)) -> String {
    let mut server = Redis::start();
    let jobs: Vec<String> = (0..300).map(|job| format!("job-{job}")).collect();
    let words: Vec<&str> = ["RPUSH", "queue:a"].into_iter().chain(jobs.iter().map(String::as_str)).collect();
    server.ask::<i64>(&words);
    let address = format!("127.0.0.1:{}", server.port);
    let source = open(&settings(&[("address", &address), ("timeout", "2")]));
    let mut reader = source.open(&read::partition(&*source, "queue:a"), 0).unwrap();
    let mut said = match reader.next().unwrap() {
        dyetrace_connectors::Step::Batch(batch) => read::records(&batch),
        dyetrace_connectors::Step::End(_) => panic!("there are 300"),
    };
    meddle(&mut server);
    said += &read::rest(&mut || reader.next());
    drop(server);
    said
}

/// How many different jobs were read, how many twice, and the end.
fn summary(said: &str) -> String {
    let mut jobs: Vec<&str> = said.lines().filter_map(|line| line.split(':').nth(1)).collect();
    let all = jobs.len();
    jobs.sort_unstable();
    jobs.dedup();
    format!("{} {} {}", jobs.len(), all - jobs.len(), said.lines().last().unwrap().trim())
}

#[test]
#[ignore = "needs Redis: run scripts/test"]
fn a_server_that_comes_back_is_read_on() {
    let back = |server: &mut Redis| {
        server.crash();
        server.again();
    };
    assert_eq!(summary(&read_while(back)), "300 0 Complete@300");
    let said = read_while(|server| server.crash());
    assert!(said.contains("Unreachable"), "{said}");
}

#[test]
#[ignore = "needs Redis: run scripts/test"]
fn jobs_that_come_and_go_are_read_once() {
    let more: Vec<String> = (0..250).map(|job| format!("new-{job}")).collect();
    let words =
        |command| [command, "queue:a"].into_iter().chain(more.iter().map(String::as_str)).collect::<Vec<_>>();
    // New jobs at the head push all others on; they came after the opening and are not read.
    let pushed = |server: &mut Redis| _ = server.ask::<i64>(&words("LPUSH")[..30]);
    assert_eq!(summary(&read_while(pushed)), "300 0 Grew@300");
    // Workers take from the tail: what they took before it was read is gone.
    let taken = |server: &mut Redis| _ = server.ask::<Vec<String>>(&["RPOP", "queue:a", "100"]);
    assert_eq!(summary(&read_while(taken)), "200 0 Complete@200");
    // They take from the head what was read already.
    let taken = |server: &mut Redis| _ = server.ask::<Vec<String>>(&["LPOP", "queue:a", "2"]);
    assert_eq!(summary(&read_while(taken)), "300 0 Complete@300");
    // They take all that was read, and more.
    let taken = |server: &mut Redis| _ = server.ask::<Vec<String>>(&["LPOP", "queue:a", "50"]);
    let said = summary(&read_while(taken));
    assert!(said.contains(" 0 Cut@"), "{said}");
}

#[test]
#[ignore = "needs Redis: run scripts/test"]
fn tls_asks_for_a_certificate_that_it_knows() {
    let server = server();
    let address = format!("localhost:{}", server.secure);
    let authority = server.file("ca", &std::fs::read_to_string(server.authority()).unwrap());
    let with = |more: &[(&str, &str)]| {
        let all = [&[("address", &*address), ("tls", "true")], more].concat();
        open(&reader(&server, &all)).datasets().map(|listing| listing.datasets.len())
    };
    assert_eq!(with(&[("ca", &authority)]).unwrap(), 11);
    assert_eq!(with(&[]).unwrap_err().kind, dyetrace_connectors::ErrorKind::Unreachable);
}
