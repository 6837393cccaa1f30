//! What goes wrong, and what callers get to know of it.

use super::server::{Server, Step, cut, json, with};
use super::{Client, START, TOKEN, TestClock};
use crate::edges::github::{
    Annotation, CheckOutput, Failure, GitHub, GitHubOptions, NewCheckRun, NewReview, Reason, Token,
};
use crate::edges::runtime::Runtime;
use std::ops::ControlFlow;
use std::time::Duration;

const COMMENT: &str = r#"{"id": 7, "html_url": "https://github.example.com/c/7", "user": {"login": "bot"}}"#;
const PULL: &str = r#"{"number": 5, "head": {"ref": "topic", "sha": "aa", "repo": null},
    "base": {"ref": "main", "sha": "bb", "repo": {"full_name": "octo/shop"}}, "user": null,
    "draft": null, "html_url": null, "changed_files": null, "unknown": [{}]}"#;

fn limited(seconds: u64) -> Reason {
    Reason::Limited {
        wait: Duration::from_secs(seconds),
    }
}

/// The failure of reading a pull request, and how often it was asked for.
fn read(script: Vec<Step>) -> (Option<Failure>, usize, u64) {
    let server = Server::of(script);
    let client = Client::of(&server);
    let failure = client.github.pull(5).err();
    (failure, server.lines().len(), client.slept())
}

/// The same of writing a comment.
fn write(script: Vec<Step>) -> (Option<Failure>, usize, u64) {
    let server = Server::of(script);
    let client = Client::of(&server);
    let failure = client.github.create_comment(5, "hello").err();
    (failure, server.lines().len(), client.slept())
}

#[test]
fn every_refusal_has_its_reason() {
    let message = |text: &str| format!(r#"{{"message": "{text}"}}"#);
    let integration = "Resource not accessible by integration";
    // Status, what GitHub says, why a reader fails, why a writer fails.
    let cases = [
        (401, "Bad credentials", Reason::Denied, Reason::Denied),
        (403, integration, Reason::Denied, Reason::ReadOnly),
        (403, "Repository access blocked", Reason::Denied, Reason::ReadOnly),
        (
            403,
            "Unable to create comment because issue is locked.",
            Reason::Locked,
            Reason::Locked,
        ),
        (422, "lock prevents review", Reason::Locked, Reason::Locked),
        (404, "Not Found", Reason::NotFound, Reason::NotFound),
        (
            410,
            "Issues are disabled for this repo",
            Reason::NotFound,
            Reason::NotFound,
        ),
        (422, "Validation Failed", Reason::Invalid, Reason::Invalid),
        (400, "Problems parsing JSON", Reason::Invalid, Reason::Invalid),
        (409, "Conflict", Reason::Invalid, Reason::Invalid),
        (451, "Unavailable for legal reasons", Reason::Denied, Reason::Denied),
        (304, "", Reason::Unavailable, Reason::Unavailable),
    ];
    for (status, text, when_reading, when_writing) in cases {
        let (failure, asked, slept) = read(vec![json(status, &message(text))]);
        assert_eq!(
            failure.map(|failure| failure.reason),
            Some(when_reading),
            "{status} {text}"
        );
        assert_eq!((asked, slept), (1, 0), "{status} {text}");
        let (failure, asked, slept) = write(vec![json(status, &message(text))]);
        assert_eq!(
            failure.as_ref().map(|failure| failure.reason),
            Some(when_writing),
            "{status} {text}"
        );
        assert_eq!((asked, slept), (1, 0), "{status} {text}");
        assert!(failure.unwrap().to_string().contains(text), "{text}");
    }
}

#[test]
fn what_github_says_is_shown_scrubbed() {
    let body = format!(
        r#"{{"message": "Validation Failed", "errors": ["line must be part of the diff {TOKEN}",
        {{"resource": "Issue", "field": "body", "code": "too_long"}}, {{"message": "::error::x\u001b[2J"}}, 5]}}"#
    );
    let (failure, ..) = write(vec![json(422, &body)]);
    assert_eq!(
        failure.unwrap().to_string(),
        "the comment was not written: GitHub refuses it (Validation Failed; line must be part of the diff ***; \
         body: too_long; ::error::x\\u{1b}[2J)"
    );
    // What is no message of GitHub's, such as a proxy's page, is not.
    let (failure, ..) = write(vec![json(403, "<html>secret page</html>")]);
    assert_eq!(
        failure.unwrap().to_string(),
        "the comment was not written: the token may not write here (status 403)"
    );
}

#[test]
fn faults_that_may_pass_are_tried_again_where_that_repeats_nothing() {
    let bad = || json(502, "");
    // A read: pauses of 1, 2 and 4 seconds, then it gives up.
    let (failure, asked, slept) = read(vec![bad(), bad(), bad(), bad()]);
    let failure = failure.unwrap();
    assert_eq!((failure.reason, asked, slept), (Reason::Unavailable, 4, 7));
    assert_eq!(failure.detail, "status 502");
    assert_eq!(read(vec![bad(), cut(), json(200, PULL)]), (None, 3, 3));
    // A server that says when.
    assert_eq!(
        read(vec![with(503, &["retry-after: 30"], ""), json(200, PULL)]),
        (None, 2, 30)
    );
    // A comment may have been written.
    for step in [
        bad(),
        cut(),
        json(500, ""),
        json(408, ""),
        json(201, "<html>"),
        json(201, "{}"),
    ] {
        let (failure, asked, slept) = write(vec![step]);
        assert_eq!((failure.unwrap().reason, asked, slept), (Reason::Unclear, 1, 0));
    }
    // To overwrite twice does no harm.
    let server = Server::of(vec![bad(), cut(), json(200, COMMENT)]);
    let client = Client::of(&server);
    assert_eq!(client.github.update_comment(7, "new").unwrap().id, 7);
    assert_eq!(server.lines(), ["PATCH /api/v3/repos/octo/shop/issues/comments/7"; 3]);
}

#[test]
fn annotations_would_be_added_twice() {
    let mut run = NewCheckRun::default();
    let update = |run: &NewCheckRun, script: Vec<Step>| {
        let server = Server::of(script);
        let outcome = Client::of(&server).github.update_check_run(9, run);
        (outcome.err().map(|failure| failure.reason), server.lines().len())
    };
    assert_eq!(update(&run, vec![json(500, ""), json(200, r#"{"id": 9}"#)]), (None, 2));
    let mut output = CheckOutput::default();
    output.annotations.push(Annotation::default());
    run.output = Some(output.clone());
    assert_eq!(update(&run, vec![json(500, "")]), (Some(Reason::Unclear), 1));
    output.annotations.resize(51, Annotation::default());
    run.output = Some(output);
    assert_eq!(update(&run, vec![]), (Some(Reason::Invalid), 0));
}

#[test]
fn a_connection_that_is_refused_sent_nothing() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", free.local_addr().unwrap());
    drop(free);
    let client = Client::at(&address, |_| {});
    let failure = client.github.create_comment(5, "hello").unwrap_err();
    assert_eq!((failure.reason, client.slept()), (Reason::Unavailable, 7));
    assert!(failure.detail.contains("refused"), "{}", failure.detail);
    assert!(!failure.to_string().contains("http"), "{failure}");
}

#[test]
fn limits_are_obeyed_where_they_fit() {
    let reset = |after: u64| format!("x-ratelimit-reset: {}", START + after);
    let secondary = r#"{"message": "You have exceeded a secondary rate limit"}"#;
    let cases: Vec<(Step, u64)> = vec![
        (with(429, &["retry-after: 20"], ""), 20),
        (with(403, &["retry-after: 0"], ""), 1),
        (with(403, &["x-ratelimit-remaining: 0", &reset(50)], ""), 51),
        // A clock that is ahead of GitHub's.
        (with(429, &["x-ratelimit-remaining: 0", &reset(0)], ""), 1),
        (json(403, secondary), 60),
        (json(429, ""), 60),
        (with(429, &["retry-after: Wed, 21 Oct 2015 07:28:00 GMT"], ""), 60),
    ];
    for (step, expected) in cases {
        assert_eq!(write(vec![step, json(201, COMMENT)]), (None, 2, expected));
    }
    let far: Vec<(Step, u64)> = vec![
        (with(429, &["retry-after: 100"], ""), 100),
        (with(403, &["x-ratelimit-remaining: 0", &reset(3_000)], ""), 3_001),
        (with(429, &["retry-after: 18446744073709551615"], ""), u64::MAX),
    ];
    for (step, expected) in far {
        let (failure, asked, slept) = write(vec![step]);
        assert_eq!((failure.unwrap().reason, asked, slept), (limited(expected), 1, 0));
    }
    // The second pause for an unnamed limit is longer, and there is no time for it.
    let (failure, asked, slept) = write(vec![json(403, secondary), json(403, secondary)]);
    assert_eq!((failure.unwrap().reason, asked, slept), (limited(120), 2, 60));
    // It does not go on for ever.
    let again = || with(429, &["retry-after: 2"], "");
    let (failure, asked, slept) = write(vec![again(), again(), again(), again()]);
    assert_eq!((failure.unwrap().reason, asked, slept), (limited(2), 4, 6));
}

#[test]
fn while_a_limit_lasts_nothing_is_sent() {
    let server = Server::of(vec![with(429, &["retry-after: 300"], ""), json(200, PULL)]);
    let client = Client::of(&server);
    assert_eq!(client.github.pull(5).unwrap_err().reason, limited(300));
    client.clock.pass(Duration::from_secs(100));
    assert_eq!(client.github.pull(5).unwrap_err().reason, limited(200));
    assert_eq!(server.lines().len(), 1);
    client.clock.pass(Duration::from_secs(150));
    assert_eq!(client.github.pull(5).unwrap().number, 5);
    assert_eq!(client.slept(), 50);
}

#[test]
fn after_the_budget_nothing_is_sent() {
    let server = Server::of(vec![
        with(503, &["retry-after: 90"], ""),
        with(503, &["retry-after: 9"], ""),
        with(503, &["retry-after: 9"], ""),
        json(200, PULL),
    ]);
    let client = Client::of(&server);
    // 90 and 9 seconds fit, 9 more do not.
    assert_eq!(client.github.pull(5).unwrap_err().reason, Reason::Unavailable);
    assert_eq!(client.slept(), 99);
    client.github.grant(Duration::ZERO);
    let failure = client.github.create_comment(5, "x").unwrap_err();
    assert_eq!(
        failure.to_string(),
        "the comment was not written: the time for calls to GitHub is used up"
    );
    assert_eq!(server.lines().len(), 3);
    client.github.grant(Duration::from_secs(5));
    assert_eq!(client.github.pull(5).unwrap().number, 5);
}

#[test]
fn a_server_that_hangs_is_not_waited_for() {
    let script = || vec![Step::Hang, Step::Hang, Step::Hang, Step::Hang];
    let hurry = |options: &mut GitHubOptions| options.request_timeout = Duration::from_millis(60);
    let server = Server::of(script());
    let client = Client::at(&server.address, hurry);
    let failure = client.github.pull(5).unwrap_err();
    assert_eq!(
        (failure.reason, failure.detail.as_str()),
        (Reason::Unavailable, "no reply within 60 ms")
    );
    let server = Server::of(script());
    let client = Client::at(&server.address, hurry);
    assert_eq!(
        client.github.create_comment(5, "x").unwrap_err().reason,
        Reason::Unclear
    );
    // A body that stops coming, and one that comes for ever.
    let slow = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{".to_vec();
    let (failure, ..) = read(vec![Step::Raw(slow), json(200, PULL)]);
    assert_eq!(failure, None);
}

#[test]
fn replies_of_no_use() {
    let long = "[".repeat(100_000);
    for body in ["", "<html>", "null", "[]", r#"{"number": "x"}"#, &long, "\u{0}"] {
        let (failure, asked, _) = read(vec![json(200, body)]);
        assert_eq!((failure.unwrap().reason, asked), (Reason::Unavailable, 1), "{body:.9}");
    }
    // More than is ever read, said to be and being.
    let huge = || {
        let mut bytes = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n".to_vec();
        for _ in 0..6 {
            bytes.extend_from_slice(b"100000\r\n");
            bytes.resize(bytes.len() + (1 << 20), b' ');
            bytes.extend_from_slice(b"\r\n");
        }
        Step::Raw(bytes)
    };
    let (failure, asked, _) = read(vec![huge()]);
    let failure = failure.unwrap();
    assert_eq!(
        (failure.reason, failure.detail.as_str(), asked),
        (Reason::Unavailable, "the reply is too large", 1)
    );
    let (failure, asked, _) = write(vec![huge()]);
    assert_eq!((failure.unwrap().reason, asked), (Reason::Unclear, 1));
    // The status of an error says enough, whatever follows.
    let (failure, ..) = read(vec![json(404, &"x".repeat(1 << 20))]);
    assert_eq!(failure.unwrap().reason, Reason::NotFound);
    let garbage = || Step::Raw(b"\x16\x03\x01 what?\r\n\r\n".to_vec());
    let (failure, asked, _) = read(vec![garbage(), garbage(), garbage(), garbage()]);
    assert_eq!((failure.unwrap().reason, asked), (Reason::Unavailable, 4));
}

#[test]
fn names_cannot_lead_elsewhere() {
    let server = Server::of(vec![]);
    let github = Client::of(&server).github;
    for path in ["../../x", "a/../../b", "a//b", "", ".", "a/."] {
        assert_eq!(
            github.first_of(&[path.to_owned()], "main").unwrap_err().reason,
            Reason::Invalid,
            "{path}"
        );
    }
    let directory = tempfile::tempdir().unwrap();
    for reference in ["..", "", "."] {
        let failure = github.tarball(reference, directory.path(), &super::super::Caps::default());
        assert_eq!(failure.unwrap_err().reason, Reason::Invalid, "{reference}");
    }
    assert!(server.lines().is_empty());
}

#[test]
fn options_that_cannot_be_right() {
    let refused = |adjust: &dyn Fn(&mut GitHubOptions)| {
        let mut options = GitHubOptions::new("octo/shop");
        options.clock = TestClock::new();
        adjust(&mut options);
        GitHub::new(&Runtime::new().unwrap(), options)
            .err()
            .map(|error| error.message)
    };
    assert_eq!(refused(&|_| {}), None);
    for url in [
        "",
        "api.github.com",
        "file:///x",
        "https://user:pass@example.com",
        "https://example.com/?token=x",
    ] {
        let message = refused(&|options| options.api_url = url.to_owned()).unwrap();
        assert!(
            message.starts_with("GITHUB_API_URL") && !message.contains("pass"),
            "{message}"
        );
    }
    let elsewhere = refused(&|options| options.graphql_url = "https://example.com/graphql".to_owned());
    assert!(elsewhere.unwrap().contains("different hosts"));
    for name in [
        "",
        "octo",
        "octo/",
        "octo/shop/x",
        "../shop",
        "octo/..",
        "o cto/x",
        "octo/a?b",
    ] {
        let message = refused(&|options| options.repository = name.to_owned());
        assert!(message.is_some(), "{name}");
    }
}

#[test]
fn what_is_sent() {
    let server = Server::of(vec![
        json(200, PULL),
        json(201, COMMENT),
        json(200, r#"{"id": 3}"#),
        json(200, r#"{"id": 4, "line": null}"#),
        json(201, r#"{"id": 9, "html_url": null}"#),
    ]);
    let github = Client::of(&server).github;
    let pull = github.pull(5).unwrap();
    assert_eq!(pull.head.sha, "aa");
    github.create_comment(5, "h\u{e9}llo").unwrap();
    let review = NewReview {
        commit_id: "aa".to_owned(),
        event: "COMMENT",
        body: String::new(),
        comments: Vec::new(),
    };
    assert_eq!(github.create_review(5, &review).unwrap().id, 3);
    assert_eq!(github.update_review_comment(4, "x").unwrap().line, None);
    let run = NewCheckRun {
        name: Some("envfence".to_owned()),
        status: Some("completed"),
        ..NewCheckRun::default()
    };
    assert_eq!(github.create_check_run(&run).unwrap().html_url, None);
    let asked = server.asked();
    let expected = [
        ("GET /api/v3/repos/octo/shop/pulls/5", ""),
        (
            "POST /api/v3/repos/octo/shop/issues/5/comments",
            "{\"body\":\"h\u{e9}llo\"}",
        ),
        (
            "POST /api/v3/repos/octo/shop/pulls/5/reviews",
            r#"{"comments":[],"commit_id":"aa","event":"COMMENT"}"#,
        ),
        ("PATCH /api/v3/repos/octo/shop/pulls/comments/4", r#"{"body":"x"}"#),
        (
            "POST /api/v3/repos/octo/shop/check-runs",
            r#"{"name":"envfence","status":"completed"}"#,
        ),
    ];
    let lines: Vec<_> = asked
        .iter()
        .map(|asked| (asked.line.as_str(), asked.body.as_str()))
        .collect();
    assert_eq!(lines, expected);
    for asked in &asked {
        assert_eq!(asked.header("authorization"), Some(format!("Bearer {TOKEN}").as_str()));
        assert_eq!(asked.header("accept"), Some("application/vnd.github+json"));
        assert_eq!(asked.header("x-github-api-version"), Some("2022-11-28"));
        assert_eq!(asked.header("user-agent"), Some("octocrab"));
    }
}

/// Servers close idle connections. A write must not be sent into one, for then nobody knows whether it was done.
#[test]
fn a_connection_that_closed_in_between_is_not_used_again() {
    let keeping =
        |body: &str| Step::Raw(format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len()).into());
    let server = Server::of((0..20).map(|_| keeping(COMMENT)).collect());
    let client = Client::of(&server);
    for _ in 0..20 {
        client.github.grant(Duration::from_secs(100));
        client.github.create_comment(5, "x").unwrap();
    }
    assert_eq!(server.lines().len(), 20);
}

#[test]
fn without_a_token_none_is_sent() {
    let server = Server::of(vec![json(200, PULL)]);
    let client = Client::at(&server.address, |options| options.token = None);
    client.github.pull(5).unwrap();
    assert_eq!(server.asked()[0].header("authorization"), None);
    assert!(Token::new("").is_err());
}

#[test]
fn graphql_fails_with_status_200() {
    let fault = |kind: &str| {
        json(
            200,
            &format!(r#"{{"data": null, "errors": [{{"type": "{kind}", "message": "m"}}]}}"#),
        )
    };
    let cases = [
        ("FORBIDDEN", Reason::ReadOnly),
        ("INSUFFICIENT_SCOPES", Reason::ReadOnly),
        ("NOT_FOUND", Reason::NotFound),
        ("UNPROCESSABLE", Reason::Invalid),
    ];
    for (kind, reason) in cases {
        let server = Server::of(vec![fault(kind)]);
        let failure = Client::of(&server).github.resolve_thread("T1").unwrap_err();
        assert_eq!((failure.reason, failure.detail.as_str()), (reason, "m"), "{kind}");
    }
    let server = Server::of(vec![fault("FORBIDDEN")]);
    let failure = Client::of(&server).github.viewer_login().unwrap_err();
    assert_eq!(failure.reason, Reason::Denied);
    // A limit is obeyed, and is not one of REST.
    let server = Server::of(vec![
        fault("RATE_LIMITED"),
        json(502, ""),
        json(200, r#"{"data": {"viewer": {"login": "github-actions[bot]"}}}"#),
    ]);
    let client = Client::of(&server);
    assert_eq!(client.github.viewer_login().unwrap(), "github-actions[bot]");
    assert_eq!(client.slept(), 61);
    assert_eq!(server.lines(), ["POST /api/graphql"; 3]);
    let server = Server::of(vec![json(200, "{}")]);
    assert_eq!(
        Client::of(&server).github.viewer_login().unwrap_err().reason,
        Reason::NotFound
    );
}

#[test]
fn a_few_writes_do_not_wait() {
    let server = Server::of((0..7).map(|_| json(201, COMMENT)).collect());
    let client = Client::of(&server);
    for _ in 0..7 {
        client.github.create_comment(5, "x").unwrap();
    }
    assert_eq!(client.slept(), 2);
}

#[test]
fn a_caller_may_stop_early() {
    let server = Server::of(vec![with(
        200,
        &["link: <http://elsewhere.example.com/>; rel=\"next\""],
        &format!("[{COMMENT}, {COMMENT}]"),
    )]);
    let mut seen = 0;
    let more = Client::of(&server).github.issue_comments(5, |_| {
        seen += 1;
        ControlFlow::Break(())
    });
    assert_eq!((more, seen), (Ok(false), 1));
}
