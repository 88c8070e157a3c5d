//! The scanner alone, on text in memory: numbers with range and check digit, words and blobs, to places.

use std::hint::black_box;

use dyetrace::{
    decode::{Laid, Skim, Skimmed},
    detect::{Effort, Isa, Scanner},
};

use crate::{Timed, anchors, compare};

/// As long as what is looked at in one piece when a file is scanned.
const PIECE: usize = 128 << 10;

pub fn measure(text: &[u8]) {
    let mut timed = vec![Timed::new("memory sum, the first", || anchors::sum(text))];
    for isa in Isa::detected() {
        for effort in [Effort::Fast, Effort::Normal] {
            let mut skimmed = Skimmed::default();
            let mut scanner = Scanner::with(isa, effort);
            timed.push(Timed::new(format!("scan, {isa:?}, {}", effort.id()), move || {
                for piece in text.chunks(PIECE) {
                    scanner.skim(piece, Laid::Lines, &mut skimmed);
                    black_box(&skimmed);
                }
            }));
        }
    }
    compare(text.len(), timed);
}
