//! What speed is measured against: reading memory, reading a file, and ripgrep with a regex for cards.

use std::hint::black_box;
use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};

/// Reads memory: the sum of its 64-bit words.
pub fn sum(text: &[u8]) {
    let mut sums = [0u64; 16];
    for chunk in text.as_chunks::<128>().0 {
        for (sum, word) in sums.iter_mut().zip(chunk.as_chunks::<8>().0) {
            *sum = sum.wrapping_add(u64::from_le_bytes(*word));
        }
    }
    black_box(sums);
}

/// Reads a file into a buffer, and does nothing with it.
pub fn read(path: &Path) -> std::io::Result<()> {
    let (mut file, mut buffer) = (std::fs::File::open(path)?, vec![0; 256 << 10]);
    while file.read(&mut buffer)? > 0 {
        black_box(&buffer);
    }
    Ok(())
}

/// Card numbers of four brands by their first digits, in one piece or in groups.
const CARDS: &str = r"\b(?:4\d{3}|5[1-5]\d{2}|2[2-7]\d{2}|6(?:011|5\d{2}))[ -]?\d{4}[ -]?\d{4}[ -]?\d{4}\b|\b3[47]\d{2}[ -]?\d{6}[ -]?\d{5}\b";

/// Whether ripgrep is there to be measured against.
pub fn has_ripgrep() -> bool {
    Command::new("rg").arg("--version").stdout(Stdio::null()).status().is_ok_and(|status| status.success())
}

/// `rg -o` with that regex on one core.
pub fn ripgrep(path: &Path) {
    let ran =
        Command::new("rg").args(["-o", "-j1", "--no-mmap", CARDS]).arg(path).stdout(Stdio::null()).status();
    assert!(ran.is_ok_and(|status| status.code().is_some_and(|code| code < 2)), "ripgrep runs");
}
