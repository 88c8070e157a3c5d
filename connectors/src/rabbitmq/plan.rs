//! How a queue's messages may be read without changing what others see, if they may. Pure.

use super::topology::{Queue, QueueType};
use crate::{Consent, EndNote, ErrorKind, Foreign, SourceError};

/// How a queue is read.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Plan {
    pub(super) way: Way,
    /// How the reading ends if nothing goes wrong: what consumers hold is not seen.
    pub(super) at_best: EndNote,
}

/// How a queue's messages are had.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Way {
    /// A stream gives as often as it is asked.
    Stream,
    /// Got and put back, in a queue that is dyetrace's own.
    Copy,
    /// The same in a queue of others, who see that it was redelivered.
    Others,
}

/// `copies` are the names of queues that are dyetrace's own.
pub(super) fn plan(queue: &Queue, copies: &[String], consent: Consent) -> Result<Plan, SourceError> {
    let copy = copies.contains(&queue.name);
    let way = match queue.kind {
        QueueType::Stream => Way::Stream,
        QueueType::Quorum => return Err(would_move(&queue.name)),
        QueueType::Other => return Err(unknown(&queue.name)),
        QueueType::Classic | QueueType::Untold if copy && queue.consumers > 0 => {
            return Err(not_alone(&queue.name));
        }
        QueueType::Classic | QueueType::Untold if copy => Way::Copy,
        QueueType::Untold => return Err(unknown(&queue.name)),
        QueueType::Classic if consent == Consent::ReadOnly => return Err(needs_consent(&queue.name)),
        QueueType::Classic => Way::Others,
    };
    let held = way == Way::Others && queue.unacknowledged > 0;
    Ok(Plan { way, at_best: if held { EndNote::Sampled } else { EndNote::Complete } })
}

fn needs_consent(queue: &str) -> SourceError {
    left_alone(
        queue,
        "its messages are not read: a look marks them as redelivered. Bind a queue of dyetrace's own and name it under \
         `copies`, or say `consent: side-effects` if that may be",
    )
}

fn would_move(queue: &str) -> SourceError {
    left_alone(
        queue,
        "its messages are never read: a quorum queue counts each look, and its limit of deliveries would move or drop \
         them. Bind a stream, or a classic queue under `copies`",
    )
}

fn unknown(queue: &str) -> SourceError {
    left_alone(
        queue,
        "its messages are not read: what a look would change is not known, since its type is not, or not without the \
         management API",
    )
}

/// A copy that somebody consumes.
pub(super) fn not_alone(queue: &str) -> SourceError {
    left_alone(queue, "a queue under `copies` is dyetrace's own, and this one has a consumer")
}

fn left_alone(queue: &str, help: &'static str) -> SourceError {
    SourceError { kind: ErrorKind::LeftAlone, what: queue.into(), why: Foreign::default(), help }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(kind: QueueType, name: &str, consumers: u64, consent: Consent) -> String {
        let queue =
            Queue { name: name.into(), kind, consumers, unacknowledged: consumers, ..Queue::default() };
        match plan(&queue, &["copy".into()], consent) {
            Ok(plan) => format!("{:?} {:?}", plan.way, plan.at_best),
            Err(error) => error.help.split_whitespace().take(6).collect::<Vec<_>>().join(" "),
        }
    }

    #[test]
    fn only_streams_and_copies_are_read_without_consent() {
        let free = |kind, name| check(kind, name, 0, Consent::ReadOnly);
        assert_eq!(free(QueueType::Stream, "log"), "Stream Complete");
        assert_eq!(free(QueueType::Classic, "copy"), "Copy Complete");
        assert_eq!(free(QueueType::Untold, "copy"), "Copy Complete");
        assert_eq!(free(QueueType::Classic, "work"), "its messages are not read: a");
        assert_eq!(free(QueueType::Untold, "work"), "its messages are not read: what");
        assert_eq!(
            check(QueueType::Classic, "copy", 1, Consent::SideEffects),
            "a queue under `copies` is dyetrace's"
        );
    }

    #[test]
    fn consent_reaches_as_far_as_nothing_moves() {
        let consented = |kind, consumers| check(kind, "work", consumers, Consent::SideEffects);
        assert_eq!(consented(QueueType::Classic, 0), "Others Complete");
        assert_eq!(consented(QueueType::Classic, 1), "Others Sampled");
        assert_eq!(consented(QueueType::Quorum, 0), "its messages are never read: a");
        assert_eq!(
            check(QueueType::Quorum, "copy", 0, Consent::SideEffects),
            "its messages are never read: a"
        );
        assert_eq!(consented(QueueType::Other, 0), "its messages are not read: what");
        assert_eq!(consented(QueueType::Untold, 0), "its messages are not read: what");
    }
}
