//! PINs and PIN blocks (ISO 9564), by key: neither can be told from other digits or hex without one. Never
//! fingerprinted.

use super::{
    Candidate, Class, Context, Detector, State, Tag, Test,
    companions::{CardBeside, card_beside},
    detector::{Evidence, Stands},
    keys::Role,
};

/// PINs and PIN blocks.
pub(super) static DETECTOR: Detector = Detector {
    id: "pin",
    class: Class::Pin,
    about: "PINs beside a card, and PIN blocks, by key",
    sources: &["ISO 9564-1", "ISO 8583, field 52", "PCI DSS 4.0.1, 3.3.1.3"],
    examples: &[
        ("pin = 4711\npan = 4111111111111111", "pin.clear"),
        ("pinBlock = 0592789FFFEDCBA9", "pin.encrypted"),
        ("pin_block = 244711FFFFFFFFFF", "pin.clear"),
        ("DE52 = 0592789FFFEDCBA9", "pin.encrypted"),
    ],
    counterexamples: &["pin = 4711", "pin = 13\ngpio = 4", "pinBlock = 12", "pincode = 110001\nname = x"],
    find,
};

const KEY: Evidence = Evidence(700, "the key names a PIN, and a card stands beside it");
const BLOCK: Evidence = Evidence(900, "the key names a PIN block");

fn find(context: &Context<'_>, found: &mut Vec<Candidate>) {
    let roles = context.roles();
    if !roles.any(&[Role::Pin, Role::PinBlock]) {
        return;
    }
    let value = context.value().trim_ascii();
    let verdict = match roles.has(Role::PinBlock) {
        true => block(value).map(|state| (state, Test::Real, BLOCK)),
        false => pin(context, value).map(|test| (State::Clear, test, KEY)),
    };
    if let Some((state, test, evidence)) = verdict {
        let tag = Tag { test, ..Tag::clear(Class::Pin).in_state(state) };
        found.push(Candidate::new(tag, 0..context.value().len(), vec![evidence], Stands::Nothing));
    }
}

fn pin(context: &Context<'_>, value: &[u8]) -> Option<Test> {
    let is_pin = (4..=6).contains(&value.len()) && value.iter().all(u8::is_ascii_digit);
    match is_pin.then(|| card_beside(context))? {
        CardBeside::Clear(test) => Some(test),
        CardBeside::Reduced => Some(Test::Real),
        CardBeside::None => None,
    }
}

/// Formats 0 to 3 are 8 bytes, format 4 is 16. Only format 2 shows by itself that it is clear: the control digit,
/// the length, the PIN, then a fill of F.
fn block(value: &[u8]) -> Option<State> {
    let is_block = matches!(value.len(), 16 | 32) && value.iter().all(u8::is_ascii_hexdigit);
    let clear = |block: &[u8]| {
        let length = char::from(block[1]).to_digit(16).unwrap_or(0) as usize;
        block[0] == b'2'
            && (4..=12).contains(&length)
            && block[2..2 + length].iter().all(u8::is_ascii_digit)
            && block[2 + length..].iter().all(|b| b.eq_ignore_ascii_case(&b'f'))
    };
    is_block.then(|| if value.len() == 16 && clear(value) { State::Clear } else { State::Encrypted })
}
