//! The one clock: a run's start. `SOURCE_DATE_EPOCH` sets it.

/// The start of a run, in milliseconds since 1970 UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clock(pub i64);

impl Clock {
    /// `SOURCE_DATE_EPOCH` (seconds) if it is set and a number, else now.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that asks for the time")]
    pub fn start() -> Clock {
        let fixed = std::env::var("SOURCE_DATE_EPOCH").ok().and_then(|text| text.trim().parse::<i64>().ok());
        Clock(fixed.map_or_else(
            || {
                let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
                since.map_or(0, |elapsed| i64::try_from(elapsed.as_millis()).unwrap_or(i64::MAX))
            },
            |seconds| seconds.saturating_mul(1000),
        ))
    }

    /// The day, in UTC: `2026-11-20`.
    pub fn date(self) -> String {
        self.stamp()[..10].to_owned()
    }

    /// The second, in UTC: `2026-11-20T10:00:00Z`.
    pub fn stamp(self) -> String {
        jiff::Timestamp::from_millisecond(self.0).map_or_else(
            |_| "1970-01-01T00:00:00Z".into(),
            |time| time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        )
    }
}
