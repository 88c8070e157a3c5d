//! What the AWS sources share: how the client is set up, how a call is made and paced, and what a name on AWS is.
//! It must not know what is asked.

mod brake;
pub(crate) mod errors;
mod http;
#[cfg(any(feature = "cloudwatch", feature = "sqs"))]
pub(crate) mod policy;

use std::future::Future;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_runtime::env_config::file::{EnvConfigFileKind, EnvConfigFiles};
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use tokio::runtime::Runtime;

use crate::pace::Pace;
use crate::{ErrorKind, Foreign, Place, Setting, SettingKind, Settings, SourceError};

use brake::Brake;
use errors::Answer;

/// Where.
pub(crate) const REGION: Setting = Setting {
    name: "region",
    about: "the region; what AWS_REGION or the profile says when not said",
    kind: SettingKind::Text,
};

/// As whom.
pub(crate) const PROFILE: Setting = Setting {
    name: "profile",
    about: "a profile of the AWS configuration files; the usual chain when not said",
    kind: SettingKind::Text,
};

/// As whom, from a file of its own.
pub(crate) const CREDENTIALS: Setting = Setting {
    name: "credentials",
    about: "a credentials file in AWS's format, instead of the usual chain",
    kind: SettingKind::Text,
};

/// Through which door.
pub(crate) const ENDPOINT: Setting = Setting {
    name: "endpoint",
    about: "the service's address where it is not the public one: a VPC endpoint",
    kind: SettingKind::Text,
};

/// So often a call is made until it is given up, throttling and broken connections alike. The pauses between double,
/// some fifteen seconds together.
const ATTEMPTS: u32 = 6;

/// A client's settings, and what drives its calls. The library's tasks run while a call is made, on whichever thread
/// makes one: several may at once.
pub(crate) struct Session {
    wanted: Wanted,
    runtime: Runtime,
    pace: Pace,
    /// For the clients, so that it hears of their answers.
    pub(crate) brake: Brake,
    config: Mutex<Option<SdkConfig>>,
    deadline: Option<Duration>,
    started: std::sync::OnceLock<Instant>,
}

/// What the estate file says of the client.
struct Wanted {
    region: Option<String>,
    profile: Option<String>,
    credentials: Option<PathBuf>,
    endpoint: Option<String>,
}

impl Session {
    /// Reads the settings; asks nobody yet.
    pub(crate) fn new(settings: &Settings) -> Result<Session, SourceError> {
        let text = |setting: &Setting| settings.text(setting.name).map(str::to_owned);
        let wanted = Wanted {
            region: text(&REGION),
            profile: text(&PROFILE),
            credentials: text(&CREDENTIALS).map(|path| settings.base.join(path)),
            endpoint: text(&ENDPOINT),
        };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        Ok(Session {
            wanted,
            runtime: runtime.map_err(|error| SourceError {
                kind: ErrorKind::Io,
                what: "the runtime of the AWS client".into(),
                why: error.to_string().into(),
                help: "the system refuses threads or descriptors: run again with fewer programs beside",
            })?,
            pace: Pace::new(settings.budget.requests),
            brake: Brake::default(),
            config: Mutex::default(),
            deadline: settings.budget.deadline,
            started: std::sync::OnceLock::new(),
        })
    }

    /// The client's configuration, for the client of one service.
    pub(crate) fn config(&self) -> Result<SdkConfig, SourceError> {
        let mut known = self.config.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(config) = &*known {
            return Ok(config.clone());
        }
        let config = self.runtime.block_on(self.wanted.load());
        if config.region().is_none() {
            return Err(SourceError {
                kind: ErrorKind::Settings,
                what: REGION.name.into(),
                why: Foreign::default(),
                help: "say `region:`, or set AWS_REGION or a region in the profile",
            });
        }
        Ok(known.insert(config).clone())
    }

    /// Makes a call: waits for its turn, then for its answer. `what` is what it is about.
    pub(crate) fn ask<T, E: Answer>(
        &self,
        what: &str,
        call: impl Future<Output = Result<T, errors::Failed<E>>>,
    ) -> Result<T, SourceError> {
        self.pace.wait();
        std::thread::sleep(self.brake.pause());
        let answer = self.runtime.block_on(call).map_err(|error| errors::refused(what, &error))?;
        self.brake.answered();
        Ok(answer)
    }

    /// Starts the clock of the source's deadline, unless it runs already.
    pub(crate) fn start(&self) {
        self.started.get_or_init(Instant::now);
    }

    /// Whether the deadline is over.
    pub(crate) fn is_late(&self) -> bool {
        let spent = self.started.get().map(Instant::elapsed);
        self.deadline.zip(spent).is_some_and(|(deadline, spent)| spent >= deadline)
    }
}

impl Wanted {
    async fn load(&self) -> SdkConfig {
        let http = http::client();
        let mut loader = aws_config::defaults(BehaviorVersion::v2026_01_12())
            .http_client(http.clone())
            .retry_config(RetryConfig::standard().with_max_attempts(ATTEMPTS))
            .timeout_config(timeouts());
        if let Some(region) = &self.region {
            loader = loader.region(Region::new(region.clone()));
        }
        if let Some(endpoint) = &self.endpoint {
            loader = loader.endpoint_url(endpoint);
        }
        if let Some(profile) = &self.profile {
            loader = loader.profile_name(profile);
        }
        if self.profile.is_some() || self.credentials.is_some() {
            // What is named goes before what the environment holds.
            loader = loader.credentials_provider(self.profile_credentials(http));
        }
        loader.load().await
    }

    fn profile_credentials(&self, http: SharedHttpClient) -> ProfileFileCredentialsProvider {
        let region = self.region.clone().map(Region::new);
        let config = ProviderConfig::without_region().with_http_client(http).with_region(region);
        let mut provider = ProfileFileCredentialsProvider::builder().configure(&config);
        if let Some(profile) = &self.profile {
            provider = provider.profile_name(profile);
        }
        if let Some(path) = &self.credentials {
            let files = EnvConfigFiles::builder().include_default_config_file(true);
            provider = provider.profile_files(files.with_file(EnvConfigFileKind::Credentials, path).build());
        }
        provider.build()
    }
}

/// All items of a listing that comes in pages; `page` asks for the one at a token.
pub(crate) fn pages<T>(
    mut page: impl FnMut(Option<String>) -> Result<(Vec<T>, Option<String>), SourceError>,
) -> Result<Vec<T>, SourceError> {
    let (mut all, mut token) = (Vec::new(), None);
    loop {
        let (items, next) = page(token)?;
        all.extend(items);
        token = next;
        if token.is_none() {
            return Ok(all);
        }
    }
}

/// A page of events has a megabyte.
fn timeouts() -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(5))
        .operation_attempt_timeout(Duration::from_secs(60))
        .build()
}

/// What an ARN names, as OpenLineage names datasets: all up to the account is the namespace. A bucket has a scheme
/// of its own.
pub(crate) fn place(arn: &str) -> Place {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    match parts[..] {
        ["arn", _, "s3", _, _, resource] => {
            let (bucket, key) = resource.split_once('/').unwrap_or((resource, ""));
            bucket_place(bucket, key)
        }
        ["arn", partition, service, region, account, resource] => Place::Elsewhere {
            namespace: format!("arn:{partition}:{service}:{region}:{account}").into(),
            name: resource.into(),
        },
        _ => Place::Elsewhere { namespace: "arn".into(), name: arn.into() },
    }
}

/// A part of a bucket.
pub(crate) fn bucket_place(bucket: &str, prefix: &str) -> Place {
    let name = if prefix.is_empty() { "/" } else { prefix };
    Place::Elsewhere { namespace: format!("s3://{bucket}").into(), name: name.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(arn: &str) -> String {
        match place(arn) {
            Place::Elsewhere { namespace, name } => format!("{} {}", namespace.expose(), name.expose()),
            Place::Dataset(name) => name.expose().into(),
        }
    }

    #[test]
    fn an_arn_is_a_namespace_and_a_name() {
        assert_eq!(
            check("arn:aws:lambda:eu-west-1:123456789012:function:checkout:live"),
            "arn:aws:lambda:eu-west-1:123456789012 function:checkout:live"
        );
        assert_eq!(check("arn:aws:s3:::logs/checkout/2026"), "s3://logs checkout/2026");
        assert_eq!(check("arn:aws-cn:s3:::logs"), "s3://logs /");
        assert_eq!(check("checkout"), "arn checkout");
    }
}
