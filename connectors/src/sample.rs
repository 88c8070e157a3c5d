//! Which messages of a partition are read: the newest, those of a time, or those whose key's hash falls into one
//! part of many. It must not know what a message holds.

use crate::{Sample, Settings};

/// What was asked for.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Wanted {
    pub(crate) sample: Sample,
    /// Milliseconds since 1970 UTC: nothing older,
    pub(crate) since: Option<i64>,
    /// and nothing from here on.
    pub(crate) until: Option<i64>,
}

impl Wanted {
    pub(crate) fn new(settings: &Settings) -> Wanted {
        Wanted { sample: settings.sample, since: settings.since, until: settings.until }
    }

    /// Whether a part was asked for.
    pub(crate) fn is_part(&self) -> bool {
        self.sample != Sample::Everything || self.since.is_some() || self.until.is_some()
    }

    /// Whether this message is read. One without a key is chosen by its value.
    pub(crate) fn takes(&self, key: Option<&[u8]>, value: &[u8], time: Option<i64>) -> bool {
        let early = self.since.is_some_and(|since| time.is_some_and(|time| time < since));
        let late = self.until.is_some_and(|until| time.is_some_and(|time| time >= until));
        let chosen = match self.sample {
            Sample::OneIn(parts) => hash(key.unwrap_or(value)).is_multiple_of(parts.max(1)),
            Sample::Everything | Sample::Newest(_) => true,
        };
        !early && !late && chosen
    }
}

/// FNV-1a (<http://www.isthe.com/chongo/tech/comp/fnv/>), its bits mixed once more, since keys are often numbers
/// that follow each other. Equal on every machine and in every version, or samples would not meet.
pub(crate) fn hash(bytes: &[u8]) -> u64 {
    let fold = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    let hash = bytes.iter().fold(0xcbf2_9ce4_8422_2325, fold);
    let hash = (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash ^ (hash >> 33)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(wanted: Wanted, keys: std::ops::Range<u32>) -> usize {
        keys.filter(|key| wanted.takes(Some(key.to_string().as_bytes()), b"", None)).count()
    }

    #[test]
    fn a_part_of_the_keys() {
        let one_in = |parts| Wanted { sample: Sample::OneIn(parts), ..Wanted::default() };
        assert_eq!(check(one_in(1), 0..1_000), 1_000);
        assert_eq!(check(one_in(0), 0..1_000), 1_000);
        assert!((80..120).contains(&check(one_in(10), 0..1_000)), "{}", check(one_in(10), 0..1_000));
        assert!((80..120).contains(&check(one_in(1_000), 0..100_000)));
    }

    #[test]
    fn the_hash_is_the_same_everywhere() {
        assert_eq!(hash(b""), 0xecba_3df2_c338_3c52);
        assert_eq!(hash(b"order-1"), 0xc0ca_8af9_dc7a_7e46);
    }

    #[test]
    fn a_window_of_time() {
        let wanted = Wanted { since: Some(10), until: Some(20), ..Wanted::default() };
        let takes = |time| wanted.takes(None, b"", time);
        assert_eq!(
            [Some(9), Some(10), Some(19), Some(20), None].map(takes),
            [false, true, true, false, true]
        );
    }
}
