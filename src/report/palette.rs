//! One colour a state: the picture, the page and its legend share them.

use super::picture::{Region, Tone};

/// Text.
pub(super) const INK: &str = "#1b2330";
/// What is read second.
pub(super) const QUIET: &str = "#667085";
/// What must not be missed.
pub(super) const ALARM: &str = "#c8102e";
/// The border of a card without alarm.
pub(super) const LINE: &str = "#cbd2dc";
/// What fills the card of a system.
pub(super) const SHADE: &str = "#f7f8fa";

/// The states that a legend explains, the worst first.
pub(super) const LEGEND: &[(Tone, &str)] = &[
    (Tone::Authentication, "verification code, track, PIN"),
    (Tone::Clear, "card number in clear"),
    (Tone::Secret, "key or secret"),
    (Tone::Hashed, "hashed"),
    (Tone::Truncated, "truncated or masked"),
    (Tone::Companion, "expiry, holder, account"),
    (Tone::Token, "token"),
    (Tone::Test, "published test value"),
];

/// The colour of a state.
pub(super) fn color(tone: Tone) -> &'static str {
    match tone {
        Tone::Authentication => "#7a0019",
        Tone::Clear => ALARM,
        Tone::Secret => "#b5127e",
        Tone::Hashed => "#8039ad",
        Tone::Truncated => "#b86e00",
        Tone::Companion => "#2f659f",
        Tone::Token => "#1a8754",
        Tone::Test => "#5b6675",
        Tone::Nothing => "#8a94a6",
    }
}

/// What fills a region, and its border.
pub(super) fn region_colors(region: &Region) -> (&'static str, &'static str) {
    match region {
        Region::Undeclared => ("#fdeeee", "#e6b8b8"),
        Region::Outside => ("#f4f4f2", "#d8d8d2"),
        Region::Zone(zone) => match zone.as_str() {
            "cde" => ("#eef6f1", "#c5dccd"),
            "connected" => ("#f1f4fa", "#ccd6e8"),
            "out-of-scope" => ("#fbf4ec", "#ecdcc4"),
            _ => ("#f5f3fa", "#d9d2ea"),
        },
    }
}

/// A region as people say it.
pub(super) fn region_title(region: &Region) -> &str {
    match region {
        Region::Undeclared => "no zone declared",
        Region::Outside => "outside the estate, known by name",
        Region::Zone(zone) => match zone.as_str() {
            "cde" => "cardholder data environment",
            "out-of-scope" => "out of scope",
            other => other,
        },
    }
}
