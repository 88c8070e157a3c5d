//! Runs the built program in a folder of its own, as a person would.

use std::{
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

/// A folder that is gone when the test ends, and the program that runs in it.
pub(crate) struct Place {
    folder: tempfile::TempDir,
}

/// What a run said.
pub(crate) struct Said {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// 32 bytes that everybody knows.
pub(crate) const KEY: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

impl Place {
    pub(crate) fn new() -> Self {
        Place { folder: tempfile::tempdir().expect("a temporary folder can be made") }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file, making its folders.
    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> &Self {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().expect("it is below the folder")).expect("folders can be made");
        std::fs::write(path, content).expect("a file can be written");
        self
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap_or_else(|_| panic!("{name} was not written"))
    }

    /// An estate with these lines after the heading.
    pub(crate) fn estate(&self, lines: &str) -> &Self {
        self.write("key", KEY)
            .write("dyetrace.yaml", format!("version: 1\nestate: Test\nkey: {{file: key}}\n{lines}"))
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Said {
        self.command(arguments).output().expect("the program starts").into()
    }

    pub(crate) fn run_with(&self, arguments: &[&str], input: &[u8]) -> Said {
        use std::io::Write;
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        // It may end before it read everything.
        let _ = child.stdin.take().expect("it was piped").write_all(input);
        child.wait_with_output().expect("the program ends").into()
    }

    /// Audits `dyetrace.yaml` into `run.json` and more, and keeps it in a store of its own.
    pub(crate) fn audit(&self, more: &[&str]) -> Said {
        let arguments = ["audit", "--store", "runs.db", "-o", "run.json"];
        self.run(&[&arguments, more].concat())
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_dyetrace"));
        command.args(arguments).current_dir(self.folder.path()).stdin(Stdio::null());
        command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("HOME", self.folder.path()).env("SOURCE_DATE_EPOCH", "1793000000");
        command
    }
}

impl From<Output> for Said {
    fn from(output: Output) -> Self {
        Said {
            code: output.status.code().expect("it was not killed"),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

impl Said {
    /// Both streams.
    pub(crate) fn all(&self) -> String {
        format!("{}{}", self.out, self.err)
    }

    /// The exit code, and words that must be there; no card number may be.
    #[track_caller]
    pub(crate) fn expect(&self, code: i32, words: &[&str]) -> &Self {
        let all = self.all();
        assert_eq!(self.code, code, "{all}");
        for word in words {
            assert!(all.contains(word), "{word:?} is missing from:\n{all}");
        }
        assert!(!all.contains("4111111111111111"), "a card number was printed:\n{all}");
        self
    }
}

/// The paths of all files below a folder.
pub(crate) fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).expect("the folder can be read") {
        let path = entry.expect("its entry can be read").path();
        if path.is_dir() { files.extend(files_below(&path)) } else { files.push(path) }
    }
    files
}
