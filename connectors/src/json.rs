//! A record of named parts as one JSON object, so that each part's name is its field's path. It must not know what
//! the parts hold.

use std::io::{self, Write};

use zeroize::Zeroizing;

/// The object of these names and texts, in their order. It is written once to know its size, and then into bytes
/// that never grow, so that no copy is left behind.
pub(crate) fn object<'a>(parts: impl Iterator<Item = (&'a str, &'a str)> + Clone) -> Zeroizing<Vec<u8>> {
    let mut size = Size(0);
    // Neither writer fails.
    write(&mut size, parts.clone()).ok();
    let mut bytes = Zeroizing::new(Vec::with_capacity(size.0));
    write(&mut *bytes, parts).ok();
    bytes
}

fn write<'a>(to: &mut impl Write, parts: impl Iterator<Item = (&'a str, &'a str)>) -> io::Result<()> {
    to.write_all(b"{")?;
    for (place, (name, value)) in parts.enumerate() {
        if place > 0 {
            to.write_all(b",")?;
        }
        serde_json::to_writer(&mut *to, name)?;
        to.write_all(b":")?;
        serde_json::to_writer(&mut *to, value)?;
    }
    to.write_all(b"}")
}

/// Counts what is written.
struct Size(usize);

impl Write for Size {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_texts_are_escaped() {
        let parts = [("a", "1"), ("b\"", "\n\u{1}é")];
        let bytes = object(parts.iter().copied());
        assert_eq!(String::from_utf8_lossy(&bytes), "{\"a\":\"1\",\"b\\\"\":\"\\n\\u0001é\"}");
        assert_eq!(bytes.capacity(), bytes.len());
        assert_eq!(&*object([].into_iter()), b"{}");
    }
}
