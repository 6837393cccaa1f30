//! Input that nobody should write: huge, deep, broken, cyclic, and made to speak to terminals. The run ends in time, with a
//! sane exit code, and prints nothing that a terminal or a workflow's runner would obey.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests work on real files"
)]

#[path = "../support/mod.rs"]
mod support;

mod amounts;
mod files;
mod speaking;
mod text;

use serde_json::Value;
use std::process::{Child, Stdio};
use std::sync::mpsc;
use std::time::Duration;
use support::{Run, Tree};

/// After this a run hangs. It is generous: debug builds on busy machines are slow.
const LIMIT: Duration = Duration::from_secs(120);

/// The largest file that is read, in bytes.
const CAP: usize = 4 << 20;

/// Runs the binary, ends it when it takes too long, and checks what holds for every run.
fn run(tree: &Tree, arguments: &[&str]) -> Run {
    let mut command = tree.command(arguments);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let (stdout, stderr) = (reader(child.stdout.take()), reader(child.stderr.take()));
    // A stream is at its end when the process is.
    let read = |stream: &mpsc::Receiver<Vec<u8>>, child: &mut Child| {
        stream.recv_timeout(LIMIT).unwrap_or_else(|_| {
            child.kill().unwrap();
            panic!("{arguments:?} takes longer than {LIMIT:?}");
        })
    };
    let (stdout, stderr) = (read(&stdout, &mut child), read(&stderr, &mut child));
    let code = child.wait().unwrap().code().unwrap_or(-1);
    let text = |bytes| String::from_utf8(bytes).unwrap_or_else(|_| panic!("{arguments:?} prints what is no UTF-8"));
    let run = Run {
        code,
        stdout: text(stdout),
        stderr: text(stderr),
    };
    assert!(
        (0..=3).contains(&run.code),
        "{arguments:?}: {} {}",
        run.code,
        run.stderr
    );
    assert!(!run.stderr.contains("panicked"), "{arguments:?}: {}", run.stderr);
    let all = run.all();
    let raw = all
        .chars()
        .find(|character| (character.is_control() && *character != '\n') || *character == '\u{202e}');
    assert_eq!(raw, None, "{arguments:?} prints a raw control character");
    for line in all.lines() {
        assert!(
            !line.trim_start().starts_with("::") && !line.contains("##[") && !line.contains("##vso["),
            "{line}"
        );
    }
    run
}

fn reader(stream: Option<impl std::io::Read + Send + 'static>) -> mpsc::Receiver<Vec<u8>> {
    let (sender, receiver) = mpsc::channel();
    let mut stream = stream.unwrap();
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        sender.send(bytes)
    });
    receiver
}

/// The report of a tree, in JSON; text is asked for as well.
fn report(tree: &Tree) -> Value {
    let text = run(tree, &["lint", "--verbose", "--show-skipped"]);
    let json = run(tree, &["lint", "--output-format", "json"]);
    assert_eq!(text.code, json.code);
    serde_json::from_str(&json.stdout).unwrap_or_else(|error| panic!("{error}: {}", json.all()))
}

fn skipped(report: &Value) -> Vec<(String, String)> {
    let groups = report["coverage"]["skipped"].as_array().unwrap();
    let paths = groups.iter().flat_map(|group| {
        let paths = group["paths"].as_array().unwrap().iter();
        paths.map(|path| {
            (
                path.as_str().unwrap().to_owned(),
                group["reason"].as_str().unwrap().to_owned(),
            )
        })
    });
    paths.collect()
}

fn places(report: &Value) -> Vec<String> {
    let findings = report["findings"].as_array().unwrap().iter();
    findings
        .map(|finding| format!("{}:{}", finding["path"].as_str().unwrap(), finding["line"]))
        .collect()
}

fn problems(report: &Value, path: &str) -> usize {
    report["problems"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|problem| problem["path"] == path)
        .count()
}
