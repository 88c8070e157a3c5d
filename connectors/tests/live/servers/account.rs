//! Servers that refuse to run as root run as the account that their package made; for everybody else they run as who
//! runs the tests.

use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::process::Command;

/// A command that runs as that account.
pub fn run_as(account: &str, command: &[&str]) -> Vec<String> {
    let user = ["setpriv", "--reuid", account, "--regid", account, "--clear-groups"];
    let user = if is_root() { &user[..] } else { &[] };
    user.iter().chain(command).map(|word| word.to_string()).collect()
}

/// Gives a folder and what is in it to that account.
pub fn give(account: &str, folder: &Path) {
    if is_root() {
        let given = Command::new("chown").arg("-R").arg(format!("{account}:{account}")).arg(folder).status();
        assert!(given.unwrap().success());
    }
}

fn is_root() -> bool {
    std::fs::metadata("/proc/self").unwrap().uid() == 0
}
