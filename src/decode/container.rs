//! Containers around text: what a format that compresses or archives is to the layers of a stream.

use std::io::{self, BufReader, Read};
use std::sync::Arc;

use dyetrace_connectors::Foreign;

use super::ahead::ReadAhead;
use super::feed::{Bytes, Peeked, Progress};
use super::window::Stop;
use super::zip::{Entry, Zip};
use super::{CONTAINERS, Limits, SkipReason, Standing};

/// A container format.
pub(super) struct Container {
    /// Its name in the docs.
    pub(super) name: &'static str,
    /// Whether a stream with these first bytes is one.
    pub(super) matches: fn(&[u8]) -> bool,
    /// Starts to unpack.
    pub(super) open: fn(Bytes) -> io::Result<Opened>,
}

/// What is in a container.
pub(super) enum Opened {
    /// One stream.
    Stream(Box<dyn Read + Send>),
    /// Members, one after another.
    Archive(Zip),
}

/// A stream that is no container, or nothing that could be opened.
pub(super) enum Leaf {
    /// Text or binary data.
    Stream(Unpacked),
    /// A member that was passed over.
    Passed(Option<Arc<Foreign>>, SkipReason),
}

/// A stream with nothing around it any more.
pub(super) struct Unpacked {
    pub(super) bytes: Peeked,
    pub(super) member: Option<Arc<Foreign>>,
    pub(super) standing: Standing,
}

/// Layers within layers than this are data.
const DEEPEST: usize = 4;
/// What is read at once where less is asked for.
const BUFFER: usize = 16 << 10;
/// How much of a stream its format is found out from.
pub(super) const HEAD: usize = 64 << 10;

/// Opens the containers of one partition, member after member.
pub(super) struct Layers {
    progress: Arc<Progress>,
    expansion: u64,
    /// A stream may unfold to this much, however small it was.
    harmless: u64,
    first: Option<Bytes>,
    archives: Vec<(Zip, Option<Arc<Foreign>>)>,
}

impl Layers {
    /// Layers above a partition's bytes.
    pub(super) fn new(bytes: Bytes, progress: Arc<Progress>, limits: &Limits) -> Self {
        let harmless = 4 * limits.unfolded as u64;
        Layers { progress, expansion: limits.expansion, harmless, first: Some(bytes), archives: Vec::new() }
    }

    /// The next stream with text in it.
    pub(super) fn next(&mut self) -> Option<Leaf> {
        loop {
            let leaf = match self.first.take() {
                Some(bytes) => self.unpack(bytes, None, Standing::InFile),
                None => self.next_member()?,
            };
            if leaf.is_some() {
                return leaf;
            }
        }
    }

    /// Steps to the innermost archive's next member. Inside, `None` stands for an archive that began or ended.
    fn next_member(&mut self) -> Option<Option<Leaf>> {
        let (archive, outer) = self.archives.last_mut()?;
        let outer = outer.clone();
        Some(match archive.next() {
            Ok(Some(entry)) => self.enter(entry, outer.as_deref()),
            Ok(None) => {
                self.archives.pop();
                None
            }
            Err(_) => {
                self.archives.pop();
                Some(Leaf::Passed(outer, SkipReason::BrokenCompression))
            }
        })
    }

    fn enter(&mut self, entry: Entry, outer: Option<&Foreign>) -> Option<Leaf> {
        let name = Some(joined(outer, &entry.name));
        match entry.content {
            Some(content) => {
                let content = Box::new(BufReader::with_capacity(BUFFER, self.guarded(Box::new(content))));
                self.unpack(content, name, Standing::Decoded)
            }
            None => Some(Leaf::Passed(name, SkipReason::UnsupportedMember)),
        }
    }

    /// Takes layer after layer off; `None` if it was an archive, whose members are next.
    fn unpack(
        &mut self,
        mut bytes: Bytes,
        member: Option<Arc<Foreign>>,
        mut standing: Standing,
    ) -> Option<Leaf> {
        let mut depth = self.archives.len();
        loop {
            let peeked = Peeked::new(bytes, HEAD);
            let container = CONTAINERS.iter().find(|container| (container.matches)(peeked.head()));
            let Some(container) = container.filter(|_| depth < DEEPEST) else {
                return Some(Leaf::Stream(Unpacked { bytes: peeked, member, standing }));
            };
            standing = Standing::Decoded;
            depth += 1;
            match (container.open)(Box::new(peeked)) {
                Ok(Opened::Stream(stream)) => {
                    bytes = Box::new(BufReader::with_capacity(BUFFER, ReadAhead::new(self.guarded(stream))));
                }
                Ok(Opened::Archive(archive)) => {
                    self.archives.push((archive, member));
                    return None;
                }
                Err(_) => return Some(Leaf::Passed(member, SkipReason::BrokenCompression)),
            }
        }
    }

    fn guarded(&self, stream: Box<dyn Read + Send>) -> Box<dyn Read + Send> {
        Box::new(Guard {
            stream,
            progress: self.progress.clone(),
            before: self.progress.consumed(),
            grown: 0,
            expansion: self.expansion,
            harmless: self.harmless,
        })
    }
}

/// `outer.zip`'s member `inner.zip` and its member `a.log`: `inner.zip/a.log`.
fn joined(outer: Option<&Foreign>, name: &str) -> Arc<Foreign> {
    Arc::new(match outer {
        Some(outer) => Foreign::from(format!("{}/{name}", outer.expose())),
        None => Foreign::from(name),
    })
}

/// Stops a stream that unfolds beyond measure.
struct Guard {
    stream: Box<dyn Read + Send>,
    progress: Arc<Progress>,
    before: u64,
    grown: u64,
    expansion: u64,
    harmless: u64,
}

impl Read for Guard {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.progress.consumed() - self.before;
        let most = self.harmless.max(read.saturating_mul(self.expansion));
        if self.grown > most {
            return Err(Stop(SkipReason::Bomb).into());
        }
        let count = self.stream.read(buffer)?;
        self.grown += count as u64;
        Ok(count)
    }
}
