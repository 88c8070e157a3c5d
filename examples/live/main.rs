//! Shows dyetrace on live systems: starts real servers, fills them as a small merchant would, audits all of them in one
//! command, says what that shows, and ends the servers. `cargo run --example live --features live -- [DIR] [--keep]`;
//! `scripts/live` fetches the servers first. With `--keep` they stay until Enter, so that one can look around.

#![expect(clippy::print_stdout, reason = "an example talks to whoever runs it")]

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use dyetrace_live_shop::LiveShop;

/// In this program's environment: it is called as `dyetrace` itself, with the same arguments.
const AS_DYETRACE: &str = "LIVE_AS_DYETRACE";

/// What the audit writes.
const REPORTS: [&str; 4] = ["report.html", "graph.svg", "run.json", "fields.csv"];

fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
    if std::env::var_os(AS_DYETRACE).is_some() {
        return Ok(dyetrace::cli::run());
    }
    let asked = Asked::of(std::env::args().skip(1))?;
    println!(
        "starting Kafka, moto (CloudWatch Logs, SQS, IAM), Redis, PostgreSQL and RabbitMQ, and filling them"
    );
    let shop = LiveShop::open(&asked.folder);
    let status = audit(&asked.folder, &shop)?;
    // Violations: this shop is full of them.
    if status != Some(1) {
        return Err(format!("the audit ended with {status:?} instead of 1").into());
    }
    println!("{SHOWN}");
    for report in REPORTS {
        println!("  {}", asked.folder.join(report).display());
    }
    if asked.keeps {
        wait(&asked.folder, &shop)?;
    }
    Ok(ExitCode::SUCCESS)
}

const SHOWN: &str = "
what this shows, each with its story in examples/live/README.md:
  - cards that leaked into the retry topic, the dead letters of three systems, the log group and Sidekiq's jobs,
    each joined with the topic where they are at home
  - consumer groups as readers, access lists as grants; a subscription filter, a redrive policy, a publication
    and the headers of retried messages as edges
  - what was left alone: queues where a look would leave traces, or move a message
open these:";

/// What the command line asks for.
struct Asked {
    folder: PathBuf,
    keeps: bool,
}

impl Asked {
    fn of(arguments: impl Iterator<Item = String>) -> Result<Asked, String> {
        let mut asked = Asked { folder: "target/live-shop".into(), keeps: false };
        for argument in arguments {
            match argument.as_str() {
                "--keep" => asked.keeps = true,
                flag if flag.starts_with('-') => {
                    return Err(format!("no such flag; usage: live [DIR] [--keep], not {flag}"));
                }
                folder => asked.folder = folder.into(),
            }
        }
        Ok(asked)
    }
}

/// One command, in a process of its own, as anybody would call it.
fn audit(folder: &Path, shop: &LiveShop) -> std::io::Result<Option<i32>> {
    let mut words = vec!["audit".into(), folder.join("dyetrace.yaml")];
    words.extend(["--store".into(), folder.join("runs.db")]);
    words.extend(REPORTS.iter().flat_map(|report| ["-o".into(), folder.join(report)]));
    let shown: Vec<String> = words.iter().map(|word| word.display().to_string()).collect();
    println!("\n$ dyetrace {}", shown.join(" "));
    let mut command = Command::new(std::env::current_exe()?);
    command.args(words).env(AS_DYETRACE, "1").envs(shop.environment());
    Ok(command.status()?.code())
}

/// Until somebody presses Enter, or nobody is there to do so.
fn wait(folder: &Path, shop: &LiveShop) -> std::io::Result<()> {
    println!("\nthe servers run until you press Enter; in another terminal, for instance:");
    for (name, value) in shop.environment() {
        println!("  export {name}={value}");
    }
    println!("  cargo run --features live -- audit {} --dry-run", folder.join("dyetrace.yaml").display());
    std::io::stdin().read_line(&mut String::new()).map(|_| ())
}
