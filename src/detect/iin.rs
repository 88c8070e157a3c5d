//! Which brand issued a number: its first digits and its length (`data/iin.json`).

use std::sync::OnceLock;

use serde::Deserialize;

/// A range of issuer numbers.
#[derive(Debug)]
pub(super) struct Issuer {
    /// As `iin.json` spells it.
    pub(super) brand: String,
    /// 1 global scheme, 2 national or broad, 3 needs context.
    pub(super) tier: u8,
    /// Whether its numbers end in a check digit for certain.
    pub(super) luhn: bool,
    /// First eight digits, from and to.
    first: (u32, u32),
    /// Bit n: numbers of n digits.
    lengths: u32,
}

/// The issuer of these ASCII digits: the lowest tier, then the narrowest range. Nothing if no range fits.
pub(super) fn issuer(digits: &[u8]) -> Option<&'static Issuer> {
    matching(digits).next()
}

/// The same among issuers whose numbers may lack a check digit.
pub(super) fn issuer_without_luhn(digits: &[u8]) -> Option<&'static Issuer> {
    matching(digits).find(|issuer| !issuer.luhn)
}

/// The issuer of a number of which only the first digits are there, and its length.
pub(super) fn issuer_of_mask(prefix: &[u8], length: usize) -> Option<&'static Issuer> {
    let mut digits = [b'0'; 19];
    let shown = prefix.len().min(length).min(digits.len());
    digits[..shown].copy_from_slice(&prefix[..shown]);
    digits.get(..length).and_then(issuer)
}

/// Whether a number may be an issuer's by its first four digits and its length: of those whose numbers end in a check
/// digit, and of those whose may lack it.
#[inline]
pub(super) fn fits(digits: &[u8]) -> (bool, bool) {
    let (Some(first), length) = (digits.first_chunk::<4>(), Lengths::only(digits.len())) else {
        return (false, false);
    };
    let (checked, unchecked) = table().lengths[number(first) as usize % PREFIXES];
    (checked.has(length), unchecked.has(length))
}

/// For each three first digits, the lengths of any numbers, and of those that may lack the check digit: a quick look that
/// lets through more than [`fits`], in a table that a core keeps near.
pub(super) struct FirstDigits([(Lengths, Lengths); QUICK]);

impl FirstDigits {
    /// The built-in table's.
    pub(super) fn get() -> &'static Self {
        &table().quick
    }

    /// Whether a number may be an issuer's, and one's whose numbers may lack the check digit.
    #[inline(always)]
    pub(super) fn fit(&self, first: [u8; 3], length: usize) -> (bool, bool) {
        let [a, b, c] = first.map(|digit| usize::from(digit & 15));
        let (any, unchecked) = self.0[(a * 10 + b) * 10 + c];
        let length = Lengths::only(length);
        (any.has(length), unchecked.has(length))
    }
}

/// Lengths of card numbers: bit n for twelve digits and n.
#[derive(Clone, Copy, Default)]
struct Lengths(u8);

impl Lengths {
    /// Nothing if no card number has it.
    #[inline(always)]
    fn only(length: usize) -> Self {
        Lengths(1u32.checked_shl(length.wrapping_sub(SHORTEST) as u32).unwrap_or(0) as u8)
    }

    #[inline(always)]
    fn has(self, other: Lengths) -> bool {
        self.0 & other.0 != 0
    }
}

fn matching(digits: &[u8]) -> impl Iterator<Item = &'static Issuer> {
    let table = table();
    let first = if digits.len() < SHORTEST { u32::MAX } else { number(&digits[..8]) };
    let near = table.by_prefix.get(first as usize / 10_000).map_or(&[][..], Vec::as_slice);
    let length = 1u32 << digits.len().min(31);
    let issuers = near.iter().map(|&place| &table.issuers[usize::from(place)]);
    issuers.filter(move |i| i.lengths & length != 0 && (i.first.0..=i.first.1).contains(&first))
}

/// The shortest card number.
const SHORTEST: usize = 12;

struct Table {
    /// By tier, then narrow before wide.
    issuers: Vec<Issuer>,
    /// For each four first digits, the places of the issuers that share them.
    by_prefix: Vec<Vec<u16>>,
    /// For each four first digits, the lengths of numbers with a check digit, and of those that may lack it.
    lengths: Box<[(Lengths, Lengths); PREFIXES]>,
    quick: Box<FirstDigits>,
}

/// Four digits.
const PREFIXES: usize = 10_000;

/// Three digits, each taken for up to fifteen: a byte that is none may say so.
const QUICK: usize = 16 * 111;

#[derive(Deserialize)]
struct Document {
    ranges: Vec<Range>,
}

#[derive(Deserialize)]
struct Range {
    brand: String,
    start: String,
    end: String,
    lengths: Vec<u32>,
    luhn: bool,
    tier: u8,
}

fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| {
        let document: Document =
            serde_json::from_str(include_str!("data/iin.json")).expect("iin.json is built in and tested");
        let mut issuers: Vec<Issuer> = document.ranges.into_iter().map(Issuer::from).collect();
        issuers.sort_by_key(|i| (i.tier, i.first.1 - i.first.0));
        let mut by_prefix = vec![Vec::new(); PREFIXES];
        let mut lengths = Box::new([(Lengths::default(), Lengths::default()); PREFIXES]);
        let mut quick = Box::new(FirstDigits([(Lengths::default(), Lengths::default()); QUICK]));
        for (place, issuer) in issuers.iter().enumerate() {
            for prefix in issuer.first.0 / 10_000..=issuer.first.1 / 10_000 {
                by_prefix[prefix as usize].push(place as u16);
                let (checked, unchecked) = &mut lengths[prefix as usize];
                let (any_quick, unchecked_quick) = &mut quick.0[prefix as usize / 10];
                let lengths = (issuer.lengths >> SHORTEST) as u8;
                (if issuer.luhn { checked } else { &mut *unchecked }).0 |= lengths;
                any_quick.0 |= lengths;
                unchecked_quick.0 |= if issuer.luhn { 0 } else { lengths };
            }
        }
        Table { issuers, by_prefix, lengths, quick }
    })
}

impl From<Range> for Issuer {
    fn from(range: Range) -> Self {
        let scale = 10u32.pow(8 - range.start.len() as u32);
        let (start, end) = (number(range.start.as_bytes()), number(range.end.as_bytes()));
        Issuer {
            brand: range.brand,
            tier: range.tier,
            luhn: range.luhn,
            first: (start * scale, (end + 1) * scale - 1),
            lengths: range.lengths.iter().fold(0, |bits, length| bits | 1 << length),
        }
    }
}

fn number(digits: &[u8]) -> u32 {
    digits.iter().fold(0, |sum, digit| sum * 10 + u32::from(digit & 15))
}

#[cfg(test)]
mod tests {
    use super::issuer;

    fn check(number: &str, expected: &str) {
        let found =
            issuer(number.as_bytes()).map_or("none".to_owned(), |i| format!("{} {}", i.brand, i.tier));
        assert_eq!(found, expected, "{number}");
    }

    #[test]
    fn brands_by_prefix_and_length() {
        check("4111111111111111", "visa 1");
        check("411111111111111", "none");
        check("2223003122003222", "mastercard 1");
        check("2721000000000000", "none");
        check("378282246310005", "amex 1");
        check("6205500000000000004", "unionpay 1");
        check("1735689600000", "none");
        check("9792000000000001", "troy 2");
        check("1", "none");
    }

    #[test]
    fn the_lowest_tier_names_an_overlap() {
        check("6362970000000000", "elo 2");
        check("4011780000000000", "visa 1");
    }
}
