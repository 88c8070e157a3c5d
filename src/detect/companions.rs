//! What of a card stands beside a field: among the members of its object, and of the objects next to it.

use super::{
    Test,
    context::{Context, Neighbour},
    detector::Digits,
    iin::issuer,
    keys::Role,
    luhn,
    numbers::{Taken, numbers},
    published,
};

/// Parts of a card beside a value.
#[derive(Debug, Default)]
pub(super) struct Companions {
    /// An expiry date, or its month and year.
    pub(super) expiry: bool,
    /// A verification code.
    pub(super) cvv: bool,
    /// A cardholder's name.
    pub(super) holder: bool,
    /// The expiry is a full date, or month and year without another word: those could be anything's.
    only_calendar: bool,
    /// The last four digits, a mask or a token: the parts may be that card's.
    reduced: bool,
    /// What a field for the brand says, in lower-case letters.
    brand: String,
}

impl Companions {
    /// Whether any part of a card is there.
    pub(super) fn any(&self) -> bool {
        self.has_card_expiry() || self.cvv || self.holder
    }

    /// Whether an expiry date is written as a card's.
    pub(super) fn has_card_expiry(&self) -> bool {
        self.expiry && !self.only_calendar
    }

    /// Whether there are parts that only a card has, and no other field is the card that they belong to.
    pub(super) fn are_orphaned(&self) -> bool {
        (self.has_card_expiry() || self.cvv) && !self.reduced
    }

    /// Whether a field for the brand names this one.
    pub(super) fn names_brand(&self, brand: &str) -> bool {
        self.brand == brand
    }
}

/// The parts of a card beside the context's field; nothing if they are another field's, because that one is named
/// for card numbers.
pub(super) fn companions(context: &Context<'_>) -> Companions {
    let mut beside = Companions::default();
    if !context.roles().has(Role::Pan) && context.siblings().any(|sibling| is_card_field(&sibling)) {
        return beside;
    }
    beside.only_calendar = true;
    for near in context.near().filter(|near| is_beside(context, near)) {
        let roles = near.roles;
        let expiry = roles.any(&[Role::Expiry, Role::ExpiryPart]) && has_digits(near.value, 1..=8);
        beside.expiry |= expiry;
        // A full date is when anything ends.
        beside.only_calendar &= !expiry || roles.has(Role::Calendar) || !has_digits(near.value, 1..=6);
        beside.reduced |= is_reduced(context, &near);
        beside.cvv |= roles.has(Role::Cvv) && has_digits(near.value, 3..=4);
        beside.holder |= roles.has(Role::Holder) && near.value.iter().any(u8::is_ascii_alphabetic);
        if roles.has(Role::Brand) {
            let letters = near.value.iter().filter(|b| b.is_ascii_alphabetic()).take(24);
            beside.brand = letters.map(|b| char::from(b.to_ascii_lowercase())).collect();
        }
    }
    beside
}

fn is_card_field(field: &Neighbour<'_>) -> bool {
    field.roles.has(Role::Pan) && has_digits(field.value, 12..=19)
}

/// A sibling, or a member of an object inside the same object: `card.number` and `card.expiry.month`.
pub(super) fn is_beside(context: &Context<'_>, near: &Neighbour<'_>) -> bool {
    let (own, other) = (context.field.path.as_str(), near.field.path.as_str());
    let parent = own.rfind('.').map_or("", |dot| &own[..=dot]);
    let inside = !parent.is_empty() && !parent.contains("[]") && other.starts_with(parent);
    near.field.group == context.field.group || inside
}

fn has_digits(value: &[u8], count: std::ops::RangeInclusive<usize>) -> bool {
    value.len() <= 32 && count.contains(&value.iter().filter(|b| b.is_ascii_digit()).count())
}

/// The card that a field belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CardBeside {
    /// Its number stands beside the field.
    Clear(Test),
    /// Its last four digits, a mask or a token do.
    Reduced,
    /// No card is near.
    None,
}

/// The card beside the context's field.
pub(super) fn card_beside(context: &Context<'_>) -> CardBeside {
    let mut reduced = false;
    for near in context.near() {
        let about_card =
            near.roles.any(&[Role::Pan, Role::LastFour, Role::NetworkToken, Role::Token, Role::Number]);
        let long = near.value.len() >= 12 && near.value.len() <= 32;
        if !(about_card || long) || !(is_beside(context, &near) || is_around(context, &near)) {
            continue;
        }
        if let Some(test) = card_number(near.value) {
            return CardBeside::Clear(test);
        }
        reduced |= is_reduced(context, &near);
    }
    if reduced { CardBeside::Reduced } else { CardBeside::None }
}

/// Whether a field is the last four digits of a card, its mask or its token.
fn is_reduced(context: &Context<'_>, near: &Neighbour<'_>) -> bool {
    // A token whose key says no more may be one of a session.
    let token =
        near.roles.has(Role::Token) && (near.field.path.key().len() > "token".len() || context.in_card());
    let last_four = near.roles.has(Role::LastFour) && !context.in_bank_account();
    let named = near.roles.any(&[Role::Pan, Role::NetworkToken]) || last_four || token;
    named && near.value.iter().any(u8::is_ascii_alphanumeric)
}

/// The member of an object around the field's own: `card.number` for `card.expiry.month`.
fn is_around(context: &Context<'_>, near: &Neighbour<'_>) -> bool {
    let (own, other) = (context.field.path.as_str(), near.field.path.as_str());
    let parent = other.rfind('.').map_or("", |dot| &other[..=dot]);
    !parent.is_empty() && own.starts_with(parent) && !own[parent.len()..].contains("[]")
}

/// Whether a value is a card number by digits and check digit alone: enough for what stands beside it.
pub(super) fn card_number(value: &[u8]) -> Option<Test> {
    let digits = Digits::of(value).filter(|digits| digits.expose().len() >= 13)?;
    let separators = value.iter().filter(|b| !b.is_ascii_digit());
    let plain = separators.into_iter().all(|b| matches!(b, b' ' | b'-' | b'.'));
    let number = digits.expose();
    (plain && luhn::passes(number) && issuer(number).is_some()).then(|| published::test(number))
}

/// Whether a text holds a card number, by digits and check digit alone.
pub(super) fn holds_card(value: &[u8]) -> bool {
    let mut holds = false;
    numbers(value, |number| {
        let digits = number.digits.expose();
        holds |= digits.len() >= 13 && luhn::passes(digits) && issuer(digits).is_some();
        Taken::No
    });
    holds
}

/// Whether the card number in a text is a published test number; without one the text is taken for real.
pub(super) fn test_of_text(value: &[u8]) -> Test {
    let mut test = Test::Real;
    numbers(value, |number| {
        if published::test(number.digits.expose()) == Test::Published {
            test = Test::Published;
        }
        Taken::No
    });
    test
}
