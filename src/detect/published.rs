//! Card numbers that providers publish for tests (`data/test_pans.json`), and their digests: a digest of one that
//! is found somewhere proves a hash without a key.

use std::{collections::BTreeSet, sync::OnceLock};

use md5::Md5;
use serde::Deserialize;
use sha1::Sha1;
use sha2::{Digest, Sha256};

use super::{Test, detector::Digits, identity::spellings};

/// Whether these bare ASCII digits are a published test number.
pub(super) fn test(digits: &[u8]) -> Test {
    match table().numbers.contains(digits) {
        true => Test::Published,
        false => Test::Real,
    }
}

/// Whether this digest (its bytes, not hex) is one of a published test number, in one of its usual spellings.
pub(super) fn is_digest(digest: &[u8]) -> bool {
    table().digests.contains(digest)
}

struct Table {
    numbers: BTreeSet<Vec<u8>>,
    digests: BTreeSet<Vec<u8>>,
}

#[derive(Deserialize)]
struct Document {
    numbers: Vec<Number>,
}

#[derive(Deserialize)]
struct Number {
    pan: String,
}

fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| {
        let document: Document = serde_json::from_str(include_str!("data/test_pans.json"))
            .expect("test_pans.json is built in and tested");
        let numbers: BTreeSet<Vec<u8>> =
            document.numbers.into_iter().map(|number| number.pan.into_bytes()).collect();
        let digits = numbers.iter().filter_map(|number| Digits::of(number));
        let digests = digits.flat_map(|digits| spellings(&digits).map(|s| digests(&s))).flatten().collect();
        Table { numbers, digests }
    })
}

/// The digests that people make of a number without a key: MD5, SHA-1, SHA-256.
pub(super) fn digests(spelling: &[u8]) -> [Vec<u8>; 3] {
    [Md5::digest(spelling).to_vec(), Sha1::digest(spelling).to_vec(), Sha256::digest(spelling).to_vec()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::{iin::issuer, luhn};

    #[test]
    fn every_published_number_is_a_card_number() {
        for number in &table().numbers {
            let shown = String::from_utf8_lossy(number);
            assert!(luhn::passes(number) && issuer(number).is_some(), "{shown}");
        }
        assert_eq!(table().numbers.len(), 149);
    }

    #[test]
    fn digests_of_published_numbers_are_known() {
        // SHA-256 and MD5 of 4111111111111111.
        for hex in [
            "9bbef19476623ca56c17da75fd57734dbf82530686043a6e491c6d71befe8f6e",
            "5910f4ea0062a0e29afd3dccc741e3ce",
        ] {
            assert!(is_digest(&data_encoding::HEXLOWER.decode(hex.as_bytes()).unwrap()));
        }
        assert!(!is_digest(&[0; 16]));
    }
}
