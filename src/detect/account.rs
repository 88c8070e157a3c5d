//! Bank account numbers that are no IBAN, and the numbers of the banks that hold them. Nothing tells them but their
//! name: of random nine-digit numbers, one in 26 passes the check and the ranges of American routing numbers.

use super::{
    Candidate, Class, Context, Detector, Tag, Test,
    detector::{Canonical, Evidence, Stands},
};

/// Bank account numbers and routing numbers.
pub(super) static DETECTOR: Detector = Detector {
    id: "account",
    class: Class::Account,
    about: "bank account and routing numbers, by key",
    sources: &[
        "Presidio's recognizer of ABA routing numbers: weights, first digits",
        "the Federal Reserve's districts, as commonly published: ranges of the first two digits",
        "Stripe's OpenAPI fixtures: its test routing number",
    ],
    examples: &[
        ("routing_number = 021000021", "account.clear"),
        ("aba = 0210-0002-1", "account.clear"),
        ("account_number = 1234509876\nrouting_number = 021000021", "account.clear"),
        ("bank_account_number = 1234509876", "account.clear"),
        ("bankAccount.accountNumber = 1234509876", "account.clear"),
        ("sort_code = 20-20-15\naccount_number = 55779911", "account.clear"),
        ("kontonummer = 1245126199", "account.clear"),
    ],
    counterexamples: &[
        "routing_number = 021000022",
        "routing_number = 999999999",
        "routing_key = 021000021",
        "account_number = 1234509876",
        "account_id = 1234509876\nrouting_number = 021000021",
        "account_number = ****9876\nrouting_number = 021000021",
        "order = 021000021",
        "sort_code = 202015",
        "bank_account_number = unknown",
    ],
    find,
};

const ROUTING: Evidence = Evidence(600, "the key names a routing number, and its check digit fits");
const BANK_KEY: Evidence = Evidence(600, "the key names a bank account");
const ACCOUNT_KEY: Evidence = Evidence(-200, "the key names an account");
const BANK: Evidence = Evidence(800, "its bank is named beside it, or around it");
const SORT_CODE: Evidence = Evidence(-200, "the key names a sort code");

fn find(context: &Context<'_>, found: &mut Vec<Candidate>) {
    if !(4..=20).contains(&context.digits) || context.value().len() > 2 * context.digits + 2 {
        return;
    }
    let mut digits = zeroize::Zeroizing::new(Vec::with_capacity(context.digits));
    for &byte in context.value().trim_ascii() {
        match byte {
            b'0'..=b'9' => digits.push(byte),
            b' ' | b'-' => {}
            _ => return,
        }
    }
    let Some(evidence) = judge(context, &digits) else { return };
    let test = if PUBLISHED.contains(&digits.as_slice()) { Test::Published } else { Test::Real };
    let stands = Stands::Value { canonical: Canonical::new(&digits), shown: "***".to_owned() };
    let tag = Tag { test, ..Tag::clear(Class::Account) };
    found.push(Candidate::new(tag, 0..context.value().len(), evidence, stands));
}

fn judge(context: &Context<'_>, digits: &[u8]) -> Option<Vec<Evidence>> {
    let named = |endings: &[&str]| endings.iter().any(|ending| context.key().ends_with(ending));
    let uniform = digits.iter().all(|digit| *digit == digits[0]);
    let first = match digits.len() {
        _ if uniform => return None,
        9 if named(ROUTING_KEYS) => return is_routing(digits).then(|| vec![ROUTING]),
        6 if named(SORT_CODE_KEYS) => SORT_CODE,
        4..=17 if named(BANK_KEYS) => BANK_KEY,
        4..=17 if named(ACCOUNT_KEYS) => ACCOUNT_KEY,
        _ => return None,
    };
    let mut evidence = vec![first];
    evidence.extend(has_bank(context).then_some(BANK));
    Some(evidence)
}

/// Weights 3, 7, 1, and the ranges of the Federal Reserve's districts and of thrifts.
fn is_routing(digits: &[u8]) -> bool {
    let weighted = digits.iter().zip([3, 7, 1].into_iter().cycle());
    let sum: u32 = weighted.map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    let district = (digits[0] - b'0') * 10 + digits[1] - b'0';
    sum.is_multiple_of(10) && matches!(district, 0..=12 | 21..=32 | 61..=72 | 80)
}

fn has_bank(context: &Context<'_>) -> bool {
    let spelled =
        |key: &str| key.bytes().filter(u8::is_ascii_alphanumeric).map(|b| b.to_ascii_lowercase()).collect();
    let is_one = |key: &str, of: &[&str]| {
        let key: Vec<u8> = spelled(key);
        of.iter().any(|ending| key.ends_with(ending.as_bytes()))
    };
    context.field.path.keys().skip(1).any(|key| is_one(key, BANK_OBJECTS))
        || context.siblings().any(|beside| is_one(beside.field.path.key(), BANK_SIBLINGS))
}

const ROUTING_KEYS: &[&str] = &[
    "aba",
    "abanumber",
    "abarouting",
    "abaroutingnumber",
    "achrouting",
    "routingno",
    "routingnum",
    "routingnumber",
    "routingtransitnumber",
    "rtn",
    "transitnumber",
];
const SORT_CODE_KEYS: &[&str] = &["bsb", "sortcode"];
const BANK_KEYS: &[&str] = &[
    "achaccount",
    "bankacct",
    "bankaccount",
    "bankaccountno",
    "bankaccountnumber",
    "bban",
    "beneficiaryaccount",
    "checkingaccount",
    "clabe",
    "creditoraccount",
    "debtoraccount",
    "depositaccount",
    "giro",
    "kontonummer",
    "kontonr",
    "savingsaccount",
];
const ACCOUNT_KEYS: &[&str] =
    &["account", "accountno", "accountnum", "accountnumber", "acctno", "acctnum", "accountnbr"];
const BANK_OBJECTS: &[&str] =
    &["ach", "achdebit", "achcredit", "bank", "bankaccount", "bacsdebit", "directdebit", "sepadebit"];
const BANK_SIBLINGS: &[&str] = &[
    "accountnumber",
    "bankcode",
    "bankname",
    "bic",
    "routing",
    "routingno",
    "routingnumber",
    "sortcode",
    "swift",
    "swiftcode",
    "aba",
    "bsb",
    "bankid",
];

/// Stripe's test numbers.
const PUBLISHED: &[&[u8]] = &[b"110000000", b"000123456789"];
