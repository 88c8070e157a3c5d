//! Passwords and tokens: where they lie is in the estate file, they themselves never are.

use std::path::PathBuf;

use zeroize::Zeroizing;

use crate::{ErrorKind, Foreign, SourceError};

/// Where a secret lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretPlace {
    /// An environment variable's name.
    Env(String),
    /// A file, read without the line's end after its last line.
    File(PathBuf),
}

/// A password or token. Wiped on drop; neither `Debug` nor `Display`.
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// The text itself, for the client library; never for showing.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl SecretPlace {
    /// Fetches it. `name` is the setting that names the place.
    pub(crate) fn fetch(&self, name: &'static str) -> Result<Secret, SourceError> {
        let failed = |why: String, help| SourceError {
            kind: ErrorKind::Settings,
            what: name.into(),
            why: Foreign::from(why),
            help,
        };
        match self {
            SecretPlace::Env(variable) => match std::env::var(variable) {
                Ok(text) => Ok(Secret(Zeroizing::new(text))),
                // Of a variable that is no Unicode the error would quote the value.
                Err(_) => Err(failed(
                    variable.clone(),
                    "set the environment variable that holds the secret; it must be UTF-8",
                )),
            },
            SecretPlace::File(path) => match std::fs::read_to_string(path).map(Zeroizing::new) {
                Ok(text) => Ok(Secret(Zeroizing::new(text.trim_end_matches(['\r', '\n']).to_owned()))),
                Err(error) => Err(failed(
                    format!("{}: {error}", path.display()),
                    "let the user who runs dyetrace read the file that holds the secret; it must be UTF-8",
                )),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_read_from_where_it_lies() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("password");
        std::fs::write(&path, "hush \n").unwrap();
        let read = |place: SecretPlace| match place.fetch("password") {
            Ok(secret) => secret.expose().to_owned(),
            Err(error) => format!("{error} ({})", error.why.expose()),
        };
        assert_eq!(read(SecretPlace::File(path)), "hush ");
        let path = std::env::var("PATH").unwrap();
        assert_eq!(read(SecretPlace::Env("PATH".into())), path);
        let absent = read(SecretPlace::Env("DYETRACE_NO_SUCH".into()));
        assert!(absent.contains("set the environment variable") && absent.contains("(DYETRACE_NO_SUCH)"));
        assert!(read(SecretPlace::File(folder.path().into())).contains("let the user"));
    }
}
