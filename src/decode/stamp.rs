//! Timestamps as logs and exports write them. It must not know records, nor the wall clock.

use jiff::civil::{Date, DateTime};
use jiff::fmt::strtime::BrokenDownTime;
use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp};

/// What a timestamp says, and no more than that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stamp {
    /// Milliseconds since 1970 UTC.
    Instant(i64),
    /// A time of day in an unknown zone.
    Local(DateTime),
    /// A time of day in an unknown zone and year; the year here is not to be used.
    Yearless(DateTime),
    /// A day.
    Day(Date),
}

/// A way to write a stamp: its shape (`d` a digit, `a` a letter, `_` a digit or a space, else itself), by which
/// most text is ruled out cheaply, and what the library calls it. A fraction and a zone may follow a time of day.
struct Form {
    shape: &'static str,
    format: &'static str,
}

const fn form(shape: &'static str, format: &'static str) -> Form {
    Form { shape, format }
}

/// The longer of two that begin alike comes first.
static FORMS: &[Form] = &[
    // ISO 8601 and RFC 3339, and what most loggers write.
    form("dddd-dd-ddTdd:dd:dd", "%Y-%m-%dT%H:%M:%S"),
    form("dddd-dd-dd dd:dd:dd", "%Y-%m-%d %H:%M:%S"),
    form("dddd-dd-ddTdd:dd", "%Y-%m-%dT%H:%M"),
    form("dddd-dd-dd dd:dd", "%Y-%m-%d %H:%M"),
    form("ddddddddTdddddd", "%Y%m%dT%H%M%S"),
    // Go's log package, nginx's error log.
    form("dddd/dd/dd dd:dd:dd", "%Y/%m/%d %H:%M:%S"),
    // Access logs.
    form("dd/aaa/dddd:dd:dd:dd", "%d/%b/%Y:%H:%M:%S"),
    form("dd/aaa/dddd dd:dd:dd", "%d/%b/%Y %H:%M:%S"),
    // Exports of German offices.
    form("dd.dd.dddd dd:dd:dd", "%d.%m.%Y %H:%M:%S"),
    form("dd.dd.dddd dd:dd", "%d.%m.%Y %H:%M"),
    // Mail and HTTP headers, C's asctime, Apache's error log, Cisco's syslog.
    form("aaa, dd aaa dddd dd:dd:dd", "%a, %d %b %Y %H:%M:%S"),
    form("aaa aaa _d dd:dd:dd dddd", "%a %b %d %H:%M:%S %Y"),
    form("aaa aaa _d dd:dd:dd.dddddd dddd", "%a %b %d %H:%M:%S%.f %Y"),
    form("aaa _d dddd dd:dd:dd", "%b %d %Y %H:%M:%S"),
    // Blue Gene, Spark, the Hadoop file system.
    form("dddd-dd-dd-dd.dd.dd", "%Y-%m-%d-%H.%M.%S"),
    form("dd/dd/dd dd:dd:dd", "%y/%m/%d %H:%M:%S"),
    form("dddddd dddddd", "%y%m%d %H%M%S"),
    // RFC 3164 syslog and Android's log have no year.
    form("aaa _d dd:dd:dd", "%b %d %H:%M:%S"),
    form("dd-dd dd:dd:dd", "%m-%d %H:%M:%S"),
    // Days.
    form("dddd-dd-dd", "%Y-%m-%d"),
    form("dddd/dd/dd", "%Y/%m/%d"),
    form("dd.dd.dddd", "%d.%m.%Y"),
];

/// A whole value as a stamp.
pub(super) fn stamp(value: &[u8]) -> Option<Stamp> {
    let value = value.trim_ascii();
    let (stamp, length) = epoch(value).or_else(|| written(value))?;
    (length == value.len()).then_some(stamp)
}

/// The stamp that a line of text begins with, or that stands among its first words.
pub(super) fn leading(line: &[u8]) -> Option<Stamp> {
    /// Behind a host, a level and a process, no further.
    const WORDS: usize = 8;
    const REACH: usize = 160;
    let near = &line[..line.len().min(REACH)];
    let starts = near.iter().enumerate().filter(|&(at, byte)| {
        byte.is_ascii_alphanumeric()
            && (at == 0 || matches!(near[at - 1], b' ' | b'[' | b'\t' | b'>' | b'|' | b'"'))
    });
    starts.take(WORDS).enumerate().find_map(|(word, (at, _))| {
        // Later words may be anything: there, only a time of day counts.
        let first = word == 0;
        let by_epoch = || epoch(&near[at..]).filter(|_| first);
        let (stamp, _) = by_epoch().or_else(|| written(&near[at..]))?;
        let is_time =
            !matches!(stamp, Stamp::Day(_)) && near[at..].iter().take(11).any(|byte| b":-/T,".contains(byte));
        (first || is_time).then_some(stamp)
    })
}

/// Seconds, milli-, micro- or nanoseconds since 1970, told apart by their digits.
fn epoch(text: &[u8]) -> Option<(Stamp, usize)> {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let number: i64 = std::str::from_utf8(&text[..digits]).ok()?.parse().ok()?;
    let (fraction, length) = match digits {
        10 => fraction(&text[digits..]),
        _ => (0, 0),
    };
    let millis = match digits {
        9 | 10 => number * 1000 + fraction,
        13 => number,
        16 => number / 1000,
        19 => number / 1_000_000,
        _ => return None,
    };
    let end = digits + length;
    let is_word = text.get(end).is_none_or(|byte| !byte.is_ascii_alphanumeric() && *byte != b'-');
    (is_word && is_plausible(millis)).then_some((Stamp::Instant(millis), end))
}

fn written(text: &[u8]) -> Option<(Stamp, usize)> {
    FORMS.iter().filter(|form| fits(form.shape, text)).find_map(|form| parse(form, text))
}

fn fits(shape: &str, text: &[u8]) -> bool {
    let alike = |(want, &byte): (u8, &u8)| match want {
        b'd' => byte.is_ascii_digit(),
        b'a' => byte.is_ascii_alphabetic(),
        b'_' => byte.is_ascii_digit() || byte == b' ',
        want => want == byte,
    };
    text.len() >= shape.len() && shape.bytes().zip(text).all(alike)
}

fn parse(form: &Form, text: &[u8]) -> Option<(Stamp, usize)> {
    let (head, tail) = text.split_at(form.shape.len());
    let parsed = BrokenDownTime::parse(form.format, head).ok()?;
    if !form.format.contains("%H") {
        let is_whole = tail.first().is_none_or(|byte| !byte.is_ascii_digit());
        let day = parsed.to_date().ok().filter(|day| is_plausible_year(day.year()));
        return day.filter(|_| is_whole).map(|day| (Stamp::Day(day), head.len()));
    }
    let (millis, fraction) = fraction(tail);
    let (offset, zone) = zone(&tail[fraction..]);
    let length = head.len() + fraction + zone;
    let time = parsed.to_time().ok()?;
    if parsed.year().is_none() {
        // A leap year, so that 29 February is a day.
        let date = Date::new(2000, parsed.month()?, parsed.day()?).ok()?;
        return Some((Stamp::Yearless(date.to_datetime(time)), length));
    }
    let local =
        parsed.to_date().ok()?.to_datetime(time).checked_add(SignedDuration::from_millis(millis)).ok()?;
    let stamp = match offset {
        Some(offset) => Stamp::Instant(offset.to_timestamp(local).ok()?.as_millisecond()),
        None => Stamp::Local(local),
    };
    is_plausible_year(local.year()).then_some((stamp, length))
}

/// Milliseconds of a fraction behind a dot or comma, and its length.
fn fraction(text: &[u8]) -> (i64, usize) {
    let digits = match text {
        [b'.' | b',', rest @ ..] => rest.iter().take_while(|byte| byte.is_ascii_digit()).count(),
        _ => 0,
    };
    if digits == 0 {
        return (0, 0);
    }
    let digit = |place: usize| if place < digits { i64::from(text[1 + place] - b'0') } else { 0 };
    (digit(0) * 100 + digit(1) * 10 + digit(2), digits + 1)
}

/// The offset from UTC that comes first, and its length.
fn zone(text: &[u8]) -> (Option<Offset>, usize) {
    let space = usize::from(text.first() == Some(&b' '));
    let name = &text[space..];
    let ends = |length: usize| name.get(length).is_none_or(|byte| !byte.is_ascii_alphanumeric());
    if name.first() == Some(&b'Z') && ends(1) {
        return (Some(Offset::UTC), space + 1);
    }
    if (name.starts_with(b"UTC") || name.starts_with(b"GMT")) && ends(3) {
        return (Some(Offset::UTC), space + 3);
    }
    let shapes = ["+dd:dd", "-dd:dd", "+dddd", "-dddd", "+dd", "-dd"];
    let Some(shape) = shapes.iter().find(|shape| fits(shape, name) && ends(shape.len())) else {
        return (None, 0);
    };
    let digits: Vec<i32> =
        name[1..shape.len()].iter().filter(|b| b.is_ascii_digit()).map(|b| i32::from(b - b'0')).collect();
    let minutes = digits.get(2..4).map_or(0, |minutes| minutes[0] * 10 + minutes[1]);
    let seconds = ((digits[0] * 10 + digits[1]) * 60 + minutes) * 60;
    match Offset::from_seconds(if name[0] == b'-' { -seconds } else { seconds }) {
        Ok(offset) => (Some(offset), space + shape.len()),
        Err(_) => (None, 0),
    }
}

/// Younger than the systems that are looked at, and no number that only looks like a time.
fn is_plausible(millis: i64) -> bool {
    Timestamp::from_millisecond(millis)
        .is_ok_and(|at| is_plausible_year(TimeZone::UTC.to_datetime(at).year()))
}

fn is_plausible_year(year: i16) -> bool {
    (2000..2100).contains(&year)
}

#[cfg(test)]
mod tests {
    use super::{leading, stamp};

    fn check(value: &str, expected: &str) {
        let found = stamp(value.as_bytes()).map_or("none".to_owned(), |stamp| format!("{stamp:?}"));
        assert_eq!(found, expected, "{value}");
    }

    #[test]
    fn values() {
        check("2026-11-20T10:00:00Z", "Instant(1795168800000)");
        check("2026-11-20T11:00:00.250+01:00", "Instant(1795168800250)");
        check("2026-11-20 10:00:00,123", "Local(2026-11-20T10:00:00.123)");
        check("2026-11-20T10:00", "Local(2026-11-20T10:00:00)");
        check("20261120T100000Z", "Instant(1795168800000)");
        check("2026-11-20", "Day(2026-11-20)");
        check("20.11.2026", "Day(2026-11-20)");
        check("Fri, 20 Nov 2026 10:00:00 GMT", "Instant(1795168800000)");
        check("1795168800", "Instant(1795168800000)");
        check("1795168800.5", "Instant(1795168800500)");
        check("1795168800123", "Instant(1795168800123)");
        check("1795168800123456", "Instant(1795168800123)");
    }

    #[test]
    fn what_is_no_stamp() {
        check("4111111111111111", "none");
        check("2026-13-40", "none");
        check("1970-01-01", "none");
        check("2026-11-20 or so", "none");
        check("12", "none");
        check("10:00:00", "none");
        check("", "none");
    }

    fn check_line(line: &str, expected: &str) {
        let found = leading(line.as_bytes()).map_or("none".to_owned(), |stamp| format!("{stamp:?}"));
        assert_eq!(found, expected, "{line}");
    }

    #[test]
    fn lines() {
        check_line("2026-11-20 10:00:00,123 INFO x", "Local(2026-11-20T10:00:00.123)");
        check_line("[2026-11-20T10:00:00Z] x", "Instant(1795168800000)");
        check_line("<34>1 2026-11-20T10:00:00Z host x", "Instant(1795168800000)");
        check_line("<34>Nov 20 10:00:00 host x", "Yearless(2000-11-20T10:00:00)");
        check_line("Nov  5 10:00:00 host x", "Yearless(2000-11-05T10:00:00)");
        check_line("1.2.3.4 - - [20/Nov/2026:10:00:00 +0000] \"GET /\"", "Instant(1795168800000)");
        check_line("[Fri Nov 20 10:00:00.123456 2026] [error] x", "Local(2026-11-20T10:00:00.123456)");
        check_line("[Fri Nov 20 10:00:00 2026] [error] x", "Local(2026-11-20T10:00:00)");
        check_line("INFO 2026-11-20 10:00:00 x", "Local(2026-11-20T10:00:00)");
        check_line("26/11/20 10:00:00 INFO x", "Local(2026-11-20T10:00:00)");
        check_line("261120 100000 148 INFO x", "Local(2026-11-20T10:00:00)");
        check_line("11-20 10:00:00.811 1702 x", "Yearless(2000-11-20T10:00:00)");
        check_line("FATAL 1795168800 2026.11.20 R02 2026-11-20-10.00.00.5 x", "Local(2026-11-20T10:00:00.5)");
        check_line("1795168800 x", "Instant(1795168800000)");
        check_line("paid with 411111 111111 today", "none");
        check_line("order 1795168800 paid", "none");
        check_line("plain", "none");
    }
}
