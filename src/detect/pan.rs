//! Clear card numbers: 12 to 19 digits, an issuer's range, the check digit, and what stands around them. One id in
//! thirty passes the first three, so the score is the context's.

use super::{
    Candidate, Class, Context, Detector, Manner, Tag, Test,
    companions::companions,
    detector::{Evidence, Stands},
    identity::{is_accompanied, is_whole},
    iin::{Issuer, issuer, issuer_without_luhn},
    keys::{Role, Roles},
    luhn,
    network_token::is_network_token,
    numbers::{Number, Taken, Writing, numbers},
    published,
    surroundings::{Named, Touch, name_before, touch, words_near},
};

/// Card numbers.
pub(super) static DETECTOR: Detector = Detector {
    id: "pan",
    class: Class::Pan,
    about: "card numbers, by range, check digit and context",
    sources: &[
        "ISO/IEC 7812-1: numbering system, check digit",
        "data/iin.json: ranges and lengths by brand",
        "data/test_pans.json: published test numbers",
    ],
    examples: &[
        ("card_number = 4111111111111111", "pan.clear"),
        ("card.number = 5555 5555 5555 4444", "pan.clear"),
        ("payment.source.number = 378282246310005", "pan.clear"),
        ("message = card declined 4111115262628047", "pan.clear"),
        ("message = charge failed for 4111-1152-6262-8047 (do not retry)", "pan.clear"),
        ("message = pan=6205500000000000004&x=1", "pan.clear"),
        ("note = customer read out 4111 1152 6262 8047 12/27 on the phone", "pan.clear"),
        ("value = 4111115262628047\nexpiry = 12/27\ncvv = 123", "pan.clear"),
        ("PAN = 0004111115262628047", "pan.clear"),
        ("card_number = 4111115262628047.0", "pan.clear"),
        ("order_id = 4111111111111111", "pan.clear"),
        ("cardNo = 4222222222222", "pan.clear"),
        ("message = card 4 5 3 9 5 7 8 7 6 3 6 2 1 4 8 6 declined", "pan.clear"),
        ("message = read 34353339353738373633363231343836", "pan.clear"),
        ("message = declined card 4111115262628047.0 again", "pan.clear"),
        ("pan = 6212345678901233", "pan.clear"),
        ("card_number = 4.111115262628047E15", "pan.clear"),
        ("pan|joined = 4111115262628047", "pan.clear"),
        ("card|joined = 4111 1152 6262 8047", "pan.clear"),
        ("value = test_4111115262628047", "pan.clear"),
    ],
    counterexamples: &[
        "order_id = 4111115262628047",
        "message = order 4111115262628047 shipped",
        "message = trace=4111115262628047 done",
        "imei = 490154203237518",
        "ean = 4006381333931",
        "value = 4006381333931",
        "phone = +4915112345678",
        "ratio = 0.4532015112830366",
        "sha = a4111115262628047b",
        "message = WARN declined for basket 4111115262628047, payment by card failed",
        "row = 4 5 3 9 5 7 8 7 6 3 6 2 1 4 8 6",
        "row = 4111  1152  6262  8047",
        "version = 4111115262628047.0.1",
        "volume = 4.111115262628047E15",
        "ports|joined = 4111 1152 6262 8047",
        "states|joined = 4111115262628047",
        "uuid = 41111152-6262-8047-4111-115262628047",
        "session = abc-4111115262628047",
        "ref = 4111-1152-6262-8047-4111",
        "ts = 1735689600000",
        "long = 411111526262804741111152626280474111115262628047",
        "card_number = 4111115262628048",
        "amount = 4111115262628047",
        "order_id = 4111115262628047\nexp_month = 12\nexp_year = 2027\nlast4 = 8047",
    ],
    find,
};

const TIER_1: Evidence = Evidence(-200, "check digit and range of a global brand");
const TIER_2: Evidence = Evidence(-400, "check digit and range of a national brand");
const TIER_3: Evidence = Evidence(-800, "check digit and a range that needs context");
const NO_CHECK: Evidence = Evidence(-700, "a brand whose numbers may lack the check digit");
const PUBLISHED: Evidence = Evidence(1_900, "published test number");
const KEY: Evidence = Evidence(1_000, "the key names a card number");
const PAYMENT_KEY: Evidence = Evidence(750, "the key names the number of a payment or a source");
const PARENT: Evidence = Evidence(600, "inside an object about a card");
const PAYMENT_PARENT: Evidence = Evidence(200, "inside an object about a payment");
const ACCOUNT_KEY: Evidence = Evidence(100, "the key names an account");
const WORD: Evidence = Evidence(1_000, "the word before it names a card number");
const CARD_LABEL: Evidence = Evidence(800, "the label before it names a card");
const PAYMENT_WORD: Evidence = Evidence(300, "the word before it names a payment");
const PROSE: Evidence = Evidence(600, "in text that people write");
const GROUPED: Evidence = Evidence(600, "grouped as on a card");
const ODDLY_GROUPED: Evidence = Evidence(400, "grouped as on a card, with unusual separators");
const SPREAD: Evidence = Evidence(-300, "digits wide apart, as in a table");
const HEX: Evidence = Evidence(800, "each digit as the hex of its ASCII code");
const EXPIRY: Evidence = Evidence(350, "an expiry date beside it");
const DATE: Evidence = Evidence(200, "a date beside it on which something ends");
const CVV: Evidence = Evidence(1_000, "a verification code beside it");
const HOLDER: Evidence = Evidence(500, "a cardholder's name beside it");
const ORPHANED: Evidence = Evidence(700, "no other field is the card that they belong to");
const BRAND: Evidence = Evidence(400, "its brand is named");
const KEYWORD: Evidence = Evidence(250, "a word for cards nearby");
const IDENTIFIER: Evidence = Evidence(-600, "the key names an id or another number");
const IDENTIFIER_WORD: Evidence = Evidence(-600, "the word before it names an id");
const TOKEN: Evidence = Evidence(-500, "the key names a token");
const NETWORK_TOKEN: Evidence = Evidence(-800, "the key names a network token");
const JOINED: Evidence = Evidence(-500, "part of a longer id");
const ARTICLE_NUMBER: Evidence = Evidence(-500, "a valid article number (EAN-13)");
const SHORT: Evidence = Evidence(-600, "a length that cards rarely have");
const UNIFORM: Evidence = Evidence(-300, "a long run of one digit");
const BROKEN: Evidence = Evidence(-500, "over a line break");
const EXPONENT: Evidence = Evidence(-500, "in scientific notation");
const JOINED_PARTS: Evidence = Evidence(-700, "put together from list items or fields");
const CARD_KEY: Evidence = Evidence(800, "the key names a card");
const TEST_MODE: Evidence = Evidence(300, "behind the prefix of a gateway's test mode");
const PADDED: Evidence = Evidence(100, "padded with zeros");

fn find(context: &Context<'_>, found: &mut Vec<Candidate>) {
    if context.digits < 12 {
        return;
    }
    numbers(context.value(), |number| match candidate(context, number) {
        Some(candidate) => {
            found.push(candidate);
            Taken::Yes
        }
        None => Taken::No,
    });
}

fn candidate(context: &Context<'_>, mut number: Number) -> Option<Candidate> {
    let mut evidence = Vec::with_capacity(8);
    if number.digits.strip_padding() {
        evidence.push(PADDED);
    }
    let issuer = judge_digits(&number, &mut evidence)?;
    match touch(context.value(), &number.span) {
        Touch::Part => return None,
        Touch::Joined => evidence.push(JOINED),
        Touch::Free => {}
    }
    if is_joined(context) {
        evidence.push(JOINED_PARTS);
    }
    if context.value()[..number.span.start].ends_with(b"test_") {
        evidence.push(TEST_MODE);
    }
    let setting = Setting::of(context, &number);
    setting.judge_name(context, &mut evidence);
    let explicit = evidence.contains(&KEY);
    if !explicit && evidence.contains(&NO_CHECK) {
        return None;
    }
    setting.judge_parts(context, issuer, &mut evidence);
    if !setting.is_identifier() {
        setting.judge_words(context, issuer, &mut evidence);
    }
    if number.digits.expose().len() < 14 && !explicit {
        evidence.push(SHORT);
    }
    let test = published::test(number.digits.expose());
    match test {
        Test::Published => evidence.push(PUBLISHED),
        Test::Real if is_uniform(number.digits.expose()) => evidence.push(UNIFORM),
        Test::Real => {}
    }
    let tag = Tag { test, ..Tag::clear(Class::Pan) };
    let counted = Some((setting.manner, number.digits.clone()));
    let brand = Some(issuer.brand.as_str());
    Some(Candidate { tag, span: number.span, evidence, brand, stands: Stands::Card(number.digits), counted })
}

/// What the digits themselves say; nothing if they are no card number.
fn judge_digits(number: &Number, evidence: &mut Vec<Evidence>) -> Option<&'static Issuer> {
    let digits = number.digits.expose();
    let checked = luhn::passes(digits);
    let issuer = if checked { issuer(digits)? } else { issuer_without_luhn(digits)? };
    evidence.push(match (checked, issuer.tier) {
        (false, _) => NO_CHECK,
        (_, 1) => TIER_1,
        (_, 2) => TIER_2,
        _ => TIER_3,
    });
    match number.writing {
        Writing::Grouped => evidence.push(GROUPED),
        Writing::OddlyGrouped => evidence.push(ODDLY_GROUPED),
        Writing::Spread => evidence.push(SPREAD),
        Writing::Hex => evidence.push(HEX),
        Writing::Part => evidence.push(JOINED),
        Writing::Broken => evidence.push(BROKEN),
        Writing::Exponent => evidence.push(EXPONENT),
        Writing::Bare if is_article_number(digits) => evidence.push(ARTICLE_NUMBER),
        Writing::Bare => {}
    }
    Some(issuer)
}

/// What the number is called, and how it stands.
struct Setting {
    /// By its text, or else by its field.
    named: Named,
    /// Whether it is all of the value.
    whole: bool,
    manner: Manner,
    span: std::ops::Range<usize>,
}

impl Setting {
    fn of(context: &Context<'_>, number: &Number) -> Self {
        let value = context.value();
        let whole = is_whole(value, &number.span);
        let named = match name_before(value, number.span.start) {
            Named::No if whole => Named::Key(context.roles()),
            named => named,
        };
        let manner = Manner::of(number, || is_accompanied(context, &number.span));
        Setting { named, whole, manner, span: number.span.clone() }
    }

    fn is_identifier(&self) -> bool {
        match self.named {
            Named::Key(roles) | Named::Word(roles) => is_identifier(roles),
            Named::No => false,
        }
    }

    fn judge_name(&self, context: &Context<'_>, evidence: &mut Vec<Evidence>) {
        evidence.extend(match self.named {
            Named::Key(roles) if is_identifier(roles) => Some(IDENTIFIER),
            Named::Word(roles) if is_identifier(roles) => Some(IDENTIFIER_WORD),
            Named::Key(_) if is_network_token(context) => Some(NETWORK_TOKEN),
            Named::Key(roles) if roles.has(Role::Pan) => Some(KEY),
            Named::Key(roles) if roles.any(&[Role::Number, Role::Account]) && context.in_card() => {
                Some(if context.in_payment() { PAYMENT_KEY } else { KEY })
            }
            Named::Word(roles) if roles.is_card_word() => Some(WORD),
            Named::Key(roles) if !self.whole && roles.is_card_word() => Some(CARD_LABEL),
            Named::Word(roles) if roles.has(Role::Payment) => Some(PAYMENT_WORD),
            Named::Key(roles) if roles.any(&[Role::Token, Role::NetworkToken]) => Some(TOKEN),
            Named::Key(roles) if roles.has(Role::Account) => Some(ACCOUNT_KEY),
            Named::Key(roles) if roles.has(Role::Card) && is_joined(context) => Some(CARD_KEY),
            _ => by_field(context),
        });
    }

    /// Parts of a card beside it: in the record, for a value of its own.
    fn judge_parts(&self, context: &Context<'_>, issuer: &Issuer, evidence: &mut Vec<Evidence>) {
        if !self.whole {
            return;
        }
        let beside = companions(context);
        // An order has an id, an expiry date and the last four digits: the date is no sign that the id is the card.
        if !self.is_identifier() || beside.are_orphaned() {
            let expiry = if beside.has_card_expiry() { EXPIRY } else { DATE };
            let parts = [(beside.expiry, expiry), (beside.cvv, CVV), (beside.holder, HOLDER)];
            evidence.extend(parts.into_iter().filter(|(there, _)| *there).map(|(_, evidence)| evidence));
        }
        if self.is_identifier() && beside.are_orphaned() {
            evidence.push(ORPHANED);
        } else if !self.is_identifier() && beside.names_brand(&issuer.brand) {
            evidence.push(BRAND);
        }
    }

    /// Words around it in its text.
    fn judge_words(&self, context: &Context<'_>, issuer: &Issuer, evidence: &mut Vec<Evidence>) {
        let (mut brand, mut card) = (false, false);
        words_near(context.value(), &self.span, |word| {
            brand |= word == issuer.brand;
            card |= CARD_WORDS.contains(&word);
        });
        if evidence.contains(&BRAND) || evidence.iter().any(|e| [KEY, WORD, CARD_LABEL].contains(e)) && !brand
        {
            return;
        }
        if brand {
            evidence.push(BRAND);
        } else if card {
            evidence.push(KEYWORD);
        }
    }
}

/// What the field says of a number that nothing in its text names.
fn by_field(context: &Context<'_>) -> Option<Evidence> {
    match context.roles() {
        // Text in a field that is named for card numbers.
        roles if roles.has(Role::Pan) => Some(KEY),
        roles if roles.has(Role::Prose) => Some(PROSE),
        _ if !context.in_card() => None,
        _ if context.in_payment() => Some(PAYMENT_PARENT),
        _ => Some(PARENT),
    }
}

/// Whether decoding put the value together from pieces, which may have stood together by chance.
fn is_joined(context: &Context<'_>) -> bool {
    context.field.path.as_str().ends_with("|joined")
}

fn is_identifier(roles: Roles) -> bool {
    roles.has(Role::Identifier) && !roles.has(Role::Pan)
}

/// Words for cards and their brands, in lower case.
const CARD_WORDS: &[&str] = &[
    "amex",
    "card",
    "cardholder",
    "cardno",
    "cardnumber",
    "cards",
    "ccnum",
    "ccnumber",
    "creditcard",
    "cvc",
    "cvv",
    "jcb",
    "maestro",
    "mastercard",
    "unionpay",
    "visa",
];

/// EAN-13: weights 1 and 3 (GS1 General Specifications).
fn is_article_number(digits: &[u8]) -> bool {
    let weighted =
        digits.iter().zip([1, 3].into_iter().cycle()).map(|(digit, weight)| u32::from(digit & 15) * weight);
    digits.len() == 13 && weighted.sum::<u32>().is_multiple_of(10)
}

/// Real numbers have long runs of one digit sometimes, made-up ones often.
fn is_uniform(digits: &[u8]) -> bool {
    digits.chunk_by(|a, b| a == b).any(|run| run.len() >= 7)
}

#[cfg(test)]
mod tests {
    /// What was measured, row by row: `cargo bench --bench detection -- weights`.
    const TABLE: &str = include_str!("data/weights.tsv");
    /// In hundredths of a bit: a weight that is further from what was measured says why.
    const NEAR: i32 = 100;

    /// Words and weight of each constant of this file.
    fn constants() -> impl Iterator<Item = (&'static str, i32)> {
        let lines = include_str!("pan.rs").lines().filter(|line| line.starts_with("const "));
        lines.filter_map(|line| line.split_once(": Evidence = Evidence(")).map(|(_, rest)| {
            let (weight, words) = rest.split_once(", ").expect("a weight and words");
            let words = words.split('"').nth(1).expect("words in quotes");
            (words, weight.replace('_', "").parse().expect("a number"))
        })
    }

    #[test]
    fn weights_are_those_of_the_table() {
        for (words, weight) in constants() {
            let row =
                TABLE.lines().map(|row| row.split('\t').collect::<Vec<_>>()).find(|row| row[0] == words);
            let row = row.unwrap_or_else(|| panic!("{words}: measure it"));
            assert_eq!(row[4], weight.to_string(), "{words}");
            let near = row[3].parse().is_ok_and(|measured: i32| (measured - weight).abs() <= NEAR);
            assert!(near || !row[5].is_empty(), "{words}: say why it is not what was measured");
        }
    }
}
