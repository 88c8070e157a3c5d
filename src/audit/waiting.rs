//! Hits of one file that wait for the verdict on their fields. Everything that repeats (path, tag, mask, reasons)
//! is a number; beyond a bound the rest lies in an unlinked temporary file. No raw value is among it.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{BufReader, BufWriter, Read, Seek, SeekFrom, Write},
};

use super::scan::Finding;
use crate::{
    decode::FieldPath,
    detect::{Hit, Identity, Manner, Mask, Reason, Score, Scrubbed, Tag},
    observe::{Judgement, Position},
};

/// More than these wait on disk: 200,000 of 48 bytes are 10 MB.
const IN_MEMORY: usize = 200_000;

/// Hits in the order of their file.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    kinds: Numbered<Kind>,
    paths: Numbered<Scrubbed>,
    recent: Vec<Compact>,
    spilled: Option<BufWriter<File>>,
    lost: bool,
}

/// What hits have in common.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Kind {
    field: FieldPath,
    tag: Tag,
    brand: Option<&'static str>,
    reasons: Vec<Reason>,
    manner: Manner,
    masked: Option<Mask>,
}

#[derive(Debug, Clone, Copy)]
struct Compact {
    path: u32,
    kind: u32,
    score: i32,
    length: u32,
    record: u64,
    /// One more than the offset; 0 is none.
    offset: u64,
}

const BYTES: usize = 32;

impl Waiting {
    /// Adds a hit; `offset` is where its value stands in the file.
    pub(super) fn push(&mut self, position: &Position, offset: Option<u64>, hit: &Hit) {
        let masked = match &hit.identity {
            Identity::Mask(mask) => Some(mask.clone()),
            _ => None,
        };
        let kind = Kind {
            field: hit.field.clone(),
            tag: hit.tag,
            brand: hit.brand,
            reasons: hit.reasons.clone(),
            manner: hit.counted.map(|counted| counted.manner).unwrap_or_default(),
            masked,
        };
        self.recent.push(Compact {
            path: self.paths.number(&position.partition),
            kind: self.kinds.number(&kind),
            score: hit.score.0,
            length: u32::try_from(hit.span.len()).unwrap_or(u32::MAX),
            record: position.record,
            offset: offset.map_or(0, |offset| offset + 1),
        });
        if self.recent.len() >= IN_MEMORY && self.spill().is_err() {
            // A full temporary folder must not end the scan: what was found is lost, and said.
            self.lost = true;
            self.recent.clear();
        }
    }

    /// Those that count, in the order of the file.
    pub(super) fn read<'a>(
        &'a mut self,
        judgement: &'a Judgement,
    ) -> std::io::Result<impl Iterator<Item = Finding> + 'a> {
        if self.lost {
            return Err(std::io::Error::other("findings were lost: the temporary folder is full"));
        }
        let Waiting { kinds, paths, recent, spilled, .. } = self;
        let from_disk = spilled.as_mut().map(reread).transpose()?.into_iter().flatten();
        let all = from_disk.chain(recent.iter().copied());
        Ok(all.filter_map(move |compact| {
            let kind = &kinds.items[compact.kind as usize];
            let score = judgement.score(&kind.field, &kind.tag, kind.manner, Score(compact.score));
            let vote = || judgement.of(&kind.field, &kind.tag, kind.manner).cloned();
            let finding = || Finding { score, vote: vote(), ..finding(compact, kind, &paths.items) };
            (score >= Score::FINDING).then(finding)
        }))
    }

    fn spill(&mut self) -> std::io::Result<()> {
        let file = match self.spilled.take() {
            Some(file) => file,
            None => BufWriter::new(tempfile::tempfile()?),
        };
        let file = self.spilled.insert(file);
        for compact in self.recent.drain(..) {
            file.write_all(&compact.bytes())?;
        }
        Ok(())
    }
}

fn finding(compact: Compact, kind: &Kind, paths: &[Scrubbed]) -> Finding {
    Finding {
        path: paths[compact.path as usize].clone(),
        record: compact.record,
        offset: compact.offset.checked_sub(1),
        length: u64::from(compact.length),
        field: kind.field.clone(),
        tag: kind.tag,
        brand: kind.brand,
        score: Score(compact.score),
        own: Score(compact.score),
        reasons: kind.reasons.clone(),
        vote: None,
        masked: kind.masked.clone(),
    }
}

fn reread(file: &mut BufWriter<File>) -> std::io::Result<impl Iterator<Item = Compact> + use<>> {
    file.flush()?;
    let mut file = file.get_ref().try_clone()?;
    file.seek(SeekFrom::Start(0))?;
    let mut file = BufReader::new(file);
    Ok(std::iter::from_fn(move || {
        let mut bytes = [0; BYTES];
        file.read_exact(&mut bytes).ok().map(|()| Compact::of(bytes))
    }))
}

impl Compact {
    fn bytes(self) -> [u8; BYTES] {
        let mut bytes = [0; BYTES];
        bytes[0..4].copy_from_slice(&self.path.to_le_bytes());
        bytes[4..8].copy_from_slice(&self.kind.to_le_bytes());
        bytes[8..12].copy_from_slice(&self.score.to_le_bytes());
        bytes[12..16].copy_from_slice(&self.length.to_le_bytes());
        bytes[16..24].copy_from_slice(&self.record.to_le_bytes());
        bytes[24..32].copy_from_slice(&self.offset.to_le_bytes());
        bytes
    }

    fn of(bytes: [u8; BYTES]) -> Self {
        let four = |at: usize| bytes[at..at + 4].try_into().expect("four bytes are four bytes");
        let eight = |at: usize| bytes[at..at + 8].try_into().expect("eight bytes are eight bytes");
        Compact {
            path: u32::from_le_bytes(four(0)),
            kind: u32::from_le_bytes(four(4)),
            score: i32::from_le_bytes(four(8)),
            length: u32::from_le_bytes(four(12)),
            record: u64::from_le_bytes(eight(16)),
            offset: u64::from_le_bytes(eight(24)),
        }
    }
}

/// Things by number, in the order of their first appearance.
#[derive(Debug)]
struct Numbered<T> {
    items: Vec<T>,
    numbers: BTreeMap<T, u32>,
}

impl<T> Default for Numbered<T> {
    fn default() -> Self {
        Numbered { items: Vec::new(), numbers: BTreeMap::new() }
    }
}

impl<T: Ord + Clone> Numbered<T> {
    fn number(&mut self, item: &T) -> u32 {
        if let Some(number) = self.numbers.get(item) {
            return *number;
        }
        let number = u32::try_from(self.items.len()).expect("kinds of hits are fewer than 2^32");
        self.items.push(item.clone());
        self.numbers.insert(item.clone(), number);
        number
    }
}
