//! Reads one part of a group, from a time to the end that it had when the source was opened.
//!
//! An event has no number. Its position is its time in microseconds, where the last three digits tell the events of
//! one millisecond apart: it grows from event to event, and leads back to the event by its time.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::Arc;

use super::Logs;
use super::pages::{Event, Next, Order, Pages};
use super::parts::Part;
use crate::{Batch, Body, End, EndNote, ErrorKind, Foreign, Message, PartitionReader, SourceError, Step};

/// 2024-01-01: the service gives the newest of a group first only from there on.
const NEWEST_FIRST_SINCE: i64 = 1_704_067_200_000;
/// Most events of a page.
const PAGE: u64 = 10_000;
/// How far beyond the end it is asked whether more came.
const LATER: i64 = 86_400_000;

/// Opens `group:stream` or `group:*2/4` at a position.
pub(super) fn open(logs: &Arc<Logs>, name: &Foreign, from: u64) -> Result<Reader, SourceError> {
    let Some((group, part)) = Part::parse(name.expose()) else {
        return Err(SourceError {
            kind: ErrorKind::NotFound,
            what: name.clone(),
            why: Foreign::default(),
            help: "it is gone, or never was; list the source again",
        });
    };
    let all = logs.times(group);
    let start = i64::try_from(from / 1_000).unwrap_or(i64::MAX).max(all.start);
    let times = part.times(all.clone());
    let newest = logs.wanted.newest;
    let earliest = match (&part, newest) {
        (Part::Slice { .. }, Some(_)) => NEWEST_FIRST_SINCE,
        _ => 0,
    };
    logs.session.start();
    let times = times.start.max(start).max(earliest).min(times.end)..times.end;
    Ok(Reader {
        pages: Pages {
            group: group.to_owned(),
            part,
            times: times.clone(),
            order: if newest.is_some() { Order::NewestFirst } else { Order::OldestFirst },
            next: if times.is_empty() { Next::Nothing } else { Next::First },
            limit: newest.map(|newest| i32::try_from(newest.clamp(1, PAGE)).unwrap_or(i32::MAX)),
        },
        logs: logs.clone(),
        open_end: times.end == all.end,
        from,
        position: at(times.start),
        left: logs.wanted.bytes,
        gathered: None,
        stopped: None,
    })
}

/// The position of the first event of that millisecond.
fn at(time: i64) -> u64 {
    u64::try_from(time).unwrap_or(0).saturating_mul(1_000)
}

/// Reads one part.
pub(super) struct Reader {
    logs: Arc<Logs>,
    pages: Pages,
    /// Whether what comes after the last event would be of this part.
    open_end: bool,
    /// Events before it are passed over.
    from: u64,
    /// After the last event.
    position: u64,
    /// Bytes that the budget still allows.
    left: u64,
    /// The newest events, when only those are wanted: pages, oldest first.
    gathered: Option<VecDeque<Vec<Event>>>,
    /// Why it ends before everything was read.
    stopped: Option<EndNote>,
}

impl PartitionReader for Reader {
    fn next(&mut self) -> Result<Step, SourceError> {
        if self.logs.wanted.newest.is_some() && self.gathered.is_none() {
            self.gathered = Some(self.gather()?);
        }
        loop {
            let events = match &mut self.gathered {
                Some(gathered) => gathered.pop_front(),
                None => self.page()?,
            };
            let Some(events) = events else { return self.finish().map(Step::End) };
            if let Some(batch) = self.batch(&events) {
                return Ok(Step::Batch(batch));
            }
        }
    }
}

impl Reader {
    /// The next page, unless that was the last or something stops it.
    fn page(&mut self) -> Result<Option<Vec<Event>>, SourceError> {
        if self.stopped.is_some() || self.pages.next == Next::Nothing {
            return Ok(None);
        }
        if self.logs.session.is_late() {
            self.stopped = Some(EndNote::Deadline);
            return Ok(None);
        }
        self.pages.page(&self.logs).map(Some)
    }

    /// The newest events from the end backward, as many as are wanted and the budget allows.
    fn gather(&mut self) -> Result<VecDeque<Vec<Event>>, SourceError> {
        let mut missing = self.logs.wanted.newest.unwrap_or(0);
        let mut room = self.left;
        let mut gathered = VecDeque::new();
        while missing > 0 {
            let Some(mut events) = self.page()? else { return Ok(gathered) };
            let fitting = fitting(&events, missing, &mut room);
            if fitting < events.len() && (fitting as u64) < missing {
                self.stopped = Some(EndNote::Budget);
            }
            events.drain(..events.len() - fitting);
            missing -= fitting as u64;
            gathered.push_front(events);
        }
        self.stopped = Some(EndNote::Sampled);
        Ok(gathered)
    }

    /// The events as messages, up to the budget.
    fn batch(&mut self, events: &[Event]) -> Option<Batch> {
        let bytes = events.iter().map(|event| event.message.len()).sum();
        let mut bytes = Vec::with_capacity(bytes);
        let mut messages = Vec::new();
        for event in events {
            let offset = self.position.max(at(event.time));
            if offset < self.from {
                self.position = offset + 1;
                continue;
            }
            let size = event.message.len() as u64;
            if size > self.left {
                self.stopped = Some(EndNote::Budget);
                break;
            }
            self.left -= size;
            self.position = offset + 1;
            let value = push(&mut bytes, &event.message);
            messages.push(Message { value, offset, time: Some(event.time), ..Message::default() });
        }
        let start = messages.first()?.offset;
        Some(Batch { bytes, start, body: Body::Messages(messages) })
    }

    fn finish(&self) -> Result<End, SourceError> {
        let note = match self.stopped {
            Some(note) => note,
            None if self.logs.wanted.is_part() => EndNote::Sampled,
            None if self.open_end && self.grew() => EndNote::Grew,
            None => EndNote::Complete,
        };
        Ok(End::new(self.position, note))
    }

    /// Whether events came after the end. All was read even if nobody answers this any more.
    fn grew(&self) -> bool {
        let end = self.pages.times.end;
        let mut later = Pages {
            group: self.pages.group.clone(),
            part: self.pages.part.clone(),
            times: end..end.saturating_add(LATER),
            order: Order::OldestFirst,
            next: Next::First,
            limit: Some(1),
        };
        later.page(&self.logs).is_ok_and(|events| !events.is_empty())
    }
}

fn push(bytes: &mut Vec<u8>, text: &str) -> Range<usize> {
    let start = bytes.len();
    bytes.extend_from_slice(text.as_bytes());
    start..bytes.len()
}

/// How many of the newest events of a page are wanted and fit into the room that is left.
fn fitting(events: &[Event], wanted: u64, room: &mut u64) -> usize {
    let wanted = usize::try_from(wanted).unwrap_or(usize::MAX);
    let fits = |event: &&Event| match room.checked_sub(event.message.len() as u64) {
        Some(left) => {
            *room = left;
            true
        }
        None => false,
    };
    events.iter().rev().take(wanted).take_while(fits).count()
}
