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
    use super::{a_second, bytes, seconds};

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
