//! Card numbers of sixteen brands, made under the first digits of published test numbers where a brand has some, and
//! under its range otherwise, with a check digit: they look real and belong to nobody that we know of.

use crate::chance::Chance;

/// Brand (as the detector spells it), first digits, digits in all.
pub const BRANDS: &[(&str, &str, usize)] = &[
    ("visa", "411111", 16),
    ("mastercard", "222300", 16),
    ("amex", "378282", 15),
    ("discover", "601111", 16),
    ("jcb", "353011", 16),
    ("diners", "305693", 14),
    ("unionpay", "620500", 19),
    ("maestro", "675964", 18),
    ("mir", "220080", 16),
    ("elo", "401178", 16),
    ("hipercard", "606282", 16),
    ("rupay", "508500", 16),
    ("troy", "979200", 16),
    ("verve", "506101", 19),
    ("mada", "504300", 16),
    ("bancontact", "670300", 17),
];

/// A number and its brand.
pub struct Card {
    pub brand: &'static str,
    pub number: String,
}

/// The next card: brands take turns.
pub fn card(chance: &mut Chance, turn: usize) -> Card {
    let (brand, prefix, length) = BRANDS[turn % BRANDS.len()];
    let mut number = format!("{prefix}{}", chance.digits(length - prefix.len() - 1));
    number.push(check_digit(&number));
    Card { brand, number }
}

/// ISO/IEC 7812-1, annex B.
pub fn check_digit(number: &str) -> char {
    let doubled = number.bytes().rev().enumerate().map(|(place, digit)| {
        let digit = u32::from(digit - b'0') * if place % 2 == 0 { 2 } else { 1 };
        digit / 10 + digit % 10
    });
    char::from(b'0' + ((10 - doubled.sum::<u32>() % 10) % 10) as u8)
}
