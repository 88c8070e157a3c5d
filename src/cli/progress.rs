//! A progress bar on stderr, when somebody is looking.

use indicatif::{ProgressBar, ProgressStyle};

use super::output::Terminal;
use crate::audit::Progress;

/// A bar over the partitions of an audit.
#[derive(Debug)]
pub(super) struct Bar(ProgressBar);

impl Bar {
    pub(super) fn new(terminal: Terminal) -> Self {
        if !terminal.shows_progress() {
            return Bar(ProgressBar::hidden());
        }
        let style = ProgressStyle::with_template("{bar:30} {pos}/{len} parts, {msg}")
            .expect("the template is a constant");
        Bar(ProgressBar::new(0).with_style(style).with_message("listing sources"))
    }

    pub(super) fn tell(&self, progress: Progress) {
        match progress {
            Progress::Listed { partitions } => {
                self.0.set_length(partitions as u64);
                self.0.set_message("looking for fields to join by");
            }
            Progress::Done { .. } => {
                self.0.inc(1);
                self.0.set_message("reading");
            }
        }
    }

    pub(super) fn finish(&self) {
        self.0.finish_and_clear();
    }
}
