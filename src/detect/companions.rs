//! What of a card stands beside a field: among the members of its object, and of the objects next to it.

use super::{
    context::{Context, Neighbour},
    keys::Role,
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
    /// What a field for the brand says, in lower-case letters.
    brand: String,
}

impl Companions {
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
    for near in context.near().filter(|near| is_beside(context, near)) {
        let roles = near.roles;
        beside.expiry |= roles.any(&[Role::Expiry, Role::ExpiryPart]) && has_digits(near.value, 1..=10);
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
