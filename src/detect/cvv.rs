//! Verification codes: three or four digits that only a name or a place beside a card number makes recognisable.
//! Never fingerprinted.

use regex::bytes::{Captures, Regex};

use super::{
    Candidate, Class, Context, Detector, Tag, Test,
    companions::{CardBeside, card_beside, card_number},
    cvv_place, cvv_text,
    detector::{Evidence, Stands},
    keys::Role,
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
        ("UMcvv2 = 123", "cvv.clear"),
        ("account.verification = 123\naccount.number = 4111111111111111", "cvv.clear"),
        ("card.code = 123\ncard.number = 4111111111111111\ncard.expiry = 12/27", "cvv.clear"),
        ("column3 = 123\ncolumn1 = 4111115262628047\ncolumn2 = 0429", "cvv.clear"),
        (
            "column5 = 123\ncolumn1 = 4111115262628047\ncolumn2 = 04\ncolumn3 = 29\ncolumn4 = Jane Doe",
            "cvv.clear",
        ),
        ("column4 = '123'\ncolumn1 = ('4111115262628047'\ncolumn2 = '04'\ncolumn3 = '2029'", "cvv.clear"),
        ("$3 = 123\n$1 = 4111115262628047\n$2 = 12/27", "cvv.clear"),
        ("message = {\"CVV2\": \"123\", \"x\"", "cvv.clear"),
        ("message = card security code: 123 given", "cvv.clear"),
        ("message = the CVC code is 123", "cvv.clear"),
        ("message = Security code ..: 123", "cvv.clear"),
        ("message = s:3:\"cvv\";s:3:\"123\";", "cvv.clear"),
        ("message = [('cvv', '123')]", "cvv.clear"),
        ("message = &lt;CVV2&gt;123&lt;/CVV2&gt;", "cvv.clear"),
        ("message = pan 4111115262628047 csc 123", "cvv.clear"),
        ("message = 4111115262628047|12|27|123", "cvv.clear"),
        ("message = 4111115262628047,12/27,123", "cvv.clear"),
        ("message = 4111115262628047|1227|123", "cvv.clear"),
        ("message = '4111115262628047','12','2027','Jane Doe','123'", "cvv.clear"),
        ("message = 4111115262628047,123,12/27", "cvv.clear"),
        ("message = 378282246310005|12|27|1234", "cvv.clear"),
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
        "line = 3782 8224 6310 0003 1228 1234",
        "cvv = ***",
        "message = cvv_result=123",
        "cvv.code = 100\ncvv.result = 613",
        "card.code = 613\ncard.number = 4111111111111111",
        "card.code = 613\ncard.number = 4111111111111111\ncard.expiry = 12/27\ncard.cvv = 123",
        "params.value = 123\nparams.name = cvv_result",
        "verification = 613",
        "$3 = 123\n$1 = 4111115262628048\n$2 = 12/27",
        "message = the cvv check is 123 ms",
        "message = csc 123",
        "message = 4111115262628047|12|27|1234",
        "message = 4111115262628047,613,12",
        "message = cid=1234 done",
        "message = 4111115262628048|12|27|123",
        "code = 978\ncard.number = 4111111111111111",
    ],
    find,
};

const KEY: Evidence = Evidence(900, "the key names a verification code");
const MAYBE_KEY: Evidence = Evidence(700, "the key names a verification code where a card is");
const CODE_OF_CARD: Evidence = Evidence(700, "a code inside a card, with its number and expiry date");
pub(super) const BEHIND_CARD: Evidence = Evidence(900, "it stands with a card number and its expiry date");

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
    cvv_text::named(value, found);
    cvv_place::behind_card(context, found);
}

/// Values beyond this are scanned elsewhere in windows.
const LONGEST_TEXT: usize = 1 << 26;

/// The code, if it is all of the value.
fn alone(value: &[u8]) -> Option<(usize, usize)> {
    let trimmed = cvv_place::unquoted(value);
    let start = value.iter().position(|byte| Some(byte) == trimmed.first()).unwrap_or(0);
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
        let behind = cvv_place::behind_fields(context).map(|test| (BEHIND_CARD, test));
        return behind.or_else(|| of_a_card(context).map(|test| (CODE_OF_CARD, test)));
    }
    match (roles.has(Role::Cvv), card_beside(context)) {
        (true, CardBeside::Clear(test)) => Some((KEY, test)),
        (true, _) => Some((KEY, Test::Real)),
        (false, CardBeside::Clear(test)) => Some((MAYBE_KEY, test)),
        (false, _) => None,
    }
}

/// `{"number": …, "expiry": …, "code": "123"}`: the code of a whole card.
fn of_a_card(context: &Context<'_>) -> Option<Test> {
    let other = context.siblings().any(|sibling| sibling.roles.has(Role::Cvv));
    if context.key() != "code" || !context.parent().has(Role::Card) || other {
        return None;
    }
    let expiry = context.siblings().any(|sibling| sibling.roles.any(&[Role::Expiry, Role::ExpiryPart]));
    context.siblings().filter(|_| expiry).find_map(|sibling| card_number(sibling.value))
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

/// A code that was found.
pub(super) fn candidate(test: Test, span: std::ops::Range<usize>, evidence: Evidence) -> Candidate {
    Candidate::new(Tag { test, ..Tag::clear(Class::Cvv) }, span, vec![evidence], Stands::Nothing)
}
