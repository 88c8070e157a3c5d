//! Why a source cannot be read. Text that comes from outside (paths, names, messages of the system or of a
//! client library) is [`Foreign`]: it has no `Display`, so it cannot be shown before it is scrubbed.

/// Text from outside, which may hold data. The detector's `scrub` is the way to show it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Foreign(String);

impl Foreign {
    /// The text itself, for opening what it names and for scrubbing; never for showing.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl<T: Into<String>> From<T> for Foreign {
    fn from(text: T) -> Self {
        Foreign(text.into())
    }
}

impl std::fmt::Debug for Foreign {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Foreign({} bytes)", self.0.len())
    }
}

/// A source, or one part of it, cannot be read. `Display` says what and what to do, in words of our own; `what`
/// and `why` are foreign and stand beside it.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{}: {}", kind.summary(), help)]
pub struct SourceError {
    /// Whose fault it is, roughly.
    pub kind: ErrorKind,
    /// What could not be read: a path, a topic, a setting.
    pub what: Foreign,
    /// What the system said.
    pub why: Foreign,
    /// What to do about it.
    pub help: &'static str,
}

/// Kinds of failure; the user or operator mends all but `Io`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ErrorKind {
    /// The estate file's settings do not fit the connector: the user's to mend.
    Settings,
    /// Nothing of that name.
    NotFound,
    /// The system refused.
    Denied,
    /// It was asked too often, and refused even when asked more slowly.
    Throttled,
    /// It was not read because reading it changes something: the user's to allow, where that can be allowed.
    LeftAlone,
    /// No answer, or the connection broke.
    Unreachable,
    /// It is there, and not of a kind that is read: a device, a socket.
    Unsupported,
    /// Reading failed in the middle.
    Io,
}

impl ErrorKind {
    /// A few words for a heading.
    pub fn summary(self) -> &'static str {
        match self {
            ErrorKind::Settings => "the source's settings do not fit",
            ErrorKind::NotFound => "nothing found",
            ErrorKind::Denied => "permission denied",
            ErrorKind::Throttled => "asked too often",
            ErrorKind::LeftAlone => "left alone",
            ErrorKind::Unreachable => "not reachable",
            ErrorKind::Unsupported => "not a kind that is read",
            ErrorKind::Io => "reading failed",
        }
    }
}
