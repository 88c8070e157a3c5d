//! A small HTTP server before moto: keeps count of what is asked, and answers some of it with recorded shapes, such
//! as throttling, expired tokens, and the calls that moto does not have.

use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// What is asked: `logs:GetLogEvents`, the body, and how often that was asked before.
pub struct Asked<'a> {
    pub action: &'a str,
    pub body: &'a str,
    pub before: usize,
}

/// A status and a body, or nothing to hand the request on.
pub type Answer = Option<(u16, String)>;

type Rule = dyn Fn(&Asked<'_>) -> Answer + Send + Sync;

pub struct Proxy {
    pub port: u16,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    /// Before the server on that port, if there is one.
    pub fn start(server: Option<u16>, rule: impl Fn(&Asked<'_>) -> Answer + Send + Sync + 'static) -> Proxy {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let asked: Arc<Mutex<Vec<String>>> = Arc::default();
        let (rule, log): (Arc<Rule>, _) = (Arc::new(rule), asked.clone());
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let (rule, log) = (rule.clone(), log.clone());
                std::thread::spawn(move || serve(client, server, &*rule, &log));
            }
        });
        Proxy { port, asked }
    }

    /// Every action that was asked, in order.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

/// One request a connection.
fn serve(mut client: TcpStream, server: Option<u16>, rule: &Rule, log: &Mutex<Vec<String>>) {
    let mut reader = BufReader::new(client.try_clone().unwrap());
    let Some((head, body)) = request(&mut reader) else { return };
    let text = String::from_utf8_lossy(&body).into_owned();
    let action = action(&head, &text);
    let before = {
        let mut log = log.lock().unwrap();
        let before = log.iter().filter(|known| **known == action).count();
        log.push(action.clone());
        before
    };
    let answer = match rule(&Asked { action: &action, body: &text, before }) {
        Some((status, body)) => canned(status, &body),
        None => forwarded(server.expect("a request without an answer needs a server"), &head, &body),
    };
    client.write_all(&answer).ok();
}

/// The head, as it came, and the body.
fn request(reader: &mut impl BufRead) -> Option<(String, Vec<u8>)> {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head).ok()? == 0 {
            return None;
        }
    }
    let length = header(&head, "content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some((head, body))
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let lines = head.lines().filter_map(|line| line.split_once(':'));
    lines.filter(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim()).next()
}

/// JSON services say it in a header, IAM in its form.
fn action(head: &str, body: &str) -> String {
    match header(head, "x-amz-target").and_then(|target| target.split_once('.')) {
        Some(("AmazonSQS", action)) => format!("sqs:{action}"),
        Some((_, action)) => format!("logs:{action}"),
        None => {
            let mut pairs = body.split('&').filter_map(|pair| pair.split_once('='));
            format!("iam:{}", pairs.find(|(key, _)| *key == "Action").map_or("", |(_, action)| action))
        }
    }
}

fn canned(status: u16, body: &str) -> Vec<u8> {
    let length = body.len();
    format!(
        "HTTP/1.1 {status} Said\r\nContent-Type: application/x-amz-json-1.1\r\nContent-Length: {length}\r\n\
         Connection: close\r\n\r\n{body}"
    )
    .into_bytes()
}

fn forwarded(server: u16, head: &str, body: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, server)).unwrap();
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(body).unwrap();
    let mut reader = BufReader::new(stream);
    let (head, body) = request(&mut reader).expect("the server answers with a length");
    let lines = head.lines().filter(|line| !line.to_ascii_lowercase().starts_with("connection:"));
    let head = lines.take_while(|line| !line.is_empty()).collect::<Vec<_>>().join("\r\n");
    [head.as_bytes(), b"\r\nConnection: close\r\n\r\n", &body].concat()
}
