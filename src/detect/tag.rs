//! The vocabulary of what a value is: one list for code, JSON, rules and docs.

use std::str::FromStr;

/// What kind of thing a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// Primary account number: the card number.
    Pan,
    /// Card verification code, whatever the brand calls it.
    Cvv,
    /// PIN or PIN block.
    Pin,
    /// Track 1 of the magnetic stripe.
    Track1,
    /// Track 2 of the magnetic stripe, or its equivalent on a chip.
    Track2,
    /// Expiry date of a card.
    Expiry,
    /// Name of the cardholder.
    Cardholder,
    /// Service code of a card.
    ServiceCode,
    /// A token that stands for a card at a payment provider or vault.
    Token,
    /// An identifier that a payment provider gave to a payment, customer or event.
    PspId,
    /// A key or secret of a payment provider.
    Secret,
    /// International bank account number.
    Iban,
    /// Another bank account number.
    Account,
    /// Name, address, mail or telephone number.
    Contact,
}

/// What was done to a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// Nothing: the value itself. An encoding such as base64 is clear.
    Clear,
    /// Digits replaced for display.
    Masked,
    /// Digits removed: first six and last four at most, or the last four alone.
    Truncated,
    /// A digest.
    Hashed,
    /// Ciphertext.
    Encrypted,
}

/// Whether a value is a published test value (or a key's test mode).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Test {
    /// As far as we know it is real.
    Real,
    /// It is on a provider's list of test values, or its own form says test.
    Published,
}

/// Class, state, and whether it is a test value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tag {
    /// What it is.
    pub class: Class,
    /// What was done to it.
    pub state: State,
    /// Whether it is real.
    pub test: Test,
}

/// `class` or `class.state`, as rules and flags name tags.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Selector {
    /// The class.
    pub class: Class,
    /// The state, or any.
    pub state: Option<State>,
}

impl Class {
    /// Every class, in the order of the docs.
    pub const ALL: [Class; 14] = [
        Class::Pan,
        Class::Cvv,
        Class::Pin,
        Class::Track1,
        Class::Track2,
        Class::Expiry,
        Class::Cardholder,
        Class::ServiceCode,
        Class::Token,
        Class::PspId,
        Class::Secret,
        Class::Iban,
        Class::Account,
        Class::Contact,
    ];

    /// The word in JSON, rules and docs.
    pub fn id(self) -> &'static str {
        match self {
            Class::Pan => "pan",
            Class::Cvv => "cvv",
            Class::Pin => "pin",
            Class::Track1 => "track1",
            Class::Track2 => "track2",
            Class::Expiry => "expiry",
            Class::Cardholder => "cardholder",
            Class::ServiceCode => "service-code",
            Class::Token => "token",
            Class::PspId => "psp-id",
            Class::Secret => "secret",
            Class::Iban => "iban",
            Class::Account => "account",
            Class::Contact => "contact",
        }
    }

    /// What it is, in a few words.
    pub fn about(self) -> &'static str {
        match self {
            Class::Pan => "card number (primary account number)",
            Class::Cvv => "card verification code, whatever the brand calls it",
            Class::Pin => "PIN or PIN block",
            Class::Track1 => "track 1 of the magnetic stripe",
            Class::Track2 => "track 2 of the magnetic stripe, or its equivalent on a chip",
            Class::Expiry => "expiry date of a card",
            Class::Cardholder => "name of the cardholder",
            Class::ServiceCode => "service code of a card",
            Class::Token => "token that stands for a card at a payment provider, a vault or a scheme",
            Class::PspId => "identifier that a payment provider gave to a payment, customer or event",
            Class::Secret => "key or secret of a payment provider",
            Class::Iban => "international bank account number",
            Class::Account => "another bank account or routing number",
            Class::Contact => "name, address, mail or telephone number",
        }
    }

    /// Card data: it goes where its card number goes.
    pub fn is_of_a_card(self) -> bool {
        self.is_authentication()
            || matches!(self, Class::Pan | Class::Expiry | Class::Cardholder | Class::ServiceCode)
    }

    /// Sensitive authentication data: never stored after authorization (PCI DSS 3.3.1), never fingerprinted.
    pub fn is_authentication(self) -> bool {
        matches!(self, Class::Cvv | Class::Pin | Class::Track1 | Class::Track2)
    }
}

impl State {
    /// Every state, in the order of the docs.
    pub const ALL: [State; 5] =
        [State::Clear, State::Masked, State::Truncated, State::Hashed, State::Encrypted];

    /// The word in JSON, rules and docs.
    pub fn id(self) -> &'static str {
        match self {
            State::Clear => "clear",
            State::Masked => "masked",
            State::Truncated => "truncated",
            State::Hashed => "hashed",
            State::Encrypted => "encrypted",
        }
    }

    /// What was done, in a few words.
    pub fn about(self) -> &'static str {
        match self {
            State::Clear => "nothing; an encoding such as base64 is clear",
            State::Masked => "digits replaced for display",
            State::Truncated => {
                "digits removed: the first six and last four are left at most, or the last four alone"
            }
            State::Hashed => "a digest",
            State::Encrypted => "ciphertext",
        }
    }
}

impl Tag {
    /// A real, clear value of a class.
    pub fn clear(class: Class) -> Self {
        Tag { class, state: State::Clear, test: Test::Real }
    }

    /// The same in another state.
    pub fn in_state(self, state: State) -> Self {
        Tag { state, ..self }
    }
}

impl Selector {
    /// Whether it selects the tag; test values are selected like real ones.
    pub fn selects(self, tag: Tag) -> bool {
        self.class == tag.class && self.state.is_none_or(|state| state == tag.state)
    }
}

/// The text is no `class` or `class.state`; whoever wrote it mends it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no such tag; `dyetrace list tags` shows the classes and states")]
pub struct UnknownTag;

impl FromStr for Selector {
    type Err = UnknownTag;

    fn from_str(text: &str) -> Result<Self, UnknownTag> {
        let (class, state) = match text.split_once('.') {
            Some((class, state)) => (class, Some(state)),
            None => (text, None),
        };
        let class = Class::ALL.into_iter().find(|c| c.id() == class).ok_or(UnknownTag)?;
        let state = match state {
            Some(word) => Some(State::ALL.into_iter().find(|s| s.id() == word).ok_or(UnknownTag)?),
            None => None,
        };
        Ok(Selector { class, state })
    }
}

impl std::fmt::Display for Selector {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.class.id())?;
        self.state.map_or(Ok(()), |state| write!(f, ".{}", state.id()))
    }
}

impl std::fmt::Display for Tag {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.class.id(), self.state.id())
    }
}
