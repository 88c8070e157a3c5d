//! What moto lacks, by shapes that the service answers: policies of the account, data protection, newest first.

use crate::aws::{self, Keys, Whole, assert_allowed, read, say_access, say_listing};
use crate::servers::proxy::{Answer, Asked, Proxy};

/// A source before shapes only.
fn source(
    values: &[(&str, &str)],
    sample: dyetrace_connectors::Sample,
    rule: impl Fn(&Asked<'_>) -> Answer + Send + Sync + 'static,
) -> (Box<dyn dyetrace_connectors::Source>, Proxy) {
    let proxy = Proxy::start(None, move |asked| {
        rule(asked).or_else(|| {
            Some((200, if asked.action == "logs:DescribeLogGroups" { GROUPS.into() } else { "{}".into() }))
        })
    });
    let settings = aws::settings(&proxy.url(), &Keys::default(), values);
    (aws::source("cloudwatch", &dyetrace_connectors::Settings { sample, ..settings }), proxy)
}

const GROUPS: &str = r#"{"logGroups": [
    {"logGroupName": "crm", "arn": "arn:aws:logs:eu-west-1:123456789012:log-group:crm:*",
     "logGroupArn": "arn:aws:logs:eu-west-1:123456789012:log-group:crm", "creationTime": 1764000000000,
     "logGroupClass": "INFREQUENT_ACCESS", "inheritedProperties": ["ACCOUNT_DATA_PROTECTION"]},
    {"logGroupName": "pay", "arn": "arn:aws:logs:eu-west-1:123456789012:log-group:pay:*",
     "logGroupArn": "arn:aws:logs:eu-west-1:123456789012:log-group:pay", "creationTime": 1764000000000,
     "retentionInDays": 30, "kmsKeyId": "arn:aws:kms:eu-west-1:123456789012:key/1", "logGroupClass": "STANDARD",
     "dataProtectionStatus": "ACTIVATED"}]}"#;

/// A text as a JSON string.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\\\""))
}

fn policies(document: &str, criteria: &str) -> Answer {
    let (document, criteria) = (quoted(document), quoted(criteria));
    Some((
        200,
        format!(
            r#"{{"accountPolicies": [{{"policyName": "house", "policyDocument": {document},
                "selectionCriteria": {criteria}, "scope": "ALL"}}]}}"#
        ),
    ))
}

fn masking(identifier: &str) -> String {
    format!(
        r#"{{"Statement": [{{"DataIdentifier": ["arn:aws:dataprotection::aws:data-identifier/{identifier}"],"Operation": {{"Deidentify": {{"MaskConfig": {{}}}}}}}}]}}"#
    )
}

#[test]
fn what_is_set_for_the_account_and_what_is_masked() {
    let rule = |asked: &Asked<'_>| match asked.action {
        "logs:DescribeAccountPolicies" if asked.body.contains("SUBSCRIPTION") => policies(
            r#"{"DestinationArn": "arn:aws:lambda:eu-west-1:123456789012:function:siem", "FilterPattern": ""}"#,
            r#"LogGroupName NOT IN ["crm"]"#,
        ),
        "logs:DescribeAccountPolicies" => policies(&masking("CreditCardNumber"), ""),
        "logs:GetDataProtectionPolicy" => {
            Some((200, format!(r#"{{"policyDocument": {}}}"#, quoted(&masking("CreditCardSecurityCode")))))
        }
        _ => None,
    };
    let (source, proxy) = source(&[("groups", "*")], Default::default(), rule);
    assert_eq!(
        say_listing(&*source),
        "crm LogGroup [] class: INFREQUENT_ACCESS; data-protection: CreditCardNumber; retention: events never expire;\n\
         pay LogGroup [] 30d class: STANDARD; data-protection: CreditCardSecurityCode; \
         kms-key: arn:aws:kms:eu-west-1:123456789012:key/1;\n"
    );
    assert_eq!(
        say_access(&source.access().unwrap()),
        "pay -> arn:aws:lambda:eu-west-1:123456789012|function:siem (subscription house)\n"
    );
    assert_allowed("cloudwatch", &proxy);
}

#[test]
fn a_refused_policy_is_missed_alone() {
    let rule = |asked: &Asked<'_>| match asked.action {
        "logs:DescribeAccountPolicies" | "logs:GetDataProtectionPolicy" => {
            aws::refusal(400, "AccessDeniedException", "User: x is not authorized")
        }
        _ => None,
    };
    let (source, _) = source(&[("groups", "*")], Default::default(), rule);
    let listed = say_listing(&*source);
    assert_eq!(listed.matches("data-protection: in force, of what is not known;").count(), 2, "{listed}");
    assert_eq!(
        say_access(&source.access().unwrap()),
        "missed logs:DescribeAccountPolicies: Denied\n\
         missed logs:DescribeAccountPolicies: Denied\n\
         missed logs:GetDataProtectionPolicy pay: Denied\n"
    );
}

/// Pages of a group whose newest events come first, as `startFromHead: false` asks for them.
fn newest_first(asked: &Asked<'_>) -> Answer {
    let page = |events: &[(i64, &str)], next: &str| {
        let event = |(time, text): &(i64, &str)| {
            let time = 1_764_000_000_000 + time;
            format!(r#"{{"timestamp": {time}, "message": "{text}", "logStreamName": "s", "eventId": "1"}}"#)
        };
        let events = events.iter().map(event).collect::<Vec<_>>().join(",");
        Some((200, format!(r#"{{"events": [{events}] {next}}}"#)))
    };
    match asked.action {
        "logs:DescribeLogStreams" => Some((200, r#"{"logStreams": [], "nextToken": "more"}"#.into())),
        // Whether more came meanwhile.
        "logs:FilterLogEvents" if asked.before > 2 => page(&[], ""),
        "logs:FilterLogEvents" => {
            assert!(asked.body.contains(r#""startFromHead":false"#), "{}", asked.body);
            match asked.before {
                0 => page(&[(9, "ninth"), (8, "eighth, later"), (8, "eighth")], r#", "nextToken": "a""#),
                1 => page(&[], r#", "nextToken": "b""#),
                _ => page(&[(7, "seventh"), (6, "sixth")], ""),
            }
        }
        _ => None,
    }
}

#[test]
fn the_newest_of_many_streams() {
    let check = |count| {
        let sample = dyetrace_connectors::Sample::Newest(count);
        let (source, _) = source(&[("groups", "crm")], sample, newest_first);
        assert!(say_listing(&*source).starts_with("crm LogGroup [crm:*1/1]"));
        let whole: Whole = read(&*source, "crm:*1/1");
        format!("{} | {}", whole.values().join(" | "), whole.end)
    };
    assert_eq!(check(2), "eighth, later | ninth | Sampled");
    assert_eq!(check(4), "seventh | eighth | eighth, later | ninth | Sampled");
    assert_eq!(check(9), "sixth | seventh | eighth | eighth, later | ninth | Complete");
}
