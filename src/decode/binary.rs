//! Binary data without a format that is known: its runs of printable text are records.

use super::framer::Scan;

/// Shorter runs are noise; a card number has twelve digits at least.
pub(super) const SHORTEST_RUN: usize = 8;

/// Whether bytes are no text in any encoding that extends ASCII. Some control bytes are usual in text (terminal
/// colours, the separators of FIX messages); a NUL here and there is what a rotated log leaves behind.
pub(super) fn is_binary(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(4 << 10)];
    let zeros = head.iter().filter(|&&byte| byte == 0).count();
    let controls = head.iter().filter(|&&byte| is_control(byte)).count();
    let is_text = std::str::from_utf8(head).is_ok() || only_cut_short(head);
    zeros * 100 > head.len() || controls * if is_text { 4 } else { 25 } > head.len()
}

/// The printable runs of binary data.
pub(super) fn runs(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    bytes.split(|&byte| !is_printable(byte)).filter(|run| run.len() >= SHORTEST_RUN)
}

/// How many bytes to pass over before the next printable one.
pub(super) fn gap(bytes: &[u8]) -> usize {
    bytes.iter().position(|&byte| is_printable(byte)).unwrap_or(bytes.len())
}

/// Ends a record before a byte that cannot be printed.
#[derive(Debug, Default)]
pub(super) struct RunScan;

impl Scan for RunScan {
    fn reset(&mut self) {}

    fn feed(&mut self, bytes: &[u8], from: usize) -> Option<usize> {
        bytes[from..].iter().position(|&byte| !is_printable(byte)).map(|index| from + index)
    }
}

fn is_printable(byte: u8) -> bool {
    byte == b'\t' || (0x20..0x7f).contains(&byte)
}

fn is_control(byte: u8) -> bool {
    byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c | 0x1b)
}

fn only_cut_short(head: &[u8]) -> bool {
    std::str::from_utf8(head).is_err_and(|error| error.error_len().is_none())
}
