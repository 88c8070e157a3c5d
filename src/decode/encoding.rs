//! Which encoding a text is in, and reading it as UTF-8.

use std::io::{self, BufRead, Read};

use encoding_rs::{CoderResult, Decoder, Encoding, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::feed::Peeked;

/// What a stream's first bytes say of its encoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TextEncoding {
    /// UTF-8 behind a byte order mark of this many bytes, or none; broken sequences may occur.
    Utf8(usize),
    /// Another one, to be transcoded.
    Other(&'static Encoding),
    /// No text.
    Binary,
}

/// Finds out the encoding.
pub(super) fn encoding_of(head: &[u8]) -> TextEncoding {
    match head {
        [0xef, 0xbb, 0xbf, ..] => return TextEncoding::Utf8(3),
        // UTF-32: nobody writes it, so it is said, not read.
        [0xff, 0xfe, 0, 0, ..] | [0, 0, 0xfe, 0xff, ..] => return TextEncoding::Binary,
        [0xff, 0xfe, ..] => return TextEncoding::Other(UTF_16LE),
        [0xfe, 0xff, ..] => return TextEncoding::Other(UTF_16BE),
        _ => {}
    }
    if let Some(encoding) = wide(head) {
        return TextEncoding::Other(encoding);
    }
    if super::binary::is_binary(head) {
        return TextEncoding::Binary;
    }
    match is_latin(head) {
        true => TextEncoding::Other(WINDOWS_1252),
        false => TextEncoding::Utf8(0),
    }
}

/// UTF-16 without a mark: text that is mostly ASCII has a NUL in every second place.
fn wide(head: &[u8]) -> Option<&'static Encoding> {
    let pairs = head.len() / 2;
    let zeros = |odd: usize| head.iter().skip(odd).step_by(2).filter(|&&byte| byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    match pairs >= 4 {
        true if odd * 10 > pairs * 6 && even * 10 < pairs => Some(UTF_16LE),
        true if even * 10 > pairs * 6 && odd * 10 < pairs => Some(UTF_16BE),
        _ => None,
    }
}

/// Whether what is broken as UTF-8 makes sense in windows-1252 (which holds Latin-1): bytes that are letters or
/// signs there, and no sequence that is right in UTF-8.
fn is_latin(head: &[u8]) -> bool {
    let mut broken = 0;
    let whole = match std::str::from_utf8(head) {
        // A character that the head cuts in two is not broken.
        Err(error) if error.error_len().is_none() => &head[..error.valid_up_to()],
        _ => head,
    };
    for chunk in whole.utf8_chunks() {
        let invalid = chunk.invalid();
        let undefined = |&byte: &u8| matches!(byte, 0x81 | 0x8d | 0x8f | 0x90 | 0x9d | 0xff);
        if !chunk.valid().is_ascii() || invalid.iter().any(undefined) {
            return false;
        }
        broken += invalid.len();
    }
    broken > 0
}

/// Reads a stream as UTF-8.
pub(super) struct Transcoder {
    stream: Peeked,
    decoder: Decoder,
    done: bool,
}

impl Transcoder {
    /// A byte order mark is left out.
    pub(super) fn new(stream: Peeked, encoding: &'static Encoding) -> Self {
        Transcoder { stream, decoder: encoding.new_decoder_with_bom_removal(), done: false }
    }
}

impl Read for Transcoder {
    /// The buffer must have room for a character, four bytes: the window's has.
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while !self.done {
            let input = self.stream.fill_buf()?;
            let last = input.is_empty();
            let (result, used, made, _) = self.decoder.decode_to_utf8(input, buffer, last);
            self.stream.consume(used);
            self.done = last && result == CoderResult::InputEmpty;
            if made > 0 {
                return Ok(made);
            }
        }
        Ok(0)
    }
}
