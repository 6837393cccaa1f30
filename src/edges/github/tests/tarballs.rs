//! A commit's files: where they come from, and what is left after a failure.

use super::server::{Server, Step, json, with};
use super::{Client, TOKEN};
use crate::edges::github::unpack::tests::{tarball, tree};
use crate::edges::github::{Caps, Reason};
use std::time::Duration;

fn archive() -> Vec<u8> {
    // Nothing that compresses to a single packet.
    let mut noise = 1_u32;
    let bytes: Vec<u8> = std::iter::repeat_with(|| {
        noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        b'a' + (noise >> 28) as u8
    })
    .take(300_000)
    .collect();
    tarball(&[
        (b'0', b"octo-shop-aa/a.yaml", b"a: 1"),
        (b'0', b"octo-shop-aa/large.txt", &bytes),
    ])
}

fn whole() -> Step {
    Step::Reply(200, vec!["content-type: application/x-gzip".to_owned()], archive())
}

/// A reply that ends in its middle.
fn half() -> Step {
    let bytes = archive();
    let mut reply = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", bytes.len()).into_bytes();
    reply.extend_from_slice(&bytes[..bytes.len() / 2]);
    Step::Raw(reply)
}

#[test]
fn the_token_is_not_sent_where_a_redirect_leads() {
    let elsewhere = Server::of(vec![whole()]);
    let location = format!(
        "location: {}/octo/shop/legacy.tar.gz/aa?token=SIGNED",
        elsewhere.address
    );
    let api = Server::of(vec![with(302, &[&location], "")]);
    let directory = tempfile::tempdir().unwrap();
    let into = directory.path().join("made/for/it");
    let unpacked = Client::of(&api)
        .github
        .tarball("refs/heads/x y", &into, &Caps::default())
        .unwrap();
    assert_eq!((unpacked.files, unpacked.bytes), (2, 300_004));
    assert_eq!(tree(&into)["a.yaml"], "a: 1");
    let asked = api.asked();
    assert_eq!(
        asked[0].line,
        "GET /api/v3/repos/octo/shop/tarball/refs%2Fheads%2Fx%20y"
    );
    assert!(asked[0].header("authorization").unwrap().ends_with(TOKEN));
    let asked = elsewhere.asked();
    assert_eq!(asked[0].line, "GET /octo/shop/legacy.tar.gz/aa?token=SIGNED");
    assert_eq!(asked[0].header("authorization"), None);
    assert!(asked[0].header("user-agent").unwrap().starts_with("envfence/"));
}

#[test]
fn a_redirect_to_the_api_itself_takes_the_token_and_one_to_elsewhere_and_back_too() {
    let api = Server::start(|address| {
        vec![
            with(301, &["location: /api/v3/repositories/1/tarball/aa"], ""),
            with(302, &[&format!("location: {address}/codeload")], ""),
            whole(),
        ]
    });
    let directory = tempfile::tempdir().unwrap();
    Client::of(&api)
        .github
        .tarball("aa", directory.path(), &Caps::default())
        .unwrap();
    assert!(api.asked().iter().all(|asked| asked.header("authorization").is_some()));
}

#[test]
fn a_download_that_breaks_begins_anew() {
    let server = Server::of(vec![half(), json(502, ""), whole()]);
    let directory = tempfile::tempdir().unwrap();
    let client = Client::of(&server);
    let unpacked = client.github.tarball("aa", directory.path(), &Caps::default()).unwrap();
    assert_eq!((unpacked.files, client.slept()), (2, 3));
    assert_eq!(tree(directory.path()).len(), 2);
}

#[test]
fn after_a_failure_nothing_is_left() {
    let caps = |compressed| Caps {
        compressed,
        ..Caps::default()
    };
    let html = || with(200, &[], "<html>sign in</html>");
    let leading_out = || {
        Step::Reply(
            200,
            Vec::new(),
            tarball(&[(b'0', b"r/a", b"x"), (b'0', b"r/../../b", b"x")]),
        )
    };
    let cases: Vec<(Vec<Step>, Caps, Reason, usize)> = vec![
        (
            vec![half(), half(), half(), half()],
            caps(1 << 20),
            Reason::Unavailable,
            4,
        ),
        (vec![whole()], caps(50_000), Reason::Invalid, 1),
        (vec![html()], caps(1 << 20), Reason::Invalid, 1),
        (vec![leading_out()], caps(1 << 20), Reason::Invalid, 1),
        (
            vec![json(404, r#"{"message": "Not Found"}"#)],
            caps(1 << 20),
            Reason::NotFound,
            1,
        ),
        (
            vec![with(302, &["location: ftp://example.com/"], "")],
            caps(1 << 20),
            Reason::Unavailable,
            1,
        ),
    ];
    for (script, caps, reason, times) in cases {
        let server = Server::of(script);
        let outer = tempfile::tempdir().unwrap();
        let into = outer.path().join("in");
        let failure = Client::of(&server).github.tarball("aa", &into, &caps).unwrap_err();
        assert_eq!((failure.reason, server.lines().len()), (reason, times), "{failure}");
        assert!(into.is_dir() && tree(outer.path()).is_empty(), "{failure}");
    }
}

#[test]
fn a_directory_that_is_in_use_is_left_alone() {
    let server = Server::of(vec![]);
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("mine"), "x").unwrap();
    let failure = Client::of(&server)
        .github
        .tarball("aa", directory.path(), &Caps::default())
        .unwrap_err();
    assert_eq!(failure.reason, Reason::Invalid);
    assert_eq!(tree(directory.path())["mine"], "x");
}

#[test]
fn a_download_that_stops_is_not_waited_for() {
    let bytes = archive();
    let mut stalling = b"HTTP/1.1 200 OK\r\ncontent-length: 99999999\r\n\r\n".to_vec();
    stalling.extend_from_slice(&bytes[..5_000]);
    // It is sent, and then the connection stays open until the client has gone.
    let server = Server::of(vec![Step::Stall(stalling), whole()]);
    let directory = tempfile::tempdir().unwrap();
    let client = Client::at(&server.address, |options| {
        options.request_timeout = Duration::from_millis(150)
    });
    assert_eq!(
        client
            .github
            .tarball("aa", directory.path(), &Caps::default())
            .unwrap()
            .files,
        2
    );
}
