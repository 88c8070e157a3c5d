//! SQS against moto.

use std::time::Duration;

use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::{
    MessageAttributeValue, MessageSystemAttributeName as Told, QueueAttributeName as Attribute,
};
use dyetrace_connectors::{Budget, Consent, Settings, Source};

use crate::aws::{self, Keys, Seeder, Whole, assert_allowed, read, refusal, say_access, say_listing};
use crate::servers::moto::Moto;
use crate::servers::proxy::{Answer, Asked, Proxy};

/// Queues of a test, in the server that tests share.
struct Queues {
    seeder: Seeder,
    client: Client,
    proxy: Proxy,
}

impl Queues {
    fn new() -> Queues {
        Queues::behind(|_| None)
    }

    fn behind(rule: impl Fn(&Asked<'_>) -> Answer + Send + Sync + 'static) -> Queues {
        let seeder = Seeder::new(Moto::shared().port, &Keys::default());
        let proxy = aws::before(Moto::shared().port, rule);
        Queues { client: Client::new(&seeder.config), seeder, proxy }
    }

    /// A queue with attributes; its address.
    fn queue(&self, name: &str, attributes: &[(Attribute, &str)]) -> String {
        let mut create = self.client.create_queue().queue_name(name);
        for (attribute, text) in attributes {
            create = create.attributes(attribute.clone(), *text);
        }
        self.seeder.run(create.send()).queue_url.unwrap()
    }

    fn send(&self, url: &str, texts: &[String]) {
        let attribute =
            MessageAttributeValue::builder().data_type("String").string_value("eu").build().unwrap();
        for text in texts {
            let send = self.client.send_message().queue_url(url).message_body(text);
            self.seeder.run(send.message_attributes("tenant", attribute.clone()).send());
        }
    }

    /// Waiting, in flight.
    fn depth(&self, url: &str) -> String {
        let names =
            [Attribute::ApproximateNumberOfMessages, Attribute::ApproximateNumberOfMessagesNotVisible];
        let ask = self.client.get_queue_attributes().queue_url(url).attribute_names(Attribute::All);
        let told = self.seeder.run(ask.send()).attributes.unwrap();
        names.map(|name| told[&name].clone()).join("+")
    }

    /// How often the next ten messages were received before.
    fn receives(&self, url: &str) -> Vec<u32> {
        let receive =
            self.client.receive_message().queue_url(url).max_number_of_messages(10).visibility_timeout(0);
        let received = self.seeder.run(receive.message_system_attribute_names(Told::All).send());
        let count = |message: &aws_sdk_sqs::types::Message| {
            message.attributes().unwrap()[&Told::ApproximateReceiveCount].parse::<u32>().unwrap() - 1
        };
        received.messages().iter().map(count).collect()
    }

    fn settings(&self, consent: Consent, queues: &str) -> Settings {
        Settings { consent, ..aws::settings(&self.proxy.url(), &Keys::default(), &[("queues", queues)]) }
    }

    fn source(&self, consent: Consent, queues: &str) -> Box<dyn Source> {
        aws::source("sqs", &self.settings(consent, queues))
    }
}

fn texts(count: usize) -> Vec<String> {
    (0..count).map(|number| format!("message {number}")).collect()
}

fn redrive(target: &str) -> String {
    format!(
        r#"{{"deadLetterTargetArn": "arn:aws:sqs:eu-west-1:123456789012:{target}", "maxReceiveCount": 3}}"#
    )
}

#[test]
#[ignore = "needs moto: run scripts/test"]
fn without_consent_only_what_a_queue_says_of_itself_is_read() {
    let queues = Queues::new();
    let policy = r#"{"Statement": [{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:role/orders"},
        "Action": "sqs:*", "Resource": "*"},
        {"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage",
         "Resource": "*", "Condition": {"ArnEquals": {"aws:SourceArn": "arn:aws:sns:eu-west-1:123456789012:paid"}}}]}"#;
    let dead = queues.queue("told-dlq", &[(Attribute::MessageRetentionPeriod, "1209600")]);
    let orders = queues.queue(
        "told-orders",
        &[
            (Attribute::RedrivePolicy, &redrive("told-dlq")),
            (Attribute::Policy, policy),
            (Attribute::KmsMasterKeyId, "alias/shop"),
        ],
    );
    queues.queue("other", &[(Attribute::RedrivePolicy, &redrive("told-dlq"))]);
    queues.send(&dead, &texts(2));
    queues.send(&orders, &texts(3));
    let source = queues.source(Consent::ReadOnly, "told-*");
    assert_eq!(
        say_listing(&*source),
        "told-dlq DeadLetters [] 14d kms-key: the service's own; messages: 2 waiting, 0 in flight, 0 delayed;\n\
         told-orders Queue [] 4d kms-key: alias/shop; messages: 3 waiting, 0 in flight, 0 delayed;\n\
         missed LeftAlone told-dlq: its messages are not read\n\
         missed LeftAlone told-orders: its messages are not read\n"
    );
    assert_eq!(
        say_access(&source.access().unwrap()),
        "told-orders -> told-dlq (redrive redrive policy)\n\
         arn:aws:sqs:eu-west-1:123456789012|other -> told-dlq (redrive redrive policy)\n\
         arn:aws:iam::123456789012:role/orders reads told-orders\n\
         arn:aws:iam::123456789012:role/orders writes told-orders\n\
         arn:aws:sns:eu-west-1:123456789012:paid writes told-orders\n"
    );
    assert_eq!(read(&*source, "told-dlq").end, "LeftAlone told-dlq: its messages are not read");
    assert_eq!([&dead, &orders].map(|url| queues.depth(url)), ["2+0", "3+0"]);
    assert_eq!((queues.receives(&dead), queues.receives(&orders)), (vec![0; 2], vec![0; 3]));
    assert_allowed("sqs", &queues.proxy);
}

#[test]
#[ignore = "needs moto: run scripts/test"]
fn with_consent_each_message_is_received_once_and_let_go() {
    let queues = Queues::new();
    let url = queues.queue("seen", &[]);
    queues.send(&url, &texts(25));
    // Five were tried before.
    let tried =
        queues.client.receive_message().queue_url(&url).max_number_of_messages(5).visibility_timeout(0);
    queues.seeder.run(tried.send());
    let source = queues.source(Consent::SideEffects, "seen");
    assert!(say_listing(&*source).starts_with("seen Queue [seen] 4d"));
    let whole = read(&*source, "seen");
    assert_eq!((whole.values(), &*whole.end), (texts(25).iter().map(String::as_str).collect(), "Complete"));
    let headers = |number: usize| whole.records[number].3.join(" ");
    assert_eq!((headers(4), headers(5)), ("tenant=eu attempts=1".to_owned(), "tenant=eu".to_owned()));
    assert!(
        whole.records.iter().zip(0..).all(|((offset, time, ..), number)| *offset == number && time.is_some())
    );
    assert_eq!(queues.depth(&url), "25+0");
    assert_eq!(queues.receives(&url), [2, 2, 2, 2, 2, 1, 1, 1, 1, 1]);
    assert_allowed("sqs", &queues.proxy);
}

#[test]
#[ignore = "needs moto: run scripts/test"]
fn a_queue_that_redrives_is_never_received_from() {
    let queues = Queues::new();
    queues.queue("late-dlq", &[]);
    let url = queues.queue("late", &[]);
    queues.send(&url, &texts(1));
    let source = queues.source(Consent::SideEffects, "late");
    assert!(say_listing(&*source).starts_with("late Queue [late]"));
    // The policy comes after the listing.
    let set = queues.client.set_queue_attributes().queue_url(&url);
    queues.seeder.run(set.attributes(Attribute::RedrivePolicy, redrive("late-dlq")).send());
    assert_eq!(read(&*source, "late").end, "LeftAlone late: its messages are never read");
    let listed = say_listing(&*source);
    assert!(listed.starts_with("late Queue [] ") && listed.contains("missed LeftAlone late"), "{listed}");
    assert_eq!((queues.depth(&url), queues.receives(&url)), ("1+0".to_owned(), vec![0]));
    assert!(!queues.proxy.asked().contains(&"sqs:ReceiveMessage".to_owned()));
}

#[test]
#[ignore = "needs moto: run scripts/test"]
fn budgets_end_a_queue_and_nothing_stays_hidden() {
    let queues = Queues::new();
    let url = queues.queue("bounded", &[]);
    queues.send(&url, &texts(25));
    let check = |budget| {
        let settings = Settings { budget, ..queues.settings(Consent::SideEffects, "bounded") };
        let whole = read(&*aws::source("sqs", &settings), "bounded");
        format!("{} {} {}", whole.records.len(), whole.end, queues.depth(&url))
    };
    // A message has nine bytes and eight of an attribute.
    assert_eq!(check(Budget { bytes: Some(17 * 3 + 16), ..Budget::NONE }), "3 Budget 25+0");
    assert_eq!(check(Budget { deadline: Some(Duration::ZERO), ..Budget::NONE }), "0 Deadline 25+0");
    // A reader that nobody reads to its end.
    let source = queues.source(Consent::SideEffects, "bounded");
    let partition = source.datasets().unwrap().datasets[0].partitions[0].clone();
    let mut reader = source.open(&partition, 0).unwrap();
    aws::step(&mut *reader, &mut Whole::default()).unwrap();
    assert_eq!(queues.depth(&url), "0+25");
    drop(reader);
    assert_eq!(queues.depth(&url), "25+0");
}

#[test]
#[ignore = "needs moto: run scripts/test"]
fn what_others_hold_is_said_to_be_missing() {
    let queues = Queues::new();
    let url = queues.queue("shared", &[]);
    queues.send(&url, &texts(3));
    let other =
        queues.client.receive_message().queue_url(&url).max_number_of_messages(1).visibility_timeout(60);
    queues.seeder.run(other.send());
    let whole = read(&*queues.source(Consent::SideEffects, "shared"), "shared");
    assert_eq!((whole.values(), &*whole.end), (vec!["message 1", "message 2"], "Sampled"));
    assert_eq!(queues.depth(&url), "2+1");
}

#[test]
#[ignore = "needs moto: run scripts/test"]
fn a_fifo_queue_keeps_its_order() {
    let queues = Queues::new();
    let url = queues.queue("order.fifo", &[(Attribute::FifoQueue, "true")]);
    for number in 0..3 {
        let send = queues.client.send_message().queue_url(&url).message_body(format!("m{number}"));
        queues.seeder.run(send.message_group_id("g").message_deduplication_id(format!("d{number}")).send());
    }
    let whole = read(&*queues.source(Consent::SideEffects, "order.fifo"), "order.fifo");
    assert_eq!((whole.values(), &*whole.end), (vec!["m0", "m1", "m2"], "Complete"));
    assert_eq!(whole.records[0].3.join(" "), "MessageDeduplicationId=d0 MessageGroupId=g");
    assert_eq!(queues.receives(&url), [1, 1, 1]);
}

#[test]
#[ignore = "needs moto: run scripts/test"]
fn queues_that_refuse_or_are_not_there() {
    let queues = Queues::behind(|asked| match asked.action {
        "sqs:ListDeadLetterSourceQueues" => refusal(403, "AccessDenied", "not authorized"),
        "sqs:GetQueueAttributes" if asked.body.contains("refusing-b") => {
            refusal(403, "com.amazonaws.sqs#AccessDeniedException", "not authorized")
        }
        _ => None,
    });
    for name in ["refusing-a", "refusing-b", "refusing-c"] {
        queues.queue(name, &[]);
    }
    let source = queues.source(Consent::SideEffects, "refusing-*");
    assert_eq!(
        say_listing(&*source),
        "refusing-a Queue [refusing-a] 4d kms-key: the service's own; messages: 0 waiting, 0 in flight, 0 delayed;\n\
         refusing-c Queue [refusing-c] 4d kms-key: the service's own; messages: 0 waiting, 0 in flight, 0 delayed;\n\
         missed Denied refusing-b: attach the policy that `dyetrace sources policy` prints to whom dyetrace runs as\n"
    );
    let access = say_access(&source.access().unwrap());
    assert_eq!(access, "missed sqs:ListDeadLetterSourceQueues: Denied\n");
    assert_eq!(
        say_listing(&*queues.source(Consent::ReadOnly, "no-such")),
        "missed NotFound no-such: it is gone\n"
    );
    assert_eq!(
        say_listing(&*queues.source(Consent::ReadOnly, "no-such-*")),
        "missed NotFound no-such-*: no queue of this account and region matches\n"
    );
}

#[test]
#[ignore = "needs moto: run scripts/test"]
fn a_token_that_expires_ends_the_queue_after_what_was_read() {
    let queues = Queues::behind(|asked| match (asked.action, asked.before) {
        ("sqs:ReceiveMessage", 10..) => refusal(403, "ExpiredToken", "expired"),
        ("sqs:ReceiveMessage", 1) => refusal(400, "RequestThrottled", "Request is throttled."),
        _ => None,
    });
    let url = queues.queue("expiring", &[]);
    queues.send(&url, &texts(120));
    let whole = read(&*queues.source(Consent::SideEffects, "expiring"), "expiring");
    assert_eq!(
        format!("{} {}", whole.records.len(), whole.end),
        "90 Denied expiring: the credentials have expired"
    );
}

/// By shapes that the service answers: over pages, and where a message failed, which moto does not say.
#[test]
fn pages_of_queues_and_where_messages_failed() {
    let proxy = Proxy::start(None, |asked| {
        let body = match asked.action {
            "sqs:ListQueues" if asked.body.contains("NextToken") => {
                r#"{"QueueUrls": ["http://sqs/123456789012/b"]}"#
            }
            "sqs:ListQueues" => r#"{"QueueUrls": ["http://sqs/123456789012/a"], "NextToken": "1"}"#,
            "sqs:GetQueueAttributes" if asked.body.contains("/a") => {
                r#"{"Attributes": {"QueueArn": "arn:aws:sqs:eu-west-1:123456789012:a"}}"#
            }
            "sqs:GetQueueAttributes" => {
                r#"{"Attributes": {"QueueArn": "arn:aws:sqs:eu-west-1:123456789012:b"}}"#
            }
            "sqs:ListDeadLetterSourceQueues" if asked.body.contains("/b") => {
                r#"{"queueUrls": ["http://sqs/123456789012/a"]}"#
            }
            "sqs:ListDeadLetterSourceQueues" => r#"{"queueUrls": []}"#,
            "sqs:ReceiveMessage" if asked.before == 0 => {
                r#"{"Messages": [{"MessageId": "1", "ReceiptHandle": "r", "Body": "x", "Attributes": {
                    "DeadLetterQueueSourceArn": "arn:aws:sqs:eu-west-1:123456789012:a",
                    "ApproximateReceiveCount": "4", "ApproximateFirstReceiveTimestamp": "1764000000000",
                    "SentTimestamp": "1764000000000"}}]}"#
            }
            _ => "{}",
        };
        Some((200, body.into()))
    });
    let settings = aws::settings(&proxy.url(), &Keys::default(), &[("queues", "*")]);
    let source = aws::source("sqs", &Settings { consent: Consent::SideEffects, ..settings });
    let listed = say_listing(&*source);
    assert!(listed.starts_with("a Queue [a]") && listed.contains("\nb DeadLetters [b]"), "{listed}");
    assert_eq!(say_access(&source.access().unwrap()), "a -> b (redrive redrive policy)\n");
    let whole = read(&*source, "b");
    assert_eq!(whole.end, "Complete a 1×");
    let origin = "DeadLetterQueueSourceArn=arn:aws:sqs:eu-west-1:123456789012:a";
    assert_eq!(whole.records[0].3, [origin, "attempts=3"]);
    assert!(proxy.asked().contains(&"sqs:ChangeMessageVisibilityBatch".to_owned()));
}
