//! The fields of ISO 8583: how each is written, by number and edition. Table 3 of the standard's first edition, as
//! public libraries carry it.

use super::iso8583::Edition;

/// What a field is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// `n`: digits.
    Digits,
    /// `z`: digits and the separator of track 2.
    Track,
    /// `an`, `ans`: printable characters.
    Text,
    /// `b`: bytes.
    Octets,
}

/// How long a field is, in its own units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Length {
    /// Always so long.
    Fixed(usize),
    /// As long as so many digits before it say, at most this.
    Upto(usize, usize),
}

/// How a field is written.
pub(super) fn format(number: u8, edition: Edition) -> (Length, Kind) {
    use Kind::{Digits, Octets, Text, Track};
    use Length::{Fixed, Upto};
    match (number, edition) {
        (12, Edition::Of1993) => (Fixed(12), Digits),
        (22, Edition::Of1993) => (Fixed(12), Text),
        (2, _) => (Upto(2, 19), Digits),
        (3 | 11 | 12 | 73, _) => (Fixed(6), Digits),
        (4..=6 | 82..=85, _) => (Fixed(12), Digits),
        (7 | 74..=81, _) => (Fixed(10), Digits),
        (8..=10, _) => (Fixed(8), Digits),
        (13..=18 | 71 | 72, _) => (Fixed(4), Digits),
        (19..=24 | 49..=51 | 68..=70, _) => (Fixed(3), Digits),
        (25 | 26 | 67, _) => (Fixed(2), Digits),
        (27 | 66, _) => (Fixed(1), Digits),
        (28..=31, _) => (Fixed(9), Text),
        (32 | 33 | 99 | 100, _) => (Upto(2, 11), Digits),
        (34 | 102 | 103, _) => (Upto(2, 28), Text),
        (35, _) => (Upto(2, 37), Track),
        (36, _) => (Upto(3, 104), Track),
        (37, _) => (Fixed(12), Text),
        (38, _) => (Fixed(6), Text),
        (39 | 92, _) => (Fixed(2), Text),
        (40, _) => (Fixed(3), Text),
        (41, _) => (Fixed(8), Text),
        (42, _) => (Fixed(15), Text),
        (43, _) => (Fixed(40), Text),
        (44, _) => (Upto(2, 25), Text),
        (45, _) => (Upto(2, 76), Text),
        (101, _) => (Upto(2, 17), Text),
        (52 | 64 | 96 | 128, _) => (Fixed(8), Octets),
        (53 | 86..=89, _) => (Fixed(16), Digits),
        (54, _) => (Upto(3, 120), Text),
        (55, _) => (Upto(3, 255), Octets),
        (65, _) => (Fixed(1), Octets),
        (90, _) => (Fixed(42), Digits),
        (91, _) => (Fixed(1), Text),
        (93, _) => (Fixed(5), Text),
        (94, _) => (Fixed(7), Text),
        (95, _) => (Fixed(42), Text),
        (97, _) => (Fixed(17), Text),
        (98, _) => (Fixed(25), Text),
        _ => (Upto(3, 999), Text),
    }
}
