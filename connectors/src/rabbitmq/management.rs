//! The management API (<https://www.rabbitmq.com/docs/http-api-reference>): only GET. What it answers is kept as far as
//! others ask for it.

use std::sync::Arc;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use zeroize::Zeroizing;

use super::broker;
use super::topology::{Binding, Exchange, Queue, QueueType};
use crate::endpoint::unfit;
use crate::pace::Pace;
use crate::rest::{Rest, basic, escaped};
use crate::{ErrorKind, Settings, SourceError};

/// Where the API is.
pub(super) struct Management {
    rest: Rest,
    address: String,
    vhost: String,
    authorization: Option<Zeroizing<String>>,
    pace: Arc<Pace>,
}

/// Tables that are empty are lists.
#[derive(Deserialize)]
struct Listed {
    name: String,
    #[serde(rename = "type", default)]
    kind: String,
    #[serde(default)]
    arguments: Value,
    #[serde(default)]
    effective_policy_definition: Value,
    policy: Option<String>,
    operator_policy: Option<String>,
    messages: Option<u64>,
    messages_unacknowledged: Option<u64>,
    consumers: Option<u64>,
}

/// Who reads a queue now.
#[derive(Deserialize)]
pub(super) struct Consumer {
    pub(super) queue: Named,
    pub(super) consumer_tag: String,
    #[serde(default)]
    pub(super) channel_details: Value,
}

#[derive(Deserialize)]
pub(super) struct Named {
    pub(super) name: String,
}

/// Regular expressions of names.
#[derive(Deserialize)]
pub(super) struct Permissions {
    pub(super) user: String,
    pub(super) write: String,
    pub(super) read: String,
}

impl Management {
    pub(super) fn new(settings: &Settings, pace: Arc<Pace>) -> Result<Management, SourceError> {
        let user = settings.text("user").unwrap_or_default();
        let authorization = settings.secret("password")?.map(|password| basic(user, &password));
        let vhost = escaped(settings.text("vhost").unwrap_or("/"));
        Ok(Management { rest: Rest::new(settings)?, address: address(settings)?, vhost, authorization, pace })
    }

    pub(super) fn queues(&self) -> Result<Vec<Queue>, SourceError> {
        let columns = "name,type,arguments,effective_policy_definition,policy,operator_policy,messages,\
                       messages_unacknowledged,consumers";
        let listed: Vec<Listed> = self.get("queues", &format!("queues/{}?columns={columns}", self.vhost))?;
        Ok(listed.into_iter().map(queue).collect())
    }

    pub(super) fn exchanges(&self) -> Result<Vec<Exchange>, SourceError> {
        self.get("exchanges", &format!("exchanges/{}?columns=name,type", self.vhost))
    }

    pub(super) fn bindings(&self) -> Result<Vec<Binding>, SourceError> {
        let columns = "source,destination,destination_type,routing_key";
        self.get("bindings", &format!("bindings/{}?columns={columns}", self.vhost))
    }

    pub(super) fn consumers(&self) -> Result<Vec<Consumer>, SourceError> {
        self.get("consumers", &format!("consumers/{}", self.vhost))
    }

    /// Of all users; only an administrator may ask.
    pub(super) fn permissions(&self) -> Result<Vec<Permissions>, SourceError> {
        self.get("permissions", &format!("vhosts/{}/permissions", self.vhost))
    }

    fn get<T: DeserializeOwned>(&self, what: &str, path: &str) -> Result<T, SourceError> {
        self.pace.wait();
        let authorization = self.authorization.as_ref().map(|said| said.as_str());
        let url = format!("{}/api/{path}", self.address);
        let answer = self.rest.get(&url, authorization).map_err(|error| self.failed(what, error))?;
        serde_json::from_value(answer).map_err(|_| SourceError {
            kind: ErrorKind::Unsupported,
            what: what.into(),
            why: "its answer is of another form".into(),
            help: "check `management`: it leads to something else, or to a version that is not known",
        })
    }

    /// The piece that failed, or the address where nothing answers.
    fn failed(&self, what: &str, error: SourceError) -> SourceError {
        let help = match error.kind {
            ErrorKind::Denied => {
                "the management API refuses: check `user`, `password` and the user's tags: `dyetrace sources policy \
                 rabbitmq`"
            }
            ErrorKind::NotFound => "check `vhost` and `management`",
            ErrorKind::Unreachable => {
                "check `management`, the plugin rabbitmq_management, `ca` and the network between"
            }
            _ => error.help,
        };
        let what = if error.kind == ErrorKind::Unreachable { &self.address } else { what };
        SourceError { what: what.into(), help, ..error }
    }
}

/// `management`, or the usual port of the broker's host.
fn address(settings: &Settings) -> Result<String, SourceError> {
    if let Some(typed) = settings.text("management") {
        let http = typed.starts_with("http://") || typed.starts_with("https://");
        return match http && !typed.contains('@') {
            true => Ok(typed.trim_end_matches('/').to_owned()),
            // It may hold a password.
            false => {
                Err(unfit("management", "", "`management` is http://host:port, without user and password"))
            }
        };
    }
    let (host, _) = broker::address(settings)?;
    let host = if host.contains(':') { format!("[{host}]") } else { host };
    Ok(if settings.switch("tls") { format!("https://{host}:15671") } else { format!("http://{host}:15672") })
}

fn queue(listed: Listed) -> Queue {
    let told = |argument: &str| {
        let policy = listed.effective_policy_definition.get(argument);
        [listed.arguments.get(format!("x-{argument}")), policy].into_iter().flatten()
    };
    // Of texts the queue's own counts, of numbers the lower one.
    let text = |argument: &str| told(argument).find_map(Value::as_str).map(str::to_owned);
    let number = |argument: &str| told(argument).filter_map(Value::as_u64).min();
    let numbers =
        ["max-length", "max-length-bytes"].map(|limit| (limit, number(limit).map(|n| n.to_string())));
    let texts = [
        ("operator-policy", listed.operator_policy.clone()),
        ("policy", listed.policy.clone()),
        ("queue-type", Some(listed.kind.clone()).filter(|kind| !kind.is_empty())),
    ];
    let properties = numbers.into_iter().chain(texts).filter_map(|(name, said)| Some((name, said?)));
    let waits = number("message-ttl").map(|millis| millis.div_ceil(1_000));
    Queue {
        kind: kind(&listed.kind),
        dead_exchange: text("dead-letter-exchange"),
        dead_key: text("dead-letter-routing-key"),
        retention: waits.or_else(|| max_age(&text("max-age")?)),
        messages: listed.messages,
        unacknowledged: listed.messages_unacknowledged.unwrap_or(0),
        consumers: listed.consumers.unwrap_or(0),
        properties: properties.collect(),
        name: listed.name,
    }
}

fn kind(said: &str) -> QueueType {
    match said {
        "classic" => QueueType::Classic,
        "quorum" => QueueType::Quorum,
        "stream" => QueueType::Stream,
        _ => QueueType::Other,
    }
}

/// A stream's `x-max-age`, such as `7D`, in seconds.
fn max_age(age: &str) -> Option<u64> {
    let (number, unit) = age.split_at_checked(age.len().checked_sub(1)?)?;
    let seconds = match unit {
        "Y" => 365 * 86_400,
        "M" => 30 * 86_400,
        "D" => 86_400,
        "h" => 3_600,
        "m" => 60,
        "s" => 1,
        _ => return None,
    };
    number.parse::<u64>().ok()?.checked_mul(seconds)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SettingValue;

    #[test]
    fn a_queue_is_what_its_arguments_and_policies_say() {
        let check = |said: Value| {
            let queue = queue(serde_json::from_value(said).unwrap());
            let dead = queue.dead_exchange.unwrap_or_default();
            format!("{} {:?} {:?} {dead} {:?}", queue.name, queue.kind, queue.retention, queue.properties)
        };
        let work = serde_json::json!({
            "name": "work", "type": "classic", "policy": "short", "messages": 3, "consumers": 1,
            "arguments": {"x-message-ttl": 90_500, "x-dead-letter-exchange": "own", "x-max-length": 100},
            "effective_policy_definition": {"message-ttl": 60_000, "dead-letter-exchange": "theirs", "max-length": 500}
        });
        let expected = r#"work Classic Some(60) own [("max-length", "100"), ("policy", "short"), ("queue-type", "classic")]"#;
        assert_eq!(check(work), expected);
        let stream = serde_json::json!({
            "name": "log", "type": "stream", "arguments": {"x-max-age": "7D"}, "effective_policy_definition": []
        });
        assert_eq!(check(stream), r#"log Stream Some(604800)  [("queue-type", "stream")]"#);
        assert_eq!(check(serde_json::json!({"name": "bare"})), "bare Other None  []");
    }

    #[test]
    fn ages_have_units() {
        assert_eq!(
            [max_age("90s"), max_age("2M"), max_age(""), max_age("x"), max_age("é")],
            [Some(90), Some(5_184_000), None, None, None]
        );
    }

    #[test]
    fn the_api_is_beside_the_broker() {
        let check = |key: &str, value: SettingValue| {
            let host = ("address".to_owned(), SettingValue::Text("[::1]".into()));
            let settings = Settings { values: [host, (key.to_owned(), value)].into(), ..Settings::default() };
            address(&settings).unwrap_or_else(|error| error.help.to_owned() + error.why.expose())
        };
        let text = |text: &str| SettingValue::Text(text.into());
        assert_eq!(check("vhost", text("/")), "http://[::1]:15672");
        assert_eq!(check("tls", SettingValue::Switch(true)), "https://[::1]:15671");
        assert_eq!(check("management", text("https://m/rabbit/")), "https://m/rabbit");
        let refused = "`management` is http://host:port, without user and password";
        assert_eq!(check("management", text("http://u:hush@m")), refused);
        assert_eq!(check("management", text("m:15672")), refused);
    }
}
