//! Fingerprints: HMAC-SHA-256 of a canonical value under the estate's key, so that two systems' values can be
//! compared without being kept. Whoever has the key and a store of fingerprints can search for card numbers by
//! trying them: the two lie apart.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroize;

/// 32 bytes; wiped on drop, and without `Debug` of its bytes.
#[derive(Clone)]
pub struct Key {
    bytes: [u8; 32],
    prepared: Hmac<Sha256>,
}

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

impl Key {
    /// A key from its bytes.
    pub fn new(bytes: [u8; 32]) -> Self {
        let prepared = <Hmac<Sha256> as KeyInit>::new_from_slice(&bytes).expect("HMAC takes any length");
        Key { bytes, prepared }
    }

    /// A key from 64 hex digits, as files and the environment hold it; white space around is ignored.
    pub fn from_hex(text: &str) -> Result<Self, MalformedKey> {
        let mut decoded =
            data_encoding::HEXLOWER_PERMISSIVE.decode(text.trim().as_bytes()).map_err(|_| MalformedKey)?;
        let bytes: Result<[u8; 32], _> = decoded.as_slice().try_into();
        decoded.zeroize();
        bytes.map(Key::new).map_err(|_| MalformedKey)
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
        let mut mac = self.prepared.clone();
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

impl Drop for Key {
    fn drop(&mut self) {
        self.bytes.zeroize();
    }
}
