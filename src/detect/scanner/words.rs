//! Words that numbers and blobs do not betray: keys of verification codes and PINs, marks of hidden digits. Each is
//! looked for by a window of four of its bytes, rare ones where there are any, in eight groups at once: a window
//! passes if some group has each of its bytes at its place, by a table for either half of a byte. That lets through
//! a little more than the words; what passes is compared, and its record decoded only if a value is near.
//!
//! It must not know what a word's value means.

use std::sync::OnceLock;

use super::lanes::LEAD;

/// Bytes of a window.
const WINDOW: usize = LEAD + 1;

/// What must stand near a word for its record to be worth decoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Near {
    /// The digits of a card's number behind it, in whatever groups, by whatever codes, in whatever script; or a group
    /// of them that is shown.
    Card,
    /// Three or four digits by themselves, behind it.
    Code,
    /// A word such as `code` or `value`, and such digits.
    CodeByName,
    /// Four digits, or a block of hex, behind it.
    Pin,
    /// One to four digits behind it.
    Last,
    /// A digest behind it, and a card's name before it.
    Digest,
    /// Digits on either side of what hides others.
    Digits,
    /// Nothing more.
    Nothing,
}

/// A word.
#[derive(Debug)]
pub(super) struct Word {
    /// What is compared, in lower case; data may have either.
    pub(super) text: &'static [u8],
    /// Where its window begins in it.
    window: usize,
    /// Windows of one group share their classes of bytes: they are chosen so that few others fit.
    group: u8,
    /// Whether a letter may stand before it.
    pub(super) starts: Starts,
    pub(super) near: Near,
}

impl Word {
    /// Where its window's last byte is in it.
    fn end_of_window(&self) -> usize {
        self.text.len().min(self.window + WINDOW) - 1
    }
}

/// What may stand before a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Starts {
    /// Anything.
    Anywhere,
    /// No letter: `shipping` holds no PIN.
    Alone,
}

use Near::{Card, Code, CodeByName, Digest, Digits, Last, Nothing, Pin};
use Starts::{Alone, Anywhere};

const fn word(group: u8, text: &'static [u8], window: usize, starts: Starts, near: Near) -> Word {
    Word { group, text, window, starts, near }
}

/// Stands for any digit in a word's text, and [`WIDE`] for the last byte of a full-width one.
const DIGIT: u8 = 1;
const WIDE: u8 = 2;

/// The words. A window of three bytes has any byte before it, or one that a word which stands alone may follow. Names
/// that mean a verification code only where a card is (`cid`) are not among them: the card is.
pub(super) static WORDS: &[Word] = &[
    word(0, b"cvv", 0, Anywhere, Code),
    word(0, b"cvc", 0, Anywhere, Code),
    word(0, b"cvn", 0, Anywhere, Code),
    word(0, b"cvd", 0, Anywhere, Code),
    word(0, b"cv2", 0, Anywhere, Code),
    word(0, b"cvp", 0, Anywhere, Code),
    word(1, b"ccv", 0, Anywhere, Code),
    word(1, b"csc", 0, Anywhere, Code),
    word(5, b"cav2", 0, Anywhere, Code),
    word(3, b"secu", 0, Anywhere, CodeByName),
    word(6, b"verific", 2, Anywhere, CodeByName),
    word(6, b"validation", 2, Anywhere, CodeByName),
    word(6, b"cardcode", 2, Anywhere, Code),
    word(6, b"card_code", 2, Anywhere, Code),
    word(7, b"pin", 0, Alone, Pin),
    word(7, b"dpin", 0, Anywhere, Pin),
    word(7, b"rpin", 0, Anywhere, Pin),
    word(7, b"wpin", 0, Anywhere, Pin),
    // Last four digits, and a provider's reference.
    word(1, b"last4", 1, Anywhere, Code),
    word(3, b"last_4", 2, Anywhere, Code),
    word(5, b"four", 0, Anywhere, Last),
    word(3, b"pspr", 0, Anywhere, Nothing),
    word(4, b"hash", 0, Anywhere, Digest),
    // A card's number, however it is written.
    word(5, b"card", 0, Anywhere, Card),
    word(7, b"pan", 0, Alone, Card),
    // What hides digits: crosses, stars, bullets, dots.
    word(4, b"xxxx", 0, Anywhere, Digits),
    word(4, b"****", 0, Anywhere, Digits),
    word(4, b"####", 0, Anywhere, Digits),
    word(2, b"\xe2\x80\xa2\xe2", 0, Anywhere, Digits),
    word(2, b"\xe2\x97\x8f\xe2", 0, Anywhere, Digits),
    word(2, &[0xe2, 0x80, 0xa6, DIGIT], 0, Anywhere, Nothing),
    // Digits and blanks by their codes, and full-width digits, two in a row.
    word(2, b"\\u003", 0, Anywhere, Nothing),
    word(2, b"\\u00a0", 0, Anywhere, Nothing),
    word(2, &[b'\\', b'x', b'3', DIGIT], 0, Anywhere, Nothing),
    word(2, &[0xef, 0xbc, WIDE, 0xef], 0, Anywhere, Nothing),
];

/// For each place of a window, which groups have a byte there: bit n for group n.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Classes {
    /// By the byte.
    whole: [[u8; 256]; WINDOW],
    /// By its lower half and its upper half: a group has the byte if it has both, and some others with it.
    pub(super) low: [[u8; 16]; WINDOW],
    pub(super) high: [[u8; 16]; WINDOW],
}

impl Classes {
    /// Those of the words, made once.
    pub(super) fn built() -> &'static Classes {
        static BUILT: OnceLock<Classes> = OnceLock::new();
        BUILT.get_or_init(|| {
            let (whole, low, high) = ([[0; 256]; WINDOW], [[0; 16]; WINDOW], [[0; 16]; WINDOW]);
            let mut classes = Classes { whole, low, high };
            WORDS.iter().for_each(|word| classes.add(word));
            classes
        })
    }

    fn add(&mut self, word: &Word) {
        let group = 1 << word.group;
        let fixed = &word.text[word.window..word.text.len().min(word.window + WINDOW)];
        for place in 0..WINDOW - fixed.len() {
            let before = (0..=u8::MAX).filter(|byte| word.starts == Anywhere || may_precede(*byte));
            before.for_each(|byte| self.put(place, byte, group));
        }
        for (place, &byte) in (WINDOW - fixed.len()..).zip(fixed) {
            (0..=u8::MAX).filter(|&other| fits(byte, other)).for_each(|other| self.put(place, other, group));
        }
    }

    fn put(&mut self, place: usize, byte: u8, group: u8) {
        self.whole[place][usize::from(byte)] |= group;
        self.low[place][usize::from(byte & 15)] |= group;
        self.high[place][usize::from(byte >> 4)] |= group;
    }

    /// The same for each place and byte, of which seven bits count.
    #[cfg(target_arch = "x86_64")]
    pub(super) fn by_seven_bits(&self) -> &'static [[u8; 128]; WINDOW] {
        static BUILT: OnceLock<[[u8; 128]; WINDOW]> = OnceLock::new();
        BUILT.get_or_init(|| {
            let mut tables = [[0; 128]; WINDOW];
            for (place, byte) in (0..WINDOW).flat_map(|place| (0..=u8::MAX).map(move |byte| (place, byte))) {
                tables[place][usize::from(byte & 0x7f)] |= self.groups(place, byte);
            }
            tables
        })
    }

    /// Whether some group has each of these bytes at its place.
    pub(super) fn fit(&self, window: &[u8]) -> bool {
        let places = window.iter().enumerate();
        places.fold(u8::MAX, |groups, (place, &byte)| groups & self.groups(place, byte)) != 0
    }

    /// The groups that have this byte at this place.
    fn groups(&self, place: usize, byte: u8) -> u8 {
        self.whole[place][usize::from(byte)]
    }
}

/// Whether a byte of data is this one of a word.
fn fits(byte: u8, other: u8) -> bool {
    match byte {
        DIGIT => other.is_ascii_digit(),
        WIDE => (0x90..=0x99).contains(&other),
        byte => byte == other.to_ascii_lowercase(),
    }
}

/// What is looked for before a word that stands alone: white space, quotes, punctuation, digits, `_` and `[`. Whole
/// rows of the ASCII table, since classes are made of halves of bytes.
fn may_precede(byte: u8) -> bool {
    matches!(byte >> 4, 0 | 2 | 3 | 5)
}

/// Which pairs of bytes can stand in a window at its second and third or third and fourth place: one of the two is
/// at an even place of the text, wherever the window begins. One bit a pair.
pub(super) struct Digrams([u64; PAIRS]);

const PAIRS: usize = (1 << 16) / 64;

impl Digrams {
    /// Those of the words, made once.
    pub(super) fn built() -> &'static Digrams {
        static BUILT: OnceLock<Digrams> = OnceLock::new();
        BUILT.get_or_init(|| {
            let mut bits = [0; PAIRS];
            let classes = Classes::built();
            for pair in 0..=u16::MAX {
                let [first, second] = pair.to_be_bytes();
                let fits = |place| classes.groups(place, first) & classes.groups(place + 1, second) != 0;
                bits[usize::from(pair) / 64] |= u64::from(fits(1) || fits(2)) << (pair % 64);
            }
            Digrams(bits)
        })
    }

    /// 1 if the pair can stand in a window, else 0.
    #[inline(always)]
    pub(super) fn has(&self, pair: [u8; 2]) -> u64 {
        let pair = usize::from(u16::from_be_bytes(pair));
        self.0[pair / 64] >> (pair % 64) & 1
    }
}

/// The word that ends its window with byte `at`, if one does, and where it begins.
pub(super) fn word_at(text: &[u8], at: usize) -> Option<(&'static Word, usize)> {
    let by_end = by_end();
    let places = &by_end[usize::from(text[at])];
    places.iter().map(|&place| &WORDS[usize::from(place)]).find_map(|word| {
        let start = at.checked_sub(word.end_of_window())?;
        let there = text.get(start..start + word.text.len())?;
        let stands = word.text.iter().zip(there).all(|(&byte, &other)| fits(byte, other));
        let alone = word.starts == Anywhere || text[..start].last().is_none_or(|&before| may_precede(before));
        (stands && alone).then_some((word, start))
    })
}

/// For each byte, the places of the words whose windows end with it.
fn by_end() -> &'static [Vec<u8>] {
    static BUILT: OnceLock<Vec<Vec<u8>>> = OnceLock::new();
    BUILT.get_or_init(|| {
        let mut by_end = vec![Vec::new(); 256];
        for (place, word) in (0..).zip(WORDS) {
            let last = word.text[word.end_of_window()];
            (0..=u8::MAX)
                .filter(|&byte| fits(last, byte))
                .for_each(|byte| by_end[usize::from(byte)].push(place));
        }
        by_end
    })
}
