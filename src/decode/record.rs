//! One record and its fields. The buffers are reused from record to record and wiped on drop.

use std::ops::Range;
use std::sync::Arc;

use dyetrace_connectors::Foreign;
use zeroize::Zeroize;

use super::nest::Scratch;
use super::{FieldPath, Raw, SkipReason, Time};

/// Where a record stands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Origin {
    /// The member of an archive, where the partition is one.
    pub member: Option<Arc<Foreign>>,
    /// 1-based line or row; for a message, its offset.
    pub record: u64,
    /// Byte of the partition (after decompression and transcoding, see `standing`) where it begins.
    pub offset: u64,
    /// Whether offsets lead back into the file as it lies there.
    pub standing: Standing,
}

/// Whether a byte offset leads into the file itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Standing {
    /// The bytes stand in the file unchanged.
    InFile,
    /// They were decompressed, transcoded or unescaped: no offset in the file is theirs.
    #[default]
    Decoded,
}

/// One decoded record. Fill it again instead of making a new one.
#[derive(Default)]
pub struct Record {
    /// Where it stands.
    pub origin: Origin,
    /// When it was written, if that is known.
    pub time: Option<Time>,
    /// What of it was not decoded.
    pub problems: Vec<SkipReason>,
    /// Bytes of the file after which a further line of it begins, if it is several.
    pub(super) line_ends: Vec<u64>,
    fields: Vec<Stored>,
    bytes: Vec<u8>,
    /// Groups that were numbered so far.
    pub(super) groups: u32,
    /// Bytes that came from within values, against the limit.
    pub(super) spent: usize,
    /// What walking needs and keeps from record to record; no values.
    pub(super) scratch: Scratch,
}

struct Stored {
    path: FieldPath,
    group: u32,
    start: usize,
    end: usize,
    offset: Option<u64>,
}

/// One value of a record and where it stands.
#[derive(Debug, Clone, Copy)]
pub struct Field<'a> {
    /// Its path.
    pub path: &'a FieldPath,
    /// Its bytes, UTF-8 unless the source was binary.
    pub value: Raw<'a>,
    /// The object it is a member of: fields with one group are siblings, also where list positions are forgotten.
    pub group: u32,
    /// Byte in the file where the value begins, if it stands there unchanged.
    pub offset: Option<u64>,
}

impl Record {
    /// Forgets the last record and wipes its bytes.
    pub fn clear(&mut self) {
        // The slice, not the Vec: that would wipe the spare capacity as well, for every record.
        self.bytes.as_mut_slice().zeroize();
        self.bytes.clear();
        self.fields.clear();
        self.problems.clear();
        self.line_ends.clear();
        self.groups = 0;
        self.spent = 0;
        self.time = None;
        self.origin = Origin::default();
    }

    /// Adds a field; the bytes are copied.
    pub fn push(&mut self, path: FieldPath, value: &[u8], group: u32, offset: Option<u64>) {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(value);
        self.fields.push(Stored { path, group, start, end: self.bytes.len(), offset });
    }

    /// The fields in the order of the record.
    pub fn fields(&self) -> impl ExactSizeIterator<Item = Field<'_>> {
        (0..self.fields.len()).map(|index| self.field(index))
    }

    /// One field by its place in the order.
    pub fn field(&self, index: usize) -> Field<'_> {
        let stored = &self.fields[index];
        Field {
            path: &stored.path,
            value: Raw::new(&self.bytes[stored.start..stored.end]),
            group: stored.group,
            offset: stored.offset,
        }
    }

    /// Adds a problem, once.
    pub(super) fn note(&mut self, reason: SkipReason) {
        if !self.problems.contains(&reason) {
            self.problems.push(reason);
        }
    }

    /// The line on which a byte of the file stands, of a record of several lines of a log.
    pub fn line_of(&self, offset: u64) -> u64 {
        self.origin.record + self.line_ends.iter().filter(|end| **end < offset).count() as u64
    }

    /// Overwrites bytes of a value with spaces, once a more specific field holds them.
    pub(super) fn blank(&mut self, index: usize, covered: Range<usize>) {
        let start = self.fields[index].start;
        self.bytes[start + covered.start..start + covered.end].fill(b' ');
    }

    /// Bytes of all values together.
    pub fn unfolded(&self) -> usize {
        self.bytes.len()
    }
}

impl std::fmt::Debug for Record {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Record({} fields, {} bytes)", self.fields.len(), self.bytes.len())
    }
}

impl Drop for Record {
    fn drop(&mut self) {
        self.bytes.zeroize();
    }
}
