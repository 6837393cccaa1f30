//! A client without any opinion: one connection per request, bytes in and bytes out.

use crate::fake::Fake;
use serde_json::{Value, json};
use std::io::{self, Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

/// What came back.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(one, _)| one.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The address of another page.
    pub(crate) fn link(&self, relation: &str) -> Option<String> {
        let wanted = format!("rel=\"{relation}\"");
        let link = self.header("link")?.split(", ").find(|link| link.ends_with(&wanted))?;
        Some(link.split(['<', '>']).nth(1)?.to_owned())
    }
}

/// Asks with the good token for a path below the repository.
pub(crate) fn get(fake: &Fake, path: &str) -> Reply {
    send(fake, "GET", path, None)
}

/// Sends JSON with the good token to a path below the repository.
pub(crate) fn post(fake: &Fake, path: &str, body: &Value) -> Reply {
    send(fake, "POST", path, Some(body))
}

pub(crate) fn patch(fake: &Fake, path: &str, body: &Value) -> Reply {
    send(fake, "PATCH", path, Some(body))
}

fn send(fake: &Fake, method: &str, path: &str, body: Option<&Value>) -> Reply {
    try_to(fake, method, path, body).unwrap_or_else(|error| panic!("{method} {path}: {error}"))
}

/// The same, where the connection may fail.
pub(crate) fn try_to(fake: &Fake, method: &str, path: &str, body: Option<&Value>) -> io::Result<Reply> {
    let url = format!("{}/repos/{}{path}", fake.api_url(), fake.full_name());
    let token = format!("Bearer {}", fake.token());
    ask(method, &url, &[("Authorization", &token), ("User-Agent", "test")], body)
}

/// A query of GraphQL with variables.
pub(crate) fn query(fake: &Fake, text: &str, variables: Value) -> Value {
    let token = format!("Bearer {}", fake.token());
    let headers = [("Authorization", token.as_str()), ("User-Agent", "test")];
    let body = json!({ "query": text, "variables": variables });
    let reply = ask("POST", &fake.graphql_url(), &headers, Some(&body)).unwrap();
    assert_eq!(reply.status, 200, "{}", reply.text());
    reply.json()
}

/// One request, whatever it is. A reply that ends too early is an error.
pub(crate) fn ask(method: &str, url: &str, headers: &[(&str, &str)], body: Option<&Value>) -> io::Result<Reply> {
    let (host, path) = url.strip_prefix("http://").unwrap().split_once('/').unwrap();
    let mut stream = TcpStream::connect(host.replace("localhost", "127.0.0.1"))?;
    stream.set_read_timeout(Some(Duration::from_secs(20)))?;
    let body = body.map(Value::to_string).unwrap_or_default();
    let mut head = format!("{method} /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n");
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    if method != "GET" {
        head.push_str(&format!("Content-Length: {}\r\n", body.len()));
    }
    stream.write_all(format!("{head}\r\n{body}").as_bytes())?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes)?;
    parse(&bytes).ok_or_else(|| io::Error::from(io::ErrorKind::UnexpectedEof))
}

fn parse(bytes: &[u8]) -> Option<Reply> {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let mut lines = head.split("\r\n");
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let header = |line: &str| {
        let (name, value) = line.split_once(": ")?;
        Some((name.to_owned(), value.to_owned()))
    };
    let reply = Reply {
        status,
        headers: lines.filter_map(header).collect(),
        body: bytes[end + 4..].to_vec(),
    };
    let length = reply.header("content-length").and_then(|text| text.parse().ok());
    length
        .is_none_or(|length: usize| length == reply.body.len())
        .then_some(reply)
}
