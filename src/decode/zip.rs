//! Zip archives (PKWARE APPNOTE 6.3), read from front to back by their local headers, because a partition cannot
//! be sought in. The zip crate's streaming reader refuses members whose sizes follow their data, and such are
//! what Java and `zip -` write; deflate finds its own end, so this reader takes them. What cannot be read
//! (encrypted, another method) is passed over by looking for the next header.

use std::io::{self, BufRead, Read};
use std::sync::{Arc, Mutex};

use flate2::{Decompress, FlushDecompress, Status};

use super::container::{Container, Opened};
use super::feed::Bytes;

/// The format.
pub(super) static CONTAINER: Container = Container {
    name: "zip",
    matches: |head| head.starts_with(b"PK\x03\x04"),
    open: |bytes| Ok(Opened::Archive(Zip::new(bytes))),
};

/// An archive and where reading stands in it.
pub(super) struct Zip(Arc<Mutex<Walk>>);

/// One member.
pub(super) struct Entry {
    /// Its path in the archive.
    pub(super) name: String,
    /// Its bytes, unpacked; `None` if it is encrypted or packed in another way than deflate.
    pub(super) content: Option<Content>,
}

/// The bytes of the member that the walk stands at.
pub(super) struct Content(Arc<Mutex<Walk>>);

struct Walk {
    bytes: Bytes,
    state: State,
    inflate: Decompress,
}

enum State {
    /// Before a header.
    Between,
    /// In a stored member with this many bytes left.
    Stored(u64),
    /// In a deflated member.
    Deflated,
    /// The central directory began.
    Ended,
}

impl Zip {
    fn new(bytes: Bytes) -> Self {
        Zip(Arc::new(Mutex::new(Walk { bytes, state: State::Between, inflate: Decompress::new(false) })))
    }

    /// The next member that is no folder. What was not read of the last one is passed over.
    pub(super) fn next(&mut self) -> io::Result<Option<Entry>> {
        let mut walk = lock(&self.0);
        loop {
            if !walk.seek_header()? {
                return Ok(None);
            }
            let header = walk.header()?;
            if header.name.ends_with('/') {
                continue;
            }
            let content = walk.enter(&header).then(|| Content(self.0.clone()));
            return Ok(Some(Entry { name: header.name, content }));
        }
    }
}

impl Read for Content {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        lock(&self.0).read(buffer)
    }
}

fn lock(walk: &Mutex<Walk>) -> std::sync::MutexGuard<'_, Walk> {
    walk.lock().expect("no thread panics while it holds an archive")
}

const LOCAL: u32 = 0x0403_4b50;
const CENTRAL: u32 = 0x0201_4b50;
const END: u32 = 0x0605_4b50;
const ENCRYPTED: u16 = 1;
const SIZE_FOLLOWS: u16 = 1 << 3;
const ZIP64: u32 = u32::MAX;

struct Header {
    flags: u16,
    method: u16,
    packed: u64,
    name: String,
}

impl Walk {
    /// Goes to behind the next local header's signature; false at the central directory.
    fn seek_header(&mut self) -> io::Result<bool> {
        if let State::Stored(left) = self.state {
            io::copy(&mut (&mut self.bytes).take(left), &mut io::sink())?;
        }
        if let State::Ended = self.state {
            return Ok(false);
        }
        self.state = State::Between;
        let mut last = 0u32;
        loop {
            let chunk = self.bytes.fill_buf()?;
            if chunk.is_empty() {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            let signature = chunk.iter().position(|&byte| {
                last = last >> 8 | u32::from(byte) << 24;
                matches!(last, LOCAL | CENTRAL | END)
            });
            let used = signature.map_or(chunk.len(), |index| index + 1);
            self.bytes.consume(used);
            if signature.is_some() && last != LOCAL {
                self.state = State::Ended;
            }
            if signature.is_some() {
                return Ok(last == LOCAL);
            }
        }
    }

    fn header(&mut self) -> io::Result<Header> {
        let mut fixed = [0; 26];
        self.bytes.read_exact(&mut fixed)?;
        let short = |at: usize| u16::from_le_bytes([fixed[at], fixed[at + 1]]);
        let long = |at: usize| u32::from(short(at)) | u32::from(short(at + 2)) << 16;
        let name = self.take(short(22))?;
        let extra = self.take(short(24))?;
        let packed = match long(14) {
            ZIP64 => zip64_packed(&extra, long(18) == ZIP64).unwrap_or(0),
            packed => u64::from(packed),
        };
        let name = String::from_utf8_lossy(&name).into_owned();
        Ok(Header { flags: short(2), method: short(4), packed, name })
    }

    fn take(&mut self, count: u16) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; count.into()];
        self.bytes.read_exact(&mut bytes)?;
        Ok(bytes)
    }

    /// Whether the member's content can be read.
    fn enter(&mut self, header: &Header) -> bool {
        let sized = header.flags & SIZE_FOLLOWS == 0;
        self.state = match (header.flags & ENCRYPTED, header.method) {
            (0, 0) if sized => State::Stored(header.packed),
            (0, 8) => State::Deflated,
            _ if sized => {
                self.state = State::Stored(header.packed);
                return false;
            }
            _ => return false,
        };
        self.inflate.reset(false);
        true
    }

    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match &mut self.state {
            State::Stored(left) => {
                let count = (&mut self.bytes).take(*left).read(buffer)?;
                if count == 0 && *left > 0 && !buffer.is_empty() {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
                *left -= count as u64;
                Ok(count)
            }
            State::Deflated => self.inflate(buffer),
            State::Between | State::Ended => Ok(0),
        }
    }

    fn inflate(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let input = self.bytes.fill_buf()?;
            let ended = input.is_empty();
            let (before_in, before_out) = (self.inflate.total_in(), self.inflate.total_out());
            let status = self.inflate.decompress(input, buffer, FlushDecompress::None);
            let used = (self.inflate.total_in() - before_in) as usize;
            let made = (self.inflate.total_out() - before_out) as usize;
            self.bytes.consume(used);
            match status {
                Ok(Status::StreamEnd) => {
                    self.state = State::Between;
                    return Ok(made);
                }
                _ if made > 0 => return Ok(made),
                Ok(_) if ended => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(_) => {}
                Err(error) => return Err(io::Error::new(io::ErrorKind::InvalidData, error)),
            }
        }
    }
}

/// The packed size in the extra field 0x0001, which begins with the unpacked one if that is too large as well.
fn zip64_packed(mut extra: &[u8], behind_unpacked: bool) -> Option<u64> {
    loop {
        let (head, rest) = extra.split_at_checked(4)?;
        let length = u16::from_le_bytes([head[2], head[3]]).into();
        let (field, rest) = rest.split_at_checked(length)?;
        if head[..2] == [1, 0] {
            let at = if behind_unpacked { 8 } else { 0 };
            return field
                .get(at..at + 8)
                .map(|size| u64::from_le_bytes(size.try_into().expect("eight bytes")));
        }
        extra = rest;
    }
}
