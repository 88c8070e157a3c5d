//! What happened in the shop: its sales, each with a card, and nothing yet of where they were written down.

use super::chance::{BASE62, Chance, DIGITS};

/// Whether the estate leaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Story {
    /// As shops are found.
    Leaky,
    /// As they should be.
    Clean,
}

/// The shop's month.
pub struct World {
    /// Whether it leaks.
    pub story: Story,
    /// In the order of time.
    pub sales: Vec<Sale>,
}

/// One sale.
pub struct Sale {
    /// `ord_` and ten characters: it stands in every system.
    pub order: String,
    /// Made under the prefix of a published test number.
    pub card: String,
    /// `visa`, `mastercard`, …
    pub brand: &'static str,
    /// Three digits, four for Amex.
    pub cvv: String,
    /// `MM/YY`.
    pub expiry: String,
    /// Name on the card.
    pub holder: String,
    /// What the gateway's vault gave for the card.
    pub token: String,
    /// Mail address of the customer.
    pub email: String,
    /// In cents.
    pub amount: u64,
    /// When the gateway saw it, in milliseconds since 1970 UTC.
    pub at: i64,
    /// Where it came in.
    pub channel: Channel,
    /// How it went.
    pub outcome: Outcome,
}

/// Where a sale came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Channel {
    /// The web shop: published on the bus.
    Web,
    /// A telephone order, typed in by sales staff: it never reaches the bus.
    Phone,
}

/// How a sale went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// At once.
    Paid,
    /// After another try.
    Retried,
    /// Never: the message ended among the dead letters.
    Dead,
}

const SALES: usize = 9_000;
/// 2026-10-01T00:00:00Z.
const BEGINNING: i64 = 1_790_812_800_000;
const MONTH: u64 = 30 * 86_400_000;

/// Six-digit prefixes of published test numbers, the length of their numbers, and their brand.
const PREFIXES: &[(&str, usize, &str)] = &[
    ("411111", 16, "visa"),
    ("424242", 16, "visa"),
    ("401288", 16, "visa"),
    ("400005", 16, "visa"),
    ("555555", 16, "mastercard"),
    ("510510", 16, "mastercard"),
    ("222300", 16, "mastercard"),
    ("378282", 15, "amex"),
    ("601111", 16, "discover"),
];

const FIRST: &[&str] =
    &["Ada", "Alan", "Barbara", "Edsger", "Grace", "Hedy", "Ken", "Margaret", "Niklaus", "Radia"];
const LAST: &[&str] =
    &["Hopper", "Keller", "Kowalski", "Lamarr", "Liskov", "Novak", "Okafor", "Perlman", "Silva"];

impl World {
    /// The same world each time, but for what leaks.
    pub fn new(story: Story) -> Self {
        let mut chance = Chance::new("sales");
        let mut at = BEGINNING;
        let sales = (0..SALES)
            .map(|_| {
                at += 1 + chance.below(2 * MONTH / SALES as u64) as i64;
                sale(&mut chance, at)
            })
            .collect();
        World { story, sales }
    }

    /// Whether it leaks.
    pub fn leaks(&self) -> bool {
        self.story == Story::Leaky
    }

    /// The sales that reach the bus.
    pub fn web(&self) -> impl Iterator<Item = &Sale> {
        self.sales.iter().filter(|sale| sale.channel == Channel::Web)
    }
}

impl Sale {
    /// The last four digits of the card.
    pub fn last4(&self) -> &str {
        &self.card[self.card.len() - 4..]
    }

    /// The first six digits of the card.
    pub fn bin(&self) -> &str {
        &self.card[..6]
    }

    /// The amount with its point.
    pub fn price(&self) -> String {
        format!("{}.{:02}", self.amount / 100, self.amount % 100)
    }
}

fn sale(chance: &mut Chance, at: i64) -> Sale {
    let (prefix, length, brand) = *chance.pick(PREFIXES);
    let (first, last) = (*chance.pick(FIRST), *chance.pick(LAST));
    let number = chance.below(90_000) + 10_000;
    Sale {
        order: format!("ord_{}", chance.text(b"abcdefghjkmnpqrstuvwxyz23456789", 10)),
        card: card(chance, prefix, length),
        brand,
        cvv: chance.text(DIGITS, if brand == "amex" { 4 } else { 3 }),
        expiry: format!("{:02}/{}", 1 + chance.below(12), 27 + chance.below(5)),
        holder: format!("{first} {last}"),
        token: format!("pm_1{}", chance.text(BASE62, 23)),
        email: format!("{}.{}{number}@example.com", first.to_lowercase(), last.to_lowercase()),
        amount: 500 + chance.below(25_000),
        at,
        channel: if chance.once_in(20) { Channel::Phone } else { Channel::Web },
        outcome: match chance.below(1_000) {
            0..35 => Outcome::Retried,
            35..41 => Outcome::Dead,
            _ => Outcome::Paid,
        },
    }
}

/// A number of that length with a right check digit (ISO/IEC 7812-1, annex B).
fn card(chance: &mut Chance, prefix: &str, length: usize) -> String {
    let body = format!("{prefix}{}", chance.text(DIGITS, length - prefix.len() - 1));
    let sum: u32 = body
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, digit)| {
            let value = u32::from(digit - b'0') * if place % 2 == 0 { 2 } else { 1 };
            value / 10 + value % 10
        })
        .sum();
    format!("{body}{}", (10 - sum % 10) % 10)
}

/// `2026-10-01T12:00:00.000Z`.
pub fn stamp(millis: i64) -> String {
    let time = jiff::Timestamp::from_millisecond(millis).expect("the shop's month is within range");
    time.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

/// `2026-10-01`.
pub fn date(millis: i64) -> String {
    stamp(millis)[..10].to_owned()
}
