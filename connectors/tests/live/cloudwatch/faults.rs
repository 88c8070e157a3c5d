//! What goes wrong on the way: throttling, tokens that expire, an address where nobody is. The shapes are those that
//! the service answers; what is not answered with one goes on to moto.

use super::{Logs, hour_ago};
use crate::aws::{self, Keys, read, refusal, say_listing};
use crate::servers::moto::Moto;
use crate::servers::proxy::{Answer, Asked};

/// Reads a stream of three pages, where the rule answers some calls for a page.
fn check(group: &str, rule: impl Fn(&Asked<'_>) -> Answer + Send + Sync + 'static) -> String {
    let logs = Logs::behind(aws::before(Moto::shared().port, move |asked| match asked.action {
        "logs:GetLogEvents" => rule(asked),
        _ => None,
    }));
    let then = hour_ago();
    logs.group(group);
    let texts: Vec<String> = (0..25_000).map(|number| number.to_string()).collect();
    let events: Vec<(i64, &str)> =
        texts.iter().enumerate().map(|(at, text)| (then + at as i64, &**text)).collect();
    logs.stream(group, "s", &events[..9_000]);
    logs.put(group, "s", &events[9_000..18_000]);
    logs.put(group, "s", &events[18_000..]);
    let whole = read(&*logs.source(&[("groups", group)]), &format!("{group}:s"));
    let once = whole.values() == texts[..whole.records.len()];
    format!("{} in order: {once}, {}", whole.records.len(), whole.end)
}

#[test]
#[ignore = "needs moto: run scripts/test"]
fn throttling_is_waited_out_with_nothing_lost_or_twice() {
    let throttled = |asked: &Asked<'_>| match asked.before {
        1 => refusal(400, "ThrottlingException", "Rate exceeded"),
        2 => refusal(429, "TooManyRequestsException", "Too many requests"),
        3 => refusal(503, "ServiceUnavailableException", ""),
        _ => None,
    };
    assert_eq!(check("throttled", throttled), "25000 in order: true, Complete");
}

#[test]
#[ignore = "needs moto: run scripts/test"]
fn a_token_that_expires_ends_the_partition_after_what_was_read() {
    let expired = |asked: &Asked<'_>| match asked.before {
        0 => None,
        _ => refusal(400, "ExpiredTokenException", "The security token included in the request is expired"),
    };
    assert_eq!(
        check("expired", expired),
        "10000 in order: true, Denied expired:s: the credentials have expired"
    );
}

#[test]
#[ignore = "needs moto: run scripts/test"]
fn a_group_that_goes_away_is_said() {
    let gone = |asked: &Asked<'_>| match asked.before {
        0 => None,
        _ => refusal(400, "ResourceNotFoundException", "The specified log group does not exist."),
    };
    assert_eq!(check("gone", gone), "10000 in order: true, NotFound gone:s: it is gone");
}

/// What a source says whose every call is answered so.
fn listing(answer: fn() -> Answer) -> (String, usize) {
    let proxy = crate::servers::proxy::Proxy::start(None, move |_| answer());
    let settings = aws::settings(&proxy.url(), &Keys::default(), &[("groups", "*")]);
    (say_listing(&*aws::source("cloudwatch", &settings)), proxy.asked().len())
}

#[test]
#[ignore = "takes a quarter of a minute: run scripts/test"]
fn throttling_without_end_is_said() {
    let (said, asked) = listing(|| refusal(400, "ThrottlingException", "Rate exceeded"));
    assert_eq!(said, "Throttled logs:DescribeLogGroups: it was asked again");
    assert_eq!(asked, 6);
}

/// What a gateway before the service says, without a code.
#[test]
#[ignore = "takes a quarter of a minute: run scripts/test"]
fn throttling_by_a_gateway_is_tried_again_too() {
    let (said, asked) = listing(|| Some((429, String::new())));
    assert_eq!((&*said, asked), ("Throttled logs:DescribeLogGroups: it was asked again", 6));
}

#[test]
fn an_answer_that_is_none_is_said() {
    let check = |answer| listing(answer).0.trim_start_matches("Io logs:DescribeLogGroups: ").to_owned();
    assert_eq!(check(|| Some((200, "<html>".into()))), "the answer was not understood");
    assert_eq!(
        check(|| refusal(
            400,
            "UnrecognizedClientException",
            "The security token included in the request is invalid."
        )),
        "Denied logs:DescribeLogGroups: the credentials are not accepted"
    );
    assert_eq!(
        check(|| refusal(400, "InvalidParameterException", "no")),
        "the service did not take the call as it was"
    );
}

#[test]
fn nobody_at_the_address_is_said() {
    let url = format!("http://127.0.0.1:{}", crate::servers::free_port());
    let settings = aws::settings(&url, &Keys::default(), &[("groups", "*")]);
    assert_eq!(
        say_listing(&*aws::source("cloudwatch", &settings)),
        "Unreachable logs:DescribeLogGroups: check the network"
    );
}

#[test]
fn no_credentials_are_said() {
    let url = format!("http://127.0.0.1:{}", crate::servers::free_port());
    let mut settings = aws::settings(&url, &Keys::default(), &[("groups", "*"), ("profile", "nobody")]);
    settings.values.remove("credentials");
    let said = say_listing(&*aws::source("cloudwatch", &settings));
    assert!(said.starts_with("Denied logs:DescribeLogGroups: no credentials were found"), "{said}");
}
