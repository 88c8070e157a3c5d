//! Which of two times of a thing is kept. Total orders, so that merging in any order keeps the same.

use std::cmp::Reverse;

use crate::decode::{Known, Time};

/// The one that ends first: by then the value surely was there. A file's own time is only taken where nothing
/// better is known, because it is never shown.
pub(super) fn earlier(one: Option<Time>, other: Option<Time>) -> Option<Time> {
    one.into_iter()
        .chain(other)
        .min_by_key(|time| (time.known == Known::File, time.latest, time.earliest, time.known))
}

/// The one that begins last: until then the value surely was there.
pub(super) fn later(one: Option<Time>, other: Option<Time>) -> Option<Time> {
    one.into_iter()
        .chain(other)
        .max_by_key(|time| (time.known != Known::File, time.earliest, time.latest, Reverse(time.known)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(one: Time, other: Time, first: Time, last: Time) {
        for (a, b) in [(one, other), (other, one)] {
            assert_eq!(earlier(Some(a), Some(b)), Some(first));
            assert_eq!(later(Some(a), Some(b)), Some(last));
        }
        assert_eq!((earlier(None, Some(one)), later(Some(one), None)), (Some(one), Some(one)));
    }

    #[test]
    fn the_surer_end_is_kept() {
        let day = Time { earliest: 0, latest: 86_399_999, known: Known::DateOnly };
        check(Time::at(5), day, Time::at(5), Time::at(5));
        check(Time::at(5), Time::at(9), Time::at(5), Time::at(9));
    }

    #[test]
    fn a_files_own_time_yields_to_any_other() {
        let file = Time { earliest: i64::MIN, latest: 3, known: Known::File };
        check(file, Time::at(9), Time::at(9), Time::at(9));
    }
}
