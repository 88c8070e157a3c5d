//! Which files a source's paths mean: a file is itself, a folder is all below it, a glob is the files that it
//! matches. Nothing is opened here.

use std::collections::BTreeMap;
use std::fs::Metadata;
use std::path::{Component, Path, PathBuf};
use std::time::UNIX_EPOCH;

use globset::{GlobBuilder, GlobMatcher};
use walkdir::{DirEntry, WalkDir};

use crate::{ErrorKind, Foreign, Missed, Partition, SourceError};

/// A path as the user typed it.
pub(super) struct Pattern {
    typed: String,
    /// Where to look: the path itself, or what stands before a glob's first wildcard.
    root: PathBuf,
    /// What a file's path below `root` must match.
    glob: Option<GlobMatcher>,
    depth: usize,
}

/// A file, where it lies and how it is called.
pub(super) struct Found {
    pub(super) path: PathBuf,
    pub(super) partition: Partition,
}

/// What was found, in the order of names, and what could not be looked at.
#[derive(Default)]
pub(super) struct Listed {
    pub(super) files: Vec<Found>,
    pub(super) missed: Vec<Missed>,
}

/// All files that the patterns mean, each once, however many names lead to it.
pub(super) fn find(base: &Path, patterns: &[Pattern]) -> Listed {
    let mut search = Search { base, files: BTreeMap::new(), missed: BTreeMap::new() };
    for pattern in patterns {
        search.look(pattern);
    }
    search.finish()
}

impl Pattern {
    /// Reads a path as a glob where it has wildcards and no file of just that name exists.
    pub(super) fn new(base: &Path, typed: &str) -> Result<Pattern, SourceError> {
        let whole = base.join(typed);
        let Some(wildcard) = typed.find(['*', '?', '[', '{', '\\']).filter(|_| !exists(&whole)) else {
            return Ok(Pattern { typed: typed.into(), root: whole, glob: None, depth: usize::MAX });
        };
        let (root, glob) = typed.split_at(typed[..wildcard].rfind('/').map_or(0, |slash| slash + 1));
        let depth = if glob.contains("**") { usize::MAX } else { glob.matches('/').count() + 1 };
        let glob = GlobBuilder::new(glob).literal_separator(true).build().map_err(|e| no_glob(typed, &e))?;
        let root = base.join(root);
        Ok(Pattern { typed: typed.into(), root, glob: Some(glob.compile_matcher()), depth })
    }

    pub(super) fn typed(&self) -> &str {
        &self.typed
    }

    fn matches(&self, path: &Path) -> bool {
        let below = path.strip_prefix(&self.root).unwrap_or(path);
        self.glob.as_ref().is_none_or(|glob| glob.is_match(below))
    }
}

struct Search<'a> {
    base: &'a Path,
    /// By where a file really lies, so that links and overlapping patterns do not count it twice. The key of
    /// the device would do as well, but not every network file system gives each file its own.
    files: BTreeMap<PathBuf, Found>,
    /// By the same places.
    missed: BTreeMap<PathBuf, SourceError>,
}

impl Search<'_> {
    fn look(&mut self, pattern: &Pattern) {
        let mut seen = 0;
        for entry in WalkDir::new(&pattern.root).follow_links(true).max_depth(pattern.depth) {
            seen += match entry {
                Ok(entry) => self.entry(pattern, entry),
                Err(error) => self.error(pattern, &error),
            };
        }
        if seen == 0 {
            self.miss(Path::new(&pattern.typed), nothing(&pattern.typed));
        }
    }

    /// Takes what a walk came upon; gives how much that says of the pattern.
    fn entry(&mut self, pattern: &Pattern, entry: DirEntry) -> usize {
        if entry.file_type().is_dir() || !pattern.matches(entry.path()) {
            return 0;
        }
        let name = name(self.base, entry.path());
        match entry.path().metadata() {
            Ok(metadata) if metadata.is_file() => self.add(name, entry.into_path(), &metadata),
            Ok(_) => self.miss(entry.path(), special(name)),
            Err(error) => self.miss(entry.path(), super::failed(name, &error)),
        }
        1
    }

    fn add(&mut self, name: String, path: PathBuf, metadata: &Metadata) {
        let real = lies(&path);
        let partition =
            Partition { name: name.into(), size: Some(metadata.len()), modified: modified(metadata) };
        let found = Found { path, partition };
        match self.files.get(&real) {
            Some(before) if rank(before, &real) <= rank(&found, &real) => {}
            _ => drop(self.files.insert(real, found)),
        }
    }

    fn error(&mut self, pattern: &Pattern, error: &walkdir::Error) -> usize {
        // A link to a folder above itself: that folder is being read already.
        let Some(system) = error.io_error() else { return 0 };
        let path = error.path().unwrap_or(&pattern.root);
        let absent = system.kind() == std::io::ErrorKind::NotFound;
        // The root that is not there is told once, as a pattern without a match; a broken link beside what a
        // glob asks for is nothing that was asked for.
        if absent && (!exists(path) || !pattern.matches(path)) {
            return 0;
        }
        self.miss(path, super::failed(name(self.base, path), system));
        1
    }

    fn miss(&mut self, path: &Path, error: SourceError) {
        let real = lies(path);
        match self.missed.get(&real) {
            Some(before) if before.what <= error.what => {}
            _ => drop(self.missed.insert(real, error)),
        }
    }

    fn finish(self) -> Listed {
        let mut files: Vec<Found> = self.files.into_values().collect();
        files.sort_by(|a, b| a.partition.name.cmp(&b.partition.name));
        let missed = self.missed.into_values();
        let mut missed: Vec<_> = missed.map(|error| Missed { what: error.what.clone(), error }).collect();
        missed.sort_by(|a, b| a.what.cmp(&b.what));
        Listed { files, missed }
    }
}

/// Where a path leads to; where it leads nowhere, where it stands itself.
fn lies(path: &Path) -> PathBuf {
    let parent = || Some(path.parent()?.canonicalize().ok()?.join(path.file_name()?));
    path.canonicalize().ok().or_else(parent).unwrap_or_else(|| path.into())
}

/// Of several names for one file, its own comes before a link's, and then the alphabet decides.
fn rank<'a>(found: &'a Found, real: &Path) -> (bool, &'a Foreign) {
    (found.path != real, &found.partition.name)
}

/// The path as the user would know it: below the base where it is below it, with `/` between its parts.
fn name(base: &Path, path: &Path) -> String {
    let below = path.strip_prefix(base).unwrap_or(path);
    let mut name = String::new();
    for part in below.components() {
        if !name.is_empty() && !name.ends_with('/') {
            name.push('/');
        }
        match part {
            Component::RootDir => name.push('/'),
            part => name.push_str(&text(part.as_os_str())),
        }
    }
    // A file of that name is not standard input.
    if name == super::STDIN { format!("./{name}") } else { name }
}

/// A part of a path; bytes that are no Unicode are spelt out, so that different files keep different names.
fn text(part: &std::ffi::OsStr) -> String {
    let mut text = String::new();
    for chunk in part.as_encoded_bytes().utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|byte| format!("\\x{byte:02x}")));
    }
    text
}

fn modified(metadata: &Metadata) -> Option<i64> {
    let time = metadata.modified().ok()?;
    match time.duration_since(UNIX_EPOCH) {
        Ok(after) => i64::try_from(after.as_millis()).ok(),
        Err(before) => i64::try_from(before.duration().as_millis()).ok().map(|millis| -millis),
    }
}

/// Whether there is something of that name, be it a link that leads nowhere.
fn exists(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}

fn nothing(typed: &str) -> SourceError {
    SourceError {
        kind: ErrorKind::NotFound,
        what: typed.into(),
        why: Foreign::default(),
        help: "no file matches; check the path, it is seen from the estate file's folder",
    }
}

fn special(name: String) -> SourceError {
    SourceError {
        kind: ErrorKind::Unsupported,
        what: name.into(),
        why: Foreign::default(),
        help: "a pipe, socket or device is not opened; name a regular file, or pass it as standard input with -",
    }
}

fn no_glob(typed: &str, error: &globset::Error) -> SourceError {
    SourceError {
        kind: ErrorKind::Settings,
        what: typed.into(),
        why: error.kind().to_string().into(),
        help: "the path is no glob; put a \\ before a character that is meant as it stands",
    }
}
