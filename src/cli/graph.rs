//! `dyetrace graph`: the lineage of a run that was kept.

use std::path::PathBuf;

use clap::Args;

use super::{Outcome, output::Terminal, runs::StoreFlag};
use crate::{
    detect::{Selector, scrub},
    lineage::ViewOptions,
    report,
};

/// Draw the lineage of a run.
#[derive(Debug, Args)]
pub(super) struct Graph {
    /// The run: latest, latest~1, an id or a date.
    #[arg(default_value = "latest")]
    run: String,
    /// Write to this file; the extension names the format (dot, svg, png, pdf, html, json). Without it: DOT to
    /// stdout.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Only what is near this system or dataset. May be given several times.
    #[arg(long, value_name = "NAME")]
    focus: Vec<String>,
    /// Steps around the focus.
    #[arg(long, value_name = "STEPS", requires = "focus")]
    depth: Option<usize>,
    /// Only this zone. May be given several times.
    #[arg(long, value_name = "ZONE")]
    zone: Vec<String>,
    /// Only what carries this: a class or class.state. May be given several times.
    #[arg(long, value_name = "TAG")]
    tag: Vec<Selector>,
    #[command(flatten)]
    store: StoreFlag,
}

impl Graph {
    pub(super) fn run(&self, terminal: &Terminal) -> anyhow::Result<Outcome> {
        let format = self.output.as_deref().map(report::format_of).transpose()?;
        let mut document = self.store.open()?.load(&self.run)?;
        self.check_focus(&document)?;
        document.look_at(&self.view());
        match (&self.output, format) {
            (Some(path), Some(format)) => {
                report::write_file(path, &(format.render)(&document)?)?;
                terminal.note(&format!("wrote {}", scrub(&path.display().to_string())));
            }
            _ => terminal.print(&report::dot(&document))?,
        }
        Ok(Outcome::Clean)
    }

    /// A name that nothing has would give an empty picture without a word.
    fn check_focus(&self, document: &report::Document) -> anyhow::Result<()> {
        let datasets = document.datasets.iter().map(|dataset| &dataset.name);
        let names: Vec<_> =
            datasets.chain(document.estate.systems.iter().map(|system| &system.name)).collect();
        match self.focus.iter().find(|name| !names.contains(name)) {
            Some(unknown) => {
                let names = names.into_iter().map(String::as_str).collect::<Vec<_>>().join(", ");
                anyhow::bail!("nothing in that run is called {}; there are {names}", scrub(unknown))
            }
            None => Ok(()),
        }
    }

    fn view(&self) -> ViewOptions {
        let names = |given: &[String]| given.iter().map(|name| scrub(name)).collect();
        ViewOptions {
            focus: names(&self.focus),
            depth: self.depth,
            zones: names(&self.zone),
            tags: self.tag.clone(),
        }
    }
}
