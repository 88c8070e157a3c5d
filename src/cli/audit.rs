//! `dyetrace audit`: the main job.

use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;

use super::{
    Outcome, one_of,
    output::{Diagnosed, Terminal},
    progress::Bar,
    runs::StoreFlag,
};
use crate::{
    audit::{self, Clock, Plan, Run},
    estate::{AllowList, Estate, LoadedKey, PolicyRef, load_key, read_estate},
    policy::{CaseResult, Exception, Pack, Severity, built_in_packs, read_exceptions, read_pack, run_cases},
    report::{self, Document},
};

/// Audit an estate: read every source, draw the lineage, check the policies.
#[derive(Debug, Args)]
pub(super) struct Audit {
    /// The estate file.
    #[arg(default_value = "dyetrace.yaml", env = "DYETRACE_ESTATE")]
    estate: PathBuf,
    /// Write a report; the extension names the format (json, html, svg, dot, csv, …). May be given several times.
    #[arg(long, short, value_name = "FILE")]
    output: Vec<PathBuf>,
    /// Exit 1 if a violation is at least this bad.
    #[arg(long, value_name = "SEVERITY", default_value = "low", env = "DYETRACE_FAIL_ON", value_parser = severity)]
    fail_on: Severity,
    /// Say what would be read, how much, and within which budget; read no record.
    #[arg(long, conflicts_with = "output")]
    dry_run: bool,
    #[command(flatten)]
    store: StoreFlag,
}

impl Audit {
    pub(super) fn run(&self, terminal: &Terminal) -> anyhow::Result<Outcome> {
        let started = Clock::start();
        let formats = self.formats()?;
        let estate = read_estate(&self.estate).map_err(|error| Diagnosed(error))?;
        if self.dry_run {
            return look(*terminal, &estate, started);
        }
        let packs = packs(&estate)?;
        let exceptions = exceptions(&estate)?;
        let key = load_key(&estate.key)?;
        note(*terminal, &estate, &key);
        let allow = allow(&estate)?;
        super::allow::note_foreign(*terminal, &allow, &key.key);
        let bar = Bar::new(*terminal);
        let plan = Plan {
            started,
            key,
            packs: &packs,
            exceptions: &exceptions,
            allow: &allow,
            progress: &|progress| bar.tell(progress),
        };
        let run = audit::audit(estate, &plan);
        bar.finish();
        let document = Document::of(&run);
        let told = terminal.print(&report::summary(&document, terminal.has_color()));
        // Each is tried, so that a full disk costs what it must and no more.
        let kept = self.store.save(*terminal, &run, &document);
        let written: Vec<_> = formats.iter().map(|(path, format)| write(path, format, &document)).collect();
        for path in written.into_iter().collect::<anyhow::Result<Vec<_>>>()? {
            terminal.note(&format!("wrote {}", crate::detect::scrub(&path.display().to_string())));
        }
        kept?;
        told?;
        Ok(self.outcome(&run))
    }

    /// Before anything is read: a wrong extension must not cost an hour.
    fn formats(&self) -> anyhow::Result<Vec<(PathBuf, &'static report::Format)>> {
        let format = |path: &PathBuf| Ok((path.clone(), report::format_of(path)?));
        self.output.iter().map(format).collect()
    }

    fn outcome(&self, run: &Run) -> Outcome {
        let stands = |v: &crate::policy::Violation| v.exception.is_none() && v.severity >= self.fail_on;
        if run.verdicts.violations.iter().any(stands) {
            return Outcome::Violations;
        }
        if run.is_complete() { Outcome::Clean } else { Outcome::Partial }
    }
}

/// Lists what an audit would read, and reads no record.
fn look(terminal: Terminal, estate: &Estate, started: Clock) -> anyhow::Result<Outcome> {
    let forecast = audit::forecast(estate, started);
    terminal.print(&report::forecast(&forecast, terminal.has_color()))?;
    Ok(if forecast.failed.is_empty() { Outcome::Clean } else { Outcome::Partial })
}

fn severity(word: &str) -> Result<Severity, String> {
    one_of(Severity::ALL, Severity::id, word)
}

fn write(path: &Path, format: &report::Format, document: &Document) -> anyhow::Result<PathBuf> {
    let bytes = (format.render)(document)?;
    report::write_file(path, &bytes)?;
    Ok(path.to_owned())
}

fn packs(estate: &Estate) -> anyhow::Result<Vec<Pack>> {
    let mut built_in = built_in_packs();
    let mut packs = Vec::new();
    for policy in &estate.policies {
        match policy {
            PolicyRef::BuiltIn(name) => {
                packs.extend(
                    built_in.iter().position(|pack| pack.name == *name).map(|at| built_in.swap_remove(at)),
                );
            }
            PolicyRef::File(path) => {
                let text = read_text(path, "a policy")?;
                let pack = read_pack(&path.display().to_string(), &text).map_err(|error| Diagnosed(error))?;
                hold_to_its_cases(&pack)?;
                packs.push(pack);
            }
        }
    }
    Ok(packs)
}

/// A rule that does not do what its own cases say would say nothing of the estate either.
fn hold_to_its_cases(pack: &Pack) -> anyhow::Result<()> {
    let failed = run_cases(pack).into_iter().find(|result| !result.holds);
    failed.map_or(Ok(()), |CaseResult { rule, case, .. }| {
        anyhow::bail!(
            "rule {rule} of {} does not hold its own case `{case}`; mend the rule or the case",
            pack.name
        )
    })
}

fn exceptions(estate: &Estate) -> anyhow::Result<Vec<Exception>> {
    let Some(path) = &estate.exceptions else { return Ok(Vec::new()) };
    let text = read_text(path, "the exceptions")?;
    Ok(read_exceptions(&path.display().to_string(), &text).map_err(|error| Diagnosed(error))?)
}

fn allow(estate: &Estate) -> anyhow::Result<AllowList> {
    estate.allow.as_deref().map_or(Ok(AllowList::default()), super::allow::read_list)
}

fn read_text(path: &Path, what: &str) -> anyhow::Result<String> {
    std::fs::read_to_string(path).with_context(|| {
        format!("cannot read {what} at {}; check the path in the estate file", path.display())
    })
}

/// What was noticed while the estate and the key were read.
fn note(terminal: Terminal, estate: &Estate, key: &LoadedKey) {
    for note in &estate.notes {
        terminal.note(&format!("{}:{}: {}", note.at.file, note.at.line, note.text));
    }
    if let Some(note) = key.note {
        terminal.note(note);
    }
}
