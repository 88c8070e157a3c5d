//! `dyetrace scan`: detection alone, as one would use grep.

use std::{collections::BTreeMap, path::PathBuf, sync::Arc};

use clap::{Args, ValueEnum};
use dyetrace_connectors::{SettingValue, Settings, file};

use super::{
    Outcome, one_of,
    output::{Terminal, lost},
};
use crate::{
    audit::{CoverageState, Finding, Scanned, scan},
    detect::{Allow, Class, Effort, State, Test, scrub},
    estate::{AllowList, KeySource, load_key},
    report::{ScanDetail, ScanFormat, ScanReport, counted_u64},
};

/// Look for payment data in files; nothing is kept.
#[derive(Debug, Args)]
pub(super) struct Scan {
    /// Files, folders or globs; - is standard input, which is also the default.
    #[arg(default_value = "-")]
    paths: Vec<String>,
    /// How to say it.
    #[arg(long, default_value = "human", env = "DYETRACE_FORMAT", value_parser = format)]
    format: ScanFormat,
    /// What counts for exit code 1: clear card numbers, verification codes, PINs, tracks and secrets that are
    /// real, or published test values as well.
    #[arg(long, default_value = "real", env = "DYETRACE_FAIL_ON_SCAN")]
    fail_on: FailOn,
    /// How much is looked for: `fast` looks for card numbers, verification codes and PINs; `normal` for tokens, keys
    /// and what blobs hold as well; `thorough` decodes every record. docs/detection.md says what each leaves out.
    #[arg(long, default_value = "normal", env = "DYETRACE_EFFORT", value_parser = effort)]
    effort: Effort,
    /// Leave out what this list allows: fields, values by their fingerprint, shapes (docs/estate.md).
    #[arg(long, value_name = "FILE", env = "DYETRACE_ALLOW")]
    allow: Option<PathBuf>,
    /// Show for each finding every piece of evidence with its weight, and what its field says.
    #[arg(long, env = "DYETRACE_EXPLAIN")]
    explain: bool,
}

fn effort(word: &str) -> Result<Effort, String> {
    one_of(Effort::ALL, Effort::id, word)
}

fn format(word: &str) -> Result<ScanFormat, String> {
    one_of(ScanFormat::ALL, ScanFormat::id, word)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FailOn {
    Real,
    Test,
}

/// What the exit code needs of all files.
#[derive(Debug, Default)]
struct Tally {
    files: u64,
    failed: u64,
    partial: u64,
    findings: u64,
    failing: u64,
    unresolved: u64,
    bytes: u64,
    skipped: BTreeMap<&'static str, u64>,
    allowed: BTreeMap<usize, u64>,
}

impl Scan {
    pub(super) fn run(&self, terminal: &Terminal) -> anyhow::Result<Outcome> {
        let list = self.allow.as_deref().map_or(Ok(AllowList::default()), super::allow::read_list)?;
        let allow = Arc::new(allow(*terminal, &list)?);
        let mut report = ScanReport::new(self.format, self.detail(), terminal.has_color());
        let mut tally = Tally::default();
        let mut written = terminal.write(&report.begin());
        let scanned = scan(&file::CONNECTOR, &self.settings(), self.effort, &allow, |mut file| {
            if written.is_ok() {
                written = self.tell(*terminal, &mut report, &mut tally, &mut file);
            }
            written.is_ok()
        });
        match written.and_then(|()| terminal.write(&report.end())) {
            // The reader has what it wanted: `| head`.
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => return Ok(tally.outcome()),
            written => written.map_err(|error| lost(&error))?,
        }
        scanned.map_err(|error| {
            let detail = scrub(&format!("{}: {}", error.what.expose(), error.why.expose()));
            anyhow::anyhow!("{error} ({detail})")
        })?;
        terminal.note(&tally.summary());
        super::allow::note_use(*terminal, &list, &tally.allowed);
        Ok(tally.outcome())
    }

    fn detail(&self) -> ScanDetail {
        if self.explain { ScanDetail::Explained } else { ScanDetail::Brief }
    }

    fn settings(&self) -> Settings {
        let paths = SettingValue::List(self.paths.clone());
        Settings { values: BTreeMap::from([("path".to_owned(), paths)]), ..Settings::default() }
    }

    fn tell(
        &self,
        terminal: Terminal,
        report: &mut ScanReport,
        tally: &mut Tally,
        file: &mut Scanned,
    ) -> std::io::Result<()> {
        tally.add(file);
        let name = file.coverage.partition.clone().unwrap_or_default();
        match &file.coverage.state {
            CoverageState::Complete | CoverageState::Sampled => {}
            CoverageState::Partial(why) => terminal.note(&format!("{name}: {why}")),
            CoverageState::Failed { problem, detail } => {
                terminal.note(&format!("{name}: {problem} ({detail})"))
            }
        }
        match file.findings() {
            Ok(findings) => {
                for finding in findings {
                    tally.findings += 1;
                    tally.failing += u64::from(self.fails(&finding));
                    terminal.write(&report.finding(&finding))?;
                }
            }
            Err(error) => {
                tally.failed += 1;
                terminal.note(&format!("{name}: {}; make room and scan again", scrub(&error.to_string())));
            }
        }
        Ok(())
    }

    fn fails(&self, finding: &Finding) -> bool {
        let tag = finding.tag;
        let grave = matches!(
            tag.class,
            Class::Pan | Class::Cvv | Class::Pin | Class::Track1 | Class::Track2 | Class::Secret
        );
        grave && tag.state == State::Clear && (tag.test == Test::Real || self.fail_on == FailOn::Test)
    }
}

/// The list under its key. A key is asked for only where the list names values.
fn allow(terminal: Terminal, list: &AllowList) -> anyhow::Result<Allow> {
    let key = match list.names_values() {
        true => load_key(&KeySource::Unnamed)?.key,
        false => return Ok(list.without_values()),
    };
    super::allow::note_foreign(terminal, list, &key);
    Ok(list.everywhere(&key))
}

impl Tally {
    fn add(&mut self, file: &Scanned) {
        self.files += 1;
        self.bytes += file.coverage.bytes;
        self.unresolved += file.unresolved;
        match file.coverage.state {
            CoverageState::Complete | CoverageState::Sampled => {}
            CoverageState::Partial(_) => self.partial += 1,
            CoverageState::Failed { .. } => self.failed += 1,
        }
        for (entry, count) in &file.allowed {
            *self.allowed.entry(*entry).or_default() += count;
        }
        for (reason, count) in &file.skipped {
            *self.skipped.entry(reason.id()).or_default() += count;
        }
    }

    fn summary(&self) -> String {
        let (findings, files) = (counted_u64(self.findings, "finding"), counted_u64(self.files, "file"));
        let mut text = format!("{findings} in {files}, {}", counted_u64(self.bytes, "byte"));
        if self.unresolved > 0 {
            text += &format!("; {} weak candidates were voted down by their fields", self.unresolved);
        }
        if self.failed + self.partial > 0 {
            text += &format!("; {} files not read, {} in part", self.failed, self.partial);
        }
        for (reason, count) in &self.skipped {
            text += &format!("; {count} x {reason}");
        }
        text
    }

    fn outcome(&self) -> Outcome {
        match (self.failing, self.failed + self.partial) {
            (0, 0) => Outcome::Clean,
            (0, _) => Outcome::Partial,
            _ => Outcome::Violations,
        }
    }
}
