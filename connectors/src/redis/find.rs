//! Finds the shelves: the frameworks' keys by their names, others by the user's patterns. It must not read a record.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use redis::{Cmd, Value, cmd};

use super::client::{self, Link, Server};
use super::job::Framework;
use super::shelf::{Content, Shelf};
use super::walk::Row;
use crate::endpoint::unfit;
use crate::{ErrorKind, Foreign, Kind, Missed, Settings, SourceError};

/// Keys that the server looks at for one answer.
const SCANNED: usize = 5_000;
/// Keys that a pattern may bring, since their names are held in memory.
const MOST_KEYS: usize = 100_000;
/// Lists, sorted sets and streams that a pattern may bring: each is a dataset.
const MOST_DATASETS: usize = 1_000;
/// Between a Celery queue's name and a priority.
const PRIORITY: &str = "\u{6}\u{16}";

/// What the user asked for.
pub(super) struct Wanted {
    frameworks: Vec<Framework>,
    keys: Vec<String>,
    prefix: String,
    bullmq: String,
}

impl Wanted {
    pub(super) fn new(settings: &Settings) -> Result<Wanted, SourceError> {
        let keys: Vec<String> = settings.list("keys").into_iter().map(str::to_owned).collect();
        let named = settings.list("queues");
        let mut frameworks = named.iter().map(|name| framework(name)).collect::<Result<Vec<_>, _>>()?;
        if named.is_empty() && keys.is_empty() {
            frameworks = Framework::ALL.to_vec();
        }
        let prefix = settings.text("prefix").unwrap_or_default().to_owned();
        let bullmq = format!("{prefix}{}:", settings.text("bullmq_prefix").unwrap_or("bull"));
        Ok(Wanted { frameworks, keys, prefix, bullmq })
    }

    fn has(&self, framework: Framework) -> bool {
        self.frameworks.contains(&framework)
    }

    /// A pattern of every name that tells of a framework.
    fn pattern(&self) -> String {
        match self.frameworks[..] {
            [Framework::Sidekiq] => literal(&self.prefix) + "queue:*",
            [Framework::BullMq] => literal(&self.bullmq) + "*",
            _ => literal(&self.prefix) + "*",
        }
    }
}

fn framework(name: &str) -> Result<Framework, SourceError> {
    let known = Framework::ALL.into_iter().find(|framework| framework.id() == name);
    known.ok_or_else(|| unfit("queues", name, "`queues` are those of sidekiq, bullmq and celery"))
}

/// What was found.
#[derive(Default)]
pub(super) struct Found {
    pub(super) shelves: Vec<Shelf>,
    pub(super) missed: Vec<Missed>,
}

/// One search.
pub(super) struct Search {
    link: Link,
    end: Option<Instant>,
    found: Found,
}

impl Search {
    pub(super) fn new(server: &Server, length: Option<Duration>) -> Result<Search, SourceError> {
        let end = length.and_then(|length| Instant::now().checked_add(length));
        Ok(Search { link: server.link()?, end, found: Found::default() })
    }

    pub(super) fn all(mut self, wanted: &Wanted) -> Result<Found, SourceError> {
        if !wanted.frameworks.is_empty() {
            self.frameworks(wanted)?;
        }
        for key in &wanted.keys {
            let before = self.found.shelves.len() + self.found.missed.len();
            match key.contains(['*', '?', '[', '\\']) {
                true => self.pattern(key)?,
                false => self.named(key)?,
            }
            if self.found.shelves.len() + self.found.missed.len() == before {
                self.missed(key, nothing(key));
            }
        }
        Ok(self.found)
    }

    fn frameworks(&mut self, wanted: &Wanted) -> Result<(), SourceError> {
        let names = self.scan(&wanted.pattern(), None, &|name| telling(wanted, name))?;
        if wanted.has(Framework::Sidekiq) {
            self.sidekiq(wanted, &names)?;
        }
        if wanted.has(Framework::BullMq) {
            self.bullmq(wanted, &names)?;
        }
        if wanted.has(Framework::Celery) {
            self.celery(wanted, &names)?;
        }
        Ok(())
    }

    fn sidekiq(&mut self, wanted: &Wanted, names: &BTreeSet<String>) -> Result<(), SourceError> {
        let sets = [("retry", Kind::RetryQueue), ("dead", Kind::DeadLetters), ("schedule", Kind::Queue)];
        for (set, kind) in sets {
            let key = format!("{}{set}", wanted.prefix);
            self.framework(Framework::Sidekiq, Row::Sorted(key), kind)?;
        }
        let queues = format!("{}queue:", wanted.prefix);
        for key in names.iter().filter(|name| name.starts_with(&queues)) {
            self.framework(Framework::Sidekiq, Row::List(key.clone()), Kind::Queue)?;
        }
        Ok(())
    }

    fn bullmq(&mut self, wanted: &Wanted, names: &BTreeSet<String>) -> Result<(), SourceError> {
        for key in names {
            let Some((queue, state)) = bullmq_state(wanted, key) else { continue };
            let row = (state.row)(key.clone());
            let (content, framework) = match row {
                // Events, not jobs.
                Row::Stream(_) => (Content::Itself, None),
                _ => (Content::HashAt(format!("{queue}:")), Some(Framework::BullMq)),
            };
            self.peeked(Shelf { key: key.clone(), row, content, framework, kind: state.kind })?;
        }
        Ok(())
    }

    fn celery(&mut self, wanted: &Wanted, names: &BTreeSet<String>) -> Result<(), SourceError> {
        let binding = format!("{}_kombu.binding.", wanted.prefix);
        let bound = names.iter().filter_map(|name| name.strip_prefix(&binding));
        let mut queues: BTreeSet<String> = bound.map(|queue| format!("{}{queue}", wanted.prefix)).collect();
        queues.insert(format!("{}celery", wanted.prefix));
        queues.extend(names.iter().filter(|name| name.contains(PRIORITY)).cloned());
        for queue in queues {
            self.framework(Framework::Celery, Row::List(queue), Kind::Queue)?;
        }
        let taken = format!("{}unacked", wanted.prefix);
        self.peeked(Shelf {
            row: Row::Sorted(format!("{taken}_index")),
            content: Content::FieldOf(taken.clone()),
            key: taken,
            framework: Some(Framework::Celery),
            kind: Kind::Queue,
        })
    }

    fn framework(&mut self, framework: Framework, row: Row, kind: Kind) -> Result<(), SourceError> {
        let (Row::List(key) | Row::Sorted(key)) = &row else { return Ok(()) };
        let (key, content) = (key.clone(), Content::Itself);
        self.peeked(Shelf { key, row, content, framework: Some(framework), kind })
    }

    /// Takes a shelf that has an entry. One of another type, or that may not be read, is missed.
    fn peeked(&mut self, shelf: Shelf) -> Result<(), SourceError> {
        match self.peek(&shelf.row) {
            Ok(Peek::Entries) => self.found.shelves.push(shelf),
            Ok(Peek::Nothing) => {}
            Err(error) if error.kind == ErrorKind::Unreachable => return Err(error),
            Err(error) => self.missed(&shelf.key, error),
        }
        Ok(())
    }

    fn peek(&mut self, row: &Row) -> Result<Peek, SourceError> {
        let (key, mut asked) = match row {
            Row::List(key) => (key, cmd("LRANGE")),
            Row::Sorted(key) => (key, cmd("ZRANGE")),
            Row::Stream(key) => (key, cmd("XRANGE")),
            Row::Keys(_) => return Ok(Peek::Entries),
        };
        match row {
            Row::Stream(_) => asked.arg(key).arg("-").arg("+").arg("COUNT").arg(1),
            _ => asked.arg(key).arg(0).arg(0),
        };
        let answer: Vec<Value> = self.link.ask(key, &asked)?;
        Ok(if answer.is_empty() { Peek::Nothing } else { Peek::Entries })
    }

    /// A key whose type is learnt by trying.
    fn named(&mut self, key: &str) -> Result<(), SourceError> {
        for row in [Row::List(key.into()), Row::Sorted(key.into()), Row::Stream(key.into())] {
            match self.peek(&row) {
                Ok(Peek::Entries) => return self.plain(key, row),
                Ok(Peek::Nothing) => return Ok(()),
                Err(error) if client::is_wrong_type(&error) => {}
                Err(error) if error.kind == ErrorKind::Denied => {
                    self.missed(key, error);
                    return Ok(());
                }
                Err(error) => return Err(error),
            }
        }
        let asked: Result<Value, _> = self.link.ask(key, cmd("HMGET").arg(key).arg(""));
        match asked {
            Ok(_) => self.plain(key, Row::Keys(Arc::new(vec![key.into()]))),
            Err(error) => {
                self.missed(key, error);
                Ok(())
            }
        }
    }

    fn plain(&mut self, key: &str, row: Row) -> Result<(), SourceError> {
        let (content, kind) = match row {
            Row::Keys(_) => (Content::HashAt(String::new()), Kind::Table),
            Row::Stream(_) => (Content::Itself, Kind::Topic),
            Row::List(_) | Row::Sorted(_) => (Content::Itself, Kind::Queue),
        };
        self.found.shelves.push(Shelf { key: key.into(), row, content, framework: None, kind });
        Ok(())
    }

    /// Each list, sorted set and stream is a dataset; hashes are one together.
    fn pattern(&mut self, pattern: &str) -> Result<(), SourceError> {
        for kind in ["list", "zset", "stream"] {
            let row = |key| match kind {
                "list" => Row::List(key),
                "zset" => Row::Sorted(key),
                _ => Row::Stream(key),
            };
            let keys = self.scan(pattern, Some(kind), &|_| true)?;
            if keys.len() > MOST_DATASETS {
                self.missed(pattern, too_many());
            }
            for key in keys.into_iter().take(MOST_DATASETS) {
                self.plain(&key, row(key.clone()))?;
            }
        }
        let hashes: Vec<String> = self.scan(pattern, Some("hash"), &|_| true)?.into_iter().collect();
        if hashes.is_empty() { Ok(()) } else { self.plain(pattern, Row::Keys(hashes.into())) }
    }

    /// Looks through all names once, within the time that the source has. The server may give a name twice.
    fn scan(
        &mut self,
        pattern: &str,
        kind: Option<&str>,
        wants: &dyn Fn(&str) -> bool,
    ) -> Result<BTreeSet<String>, SourceError> {
        let mut names = BTreeSet::new();
        let mut cursor = 0_u64;
        loop {
            let asked = scan_from(cursor, pattern, kind);
            let (next, page): (u64, Vec<Vec<u8>>) = self.link.ask(pattern, &asked)?;
            for name in page {
                match String::from_utf8(name) {
                    Ok(name) if wants(&name) => _ = names.insert(name),
                    Ok(_) => {}
                    Err(odd) => self.missed(&String::from_utf8_lossy(odd.as_bytes()), no_text()),
                }
            }
            cursor = next;
            if cursor == 0 {
                return Ok(names);
            }
            if names.len() >= MOST_KEYS || self.end.is_some_and(|end| Instant::now() >= end) {
                self.missed(pattern, too_many());
                return Ok(names);
            }
        }
    }

    fn missed(&mut self, what: &str, error: SourceError) {
        self.found.missed.push(Missed { what: what.into(), error });
    }
}

/// Whether a key holds anything.
enum Peek {
    Entries,
    Nothing,
}

fn scan_from(cursor: u64, pattern: &str, kind: Option<&str>) -> Cmd {
    let mut asked = cmd("SCAN");
    asked.arg(cursor).arg("MATCH").arg(pattern).arg("COUNT").arg(SCANNED);
    if let Some(kind) = kind {
        asked.arg("TYPE").arg(kind);
    }
    asked
}

/// A text as a pattern of itself alone.
fn literal(text: &str) -> String {
    let mut pattern = String::new();
    for c in text.chars() {
        if "*?[]\\^-".contains(c) {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern
}

/// Whether a key's name tells of a framework's queue.
fn telling(wanted: &Wanted, name: &str) -> bool {
    let Some(rest) = name.strip_prefix(&wanted.prefix) else { return false };
    let celery = rest.starts_with("_kombu.binding.") || rest.contains(PRIORITY);
    rest.starts_with("queue:") || celery || bullmq_state(wanted, name).is_some()
}

/// Where BullMQ keeps the jobs of a state.
struct State {
    name: &'static str,
    row: fn(String) -> Row,
    kind: Kind,
}

/// <https://github.com/taskforcesh/bullmq/blob/master/src/classes/queue-keys.ts>
const STATES: &[State] = &[
    State { name: "wait", row: Row::List, kind: Kind::Queue },
    State { name: "paused", row: Row::List, kind: Kind::Queue },
    State { name: "active", row: Row::List, kind: Kind::Queue },
    State { name: "delayed", row: Row::Sorted, kind: Kind::Queue },
    State { name: "prioritized", row: Row::Sorted, kind: Kind::Queue },
    State { name: "waiting-children", row: Row::Sorted, kind: Kind::Queue },
    State { name: "completed", row: Row::Sorted, kind: Kind::Queue },
    State { name: "failed", row: Row::Sorted, kind: Kind::DeadLetters },
    State { name: "events", row: Row::Stream, kind: Kind::Topic },
];

/// A queue's own part of a key's name, and the state that the key holds.
fn bullmq_state<'a>(wanted: &Wanted, name: &'a str) -> Option<(&'a str, &'static State)> {
    let (queue, last) = name.rsplit_once(':')?;
    queue.strip_prefix(&wanted.bullmq).filter(|queue| !queue.is_empty())?;
    Some((queue, STATES.iter().find(|state| state.name == last)?))
}

fn nothing(typed: &str) -> SourceError {
    SourceError {
        kind: ErrorKind::NotFound,
        what: typed.into(),
        why: Foreign::default(),
        help: "no list, sorted set, hash or stream of that name holds anything",
    }
}

fn too_many() -> SourceError {
    SourceError {
        kind: ErrorKind::Unsupported,
        what: Foreign::default(),
        why: Foreign::default(),
        help: "more keys fit than are looked through: narrow the pattern, or raise the budget's deadline",
    }
}

fn no_text() -> SourceError {
    SourceError {
        kind: ErrorKind::Unsupported,
        what: Foreign::default(),
        why: Foreign::default(),
        help: "the key's name is no UTF-8",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(prefix: &str) -> Wanted {
        let bullmq = format!("{prefix}bull:");
        Wanted { frameworks: Framework::ALL.to_vec(), keys: Vec::new(), prefix: prefix.into(), bullmq }
    }

    #[test]
    fn names_tell_of_queues() {
        let check = |prefix: &str, name: &str| telling(&wanted(prefix), name);
        for name in ["queue:mail", "bull:pay:failed", "_kombu.binding.celery", "celery\u{6}\u{16}3"] {
            assert!(
                check("", name) && check("shop:", &format!("shop:{name}")) && !check("shop:", name),
                "{name}"
            );
        }
        for name in ["queues", "cart:1", "bull:pay:17", "bull:failed", "bull::failed"] {
            assert!(!check("", name), "{name}");
        }
    }

    #[test]
    fn a_prefix_is_no_pattern() {
        assert_eq!(literal("shop*[a]:"), "shop\\*\\[a\\]:");
    }
}
