//! A web server on the loopback interface that serves files by name, and remembers what it was asked.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// How the server answers a request for a file.
#[derive(Clone)]
pub(crate) enum Answer {
    /// The file.
    Whole(Vec<u8>),
    /// The connection ends in the middle of the file.
    Cut(Vec<u8>),
    /// The first request gets 503, the next the file.
    Second(Vec<u8>),
    /// This status and nothing else.
    Status(&'static str),
}

/// The server; it stops with its value.
pub(crate) struct Mirror {
    port: u16,
    heads: Arc<Mutex<Vec<String>>>,
}

impl Mirror {
    /// Serves these files below any path; all others get 404.
    pub(crate) fn serving(files: BTreeMap<String, Answer>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let heads = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&heads);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                match head(&stream) {
                    Some(head) if head.starts_with("STOP ") => break,
                    Some(head) => answer(stream, &head, &files, &seen),
                    None => {}
                }
            }
        });
        Self { port, heads }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The heads of the requests so far: first lines and headers.
    pub(crate) fn heads(&self) -> Vec<String> {
        self.heads.lock().unwrap().clone()
    }
}

impl Drop for Mirror {
    fn drop(&mut self) {
        if let Ok(mut stream) = TcpStream::connect(("127.0.0.1", self.port)) {
            let _ = stream.write_all(b"STOP / HTTP/1.1\r\n\r\n");
        }
    }
}

/// A request up to its empty line.
fn head(stream: &TcpStream) -> Option<String> {
    let mut head = String::new();
    let mut reader = BufReader::new(stream);
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head).ok()? == 0 {
            return None;
        }
    }
    Some(head)
}

fn answer(mut stream: TcpStream, head: &str, files: &BTreeMap<String, Answer>, seen: &Mutex<Vec<String>>) {
    let path = head.split(' ').nth(1).unwrap_or_default();
    let name = path.rsplit('/').next().unwrap_or_default();
    let mut seen = seen.lock().unwrap();
    let asked_before = seen.iter().any(|head| head.split(' ').nth(1) == Some(path));
    seen.push(head.to_owned());
    drop(seen);
    let (status, length, body) = match files.get(name) {
        Some(Answer::Whole(body)) => ("200 OK", body.len(), body.as_slice()),
        Some(Answer::Cut(body)) => ("200 OK", body.len(), &body[..body.len() / 2]),
        Some(Answer::Second(body)) if asked_before => ("200 OK", body.len(), body.as_slice()),
        Some(Answer::Second(_)) => ("503 Service Unavailable", 0, &[][..]),
        Some(Answer::Status(status)) => (*status, 0, &[][..]),
        None => ("404 Not Found", 0, &[][..]),
    };
    let head = format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n");
    let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body));
}
