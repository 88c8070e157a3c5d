//! Avro container files: a header with the schema, then blocks of datums, each block compressed as the header says.
//! A datum is a record.

use std::io::Read;
use std::ops::Range;

use dyetrace_connectors::SourceError;
use flate2::read::DeflateDecoder;
use zeroize::Zeroizing;

use super::binary;
use super::framer::{Framed, Framer};
use super::lines::Payload;
use super::nest::{Walker, varint, zigzag};
use super::schema::avro::AvroSchema;
use super::{Limits, Record, SkipReason};

/// A file's header, and the block that is being read.
pub(super) struct AvroFile {
    schema: AvroSchema,
    codec: Codec,
    mark: [u8; 16],
    /// A block, or what it decompresses to, may have so many bytes.
    longest: usize,
    block: Zeroizing<Vec<u8>>,
    /// Datums of the block that are still to come.
    left: u64,
    datum: Range<usize>,
    number: u64,
}

/// How blocks are compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Codec {
    Null,
    Deflate,
    Snappy,
    Zstandard,
    /// bzip2, xz.
    Other,
}

/// A file's first bytes.
const MAGIC: &[u8] = b"Obj\x01";
/// What stands between blocks.
const MARK: usize = 16;
/// Two numbers begin a block.
const NUMBERS: usize = 20;

impl AvroFile {
    /// The file that begins with `head`, and the length of its header.
    pub(super) fn open(head: &[u8], limits: &Limits) -> Option<(Self, usize)> {
        let mut header = Header { bytes: head, at: MAGIC.len() };
        let (mut schema, mut codec) = (None, Codec::Null);
        if !head.starts_with(MAGIC) {
            return None;
        }
        while let Some(count) = header.count()? {
            for _ in 0..count {
                let (key, value) = (header.sized()?, header.sized()?);
                match key {
                    b"avro.schema" => schema = AvroSchema::parse(std::str::from_utf8(value).ok()?, []),
                    b"avro.codec" => codec = Codec::of(value),
                    _ => {}
                }
            }
        }
        let mark = header.take(MARK)?.try_into().ok()?;
        let file = AvroFile {
            schema: schema?,
            codec,
            mark,
            longest: limits.unfolded,
            block: Zeroizing::default(),
            left: 0,
            datum: 0..0,
            number: 0,
        };
        Some((file, header.at))
    }

    /// Frames the next datum. An error within is why a block cannot be unpacked; or, if it is
    /// [`SkipReason::BrokenPayload`], the rest of the file be read as blocks.
    pub(super) fn frame(&mut self, framer: &mut Framer) -> Result<Result<Framed, SkipReason>, SourceError> {
        while self.left == 0 {
            match self.next_block(framer)? {
                Ok(true) => {}
                Ok(false) => return Ok(Ok(Framed::End)),
                Err(reason) => return Ok(Err(reason)),
            }
        }
        let start = self.datum.end;
        let length = self.schema.length(&self.block[start..]);
        // What is no datum is handed out together, and is the block's last.
        self.left = if length.is_some() { self.left - 1 } else { 0 };
        self.datum = start..length.map_or(self.block.len(), |length| start + length);
        self.number += 1;
        Ok(Ok(Framed::Aside))
    }

    /// The framed datum and its number.
    pub(super) fn datum(&self) -> (&[u8], u64) {
        (&self.block[self.datum.clone()], self.number)
    }

    /// Decodes the framed datum.
    pub(super) fn decode(&self, payload: Payload<'_>, limits: &Limits, record: &mut Record) {
        let mut walker = Walker::new(limits, record);
        if walker.avro(&self.schema, None, payload.bytes).is_err() {
            binary::runs(payload.bytes).for_each(|run| walker.text(payload.path, run, None));
            record.note(SkipReason::BrokenPayload);
        }
    }

    /// False at the end of the file.
    fn next_block(&mut self, framer: &mut Framer) -> Result<Result<bool, SkipReason>, SourceError> {
        let window = &mut framer.window;
        window.have(NUMBERS)?;
        if window.bytes().is_empty() {
            return Ok(Ok(false));
        }
        let mut header = Header { bytes: window.bytes(), at: 0 };
        let numbers = header.long().zip(header.long());
        let numbers = numbers.and_then(|(count, size)| {
            Some((u64::try_from(count).ok()?, usize::try_from(size).ok()?, header.at))
        });
        let Some((count, size, at)) = numbers.filter(|(_, size, _)| *size <= self.longest) else {
            return Ok(Err(SkipReason::BrokenPayload));
        };
        let is_whole = window.have(at + size + MARK)?;
        if !is_whole || window.bytes()[at + size..][..MARK] != self.mark {
            return Ok(Err(SkipReason::BrokenPayload));
        }
        let unpacked = self.codec.unpack(&window.bytes()[at..at + size], self.longest);
        window.advance(at + size + MARK);
        Ok(unpacked.map(|block| {
            (self.block, self.datum) = (block, 0..0);
            // Datums without bytes are all the same.
            self.left = if self.block.is_empty() { count.min(1) } else { count };
            true
        }))
    }
}

impl Codec {
    fn of(name: &[u8]) -> Self {
        match name {
            b"null" | b"" => Codec::Null,
            b"deflate" => Codec::Deflate,
            b"snappy" => Codec::Snappy,
            b"zstandard" => Codec::Zstandard,
            _ => Codec::Other,
        }
    }

    fn unpack(self, bytes: &[u8], longest: usize) -> Result<Zeroizing<Vec<u8>>, SkipReason> {
        const BROKEN: SkipReason = SkipReason::BrokenCompression;
        match self {
            Codec::Null => Ok(Zeroizing::new(bytes.to_vec())),
            Codec::Deflate => read(DeflateDecoder::new(bytes), longest),
            Codec::Snappy => {
                // A checksum follows.
                let packed = bytes.len().checked_sub(4).map(|end| &bytes[..end]).ok_or(BROKEN)?;
                match snap::raw::decompress_len(packed) {
                    Ok(length) if length > longest => Err(SkipReason::Bomb),
                    Ok(_) => snap::raw::Decoder::new()
                        .decompress_vec(packed)
                        .map(Zeroizing::new)
                        .map_err(|_| BROKEN),
                    Err(_) => Err(BROKEN),
                }
            }
            Codec::Zstandard => {
                let decoder = zstd::stream::read::Decoder::with_buffer(bytes).map_err(|_| BROKEN)?;
                read(decoder, longest)
            }
            Codec::Other => Err(SkipReason::UnsupportedMember),
        }
    }
}

fn read(reader: impl Read, longest: usize) -> Result<Zeroizing<Vec<u8>>, SkipReason> {
    let mut block = Zeroizing::new(Vec::new());
    match reader.take(longest as u64 + 1).read_to_end(&mut block) {
        Err(_) => Err(SkipReason::BrokenCompression),
        Ok(length) if length > longest => Err(SkipReason::Bomb),
        Ok(_) => Ok(block),
    }
}

/// Numbers and sized bytes of a header.
struct Header<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl<'b> Header<'b> {
    /// How many entries come next; inside, `None` ends them.
    fn count(&mut self) -> Option<Option<u64>> {
        let count = self.long()?;
        if count < 0 {
            self.long()?;
        }
        Some((count != 0).then_some(count.unsigned_abs()))
    }

    fn sized(&mut self) -> Option<&'b [u8]> {
        let length = usize::try_from(self.long()?).ok()?;
        self.take(length)
    }

    fn long(&mut self) -> Option<i64> {
        let (number, length) = varint(self.bytes.get(self.at..)?)?;
        self.at += length;
        Some(zigzag(number))
    }

    fn take(&mut self, length: usize) -> Option<&'b [u8]> {
        let taken = self.bytes.get(self.at..self.at.checked_add(length)?)?;
        self.at += length;
        Some(taken)
    }
}

#[cfg(test)]
#[path = "avro_file_tests.rs"]
mod tests;
