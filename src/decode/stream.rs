//! The records of a stream: its layers are opened, each member's encoding and layout are found out, and records
//! are framed and decoded as that layout says.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader};
use std::sync::Arc;

use dyetrace_connectors::{Batch, Foreign, PartitionReader, SourceError};

use super::avro_file::AvroFile;
use super::container::{HEAD, Layers, Leaf, Unpacked};
use super::encoding::{TextEncoding, Transcoder, encoding_of};
use super::feed::{Feed, Peeked, Progress};
use super::framer::{Framed, Framer};
use super::frames::Next;
use super::layout::Layout;
use super::lines::{self, Payload};
use super::nest::Walker;
use super::skim::Skim;
use super::skimming::{Ahead, Skimming};
use super::text::readable;
use super::window::Window;
use super::wrap::Wrap;
use super::{FieldPath, Hints, Limits, Origin, Record, SkipReason, Skipped, Standing, time};

/// Reads the members of one stream, one after another.
pub(super) struct Stream {
    limits: Limits,
    progress: Arc<Progress>,
    /// Byte of the partition where reading began.
    start: u64,
    layers: Layers,
    member: Option<Member>,
    skipped: VecDeque<Skipped>,
    /// Nothing is wanted but what this says is worth it.
    skimming: Option<Skimming>,
    /// The field that a line of text is.
    text: FieldPath,
}

/// A text without containers around it: a file, or a member of an archive.
struct Member {
    name: Option<Arc<Foreign>>,
    standing: Standing,
    layout: Layout,
    framer: Framer,
    framed: Framed,
    /// The framed piece was announced as too long and is still to be handed out.
    held: bool,
    /// The line before, as far as a number could go on from it.
    wrap: Wrap,
    /// Every record is worth decoding.
    is_opaque: bool,
}

impl Stream {
    /// Goes on from a first batch.
    pub(super) fn open(
        reader: Box<dyn PartitionReader>,
        first: Batch,
        limits: &Limits,
        skim: Option<Box<dyn Skim + Send>>,
    ) -> Self {
        let start = first.start;
        let (feed, progress) = Feed::new(reader, first);
        Stream {
            limits: limits.clone(),
            progress: progress.clone(),
            start,
            layers: Layers::new(Box::new(feed), progress, limits),
            member: None,
            skipped: VecDeque::new(),
            skimming: skim.map(Skimming::new),
            text: FieldPath::root("line"),
        }
    }

    /// See [`super::Records::next`].
    pub(super) fn next(&mut self) -> Result<Next, SourceError> {
        loop {
            if let Some(skipped) = self.skipped.pop_front() {
                return Ok(Next::Skipped(skipped));
            }
            if self.member.is_none() {
                match self.next_member()? {
                    true => continue,
                    false => return self.progress.finish().map(Next::End),
                }
            }
            if let Some(next) = self.next_in_member()? {
                return Ok(next);
            }
        }
    }

    /// The next record of the member; nothing where something else comes first.
    fn next_in_member(&mut self) -> Result<Option<Next>, SourceError> {
        let Some(member) = &mut self.member else { return Ok(None) };
        if std::mem::take(&mut member.held) {
            return Ok(Some(Next::Record));
        }
        member.leave();
        let mut is_worthy = member.is_opaque;
        if let Some(skimming) = self.skimming.as_mut().filter(|_| member.is_by_line()) {
            member.framed = Framed::End;
            match skimming.next(&mut member.framer, member.layout.laid(), &mut member.wrap)? {
                Ahead::Passed(records) => return Ok(Some(Next::PassedOver(records))),
                Ahead::Line => is_worthy = true,
                Ahead::Unknown => {}
            }
        }
        member.framed = match member.layout.frame(&mut member.framer)? {
            Ok(framed) => framed,
            Err(reason) => {
                self.skipped.push_back(member.skipped(reason));
                return Ok(None);
            }
        };
        let framed = member.framed;
        match framed {
            Framed::Piece { first: true, .. } => {
                member.held = true;
                self.skipped.push_back(member.skipped(SkipReason::RecordTooLong));
            }
            Framed::End => self.leave_member(),
            Framed::Whole(_) | Framed::Aside if !is_worthy && !self.is_worthy() => {
                return Ok(Some(Next::PassedOver(1)));
            }
            _ => return Ok(Some(Next::Record)),
        }
        Ok(None)
    }

    /// Whether a record that was framed by itself is worth decoding.
    fn is_worthy(&mut self) -> bool {
        match (&mut self.skimming, &self.member) {
            (Some(skimming), Some(member)) => {
                let bytes = member.bytes();
                skimming.is_worthy(bytes, member.layout.laid()) || member.wrap.goes_on(bytes)
            }
            _ => true,
        }
    }

    /// See [`super::Records::is_sample`].
    pub(super) fn is_sample(&self) -> bool {
        let is_opaque = self.member.as_ref().is_some_and(|member| member.is_opaque);
        is_opaque || self.skimming.as_ref().is_none_or(|skimming| skimming.is_sample)
    }

    /// Decodes the framed record.
    pub(super) fn decode(&mut self, record: &mut Record, hints: &Hints) {
        let Some(member) = &self.member else { return };
        record.origin = member.origin();
        let at = (record.origin.standing == Standing::InFile).then_some(record.origin.offset);
        let payload = Payload { path: &self.text, bytes: member.bytes(), at };
        match member.framed {
            Framed::Piece { .. } => {
                let text = readable(payload.bytes);
                let at = at.filter(|_| !text.is_replaced());
                Walker::new(&self.limits, record).window(&self.text, &text, at);
            }
            _ => {
                member.layout.decode(payload, &self.limits, record);
                member.wrap.add(&self.text, payload.bytes, &self.limits, record);
            }
        }
        if let (Some(at), true) = (at, member.layout.is_text()) {
            record.line_ends.extend(memchr::memchr_iter(b'\n', payload.bytes).map(|end| at + end as u64));
        }
        let lead = if member.layout.is_text() { payload.bytes } else { &[] };
        // Where only what is worth it is decoded, times would be those of a few.
        if self.skimming.is_none() {
            record.time = time::resolve(record, lead, hints, None);
        }
    }

    /// False at the end of the partition.
    fn next_member(&mut self) -> Result<bool, SourceError> {
        match self.layers.next() {
            None => return Ok(false),
            Some(Leaf::Passed(name, reason)) => {
                if let Some(error) = self.progress.failure() {
                    return Err(error);
                }
                let origin = Origin { member: name, ..Origin::default() };
                self.skipped.push_back(Skipped { origin, reason });
            }
            Some(Leaf::Stream(unpacked)) => self.enter(unpacked),
        }
        Ok(true)
    }

    fn enter(&mut self, mut unpacked: Unpacked) {
        let mut offset = if unpacked.standing == Standing::InFile { self.start } else { 0 };
        let layout = self.layout(&mut unpacked, &mut offset);
        let Unpacked { bytes, member: name, standing } = unpacked;
        let window = Window::new(Box::new(bytes), self.progress.clone(), offset);
        let framer = Framer::new(window, self.limits.record);
        let skimming = self.skimming.as_mut();
        let is_opaque = skimming.is_some_and(|skimming| {
            skimming.reset();
            layout.is_opaque(|column| skimming.betrays(column))
        });
        let (framed, held, wrap) = (Framed::End, false, Wrap::default());
        let member = Member { name, standing, layout, framer, framed, held, wrap, is_opaque };
        if let Layout::Runs = member.layout {
            self.skipped.push_back(member.skipped(SkipReason::Binary));
        }
        self.member = Some(member);
    }

    /// How the records of a stream are laid out. What comes before the first is passed over.
    fn layout(&self, unpacked: &mut Unpacked, offset: &mut u64) -> Layout {
        let bytes = &mut unpacked.bytes;
        if let Some((file, header)) = AvroFile::open(bytes.head(), &self.limits) {
            bytes.consume(header);
            *offset += header as u64;
            return Layout::Avro(Box::new(file));
        }
        match encoding_of(bytes.head()) {
            TextEncoding::Utf8(mark) => {
                bytes.consume(mark);
                *offset += mark as u64;
                Layout::of(bytes.head(), bytes.is_all())
            }
            TextEncoding::Other(encoding) => {
                unpacked.standing = Standing::Decoded;
                let stream = std::mem::replace(bytes, Peeked::new(Box::new(std::io::empty()), 0));
                *bytes = Peeked::new(Box::new(BufReader::new(Transcoder::new(stream, encoding))), HEAD);
                Layout::of(bytes.head(), bytes.is_all())
            }
            TextEncoding::Binary => Layout::Runs,
        }
    }

    fn leave_member(&mut self) {
        let Some(mut member) = self.member.take() else { return };
        if let Some(reason) = member.framer.window.take_broken() {
            self.skipped.push_back(member.skipped(reason));
        }
    }
}

impl Member {
    /// Whether the next record is a line, so that others can be passed over before it is framed.
    fn is_by_line(&self) -> bool {
        self.layout.is_by_line() && !self.is_opaque && !self.framer.within_record()
    }

    fn bytes(&self) -> &[u8] {
        let bytes = self.framer.window.bytes();
        match (self.framed, &self.layout) {
            (Framed::Whole(length) | Framed::Piece { length, .. }, _) => lines::trim(&bytes[..length]),
            (Framed::Aside, Layout::Document(document)) => document.aside().0,
            (Framed::Aside, Layout::Avro(file)) => file.datum().0,
            _ => &[],
        }
    }

    /// Before the next record is framed: a number may go on there.
    fn leave(&mut self) {
        let line = match self.framed {
            Framed::Whole(length) if self.layout.is_text() => &self.framer.window.bytes()[..length],
            _ => &[],
        };
        self.wrap.leave(lines::trim(line));
    }

    fn origin(&self) -> Origin {
        let origin = match (self.framed, &self.layout) {
            (Framed::Aside, Layout::Document(document)) => document.aside().1,
            (Framed::Aside, Layout::Avro(file)) => {
                Origin { record: file.datum().1, offset: self.framer.window.offset(), ..Origin::default() }
            }
            _ => Origin {
                member: None,
                record: self.framer.line(),
                offset: self.framer.window.offset(),
                standing: self.standing,
            },
        };
        Origin { member: self.name.clone(), ..origin }
    }

    fn skipped(&self, reason: SkipReason) -> Skipped {
        Skipped { origin: self.origin(), reason }
    }
}
