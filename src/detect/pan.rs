//! Clear card numbers: 12 to 19 digits, an issuer's range, the check digit, and what stands around them. One id in
//! thirty passes the first three, so the score is the context's.

use super::{
    Candidate, Class, Clue, Context, Detector, Tag, Test,
    companions::{Companions, companions},
    detector::{Evidence, Stands},
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
    clues: &[Clue::Digits(12)],
    find,
};

const TIER_1: Evidence = Evidence(100, "check digit and range of a global brand");
const TIER_2: Evidence = Evidence(-150, "check digit and range of a national brand");
const TIER_3: Evidence = Evidence(-500, "check digit and a range that needs context");
const NO_CHECK: Evidence = Evidence(-400, "a brand whose numbers may lack the check digit");
const PUBLISHED: Evidence = Evidence(1_600, "published test number");
const KEY: Evidence = Evidence(900, "the key names a card number");
const PARENT: Evidence = Evidence(300, "inside an object about a card");
const ACCOUNT_KEY: Evidence = Evidence(200, "the key names an account");
const WORD: Evidence = Evidence(700, "the word before it names a card number");
const CARD_LABEL: Evidence = Evidence(500, "the label before it names a card");
const GROUPED: Evidence = Evidence(500, "grouped as on a card");
const ODDLY_GROUPED: Evidence = Evidence(300, "grouped as on a card, with unusual separators");
const SPREAD: Evidence = Evidence(-300, "digits wide apart, as in a table");
const HEX: Evidence = Evidence(600, "each digit as the hex of its ASCII code");
const EXPIRY: Evidence = Evidence(500, "an expiry date beside it");
const CVV: Evidence = Evidence(600, "a verification code beside it");
const HOLDER: Evidence = Evidence(300, "a cardholder's name beside it");
const BRAND: Evidence = Evidence(400, "its brand is named");
const KEYWORD: Evidence = Evidence(300, "a word about cards nearby");
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
const JOINED_PARTS: Evidence = Evidence(-900, "put together from list items or fields");
const CARD_KEY: Evidence = Evidence(700, "the key names a card");
const PADDED: Evidence = Evidence(-100, "padded with zeros");

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
    let setting = Setting::of(context, &number);
    setting.judge_name(context, &mut evidence);
    let explicit = evidence.contains(&KEY);
    if !explicit && evidence.contains(&NO_CHECK) {
        return None;
    }
    if !setting.is_identifier() {
        judge_company(context, &setting, issuer, &mut evidence);
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
    let brand = Some(issuer.brand.as_str());
    Some(Candidate { tag, span: number.span, evidence, brand, stands: Stands::Card(number.digits) })
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

/// What the number is called.
struct Setting {
    /// By its text, or else by its field.
    named: Named,
    /// Whether it is all of the value.
    whole: bool,
    span: std::ops::Range<usize>,
}

impl Setting {
    fn of(context: &Context<'_>, number: &Number) -> Self {
        let value = context.value();
        let rest = [&value[..number.span.start], &value[number.span.end..]];
        let whole = !rest.iter().any(|part| part.iter().any(u8::is_ascii_alphanumeric) && *part != b".0");
        let named = match name_before(value, number.span.start) {
            Named::No if whole => Named::Key(context.roles()),
            named => named,
        };
        Setting { named, whole, span: number.span.clone() }
    }

    fn is_identifier(&self) -> bool {
        match self.named {
            Named::Key(roles) | Named::Word(roles) => is_identifier(roles),
            Named::No => false,
        }
    }

    fn judge_name(&self, context: &Context<'_>, evidence: &mut Vec<Evidence>) {
        let in_card = context.in_card();
        match self.named {
            Named::Key(roles) if is_identifier(roles) => evidence.push(IDENTIFIER),
            Named::Word(roles) if is_identifier(roles) => evidence.push(IDENTIFIER_WORD),
            Named::Key(_) if is_network_token(context) => evidence.push(NETWORK_TOKEN),
            Named::Key(roles) if roles.has(Role::Pan) => evidence.push(KEY),
            Named::Key(roles) if roles.any(&[Role::Number, Role::Account]) && in_card => evidence.push(KEY),
            Named::Word(roles) if roles.is_card_word() => evidence.push(WORD),
            Named::Key(roles) if !self.whole && roles.is_card_word() => evidence.push(CARD_LABEL),
            Named::Key(roles) if roles.any(&[Role::Token, Role::NetworkToken]) => evidence.push(TOKEN),
            Named::Key(roles) if roles.has(Role::Account) => evidence.push(ACCOUNT_KEY),
            Named::Key(roles) if roles.has(Role::Card) && is_joined(context) => evidence.push(CARD_KEY),
            // Text in a field that is named for card numbers.
            _ if context.roles().has(Role::Pan) => evidence.push(KEY),
            _ if in_card => evidence.push(PARENT),
            _ => {}
        }
    }
}

/// Whether decoding put the value together from pieces, which may have stood together by chance.
fn is_joined(context: &Context<'_>) -> bool {
    context.field.path.as_str().ends_with("|joined")
}

fn is_identifier(roles: Roles) -> bool {
    roles.has(Role::Identifier) && !roles.has(Role::Pan)
}

/// What stands beside it: in the record for a value of its own, in the text otherwise.
fn judge_company(context: &Context<'_>, setting: &Setting, issuer: &Issuer, evidence: &mut Vec<Evidence>) {
    let beside = match setting.whole {
        true => companions(context),
        false => Companions::default(),
    };
    let add = [(beside.expiry, EXPIRY), (beside.cvv, CVV), (beside.holder, HOLDER)];
    evidence.extend(add.into_iter().filter(|(there, _)| *there).map(|(_, evidence)| evidence));
    let (mut brand, mut keyword) = (beside.names_brand(&issuer.brand), false);
    words_near(context.value(), &setting.span, |word| {
        brand |= word == issuer.brand;
        keyword |= KEYWORDS.contains(&word);
    });
    if brand {
        evidence.push(BRAND);
    }
    if keyword && !evidence.iter().any(|e| [KEY, WORD, CARD_LABEL].contains(e)) {
        evidence.push(KEYWORD);
    }
}

/// Words about cards, in lower case.
const KEYWORDS: &[&str] = &[
    "amex",
    "card",
    "cardholder",
    "cardno",
    "cardnumber",
    "cards",
    "cc",
    "ccnum",
    "ccnumber",
    "charge",
    "charged",
    "credit",
    "creditcard",
    "cvc",
    "cvv",
    "debit",
    "declined",
    "diners",
    "discover",
    "exp",
    "expires",
    "expiry",
    "jcb",
    "maestro",
    "mastercard",
    "pan",
    "payment",
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
