//! The logs that are measured, generated with a fixed seed: a card in one record of a thousand.

/// A kind of log.
pub struct Log {
    pub name: &'static str,
    pub about: &'static str,
    pub make: fn(usize) -> Vec<u8>,
}

pub const LOGS: &[Log] = &[
    Log { name: "polite", about: "JSON lines whose ids are no long numbers", make: polite },
    Log { name: "hostile", about: "JSON lines, each with a random number of 16 digits", make: hostile },
    Log { name: "rows", about: "CSV with a header, a random number of 16 digits in each row", make: rows },
    Log { name: "access", about: "access lines with addresses, paths and query strings", make: access },
];

/// xorshift64*.
struct Chance(u64);

impl Chance {
    fn next(&mut self, below: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 11) % below
    }
}

fn lines(bytes: usize, head: &str, line: impl Fn(u64, &mut Chance) -> String) -> Vec<u8> {
    let (mut text, mut chance, mut number) = (Vec::with_capacity(bytes + 1024), Chance(2026), 0);
    text.extend_from_slice(head.as_bytes());
    while text.len() < bytes {
        number += 1;
        text.extend_from_slice(line(number, &mut chance).as_bytes());
    }
    text
}

/// A card under a published test number's first digits, in one record of a thousand.
fn card(number: u64, chance: &mut Chance) -> Option<String> {
    if !number.is_multiple_of(1000) {
        return None;
    }
    let digits = format!("411111{:09}", chance.next(1_000_000_000));
    (0..10).map(|last| format!("{digits}{last}")).find(|number| passes(number))
}

/// The check digit of ISO/IEC 7812-1.
fn passes(number: &str) -> bool {
    let sum: u32 = number
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, digit)| match (place % 2, u32::from(digit - b'0')) {
            (0, digit) => digit,
            (_, digit) => digit * 2 % 10 + digit / 5,
        })
        .sum();
    sum.is_multiple_of(10)
}

fn stamp(number: u64, chance: &mut Chance) -> String {
    let (minute, second) = (number / 600_000 % 60, number / 10_000 % 60);
    format!("2026-03-01T10:{minute:02}:{second:02}.{:03}Z", chance.next(1000))
}

fn json(number: u64, id: &str, chance: &mut Chance) -> String {
    let card = card(number, chance).map_or(String::new(), |card| format!(",\"card_number\":\"{card}\""));
    format!(
        "{{\"ts\":\"{}\",\"level\":\"INFO\",\"service\":\"checkout\",\"trace\":\"{:016x}{:016x}\",\"order_id\":\"{id}\",\
         \"msg\":\"payment authorized for customer\",\"amount\":{}.{:02},\"currency\":\"EUR\",\"latency_ms\":{}{card}}}\n",
        stamp(number, chance),
        chance.next(u64::MAX),
        chance.next(u64::MAX),
        chance.next(1000),
        chance.next(100),
        chance.next(500),
    )
}

fn polite(bytes: usize) -> Vec<u8> {
    lines(bytes, "", |number, chance| json(number, &format!("ord-{}", chance.next(1_000_000)), chance))
}

fn hostile(bytes: usize) -> Vec<u8> {
    lines(bytes, "", |number, chance| {
        let id = format!("{:016}", chance.next(10_000_000_000_000_000));
        json(number, &id, chance)
    })
}

fn rows(bytes: usize) -> Vec<u8> {
    lines(bytes, "created,order_id,reference,customer,note,amount\n", |number, chance| {
        let note =
            card(number, chance).map_or("paid in full".to_owned(), |card| format!("card {card} by phone"));
        format!(
            "{},{},{:016},customer {},{note},{}.{:02}\n",
            stamp(number, chance),
            number,
            chance.next(10_000_000_000_000_000),
            chance.next(100_000),
            chance.next(1000),
            chance.next(100),
        )
    })
}

fn access(bytes: usize) -> Vec<u8> {
    lines(bytes, "", |number, chance| {
        let query = card(number, chance).map_or(String::new(), |card| format!("&card_number={card}"));
        format!(
            "10.{}.{}.{} - - [01/Mar/2026:10:00:00 +0000] \"GET /shop/item/{}?page={}{query} HTTP/1.1\" 200 {} \"-\" \
             \"Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/128.0\"\n",
            chance.next(256),
            chance.next(256),
            chance.next(256),
            chance.next(100_000),
            chance.next(40),
            chance.next(100_000),
        )
    })
}
