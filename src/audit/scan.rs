//! Detection alone, as one would use grep: paths in, findings out, file by file. A weak hit waits until its file is
//! done, because its field judges it; what waits is compact, and spilled to an unlinked temporary file when many.

use std::{
    collections::BTreeMap,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use dyetrace_connectors::{Connector, Settings, SourceError};
use rayon::prelude::*;

use super::{
    Coverage,
    list::{ListedPart, list_parts},
    partition::read,
    waiting::Waiting,
};
use crate::{
    decode::{FieldPath, SkipReason},
    detect::{Allow, Effort, Mask, Reason, Reveal, Score, Scrubbed, Tag, Wanted},
    observe::{Judgement, Vote},
};

/// One value that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The file, with `!member` in an archive.
    pub path: Scrubbed,
    /// 1-based line or row.
    pub record: u64,
    /// Byte in the file where the value stands there unchanged.
    pub offset: Option<u64>,
    /// Bytes of the value.
    pub length: u64,
    /// Its field.
    pub field: FieldPath,
    /// What it is.
    pub tag: Tag,
    /// The card's brand.
    pub brand: Option<&'static str>,
    /// How sure, its field's vote included.
    pub score: Score,
    /// How sure by itself.
    pub own: Score,
    /// Why.
    pub reasons: Vec<Reason>,
    /// What the other numbers of its field say, where that counts.
    pub vote: Option<Vote>,
    /// What may be shown of it.
    pub masked: Option<Mask>,
}

/// What was found in one file.
#[derive(Debug)]
pub struct Scanned {
    /// How far it came.
    pub coverage: Coverage,
    /// What was not decoded, and how often.
    pub skipped: Vec<(SkipReason, u64)>,
    /// Weak candidates that the field voted down.
    pub unresolved: u64,
    /// Values that were left out, by the number of the entry that allows them.
    pub allowed: BTreeMap<usize, u64>,
    waiting: Waiting,
    judgement: Judgement,
}

/// How many files are read before the first of them is told of: enough to keep all cores busy.
const AT_ONCE: usize = 64;

/// Scans files and tells of each in the order of the listing. `tell` returns false to stop, as when nobody reads.
///
/// # Errors
/// None of the paths can be read: the user's to mend.
pub fn scan(
    connector: &Connector,
    settings: &Settings,
    effort: Effort,
    allow: &Arc<Allow>,
    mut tell: impl FnMut(Scanned) -> bool,
) -> Result<(), SourceError> {
    let (parts, missed) = list_parts(connector, settings)?;
    for coverage in missed {
        tell(Scanned::unread(coverage));
    }
    for chunk in parts.chunks(AT_ONCE) {
        let scanned: Vec<_> = chunk.par_iter().map(|part| scan_part(part, effort, allow)).collect();
        for file in scanned {
            if !tell(file) {
                return Ok(());
            }
        }
    }
    Ok(())
}

impl Finding {
    /// What speaks for it and against it: in the value and around it, then in its field.
    pub fn all_reasons(&self) -> impl Iterator<Item = &Reason> {
        self.reasons.iter().chain(self.vote.iter().flat_map(|vote| &vote.reasons))
    }
}

impl Scanned {
    /// The findings in the order of the file.
    ///
    /// # Errors
    /// The temporary file that they wait in cannot be read.
    pub fn findings(&mut self) -> std::io::Result<impl Iterator<Item = Finding>> {
        self.waiting.read(&self.judgement)
    }

    fn unread(coverage: Coverage) -> Self {
        Scanned {
            coverage,
            skipped: Vec::new(),
            unresolved: 0,
            allowed: BTreeMap::new(),
            waiting: Waiting::default(),
            judgement: Judgement::default(),
        }
    }
}

fn scan_part(part: &ListedPart, effort: Effort, allow: &Arc<Allow>) -> Scanned {
    catch_unwind(AssertUnwindSafe(|| read_hits(part, effort, allow)))
        .unwrap_or_else(|_| Scanned::unread(super::passes::stopped_by_a_bug(part)))
}

fn read_hits(part: &ListedPart, effort: Effort, allow: &Arc<Allow>) -> Scanned {
    let mut waiting = Waiting::default();
    let sifting = (Reveal::Mask, Wanted::Nothing, effort, Arc::clone(allow));
    let (observation, coverage) = read(part, sifting, |reading, position, sifted| {
        for hit in &sifted.hits {
            waiting.push(&reading.place(position, hit), reading.offset(hit), hit);
        }
    });
    Scanned {
        skipped: observation.skipped.iter().map(|(reason, skip)| (*reason, skip.count)).collect(),
        unresolved: observation.findings().map(|finding| finding.verdict.unresolved()).sum(),
        coverage,
        waiting,
        judgement: observation.judge(),
        allowed: observation.allowed,
    }
}
