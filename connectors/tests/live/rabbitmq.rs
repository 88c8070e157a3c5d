//! RabbitMQ: topology, permissions and consumers by the management API; messages from streams and bound copies, and
//! from others only with consent. Nothing changes that the page does not name.

mod faults;
mod shop;

use dyetrace_connectors::rabbitmq::CONNECTOR;
use dyetrace_connectors::{Budget, Consent, Sample, Settings, Source};

use crate::read::{self, settings};
use crate::servers::rabbitmq::RabbitMq;
use shop::Shop;

fn reader(server: &RabbitMq, vhost: &str, more: &[(&str, &str)]) -> Settings {
    let address = format!("127.0.0.1:{}", server.port);
    let management = format!("http://127.0.0.1:{}", server.management);
    let password = server.file("password", "CHANGE-ME\n");
    let mut values = vec![("address", &*address), ("management", &*management), ("vhost", vhost)];
    values.extend([("user", "dyetrace"), ("password", &*password), ("timeout", "5")]);
    values.extend(more);
    settings(&values)
}

fn open(settings: &Settings) -> Box<dyn Source> {
    read::open(&CONNECTOR, settings)
}

const COPY: (&str, &str) = ("copies", "audit-copy");

#[test]
#[ignore = "needs RabbitMQ: run scripts/test"]
fn streams_and_copies_are_read_and_others_left_alone() {
    let server = RabbitMq::shared();
    let shop = Shop::open(server, "read");
    shop.sell();
    shop.settle("audit-copy", 4);
    let said = read::all(&*open(&reader(server, "read", &[COPY])));
    assert_eq!(timeless(&said), include_str!("rabbitmq/queues.txt"));
}

/// What was said, without the times that the broker gave.
fn timeless(said: &str) -> String {
    let time = regex::Regex::new(r#"("time":|!1/)[0-9]+"#).unwrap();
    time.replace_all(said, "${1}NOW").into_owned()
}

#[test]
#[ignore = "needs RabbitMQ: run scripts/test"]
fn reading_changes_nothing_without_consent_and_a_flag_with_it() {
    let server = RabbitMq::shared();
    let shop = Shop::open(server, "still");
    shop.sell();
    let before = shop.state(4);
    read::all(&*open(&reader(server, "still", &[])));
    assert_eq!(shop.state(4), before);
    assert!(!shop.was_seen("dead"), "nobody looked at it");
    shop.sell();
    let before = shop.state(8);
    let asked = reader(server, "still", &[("queues", "work,dead,counted")]);
    let said = read::all(&*open(&Settings { consent: Consent::SideEffects, ..asked }));
    assert!(said.contains("missed counted: LeftAlone") && !said.contains("missed work"), "{said}");
    assert!(said.contains("  work -> dead Retry rejected x2\n"), "{said}");
    assert_eq!(shop.state(8), before);
    assert!(shop.was_seen("work"), "the page says that this flag is set");
}

#[test]
#[ignore = "needs RabbitMQ: run scripts/test"]
fn who_may_who_does_and_where_it_goes_is_known() {
    let server = RabbitMq::shared();
    let shop = Shop::open(server, "access");
    shop.settle("work", 0);
    server.done("PUT", "users/worker", r#"{"password":"w","tags":""}"#);
    server.done("PUT", "permissions/access/worker", r#"{"configure":"","write":"^orders$","read":"^work$"}"#);
    let _consumer = shop.consume("worker", "w", "work");
    let check = |settings: &Settings| {
        let access = open(settings).access().unwrap();
        let mut said = String::new();
        for grant in &access.grants {
            said += &format!("{} {:?} {}\n", grant.principal.expose(), grant.may, grant.dataset.expose());
        }
        for reader in &access.readers {
            said += &format!("{} reads {}\n", reader.name.expose(), reader.dataset.expose());
        }
        said += &read::movements(&access.movements).replace(&server.port.to_string(), "PORT");
        for missed in &access.missed {
            said += &format!("missed {}\n", read::refusal(&missed.error));
        }
        said
    };
    let least = check(&reader(server, "access", &[]));
    let password = server.file("admin", "admin");
    let admin = [("user", "admin"), ("password", &*password), ("queues", "work")];
    let all = check(&reader(server, "access", &admin));
    assert_eq!(least + "--\n" + &all, include_str!("rabbitmq/access.txt"));
}

#[test]
#[ignore = "needs RabbitMQ: run scripts/test"]
fn a_part_is_read_when_asked_for() {
    let server = RabbitMq::shared();
    let shop = Shop::open(server, "part");
    (0..300).for_each(|number| shop.publish("pay.card", 1_700_000_000 + number, b"body"));
    shop.settle("payments-stream", 300);
    let asked = reader(server, "part", &[("queues", "payments-stream"), COPY]);
    let check = |settings: Settings, dataset: &str| {
        let said = read::one(&*open(&settings), dataset);
        format!("{} {}", said.lines().count() - 1, said.lines().last().unwrap().trim())
    };
    for queue in ["payments-stream", "audit-copy"] {
        let window =
            Settings { since: Some(1_700_000_290_000), until: Some(1_700_000_295_000), ..asked.clone() };
        assert_eq!(check(window, queue), "5 Sampled@300", "{queue}");
        let some = check(Settings { sample: Sample::OneIn(10), ..asked.clone() }, queue);
        let count: usize = some.split(' ').next().unwrap().parse().unwrap();
        assert!((10..60).contains(&count) && some.ends_with("Sampled@300"), "{queue}: {some}");
        let bytes = Budget { bytes: Some(3_000), ..Budget::NONE };
        assert!(check(Settings { budget: bytes, ..asked.clone() }, queue).contains(" Budget@"));
        let deadline = Some(std::time::Duration::from_millis(900));
        let slow = Budget { requests: Some(2), deadline, ..Budget::NONE };
        assert!(check(Settings { budget: slow, ..asked.clone() }, queue).contains("Deadline@"));
        // From a position on, as one that a report names.
        let source = open(&asked);
        let mut rest = source.open(&read::partition(&*source, queue), 298).unwrap();
        let said = read::rest(&mut || rest.next());
        assert!(said.starts_with("  298:body") && said.ends_with("Complete@300\n"), "{queue}: {said}");
    }
}
