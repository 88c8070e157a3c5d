//! The terminal: colours when they help, and nothing but scrubbed text.

use std::{
    io::{IsTerminal, Write},
    process::ExitCode,
};

use clap::ValueEnum;

use crate::detect::scrub;

/// When to colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ColorWhen {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// Where people read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Terminal {
    color: bool,
    quiet: bool,
}

impl Terminal {
    pub(super) fn new(when: ColorWhen, quiet: bool) -> Self {
        let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let color = match when {
            ColorWhen::Always => true,
            ColorWhen::Never => false,
            ColorWhen::Auto => std::io::stdout().is_terminal() && !plain,
        };
        Terminal { color, quiet }
    }

    pub(super) fn has_color(self) -> bool {
        self.color
    }

    pub(super) fn shows_progress(self) -> bool {
        !self.quiet && std::io::stderr().is_terminal()
    }

    /// A result, to stdout. A reader that has gone away (`| head`) is told by the error's kind.
    pub(super) fn write(self, text: &str) -> std::io::Result<()> {
        std::io::stdout().lock().write_all(text.as_bytes())
    }

    /// A result whose reader may go away without harm; a full disk is an error.
    pub(super) fn print(self, text: &str) -> anyhow::Result<()> {
        match self.write(text) {
            Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(lost(&error)),
            _ => Ok(()),
        }
    }

    /// A remark, to stderr.
    pub(super) fn note(self, text: &str) {
        if !self.quiet {
            let _ = writeln!(std::io::stderr(), "dyetrace: {text}");
        }
    }

    /// Why it could not run. The chain of causes may hold foreign text, so each goes through the scrubber, unless
    /// it is one of our own diagnostics, whose snippets are scrubbed where they are made.
    pub(super) fn error(self, error: &anyhow::Error) {
        let text = match error.downcast_ref::<Diagnosed>() {
            Some(diagnosed) => diagnosed.render(),
            None => {
                let causes: Vec<_> =
                    error.chain().map(|cause| scrub(&cause.to_string()).to_string()).collect();
                format!("dyetrace: {}\n", causes.join(": "))
            }
        };
        let _ = std::io::stderr().lock().write_all(text.as_bytes());
    }
}

/// What was to be printed is lost.
pub(super) fn lost(error: &std::io::Error) -> anyhow::Error {
    anyhow::anyhow!(
        "cannot write to standard output: {error}; what was to stand there is lost, so run it again"
    )
}

/// Help, the version, or what does not fit the command line: it quotes what was typed, so it is scrubbed.
pub(super) fn told(told: &clap::Error) -> ExitCode {
    let text: Vec<_> = told.render().to_string().lines().map(|line| format!("{}\n", scrub(line))).collect();
    let text = text.concat();
    if told.use_stderr() {
        let _ = std::io::stderr().lock().write_all(text.as_bytes());
        return ExitCode::from(2);
    }
    let _ = std::io::stdout().lock().write_all(text.as_bytes());
    ExitCode::SUCCESS
}

/// An error in a file that a person wrote, with its line and a caret.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct Diagnosed(pub(super) Box<dyn miette::Diagnostic + Send + Sync>);

impl Diagnosed {
    fn render(&self) -> String {
        let mut text = String::new();
        let handler = miette::GraphicalReportHandler::new_themed(miette::GraphicalTheme::unicode_nocolor());
        match handler.render_report(&mut text, self.0.as_ref()) {
            Ok(()) => text,
            Err(_) => format!("dyetrace: {}\n", self.0),
        }
    }
}
