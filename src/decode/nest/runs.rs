//! Long runs of the characters that hex and base64 are made of, within a text. A short run is a name, a host or a
//! digest more often: it counts only if it decodes to text with digits enough for a number.

use std::ops::Range;

use zeroize::Zeroizing;

use super::classes::is_blob;
use super::{Leaf, Walker, base64, compressed};

/// The shortest number takes this many digits.
const FEWEST_DIGITS: usize = 12;
/// Base64 in base64 in base64 is nobody's habit.
const DEEPEST: usize = 2;

impl Walker<'_> {
    /// Takes out of a text what its long runs hold. Runs of 40 characters and more stay beside what they hold.
    pub(super) fn runs(&mut self, leaf: Leaf<'_>) {
        if leaf.bytes.len() < base64::SHORTEST {
            return;
        }
        for run in long_runs(self.record.field(leaf.index).value.expose()) {
            let bytes = &leaf.bytes[run.clone()];
            if self.hex(leaf, run.clone()) {
                continue;
            }
            match run.len() < base64::SHORTEST_IN_TEXT {
                true => self.short_run(leaf, run),
                false => _ = self.blob(Leaf { bytes, ..leaf }),
            }
        }
    }

    fn short_run(&mut self, leaf: Leaf<'_>, run: Range<usize>) {
        let decoded = base64::decoded(&leaf.bytes[run.clone()]);
        match decoded {
            Some(decoded) if compressed::begins(&decoded) => {
                _ = self.blob(Leaf { bytes: &leaf.bytes[run], ..leaf })
            }
            Some(decoded) if holds_a_number(&decoded, DEEPEST) => {
                self.decoded_part(leaf, "base64", run, &decoded);
            }
            _ => {}
        }
    }
}

/// Whether decoded bytes are text with digits enough, as they stand or in base64 once more.
fn holds_a_number(decoded: &[u8], deeper: usize) -> bool {
    let is_text = decoded.iter().all(|byte| matches!(byte, b' '..=b'~' | b'\t' | b'\n' | b'\r'));
    let inner = || base64::decoded(decoded).unwrap_or_else(|| Zeroizing::new(Vec::new()));
    is_text
        && (decoded.iter().filter(|byte| byte.is_ascii_digit()).count() >= FEWEST_DIGITS
            || deeper > 0 && holds_a_number(&inner(), deeper - 1))
}

/// Runs that could be hex or base64. A long one covers a multiple of its least length, so that few bytes are looked
/// at.
fn long_runs(bytes: &[u8]) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    for probe in (0..bytes.len()).step_by(base64::SHORTEST) {
        let done = runs.last().map_or(0, |run| run.end);
        if probe < done || !is_blob(bytes[probe]) {
            continue;
        }
        let start =
            bytes[done..probe].iter().rposition(|byte| !is_blob(*byte)).map_or(done, |at| done + at + 1);
        let end = bytes[probe..].iter().position(|byte| !is_blob(*byte)).map_or(bytes.len(), |at| probe + at);
        // A sentence may end with it.
        let end = bytes[start..end].iter().rposition(|byte| *byte != b'.').map_or(start, |at| start + at + 1);
        if end - start >= base64::SHORTEST {
            runs.push(start..end);
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::long_runs;

    fn check(text: &str, expected: &[&str]) {
        let runs: Vec<&str> = long_runs(text.as_bytes()).into_iter().map(|run| &text[run]).collect();
        assert_eq!(runs, expected, "{text}");
    }

    #[test]
    fn runs_are_whole() {
        check("declined NDExMTExMTExMTExMTExMQ== by", &["NDExMTExMTExMTExMTExMQ=="]);
        check("NDExMTExMTExMTExMTExMQ==.", &["NDExMTExMTExMTExMTExMQ=="]);
        check("a short one", &[]);
    }
}
