//! Verification codes that a text names: `CVV: 123`, `security code is 123`, and what dumps, serialisers and escapes
//! put between name and code.

use std::sync::OnceLock;

use regex::bytes::Regex;

use super::{
    Candidate,
    companions::{holds_card, test_of_text},
    cvv::{candidate, ends_free, pattern, span},
    detector::Evidence,
    keys::{Role, Roles},
};

const IN_TEXT: Evidence = Evidence(900, "the text names a verification code");

/// Adds the codes that the text names.
pub(super) fn named(value: &[u8], found: &mut Vec<Candidate>) {
    static NAMED: OnceLock<Regex> = OnceLock::new();
    let named = NAMED.get_or_init(|| pattern(&format!("({NAME}){BETWEEN}([0-9]{{3,4}})")));
    if !named.is_match(value) {
        return;
    }
    for captures in named.captures_iter(value).filter(|captures| ends_free(value, captures, 2)) {
        if is_code(value, span(&captures, 1)) {
            found.push(candidate(test_of_text(value), span(&captures, 2), IN_TEXT));
        }
    }
}

/// The end of a name. The part before it is looked at afterwards.
const NAME: &str = concat!(
    r"(?:cv[vcdn]2?|ccv2?|cv2|cav2|csc|cvv2?/cvc2?|cvc2?/cvv2?)(?:[ _-]?(?:code|number|value|no\.?|num))?",
    r"|(?:security|verification|validation)[ _-]?(?:code|value|number)",
);

/// What stands between name and code: quotes and brackets with their escapes, then a separator, then the like.
/// Separators are those of dumps and prose (`=`, `:`, `is`, leaders of blanks and dots), of PHP's serialisation, of
/// tuples, and the end of an escaped tag.
const BETWEEN: &str = concat!(
    r#"["'\\\])*]{0,8}"#,
    r"(?:[ \t._-]{0,40}(?:=>|[:=>])\s{0,8}(?:some\(\s{0,80})?|\s{1,2}(?:(?:is|was)\s{1,2})?|;s:[0-9: ]{1,5}|;i:|&(?:amp;){0,3}gt;",
    r#"|\s?,\s?["'\\])"#,
    r#"["'\\(\[* ]{0,8}"#,
);

/// By the whole name, for `cvv_result_cvv` and `ignore_cvv` say something else.
fn is_code(value: &[u8], name: std::ops::Range<usize>) -> bool {
    let is_of_a_name = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.');
    let before = value[..name.start].iter().rev().take_while(|b| is_of_a_name(b)).count();
    let roles = Roles::of(std::str::from_utf8(&value[name.start - before..name.end]).unwrap_or_default());
    roles.has(Role::Cvv) || roles.has(Role::MaybeCvv) && holds_card(value)
}
