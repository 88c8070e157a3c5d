//! Secrets, tracks and verification codes in foreign text: the forms of payment providers' keys, and whatever is
//! introduced as a password.

use std::{borrow::Cow, sync::LazyLock};

use regex::{Captures, Regex};

use super::super::secret_forms::FORMS;

/// What is found, and what stands there afterwards. Each leaves its own replacement alone or as it is.
static RULES: LazyLock<Vec<(Regex, &'static str)>> = LazyLock::new(|| {
    // ISO/IEC 7813, with sentinels or without; `D` parts track 2 in chip data.
    let tracks = r"%?[Bb]\d{12,19}(?:\^|%5[Ee])[^\^?]{0,60}(?:\^|%5[Ee])[0-9A-Za-z= ]*\??|;?\b\d{12,19}(?:[=Dd]|%3[Dd])\d{7,}[0-9Ff]*\??";
    let code = r#"(cv[vcnde]2?|cav2|ccv2?|csc|pin|pin[_ -]?block|(?:security|verification)[_ -]?(?:code|value))((?:["'\\\s]{0,4}(?:[:=]|=>|%3[ADad])["'\\\s]{0,4}|\s))\d+"#;
    let password = r#"((?:password|passwd|passphrase|secret|api[_-]?key|access[_-]?key)[\w.-]*["'\\]{0,3}\s*(?:[:=]|%3[ADad])\s*["'\\]{0,3})[^\s"'&,;\\{\[(][^\s"'&,;\\]*"#;
    let rules = [
        (tracks.to_owned(), "[track]"),
        (format!("(?i:{code})"), "$1$2[removed]"),
        (format!("(?i:{password})"), "$1[secret]"),
        (r"(?i:\b(bearer|basic) )[0-9A-Za-z._~+/=-]{12,}".to_owned(), "$1 [secret]"),
        (r"(://[^\s:/@]*):[^\s/@]+@".to_owned(), "$1:[secret]@"),
        (
            r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)".to_owned(),
            "[secret]",
        ),
    ];
    rules.map(|(pattern, replacement)| (regex(&pattern), replacement)).into()
});

/// The forms of keys, also where `_` is percent-encoded, with the character before it.
static KEYS: LazyLock<Regex> = LazyLock::new(|| {
    let forms: Vec<String> = FORMS.iter().map(|form| form.pattern.replace('_', "(?:_|%5[Ff])")).collect();
    regex(&format!("([0-9A-Za-z]?)({})", forms.join("|")))
});

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("patterns are constants")
}

/// Replaces what could be a secret.
pub(super) fn redact(text: &str) -> Cow<'_, str> {
    let keyless = replace(Cow::Borrowed(text), |text| KEYS.replace_all(text, hide));
    RULES.iter().fold(keyless, |text, (rule, by)| replace(text, |text| rule.replace_all(text, *by)))
}

fn replace<'a>(text: Cow<'a, str>, step: impl FnOnce(&str) -> Cow<'_, str>) -> Cow<'a, str> {
    match step(&text) {
        Cow::Borrowed(_) => text,
        Cow::Owned(cleaner) => Cow::Owned(cleaner),
    }
}

/// Glued to a word before it, only what has a digit is a key: `task_test_environment` is a name.
fn hide(found: &Captures<'_>) -> String {
    let (before, key) = (&found[1], &found[2]);
    match before.is_empty() || key.bytes().any(|b| b.is_ascii_digit()) {
        true => format!("{before}[secret]"),
        false => found[0].to_owned(),
    }
}
