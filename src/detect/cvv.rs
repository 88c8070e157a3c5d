//! Verification codes: three or four digits that only a name or a place beside a card number makes recognisable.
//! Never fingerprinted.

use std::sync::OnceLock;

use regex::bytes::{Captures, Regex};

use super::{
    Candidate, Class, Clue, Context, Detector, Tag, Test,
    companions::{CardBeside, card_beside, card_number, test_of_text},
    detector::{Evidence, Stands},
    keys::{Role, Roles},
    luhn,
};

/// Verification codes.
pub(super) static DETECTOR: Detector = Detector {
    id: "cvv",
    class: Class::Cvv,
    about: "card verification codes, by key or by their place behind a card number",
    sources: &[
        "data/keys.txt: names in gateway adapters, a cloud provider's keyword list, the schemes' own names",
        "PCI DSS 4.0.1, 3.3.1.2",
    ],
    examples: &[
        ("cvv = 123", "cvv.clear"),
        ("payment.card.securityCode = 1234", "cvv.clear"),
        ("card.cvn.number = 123\ncard.number = 4111111111111111", "cvv.clear"),
        ("cid = 1234\npan = 378282246310005", "cvv.clear"),
        ("message = declined, cvv=123", "cvv.clear"),
        ("cvNumber = 123\naccountNumber = 4111111111111111", "cvv.clear"),
        ("card_verification = 123", "cvv.clear"),
        ("column4 = 123\ncolumn1 = 4111115262628047\ncolumn2 = 04\ncolumn3 = 2029", "cvv.clear"),
        ("column3 = 123\ncolumn1 = 4111115262628047\ncolumn2 = 04/29", "cvv.clear"),
        ("CVVNum = 123", "cvv.clear"),
        ("message = {\"CVV2\": \"123\", \"x\"", "cvv.clear"),
        ("message = card security code: 123 given", "cvv.clear"),
        ("message = 4111115262628047|12|27|123", "cvv.clear"),
        ("message = 4111115262628047,12/27,123", "cvv.clear"),
    ],
    counterexamples: &[
        "cvv_result = 123",
        "cvvresponse = M",
        "ignore_cvv = 123",
        "cvv_presence_code = 101",
        "card_verification_result = 101",
        "cavv = 123",
        "cid = 1234",
        "cvn = 123\namount = 100",
        "cvv = 12",
        "column4 = 123\ncolumn1 = 4111115262628048\ncolumn2 = 04\ncolumn3 = 2029",
        "column2 = 123\ncolumn1 = 4111115262628047",
        "cvv = ***",
        "message = cvv_result=123",
        "message = cid=1234 done",
        "message = 4111115262628048|12|27|123",
        "code = 978\ncard.number = 4111111111111111",
    ],
    clues: &[
        Clue::Digits(15),
        Clue::Word("cv"),
        Clue::Word("cav"),
        Clue::Word("csc"),
        Clue::Word("cid"),
        Clue::Word("verif"),
        Clue::Word("valid"),
        Clue::Word("security"),
        Clue::Word("cardcode"),
        Clue::Word("card_code"),
        Clue::Word("cardid3"),
    ],
    find,
};

const KEY: Evidence = Evidence(900, "the key names a verification code");
const MAYBE_KEY: Evidence = Evidence(700, "the key names a verification code where a card is");
const IN_TEXT: Evidence = Evidence(900, "the text names a verification code");
const BEHIND_CARD: Evidence = Evidence(900, "it stands behind a card number and its expiry date");

fn find(context: &Context<'_>, found: &mut Vec<Candidate>) {
    let value = context.value();
    if !(3..=LONGEST_TEXT).contains(&context.digits.min(value.len())) {
        return;
    }
    if let Some((start, length)) = alone(value) {
        if let Some((evidence, test)) = named(context) {
            found.push(candidate(test, start..start + length, evidence));
        }
        return;
    }
    in_text(value, found);
    if context.digits >= 18 {
        behind_card(value, found);
    }
}

/// Values beyond this are scanned elsewhere in windows.
const LONGEST_TEXT: usize = 1 << 26;

/// The code, if it is all of the value.
fn alone(value: &[u8]) -> Option<(usize, usize)> {
    let trimmed = value.trim_ascii();
    let start = value.len() - value.trim_ascii_start().len();
    let is_code = (3..=4).contains(&trimmed.len()) && trimmed.iter().all(u8::is_ascii_digit);
    is_code.then_some((start, trimmed.len()))
}

/// What the names around the field say.
fn named(context: &Context<'_>) -> Option<(Evidence, Test)> {
    let roles = match context.roles() {
        roles if roles.has(Role::Number) => context.parent(),
        roles => roles,
    };
    if !roles.any(&[Role::Cvv, Role::MaybeCvv]) {
        return behind_columns(context).map(|test| (BEHIND_CARD, test));
    }
    match (roles.has(Role::Cvv), card_beside(context)) {
        (true, CardBeside::Clear(test)) => Some((KEY, test)),
        (true, _) => Some((KEY, Test::Real)),
        (false, CardBeside::Clear(test)) => Some((MAYBE_KEY, test)),
        (false, _) => None,
    }
}

/// The same rows, read as columns without names: `column1`, `column2` ….
fn behind_columns(context: &Context<'_>) -> Option<Test> {
    let number = |key: &str| key.strip_prefix("column").and_then(|number| number.parse::<usize>().ok());
    let own = number(context.field.path.key())?;
    let column = |back: usize| {
        let wanted = own.checked_sub(back);
        context.siblings().find(|sibling| wanted.is_some() && number(sibling.field.path.key()) == wanted)
    };
    match column(1)?.value {
        // `12/27`
        [month @ .., b'/' | b'-', _, _] if is_month(month) => card_number(column(2)?.value),
        [b'2', b'0', _, _] | [b'2'..=b'5', _] if is_month(column(2)?.value) => card_number(column(3)?.value),
        _ => None,
    }
}

fn is_month(value: &[u8]) -> bool {
    matches!(value, [b'1'..=b'9'] | [b'0', b'1'..=b'9'] | [b'1', b'0'..=b'2'])
}

fn in_text(value: &[u8], found: &mut Vec<Candidate>) {
    static NAMED: OnceLock<Regex> = OnceLock::new();
    let named = NAMED.get_or_init(|| {
        pattern(concat!(
            r"(cv[vcdn]2?|ccv2?|cv2|cav2|(?:security|verification)[ _-]?(?:code|value))",
            r#"["'\\\])]{0,4}\s{0,2}(?:=>|[:=>]|is|\s)\s{0,2}["'\\(]{0,3}([0-9]{3,4})"#,
        ))
    });
    if !named.is_match(value) {
        return;
    }
    for captures in named.captures_iter(value).filter(|captures| ends_free(value, captures, 2)) {
        // The whole name, for `cvv_result_cvv` and `ignore_cvv` say something else.
        let end = span(&captures, 1);
        let is_of_a_name = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.');
        let before = value[..end.start].iter().rev().take_while(|b| is_of_a_name(b)).count();
        let name = std::str::from_utf8(&value[end.start - before..end.end]).unwrap_or_default();
        if Roles::of(name).has(Role::Cvv) {
            found.push(candidate(test_of_text(value), span(&captures, 2), IN_TEXT));
        }
    }
}

/// `4111…|12|27|123`, `4111…,12/27,123`: how stolen cards are traded, and how careless code joins them.
fn behind_card(value: &[u8], found: &mut Vec<Candidate>) {
    static ROW: OnceLock<Regex> = OnceLock::new();
    let row = ROW.get_or_init(|| {
        pattern(concat!(
            r"([0-9]{13,19})\s?[|,;: \t/]\s?(?:0?[1-9]|1[0-2])\s?[|,;/ -]\s?(?:20)?[2-5][0-9]",
            r"\s?[|,;: \t/]\s?([0-9]{3,4})",
        ))
    });
    for captures in row.captures_iter(value).filter(|captures| luhn::passes(&captures[1])) {
        if ends_free(value, &captures, 2) {
            found.push(candidate(test_of_text(value), span(&captures, 2), BEHIND_CARD));
        }
    }
}

/// A pattern of ours, without case and on bytes.
pub(super) fn pattern(text: &str) -> Regex {
    regex::bytes::RegexBuilder::new(text)
        .case_insensitive(true)
        .unicode(false)
        .build()
        .expect("the pattern is ours and tested")
}

/// The bytes of a group that takes part in every match.
pub(super) fn span(captures: &Captures<'_>, group: usize) -> std::ops::Range<usize> {
    captures.get(group).expect("the group is not optional").range()
}

/// Whether no letter or digit follows the group.
pub(super) fn ends_free(value: &[u8], captures: &Captures<'_>, group: usize) -> bool {
    match &value[span(captures, group).end..] {
        [b'.', next, ..] => !next.is_ascii_digit(),
        [next, ..] => !next.is_ascii_alphanumeric(),
        [] => true,
    }
}

fn candidate(test: Test, span: std::ops::Range<usize>, evidence: Evidence) -> Candidate {
    Candidate::new(Tag { test, ..Tag::clear(Class::Cvv) }, span, vec![evidence], Stands::Nothing)
}
