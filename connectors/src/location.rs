//! A live system as one word on a command line: `kafka://host:9092/payments.*`. Only `dyetrace init --from` reads
//! such words; what a connector makes of its parts is the connector's business.

use std::collections::BTreeMap;

use crate::{ErrorKind, Foreign, SettingValue, SourceError};

/// How a connector is named on a command line.
pub struct FromUrl {
    /// What stands before `://`, the first for help texts.
    pub schemes: &'static [&'static str],
    /// For help texts: `kafka://host:port/pattern`.
    pub shape: &'static str,
    /// The connector's keys for such a place.
    pub read: fn(&Location) -> Result<BTreeMap<String, SettingValue>, SourceError>,
}

/// The parts of `scheme://user@host/path`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Location {
    /// What stands before `://`.
    pub scheme: String,
    /// Before the `@`, if it stands there.
    pub user: Option<String>,
    /// `host:port`, several with commas, or a region. Empty when nothing stands there.
    pub host: String,
    /// After the first `/`, without it. Empty when nothing stands there.
    pub path: String,
}

impl Location {
    /// Takes a word apart. A password in it is refused: a command line is read by every user of the machine.
    pub fn parse(typed: &str) -> Result<Location, SourceError> {
        let Some((scheme, rest)) = typed.split_once("://") else {
            return Err(unfit("name a live system as scheme://host/pattern"));
        };
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        let (user, host) = match authority.rsplit_once('@') {
            Some((user, host)) => (Some(user), host),
            None => (None, authority),
        };
        if user.is_some_and(|user| user.contains(':')) {
            return Err(unfit(
                "a command line is no place for a password: leave it out, and name its place in the estate \
                 file as {env: NAME} or {file: PATH}",
            ));
        }
        Ok(Location {
            scheme: scheme.to_ascii_lowercase(),
            user: user.map(str::to_owned),
            host: host.to_owned(),
            path: path.to_owned(),
        })
    }
}

/// The word itself is not repeated: it may hold a password.
fn unfit(help: &'static str) -> SourceError {
    SourceError { kind: ErrorKind::Settings, what: Foreign::default(), why: Foreign::default(), help }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(typed: &str) -> String {
        match Location::parse(typed) {
            Ok(l) => format!("{} {} {} {}", l.scheme, l.user.as_deref().unwrap_or("-"), l.host, l.path),
            Err(error) => error.help.split([':', ' ']).take(3).collect::<Vec<_>>().join(" "),
        }
    }

    #[test]
    fn a_location_has_parts() {
        assert_eq!(check("kafka://a:9092,b:9092/payments.*"), "kafka - a:9092,b:9092 payments.*");
        assert_eq!(check("Postgres://audit@db/shop/public"), "postgres audit db shop/public");
        assert_eq!(check("cloudwatch://eu-west-1//aws/lambda/*"), "cloudwatch - eu-west-1 /aws/lambda/*");
        assert_eq!(check("redis://"), "redis -  ");
        assert_eq!(check("kafka"), "name a live");
    }

    #[test]
    fn a_password_on_the_command_line_is_refused() {
        assert_eq!(check("postgres://audit:hush@db/shop"), "a command line");
    }
}
