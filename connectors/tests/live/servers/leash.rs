//! A server that ends with the test program, however that ends: a static is never dropped, and a panic or a kill
//! asks nobody.

use std::fs::File;
use std::io::Write as _;
use std::net::{Ipv4Addr, TcpStream};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A running server in a folder of its own.
pub struct Leash {
    shell: Child,
    said: PathBuf,
}

/// Waits for the end of its input, which is ours, or for a word, and ends the server and all that it started then. Its
/// folder `$1` goes with it unless the word was to keep it.
const SHELL: &str = r#"
folder=$1; shift
setsid "$@" </dev/null & server=$!
read -r word
kill -9 -$server; wait $server
[ "$word" = keep ] || rm -rf "$folder"
"#;

impl Leash {
    /// Starts `command`, which writes what it has to say into its folder; the folder goes with the server.
    pub fn start(command: &[String], folder: &Path) -> Leash {
        let said = folder.join("said");
        let log = || File::options().create(true).append(true).open(&said).unwrap();
        let shell = Command::new("sh")
            .args(["-c", SHELL, "leash"])
            .arg(folder)
            .args(command)
            .stdin(Stdio::piped())
            .stdout(log())
            .stderr(log())
            // An interrupt from the terminal is for us: who waits for our end must live to see it.
            .process_group(0)
            .spawn()
            .unwrap();
        Leash { shell, said }
    }

    /// Waits until something listens on the port of the loopback interface.
    pub fn await_port(&self, port: u16) {
        let until = Instant::now() + Duration::from_secs(180);
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
            assert!(Instant::now() < until, "no server: {}", self.said());
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Ends the server as a crash would, and keeps its folder for another start.
    pub fn crash(mut self) {
        let input = self.shell.stdin.as_mut().unwrap();
        input.write_all(b"keep\n").unwrap();
    }

    /// What it has said so far.
    pub fn said(&self) -> String {
        std::fs::read_to_string(&self.said).unwrap_or_default()
    }
}

/// Ends the server.
impl Drop for Leash {
    fn drop(&mut self) {
        drop(self.shell.stdin.take());
        self.shell.wait().ok();
    }
}
