//! Whether every instruction set of this machine sees the same in the whole corpus: each file at 64 alignments, and each
//! line that something was planted in cut at every byte.

use std::collections::BTreeSet;

use dyetrace::decode::{Laid, Skim, Skimmed};
use dyetrace::detect::{Effort, Isa, Scanner};

use crate::corpus::{Corpus, Expected};

/// Prints how many texts were compared, and what differed.
pub fn compare(corpus: &Corpus) -> anyhow::Result<()> {
    let others: Vec<Isa> = Isa::detected().into_iter().filter(|isa| *isa != Isa::Portable).collect();
    let mut tally = Tally { others, texts: 0, differing: BTreeSet::new() };
    for file in corpus.files.keys() {
        let bytes = std::fs::read(corpus.path().join(file))?;
        for shift in 0..64 {
            tally.compare(file, &[&vec![b' '; shift][..], &bytes].concat());
        }
        let lines: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
        let planted = corpus.expected.iter().filter(|expected| expected.file == *file);
        for line in planted.filter_map(|Expected { records, .. }| lines.get(*records.start() as usize - 1)) {
            (0..line.len()).for_each(|cut| tally.compare(file, &line[..cut]));
        }
    }
    let Tally { others, texts, differing } = tally;
    println!("portable code and {others:?}: {texts} texts, {} files with a difference", differing.len());
    differing.iter().for_each(|file| println!("  {file}"));
    Ok(())
}

struct Tally {
    others: Vec<Isa>,
    texts: u64,
    differing: BTreeSet<String>,
}

impl Tally {
    fn compare(&mut self, file: &str, text: &[u8]) {
        self.texts += 1;
        let expected = seen(Isa::Portable, text);
        if self.others.iter().any(|isa| seen(*isa, text) != expected) {
            self.differing.insert(file.to_owned());
        }
    }
}

/// What a scan would decode, and the lines that it counts.
fn seen(isa: Isa, text: &[u8]) -> Skimmed {
    let mut skimmed = Skimmed::default();
    Scanner::with(isa, Effort::Normal).skim(text, Laid::Lines, &mut skimmed);
    skimmed
}
