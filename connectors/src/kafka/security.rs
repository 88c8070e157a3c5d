//! Who we are, and how the connection is protected: TLS and SASL, from settings to the client library's words.
//! Secrets are fetched from where they lie each time that a client is made, and never shown.

use rdkafka::config::ClientConfig;

use super::unfit;
use crate::{Setting, SettingKind, SettingValue, Settings, SourceError};

pub(super) const TLS: Setting = Setting {
    name: "tls",
    about: "whether the connection is encrypted: on when not said and `sasl`, `ca` or `certificate` is",
    kind: SettingKind::Switch,
};
pub(super) const CA: Setting = Setting {
    name: "ca",
    about: "file with the authorities (PEM) that are trusted; the system's when not said",
    kind: SettingKind::Text,
};
pub(super) const CERTIFICATE: Setting = Setting {
    name: "certificate",
    about: "file with our own certificate (PEM), where the brokers want one",
    kind: SettingKind::Text,
};
pub(super) const KEY: Setting =
    Setting { name: "key", about: "the certificate's private key (PEM)", kind: SettingKind::Secret };
pub(super) const KEY_PASSWORD: Setting = Setting {
    name: "key_password",
    about: "what the private key is encrypted with",
    kind: SettingKind::Secret,
};
pub(super) const SASL: Setting = Setting {
    name: "sasl",
    about: "PLAIN, SCRAM-SHA-256, SCRAM-SHA-512 or OAUTHBEARER",
    kind: SettingKind::Text,
};
pub(super) const USER: Setting =
    Setting { name: "user", about: "user of PLAIN and SCRAM", kind: SettingKind::Text };
pub(super) const PASSWORD: Setting =
    Setting { name: "password", about: "password of PLAIN and SCRAM", kind: SettingKind::Secret };

/// How a client makes itself known.
#[derive(Clone)]
pub(super) struct Security {
    settings: Settings,
    tls: Tls,
    sasl: Option<Sasl>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Tls {
    On,
    Off,
}

/// Mechanisms, as <https://www.iana.org/assignments/sasl-mechanisms> names them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Sasl {
    Plain,
    ScramSha256,
    ScramSha512,
    OAuthBearer,
}

const MECHANISMS: &[(&str, Sasl)] = &[
    ("PLAIN", Sasl::Plain),
    ("SCRAM-SHA-256", Sasl::ScramSha256),
    ("SCRAM-SHA-512", Sasl::ScramSha512),
    ("OAUTHBEARER", Sasl::OAuthBearer),
];

impl Security {
    /// Checks the settings; fetches no secret yet.
    pub(super) fn new(settings: &Settings) -> Result<Security, SourceError> {
        let sasl = settings.text(SASL.name).map(mechanism).transpose()?;
        let has = |setting: &Setting| settings.values.contains_key(setting.name);
        match sasl {
            Some(Sasl::OAuthBearer) => super::token::check(settings)?,
            Some(_) if !has(&USER) || !has(&PASSWORD) => {
                return Err(unfit("sasl", "", "PLAIN and SCRAM need `user` and `password`"));
            }
            Some(_) => {}
            None if has(&USER) || has(&PASSWORD) => {
                return Err(unfit(
                    "sasl",
                    "",
                    "say how `user` and `password` are sent: `sasl: SCRAM-SHA-512`",
                ));
            }
            None => {}
        }
        if has(&CERTIFICATE) != has(&KEY) {
            return Err(unfit("certificate", "", "`certificate` and `key` go together"));
        }
        let wanted = sasl.is_some() || has(&CA) || has(&CERTIFICATE);
        let tls = match settings.values.get(TLS.name) {
            Some(SettingValue::Switch(false)) => Tls::Off,
            Some(_) => Tls::On,
            None if wanted => Tls::On,
            None => Tls::Off,
        };
        Ok(Security { settings: settings.clone(), tls, sasl })
    }

    /// The mechanism, if any.
    pub(super) fn sasl(&self) -> Option<Sasl> {
        self.sasl
    }

    /// The settings that tokens are asked for with.
    pub(super) fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Says it to the client library, which keeps copies of the secrets in its own memory.
    pub(super) fn apply(&self, config: &mut ClientConfig) -> Result<(), SourceError> {
        let protocol = match (self.tls, self.sasl) {
            (Tls::Off, None) => "plaintext",
            (Tls::Off, Some(_)) => "sasl_plaintext",
            (Tls::On, None) => "ssl",
            (Tls::On, Some(_)) => "sasl_ssl",
        };
        config.set("security.protocol", protocol);
        for (setting, key) in [(CA, "ssl.ca.location"), (CERTIFICATE, "ssl.certificate.location")] {
            if let Some(path) = self.settings.text(setting.name) {
                config.set(key, self.settings.base.join(path).to_string_lossy());
            }
        }
        if let Some((mechanism, _)) = MECHANISMS.iter().find(|(_, sasl)| Some(*sasl) == self.sasl) {
            config.set("sasl.mechanism", *mechanism);
        }
        if let Some(user) = self.settings.text(USER.name) {
            config.set("sasl.username", user);
        }
        for (setting, key) in
            [(PASSWORD, "sasl.password"), (KEY, "ssl.key.pem"), (KEY_PASSWORD, "ssl.key.password")]
        {
            if let Some(secret) = self.settings.secret(setting.name)? {
                config.set(key, secret.expose());
            }
        }
        Ok(())
    }
}

fn mechanism(typed: &str) -> Result<Sasl, SourceError> {
    let known = MECHANISMS.iter().find(|(name, _)| name.eq_ignore_ascii_case(typed));
    let help = "`sasl` is PLAIN, SCRAM-SHA-256, SCRAM-SHA-512 or OAUTHBEARER";
    known.map(|(_, sasl)| *sasl).ok_or_else(|| unfit("sasl", typed, help))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SecretPlace;

    /// What the client library is told of security with these settings, or what does not fit.
    fn check(keys: &[(&str, SettingValue)]) -> String {
        let values = keys.iter().map(|(key, value)| (key.to_string(), value.clone())).collect();
        let settings = Settings { base: "/etc/shop".into(), values, ..Settings::default() };
        let mut config = ClientConfig::new();
        match Security::new(&settings).and_then(|security| security.apply(&mut config)) {
            Ok(()) => format!("{:?}", config.config_map()).replace("\"", ""),
            Err(error) => error.help.into(),
        }
    }

    fn text(text: &str) -> SettingValue {
        SettingValue::Text(text.into())
    }

    /// A secret that is there whenever cargo runs the tests.
    fn secret() -> SettingValue {
        SettingValue::Secret(SecretPlace::Env("CARGO_PKG_NAME".into()))
    }

    #[test]
    fn tls_is_on_with_whatever_wants_it() {
        assert_eq!(check(&[]), "{security.protocol: plaintext}");
        assert_eq!(check(&[("tls", SettingValue::Switch(true))]), "{security.protocol: ssl}");
        assert_eq!(
            check(&[("ca", text("ca.pem"))]),
            "{security.protocol: ssl, ssl.ca.location: /etc/shop/ca.pem}"
        );
        let user = [("sasl", text("SCRAM-SHA-512")), ("user", text("u")), ("password", secret())];
        let said = check(&user);
        assert!(
            said.contains("sasl.mechanism: SCRAM-SHA-512") && said.contains("protocol: sasl_ssl"),
            "{said}"
        );
        let said = check(&[&user[..], &[("tls", SettingValue::Switch(false))]].concat());
        assert!(said.contains("protocol: sasl_plaintext"), "{said}");
    }

    #[test]
    fn what_does_not_fit_together() {
        let unfit = |keys: &[(&str, SettingValue)]| check(keys);
        assert!(unfit(&[("sasl", text("GSSAPI"))]).contains("`sasl` is PLAIN"));
        assert!(
            unfit(&[("sasl", text("PLAIN")), ("user", text("u"))]).contains("need `user` and `password`")
        );
        assert!(unfit(&[("user", text("u"))]).contains("say how"));
        assert!(unfit(&[("certificate", text("c.pem"))]).contains("go together"));
        assert!(unfit(&[("sasl", text("OAUTHBEARER"))]).contains("needs `token`"));
        let half = [("sasl", text("OAUTHBEARER")), ("token_url", text("u")), ("client_id", text("i"))];
        assert!(unfit(&half).contains("needs `token`"));
    }

    #[test]
    fn a_secret_that_is_not_there() {
        let absent = SettingValue::Secret(SecretPlace::Env("DYETRACE_NO_SUCH".into()));
        let keys = [("sasl", text("plain")), ("user", text("u")), ("password", absent)];
        assert!(check(&keys).contains("set the environment variable"));
    }
}
