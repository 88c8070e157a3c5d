//! Floor 10: one subcommand a file; exit codes and progress. What is printed is printed here.

mod allow;
mod audit;
mod fingerprint;
mod graph;
mod init;
mod list;
mod output;
mod progress;
mod runs;
mod safety;
mod scan;
mod sources;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Follows payment data by its values: where every card field goes, who can read it, and which policy that breaks.
#[derive(Debug, Parser)]
#[command(name = "dyetrace", version, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    /// Say only what was asked for: no progress, no notes.
    #[arg(long, short, global = true, env = "DYETRACE_QUIET")]
    quiet: bool,
    /// When to colour.
    #[arg(long, global = true, env = "DYETRACE_COLOR", default_value = "auto")]
    color: output::ColorWhen,
}

#[derive(Debug, Subcommand)]
enum Command {
    Init(init::Init),
    Scan(scan::Scan),
    Audit(audit::Audit),
    Graph(graph::Graph),
    Runs(runs::Runs),
    List(list::List),
    Sources(sources::Sources),
    Fingerprint(fingerprint::Fingerprint),
}

/// How a command ended, as scripts see it: design's order, the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// All was looked at and nothing stands against it: 0.
    Clean,
    /// Violations at or above `--fail-on`: 1.
    Violations,
    /// Something was not looked at: 3.
    Partial,
}

/// Runs the program.
pub fn run() -> ExitCode {
    safety::harden();
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(told) => return output::told(&told),
    };
    let terminal = output::Terminal::new(cli.color, cli.quiet);
    let done = match cli.command {
        Command::Init(command) => command.run(&terminal),
        Command::Scan(command) => command.run(&terminal),
        Command::Audit(command) => command.run(&terminal),
        Command::Graph(command) => command.run(&terminal),
        Command::Runs(command) => command.run(&terminal),
        Command::List(command) => command.run(&terminal),
        Command::Sources(command) => command.run(&terminal),
        Command::Fingerprint(command) => command.run(&terminal),
    };
    match done {
        Ok(Outcome::Clean) => ExitCode::SUCCESS,
        Ok(Outcome::Violations) => ExitCode::from(1),
        Ok(Outcome::Partial) => ExitCode::from(3),
        Err(error) => {
            terminal.error(&error);
            ExitCode::from(2)
        }
    }
}

/// A flag's word among those that the lower floors know; they do not know flags.
fn one_of<T: Copy, const N: usize>(all: [T; N], id: fn(T) -> &'static str, word: &str) -> Result<T, String> {
    all.into_iter()
        .find(|item| id(*item) == word)
        .ok_or_else(|| format!("it is one of {}", all.map(id).join(", ")))
}
