//! Kafka Connect: which connectors bring data into topics and take it out, by its REST API
//! (<https://kafka.apache.org/41/kafka-connect/user-guide/#rest-api>). Of a connector's configuration a few keys are
//! looked at; the rest may hold secrets and is dropped unread.

use std::collections::BTreeSet;

use serde_json::{Map, Value};
use zeroize::Zeroizing;

use crate::rest::{Rest, basic, escaped};
use crate::{Foreign, Missed, Movement, MovementKind, Place, Setting, SettingKind, Settings, SourceError};

pub(super) const CONNECT: Setting = Setting {
    name: "connect",
    about: "addresses of Kafka Connect's REST API: http://connect-1:8083",
    kind: SettingKind::List,
};
pub(super) const CONNECT_USER: Setting =
    Setting { name: "connect_user", about: "user at Kafka Connect's REST API", kind: SettingKind::Text };
pub(super) const CONNECT_PASSWORD: Setting =
    Setting { name: "connect_password", about: "its password", kind: SettingKind::Secret };

/// What each Connect cluster tells of these topics.
pub(super) fn movements(settings: &Settings, topics: &BTreeSet<String>) -> (Vec<Movement>, Vec<Missed>) {
    let (mut movements, mut missed) = (Vec::new(), Vec::new());
    for address in settings.list(CONNECT.name) {
        match Cluster::new(settings, address).and_then(|cluster| cluster.movements()) {
            Ok(told) => movements.extend(told.into_iter().filter(|movement| concerns(movement, topics))),
            Err(error) => missed.push(Missed { what: address.into(), error }),
        }
    }
    movements.sort();
    movements.dedup();
    (movements, missed)
}

fn concerns(movement: &Movement, topics: &BTreeSet<String>) -> bool {
    [&movement.from, &movement.to].iter().any(|place| match place {
        Place::Dataset(topic) => topics.contains(topic.expose()),
        Place::Elsewhere { .. } => false,
    })
}

/// One Connect cluster.
struct Cluster<'a> {
    rest: Rest,
    address: &'a str,
    authorization: Option<Zeroizing<String>>,
}

impl Cluster<'_> {
    fn new<'a>(settings: &Settings, address: &'a str) -> Result<Cluster<'a>, SourceError> {
        let password = settings.secret(CONNECT_PASSWORD.name)?;
        let user = settings.text(CONNECT_USER.name).unwrap_or_default();
        let authorization = password.map(|password| basic(user, &password));
        let address = address.trim_end_matches('/');
        Ok(Cluster { rest: Rest::new(settings)?, address, authorization })
    }

    fn movements(&self) -> Result<Vec<Movement>, SourceError> {
        let Value::Object(connectors) = self.get("connectors?expand=info")? else { return Ok(Vec::new()) };
        let mut movements = Vec::new();
        for (name, told) in &connectors {
            let Some(config) = told.pointer("/info/config").and_then(Value::as_object) else { continue };
            let active = self.get(&format!("connectors/{}/topics", escaped(name)))?;
            let sink = told.pointer("/info/type").and_then(Value::as_str) == Some("sink");
            let connector = Connector { name, config, address: self.address };
            movements
                .extend(connector.movements(&used(&active, name), if sink { Way::Out } else { Way::In }));
        }
        Ok(movements)
    }

    fn get(&self, path: &str) -> Result<Value, SourceError> {
        let authorization = self.authorization.as_ref().map(|said| said.as_str());
        self.rest.get(&format!("{}/{path}", self.address), authorization)
    }
}

/// The topics that a connector did use.
fn used(active: &Value, name: &str) -> BTreeSet<String> {
    let topics = active.get(name).and_then(|told| told.get("topics")).and_then(Value::as_array);
    let name = |topic: &Value| topic.as_str().map(str::to_owned);
    topics.into_iter().flatten().filter_map(name).collect()
}

#[derive(Debug, Clone, Copy)]
enum Way {
    /// From elsewhere into topics.
    In,
    /// From topics to elsewhere.
    Out,
}

struct Connector<'a> {
    name: &'a str,
    config: &'a Map<String, Value>,
    address: &'a str,
}

impl Connector<'_> {
    fn movements(&self, used: &BTreeSet<String>, way: Way) -> Vec<Movement> {
        let dead = self.config("errors.deadletterqueue.topic.name").filter(|topic| !topic.is_empty());
        let mut topics: BTreeSet<String> = used.clone();
        // A source may write what it writes elsewhere than its configuration says: transforms rename topics.
        let named = if used.is_empty() { ["topics", "topic", "kafka.topic"].as_slice() } else { &["topics"] };
        let named = named.iter().filter_map(|key| self.config(key)).flat_map(|topics| topics.split(','));
        topics.extend(named.map(|topic| topic.trim().to_owned()).filter(|topic| !topic.is_empty()));
        topics.retain(|topic| Some(topic.as_str()) != dead);
        let mut movements = Vec::new();
        for topic in topics {
            let topic = Place::Dataset(topic.into());
            if let Some(dead) = dead {
                let dead = Place::Dataset(dead.into());
                movements.push(self.movement(topic.clone(), dead, MovementKind::Redrive, self.name.into()));
            }
            let (from, to) = match way {
                Way::In => (self.elsewhere(), topic),
                Way::Out => (topic, self.elsewhere()),
            };
            movements.push(self.movement(from, to, MovementKind::Connect, self.by()));
        }
        movements
    }

    fn movement(&self, from: Place, to: Place, kind: MovementKind, by: Foreign) -> Movement {
        Movement { from, to, kind, by, count: None, last: None }
    }

    fn config(&self, key: &str) -> Option<&str> {
        self.config.get(key).and_then(Value::as_str)
    }

    /// Where it reads or writes besides topics, as far as its configuration says so in words that are known.
    fn elsewhere(&self) -> Place {
        let (namespace, name) = if let Some(path) = self.config("file") {
            ("file".to_owned(), path)
        } else if let Some(bucket) = self.config("s3.bucket.name") {
            (format!("s3://{bucket}"), self.config("topics.dir").unwrap_or("topics"))
        } else if let Some(server) = self.config("connection.url").and_then(server) {
            (server, self.config("table.name.format").unwrap_or(self.name))
        } else {
            (self.address.to_owned(), self.name)
        };
        Place::Elsewhere { namespace: namespace.into(), name: name.into() }
    }

    /// The connector, and the transforms on the way that change values.
    fn by(&self) -> Foreign {
        let transforms = self.config("transforms").unwrap_or_default().split(',').map(str::trim);
        let masks: Vec<String> = transforms.filter_map(|alias| self.mask(alias)).collect();
        match masks.is_empty() {
            true => self.name.into(),
            false => format!("{} ({})", self.name, masks.join("; ")).into(),
        }
    }

    /// `MaskField: card, cvv`.
    fn mask(&self, alias: &str) -> Option<String> {
        let class = self.config(&format!("transforms.{alias}.type"))?;
        let class = class.rsplit('.').next()?.split('$').next()?;
        let changes = MASKS.iter().any(|word| class.to_ascii_lowercase().contains(word));
        let fields = ["fields", "exclude", "blacklist"];
        let fields = fields.iter().find_map(|key| self.config(&format!("transforms.{alias}.{key}")));
        let fields = fields.map(|fields| fields.split(',').map(str::trim).collect::<Vec<_>>().join(", "));
        changes.then(|| format!("{class}: {}", fields.unwrap_or_default()))
    }
}

/// Parts of the names of transforms that take values away or change them: Kafka's `MaskField` and `ReplaceField`, and
/// what others call theirs.
const MASKS: &[&str] =
    &["mask", "replacefield", "redact", "tokeni", "encrypt", "cipher", "hash", "dropfield"];

/// Scheme, host and path of an address: what may hold credentials (`user:password@`, `?password=`, `;password=`) is
/// cut off. An address of another form is not shown.
fn server(address: &str) -> Option<String> {
    let address = address.split(['?', ';']).next()?;
    let (scheme, rest) = address.split_once("://")?;
    let rest = rest.rsplit('@').next()?;
    Some(format!("{scheme}://{rest}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `from>to kind by` for each movement of a connector with this configuration.
    fn check(way: Way, used: &[&str], config: &str) -> String {
        let config: Value = serde_json::from_str(config).unwrap();
        let config = config.as_object().unwrap();
        let connector = Connector { name: "crm", config, address: "http://connect:8083" };
        let used = used.iter().map(|topic| topic.to_string()).collect();
        let name = |place: &Place| match place {
            Place::Dataset(name) => name.expose().to_owned(),
            Place::Elsewhere { namespace, name } => format!("[{} {}]", namespace.expose(), name.expose()),
        };
        let said = connector.movements(&used, way).into_iter().map(|movement| {
            format!(
                "{}>{} {} {}",
                name(&movement.from),
                name(&movement.to),
                movement.kind.id(),
                movement.by.expose()
            )
        });
        said.collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn sinks_and_sources() {
        let sink = r#"{"topics": "a, b", "file": "/tmp/out"}"#;
        assert_eq!(
            check(Way::Out, &[], sink),
            "a>[file /tmp/out] connect crm, b>[file /tmp/out] connect crm"
        );
        let source = r#"{"topic": "a"}"#;
        assert_eq!(check(Way::In, &[], source), "[http://connect:8083 crm]>a connect crm");
        assert_eq!(check(Way::In, &["a.v2"], source), "[http://connect:8083 crm]>a.v2 connect crm");
        let bucket = r#"{"topics.regex": "pay.*", "s3.bucket.name": "lake"}"#;
        assert_eq!(check(Way::Out, &["pay.in"], bucket), "pay.in>[s3://lake topics] connect crm");
    }

    #[test]
    fn dead_letters() {
        let sink = r#"{"topics": "a", "file": "f", "errors.deadletterqueue.topic.name": "a-dlq"}"#;
        assert_eq!(check(Way::Out, &["a-dlq"], sink), "a>a-dlq redrive crm, a>[file f] connect crm");
    }

    #[test]
    fn transforms_that_mask() {
        let sink = r#"{"topics": "a", "file": "f", "transforms": "m, r",
            "transforms.m.type": "org.apache.kafka.connect.transforms.MaskField$Value",
            "transforms.m.fields": "card,cvv",
            "transforms.r.type": "org.apache.kafka.connect.transforms.RegexRouter"}"#;
        assert_eq!(check(Way::Out, &[], sink), "a>[file f] connect crm (MaskField: card, cvv)");
    }

    #[test]
    fn no_credentials_are_kept_of_an_address() {
        for (address, kept) in [
            ("jdbc:postgresql://db:5432/crm?user=u&password=hush", Some("jdbc:postgresql://db:5432/crm")),
            ("jdbc:sqlserver://db:1433;password=hush", Some("jdbc:sqlserver://db:1433")),
            ("https://u:hush@search:9200", Some("https://search:9200")),
            ("mongodb://u:hu@sh@db/crm", Some("mongodb://db/crm")),
            ("jdbc:oracle:thin:u/hush@db:1521:crm", None),
        ] {
            assert_eq!(server(address).as_deref(), kept);
        }
    }

    #[test]
    fn a_name_is_escaped() {
        assert_eq!(escaped("to crm/é"), "to%20crm%2F%C3%A9");
    }
}
