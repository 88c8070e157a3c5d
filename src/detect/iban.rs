//! International bank account numbers: a country's length and two check digits. One string of that length in 97
//! passes, so a bare one counts less than one in groups or under its name.

use std::ops::Range;

use super::{
    Candidate, Class, Context, Detector, Tag, Test,
    detector::{Canonical, Evidence, Stands},
};

/// International bank account numbers.
pub(super) static DETECTOR: Detector = Detector {
    id: "iban",
    class: Class::Iban,
    about: "international bank account numbers, by country, length and check digits",
    sources: &[
        "ISO 13616-1: structure, check digits",
        "SWIFT IBAN registry, release 101, as python-stdnum packages it: lengths",
    ],
    examples: &[
        ("iban = DE75512108001245126199", "iban.clear"),
        ("iban = de75 5121 0800 1245 1261 99", "iban.clear"),
        ("message = paid to FR76 3000 6000 0112 3456 7890 189 today", "iban.clear"),
        ("message = creditor=GB33BUKB20201555555555;x", "iban.clear"),
        ("account = NL13TEST0123456789", "iban.clear"),
        ("bank.iban = MT31MALT01100000000000000000123", "iban.clear"),
    ],
    counterexamples: &[
        "iban = DE75512108001245126198",
        "iban = DE7551210800124512619",
        "iban = DE755121080012451261990",
        "iban = XX75512108001245126199",
        "id = ADE75512108001245126199",
        "id = DE75512108001245126199A",
        "message = DE75 5121 0800 1245 pieces",
        "sha = 0123456789ABCDEF0123456789ABCDEF01234567",
    ],
    find,
};

const CHECKED: Evidence = Evidence(200, "country, length and check digits");
const KEY: Evidence = Evidence(700, "the key names a bank account");
const GROUPED: Evidence = Evidence(400, "in groups of four");
const LETTERS: Evidence = Evidence(-300, "mostly letters");

/// How long numbers are: SWIFT IBAN registry, release 101, as python-stdnum packages it.
const LENGTHS: &[(usize, &str)] = &[
    (15, "NO"),
    (16, "BE"),
    (18, "DK FI FK FO GL NL SD"),
    (19, "MK SI"),
    (20, "AT BA EE KZ LT LU MN XK"),
    (21, "CH HR LI LV"),
    (22, "BG BH CR DE GB GE IE ME RS VA"),
    (23, "AE GI IL IQ OM SO TL"),
    (24, "AD CZ ES MD PK RO SA SE SK TN VG"),
    (25, "LY PT ST"),
    (26, "IS TR"),
    (27, "BI DJ FR GR IT MC MR SM"),
    (28, "AL AZ BY CY DO GT HN HU LB NI PL SV"),
    (29, "BR EG PS QA UA"),
    (30, "JO KW MU YE"),
    (31, "MT SC"),
    (32, "LC"),
    (33, "RU"),
];
const SHORTEST: usize = 15;

/// Numbers that stand in textbooks and in providers' test instructions (two are Adyen's).
const PUBLISHED: &[&str] = &[
    "AT611904300234573201",
    "BE68539007547034",
    "CH9300762011623852957",
    "DE87123456781234567890",
    "DE89370400440532013000",
    "DK5000400440116243",
    "ES9121000418450200051332",
    "FI2112345600000785",
    "FR1420041010050500013M02606",
    "GB29NWBK60161331926819",
    "GB33BUKB20201555555555",
    "GB82WEST12345698765432",
    "IE29AIBK93115212345678",
    "IT60X0542811101000000123456",
    "NL13TEST0123456789",
    "NL91ABNA0417164300",
    "NO9386011117947",
    "PL61109010140000071219812874",
    "SE4550000000058398257466",
];

fn find(context: &Context<'_>, found: &mut Vec<Candidate>) {
    let value = context.value();
    // Malta's have the fewest digits, seven.
    if value.len() < SHORTEST || context.digits < 7 {
        return;
    }
    let named = is_named(context.key());
    let mut at = 0;
    while let Some(begin) = (at..value.len() - SHORTEST + 1).find(|&at| begins(value, at, named)) {
        let number = read(value, begin).filter(|number| remainder(&number.text) == 1);
        at = number.as_ref().map_or(begin + 1, |number| number.span.end);
        found.extend(number.map(|number| candidate(number, named)));
        if at + SHORTEST > value.len() {
            break;
        }
    }
}

/// A number without separators, in capitals, and where it stands.
struct Number {
    text: zeroize::Zeroizing<Vec<u8>>,
    span: Range<usize>,
}

fn candidate(number: Number, named: bool) -> Candidate {
    let mut evidence = vec![CHECKED];
    evidence.extend(named.then_some(KEY));
    evidence.extend((number.span.len() > number.text.len()).then_some(GROUPED));
    let digits = number.text.iter().filter(|b| b.is_ascii_digit()).count();
    evidence.extend((digits * 2 < number.text.len()).then_some(LETTERS));
    let published = PUBLISHED.iter().any(|known| known.as_bytes() == number.text.as_slice());
    let test = if published { Test::Published } else { Test::Real };
    let shown = format!("{}…", String::from_utf8_lossy(&number.text[..2]));
    let stands = Stands::Value { canonical: Canonical::new(&number.text), shown };
    Candidate::new(Tag { test, ..Tag::clear(Class::Iban) }, number.span, evidence, stands)
}

/// Two letters and two digits, not inside a word. Small letters count where the key says what it is.
fn begins(value: &[u8], at: usize, named: bool) -> bool {
    let letter = |b: &u8| if named { b.is_ascii_alphabetic() } else { b.is_ascii_uppercase() };
    value[at..at + 2].iter().all(letter)
        && value[at + 2..at + 4].iter().all(u8::is_ascii_digit)
        && !at.checked_sub(1).is_some_and(|before| value[before].is_ascii_alphanumeric())
}

/// Whether a number with the right check digits begins here, in capitals.
pub(super) fn begins_one(text: &[u8], at: usize) -> bool {
    text.len() - at >= SHORTEST
        && begins(text, at, false)
        && read(text, at).is_some_and(|number| remainder(&number.text) == 1)
}

/// The number of its country's length that begins here, if nothing goes on behind it.
fn read(value: &[u8], begin: usize) -> Option<Number> {
    let country = value[begin..begin + 2].to_ascii_uppercase();
    let country = std::str::from_utf8(&country).ok()?;
    let (length, _) =
        LENGTHS.iter().find(|(_, countries)| countries.split(' ').any(|other| other == country))?;
    let mut text = zeroize::Zeroizing::new(Vec::with_capacity(*length));
    let mut at = begin;
    while text.len() < *length {
        let gap = text.len() % 4 == 0 && matches!(value.get(at), Some(b' ' | b'-'));
        at += usize::from(gap && !text.is_empty());
        text.push(value.get(at).filter(|b| b.is_ascii_alphanumeric())?.to_ascii_uppercase());
        at += 1;
    }
    let goes_on = value.get(at).is_some_and(u8::is_ascii_alphanumeric);
    (!goes_on).then_some(Number { text, span: begin..at })
}

/// ISO 7064, MOD 97-10: the first four go to the end, letters count from ten.
fn remainder(text: &[u8]) -> u32 {
    let moved = text[4..].iter().chain(&text[..4]);
    moved.fold(0, |sum, &byte| match byte {
        b'0'..=b'9' => (sum * 10 + u32::from(byte - b'0')) % 97,
        _ => (sum * 100 + u32::from(byte - b'A') + 10) % 97,
    })
}

fn is_named(key: &str) -> bool {
    key.contains("iban")
        || ["bankaccount", "creditoraccount", "debtoraccount", "accountnumber"].contains(&key)
}

#[cfg(test)]
mod tests {
    use super::{LENGTHS, PUBLISHED, remainder};
    use crate::detect::{Test, table};

    #[test]
    fn published_numbers_have_their_length_and_check_digits() {
        for number in PUBLISHED {
            let (length, _) = LENGTHS.iter().find(|(_, countries)| countries.contains(&number[..2])).unwrap();
            assert_eq!((number.len(), remainder(number.as_bytes())), (*length, 1), "{number}");
        }
    }

    #[test]
    fn published_numbers_are_told_from_real_ones() {
        assert_eq!(table::findings("iban = DE89 3704 0044 0532 0130 00")[0].tag.test, Test::Published);
        assert_eq!(table::findings("iban = DE75512108001245126199")[0].tag.test, Test::Real);
    }

    #[test]
    fn several_stand_in_one_text() {
        let hits = table::findings("message = DE75512108001245126199,NL13TEST0123456789");
        let spans: Vec<_> = hits.iter().map(|hit| hit.span.clone()).collect();
        assert_eq!(spans, [0..22, 23..41]);
    }
}
