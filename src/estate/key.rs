//! Finds and reads the fingerprint key. Errors and notes never show what a file or variable held.
//!
//! It must not know what the key is used for.

use std::path::{Path, PathBuf};

use zeroize::Zeroize;

use super::KeySource;
use crate::detect::{Key, Scrubbed, scrub};

/// A key and where it was found.
#[derive(Debug, Clone)]
pub struct LoadedKey {
    /// The key.
    pub key: Key,
    /// Where it was found.
    pub origin: KeyOrigin,
    /// What the user should know of it.
    pub note: Option<&'static str>,
}

/// Where a key was found. Only `Once` cannot be joined with other runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyOrigin {
    /// The estate file names it.
    Named,
    /// `DYETRACE_KEY`.
    Environment,
    /// The user's configuration folder.
    Configured,
    /// Made for this run.
    Once,
}

/// A key that was named cannot be had: the user's to mend.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, miette::Diagnostic)]
pub enum KeyError {
    /// The variable is not set.
    #[error("the estate file names the environment variable {0} for the key, and it is not set")]
    #[diagnostic(help("set it to 64 hex digits, or run `dyetrace init` and remove `key:`"))]
    NotSet(Scrubbed),
    /// The file cannot be read.
    #[error("the key file {0} cannot be read: {1}")]
    #[diagnostic(help(
        "see that it exists and that the user who runs dyetrace may read it; `dyetrace init` makes one"
    ))]
    Unreadable(Scrubbed, &'static str),
    /// It holds something else.
    #[error("{0} does not hold a key")]
    #[diagnostic(help("a key is 64 hex digits (32 bytes) and nothing else; `dyetrace init` makes one"))]
    Malformed(Scrubbed),
    /// The system gives no random bytes.
    #[error("the system gives no random bytes to make a key from")]
    #[diagnostic(help("set DYETRACE_KEY to 64 hex digits"))]
    NoRandomness,
}

/// The variable that is asked when the estate file names no key.
const VARIABLE: &str = "DYETRACE_KEY";

const OPEN_TO_OTHERS: &str = "the key file can be read by others: `chmod 600` it";
const ONCE: &str = "no key was found, so one was made for this run only: its values cannot be joined with other \
                    runs'. `dyetrace init` makes a lasting one";

/// Finds the key: what the estate names, else `DYETRACE_KEY`, else the file in the user's configuration folder,
/// else one for this run.
///
/// # Errors
/// The key that was named, set or configured cannot be read or is none.
pub fn load_key(source: &KeySource) -> Result<LoadedKey, KeyError> {
    match source {
        KeySource::Env(name) => {
            from_variable(name, KeyOrigin::Named)?.ok_or_else(|| KeyError::NotSet(scrub(name)))
        }
        KeySource::File(path) => from_file(path, KeyOrigin::Named),
        KeySource::Unnamed => unnamed(),
    }
}

fn unnamed() -> Result<LoadedKey, KeyError> {
    if let Some(loaded) = from_variable(VARIABLE, KeyOrigin::Environment)? {
        return Ok(loaded);
    }
    match key_path().filter(|path| path.exists()) {
        Some(path) => from_file(&path, KeyOrigin::Configured),
        None => {
            let key = Key::generate().map_err(|_| KeyError::NoRandomness)?;
            Ok(LoadedKey { key, origin: KeyOrigin::Once, note: Some(ONCE) })
        }
    }
}

/// Where `dyetrace init` puts the key: the user's configuration folder, never beside the store.
pub fn key_path() -> Option<PathBuf> {
    let folder = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let config = folder("XDG_CONFIG_HOME").or_else(|| folder("HOME").map(|home| home.join(".config")))?;
    Some(config.join("dyetrace").join("key"))
}

/// Makes a new key and writes it to a file that only its owner can read; a file that exists is left alone.
///
/// # Errors
/// The file or its folder cannot be made.
pub fn write_new_key(path: &Path) -> std::io::Result<Key> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let text = Key::generate_hex().map_err(|_| std::io::ErrorKind::Unsupported)?;
    let mut file = create_private(path)?;
    std::io::Write::write_all(&mut file, text.as_bytes())?;
    std::io::Write::write_all(&mut file, b"\n")?;
    Ok(Key::from_hex(&text).expect("it was made just now"))
}

#[cfg(unix)]
fn create_private(path: &Path) -> std::io::Result<std::fs::File> {
    use std::os::unix::fs::OpenOptionsExt;
    std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

#[cfg(not(unix))]
fn create_private(path: &Path) -> std::io::Result<std::fs::File> {
    std::fs::OpenOptions::new().write(true).create_new(true).open(path)
}

fn from_variable(name: &str, origin: KeyOrigin) -> Result<Option<LoadedKey>, KeyError> {
    let Some(value) = std::env::var_os(name).filter(|value| !value.is_empty()) else { return Ok(None) };
    let malformed = || KeyError::Malformed(scrub(name));
    let mut text = value.into_string().map_err(|_| malformed())?;
    let key = Key::from_hex(&text).map_err(|_| malformed());
    text.zeroize();
    Ok(Some(LoadedKey { key: key?, origin, note: None }))
}

fn from_file(path: &Path, origin: KeyOrigin) -> Result<LoadedKey, KeyError> {
    let shown = || scrub(&path.to_string_lossy());
    let mut text = std::fs::read_to_string(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => KeyError::Unreadable(shown(), "there is no such file"),
        std::io::ErrorKind::PermissionDenied => KeyError::Unreadable(shown(), "permission denied"),
        std::io::ErrorKind::InvalidData => KeyError::Malformed(shown()),
        _ => KeyError::Unreadable(shown(), "reading failed"),
    })?;
    let key = Key::from_hex(&text).map_err(|_| KeyError::Malformed(shown()));
    text.zeroize();
    Ok(LoadedKey { key: key?, origin, note: open_to_others(path).then_some(OPEN_TO_OTHERS) })
}

#[cfg(unix)]
fn open_to_others(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).is_ok_and(|found| found.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn open_to_others(_path: &Path) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::{KeyOrigin, load_key, write_new_key};
    use crate::estate::KeySource;

    #[test]
    fn a_written_key_is_private_and_loads() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/key");
        let key = write_new_key(&path).unwrap();
        let loaded = load_key(&KeySource::File(path.clone())).unwrap();
        assert_eq!((loaded.key.id(), loaded.origin, loaded.note), (key.id(), KeyOrigin::Named, None));
        assert!(write_new_key(&path).is_err(), "an old key is never overwritten");
    }

    #[cfg(unix)]
    #[test]
    fn a_key_that_others_can_read_is_noted() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        write_new_key(&path).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        let note = load_key(&KeySource::File(path)).unwrap().note.unwrap();
        assert!(note.contains("chmod 600"), "{note}");
    }

    #[test]
    fn a_named_key_that_cannot_be_had_is_an_error_without_its_content() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        std::fs::write(&path, "4111111111111111").unwrap();
        let check = |source: KeySource, expected: &str| {
            let error = load_key(&source).unwrap_err().to_string();
            assert!(error.contains(expected) && !error.contains("4111"), "{error}");
        };
        check(KeySource::File(path), "does not hold a key");
        check(KeySource::File(folder.path().join("none")), "there is no such file");
        check(KeySource::Env("DYETRACE_TEST_NEVER_SET".into()), "is not set");
    }
}
