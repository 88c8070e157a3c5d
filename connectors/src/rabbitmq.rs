//! RabbitMQ: what the broker's management API knows of queues, and their messages where they can be had without
//! changing anything: from a stream, or from a queue that the user bound for this. It must not know what a message
//! holds.

mod access;
mod broker;
mod find;
mod management;
mod message;
mod plan;
mod read;
mod routes;
mod topology;
mod wire;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use percent_encoding::percent_decode_str;

use crate::endpoint::{self, unfit};
use crate::pace::Pace;
use crate::pages::{Bounds, Deadline, Reader};
use crate::pattern::Pattern;
use crate::{
    Access, Budget, CONSENT, Connector, Consent, ErrorKind, Foreign, FromUrl, Listing, Location, Partition,
    PartitionReader, SAMPLE, SINCE, Sample, SecretPlace, Setting, SettingKind, SettingValue, Settings,
    Source, SourceError, UNTIL,
};

use broker::Broker;
use find::Found;
use management::Management;
use plan::Plan;
use read::Messages;

/// The RabbitMQ connector.
pub static CONNECTOR: Connector = Connector {
    name: "rabbitmq",
    about: "queues of RabbitMQ: where they are bound and redrive, who may; messages of streams and bound copies",
    settings: &[
        Setting {
            name: "address",
            about: "host:port of AMQP; the port is 5672 when not said, 5671 with `tls`",
            kind: SettingKind::RequiredText,
        },
        Setting {
            name: "management",
            about: "address of the management API: http://host:15672",
            kind: SettingKind::Text,
        },
        Setting { name: "vhost", about: "the virtual host (/)", kind: SettingKind::Text },
        Setting {
            name: "queues",
            about: "names and globs of queues; all when not said",
            kind: SettingKind::List,
        },
        Setting {
            name: "copies",
            about: "queues that are bound for dyetrace alone: their messages are got and put back",
            kind: SettingKind::List,
        },
        Setting { name: "user", about: "the user", kind: SettingKind::RequiredText },
        Setting { name: "password", about: "the user's password", kind: SettingKind::Secret },
        endpoint::TLS,
        endpoint::CA,
        endpoint::TIMEOUT,
        CONSENT,
        SINCE,
        UNTIL,
        SAMPLE,
    ],
    budget: Budget::LIVE,
    privilege: PRIVILEGE,
    from_url: Some(FromUrl {
        schemes: &["amqp", "amqps"],
        shape: "amqp://user@host:port/vhost",
        read: from_url,
    }),
    open,
};

const PRIVILEGE: &str = "\
rabbitmqctl add_user dyetrace CHANGE-ME
rabbitmqctl set_user_tags dyetrace monitoring
rabbitmqctl set_permissions --vhost / dyetrace '^$' '^$' '^(audit-copy|payments-stream)$'
";

/// The virtual host stands in an address as <https://www.rabbitmq.com/docs/uri-spec> says: `%2F` is `/`. Nobody gets in
/// without a password.
fn from_url(location: &Location) -> Result<BTreeMap<String, SettingValue>, SourceError> {
    let host = if location.host.is_empty() { "localhost" } else { &location.host };
    let vhost = if location.path.is_empty() { "%2F" } else { &location.path };
    let vhost = percent_decode_str(vhost).decode_utf8_lossy();
    let user = location.user.as_deref().unwrap_or("dyetrace");
    let texts = [("address", host), ("vhost", &*vhost), ("user", user)];
    let mut values =
        BTreeMap::from(texts.map(|(key, text)| (key.to_owned(), SettingValue::Text(text.into()))));
    values.insert("password".into(), SettingValue::Secret(SecretPlace::Env("RABBITMQ_PASSWORD".into())));
    if location.scheme == "amqps" {
        values.insert("tls".into(), SettingValue::Switch(true));
    }
    Ok(values)
}

fn open(settings: &Settings) -> Result<Box<dyn Source>, SourceError> {
    const GLOB: &str = "the queues' pattern is no glob";
    if matches!(settings.sample, Sample::Newest(_)) {
        let help = "a queue's newest messages cannot be had first: of a stream say `since`, or `one_in`";
        return Err(unfit("sample", "newest", help));
    }
    let mut queues = settings.list("queues");
    if queues.is_empty() {
        queues.push("*");
    }
    let pace = Arc::new(Pace::new(settings.budget.requests));
    Ok(Box::new(RabbitMq {
        management: Management::new(settings, pace.clone())?,
        broker: Arc::new(Broker::new(settings, pace)?),
        user: settings.text("user").unwrap_or_default().into(),
        queues: queues.into_iter().map(|typed| Pattern::new(typed, GLOB)).collect::<Result<_, _>>()?,
        copies: settings.list("copies").into_iter().map(str::to_owned).collect(),
        consent: settings.consent,
        bounds: Bounds::new(settings),
        deadline: Deadline::new(settings.budget.deadline),
        known: Mutex::default(),
    }))
}

struct RabbitMq {
    management: Management,
    broker: Arc<Broker>,
    user: String,
    queues: Vec<Pattern>,
    copies: Vec<String>,
    consent: Consent,
    bounds: Bounds,
    deadline: Deadline,
    /// What the last listing found.
    known: Mutex<Option<Arc<Found>>>,
}

impl Source for RabbitMq {
    fn datasets(&self) -> Result<Listing, SourceError> {
        let (found, missed) = self.find()?;
        let mut listing = Listing { datasets: Vec::new(), missed };
        for queue in found.wanted() {
            let plan = plan::plan(queue, &self.copies, self.consent);
            listing.datasets.push(found.dataset(queue, plan.as_ref().ok(), self.broker.namespace()));
            let left = plan.err().map(|error| find::missed(&queue.name, error));
            listing.missed.extend(left);
        }
        *self.known() = Some(Arc::new(found));
        Ok(listing)
    }

    fn access(&self) -> Result<Access, SourceError> {
        let found = self.found()?;
        let mut access = Access { missed: found.missed(), ..Access::default() };
        if !found.is_managed() {
            return Ok(access);
        }
        let wanted = found.names();
        access.movements = found.topology.movements(&self.broker.namespace(), &wanted);
        match self.management.consumers() {
            Ok(consumers) => access.readers = access::readers(&consumers, &self.user),
            Err(error) => access.missed.push(find::missed("consumers", error)),
        }
        match self.management.permissions() {
            Ok(permissions) => {
                access.grants = access::grants(&permissions, &found.topology, &wanted, &mut access.missed);
            }
            Err(error) => access.missed.push(find::missed("permissions", error)),
        }
        access.readers.retain(|reader| wanted.contains(reader.dataset.expose()));
        Ok(access)
    }

    fn open(&self, partition: &Partition, from: u64) -> Result<Box<dyn PartitionReader>, SourceError> {
        let name = partition.name.expose();
        let plan = self.plan(name)?;
        let messages = Messages::open(&self.broker, name, plan, from, &self.bounds)?;
        Ok(Box::new(Reader::new(messages, self.bounds.clone(), &self.deadline, from)))
    }
}

impl RabbitMq {
    fn known(&self) -> std::sync::MutexGuard<'_, Option<Arc<Found>>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the last listing found, or a listing made now.
    fn found(&self) -> Result<Arc<Found>, SourceError> {
        let known = self.known().clone();
        match known {
            Some(found) => Ok(found),
            None => Ok(self.known().insert(Arc::new(self.find()?.0)).clone()),
        }
    }

    fn plan(&self, name: &str) -> Result<Plan, SourceError> {
        let found = self.found()?;
        let queue = found.wanted().find(|queue| queue.name == name).ok_or_else(|| nothing(name))?;
        plan::plan(queue, &self.copies, self.consent)
    }
}

fn nothing(typed: &str) -> SourceError {
    SourceError {
        kind: ErrorKind::NotFound,
        what: typed.into(),
        why: Foreign::default(),
        help: "no queue matches that dyetrace may see; check the name, `vhost` and the permissions",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_names_a_virtual_host() {
        let check = |url: &str| {
            let values = from_url(&Location::parse(url).unwrap()).unwrap();
            let settings = Settings { values, ..Settings::default() };
            let said = open(&settings).err().unwrap();
            assert_eq!((said.what.expose(), said.why.expose()), ("password", "RABBITMQ_PASSWORD"));
            let text = |key: &str| settings.text(key).unwrap().to_owned();
            format!("{} {} {} {}", text("address"), text("vhost"), text("user"), settings.switch("tls"))
        };
        assert_eq!(check("amqp://"), "localhost / dyetrace false");
        assert_eq!(check("amqps://audit@mq:5673/pay%2Feu"), "mq:5673 pay/eu audit true");
    }

    #[test]
    fn what_does_not_fit_is_said() {
        let check = |key: &str, text: &str, sample: Sample| {
            let value = |text: &str| SettingValue::Text(text.into());
            let values = [("address".to_owned(), value("mq")), (key.to_owned(), value(text))].into();
            open(&Settings { values, sample, ..Settings::default() }).err().unwrap().what.expose().to_owned()
        };
        assert_eq!(check("address", "", Sample::Everything), "address");
        assert_eq!(check("queues", "[a", Sample::Everything), "[a");
        assert_eq!(check("management", "mq", Sample::Everything), "management");
        assert_eq!(check("timeout", "0", Sample::Everything), "timeout");
        assert_eq!(check("ca", "/no/such", Sample::Everything), "ca");
        assert_eq!(check("vhost", "/", Sample::Newest(3)), "sample");
    }
}
