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

#[cfg(test)]
mod tests {
    use std::process::Command;

    const CHILD: &str = "DYETRACE_TEST_PANICS";

    /// In a process of its own: the hook is the process's, and what it prints is what is looked at.
    #[test]
    fn a_panic_prints_its_place_and_not_its_message() {
        if std::env::var_os(CHILD).is_some() {
            super::harden();
            panic!("the card 4111111111111111 broke it");
        }
        let this = "cli::safety::tests::a_panic_prints_its_place_and_not_its_message";
        let test = std::env::current_exe().expect("a test knows its program");
        let child = Command::new(test).args([this, "--exact", "--nocapture"]).env(CHILD, "1").output();
        let child = child.expect("the test program starts again");
        let said =
            String::from_utf8_lossy(&child.stderr).into_owned() + &String::from_utf8_lossy(&child.stdout);
        assert!(!child.status.success() && said.contains("a bug at src/cli/safety.rs:"), "{said}");
        assert!(!said.contains("4111111111111111"), "the card is in what it says");
    }
}
