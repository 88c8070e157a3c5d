//! `dyetrace init`: a first estate file and a key.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Args;

use super::{Outcome, output::Terminal};
use crate::{
    detect::scrub,
    estate::{GuessedSource, estate_template, key_path, write_new_key},
};

/// Write a first estate file and make a key.
#[derive(Debug, Args)]
pub(super) struct Init {
    /// Where to write the estate file.
    #[arg(default_value = "dyetrace.yaml")]
    estate: PathBuf,
}

impl Init {
    pub(super) fn run(&self, terminal: &Terminal) -> anyhow::Result<Outcome> {
        if self.estate.exists() {
            bail!("{} exists; name another file, or move it away first", self.estate.display());
        }
        let found = look_around(self.estate.parent().unwrap_or(Path::new("")));
        std::fs::write(&self.estate, estate_template(&found))
            .with_context(|| format!("cannot write {}", self.estate.display()))?;
        let shown = scrub(&self.estate.display().to_string());
        terminal.print(&format!("wrote {shown}: name your systems and zones in it\n"))?;
        make_key(*terminal)?;
        terminal.print(&format!("then: dyetrace audit {shown}\n"))?;
        Ok(Outcome::Clean)
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
        settings: vec![("path".to_owned(), vec![format!("{folder}/**")])],
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
