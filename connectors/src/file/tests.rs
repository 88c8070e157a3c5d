//! Whole file sources over a temporary folder: what is listed, and what is read while files change.

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::Path;

use super::*;
use crate::{SettingValue, Step};

fn settings(base: &Path, paths: &[&str]) -> Settings {
    let paths = SettingValue::List(paths.iter().map(|path| path.to_string()).collect());
    Settings { base: base.into(), values: [("path".into(), paths)].into(), ..Settings::default() }
}

/// A folder with these files, each holding its own name.
fn folder(files: &[&str]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for file in files {
        let path = folder.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, file).unwrap();
    }
    folder
}

/// What the paths list: the partitions' names, and after a bar what was missed and how.
fn check(base: &Path, paths: &[&str]) -> String {
    say(&open(&settings(base, paths)).unwrap().datasets().unwrap())
}

fn say(listing: &Listing) -> String {
    let partitions = listing.datasets.iter().flat_map(|d| &d.partitions);
    let mut said = partitions.map(|p| p.name.expose()).collect::<Vec<_>>().join(" ");
    for missed in &listing.missed {
        said += &format!(" | {} {:?}", missed.what.expose(), missed.error.kind);
    }
    said.trim_start().to_string()
}

fn reader(base: &Path, file: &str, from: u64, budget: Option<u64>) -> Box<dyn PartitionReader> {
    let settings = Settings { budget: Budget { bytes: budget, ..Budget::NONE }, ..settings(base, &[file]) };
    let source = open(&settings).unwrap();
    let listing = source.datasets().unwrap();
    source.open(&listing.datasets[0].partitions[0], from).unwrap()
}

/// The bytes and the end of what is left to read.
fn rest(reader: &mut dyn PartitionReader) -> String {
    let mut said = String::new();
    loop {
        match reader.next().unwrap() {
            Step::Batch(batch) => said += &String::from_utf8_lossy(&batch.bytes),
            Step::End(end) => return said + &format!(" {:?}@{}", end.note, end.position),
        }
    }
}

#[test]
fn a_file_a_folder_and_a_glob() {
    let at = folder(&["logs/b.log", "logs/a.log", "logs/old/c.log", "logs/old/d.csv", "logs/.hidden"]);
    let at = at.path();
    assert_eq!(check(at, &["logs/b.log"]), "logs/b.log");
    assert_eq!(check(at, &["logs"]), "logs/.hidden logs/a.log logs/b.log logs/old/c.log logs/old/d.csv");
    assert_eq!(check(at, &["logs/*.log"]), "logs/a.log logs/b.log");
    assert_eq!(check(at, &["logs/**/*.log"]), "logs/a.log logs/b.log logs/old/c.log");
    assert_eq!(check(at, &["l*/old/*.{csv,tsv}"]), "logs/old/d.csv");
    assert_eq!(check(at, &["./logs/a.log", "logs/[ab].log"]), "logs/a.log logs/b.log");
}

#[test]
fn names_are_seen_from_the_base() {
    let at = folder(&["estate/x", "logs/a.log"]);
    let base = at.path().join("estate");
    let whole = base.join("x");
    assert_eq!(check(&base, &[whole.to_str().unwrap()]), "x");
    assert_eq!(check(&base, &["."]), "x");
    assert_eq!(check(&base, &["../logs/*"]), "../logs/a.log");
}

#[test]
fn a_name_with_wildcards_is_itself_where_it_exists() {
    let at = folder(&["a[1].log", "a1.log", "-"]);
    assert_eq!(check(at.path(), &["a[1].log"]), "a[1].log");
    assert_eq!(check(at.path(), &["a[12].log"]), "a1.log");
    assert_eq!(check(at.path(), &["."]), "./- a1.log a[1].log");
}

#[test]
fn what_matches_nothing_is_said() {
    let at = folder(&["a.log"]);
    fs::create_dir(at.path().join("empty")).unwrap();
    assert_eq!(check(at.path(), &["b.log"]), "| b.log NotFound");
    assert_eq!(check(at.path(), &["a.log", "*.csv", "empty"]), "a.log | *.csv NotFound | empty NotFound");
    let listing = open(&settings(at.path(), &["b.log"])).unwrap().datasets().unwrap();
    assert!(listing.missed[0].error.help.starts_with("no file matches"));
}

#[test]
fn settings_that_do_not_fit() {
    let at = folder(&[]);
    let kind = |paths: &[&str]| open(&settings(at.path(), paths)).err().unwrap().kind;
    assert_eq!(kind(&[]), ErrorKind::Settings);
    assert_eq!(kind(&["logs/[a"]), ErrorKind::Settings);
}

#[cfg(unix)]
#[test]
fn links_are_followed_once_and_loops_end() {
    let at = folder(&["logs/a.log", "far/b.log"]);
    let link = |to: &str, from: &str| std::os::unix::fs::symlink(to, at.path().join(from)).unwrap();
    link("..", "logs/loop");
    link("a.log", "logs/0-current.log");
    link("../far", "logs/far");
    link("nowhere", "logs/broken.log");
    assert_eq!(check(at.path(), &["logs"]), "logs/a.log logs/far/b.log | logs/broken.log NotFound");
    assert_eq!(check(at.path(), &["logs/*.csv"]), "| logs/*.csv NotFound");
}

#[cfg(unix)]
#[test]
fn a_socket_is_missed_and_not_opened() {
    let at = folder(&["a.log"]);
    let _socket = std::os::unix::net::UnixListener::bind(at.path().join("s")).unwrap();
    assert_eq!(check(at.path(), &["."]), "a.log | s Unsupported");
    assert_eq!(check(at.path(), &["*.log"]), "a.log");
}

#[cfg(unix)]
#[test]
fn a_folder_that_refuses_is_missed() {
    use std::os::unix::fs::PermissionsExt;
    let at = folder(&["a.log", "shut/b.log"]);
    let shut = at.path().join("shut");
    fs::set_permissions(&shut, fs::Permissions::from_mode(0o000)).unwrap();
    // The superuser is refused nothing.
    if fs::read_dir(&shut).is_err() {
        assert_eq!(check(at.path(), &["."]), "a.log | shut Denied");
    }
    fs::set_permissions(&shut, fs::Permissions::from_mode(0o700)).unwrap();
}

#[cfg(target_os = "linux")]
#[test]
fn names_that_are_no_unicode_are_read() {
    use std::os::unix::ffi::OsStrExt;
    let at = folder(&[]);
    fs::write(at.path().join(std::ffi::OsStr::from_bytes(b"a\xff.log")), "odd").unwrap();
    let source = open(&settings(at.path(), &["."])).unwrap();
    let listing = source.datasets().unwrap();
    assert_eq!(say(&listing), r"a\xff.log");
    let mut reader = source.open(&listing.datasets[0].partitions[0], 0).unwrap();
    assert_eq!(rest(&mut *reader), "odd Complete@3");
}

#[test]
fn one_dataset_or_each_file() {
    let at = folder(&["a.log", "b.log"]);
    let mut settings = settings(at.path(), &["*.log", "-"]);
    let names = |settings: &Settings| {
        let listing = open(settings).unwrap().datasets().unwrap();
        listing
            .datasets
            .iter()
            .map(|d| format!("{:?} {:?}", d.kind, d.name.as_ref().map(Foreign::expose)))
            .collect::<Vec<_>>()
    };
    assert_eq!(names(&settings), [r#"Pipe Some("-")"#, "File None"]);
    settings.values.insert("each_file".into(), SettingValue::Switch(true));
    assert_eq!(names(&settings), [r#"Pipe Some("-")"#, r#"File Some("a.log")"#, r#"File Some("b.log")"#]);
    settings.values.insert("path".into(), SettingValue::Text("-".into()));
    assert_eq!(names(&settings), ["Pipe None"]);
}

#[test]
fn a_file_is_read_from_a_position_and_within_a_budget() {
    let at = folder(&["abcdef"]);
    let read = |from, budget| rest(&mut *reader(at.path(), "abcdef", from, budget));
    assert_eq!(read(0, None), "abcdef Complete@6");
    assert_eq!(read(4, None), "ef Complete@6");
    assert_eq!(read(6, None), " Complete@6");
    assert_eq!(read(9, None), " Cut@6");
    assert_eq!(read(0, Some(2)), "ab Budget@2");
    assert_eq!(read(4, Some(2)), "ef Complete@6");
}

#[test]
fn a_file_that_grows_ends_where_it_ended() {
    let at = folder(&["a.log"]);
    let mut reader = reader(at.path(), "a.log", 0, None);
    OpenOptions::new().append(true).open(at.path().join("a.log")).unwrap().write_all(b"more").unwrap();
    assert_eq!(rest(&mut *reader), "a.log Grew@5");
}

#[test]
fn a_file_that_is_cut_ends_there() {
    let at = folder(&[]);
    let file = File::create(at.path().join("a.log")).unwrap();
    file.set_len(2_000_000).unwrap();
    let mut reader = reader(at.path(), "a.log", 0, None);
    assert!(matches!(reader.next().unwrap(), Step::Batch(batch) if batch.bytes.len() == 512 << 10));
    file.set_len(600_000).unwrap();
    assert!(rest(&mut *reader).ends_with(" Cut@600000"));
}

#[test]
fn what_vanished_or_became_a_folder_is_an_error_without_its_name() {
    let at = folder(&["a.log"]);
    let source = open(&settings(at.path(), &["a.log"])).unwrap();
    let partition = source.datasets().unwrap().datasets.remove(0).partitions.remove(0);
    fs::remove_file(at.path().join("a.log")).unwrap();
    let error = source.open(&partition, 0).err().unwrap();
    assert_eq!((error.kind, error.what.expose()), (ErrorKind::NotFound, "a.log"));
    assert!(!error.why.expose().is_empty());
    assert!(!format!("{error} {error:?}").contains("a.log"));
    fs::create_dir(at.path().join("a.log")).unwrap();
    assert_eq!(source.open(&partition, 0).err().unwrap().kind, ErrorKind::Unsupported);
}

#[test]
fn size_and_time_are_filled_in() {
    let at = folder(&["a.log"]);
    let file = File::options().write(true).open(at.path().join("a.log")).unwrap();
    file.set_modified(std::time::UNIX_EPOCH + std::time::Duration::from_millis(1_500)).unwrap();
    let partition = open(&settings(at.path(), &["."]))
        .unwrap()
        .datasets()
        .unwrap()
        .datasets
        .remove(0)
        .partitions
        .remove(0);
    assert_eq!((partition.size, partition.modified), (Some(5), Some(1_500)));
}
