//! Received messages as a batch: the body is the value, what stands beside it are headers.

use std::collections::BTreeMap;
use std::ops::Range;

use aws_sdk_sqs::types::{Message as Received, MessageSystemAttributeName as Told};
use zeroize::Zeroize;

use crate::{Message, Retry};

/// What the service says of a message that its sender chose, and where it failed.
const SAID: [Told; 4] = [
    Told::AwsTraceHeader,
    Told::DeadLetterQueueSourceArn,
    Told::MessageDeduplicationId,
    Told::MessageGroupId,
];

/// The bytes of the messages and where each stands in them; the first has the position `start`.
pub(super) fn framed(received: &[Received], start: u64) -> (Vec<u8>, Vec<Message>) {
    // As long as they are: a vector that grows leaves copies behind.
    let mut bytes = Vec::with_capacity(received.iter().map(size).sum::<u64>() as usize);
    let mut push = |text: &[u8]| -> Range<usize> {
        let start = bytes.len();
        bytes.extend_from_slice(text);
        start..bytes.len()
    };
    let mut messages = Vec::with_capacity(received.len());
    for (offset, message) in (start..).zip(received) {
        let value = push(message.body().unwrap_or_default().as_bytes());
        let headers = headers(message).into_iter().map(|(name, value)| (push(name.as_bytes()), push(value)));
        messages.push(Message {
            value,
            headers: headers.collect(),
            offset,
            time: number(message, &Told::SentTimestamp),
            retry: retry(message),
            ..Message::default()
        });
    }
    (bytes, messages)
}

/// In the order of their names.
fn headers(message: &Received) -> BTreeMap<&str, &[u8]> {
    let said = SAID.iter().filter_map(|name| Some((name.as_str(), told(message, name)?.as_bytes())));
    let attributes = message.message_attributes().into_iter().flatten().map(|(name, value)| {
        let binary = value.binary_value().map(AsRef::as_ref);
        (name.as_str(), binary.or(value.string_value().map(str::as_bytes)).unwrap_or_default())
    });
    said.chain(attributes).collect()
}

/// What the service says of a message.
pub(super) fn told<'a>(message: &'a Received, name: &Told) -> Option<&'a str> {
    message.attributes()?.get(name).map(String::as_str)
}

fn number(message: &Received, name: &Told) -> Option<i64> {
    told(message, name)?.parse().ok()
}

/// What was tried before us: our own receive is the last that is counted.
fn retry(message: &Received) -> Option<Retry> {
    let attempts = number(message, &Told::ApproximateReceiveCount)? - 1;
    let attempts = u32::try_from(attempts).ok().filter(|attempts| *attempts > 0)?;
    Some(Retry {
        attempts: Some(attempts),
        first_failed: number(message, &Told::ApproximateFirstReceiveTimestamp),
    })
}

/// Bytes of a message with its headers.
pub(super) fn size(message: &Received) -> u64 {
    let headers = headers(message).into_iter().map(|(name, value)| name.len() + value.len());
    (message.body().map_or(0, str::len) + headers.sum::<usize>()) as u64
}

/// Wipes a message's body; attributes are the library's own, and only freed.
pub(super) fn wipe(mut message: Received) {
    message.body.zeroize();
}

#[cfg(test)]
mod tests {
    use aws_sdk_sqs::types::MessageAttributeValue as Value;

    use super::*;

    /// One message with system attributes, as the batch shows it.
    fn check(told: &[(Told, &str)]) -> String {
        let tenant = Value::builder().data_type("String").string_value("eu").build().unwrap();
        let blob = Value::builder().data_type("Binary").binary_value(vec![0xff].into()).build().unwrap();
        let mut message = Received::builder()
            .body("{}")
            .message_attributes("tenant", tenant)
            .message_attributes("raw", blob);
        for (name, text) in told {
            message = message.attributes(name.clone(), *text);
        }
        let message = message.build();
        let (bytes, messages) = framed(std::slice::from_ref(&message), 7);
        assert_eq!((bytes.len(), bytes.capacity()), (size(&message) as usize, size(&message) as usize));
        let framed = &messages[0];
        let text = |range: &Range<usize>| bytes[range.clone()].escape_ascii().to_string();
        let headers = framed.headers.iter().map(|(name, value)| format!("{}={}", text(name), text(value)));
        let headers = headers.collect::<Vec<_>>().join(" ");
        let retry = framed.retry.map(|retry| (retry.attempts, retry.first_failed));
        format!("{} {} {headers} at {:?}, retry {retry:?}", framed.offset, text(&framed.value), framed.time)
    }

    #[test]
    fn attributes_are_headers() {
        assert_eq!(check(&[]), r"7 {} raw=\xff tenant=eu at None, retry None");
        let origin = "arn:aws:sqs:eu-west-1:123456789012:orders";
        assert_eq!(
            check(&[(Told::DeadLetterQueueSourceArn, origin), (Told::SentTimestamp, "1764000000000")]),
            format!(
                r"7 {{}} DeadLetterQueueSourceArn={origin} raw=\xff tenant=eu at Some(1764000000000), retry None"
            )
        );
    }

    #[test]
    fn our_own_receive_is_no_attempt() {
        let check = |count, first| {
            let told = check(&[
                (Told::ApproximateReceiveCount, count),
                (Told::ApproximateFirstReceiveTimestamp, first),
            ]);
            told.split_once("retry ").map(|(_, retry)| retry.to_owned()).unwrap_or_default()
        };
        assert_eq!(check("1", "1764000000000"), "None");
        assert_eq!(check("4", "1764000000000"), "Some((Some(3), Some(1764000000000)))");
    }
}
