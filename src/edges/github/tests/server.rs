//! A server on loopback that answers request after request as a script says, and remembers what it was asked.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::thread::JoinHandle;

/// One answer.
pub(super) enum Step {
    /// A reply: status, header lines, body.
    Reply(u16, Vec<String>, Vec<u8>),
    /// These bytes, then the end.
    Raw(Vec<u8>),
    /// These bytes, and the connection stays.
    Stall(Vec<u8>),
    /// No reply, and the connection stays.
    Hang,
}

/// A reply of JSON.
pub(super) fn json(status: u16, body: &str) -> Step {
    with(status, &[], body)
}

/// A reply with header lines.
pub(super) fn with(status: u16, headers: &[&str], body: &str) -> Step {
    let headers = headers.iter().map(|line| (*line).to_owned()).collect();
    Step::Reply(status, headers, body.as_bytes().to_vec())
}

/// The connection ends without a reply.
pub(super) fn cut() -> Step {
    Step::Raw(Vec::new())
}

/// What was asked.
#[derive(Debug, Clone, Default)]
pub(super) struct Asked {
    /// `GET /path`.
    pub(super) line: String,
    headers: Vec<(String, String)>,
    pub(super) body: String,
}

impl Asked {
    /// A header's value, by its name in small letters.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let header = self.headers.iter().find(|(known, _)| known == name);
        header.map(|(_, value)| value.as_str())
    }
}

pub(super) struct Server {
    /// `http://127.0.0.1:1234`.
    pub(super) address: String,
    asked: Receiver<Asked>,
    /// Runs until the script ends; not waited for, because a script may be left unfinished on purpose.
    _thread: JoinHandle<()>,
}

impl Server {
    pub(super) fn start(script: impl FnOnce(&str) -> Vec<Step>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let script = script(&address);
        let (tell, asked) = channel();
        let thread = std::thread::spawn(move || {
            let mut kept = Vec::new();
            for step in script {
                let Ok((mut stream, _)) = listener.accept() else { return };
                // Before the answer: with that the client's call ends. The test may have gone already.
                let _ = tell.send(read(&mut stream));
                answer(&mut stream, &step);
                if matches!(step, Step::Hang | Step::Stall(_)) {
                    kept.push(stream);
                }
            }
            // What hangs, hangs until the client has gone.
            for mut stream in kept {
                let _ = stream.read_to_end(&mut Vec::new());
            }
        });
        Self {
            address,
            asked,
            _thread: thread,
        }
    }

    pub(super) fn of(script: Vec<Step>) -> Self {
        Self::start(|_| script)
    }

    /// Everything that was asked until now, once the client's call has ended.
    pub(super) fn asked(&self) -> Vec<Asked> {
        self.asked.try_iter().collect()
    }

    /// The lines of it.
    pub(super) fn lines(&self) -> Vec<String> {
        self.asked().into_iter().map(|asked| asked.line).collect()
    }
}

fn answer(stream: &mut TcpStream, step: &Step) {
    let _ = match step {
        Step::Reply(status, headers, body) => stream.write_all(&reply(*status, headers, body)),
        Step::Raw(bytes) | Step::Stall(bytes) => stream.write_all(bytes),
        Step::Hang => Ok(()),
    };
}

/// The bytes of a reply, after which the connection closes.
pub(super) fn reply(status: u16, headers: &[String], body: &[u8]) -> Vec<u8> {
    let mut bytes = format!("HTTP/1.1 {status} X\r\nconnection: close\r\n").into_bytes();
    for line in headers {
        bytes.extend_from_slice(format!("{line}\r\n").as_bytes());
    }
    bytes.extend_from_slice(format!("content-length: {}\r\n\r\n", body.len()).as_bytes());
    bytes.extend_from_slice(body);
    bytes
}

/// Reads a request.
pub(super) fn read(stream: &mut impl Read) -> Asked {
    let mut reader = BufReader::new(stream);
    let mut asked = Asked::default();
    let mut line = String::new();
    while reader.read_line(&mut line).is_ok_and(|read| read > 2) {
        match line.trim_end().split_once(": ") {
            _ if asked.line.is_empty() => {
                asked.line = line.trim_end().trim_end_matches(" HTTP/1.1").to_owned();
            }
            Some((name, value)) => asked.headers.push((name.to_ascii_lowercase(), value.to_owned())),
            None => {}
        }
        line.clear();
    }
    let length = asked
        .header("content-length")
        .map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    let _ = reader.read_exact(&mut body);
    asked.body = String::from_utf8_lossy(&body).into_owned();
    asked
}
