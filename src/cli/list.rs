//! `dyetrace list`: what is built in. Help, docs and this command read the same lists.

use clap::{Args, ValueEnum};

use super::{Outcome, output::Terminal};
use crate::{
    detect::{Class, DETECTORS, State},
    policy::built_in_packs,
};

/// Show what is built in: connectors, detectors, tags, policies.
#[derive(Debug, Args)]
pub(super) struct List {
    /// Only this.
    what: Option<What>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum What {
    Connectors,
    Detectors,
    Tags,
    Policies,
}

impl List {
    pub(super) fn run(&self, terminal: &Terminal) -> anyhow::Result<Outcome> {
        let all = [What::Connectors, What::Detectors, What::Tags, What::Policies];
        let chosen = self.what.map_or(all.to_vec(), |what| vec![what]);
        let sections: Vec<_> = chosen.into_iter().map(section).collect();
        terminal.print(&sections.join("\n"))?;
        Ok(Outcome::Clean)
    }
}

fn section(what: What) -> String {
    let (heading, rows) = match what {
        What::Connectors => ("connectors", connectors()),
        What::Detectors => ("detectors", detectors()),
        What::Tags => ("tags: a class, or class.state", tags()),
        What::Policies => ("policies", policies()),
    };
    let width = rows.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    let lines: Vec<_> = rows.iter().map(|(name, about)| format!("  {name:width$}  {about}\n")).collect();
    format!("{heading}\n{}", lines.concat())
}

fn connectors() -> Vec<(String, String)> {
    dyetrace_connectors::CONNECTORS.iter().map(|c| (c.name.into(), c.about.into())).collect()
}

fn detectors() -> Vec<(String, String)> {
    DETECTORS.iter().map(|d| (d.id.into(), format!("{}: {}", d.class.id(), d.about))).collect()
}

fn tags() -> Vec<(String, String)> {
    let classes = Class::ALL.map(|class| class.id()).join(", ");
    let states = State::ALL.map(|state| state.id()).join(", ");
    vec![("classes".into(), classes), ("states".into(), states)]
}

fn policies() -> Vec<(String, String)> {
    let rules = |pack: crate::policy::Pack| {
        let about = (pack.name.clone(), pack.about.clone());
        let rules = pack.rules.into_iter().map(|rule| (format!("  {}", rule.id), rule.title));
        std::iter::once(about).chain(rules).collect::<Vec<_>>()
    };
    built_in_packs().into_iter().flat_map(rules).collect()
}
