//! When a value was there. A time is an interval, and says where it is known from; a date alone, or a stamp
//! without zone, is a wider one. It must not know the wall clock.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::stamp::{Stamp, leading, stamp};
use super::{FieldPath, Hints, Record};

/// Milliseconds since 1970 UTC, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Time {
    /// Not before.
    pub earliest: i64,
    /// Not after.
    pub latest: i64,
    /// Where it is known from.
    pub known: Known,
}

/// Where a time is known from, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Known {
    /// A field of the record, or its leading timestamp.
    Field,
    /// The broker's stamp.
    Broker,
    /// A date, or a stamp without a zone.
    DateOnly,
    /// The file's own time: an upper bound, never shown.
    File,
}

impl Time {
    /// An instant known from a record's own field.
    pub fn at(millis: i64) -> Self {
        Time { earliest: millis, latest: millis, known: Known::Field }
    }

    /// Whether this is surely before the other.
    pub fn before(&self, other: &Time) -> bool {
        self.known != Known::File && self.latest < other.earliest
    }
}

/// The time of a decoded record: the field that the user named, else the stamp that the line `lead` begins with,
/// else a field with a usual name, else the broker's time, else the file's as a bound.
pub(super) fn resolve(record: &Record, lead: &[u8], hints: &Hints, broker: Option<i64>) -> Option<Time> {
    named(record, hints)
        .or_else(|| by_lead(lead, hints))
        .or_else(|| usual(record, hints))
        .or_else(|| broker.map(|at| Time { earliest: at, latest: at, known: Known::Broker }))
        .or_else(|| hints.not_after.map(|latest| Time { earliest: i64::MIN, latest, known: Known::File }))
}

fn by_lead(lead: &[u8], hints: &Hints) -> Option<Time> {
    // An object says it in a field.
    let stamp = if lead.starts_with(b"{") { None } else { leading(lead) };
    interval(stamp?, hints)
}

fn named(record: &Record, hints: &Hints) -> Option<Time> {
    let name = hints.time_field.as_deref()?;
    let fields = || record.fields().filter(|field| field.path.as_str() == name);
    fields().find_map(|field| interval(stamp(field.value.expose())?, hints))
}

/// Names of fields that hold a record's time, the best first: when it happened, when it was made, when it was last
/// changed. Without case, `_`, `-` and `@`.
const NAMES: &[&str] = &[
    "timestamp",
    "eventtime",
    "eventtimestamp",
    "eventdate",
    "occurredat",
    "time",
    "ts",
    // Debezium's.
    "tsms",
    "datetime",
    "loggedat",
    "logtime",
    "date",
    "createdat",
    "created",
    "createddate",
    "createdtime",
    "createdon",
    "creationdate",
    "creationtime",
    "orderdate",
    "transactiondate",
    "invoicedate",
    "bookingdate",
    "bookedat",
    "bookedon",
    "booked",
    "paidat",
    "paidon",
    "settlementdate",
    "settledat",
    "settledon",
    "postingdate",
    "postedat",
    "postedon",
    "valuedate",
    "lastmodifieddate",
    "lastmodified",
    "modifiedat",
    "modified",
    "updatedat",
    "updated",
    "updatedon",
    "processedat",
    "receivedat",
    "ingestiontime",
];

/// A field with a usual name at the top or one object below; the better name first, then the higher place.
fn usual(record: &Record, hints: &Hints) -> Option<Time> {
    let candidates = record.fields().filter_map(|field| {
        let rank = rank(field.path)?;
        Some((rank, interval(stamp(field.value.expose())?, hints)?))
    });
    // The first of equal ones.
    candidates.reduce(|best, next| if next.0 < best.0 { next } else { best }).map(|(_, time)| time)
}

fn rank(path: &FieldPath) -> Option<(usize, usize)> {
    let text = path.as_str();
    let depth = text.bytes().filter(|&byte| byte == b'.').count();
    if depth > 1 || text.contains('|') {
        return None;
    }
    let key = path.key();
    Some((NAMES.iter().position(|name| is_spelling(key, name))?, depth))
}

fn is_spelling(key: &str, name: &str) -> bool {
    let letters = key.bytes().filter(|byte| !matches!(byte, b'_' | b'-' | b'@' | b' '));
    letters.map(|byte| byte.to_ascii_lowercase()).eq(name.bytes())
}

/// Zones lie between 12 hours behind and 14 hours ahead of UTC: local time read as UTC is off by that at most.
const AHEAD: i64 = 14 * 3_600_000;
const BEHIND: i64 = 12 * 3_600_000;

/// From when to when a stamp may mean.
fn interval(stamp: Stamp, hints: &Hints) -> Option<Time> {
    let zone = hints.timezone.as_deref().and_then(|name| TimeZone::get(name).ok());
    match stamp {
        Stamp::Instant(at) => Some(Time::at(at)),
        Stamp::Local(local) => match &zone {
            Some(zone) => Some(Time::at(in_zone(local, zone)?)),
            None => widened(local, local, None),
        },
        Stamp::Yearless(local) => {
            let local = latest_year(local, zone.as_ref().unwrap_or(&TimeZone::UTC), hints.not_after?)?;
            widened(local, local, zone.as_ref())
        }
        Stamp::Day(day) => {
            let last = day.at(23, 59, 59, 999_000_000);
            widened(day.at(0, 0, 0, 0), last, zone.as_ref())
        }
    }
}

fn widened(first: DateTime, last: DateTime, zone: Option<&TimeZone>) -> Option<Time> {
    let (earliest, latest) = match zone {
        Some(zone) => (in_zone(first, zone)?, in_zone(last, zone)?),
        None => (in_zone(first, &TimeZone::UTC)? - AHEAD, in_zone(last, &TimeZone::UTC)? + BEHIND),
    };
    Some(Time { earliest, latest, known: Known::DateOnly })
}

fn in_zone(local: DateTime, zone: &TimeZone) -> Option<i64> {
    Some(zone.to_timestamp(local).ok()?.as_millisecond())
}

/// The last year in which a stamp without one was not after the bound. A day is allowed for, because the stamp's
/// zone may be ahead.
fn latest_year(local: DateTime, zone: &TimeZone, not_after: i64) -> Option<DateTime> {
    let bound =
        Timestamp::from_millisecond(not_after).ok()?.checked_add(SignedDuration::from_hours(24)).ok()?;
    let year = zone.to_datetime(bound).year();
    // Eight years, because 29 February may be that far away.
    (0..8).find_map(|back| {
        let local = local.with().year(year - back).build().ok()?;
        (in_zone(local, zone)? <= bound.as_millisecond()).then_some(local)
    })
}

#[cfg(test)]
mod tests {
    use super::{Hints, resolve};
    use crate::decode::{FieldPath, Record};

    /// Fields as `path=value`, separated by `; `.
    fn check(fields: &str, lead: &str, hints: &Hints, expected: &str) {
        let mut record = Record::default();
        for (path, value) in fields.split("; ").filter_map(|field| field.split_once('=')) {
            record.push(FieldPath::parse(path), value.as_bytes(), 0, None);
        }
        let found = resolve(&record, lead.as_bytes(), hints, None).map_or("none".to_owned(), |time| {
            let hour = |millis: i64| {
                jiff::Timestamp::from_millisecond(millis).unwrap().strftime("%Y-%m-%dT%H:%M").to_string()
            };
            match time.earliest == time.latest {
                true => format!("{:?} {}", time.known, hour(time.earliest)),
                false => format!("{:?} {} to {}", time.known, hour(time.earliest.max(0)), hour(time.latest)),
            }
        });
        assert_eq!(found, expected, "{fields} {lead}");
    }

    fn hints(time_field: Option<&str>, timezone: Option<&str>) -> Hints {
        let not_after = Some(1_795_168_800_000); // 2026-11-20T10:00:00Z
        Hints { time_field: time_field.map(str::to_owned), timezone: timezone.map(str::to_owned), not_after }
    }

    #[test]
    fn fields_by_their_names() {
        let any = hints(None, None);
        check("a=1; created_at=2026-01-01T00:00Z; ts=1795100000", "", &any, "Field 2026-11-19T14:53");
        check("meta.eventTime=2026-01-02T03:04:05Z", "", &any, "Field 2026-01-02T03:04");
        check("@timestamp=2026-01-02T03:04:05Z", "", &any, "Field 2026-01-02T03:04");
        check("a.b.time=2026-01-02T03:04:05Z", "", &any, "File 1970-01-01T00:00 to 2026-11-20T10:00");
        check("settled_on=2026-01-02", "", &any, "DateOnly 2026-01-01T10:00 to 2026-01-03T11:59");
        check("time=12; date=2026-01-02", "", &any, "DateOnly 2026-01-01T10:00 to 2026-01-03T11:59");
        check(
            "ts=2026-01-02T03:04:05Z; x=2025-01-01T00:00:00Z",
            "",
            &hints(Some("x"), None),
            "Field 2025-01-01T00:00",
        );
        check("ts=2026-01-02T03:04:05Z; x=?", "", &hints(Some("x"), None), "Field 2026-01-02T03:04");
    }

    #[test]
    fn zones_and_years() {
        let (any, berlin) = (hints(None, None), hints(None, Some("UTC")));
        check("", "2026-01-02 03:04:05 x", &any, "DateOnly 2026-01-01T13:04 to 2026-01-02T15:04");
        check("", "2026-01-02 03:04:05 x", &berlin, "Field 2026-01-02T03:04");
        check("", "Nov 20 09:00:00 x", &any, "DateOnly 2026-11-19T19:00 to 2026-11-20T21:00");
        check("", "Dec 24 09:00:00 x", &berlin, "DateOnly 2025-12-24T09:00");
        check("", "Feb 29 09:00:00 x", &berlin, "DateOnly 2024-02-29T09:00");
        check("", "Dec 24 09:00:00 x", &Hints::default(), "none");
    }
}
