//! Floor 0: sources. Lists, opens and fetches: a configured source becomes batches of bytes, framed where the
//! system frames them (a message), a stream where it does not (a file), and metadata: who writes, who reads,
//! who may. Every client library lives here and nowhere else.
//!
//! It must not know what is inside the bytes: formats, card numbers and policies are other floors' business.
//!
//! To add a connector: one new file with a `CONNECTOR` value, and one line in [`CONNECTORS`].

mod access;
mod batch;
mod dataset;
mod error;
pub mod file;
#[cfg(feature = "kafka")]
pub mod kafka;
mod settings;

pub use access::{Access, Grant, Permission, Reader};
pub use batch::{Batch, Body, End, EndNote, Message, Step};
pub use dataset::{Dataset, Kind, Listing, Missed, Partition};
pub use error::{ErrorKind, Foreign, SourceError};
pub use settings::{Setting, SettingKind, SettingValue, Settings};

/// Every connector built in, in the order of `dyetrace list`.
pub static CONNECTORS: &[&Connector] = &[
    &file::CONNECTOR,
    #[cfg(feature = "kafka")]
    &kafka::CONNECTOR,
];

/// One kind of source: static text and one function.
pub struct Connector {
    /// The word after `connector:` in the estate file.
    pub name: &'static str,
    /// One line for help and docs.
    pub about: &'static str,
    /// The keys it takes beside those that every source has.
    pub settings: &'static [Setting],
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

    /// Who may and who did, where the system knows it.
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
}
