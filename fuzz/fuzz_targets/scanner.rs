//! The scanner: every instruction set of this machine says the same as portable code, whatever stands before a text, and
//! what a text's end hides is the last line's alone.

#![no_main]

use dyetrace::{
    decode::{Laid, Skim, Skimmed},
    detect::{Effort, Isa, Scanner},
};

fn worthy(isa: Isa, text: &[u8]) -> Skimmed {
    let mut skimmed = Skimmed::default();
    Scanner::with(isa, Effort::Normal).skim(text, Laid::Lines, &mut skimmed);
    skimmed
}

/// The lines that are worth decoding.
fn lines(text: &[u8], skimmed: &Skimmed) -> Vec<usize> {
    let line = |at: usize| text[..at].iter().filter(|&&byte| byte == b'\n').count();
    let mut lines: Vec<usize> = skimmed.worthy.iter().map(|worthy| line(worthy.at)).collect();
    lines.dedup();
    lines
}

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Some((shift, text)) = bytes.split_first() else { return };
    let text = [&vec![b'\n'; usize::from(shift % 64)][..], text].concat();
    let expected = worthy(Isa::Portable, &text);
    for isa in Isa::detected() {
        assert_eq!(lines(&text, &worthy(isa, &text)), lines(&text, &expected), "{isa:?}");
    }
});
