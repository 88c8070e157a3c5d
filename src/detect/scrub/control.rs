//! Characters that a terminal or a reader would act on instead of showing them.

use std::borrow::Cow;

/// What stands for a character that cannot be shown, and for a run of them.
const REPLACEMENT: char = '\u{fffd}';

/// Line breaks and tabs become `\n`, `\r`, `\t`; other controls, terminal sequences, and what is invisible or turns
/// the direction of writing become `�`.
pub(super) fn neutralise(text: &str) -> Cow<'_, str> {
    if !text.chars().any(acts) && !text.contains("\u{fffd}\u{fffd}") {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        let length = sequence(rest).unwrap_or(next.len_utf8());
        match next {
            '\n' => shown.push_str("\\n"),
            '\r' => shown.push_str("\\r"),
            '\t' => shown.push_str("\\t"),
            _ if next != REPLACEMENT && !acts(next) => shown.push(next),
            _ if shown.ends_with(REPLACEMENT) => {}
            _ => shown.push(REPLACEMENT),
        }
        rest = &rest[length..];
    }
    Cow::Owned(shown)
}

fn acts(c: char) -> bool {
    c.is_control() || is_invisible(c)
}

/// Format characters of Unicode (category Cf), variation selectors, and separators of lines and paragraphs.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffc}' | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// How long the terminal's control sequence is that the text begins with (ECMA-48).
fn sequence(text: &str) -> Option<usize> {
    let body = text.strip_prefix('\u{1b}');
    if let Some(parameters) = body.and_then(|b| b.strip_prefix('[')).or(text.strip_prefix('\u{9b}')) {
        let last = parameters.find(|c: char| !matches!(c, ' '..='?')).unwrap_or(parameters.len());
        let last = last + usize::from(matches!(parameters.as_bytes().get(last), Some(b'@'..=b'~')));
        return Some(text.len() - parameters.len() + last);
    }
    // A title or a link: to the bell or the string terminator.
    let string = body?.strip_prefix([']', 'P', '_', '^', 'X'])?;
    let last = string.find(['\u{7}', '\u{1b}', '\u{9c}']).unwrap_or(string.len());
    Some(text.len() - string.len() + last)
}
