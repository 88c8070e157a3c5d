//! Colours and lines of the terminal: never wider than eighty columns, whatever a name is.

use std::fmt::Write;

/// Columns that every terminal has.
const WIDTH: usize = 80;

/// Whether to colour.
#[derive(Debug, Clone, Copy)]
pub(super) struct Paint(pub(super) bool);

impl Paint {
    pub(super) fn bold(self, text: &str) -> String {
        self.with("1", text)
    }

    pub(super) fn dim(self, text: &str) -> String {
        self.with("2", text)
    }

    pub(super) fn green(self, text: &str) -> String {
        self.with("32", text)
    }

    pub(super) fn severity(self, severity: &str, text: &str) -> String {
        match severity {
            "critical" => self.with("1;37;41", text),
            "high" => self.with("1;31", text),
            "medium" => self.with("33", text),
            _ => self.with("36", text),
        }
    }

    fn with(self, code: &str, text: &str) -> String {
        if self.0 { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }
}

/// Lines of words, each put through `paint`; the first stands behind `head`, the rest under its words. A word that
/// is wider than a line stands alone, so that it can be copied whole.
pub(super) fn wrapped(head: &str, indent: usize, text: &str, paint: impl Fn(&str) -> String) -> String {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let line = lines.last_mut().expect("there is a first line");
        let full = indent + line.chars().count() + 1 + word.chars().count() > WIDTH;
        match (line.is_empty(), full) {
            (true, _) => line.push_str(word),
            (false, false) => {
                line.push(' ');
                line.push_str(word);
            }
            (false, true) => lines.push(word.to_owned()),
        }
    }
    let mut whole = String::new();
    for (at, line) in lines.iter().enumerate() {
        let head = if at == 0 { head.to_owned() } else { " ".repeat(indent) };
        let _ = writeln!(whole, "{head}{}", paint(line));
    }
    whole
}

/// `139,213`.
pub(super) fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{thousands, wrapped};

    #[test]
    fn thousands_are_set_apart() {
        assert_eq!(thousands(0), "0");
        assert_eq!(thousands(999), "999");
        assert_eq!(thousands(139_213), "139,213");
    }

    #[test]
    fn long_lines_are_folded_between_words() {
        let text = "a word ".repeat(12) + &"x".repeat(90);
        let folded = wrapped("- ", 2, &text, str::to_owned);
        let widths: Vec<_> = folded.lines().map(|line| line.chars().count()).collect();
        assert_eq!(widths, [80, 6, 92]);
    }
}
