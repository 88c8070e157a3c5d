//! Fingerprints: HMAC-SHA-256 of a canonical value under the estate's key, so that two systems' values can be
//! compared without being kept. Whoever has the key and a store of fingerprints can search for card numbers by
//! trying them: the two lie apart.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::{Zeroize, Zeroizing};

/// 32 bytes, prepared for use: the bytes themselves are not kept, and what was made of them is wiped on drop.
#[derive(Clone)]
pub struct Key(Hmac<Sha256>);

/// Names a key without telling it: 8 hex digits. Kept with what was made under the key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct KeyId(String);

/// The first 128 bits of the HMAC. Comparable within one key.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint(pub u128);

/// The text is not 64 hex digits: the user's to mend.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a key is 64 hex digits (32 bytes); `dyetrace init` makes one")]
pub struct MalformedKey;

/// The system has no random bytes to make a key from: its operator's to mend.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the system gives no random bytes to make a key from")]
pub struct NoRandomness;

impl Key {
    /// A key from its bytes.
    pub fn new(mut bytes: [u8; 32]) -> Self {
        let prepared = <Hmac<Sha256> as KeyInit>::new_from_slice(&bytes).expect("HMAC takes any length");
        bytes.zeroize();
        Key(prepared)
    }

    /// A key from 64 hex digits, as files and the environment hold it; white space around is ignored.
    ///
    /// # Errors
    /// It is something else.
    pub fn from_hex(text: &str) -> Result<Self, MalformedKey> {
        let decoded =
            data_encoding::HEXLOWER_PERMISSIVE.decode(text.trim().as_bytes()).map_err(|_| MalformedKey)?;
        let decoded = Zeroizing::new(decoded);
        let bytes: Result<[u8; 32], _> = decoded.as_slice().try_into();
        bytes.map(Key::new).map_err(|_| MalformedKey)
    }

    /// A new key, for one run.
    ///
    /// # Errors
    /// The system has no random bytes.
    pub fn generate() -> Result<Self, NoRandomness> {
        Ok(Key::new(*random()?))
    }

    /// A new key as a key file holds it: the only way that a key is ever spelled out.
    ///
    /// # Errors
    /// The system has no random bytes.
    pub fn generate_hex() -> Result<Zeroizing<String>, NoRandomness> {
        Ok(Zeroizing::new(data_encoding::HEXLOWER.encode(&*random()?)))
    }

    /// The key's name.
    pub fn id(&self) -> KeyId {
        let Fingerprint(value) = self.fingerprint("key-id", b"");
        KeyId(format!("{:08x}", (value >> 96) as u32))
    }

    /// The fingerprint of a canonical value. Values of different domains never meet: `pan` for card numbers
    /// without separators, `tail` for their last four digits, `digest` for lower-case hex digests, `value` for
    /// anything else, trimmed.
    pub fn fingerprint(&self, domain: &'static str, canonical: &[u8]) -> Fingerprint {
        let mut mac = self.0.clone();
        mac.update(domain.as_bytes());
        mac.update(&[0]);
        mac.update(canonical);
        let digest = mac.finalize().into_bytes();
        let head: [u8; 16] = digest[..16].try_into().expect("a SHA-256 is 32 bytes");
        Fingerprint(u128::from_be_bytes(head))
    }
}

impl KeyId {
    /// 8 hex digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Fingerprint {
    /// Where it stands in the uniform order that samples are cut by.
    pub fn rank(self) -> u64 {
        (self.0 >> 64) as u64
    }
}

impl std::fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Fingerprint(…)")
    }
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Key({})", self.id().0)
    }
}

fn random() -> Result<Zeroizing<[u8; 32]>, NoRandomness> {
    let mut bytes = Zeroizing::new([0; 32]);
    getrandom::fill(&mut *bytes).map_err(|_| NoRandomness)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::{Fingerprint, Key, Mac, MalformedKey};

    fn key() -> Key {
        Key::new(std::array::from_fn(|at| at as u8))
    }

    /// Expected values by Python: `hmac.new(bytes(range(32)), domain + b"\0" + value, "sha256")`, 16 bytes of it.
    fn check(domain: &'static str, value: &str, expected: u128) {
        assert_eq!(key().fingerprint(domain, value.as_bytes()).0, expected, "{domain}");
    }

    #[test]
    fn fingerprints_are_what_another_implementation_says() {
        check("pan", "4111111111111111", 0x82fd_0347_d7b2_7f5b_6792_1023_30fa_4f29);
        check("value", "4111111111111111", 0xfb2e_3dcc_eb2f_ad02_c44d_72b8_6f00_c3d7);
        assert_eq!(key().id().as_str(), "37a0c7d3");
    }

    #[test]
    fn the_hash_is_that_of_rfc_4231() {
        // Test case 2.
        let mut mac = <super::Hmac<super::Sha256> as super::KeyInit>::new_from_slice(b"Jefe").unwrap();
        mac.update(b"what do ya want for nothing?");
        let digest = data_encoding::HEXLOWER.encode(&mac.finalize().into_bytes());
        assert_eq!(digest, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }

    #[test]
    fn domains_never_meet() {
        assert_ne!(key().fingerprint("pan", b"x"), key().fingerprint("pa", b"nx"));
        assert_ne!(key().fingerprint("pan", b""), key().fingerprint("value", b""));
    }

    #[test]
    fn a_key_is_64_hex_digits() {
        let check = |text: &str, expected: Result<&str, MalformedKey>| {
            let id = Key::from_hex(text).map(|key| key.id());
            assert_eq!(id.as_ref().map(super::KeyId::as_str), expected.as_ref().copied());
        };
        let text = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
        check(text, Ok("37a0c7d3"));
        check(&format!(" {}\n", text.to_uppercase()), Ok("37a0c7d3"));
        check(&text[2..], Err(MalformedKey));
        check(&text.replace('f', "g"), Err(MalformedKey));
        check("", Err(MalformedKey));
    }

    #[test]
    fn new_keys_differ_and_load() {
        let (one, other) = (Key::generate().unwrap(), Key::generate().unwrap());
        assert_ne!(one.id(), other.id());
        assert_eq!(Key::from_hex(&Key::generate_hex().unwrap()).map(|_| ()), Ok(()));
    }

    #[test]
    fn a_key_is_wiped_and_never_shown() {
        // The HMAC is two states of the hash and a buffer; it does not say so itself.
        fn is_wiped<T: zeroize::ZeroizeOnDrop>() {}
        is_wiped::<super::Sha256>();
        assert_eq!(format!("{:?} {:?}", key(), Fingerprint(7)), "Key(37a0c7d3) Fingerprint(…)");
    }
}
