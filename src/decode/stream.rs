//! The records of a stream: its layers are opened, each member's layout is found out, and records are framed
//! and decoded as that layout says.

use std::collections::VecDeque;
use std::sync::Arc;

use dyetrace_connectors::{Batch, Foreign, PartitionReader, SourceError};

use super::feed::{Feed, Progress};
use super::framer::{Framed, Framer};
use super::frames::Next;
use super::lines::{self, LineScan, Lines, Payload};
use super::nest::Walker;
use super::text::readable;
use super::window::Window;
use super::{FieldPath, Hints, Limits, Origin, Record, SkipReason, Skipped, Standing, time};

/// Reads the members of one stream, one after another.
pub(super) struct Stream {
    limits: Limits,
    progress: Arc<Progress>,
    member: Option<Member>,
    skipped: VecDeque<Skipped>,
    text: FieldPath,
}

struct Member {
    name: Option<Arc<Foreign>>,
    standing: Standing,
    layout: Layout,
    framer: Framer,
    framed: Framed,
    /// The framed piece was announced as too long and is still to be handed out.
    held: bool,
}

enum Layout {
    Lines(Lines),
}

impl Stream {
    /// Goes on from a first batch.
    pub(super) fn open(reader: Box<dyn PartitionReader>, first: Batch, limits: &Limits) -> Self {
        let start = first.start;
        let (feed, progress) = Feed::new(reader, first);
        let window = Window::new(Box::new(feed), progress.clone(), start);
        let member = Member {
            name: None,
            standing: Standing::InFile,
            layout: Layout::Lines(Lines::Text),
            framer: Framer::new(window, limits.record),
            framed: Framed::End,
            held: false,
        };
        Stream {
            limits: limits.clone(),
            progress,
            member: Some(member),
            skipped: VecDeque::new(),
            text: FieldPath::root("line"),
        }
    }

    /// See [`super::Records::next`].
    pub(super) fn next(&mut self) -> Result<Next, SourceError> {
        loop {
            if let Some(skipped) = self.skipped.pop_front() {
                return Ok(Next::Skipped(skipped));
            }
            let Some(member) = &mut self.member else { return self.end() };
            if std::mem::take(&mut member.held) {
                return Ok(Next::Record);
            }
            match member.frame()? {
                Framed::Piece { first: true, .. } => {
                    member.held = true;
                    let reason = SkipReason::RecordTooLong;
                    return Ok(Next::Skipped(Skipped { origin: member.origin(), reason }));
                }
                Framed::Whole(_) | Framed::Piece { .. } => return Ok(Next::Record),
                Framed::End => self.leave_member(),
            }
        }
    }

    /// The framed record's bytes.
    pub(super) fn frame(&self) -> &[u8] {
        self.member.as_ref().map_or(&[], Member::bytes)
    }

    /// Decodes the framed record.
    pub(super) fn decode(&mut self, record: &mut Record, hints: &Hints) {
        let Some(member) = &self.member else { return };
        record.origin = member.origin();
        let at = (member.standing == Standing::InFile).then_some(record.origin.offset);
        let payload = Payload { path: &self.text, bytes: member.bytes(), at };
        if let Framed::Piece { .. } = member.framed {
            Walker::new(&self.limits, record).text(&self.text, &readable(payload.bytes), at);
            return;
        }
        let Layout::Lines(kind) = member.layout;
        lines::decode(kind, payload, &self.limits, record);
        record.time = time::resolve(record, payload.bytes, hints, None);
    }

    fn leave_member(&mut self) {
        let Some(mut member) = self.member.take() else { return };
        if let Some(reason) = member.framer.window.take_broken() {
            self.skipped.push_back(Skipped { origin: member.origin(), reason });
        }
    }

    fn end(&mut self) -> Result<Next, SourceError> {
        match self.progress.outcome() {
            Some(outcome) => outcome.map(Next::End),
            None => unreachable!("the last member ends when the source does"),
        }
    }
}

impl Member {
    fn frame(&mut self) -> Result<Framed, SourceError> {
        self.framed = loop {
            let framed = self.framer.frame(&mut LineScan)?;
            match framed {
                Framed::Whole(length) if lines::trim(&self.framer.window.bytes()[..length]).is_empty() => {}
                framed => break framed,
            }
        };
        Ok(self.framed)
    }

    fn bytes(&self) -> &[u8] {
        let bytes = self.framer.window.bytes();
        match self.framed {
            Framed::Whole(length) | Framed::Piece { length, .. } => lines::trim(&bytes[..length]),
            Framed::End => &[],
        }
    }

    fn origin(&self) -> Origin {
        Origin {
            member: self.name.clone(),
            record: self.framer.line(),
            offset: self.framer.window.offset(),
            standing: self.standing,
        }
    }
}
