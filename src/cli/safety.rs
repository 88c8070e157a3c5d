//! What must never show a card number by accident: panics print their place only, and there are no core dumps.

use std::io::Write;

/// Call once, before anything else.
pub(super) fn harden() {
    std::panic::set_hook(Box::new(|panic| {
        // Not the message: it may quote a value.
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        let _ = writeln!(std::io::stderr(), "dyetrace: a bug at {place}; please report this place");
    }));
    no_core_dumps();
}

#[cfg(unix)]
fn no_core_dumps() {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let none = Rlimit { current: Some(0), maximum: Some(0) };
    // A system that refuses leaves the limit as it was: nothing to be done about it here.
    let _ = setrlimit(Resource::Core, none);
}

#[cfg(not(unix))]
fn no_core_dumps() {}
