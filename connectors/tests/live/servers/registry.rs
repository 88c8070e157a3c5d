//! A schema registry, as far as reading needs one: Confluent's REST API over a table of answers. Karapace, which is
//! a whole one, is on no package index that the tests can count on.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

/// A running registry. Ends on drop.
pub struct Registry {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
    serving: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct State {
    /// JSON by path.
    answers: BTreeMap<String, String>,
    /// What the header `Authorization` must be.
    authorization: Option<String>,
    /// Every answer is this status.
    broken: Option<u16>,
    asked: Vec<String>,
    ended: bool,
}

impl Registry {
    /// Starts it, with these answers by their paths.
    pub fn start(answers: &[(&str, &str)]) -> Registry {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let answers = answers.iter().map(|(path, text)| (path.to_string(), text.to_string())).collect();
        let state = Arc::new(Mutex::new(State { answers, ..State::default() }));
        let (address, shared) = (listener.local_addr().unwrap(), state.clone());
        let serving = std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut state = locked(&shared);
                if state.ended {
                    break;
                }
                // A client that goes away takes nobody with it.
                let _ = stream.and_then(|stream| state.answer(stream));
            }
        });
        Registry { address, state, serving: Some(serving) }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Asks everybody for this header from now on.
    pub fn require(&self, authorization: &str) {
        locked(&self.state).authorization = Some(authorization.to_owned());
    }

    /// Answers everything with this status from now on.
    pub fn break_down(&self, status: u16) {
        locked(&self.state).broken = Some(status);
    }

    /// The paths that were asked for, in order.
    pub fn asked(&self) -> String {
        locked(&self.state).asked.join(" ")
    }
}

fn locked(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

impl State {
    fn answer(&mut self, stream: TcpStream) -> std::io::Result<()> {
        let lines: Vec<String> = BufReader::new(&stream)
            .lines()
            .map_while(Result::ok)
            .take_while(|line| !line.is_empty())
            .collect();
        let path = lines.first().and_then(|line| line.split(' ').nth(1)).unwrap_or_default();
        let said = lines.iter().find_map(|line| {
            let (name, value) = line.split_once(": ")?;
            name.eq_ignore_ascii_case("authorization").then(|| value.to_owned())
        });
        self.asked.push(path.to_owned());
        let (status, body) = match self.answers.get(path) {
            _ if self.broken.is_some() => (self.broken.unwrap_or(500), "{}"),
            _ if self.authorization.is_some() && self.authorization != said => (401, "{}"),
            Some(answer) => (200, answer.as_str()),
            None => (404, r#"{"error_code":40403,"message":"Schema not found"}"#),
        };
        let head = format!(
            "HTTP/1.1 {status} -\r\nContent-Type: application/vnd.schemaregistry.v1+json\r\n\
             Content-Length: {}\r\nConnection: close\r\n\r\n",
            body.len()
        );
        (&stream).write_all(head.as_bytes())?;
        (&stream).write_all(body.as_bytes())
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        locked(&self.state).ended = true;
        let _ = TcpStream::connect(self.address);
        if let Some(serving) = self.serving.take() {
            let _ = serving.join();
        }
    }
}
