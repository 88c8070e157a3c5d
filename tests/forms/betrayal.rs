//! What in raw bytes betrays a form: plain definitions, slow and simple, that a fast look is held against.

/// One thing that a look at raw bytes can go by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Betrayed {
    /// 12 digits and more, with at most eight bytes between each two that are no letters: blanks, dashes, quotes,
    /// commas, line breaks, characters beyond ASCII.
    Digits,
    /// 12 digits and more, each two divided by one and the same short text of up to twenty bytes, such as `&nbsp;`,
    /// `","card2":"` or the codes of a colour.
    Divided,
    /// 12 digits as escapes: `%3x`, `\u003x`, `\x3x`, `\06x`, `&#5x;`, `&#x3x;`, `=3x`.
    Escapes,
    /// At least 16 characters of hex or base64 in a row that are neither a word nor a number.
    Blob,
    /// 12 two- or three-digit numbers or hex pairs in a row, or seven groups of four hex digits, divided by up to three
    /// bytes.
    Codes,
    /// Bytes of 0x80 and above.
    BeyondAscii,
    /// A number in scientific notation: a digit, a point, digits, `E`, one or two digits.
    Exponent,
    /// A byte that no text holds.
    Binary,
    /// A mask or a word about cards: nothing of the number is there.
    Word,
}

impl Betrayed {
    /// Whether the bytes have it.
    pub fn is_in(self, bytes: &[u8]) -> bool {
        let pattern = match self {
            Betrayed::Digits => r"[0-9](?:[^0-9A-Za-z]{0,8}[0-9]){11}",
            Betrayed::Divided => r"[0-9](?:(?s-u:.){0,20}[0-9]){11}",
            Betrayed::Escapes => {
                r"(?:(?:%|\\u00|\\x|\\0|=|%25|\\u\{)[367][0-9]\}?){12}|(?:&#(?:x3[0-9]|[45][0-9]);){12}"
            }
            Betrayed::Blob => r"[0-9A-Za-z+/_=-]{16}",
            Betrayed::Codes => concat!(
                r"(?:(?:0x|U\+00)?[0-9A-Fa-f]{2,3}[^0-9A-Za-z]{1,3}){11}(?:0x|U\+00)?[0-9A-Fa-f]{2}",
                r"|(?:[0-9A-Fa-f]{4} ){7}",
            ),
            Betrayed::BeyondAscii => r"[\x80-\xff]",
            Betrayed::Exponent => r"[0-9]\.[0-9]+[eE]\+?[0-9]{2}",
            Betrayed::Binary => r"[\x00-\x08\x0e-\x1a\x1c-\x1f]",
            Betrayed::Word => r"(?i)card|pan|\*\*",
        };
        regex::bytes::RegexBuilder::new(pattern)
            .unicode(false)
            .build()
            .expect("the patterns are constants")
            .is_match(bytes)
    }
}
