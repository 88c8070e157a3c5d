//! Floor 2: a value in its context becomes a [`Hit`]. The last floor that sees a raw value, and the home of
//! [`scrub`], through which any foreign text passes before it is shown.
//!
//! It must not know datasets, policies or reports. Nothing that it returns holds raw text.
//!
//! To add a detector: one new file with a `DETECTOR` value and its examples, and one line in [`DETECTORS`].

mod account;
mod allow;
mod breaks;
mod companions;
mod contact;
mod context;
mod counted;
mod cvv;
mod cvv_place;
mod cvv_text;
mod detector;
mod encrypted;
mod entries;
mod expiry;
mod exponent;
mod fingerprint;
mod forms;
mod hashed;
mod hit;
mod holder;
mod iban;
mod identity;
mod iin;
mod keys;
mod luhn;
mod masked;
mod network_token;
mod numbers;
mod opaque;
mod overlap;
mod pan;
mod pattern;
mod pin;
mod psp_id;
mod psp_token;
mod published;
mod scanner;
mod scrub;
mod secret;
mod secret_forms;
mod shape;
mod sift;
mod surroundings;
mod tag;
mod track;
mod truncated;

pub use allow::{Allow, Allowed, Picture, SpelledOut};
pub use context::Context;
pub use counted::{Counted, Manner};
pub use detector::{Candidate, Detector};
pub use fingerprint::{Fingerprint, Key, KeyId, MalformedKey, NoRandomness};
pub use hit::{Hit, Identity, Mask, Reason, Score};
pub use pattern::name_fits;
pub use scanner::{Effort, Isa, Scanner};
pub use scrub::{Scrubbed, scrub, scrub_foreign};
pub use sift::{Join, Reveal, Shape, Sift, Sifted, Sifter, Wanted};
pub use tag::{Class, Selector, State, Tag, Test};

/// Every detector built in, in the order of the docs.
pub static DETECTORS: &[&Detector] = &[
    &pan::DETECTOR,
    &masked::DETECTOR,
    &truncated::DETECTOR,
    &hashed::DETECTOR,
    &cvv::DETECTOR,
    &encrypted::PAN,
    &encrypted::CVV,
    &track::TRACK_1,
    &track::TRACK_2,
    &pin::DETECTOR,
    &expiry::DETECTOR,
    &holder::CARDHOLDER,
    &holder::SERVICE_CODE,
    &network_token::DETECTOR,
    &psp_token::DETECTOR,
    &psp_id::DETECTOR,
    &secret::DETECTOR,
    &iban::DETECTOR,
    &account::DETECTOR,
    &contact::DETECTOR,
];

#[cfg(test)]
mod docs;
#[cfg(test)]
mod table;

#[cfg(test)]
pub(crate) use docs::with_table;
