//! RabbitMQ when it is not as one would wish: it refuses, falls over, and holds long messages.

use dyetrace_connectors::{ErrorKind, PartitionReader, Step};

use super::*;

#[test]
#[ignore = "needs RabbitMQ: run scripts/test"]
fn what_the_broker_refuses_is_said() {
    let server = RabbitMq::shared();
    let _shop = Shop::open(server, "faults");
    let check = |more: &[(&str, &str)]| match open(&reader(server, "faults", more)).datasets() {
        Ok(listing) => listing.missed.iter().map(|missed| read::refusal(&missed.error)).collect::<String>(),
        Err(error) => format!("{:?}", error.kind),
    };
    let wrong = server.file("wrong", "not-it");
    assert_eq!(check(&[("password", &wrong)]), "Denied");
    assert_eq!(check(&[("password", &wrong), ("queues", "work")]), "Denied");
    assert_eq!(check(&[("vhost", "gone"), ("queues", "work")]), "Denied");
    assert_eq!(check(&[("vhost", "gone")]), "NotFound");
    let nowhere = [("address", "127.0.0.1:1"), ("management", "http://127.0.0.1:1"), ("queues", "work")];
    assert_eq!(check(&nowhere), "Unreachable");
    let listed = check(&[("queues", "gone,gone-*,payments-stream"), ("copies", "none")]);
    assert_eq!(listed, "gone: NotFound: gone-*: NotFound: none: NotFound: ");
}

#[test]
#[ignore = "needs RabbitMQ: run scripts/test"]
fn a_queue_that_may_not_be_read_fails_alone() {
    let server = RabbitMq::shared();
    let shop = Shop::open(server, "denied");
    shop.sell();
    let nothing = r#"{"configure":"^$","write":"^$","read":"^audit"}"#;
    server.done("PUT", "permissions/denied/dyetrace", nothing);
    let said = read::all(&*open(&reader(server, "denied", &[("queues", "payments-stream"), COPY])));
    assert!(said.contains("payments-stream Topic\n  payments-stream: Denied: ACCESS_REFUSED"), "{said}");
    assert!(said.contains("  0:{\"pan\":\"4111111111111111\"}"), "{said}");
    // A copy that somebody consumes is no copy.
    let _consumer = shop.consume("admin", "admin", "audit-copy");
    shop.until_consumed("audit-copy");
    let said = read::all(&*open(&reader(server, "denied", &[("queues", "audit-copy"), COPY])));
    assert_eq!(said, "audit-copy DeadLetters\nmissed audit-copy: LeftAlone: \n");
}

#[test]
#[ignore = "needs RabbitMQ: run scripts/test"]
fn without_the_management_api_copies_are_read_by_name() {
    let server = RabbitMq::shared();
    let shop = Shop::open(server, "alone");
    shop.sell();
    let check = |more: &[(&str, &str)]| {
        let source = open(&reader(server, "alone", &[&[("queues", "work,gone,pay*"), COPY], more].concat()));
        let mut said = read::all(&*source);
        for missed in source.access().unwrap().missed {
            said += &format!("access misses {}: {:?}\n", missed.what.expose(), missed.error.kind);
        }
        said
    };
    let said = check(&[("management", "http://127.0.0.1:1")]);
    assert!(said.starts_with("audit-copy Queue\n  0:{\"pan\":\"4111111111111111\"}"), "{said}");
    let rest = &said[said.find("Complete").unwrap()..];
    let expected = "Complete@4\n  work -> audit-copy Retry rejected x1\nwork Queue\nmissed gone: NotFound: NOT_FOUND - no queue 'gone' in vhost 'alone'\n\
                    missed http://127.0.0.1:1: Unreachable: io: Connection refused (os error 111)\nmissed work: LeftAlone: \n\
                    access misses management: Unreachable\n";
    assert_eq!(rest, expected);
    // A user who may not ask it is the same.
    server.done("PUT", "users/plain", r#"{"password":"CHANGE-ME","tags":""}"#);
    server.done("PUT", "permissions/alone/plain", r#"{"configure":"","write":"","read":"^audit"}"#);
    let said = check(&[("user", "plain")]);
    assert!(said.contains("Complete@4") && said.contains("access misses management: Denied"), "{said}");
}

#[test]
#[ignore = "needs RabbitMQ: run scripts/test"]
fn a_message_of_20_mb_is_read() {
    let server = RabbitMq::shared();
    let shop = Shop::open(server, "long");
    shop.publish("pay.card", 1_700_000_000, b"first");
    shop.publish("pay.card", 1_700_000_001, &vec![b'4'; 20 << 20]);
    shop.publish("pay.card", 1_700_000_002, b"last");
    shop.settle("payments-stream", 3);
    for queue in ["audit-copy", "payments-stream"] {
        let asked = reader(server, "long", &[("queues", queue), COPY]);
        let said = read::one(&*open(&asked), queue);
        assert!(said.contains("  1:[20971520]") && said.ends_with("Complete@3\n"), "{queue}: {said}");
        let budget = Budget { bytes: Some(1 << 20), ..Budget::NONE };
        let said = read::one(&*open(&Settings { budget, ..asked }), queue);
        assert!(said.ends_with("Budget@1\n"), "{queue}: {said}");
    }
}

#[test]
#[ignore = "needs RabbitMQ: run scripts/test"]
fn a_broker_that_comes_back_is_read_on() {
    let mut server = RabbitMq::start();
    let shop = Shop::open(&server, "crash");
    for number in 0..250 {
        shop.publish("pay.card", 1_700_000_000 + number, number.to_string().as_bytes());
    }
    shop.settle("payments-stream", 250);
    drop(shop);
    // As long as the server of the tests is given to start.
    let asked = reader(&server, "crash", &[("queues", "work,payments-stream"), COPY, ("timeout", "180")]);
    let source = open(&Settings { consent: Consent::SideEffects, ..asked });
    let begin = |queue: &str| {
        let mut reader = source.open(&read::partition(&*source, queue), 0).unwrap();
        let Step::Batch(batch) = reader.next().unwrap() else { panic!("there are 250") };
        (reader, read::records(&batch))
    };
    let mut begun = ["payments-stream", "audit-copy", "work"].map(begin);
    server.crash();
    let rest = |reader: &mut Box<dyn PartitionReader>| read::rest(&mut || reader.next());
    // What others may have changed is not read again.
    assert!(rest(&mut begun[2].0).contains("Unreachable"));
    std::thread::scope(|threads| {
        threads.spawn(|| server.again());
        for (reader, first) in &mut begun[..2] {
            assert_eq!(summary(&(first.clone() + &rest(reader))), "250 0 Complete@250");
        }
    });
}

#[test]
#[ignore = "needs RabbitMQ: run scripts/test"]
fn a_copy_that_is_another_after_a_break_is_not_counted_twice() {
    let server = RabbitMq::shared();
    let shop = Shop::open(server, "swap");
    for number in 0..250 {
        shop.publish("pay.card", 1_700_000_000 + number, number.to_string().as_bytes());
    }
    let source = open(&reader(server, "swap", &[("queues", "audit-copy"), COPY]));
    let mut reader = source.open(&read::partition(&*source, "audit-copy"), 0).unwrap();
    let Step::Batch(_) = reader.next().unwrap() else { panic!("there are 250") };
    shop.break_connections("dyetrace");
    shop.purge("audit-copy");
    (0..250).for_each(|number| shop.publish("mail.new", number, b"new"));
    let error = std::iter::repeat_with(|| reader.next()).find_map(Result::err).unwrap();
    assert_eq!((error.kind, error.what.expose()), (ErrorKind::Io, "audit-copy"));
}

/// How many different messages were read, how many twice, and the end.
fn summary(said: &str) -> String {
    let mut bodies: Vec<&str> = said.lines().filter_map(|line| line.split([':', '{']).nth(1)).collect();
    let all = bodies.len();
    bodies.sort_unstable();
    bodies.dedup();
    format!("{} {} {}", bodies.len(), all - bodies.len(), said.lines().last().unwrap().trim())
}

#[test]
#[ignore = "needs RabbitMQ: run scripts/test"]
fn tls_asks_for_a_certificate_that_it_knows() {
    let server = RabbitMq::shared();
    let shop = Shop::open(server, "tls");
    shop.sell();
    let address = format!("localhost:{}", server.secure);
    let management = format!("https://localhost:{}", server.secure_management);
    let authority = server.file("ca", &std::fs::read_to_string(server.authority()).unwrap());
    let with = |more: &[(&str, &str)]| {
        let all =
            [&[("address", &*address), ("management", &management), ("tls", "true"), COPY], more].concat();
        open(&reader(server, "tls", &all))
    };
    let said = read::one(&*with(&[("ca", &authority)]), "audit-copy");
    assert!(said.contains("Complete@4\n"), "{said}");
    let kind = |more: &[(&str, &str)]| with(more).datasets().unwrap_err().kind;
    assert_eq!(kind(&[]), ErrorKind::Unreachable);
    assert_eq!(kind(&[("queues", "work")]), ErrorKind::Unreachable);
    let plain = format!("127.0.0.1:{}", server.port);
    let named = [("management", "http://127.0.0.1:1"), ("queues", "work")];
    assert_eq!(
        kind(&[&named[..], &[("ca", &authority), ("address", &plain)]].concat()),
        ErrorKind::Unreachable
    );
}
