//! CloudWatch Logs against moto, through a proxy that has what moto lacks.

mod faults;
mod metadata;
mod reading;
mod recorded;

use aws_sdk_cloudwatchlogs::Client;
use aws_sdk_cloudwatchlogs::types::InputLogEvent;
use dyetrace_connectors::{Settings, Source};

use crate::aws::{self, Keys, Seeder};
use crate::servers::moto::Moto;
use crate::servers::proxy::Proxy;

/// Groups of a test, in the server that tests share.
struct Logs {
    seeder: Seeder,
    client: Client,
    proxy: Proxy,
}

impl Logs {
    fn new() -> Logs {
        Logs::behind(aws::before(Moto::shared().port, |_| None))
    }

    fn behind(proxy: Proxy) -> Logs {
        let seeder = Seeder::new(Moto::shared().port, &Keys::default());
        Logs { client: Client::new(&seeder.config), seeder, proxy }
    }

    fn group(&self, name: &str) {
        self.seeder.run(self.client.create_log_group().log_group_name(name).send());
    }

    /// A stream with events: times in milliseconds, and messages.
    fn stream(&self, group: &str, stream: &str, events: &[(i64, &str)]) {
        let create = self.client.create_log_stream().log_group_name(group).log_stream_name(stream);
        self.seeder.run(create.send());
        self.put(group, stream, events);
    }

    fn put(&self, group: &str, stream: &str, events: &[(i64, &str)]) {
        let event =
            |(time, text): &(i64, &str)| InputLogEvent::builder().timestamp(*time).message(*text).build();
        let events = events.iter().map(|given| event(given).unwrap()).collect();
        let put = self.client.put_log_events().log_group_name(group).log_stream_name(stream);
        self.seeder.run(put.set_log_events(Some(events)).send());
    }

    fn settings(&self, values: &[(&str, &str)]) -> Settings {
        aws::settings(&self.proxy.url(), &Keys::default(), values)
    }

    fn source(&self, values: &[(&str, &str)]) -> Box<dyn Source> {
        aws::source("cloudwatch", &self.settings(values))
    }
}

/// An hour ago, to the second: moto takes events of the last fourteen days.
#[allow(clippy::disallowed_methods, reason = "moto has a clock of its own")]
fn hour_ago() -> i64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    (i64::try_from(now.as_secs()).unwrap() - 3_600) * 1_000
}
