//! Reads a file or a pipe from front to back, in large reads. A file is not mapped into memory: one that is cut
//! while it is read would kill the process.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::{Batch, Body, End, EndNote, Foreign, PartitionReader, SourceError, Step};

/// Bytes a read: large enough that system calls cost nothing, small enough for a core's cache.
const BATCH: usize = 512 << 10;

/// Opens a file for reading from `from` to the length that it has now.
pub(super) fn file(
    path: &Path,
    name: &Foreign,
    from: u64,
    budget: Option<u64>,
) -> Result<Box<dyn PartitionReader>, SourceError> {
    let failed = |error: &io::Error| super::failed(name.expose(), error);
    // Asked before opening: opening a named pipe would wait for its writer.
    if !fs::metadata(path).map_err(|e| failed(&e))?.is_file() {
        return Err(not_a_file(name));
    }
    let mut file = File::open(path).map_err(|e| failed(&e))?;
    let length = file.metadata().map_err(|e| failed(&e))?.len();
    io::Seek::seek(&mut file, io::SeekFrom::Start(from)).map_err(|e| failed(&e))?;
    let left = budget.unwrap_or(u64::MAX);
    Ok(Box::new(FileReader { file, name: name.clone(), position: from, length, left }))
}

/// Opens standard input, which can be done once.
pub(super) fn stdin(from: u64, budget: Option<u64>) -> Result<Box<dyn PartitionReader>, SourceError> {
    static TAKEN: AtomicBool = AtomicBool::new(false);
    if TAKEN.swap(true, Ordering::SeqCst) {
        return Err(taken());
    }
    Ok(Box::new(PipeReader { input: io::stdin(), skip: from, position: from, left: budget }))
}

struct FileReader {
    file: File,
    name: Foreign,
    position: u64,
    /// When it was opened.
    length: u64,
    /// Bytes that the budget still allows.
    left: u64,
}

impl PartitionReader for FileReader {
    fn next(&mut self) -> Result<Step, SourceError> {
        if self.position > self.length {
            return Ok(end(self.length, EndNote::Cut));
        }
        let rest = self.length - self.position;
        if rest == 0 {
            return Ok(end(self.position, self.grown()));
        }
        if self.left == 0 {
            return Ok(end(self.position, EndNote::Budget));
        }
        let batch = read(&mut self.file, self.position, rest.min(self.left))
            .map_err(|error| super::failed(self.name.expose(), &error))?;
        let count = batch.bytes.len() as u64;
        if count == 0 {
            return Ok(end(self.position, EndNote::Cut));
        }
        self.position += count;
        self.left -= count;
        Ok(Step::Batch(batch))
    }

    fn read_into(&mut self, buffer: &mut [u8]) -> Result<usize, SourceError> {
        let wanted = self.length.saturating_sub(self.position).min(self.left);
        let wanted = usize::try_from(wanted).unwrap_or(usize::MAX).min(buffer.len());
        let read = fill(&mut self.file, &mut buffer[..wanted]);
        let count = read.map_err(|error| super::failed(self.name.expose(), &error))?;
        self.position += count as u64;
        self.left -= count as u64;
        Ok(count)
    }
}

impl FileReader {
    fn grown(&self) -> EndNote {
        match self.file.metadata() {
            Ok(now) if now.len() > self.length => EndNote::Grew,
            _ => EndNote::Complete,
        }
    }
}

struct PipeReader<R> {
    input: R,
    /// Bytes to pass over, since a pipe cannot be sought in.
    skip: u64,
    position: u64,
    left: Option<u64>,
}

impl<R: Read + Send> PartitionReader for PipeReader<R> {
    fn next(&mut self) -> Result<Step, SourceError> {
        let failed = |error: &io::Error| super::failed(super::STDIN, error);
        while self.skip > 0 {
            let passed = read(&mut self.input, 0, self.skip).map_err(|e| failed(&e))?.bytes.len() as u64;
            if passed == 0 {
                return Ok(end(self.position - self.skip, EndNote::Cut));
            }
            self.skip -= passed;
        }
        // One byte beyond the budget tells an input that ends with it from one that goes on.
        let wanted = self.left.map_or(u64::MAX, |left| left.max(1));
        let batch = read(&mut self.input, self.position, wanted).map_err(|e| failed(&e))?;
        let count = batch.bytes.len() as u64;
        match self.left {
            _ if count == 0 => return Ok(end(self.position, EndNote::Complete)),
            Some(0) => return Ok(end(self.position, EndNote::Budget)),
            Some(left) => self.left = Some(left - count),
            None => {}
        }
        self.position += count;
        Ok(Step::Batch(batch))
    }
}

/// Up to `wanted` bytes and no more than a batch; fewer only where the input ends or fails, none at its end.
fn read(input: &mut impl Read, start: u64, wanted: u64) -> io::Result<Batch> {
    let size = usize::try_from(wanted).unwrap_or(BATCH).min(BATCH);
    let mut batch = Batch { bytes: vec![0; size], start, body: Body::Stream };
    let count = fill(input, &mut batch.bytes)?;
    batch.bytes.truncate(count);
    Ok(batch)
}

/// Fills a buffer, unless the input ends or fails before. What was read is worth having: the next call meets the
/// error again.
fn fill(input: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut count = 0;
    while count < buffer.len() {
        match input.read(&mut buffer[count..]) {
            Ok(0) => break,
            Ok(more) => count += more,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) if count == 0 => return Err(error),
            Err(_) => break,
        }
    }
    Ok(count)
}

fn end(position: u64, note: EndNote) -> Step {
    Step::End(End::new(position, note))
}

fn not_a_file(name: &Foreign) -> SourceError {
    SourceError {
        kind: crate::ErrorKind::Unsupported,
        what: name.clone(),
        why: Foreign::default(),
        help: "it is no regular file any more; list the source again",
    }
}

fn taken() -> SourceError {
    SourceError {
        kind: crate::ErrorKind::Settings,
        what: super::STDIN.into(),
        why: Foreign::default(),
        help: "standard input can be read only once; name - in one source only",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads pieces as a pipe gives them; the text says each batch and the end.
    fn check(pieces: &[&'static str], skip: u64, left: Option<u64>) -> String {
        let input = Pieces(pieces.iter().map(|piece| piece.as_bytes()).collect());
        let mut reader = PipeReader { input, skip, position: skip, left };
        let mut said = String::new();
        loop {
            match reader.next().unwrap() {
                Step::Batch(batch) => {
                    said += &format!("{}@{} ", String::from_utf8_lossy(&batch.bytes), batch.start);
                }
                Step::End(end) => return said + &format!("{:?}@{}", end.note, end.position),
            }
        }
    }

    /// A pipe whose every read gives one piece; an empty piece is an interrupted read.
    struct Pieces(std::collections::VecDeque<&'static [u8]>);

    impl Read for Pieces {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            let Some(piece) = self.0.pop_front() else { return Ok(0) };
            if piece.is_empty() {
                return Err(ErrorKind::Interrupted.into());
            }
            let count = piece.len().min(into.len());
            into[..count].copy_from_slice(&piece[..count]);
            if count < piece.len() {
                self.0.push_front(&piece[count..]);
            }
            Ok(count)
        }
    }

    #[test]
    fn a_pipe_is_read_to_its_end() {
        assert_eq!(check(&["ab", "", "cd"], 0, None), "abcd@0 Complete@4");
        assert_eq!(check(&[], 0, None), "Complete@0");
    }

    #[test]
    fn a_pipe_passes_over_what_was_read_before() {
        assert_eq!(check(&["ab", "cd"], 3, None), "d@3 Complete@4");
        assert_eq!(check(&["ab"], 3, None), "Cut@2");
    }

    #[test]
    fn a_budget_ends_a_pipe_that_goes_on() {
        assert_eq!(check(&["abc"], 0, Some(2)), "ab@0 Budget@2");
        assert_eq!(check(&["abc"], 0, Some(3)), "abc@0 Complete@3");
        assert_eq!(check(&["abc"], 0, Some(0)), "Budget@0");
    }

    #[test]
    fn standard_input_is_opened_once() {
        let _first = stdin(0, None);
        assert_eq!(stdin(0, None).err().unwrap().kind, crate::ErrorKind::Settings);
    }

    #[test]
    fn a_long_input_comes_in_batches() {
        let mut reader =
            PipeReader { input: io::repeat(b'x'), skip: 0, position: 0, left: Some(BATCH as u64 + 1) };
        let mut sizes = Vec::new();
        while let Step::Batch(batch) = reader.next().unwrap() {
            sizes.push((batch.start, batch.bytes.len()));
        }
        assert_eq!(sizes, [(0, BATCH), (BATCH as u64, 1)]);
    }
}
