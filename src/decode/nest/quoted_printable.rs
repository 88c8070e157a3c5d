//! Quoted-printable (RFC 2045, 6.7) where it could hide digits: `=34=31=31=31`, `4111=C2=A01111`.

use zeroize::Zeroizing;

/// Fewer are an accident: `a1=31`.
const FEWEST: usize = 3;

/// The word without its escapes; nothing if those are too few to be meant. An escape stands behind a digit, another
/// escape, or no letter at all: `page=20` is none, and a quoted value is looked at by itself.
pub(super) fn decoded(word: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let mut decoded = Zeroizing::new(Vec::with_capacity(word.len()));
    let (mut escapes, mut rest) = (0, word);
    while let Some((&byte, after)) = rest.split_first() {
        let is_free = !decoded.last().is_some_and(u8::is_ascii_alphabetic);
        match (byte, code(after).filter(|_| is_free)) {
            (b'&' | b';' | b',' | b'"' | b'\'', _) => return None,
            (b'=', Some(plain)) => {
                decoded.push(plain);
                escapes += 1;
                rest = &after[2..];
            }
            _ => {
                decoded.push(byte);
                rest = after;
            }
        }
    }
    let is_text = std::str::from_utf8(&decoded).is_ok();
    (escapes >= FEWEST && is_text).then_some(decoded)
}

/// A digit, or what separates groups of them: a blank, a hyphen, a no-break blank. In upper case, as the standard
/// has it.
fn code(text: &[u8]) -> Option<u8> {
    match text.get(..2)? {
        [b'3', digit @ b'0'..=b'9'] => Some(*digit),
        b"20" => Some(b' '),
        b"2D" => Some(b'-'),
        b"C2" => Some(0xc2),
        b"A0" => Some(0xa0),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::decoded;

    fn check(word: &str, expected: Option<&str>) {
        let found = decoded(word.as_bytes());
        let found = found.as_deref().map(|bytes| String::from_utf8_lossy(bytes).into_owned());
        assert_eq!(found.as_deref(), expected, "{word}");
    }

    #[test]
    fn escapes_that_are_meant() {
        check("=34=31=31=31", Some("4111"));
        check("4111=201111=201111=201111", Some("4111 1111 1111 1111"));
        check("4111=C2=A01111=C2=A01111", Some("4111\u{a0}1111\u{a0}1111"));
        check("4111=C2=A01111", None);
        check("page=20&size=30&limit=35", None);
        check("page=20,size=30,limit=35", None);
        check("a=3a=3b=3c", None);
        check("=A0=A0=A0", None);
        check("=41=42=43=44", None);
    }
}
