//! Lists in pages, comparisons and files.

use super::server::{Server, Step, json, with};
use super::{Client, TOKEN};
use crate::edges::github::Reason;
use std::fmt::Write as _;
use std::ops::ControlFlow;

/// A page of comments with these numbers.
fn comments(ids: std::ops::Range<u64>) -> String {
    let items: Vec<String> = ids
        .map(|id| format!(r#"{{"id": {id}, "body": "b{id}", "user": null}}"#))
        .collect();
    format!("[{}]", items.join(","))
}

fn page(address: &str, next: Option<u64>, body: &str) -> Step {
    match next {
        Some(page) => {
            let link = format!("link: <{address}/api/v3/repositories/1/x?per_page=100&page={page}>; rel=\"next\"");
            with(200, &[&link], body)
        }
        None => json(200, body),
    }
}

#[test]
fn four_thousand_comments() {
    let server = Server::start(|address| {
        let page = |at: u64| {
            page(
                address,
                (at < 40).then_some(at + 1),
                &comments((at - 1) * 100..at * 100),
            )
        };
        (1..=40).map(page).collect()
    });
    let client = Client::of(&server);
    let mut ids = Vec::new();
    let more = client.github.issue_comments(5, |comment| {
        assert_eq!(comment.body, Some(format!("b{}", comment.id)));
        ids.push(comment.id);
        ControlFlow::Continue(())
    });
    assert_eq!(more, Ok(false));
    assert!(ids.iter().copied().eq(0..4_000));
    let asked = server.asked();
    assert_eq!(
        asked[0].line,
        "GET /api/v3/repos/octo/shop/issues/5/comments?per_page=100&page=1"
    );
    assert_eq!(asked[39].line, "GET /api/v3/repositories/1/x?per_page=100&page=40");
    assert!(asked.iter().all(|asked| asked.header("authorization").is_some()));
}

#[test]
fn a_next_page_on_another_host_is_refused() {
    for link in [
        "https://elsewhere.example.com/x",
        "http://127.0.0.1:1/x",
        "//elsewhere.example.com/x",
        "https://",
        "file:///etc/passwd",
    ] {
        let server = Server::of(vec![with(200, &[&format!("link: <{link}>; rel=\"next\"")], "[]")]);
        let outcome = Client::of(&server)
            .github
            .review_comments(5, |_| ControlFlow::Continue(()));
        let failure = outcome.unwrap_err();
        assert_eq!(failure.reason, Reason::Unavailable, "{link}");
        assert_eq!(server.lines().len(), 1);
    }
    // The same host with credentials, and another scheme, are others.
    let server = Server::start(|address| {
        let host = address.trim_start_matches("http://");
        vec![
            with(200, &[&format!("link: <http://u:p@{host}/x>; rel=\"next\"")], "[]"),
            with(200, &[&format!("link: <https://{host}/x>; rel=\"next\"")], "[]"),
        ]
    });
    let client = Client::of(&server);
    for _ in 0..2 {
        let outcome = client.github.review_comments(5, |_| ControlFlow::Continue(()));
        assert_eq!(outcome.unwrap_err().reason, Reason::Unavailable);
    }
}

#[test]
fn files_of_a_pull_request() {
    let files = |count: usize| {
        let mut text = String::from("[");
        for at in 0..count {
            let comma = if at == 0 { "" } else { "," };
            write!(
                text,
                r#"{comma}{{"filename": "f{at}", "status": "modified", "patch": "@@"}}"#
            )
            .unwrap();
        }
        text + "]"
    };
    let server = Server::start(|address| {
        (1..=30)
            .map(|at| page(address, (at < 30).then_some(at + 1), &files(100)))
            .collect()
    });
    let found = Client::of(&server).github.pull_files(5).unwrap();
    assert_eq!((found.files.len(), found.cut), (3_000, true));
    let server = Server::start(|address| vec![page(address, Some(2), &files(100)), page(address, None, &files(7))]);
    let found = Client::of(&server).github.pull_files(5).unwrap();
    assert_eq!((found.files.len(), found.cut), (107, false));
    // A server that never ends.
    let server = Server::start(|address| (0..31).map(|_| page(address, Some(2), "[]")).collect());
    let found = Client::of(&server).github.pull_files(5).unwrap();
    assert_eq!((found.files.len(), found.cut, server.lines().len()), (0, true, 30));
}

#[test]
fn a_page_that_fails_is_asked_for_again() {
    let server = Server::start(|address| {
        let cut = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n[{\"id\"".to_vec();
        vec![
            page(address, Some(2), &comments(0..2)),
            Step::Raw(cut),
            page(address, None, &comments(2..3)),
        ]
    });
    let client = Client::of(&server);
    let mut ids = Vec::new();
    let each = |comment: crate::edges::github::Comment| {
        ids.push(comment.id);
        ControlFlow::Continue(())
    };
    assert_eq!(client.github.issue_comments(5, each), Ok(false));
    assert_eq!((ids, client.slept()), (vec![0, 1, 2], 1));
}

const COMPARED: &str = r#"{"status": "diverged", "merge_base_commit": {"sha": "cc"}, "commits": [{}],
    "files": [{"filename": "a", "previous_filename": "b", "status": "renamed", "additions": 1}]}"#;

#[test]
fn commits_are_compared() {
    let server = Server::of(vec![json(200, COMPARED), json(404, r#"{"message": "Not Found"}"#)]);
    let github = Client::of(&server).github;
    let found = github.compare("feature/x", "aa").unwrap();
    assert_eq!(found.files[0].previous_filename.as_deref(), Some("b"));
    assert!(!found.cut);
    assert_eq!(github.compare("a", "b").unwrap_err().reason, Reason::NotFound);
    assert_eq!(
        server.lines()[0],
        "GET /api/v3/repos/octo/shop/compare/feature%2Fx...aa?per_page=1"
    );
}

#[test]
fn paths_of_a_commit() {
    let listed = r#"{"sha": "aa", "truncated": true, "tree": [
        {"path": "deploy", "type": "tree", "mode": "040000", "sha": "1"},
        {"path": "deploy/a.yml", "type": "blob", "mode": "100644", "sha": "2"},
        {"path": "library", "type": "commit", "mode": "160000", "sha": "3"}]}"#;
    let server = Server::of(vec![json(200, listed)]);
    let found = Client::of(&server).github.paths("aa").unwrap();
    assert_eq!((found.paths, found.cut), (vec!["deploy/a.yml".to_owned()], true));
    assert_eq!(server.lines(), ["GET /api/v3/repos/octo/shop/git/trees/aa?recursive=1"]);
}

#[test]
fn files_of_a_commit() {
    let raw = "content-type: application/vnd.github.raw+json; charset=utf-8";
    let missing = || json(404, r#"{"message": "Not Found"}"#);
    let server = Server::of(vec![
        with(200, &[raw], "a: 1\n"),
        missing(),
        missing(),
        json(200, COMPARED),
        missing(),
        missing(),
    ]);
    let github = Client::of(&server).github;
    let first_of = |paths: &[&str], reference: &str| {
        let paths: Vec<String> = paths.iter().map(|path| (*path).to_owned()).collect();
        github.first_of(&paths, reference)
    };
    let path = ".github/en vf\u{e9}nce#?.yml";
    assert_eq!(
        first_of(&[path, "other"], "release/1"),
        Ok(Some((path.to_owned(), "a: 1\n".to_owned())))
    );
    // There is none, but the commit can be read.
    assert_eq!(first_of(&["envfence.yml", "envfence.yaml"], "main"), Ok(None));
    // The commit cannot be read, either.
    let failure = first_of(&["envfence.yml"], "main").unwrap_err();
    assert_eq!(failure.reason, Reason::NotFound);
    assert_eq!(
        failure.to_string(),
        "the file was not read: it does not exist, or not for this token (Not Found)"
    );
    let asked = server.asked();
    assert_eq!(
        asked[0].line,
        "GET /api/v3/repos/octo/shop/contents/.github/en%20vf%C3%A9nce%23%3F.yml?ref=release%2F1"
    );
    assert_eq!(asked[0].header("accept"), Some("application/vnd.github.raw+json"));
    assert_eq!(
        asked[3].line,
        "GET /api/v3/repos/octo/shop/compare/main...main?per_page=1"
    );

    let server = Server::of(vec![
        with(200, &["content-type: application/json; charset=utf-8"], "[]"),
        Step::Reply(200, vec![raw.to_owned()], vec![0xff, 0xfe]),
        json(403, r#"{"message": "Resource not accessible by integration"}"#),
        with(200, &["content-type: text/html; charset=utf-8"], "<p>Sign in"),
    ]);
    let github = Client::of(&server).github;
    for reason in [Reason::Invalid, Reason::Invalid, Reason::Denied, Reason::Unavailable] {
        assert_eq!(github.first_of(&["x".to_owned()], "main").unwrap_err().reason, reason);
    }
}

#[test]
fn moved_repositories_are_followed_on_the_same_host() {
    let pull = r#"{"number": 5, "head": {"ref": "t", "sha": "a"}, "base": {"ref": "m", "sha": "b"}}"#;
    let server = Server::start(|address| {
        vec![
            with(
                301,
                &[&format!("location: {address}/api/v3/repositories/1/pulls/5")],
                "",
            ),
            json(200, pull),
            with(307, &["location: /api/v3/repositories/1/issues/5/comments"], ""),
            json(201, r#"{"id": 1}"#),
            with(302, &["location: http://127.0.0.1:1/x"], ""),
            with(301, &["location: /elsewhere"], ""),
        ]
    });
    let github = Client::of(&server).github;
    github.pull(5).unwrap();
    github.create_comment(5, "x").unwrap();
    assert_eq!(github.pull(5).unwrap_err().reason, Reason::Unavailable);
    // A write is not turned into a read.
    assert_eq!(github.create_comment(5, "x").unwrap_err().reason, Reason::Unavailable);
    let asked = server.asked();
    assert_eq!(asked[1].line, "GET /api/v3/repositories/1/pulls/5");
    assert_eq!(
        (asked[3].line.as_str(), asked[3].body.as_str()),
        ("POST /api/v3/repositories/1/issues/5/comments", r#"{"body":"x"}"#)
    );
    assert!(
        asked
            .iter()
            .all(|asked| asked.header("authorization").unwrap().ends_with(TOKEN))
    );
    // Round and round.
    let round = || with(302, &["location: /again"], "");
    let server = Server::of((0..7).map(|_| round()).collect());
    assert_eq!(
        Client::of(&server).github.pull(5).unwrap_err().reason,
        Reason::Unavailable
    );
    assert_eq!(server.lines().len(), 6);
}

#[test]
fn threads_come_in_pages() {
    let threads = |id: &str, next: &str| {
        json(
            200,
            &format!(
                r#"{{"data": {{"repository": {{"pullRequest": {{"reviewThreads": {{
                "pageInfo": {next}, "nodes": [{{"id": "{id}", "isResolved": false, "comments": {{"nodes": [
                {{"databaseId": 8, "author": {{"login": "github-actions"}}}}, {{"databaseId": null, "author": null}}]}}}}]
                }}}}}}}}}}"#
            ),
        )
    };
    let server = Server::of(vec![
        threads("T1", r#"{"hasNextPage": true, "endCursor": "c1"}"#),
        threads("T2", r#"{"hasNextPage": false, "endCursor": "c2"}"#),
        json(200, r#"{"data": {"repository": {"pullRequest": null}}}"#),
        json(
            200,
            r#"{"data": {"resolveReviewThread": {"thread": {"id": "T1", "isResolved": true}}}}"#,
        ),
    ]);
    let github = Client::of(&server).github;
    let mut found = Vec::new();
    let more = github.review_threads(5, |thread| {
        let comment = &thread.comments[0];
        found.push((
            thread.id,
            thread.is_resolved,
            comment.id,
            comment.author.clone(),
            thread.comments.len(),
        ));
        ControlFlow::Continue(())
    });
    assert_eq!(more, Ok(false));
    let expected = |id: &str| (id.to_owned(), false, Some(8), Some("github-actions".to_owned()), 2);
    assert_eq!(found, [expected("T1"), expected("T2")]);
    let none = github.review_threads(6, |_| ControlFlow::Continue(()));
    assert_eq!(none.unwrap_err().reason, Reason::NotFound);
    github.resolve_thread("T1").unwrap();
    let asked = server.asked();
    let variables = |at: usize| {
        let body: serde_json::Value = serde_json::from_str(&asked[at].body).unwrap();
        body["variables"].clone()
    };
    assert_eq!(
        variables(1),
        serde_json::json!({ "owner": "octo", "name": "shop", "number": 5, "after": "c1" })
    );
    assert_eq!(variables(3), serde_json::json!({ "id": "T1" }));
}
