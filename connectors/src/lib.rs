//! Floor 0: sources. Lists, opens and fetches: a configured source becomes batches of bytes, framed where the
//! system frames them (a message), a stream where it does not (a file), and metadata: who writes, who reads,
//! who may. Every client library lives here and nowhere else.
//!
//! It must not know what is inside the bytes: formats, card numbers and policies are other floors' business.
//!
//! To add a connector: one new file with a `CONNECTOR` value, and one line in [`CONNECTORS`].

mod access;
#[cfg(feature = "aws")]
mod aws;
mod batch;
#[cfg(feature = "cloudwatch")]
pub mod cloudwatch;
mod dataset;
#[cfg(any(feature = "kafka", feature = "redis", feature = "postgres", feature = "rabbitmq"))]
#[cfg_attr(
    not(any(feature = "redis", feature = "postgres", feature = "rabbitmq")),
    allow(dead_code, reason = "Kafka has an address of another form")
)]
mod endpoint;
mod error;
pub mod file;
#[cfg(feature = "redis")]
mod json;
#[cfg(feature = "kafka")]
pub mod kafka;
mod location;
mod movement;
#[cfg(any(
    feature = "aws",
    feature = "kafka",
    feature = "redis",
    feature = "postgres",
    feature = "rabbitmq"
))]
mod pace;
#[cfg(any(feature = "redis", feature = "postgres", feature = "rabbitmq"))]
mod pages;
#[cfg(any(feature = "aws", feature = "kafka", feature = "postgres", feature = "rabbitmq"))]
#[cfg_attr(not(feature = "aws"), allow(dead_code, reason = "only AWS is asked by prefixes"))]
mod pattern;
#[cfg(feature = "postgres")]
pub mod postgres;
#[cfg(feature = "rabbitmq")]
pub mod rabbitmq;
#[cfg(feature = "redis")]
pub mod redis;
#[cfg(any(feature = "kafka", feature = "rabbitmq"))]
mod rest;
#[cfg(any(feature = "kafka", feature = "redis", feature = "postgres", feature = "rabbitmq"))]
mod sample;
mod schema;
mod secret;
mod settings;
#[cfg(feature = "sqs")]
pub mod sqs;
#[cfg(any(feature = "redis", feature = "postgres", feature = "rabbitmq"))]
mod told;

pub use access::{Access, Grant, Permission, Reader};
pub use batch::{Batch, Body, End, EndNote, Message, Retry, Step};
pub use dataset::{Dataset, Kind, Listing, Missed, Partition, Reading};
pub use error::{ErrorKind, Foreign, SourceError};
pub use location::{FromUrl, Location};
pub use movement::{MOST_MOVEMENTS, Movement, MovementKind, Place};
pub use schema::{NoSchema, Reference, Schema, SchemaFormat, Written};
pub use secret::{Secret, SecretPlace};
pub use settings::{
    Budget, CONSENT, Consent, SAMPLE, SINCE, Sample, Setting, SettingKind, SettingValue, Settings, UNTIL,
};

/// Every connector built in, in the order of `dyetrace list`.
pub static CONNECTORS: &[&Connector] = &[
    &file::CONNECTOR,
    #[cfg(feature = "kafka")]
    &kafka::CONNECTOR,
    #[cfg(feature = "cloudwatch")]
    &cloudwatch::CONNECTOR,
    #[cfg(feature = "sqs")]
    &sqs::CONNECTOR,
    #[cfg(feature = "redis")]
    &redis::CONNECTOR,
    #[cfg(feature = "postgres")]
    &postgres::CONNECTOR,
    #[cfg(feature = "rabbitmq")]
    &rabbitmq::CONNECTOR,
];

/// One kind of source: static text and plain functions.
pub struct Connector {
    /// The word after `connector:` in the estate file.
    pub name: &'static str,
    /// One line for help and docs.
    pub about: &'static str,
    /// The keys it takes beside those that every source has.
    pub settings: &'static [Setting],
    /// What a source may cost when the estate file says nothing.
    pub budget: Budget,
    /// The least privilege that reading needs, as something to paste; its docs page holds the same text.
    pub privilege: &'static str,
    /// How `dyetrace init --from` names such a system, if it can.
    pub from_url: Option<FromUrl>,
    /// Checks the settings; reads nothing yet.
    pub open: fn(&Settings) -> Result<Box<dyn Source>, SourceError>,
}

/// The connector of that name, if it is built in.
pub fn connector(name: &str) -> Option<&'static Connector> {
    CONNECTORS.iter().copied().find(|c| c.name == name)
}

/// A configured source. Calls block; a connector whose client is asynchronous keeps that inside.
pub trait Source: Send + Sync {
    /// What there is to read. A part that cannot be listed is in [`Listing::missed`]; the rest goes on.
    fn datasets(&self) -> Result<Listing, SourceError>;

    /// Who may, who did and where data goes, where the system knows it. A piece that is denied is in
    /// [`Access::missed`]; the rest goes on.
    fn access(&self) -> Result<Access, SourceError> {
        Ok(Access::default())
    }

    /// Opens one partition for reading, from the position `from` on (bytes of a file, offset of a topic; 0 is
    /// the beginning, or the oldest that is left). Reading has no side effect on the source.
    fn open(&self, partition: &Partition, from: u64) -> Result<Box<dyn PartitionReader>, SourceError>;
}

/// Reads one partition from its beginning to the end it had when it was opened.
pub trait PartitionReader: Send {
    /// The next batch, or how it ended. After [`Step::End`] or an error it is not called again.
    fn next(&mut self) -> Result<Step, SourceError>;

    /// Reads more of a stream straight into `buffer`, as much as is there and fits: what [`PartitionReader::next`]
    /// would have given, without a batch. Says how many bytes; where it is none, `next` says why, or has a batch.
    fn read_into(&mut self, _buffer: &mut [u8]) -> Result<usize, SourceError> {
        Ok(0)
    }

    /// What the records that were read so far told of movements: asked where an error or somebody else's deadline ends
    /// the reading, so that no [`Step::End`] tells it.
    fn movements(&self) -> Vec<Movement> {
        Vec::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The docs page of a connector.
    fn page(name: &str) -> String {
        let path = format!("{}/../docs/connectors/{name}.md", env!("CARGO_MANIFEST_DIR"));
        std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    #[test]
    fn the_docs_say_what_each_connector_needs_and_takes() {
        for connector in CONNECTORS {
            let page = page(connector.name);
            assert!(page.contains(connector.privilege.trim()), "{}: privilege", connector.name);
            for setting in connector.settings {
                let row = format!("| `{}`", setting.name);
                assert!(page.contains(&row), "{}: {}", connector.name, setting.name);
            }
            for scheme in connector.from_url.iter().flat_map(|url| url.schemes) {
                assert!(page.contains(&format!("{scheme}://")), "{}: {scheme}", connector.name);
            }
        }
    }
}
