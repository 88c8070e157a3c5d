//! Sizes, durations and rates as a person writes them: `50MB`, `7d`, `5/s`.

/// Bytes: `4096`, `64KB`, `50MB`, `2GiB`. Decimal units are powers of 1000 (SI), `KiB`, `MiB`, `GiB`, `TiB` of 1024
/// (IEC 80000-13).
pub(super) fn bytes(text: &str) -> Option<u64> {
    let units = [
        ("", 1),
        ("B", 1),
        ("KB", 1_000),
        ("MB", 1_000_000),
        ("GB", 1_000_000_000),
        ("TB", 1_000_000_000_000),
        ("KIB", 1 << 10),
        ("MIB", 1 << 20),
        ("GIB", 1 << 30),
        ("TIB", 1 << 40),
    ];
    counted(text, &units)
}

/// Seconds: `90s`, `15m`, `24h`, `7d`, `4w`, `1y` (365 days). A number without a unit is no duration.
pub(crate) fn seconds(text: &str) -> Option<u64> {
    let units = [("S", 1), ("M", 60), ("H", 3_600), ("D", 86_400), ("W", 7 * 86_400), ("Y", 365 * 86_400)];
    counted(text, &units)
}

/// Requests a second: `5/s`.
pub(super) fn a_second(text: &str) -> Option<u32> {
    text.trim().strip_suffix("/s")?.trim().parse().ok().filter(|rate| *rate > 0)
}

/// A time, as it is said: so long before the run's start, or a time of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// Milliseconds before the run's start.
    Ago(u64),
    /// Milliseconds since 1970 UTC.
    At(i64),
}

impl Moment {
    /// `24h`, the beginning of a day in UTC, or a time as RFC 3339 writes it.
    pub(super) fn since(text: &str) -> Option<Moment> {
        Moment::read(text, 0)
    }

    /// The same, and of a day its end.
    pub(super) fn until(text: &str) -> Option<Moment> {
        Moment::read(text, 1)
    }

    fn read(text: &str, days_on: i64) -> Option<Moment> {
        if let Some(seconds) = seconds(text) {
            return Some(Moment::Ago(seconds.checked_mul(1000)?));
        }
        if let Ok(day) = text.parse::<jiff::civil::Date>()
            && text.len() == "2026-12-31".len()
        {
            let day = day.checked_add(jiff::Span::new().days(days_on)).ok()?;
            let start = day.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
            return Some(Moment::At(start.timestamp().as_millisecond()));
        }
        text.parse().ok().map(|at: jiff::Timestamp| Moment::At(at.as_millisecond()))
    }

    /// In milliseconds since 1970 UTC, for a run that started then.
    pub fn seen_from(self, started: i64) -> i64 {
        match self {
            Moment::Ago(before) => started.saturating_sub(i64::try_from(before).unwrap_or(i64::MAX)),
            Moment::At(at) => at,
        }
    }
}

fn counted(text: &str, units: &[(&str, u64)]) -> Option<u64> {
    let text = text.trim();
    let split = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(split);
    let unit = unit.trim().to_ascii_uppercase();
    let (_, factor) = units.iter().find(|(name, _)| *name == unit)?;
    number.parse::<u64>().ok()?.checked_mul(*factor)
}

#[cfg(test)]
mod tests {
    use super::{Moment, a_second, bytes, seconds};

    #[test]
    fn moments_are_relative_or_absolute() {
        let day = 86_400_000;
        let check = |text: &str| Moment::since(text).map(|moment| moment.seen_from(100 * day));
        assert_eq!(
            ["1d", "1970-01-03", "1970-01-03T01:00:00+01:00", "1970-01-03T00:00:00", "soon"].map(check),
            [Some(99 * day), Some(2 * day), Some(2 * day), None, None]
        );
        assert_eq!(Moment::until("1970-01-03"), Some(Moment::At(3 * day)));
    }

    #[test]
    fn quantities_have_units() {
        assert_eq!(
            ["4096", "50MB", "2 GiB", "50", "x", "MB", "-1"].map(bytes),
            [Some(4096), Some(50_000_000), Some(2 << 30), Some(50), None, None, None]
        );
        assert_eq!(
            ["90s", "7d", "24h", "7", "99999999999999999999d"].map(seconds),
            [Some(90), Some(604_800), Some(86_400), None, None]
        );
        assert_eq!(["5/s", "5", "0/s", "x/s"].map(a_second), [Some(5), None, None, None]);
    }
}
