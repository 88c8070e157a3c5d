//! `dyetrace fingerprint`: what a value is allowed by. The value is typed at a hidden prompt or comes on standard
//! input; an argument would stay in the shell's history and the process table.

use std::{
    io::{BufRead as _, IsTerminal as _},
    path::PathBuf,
};

use anyhow::Context as _;
use clap::Args;
use zeroize::Zeroizing;

use super::{
    Outcome,
    output::{Diagnosed, Terminal},
};
use crate::estate::{KeyOrigin, KeySource, load_key, read_estate};

/// Print the keyed fingerprint of a value, for an allow list. The value comes from a hidden prompt or standard input.
#[derive(Debug, Args)]
pub(super) struct Fingerprint {
    /// Take the key that this estate file names.
    #[arg(long, value_name = "FILE")]
    estate: Option<PathBuf>,
}

impl Fingerprint {
    pub(super) fn run(&self, terminal: &Terminal) -> anyhow::Result<Outcome> {
        let source = match &self.estate {
            Some(path) => read_estate(path).map_err(|error| Diagnosed(error))?.key,
            None => KeySource::Unnamed,
        };
        let loaded = load_key(&source)?;
        if loaded.origin == KeyOrigin::Once {
            anyhow::bail!(
                "there is no lasting key, and a fingerprint under another matches nothing; run `dyetrace init`"
            );
        }
        let value = typed()?;
        anyhow::ensure!(!value.trim().is_empty(), "no value was given; type one, or pipe it in");
        let print = loaded.key.allowing(value.as_bytes());
        terminal.print(&format!("{}:{:032x}\n", loaded.key.id().as_str(), print.0))?;
        Ok(Outcome::Clean)
    }
}

fn typed() -> anyhow::Result<Zeroizing<String>> {
    let stdin = std::io::stdin();
    if stdin.is_terminal() {
        let typed = rpassword::prompt_password("value (it is not shown): ");
        return Ok(Zeroizing::new(typed.context("cannot read from the terminal; pipe the value in")?));
    }
    let mut line = Zeroizing::new(String::new());
    stdin.lock().read_line(&mut line).context("standard input cannot be read as text")?;
    Ok(line)
}
