//! What a field's name says about its value (`data/keys.txt`), compared without case and punctuation.
//!
//! It must not look at values.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::OnceLock,
};

/// What a key promises. A key may promise several things at once: `pan`, or `card` as the parent of others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Roles(u32);

/// One promise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u32)]
pub(super) enum Role {
    /// A card number.
    Pan = 1,
    /// An account number, which at some gateways is the card's.
    Account = 1 << 1,
    /// A number of whatever the parent is.
    Number = 1 << 2,
    /// An object about a card or a payment by card.
    Card = 1 << 3,
    /// A verification code, by a name that means nothing else.
    Cvv = 1 << 4,
    /// A verification code if a card is near: `cid` is more often a customer id.
    MaybeCvv = 1 << 5,
    /// A PIN.
    Pin = 1 << 6,
    /// An encrypted PIN block.
    PinBlock = 1 << 7,
    /// An expiry date.
    Expiry = 1 << 8,
    /// Month or year of an expiry date.
    ExpiryPart = 1 << 9,
    /// A cardholder's name, by a name that means nothing else.
    Holder = 1 << 10,
    /// A name that is the cardholder's if it stands in a card.
    MaybeHolder = 1 << 11,
    /// A service code.
    ServiceCode = 1 << 12,
    /// The last four digits of a card.
    LastFour = 1 << 13,
    /// The last digits of something.
    MaybeLastFour = 1 << 14,
    /// The first six or eight digits of a card.
    Bin = 1 << 15,
    /// A brand.
    Brand = 1 << 16,
    /// A network token: a number that stands for a card at the scheme.
    NetworkToken = 1 << 17,
    /// A token that stands for a card.
    Token = 1 << 18,
    /// An id, a reference, a phone, a clock, an amount: anything long and numeric that is no card.
    Identifier = 1 << 19,
    /// A DUKPT key serial number: it stands beside PIN blocks.
    KeySerial = 1 << 20,
    /// Track data.
    Track = 1 << 21,
    /// A bank account, or a part of one.
    Bank = 1 << 22,
    /// An object about a payment, by a name that other numbers of the payment go by as well.
    Payment = 1 << 23,
    /// Text that people write: what they paste is seldom an id.
    Prose = 1 << 24,
    /// Month or year, of whatever.
    Calendar = 1 << 25,
}

impl Roles {
    /// Whether the key promises this.
    pub(super) fn has(self, role: Role) -> bool {
        self.0 & role as u32 != 0
    }

    /// Whether it promises one of these.
    pub(super) fn any(self, roles: &[Role]) -> bool {
        roles.iter().any(|&role| self.has(role))
    }

    /// What is left when these promises count for nothing: they need their whole key.
    fn without(self, roles: &[Role]) -> Self {
        Roles(roles.iter().fold(self.0, |left, &role| left & !(role as u32)))
    }

    /// Whether a word right before a number introduces a card number. Payments, sources and networks have ids.
    pub(super) fn is_card_word(self) -> bool {
        self.has(Role::Pan) || self.has(Role::Card) && !self.has(Role::Payment)
    }

    /// What a key says, as it stands in the data: `ssl_card_number`, `cardNumber`, `CVV2`.
    pub(super) fn of(key: &str) -> Self {
        let mut word_starts = [0; MOST_WORDS];
        let mut spelling = Spelling { text: [0; LONGEST], len: 0 };
        // Salesforce marks fields of one's own.
        let key = key.strip_suffix("__c").unwrap_or(key);
        let Some(words) = spelling.read(key, &mut word_starts) else { return Roles::default() };
        let whole = spelling.text();
        if let Some(&roles) = names().roles.get(whole) {
            return roles;
        }
        let starts = &word_starts[..words];
        if starts.iter().any(|&start| names().qualifiers.contains(spelling.word(start, starts))) {
            return Roles::default();
        }
        if names().endings.iter().any(|ending| whole.ends_with(ending)) {
            return Roles(Role::Identifier as u32);
        }
        // `ssl_card_number`: the longest ending of whole words that is a name.
        let mut endings = starts.iter().skip(1).map(|&start| &whole[start..]);
        let found = endings.find_map(|ending| names().roles.get(ending).copied()).unwrap_or_default();
        match found.without(&[Role::MaybeHolder, Role::MaybeCvv, Role::MaybeLastFour, Role::Number]) {
            nothing if nothing == Roles::default() => names().code(whole, starts),
            found => found,
        }
    }
}

/// More than that is no name.
const LONGEST: usize = 64;
const MOST_WORDS: usize = 12;

/// A key in lower-case letters and digits, on the stack: every field has one.
struct Spelling {
    text: [u8; LONGEST],
    len: usize,
}

impl Spelling {
    /// Reads a key and marks where its words start; gives the number of words, or nothing if it is too long.
    fn read(&mut self, key: &str, starts: &mut [usize; MOST_WORDS]) -> Option<usize> {
        let (mut words, mut before) = (0, b' ');
        for byte in key.bytes() {
            if byte.is_ascii_alphanumeric() {
                let begins = !before.is_ascii_alphanumeric()
                    || byte.is_ascii_uppercase() && before.is_ascii_lowercase();
                if begins && words < MOST_WORDS {
                    starts[words] = self.len;
                    words += 1;
                }
                *self.text.get_mut(self.len)? = byte.to_ascii_lowercase();
                self.len += 1;
            }
            before = byte;
        }
        (self.len > 0).then_some(words)
    }

    fn text(&self) -> &str {
        std::str::from_utf8(&self.text[..self.len]).unwrap_or_default()
    }

    fn word(&self, start: usize, starts: &[usize]) -> &str {
        let end = starts.iter().copied().find(|&next| next > start).unwrap_or(self.len);
        &self.text()[start..end]
    }
}

/// `data/keys.txt`, read.
#[derive(Default)]
struct Names {
    roles: BTreeMap<&'static str, Roles>,
    qualifiers: BTreeSet<&'static str>,
    endings: Vec<&'static str>,
    code_endings: Vec<&'static str>,
    maybe_code_endings: Vec<&'static str>,
    fillers: Vec<&'static str>,
}

fn names() -> &'static Names {
    static NAMES: OnceLock<Names> = OnceLock::new();
    NAMES.get_or_init(|| {
        let (mut names, mut heading) = (Names::default(), "");
        for line in include_str!("data/keys.txt").lines().filter(|line| !line.starts_with('#')) {
            match line.strip_suffix(':') {
                Some(next) => heading = next,
                None => line.split_whitespace().for_each(|key| names.add(heading, key)),
            }
        }
        names
    })
}

impl Names {
    /// Whether a name is one of a verification code without being in the list: `sg_CVV2`, `UMcvv2`, `CVVData`.
    fn code(&self, whole: &str, starts: &[usize]) -> Roles {
        let stem = self.without_fillers(whole);
        let whole_words = || starts.iter().filter_map(|&start| stem.get(start..));
        let codes = Roles(Role::Cvv as u32 | Role::MaybeCvv as u32);
        let listed = self.roles.get(stem).copied().unwrap_or_default();
        if self.code_endings.iter().any(|ending| stem.ends_with(ending)) {
            Roles(Role::Cvv as u32)
        } else if whole_words().any(|words| self.maybe_code_endings.contains(&words)) {
            Roles(Role::MaybeCvv as u32)
        } else {
            Roles(listed.0 & codes.0)
        }
    }

    fn without_fillers<'a>(&self, whole: &'a str) -> &'a str {
        let shorter = |name: &'a str| self.fillers.iter().find_map(|filler| name.strip_suffix(filler));
        let once = shorter(whole).unwrap_or(whole);
        shorter(once).unwrap_or(once)
    }

    fn add(&mut self, heading: &str, key: &'static str) {
        match heading {
            "qualifier" => _ = self.qualifiers.insert(key),
            "identifier-ending" => self.endings.push(key),
            "cvv-ending" => self.code_endings.push(key),
            "maybe-cvv-ending" => self.maybe_code_endings.push(key),
            "filler" => self.fillers.push(key),
            "plain" => _ = self.roles.entry(key).or_default(),
            role => {
                let found = HEADINGS.iter().find(|(heading, _)| *heading == role);
                let (_, role) = found.expect("keys.txt is built in and tested");
                self.roles.entry(key).or_default().0 |= *role as u32;
            }
        }
    }
}

const HEADINGS: &[(&str, Role)] = &[
    ("pan", Role::Pan),
    ("account", Role::Account),
    ("number", Role::Number),
    ("card", Role::Card),
    ("cvv", Role::Cvv),
    ("maybe-cvv", Role::MaybeCvv),
    ("pin", Role::Pin),
    ("pin-block", Role::PinBlock),
    ("expiry", Role::Expiry),
    ("expiry-part", Role::ExpiryPart),
    ("holder", Role::Holder),
    ("maybe-holder", Role::MaybeHolder),
    ("service-code", Role::ServiceCode),
    ("last-four", Role::LastFour),
    ("maybe-last-four", Role::MaybeLastFour),
    ("bin", Role::Bin),
    ("brand", Role::Brand),
    ("network-token", Role::NetworkToken),
    ("token", Role::Token),
    ("identifier", Role::Identifier),
    ("key-serial", Role::KeySerial),
    ("track", Role::Track),
    ("bank", Role::Bank),
    ("payment", Role::Payment),
    ("prose", Role::Prose),
    ("calendar", Role::Calendar),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn check(keys: &[&str], role: Role) {
        for key in keys {
            assert!(Roles::of(key).has(role), "{key}: {role:?}");
        }
    }

    fn check_not(keys: &[&str], role: Role) {
        for key in keys {
            assert!(!Roles::of(key).has(role), "{key}: {role:?}");
        }
    }

    #[test]
    fn spellings_and_endings() {
        check(
            &["PAN", "card_number", "cardNumber", "ssl_card_number", "customerCardNumber", "DS_MERCHANT_PAN"],
            Role::Pan,
        );
        check(&["CVV2", "card-cvc", "dig_cvv_code", "payment_security_code", "CVVAL"], Role::Cvv);
        check(
            &[
                "UMcvv2",
                "CVVData",
                "xCVV",
                "trnCardCvd",
                "CvcNumber",
                "Cvv2Val",
                "cardValidationNum",
                "C_cvv",
                "CVV__c",
            ],
            Role::Cvv,
        );
        check(&["ewayCVN", "VerificationStr2", "dc_verification_number", "cvmvalue"], Role::MaybeCvv);
        check(&["orderId", "order_ref", "traceid", "x-request-id", "imei"], Role::Identifier);
        check(&["EXP_MONTH", "card_exp_year"], Role::ExpiryPart);
    }

    #[test]
    fn names_about_a_value_are_not_its_name() {
        check_not(
            &[
                "cvv_result",
                "cvvresponse",
                "ignore_cvv",
                "cvv_presence_code",
                "cavv",
                "cvc_check",
                "cvv2match",
                "CVVResultCode",
                "CVD_Presence_Ind",
                "cardVerificationResults",
                "cvnumberresult",
            ],
            Role::Cvv,
        );
        check_not(&["CVD_Presence_Ind", "cvmindicator", "verification_result", "cv2avs"], Role::MaybeCvv);
        check_not(&["span", "japan", "masked_pan", "pan_hash", "card_number_length", "company"], Role::Pan);
        check_not(&["shipping_code", "encryptedSecurityCode"], Role::Cvv);
    }
}
