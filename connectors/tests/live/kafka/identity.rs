//! Who we are to a broker: certificates, passwords, tokens, and what is refused.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::Path;

use data_encoding::BASE64URL_NOPAD;

use super::seed::{self, value};
use super::{read, settings};
use crate::servers::kafka::{Kafka, PLAIN_WORD, SCRAM_WORD};

/// Reads a topic that everybody may read, from the listener with SASL over TLS, with these settings; `=text` is put
/// into a file as a secret.
fn check(keys: &[(&str, &str)]) -> String {
    let kafka = Kafka::shared();
    let folder = tempfile::tempdir().unwrap();
    let mut said = vec![("topics", open_topic().to_owned()), ("timeout", "5".to_owned())];
    said.push(("ca", kafka.file("server.crt").display().to_string()));
    for (key, value) in keys {
        let value = match value.strip_prefix('=') {
            Some(secret) => format!("@{}", kept(folder.path(), key, secret)),
            None => value.to_string(),
        };
        said.retain(|(known, _)| known != key);
        said.push((key, value));
    }
    let keys: Vec<(&str, &str)> = said.iter().map(|(key, value)| (*key, value.as_str())).collect();
    let brokers = if keys.iter().any(|(key, _)| *key == "sasl") { kafka.secure() } else { kafka.mutual() };
    read(&settings(&brokers, &keys))
}

fn kept(folder: &Path, name: &str, secret: &str) -> String {
    let path = folder.join(name);
    std::fs::write(&path, format!("{secret}\n")).unwrap();
    path.display().to_string()
}

/// A topic that every user may read.
fn open_topic() -> &'static str {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        let kafka = Kafka::shared();
        seed::topic(&kafka.plain(), "identity", &[1], &[]);
        seed::write(&kafka.plain(), "identity", [value("a")]);
        kafka.acl(&["--add", "--allow-principal", "User:*", "--operation", "Read", "--topic", "identity"]);
    });
    "identity"
}

/// An unsigned token, as the broker of the tests takes it, that expires in so many seconds.
fn token(seconds: i64) -> String {
    let now = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs() as i64;
    let (issued, expires) = (now - 7_200, now + seconds);
    let claims = format!(r#"{{"sub":"tokened","iat":{issued},"exp":{expires},"scope":"read"}}"#);
    let part = |text: &str| BASE64URL_NOPAD.encode(text.as_bytes());
    format!("{}.{}.", part(r#"{"alg":"none"}"#), part(&claims))
}

const READ: &str = "0:a Complete@1";
const DENIED: &str = "Denied: check `sasl`, `user` and `password`, or the token: wrong, or expired \
    (Authentication (Local: Authentication failure))";

#[test]
#[ignore = "needs Kafka: run scripts/test"]
fn passwords() {
    let scram = ("sasl", "SCRAM-SHA-256");
    assert_eq!(check(&[scram, ("user", "reader"), ("password", &format!("={SCRAM_WORD}"))]), READ);
    assert_eq!(check(&[scram, ("user", "reader"), ("password", "=wrong")]), DENIED);
    let plain = ("sasl", "plain");
    assert_eq!(check(&[plain, ("user", "plain"), ("password", &format!("={PLAIN_WORD}"))]), READ);
    assert_eq!(check(&[plain, ("user", "plain"), ("password", "=wrong")]), DENIED);
}

#[test]
#[ignore = "needs Kafka: run scripts/test"]
fn tokens() {
    let bearer = ("sasl", "OAUTHBEARER");
    assert_eq!(check(&[bearer, ("token", &format!("={}", token(600)))]), READ);
    assert_eq!(check(&[bearer, ("token", &format!("={}", token(-60)))]), DENIED);
}

#[test]
#[ignore = "needs Kafka: run scripts/test"]
fn tokens_from_a_provider() {
    let bearer = ("sasl", "OAUTHBEARER");
    let url = provider(|asked| match asked.ends_with("client_secret=hush+hush&scope=read") {
        true => format!("200 OK\n\n{{\"access_token\":\"{}\",\"expires_in\":600}}", token(600)),
        false => "401 Unauthorized\n\n{}".to_owned(),
    });
    let client = [bearer, ("token_url", &url), ("client_id", "dyetrace"), ("scope", "read")];
    assert_eq!(check(&[&client[..], &[("client_secret", "=hush hush")]].concat()), READ);
    let refused = check(&[&client[..], &[("client_secret", "=wrong")]].concat());
    assert_eq!(
        refused,
        "Denied: check the credentials for this address, and what they may do (http status: 401)"
    );
}

/// A token endpoint on loopback; what is asked goes in, and status, an empty line and body come out.
fn provider(answer: impl Fn(&str) -> String + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/token", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for connection in listener.incoming() {
            let mut connection = connection.unwrap();
            let mut asked = vec![0; 65_536];
            let mut length = 0;
            // Header and body may come apart.
            while !String::from_utf8_lossy(&asked[..length]).contains("client_secret=") {
                length += connection.read(&mut asked[length..]).unwrap();
            }
            let answer = answer(&String::from_utf8_lossy(&asked[..length]));
            let (status, body) = answer.split_once("\n\n").unwrap();
            let head =
                format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
            connection.write_all((head + body).as_bytes()).unwrap();
        }
    });
    url
}

#[test]
#[ignore = "needs Kafka: run scripts/test"]
fn certificates() {
    let kafka = Kafka::shared();
    let (certificate, key) = (kafka.file("client.crt"), kafka.file("client.key"));
    let (certificate, key) = (certificate.display().to_string(), format!("@{}", key.display()));
    assert_eq!(check(&[("certificate", &certificate), ("key", &key)]), READ);
    let unread = check(&[("certificate", &certificate), ("key", "=hush")]);
    assert!(unread.starts_with("Settings") && !unread.contains("hush"), "{unread}");
    assert!(check(&[]).starts_with("Unreachable"), "no certificate of ours");
    let stranger = kafka.file("client.crt").display().to_string();
    assert!(check(&[("ca", &stranger)]).starts_with("Unreachable"), "an authority that did not sign");
}
