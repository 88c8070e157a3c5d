//! Digests of card numbers. A digest looks like any other; what tells is the key, a digest of a published test
//! number (which proves a hash without a secret), or, later, a clear card elsewhere with this very digest: for that,
//! any digest is handed on as a weak candidate.

use data_encoding::{BASE64, BASE64_NOPAD, BASE64URL_NOPAD, HEXLOWER, HEXLOWER_PERMISSIVE};

use super::{
    Candidate, Class, Context, Detector, State, Tag, Test,
    detector::{Canonical, Evidence, Stands},
    published,
};

/// Hashed card numbers.
pub(super) static DETECTOR: Detector = Detector {
    id: "pan-hashed",
    class: Class::Pan,
    about: "digests of card numbers, by key, by a test number's digest, or for comparison with clear cards",
    sources: &["PCI DSS 4.0.1, 3.5.1.1: hashes of card numbers are keyed"],
    examples: &[
        ("pan_hash = 0f343b0931126a20f133d67c2b018a3b", "pan.hashed"),
        ("card_sha256 = 4d967a30111bf29f0eba01c448b375c1629b2fed01cdfcc3aed91f1b57d5dd5e", "pan.hashed"),
        ("cc_fingerprint = TZZ6MBEb8p8OugHESLN1wWKbL+0BzfzDrtkfG1fV3V4=", "pan.hashed"),
        // SHA-256 and MD5 of 4111111111111111.
        ("x = 9bbef19476623ca56c17da75fd57734dbf82530686043a6e491c6d71befe8f6e", "pan.hashed"),
        ("message = user 5910F4EA0062A0E29AFD3DCCC741E3CE", "pan.hashed"),
    ],
    counterexamples: &[
        "etag = 0f343b0931126a20f133d67c2b018a3b",
        "commit = a94a8fe5ccb19ba61c4c0873d391e987982fbbd3",
        "company_hash = 0f343b0931126a20f133d67c2b018a3b",
        "pan_hash = none",
    ],
    find,
};

const PUBLISHED: Evidence = Evidence(2_000, "the digest of a published test number, made without a key");
const KEY: Evidence = Evidence(700, "the key names a digest of a card number");
const ANY: Evidence = Evidence(-800, "a digest of something");

fn find(context: &Context<'_>, found: &mut Vec<Candidate>) {
    let value = context.value();
    if value.len() < 22 || context.digits == 0 {
        return;
    }
    let mut start = 0;
    for word in value.split(|&b| !is_of_a_digest(b)) {
        if (22..=128).contains(&word.len()) {
            let alone = word.len() == value.trim_ascii().len();
            let padding = value[start + word.len()..].iter().take_while(|&&b| b == b'=').count();
            found.extend(candidate(context, start..start + word.len(), padding, alone));
        }
        start += word.len() + 1;
    }
}

fn is_of_a_digest(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_')
}

fn candidate(
    context: &Context<'_>,
    span: std::ops::Range<usize>,
    padding: usize,
    alone: bool,
) -> Option<Candidate> {
    let value = context.value();
    let alone = alone || span.len() + padding == value.trim_ascii().len();
    let (digest, is_hex) = decode(&value[span.clone()])?;
    let keyed = alone && key_names_a_digest(context);
    let (evidence, test) = match published::is_digest(&digest) {
        true => (PUBLISHED, Test::Published),
        false if keyed => (KEY, Test::Real),
        // Digests of 24 and 64 bytes are of no common unkeyed use for cards, and base64 is too many other things.
        false if is_hex && matches!(digest.len(), 16 | 20 | 32) => (ANY, Test::Real),
        false => return None,
    };
    let tag = Tag { test, ..Tag::clear(Class::Pan).in_state(State::Hashed) };
    let stands = Stands::Digest(Canonical::new(HEXLOWER.encode(&digest).as_bytes()));
    Some(Candidate::new(tag, span, vec![evidence], stands))
}

/// The bytes of hex of 32, 40, 64, 96 or 128 digits, or of base64 of 16, 20 or 32 bytes; and whether it was hex.
fn decode(word: &[u8]) -> Option<(Vec<u8>, bool)> {
    if matches!(word.len(), 32 | 40 | 64 | 96 | 128)
        && let Ok(bytes) = HEXLOWER_PERMISSIVE.decode(word)
    {
        return word.iter().any(|b| b.is_ascii_alphabetic()).then_some((bytes, true));
    }
    let bytes = match word.len() {
        22 | 27 | 43 if word.iter().any(|b| matches!(b, b'-' | b'_')) => BASE64URL_NOPAD.decode(word),
        22 | 27 | 43 => BASE64_NOPAD.decode(word),
        _ => BASE64.decode(word),
    };
    bytes.ok().filter(|bytes| matches!(bytes.len(), 16 | 20 | 32)).map(|bytes| (bytes, false))
}

/// `(pan|card|cc|acct).*(hash|sha|md5|digest|fp|fingerprint)`, in words.
fn key_names_a_digest(context: &Context<'_>) -> bool {
    let key = context.key();
    let of_a_card = ["pan", "card", "cc", "acct", "creditcard"].iter().any(|word| key.starts_with(word))
        || ["pan", "card", "ccnum", "ccno"].iter().any(|word| key.contains(&[word, "hash"].concat()))
        || key.contains("cardnumber")
        || key.contains("hashedpan")
        || key.contains("hashedcard")
        || context.in_card();
    let a_digest =
        ["hash", "sha", "md5", "digest", "fingerprint", "hmac"].iter().any(|word| key.contains(word))
            || key.ends_with("fp");
    of_a_card && a_digest
}
