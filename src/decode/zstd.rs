//! Zstandard (RFC 8878), of one frame or several. The library refuses windows above 128 MiB.

use std::io;

use super::container::{Container, Opened};
use super::feed::Bytes;

/// The format.
pub(super) static CONTAINER: Container = Container { name: "zstd", matches, open };

/// A frame, or a skippable frame before it.
fn matches(head: &[u8]) -> bool {
    match head {
        [0x28, 0xb5, 0x2f, 0xfd, ..] => true,
        [first, 0x2a, 0x4d, 0x18, ..] => first & 0xf0 == 0x50,
        _ => false,
    }
}

fn open(bytes: Bytes) -> io::Result<Opened> {
    Ok(Opened::Stream(Box::new(zstd::stream::read::Decoder::with_buffer(bytes)?)))
}
