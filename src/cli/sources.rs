//! `dyetrace sources`: what a connector needs to be allowed.

use anyhow::bail;
use clap::{Args, Subcommand};

use super::{Outcome, output::Terminal};
use crate::detect::scrub;

/// What a source needs to be allowed.
#[derive(Debug, Args)]
pub(super) struct Sources {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Print the least privilege that a connector needs, as something to paste.
    Policy {
        /// The connector, as `dyetrace list connectors` names it.
        connector: String,
    },
}

impl Sources {
    pub(super) fn run(&self, terminal: &Terminal) -> anyhow::Result<Outcome> {
        let Command::Policy { connector } = &self.command;
        let Some(found) = dyetrace_connectors::connector(connector) else {
            let names: Vec<_> = dyetrace_connectors::CONNECTORS.iter().map(|known| known.name).collect();
            bail!("this build has no connector `{}`; it has: {}", scrub(connector), names.join(", "));
        };
        terminal.print(found.privilege)?;
        Ok(Outcome::Clean)
    }
}
