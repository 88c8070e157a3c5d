//! Compressed data within a value: gzip, zlib and zstd, never beyond what the record may still unfold to.

use std::io::Read;

use flate2::read::{MultiGzDecoder, ZlibDecoder};
use zeroize::{Zeroize, Zeroizing};

use super::super::SkipReason;
use super::{Leaf, Walker};

/// A compression, known by its first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Gzip,
    Zlib,
    Zstd,
}

const CHUNK: usize = 16 << 10;

impl Walker<'_> {
    /// The same for a blob that may be anything else: all of it is compressed, or it is not.
    pub(super) fn compressed_blob(&mut self, leaf: Leaf<'_>) -> bool {
        let Some((plain, name)) = whole(leaf.bytes) else { return false };
        if let Some(inner) = self.decoded_below(leaf, name, plain.len()) {
            self.leaf(inner, &plain);
        }
        true
    }

    /// What a compressed value holds; whether that was anything.
    pub(super) fn compressed(&mut self, leaf: Leaf<'_>, format: Format) -> bool {
        // What is read is pushed as well: both count.
        let room = self.limits.unfolded.saturating_sub(self.record.spent) / 2;
        let (plain, problem) = match inflated(leaf.bytes, format, room) {
            Ok(found) => found,
            Err(_) => (Zeroizing::default(), Some(SkipReason::BrokenCompression)),
        };
        if let Some(problem) = problem {
            self.note(problem);
        }
        if plain.is_empty() {
            return false;
        }
        if let Some(inner) = self.decoded_below(leaf, format.name(), plain.len()) {
            self.leaf(inner, &plain);
        }
        true
    }
}

impl Format {
    /// By RFC 1952, RFC 1950 (with a window of 32 KiB and a header that checks) and RFC 8878.
    pub(super) fn of(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [0x1f, 0x8b, 8, ..] => Some(Format::Gzip),
            [0x78, 0x01 | 0x5e | 0x9c | 0xda, third, ..]
                if !third.is_ascii_alphanumeric() || *third == b'K' =>
            {
                Some(Format::Zlib)
            }
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Some(Format::Zstd),
            _ => None,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Format::Gzip => "gzip",
            Format::Zlib => "zlib",
            Format::Zstd => "zstd",
        }
    }
}

/// What bytes decompress to that are compressed from the first to the last, or nothing: for blobs that may be
/// anything else.
pub(super) fn whole(bytes: &[u8]) -> Option<(Zeroizing<Vec<u8>>, &'static str)> {
    const MOST: usize = 4 << 20;
    let format = possible(bytes)?;
    let (plain, problem) = inflated(bytes, format, MOST).ok()?;
    (problem.is_none() && !plain.is_empty()).then(|| (plain, format.name()))
}

/// Whether bytes may begin compressed data.
pub(super) fn begins(bytes: &[u8]) -> bool {
    possible(bytes).is_some()
}

fn possible(bytes: &[u8]) -> Option<Format> {
    match bytes {
        // The first block of deflate has one of three types.
        [0x78, 0x01 | 0x5e | 0x9c | 0xda, third, ..] if third & 6 != 6 => Some(Format::Zlib),
        _ => Format::of(bytes),
    }
}

/// What it decompresses to, at most `room` bytes of it, and what was wrong after that.
fn inflated(
    bytes: &[u8],
    format: Format,
    room: usize,
) -> std::io::Result<(Zeroizing<Vec<u8>>, Option<SkipReason>)> {
    match format {
        Format::Gzip => Ok(read_within(MultiGzDecoder::new(bytes), room)),
        Format::Zlib => Ok(read_within(ZlibDecoder::new(bytes), room)),
        Format::Zstd => Ok(read_within(zstd::stream::read::Decoder::new(bytes)?, room)),
    }
}

fn read_within(mut reader: impl Read, room: usize) -> (Zeroizing<Vec<u8>>, Option<SkipReason>) {
    let mut plain = Zeroizing::new(Vec::new());
    let mut chunk = Zeroizing::new(vec![0; CHUNK]);
    loop {
        let read = match reader.read(&mut chunk) {
            Ok(0) => return (plain, None),
            Ok(read) => read,
            Err(_) => return (plain, Some(SkipReason::BrokenCompression)),
        };
        if plain.len() + read > room {
            return (plain, Some(SkipReason::Bomb));
        }
        grow(&mut plain, &chunk[..read]);
    }
}

/// Appends, and wipes the old place when there is a new one.
fn grow(plain: &mut Zeroizing<Vec<u8>>, more: &[u8]) {
    if plain.capacity() < plain.len() + more.len() {
        let mut larger = Vec::with_capacity((plain.len() + more.len()) * 2);
        larger.extend_from_slice(plain);
        std::mem::replace(&mut **plain, larger).zeroize();
    }
    plain.extend_from_slice(more);
}
