//! `dyetrace init`: a first estate file and a key.

use std::{
    io::Write,
    path::{Path, PathBuf},
};

use anyhow::{Context, anyhow, bail};
use clap::Args;
use dyetrace_connectors::{
    Access, CONNECTORS, Connector, FromUrl, Location, Missed, SettingValue, Settings, SourceError,
};

use super::{Outcome, output::Terminal};
use crate::{
    detect::{scrub, scrub_foreign},
    estate::{GuessedSource, estate_of_found, estate_template, key_path, write_new_key},
};

/// Write a first estate file and make a key.
#[derive(Debug, Args)]
pub(super) struct Init {
    /// Where to write the estate file.
    #[arg(default_value = "dyetrace.yaml")]
    estate: PathBuf,
    /// Start from what a live system tells of itself: kafka://host:port/pattern, …; its connector's page says how.
    #[arg(long, value_name = "URL")]
    from: Option<String>,
}

impl Init {
    pub(super) fn run(&self, terminal: &Terminal) -> anyhow::Result<Outcome> {
        if self.estate.exists() {
            bail!("{} exists; name another file, or move it away first", self.estate.display());
        }
        let text = match &self.from {
            Some(url) => ask(url)?,
            None => estate_template(&look_around(self.estate.parent().unwrap_or(Path::new("")))),
        };
        write_new(&self.estate, &text).with_context(|| format!("cannot write {}", self.estate.display()))?;
        let shown = scrub(&self.estate.display().to_string());
        terminal.print(&format!("wrote {shown}: name your systems and zones in it\n"))?;
        make_key(*terminal)?;
        terminal.print(&format!("then: dyetrace audit {shown}\n"))?;
        Ok(Outcome::Clean)
    }
}

/// Never over a file that is there, also not over one that came meanwhile.
fn write_new(path: &Path, text: &str) -> std::io::Result<()> {
    std::fs::File::create_new(path)?.write_all(text.as_bytes())
}

/// Asks a live system for its metadata; no record is read.
fn ask(url: &str) -> anyhow::Result<String> {
    let location = Location::parse(url).map_err(|error| told(&error))?;
    let (connector, from_url) = of_scheme(&location.scheme)?;
    let values = (from_url.read)(&location).map_err(|error| told(&error))?;
    let settings = Settings { values: values.clone(), budget: connector.budget, ..Settings::default() };
    let source = (connector.open)(&settings).map_err(|error| told(&error))?;
    let listing = source.datasets().map_err(|error| told(&error))?;
    // Who may and who does is worth having, and the rest is without it.
    let access = source.access().unwrap_or_else(|error| {
        let missed = vec![Missed { what: error.what.clone(), error }];
        Access { missed, ..Access::default() }
    });
    let name = || connector.name.to_owned();
    let guessed = GuessedSource { name: name(), connector: name(), settings: values.into_iter().collect() };
    Ok(estate_of_found(&guessed, &listing, &access))
}

fn of_scheme(scheme: &str) -> anyhow::Result<(&'static Connector, &'static FromUrl)> {
    let all = || CONNECTORS.iter().filter_map(|connector| Some((*connector, connector.from_url.as_ref()?)));
    all().find(|(_, url)| url.schemes.contains(&scheme)).ok_or_else(|| {
        let shapes: Vec<_> = all().map(|(_, url)| url.shape).collect();
        match shapes.is_empty() {
            true => anyhow!("this build asks no live system; build with --features live"),
            false => anyhow!("this build asks no system of that scheme; it asks: {}", shapes.join(", ")),
        }
    })
}

/// A source's error with what the system said, scrubbed.
fn told(error: &SourceError) -> anyhow::Error {
    let said = [&error.what, &error.why].map(scrub_foreign);
    let said: Vec<&str> = said.iter().map(|text| text.as_str()).filter(|text| !text.is_empty()).collect();
    match said.is_empty() {
        true => anyhow!("{error}"),
        false => anyhow!("{error} ({})", said.join(": ")),
    }
}

/// Folders below that look like logs or exports: a first guess of sources, to be corrected by hand.
fn look_around(folder: &Path) -> Vec<GuessedSource> {
    let here = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let names = ["logs", "log", "exports", "export", "dumps", "data", "queues"];
    let found: Vec<_> = names.into_iter().filter(|name| here.join(name).is_dir()).map(guessed).collect();
    if found.is_empty() { vec![guessed("logs")] } else { found }
}

fn guessed(folder: &str) -> GuessedSource {
    GuessedSource {
        name: folder.to_owned(),
        connector: "file".to_owned(),
        settings: vec![("path".to_owned(), SettingValue::Text(format!("{folder}/**")))],
    }
}

fn make_key(terminal: Terminal) -> anyhow::Result<()> {
    let path = key_path().context("no home folder to keep a key in; name one with `key:`")?;
    let shown = scrub(&path.display().to_string());
    if path.exists() {
        terminal.print(&format!("key: {shown} (it was there already)\n"))?;
        return Ok(());
    }
    write_new_key(&path).with_context(|| format!("cannot write {}", path.display()))?;
    terminal.print(&format!("key: {shown} (keep it away from the store of runs)\n"))?;
    Ok(())
}
