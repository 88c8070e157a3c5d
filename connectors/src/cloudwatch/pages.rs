//! Pages of events: of one stream, or of a group's slice of time. Both are in the order of the events' times.

use std::ops::Range;

use zeroize::Zeroize;

use super::Logs;
use super::parts::Part;
use crate::SourceError;

/// Where the next page begins, and whether there is one.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Next {
    First,
    At(String),
    Nothing,
}

/// Which end a page is taken from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Order {
    OldestFirst,
    NewestFirst,
}

/// An event, wiped on drop.
pub(super) struct Event {
    /// In milliseconds since 1970 UTC.
    pub(super) time: i64,
    pub(super) message: String,
}

impl Drop for Event {
    fn drop(&mut self) {
        self.message.zeroize();
    }
}

/// What is asked for, page by page.
pub(super) struct Pages {
    pub(super) group: String,
    pub(super) part: Part,
    pub(super) times: Range<i64>,
    pub(super) order: Order,
    pub(super) next: Next,
    /// Most events of a page: the service's own bound is 10,000, and 1 MB.
    pub(super) limit: Option<i32>,
}

impl Pages {
    /// The next page, which may be empty before the last. Its events are oldest first.
    pub(super) fn page(&mut self, logs: &Logs) -> Result<Vec<Event>, SourceError> {
        let token = match &self.next {
            Next::First => None,
            Next::At(token) => Some(token.clone()),
            Next::Nothing => return Ok(Vec::new()),
        };
        let (mut events, next) = match &self.part {
            Part::Stream(stream) => self.of_stream(logs, stream, token)?,
            Part::Slice { .. } => self.of_slice(logs, token)?,
        };
        self.next = next;
        // The two calls differ in whether the end is within.
        events.retain(|event| self.times.contains(&event.time));
        if self.order == Order::NewestFirst && matches!(self.part, Part::Slice { .. }) {
            events.reverse();
        }
        Ok(events)
    }

    fn of_stream(
        &self,
        logs: &Logs,
        stream: &str,
        token: Option<String>,
    ) -> Result<(Vec<Event>, Next), SourceError> {
        let call = logs
            .client()?
            .get_log_events()
            .log_group_name(&self.group)
            .log_stream_name(stream)
            .start_time(self.times.start)
            .end_time(self.times.end)
            .start_from_head(self.order == Order::OldestFirst)
            .set_limit(self.limit)
            .set_next_token(token.clone());
        let page = logs.session.ask(&format!("{}:{stream}", self.group), call.send())?;
        let next = match self.order {
            Order::OldestFirst => page.next_forward_token,
            Order::NewestFirst => page.next_backward_token,
        };
        // The end is where the token comes back.
        let next = next.filter(|next| Some(next) != token.as_ref()).map_or(Next::Nothing, Next::At);
        let events = page.events.unwrap_or_default().into_iter();
        Ok((events.filter_map(|event| self::event(event.timestamp, event.message)).collect(), next))
    }

    #[allow(
        deprecated,
        reason = "the service interleaves whatever is asked, others that speak its language only then"
    )]
    fn of_slice(&self, logs: &Logs, token: Option<String>) -> Result<(Vec<Event>, Next), SourceError> {
        let mut call = logs
            .client()?
            .filter_log_events()
            .log_group_name(&self.group)
            .start_time(self.times.start)
            .end_time(self.times.end - 1)
            .interleaved(true)
            .set_filter_pattern(logs.wanted.filter.clone())
            .set_limit(self.limit)
            .set_next_token(token);
        if self.order == Order::NewestFirst {
            call = call.start_from_head(false);
        }
        let page = logs.session.ask(&self.group, call.send())?;
        let events = page.events.unwrap_or_default().into_iter();
        let events = events.filter_map(|event| self::event(event.timestamp, event.message)).collect();
        Ok((events, page.next_token.map_or(Next::Nothing, Next::At)))
    }
}

fn event(time: Option<i64>, message: Option<String>) -> Option<Event> {
    Some(Event { time: time?, message: message? })
}
