//! gzip (RFC 1952), of one member or several.

use std::io;

use flate2::bufread::MultiGzDecoder;

use super::container::{Container, Opened};
use super::feed::Bytes;

/// The format.
pub(super) static CONTAINER: Container =
    Container { name: "gzip", matches: |head| head.starts_with(&[0x1f, 0x8b, 0x08]), open };

fn open(bytes: Bytes) -> io::Result<Opened> {
    Ok(Opened::Stream(Box::new(MultiGzDecoder::new(bytes))))
}
