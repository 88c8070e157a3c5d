//! `dyetrace runs`: the runs that are kept; and the flags by which other commands name the store and a run.

use std::path::PathBuf;

use clap::Args;

use super::{Outcome, output::Terminal};
use crate::{
    audit::Run,
    report::{Document, counted_u64},
    store::Store,
};

/// List the runs that are kept.
#[derive(Debug, Args)]
pub(super) struct Runs {
    #[command(flatten)]
    store: StoreFlag,
}

/// Where runs are kept.
#[derive(Debug, Args)]
pub(super) struct StoreFlag {
    /// The file that keeps runs [default: runs.db in the user's data folder]. It holds fingerprints: keep it away
    /// from the key.
    #[arg(long, value_name = "FILE", env = "DYETRACE_STORE")]
    store: Option<PathBuf>,
    /// Keep nothing of this run.
    #[arg(long)]
    no_store: bool,
}

impl StoreFlag {
    pub(super) fn open(&self) -> anyhow::Result<Store> {
        let path = match &self.store {
            Some(path) => path.clone(),
            None => Store::default_path()?,
        };
        Ok(Store::open(&path)?)
    }

    pub(super) fn save(&self, terminal: Terminal, run: &Run, document: &Document) -> anyhow::Result<()> {
        if self.no_store {
            return Ok(());
        }
        let id = self.open()?.save(run, document)?;
        terminal.note(&format!("kept as run {id}"));
        Ok(())
    }
}

impl Runs {
    pub(super) fn run(&self, terminal: &Terminal) -> anyhow::Result<Outcome> {
        let runs = self.store.open()?.runs()?;
        if runs.is_empty() {
            terminal.note("no runs yet; `dyetrace audit` makes one");
        }
        for run in runs {
            let partial = if run.is_complete { "" } else { "  partial" };
            terminal.print(&format!(
                "{}  {}  {}  {}  {}{partial}\n",
                run.id,
                run.started,
                run.estate,
                counted_u64(run.datasets, "dataset"),
                counted_u64(run.violations, "violation"),
            ))?;
        }
        Ok(Outcome::Clean)
    }
}
