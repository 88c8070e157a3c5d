//! Tokens for OAUTHBEARER: one that lies somewhere and is kept fresh by others, or one that an OpenID provider gives
//! for the client's own credentials. Whether a token still holds is the brokers' to say.

use std::time::{Duration, SystemTime};

use zeroize::Zeroizing;

use super::unfit;
use crate::rest::Rest;
use crate::{ErrorKind, Setting, SettingKind, Settings, SourceError};

pub(super) const TOKEN: Setting = Setting {
    name: "token",
    about: "token of OAUTHBEARER, read anew every few minutes",
    kind: SettingKind::Secret,
};
pub(super) const TOKEN_URL: Setting = Setting {
    name: "token_url",
    about: "the OpenID provider's token endpoint, asked for a token of OAUTHBEARER with client credentials",
    kind: SettingKind::Text,
};
pub(super) const CLIENT_ID: Setting =
    Setting { name: "client_id", about: "client at the token endpoint", kind: SettingKind::Text };
pub(super) const CLIENT_SECRET: Setting =
    Setting { name: "client_secret", about: "its secret", kind: SettingKind::Secret };
pub(super) const SCOPE: Setting =
    Setting { name: "scope", about: "scope to ask the token endpoint for", kind: SettingKind::Text };

/// A token counts as fresh for this long, whatever it says of itself; the client library asks again after four
/// fifths of it.
const FRESH: Duration = Duration::from_secs(300);

/// Whether there is a way to a token.
pub(super) fn check(settings: &Settings) -> Result<(), SourceError> {
    let has = |setting: &Setting| settings.values.contains_key(setting.name);
    if has(&TOKEN) || [TOKEN_URL, CLIENT_ID, CLIENT_SECRET].iter().all(has) {
        return Ok(());
    }
    Err(unfit("sasl", "", "OAUTHBEARER needs `token`, or `token_url`, `client_id` and `client_secret`"))
}

/// A token, and until when it need not be asked for again, in milliseconds since 1970 UTC.
pub(super) fn fetch(settings: &Settings) -> Result<(Zeroizing<String>, i64), SourceError> {
    let token = match settings.secret(TOKEN.name)? {
        Some(secret) => Zeroizing::new(secret.expose().to_owned()),
        None => granted(settings)?,
    };
    Ok((token, (now() + FRESH).as_millis().try_into().unwrap_or(i64::MAX)))
}

/// Client credentials: RFC 6749, 4.4, with the secret in the body (2.3.1).
fn granted(settings: &Settings) -> Result<Zeroizing<String>, SourceError> {
    let text = |setting: &Setting| settings.text(setting.name).unwrap_or_default();
    let secret = settings.secret(CLIENT_SECRET.name)?;
    let mut form = vec![("grant_type", "client_credentials"), ("client_id", text(&CLIENT_ID))];
    form.extend(secret.as_ref().map(|secret| ("client_secret", secret.expose())));
    form.extend(settings.text(SCOPE.name).map(|scope| ("scope", scope)));
    let answer = Rest::new(settings)?.post(text(&TOKEN_URL), &form)?;
    let token = answer.get("access_token").and_then(|token| token.as_str());
    token.map(|token| Zeroizing::new(token.to_owned())).ok_or_else(|| SourceError {
        kind: ErrorKind::Denied,
        what: TOKEN_URL.name.into(),
        why: "its answer holds no access_token".into(),
        help: "check `token_url`, `client_id` and `scope`",
    })
}

// No result depends on it: the client library wants a time after which it asks again.
#[allow(clippy::disallowed_methods)]
fn now() -> Duration {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default()
}
