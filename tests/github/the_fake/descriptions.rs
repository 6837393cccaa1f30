//! What is not as GitHub describes it fails the test.

use super::client::{ask, get, patch, post};
use super::shop;
use crate::fake::{Fake, ROUTES, Repository, description};
use serde_json::{Value, json};
use std::panic::{AssertUnwindSafe, catch_unwind};

#[test]
fn every_described_operation_is_answered() {
    let mut described: Vec<&str> = description().operations().iter().map(|one| one.id).collect();
    described.sort_unstable();
    let answered: Vec<&str> = ROUTES.iter().map(|(name, _)| *name).collect();
    assert_eq!(described, answered);
}

#[test]
fn requests_that_violate_the_description_are_refused_and_recorded() {
    let (_repository, fake, number) = shop();
    let sha = fake.head(number);
    let check = |field: &str, value: Value| {
        let mut check = json!({ "name": "envfence", "head_sha": sha, "status": "completed", "conclusion": "success" });
        check[field] = value;
        check
    };
    let reviews = format!("/pulls/{number}/reviews");
    let comments = format!("/issues/{number}/comments");
    let cases: &[(&str, Value, &str)] = &[
        (
            "/check-runs",
            check("conclusion", json!("wonderful")),
            "body /conclusion",
        ),
        (
            "/check-runs",
            check("started_at", json!("yesterday")),
            "body /started_at",
        ),
        (
            "/check-runs",
            check("output", json!({ "title": "Title" })),
            "\"summary\" is a required property",
        ),
        (
            "/check-runs",
            check("conclussion", json!("success")),
            "body/conclussion is not described",
        ),
        (
            "/check-runs",
            json!({ "name": "envfence" }),
            "\"head_sha\" is a required property",
        ),
        (&comments, json!({}), "\"body\" is a required property"),
        (&comments, json!({ "body": 1 }), "body /body"),
        (&reviews, json!({ "event": "COMMENTED" }), "body /event"),
        (
            &reviews,
            json!({ "event": "COMMENT", "comments": [{ "path": "a", "lines": 1, "body": "b" }] }),
            "body/comments/0/lines",
        ),
        (
            &reviews,
            json!({ "event": "COMMENT", "comments": [{ "body": "b" }] }),
            "\"path\" is a required property",
        ),
        (
            "/check-runs",
            check("actions", json!([{}, {}, {}, {}])),
            "more than 3 items",
        ),
    ];
    for (path, body, expected) in cases {
        let reply = post(&fake, path, body);
        assert_eq!(reply.status, 422, "{body}");
        let violations = fake.forgive();
        assert!(
            violations.iter().any(|one| one.contains(expected)),
            "{expected}: {violations:?}"
        );
    }
    assert!(fake.check_runs().is_empty() && fake.comments(number).is_empty());
}

#[test]
fn paths_and_queries_are_checked() {
    let (_repository, fake, number) = shop();
    let cases = [
        (format!("/pulls/{number}/files?per_page=many"), "parameter per_page"),
        (
            format!("/pulls/{number}/files?pages=2"),
            "query parameter pages is not described",
        ),
        ("/pulls/one".into(), "parameter pull_number"),
        ("/pulls?state=merged".into(), "parameter state"),
        ("/branches".into(), "no such operation is described"),
    ];
    for (path, expected) in cases {
        assert!(get(&fake, &path).status >= 400, "{path}");
        let violations = fake.forgive();
        assert!(
            violations.iter().any(|one| one.contains(expected)),
            "{expected}: {violations:?}"
        );
    }
    let body = json!({ "body": "x" });
    assert_eq!(patch(&fake, &format!("/pulls/{number}"), &body).status, 404);
    assert_eq!(fake.forgive().len(), 1);
    let token = format!("Bearer {}", fake.token());
    let elsewhere = format!("{}/users/bob", fake.api_url());
    assert_eq!(
        ask(
            "GET",
            &elsewhere,
            &[("Authorization", &token), ("User-Agent", "test")],
            None
        )
        .unwrap()
        .status,
        404
    );
    assert_eq!(fake.forgive().len(), 1);
}

#[test]
fn a_violation_fails_the_test_that_made_it() {
    let repository = Repository::of(&[("README.md", "# Shop\n")]);
    let fake = Fake::start(&repository);
    assert_eq!(get(&fake, "/nonsense").status, 404);
    let panic = catch_unwind(AssertUnwindSafe(|| drop(fake))).unwrap_err();
    let message = panic.downcast_ref::<String>().unwrap();
    assert!(
        message.contains("GET /repos/shop/orders/nonsense (unknown): no such operation"),
        "{message}"
    );
}

#[test]
fn replies_are_checked_too() {
    let operation = description()
        .operations()
        .iter()
        .find(|one| one.id == "issues/get-comment")
        .unwrap();
    let (_repository, fake, number) = shop();
    let id = fake.comment(number, "bob", "Hello");
    let mut comment = get(&fake, &format!("/issues/comments/{id}")).json();
    let faults = |comment: &Value, status: u16| {
        description().faults_of_reply(operation, status, "application/json", comment.to_string().as_bytes())
    };
    assert!(faults(&comment, 200).is_empty());
    assert_eq!(faults(&comment, 201), ["the status 201 is not described"]);
    comment["html_url"] = json!(7);
    comment["user"]["login"] = Value::Null;
    let found = faults(&comment, 200).join("\n");
    assert!(found.contains("/html_url") && found.contains("/user"), "{found}");
}

#[test]
fn tokens_and_headers_are_looked_at() {
    let (_repository, fake, number) = shop();
    let url = format!("{}/repos/shop/orders/pulls/{number}", fake.api_url());
    let comments = format!("{}/repos/shop/orders/issues/{number}/comments", fake.api_url());
    let good = format!("token {}", fake.token());
    let agent = ("User-Agent", "test");
    let status = |method: &str, url: &str, headers: &[(&str, &str)]| {
        let body = json!({ "body": "x" });
        ask(method, url, headers, (method != "GET").then_some(&body))
            .unwrap()
            .status
    };
    assert_eq!(status("GET", &url, &[agent, ("Authorization", &good)]), 200);
    assert_eq!(status("GET", &url, &[agent]), 200);
    assert_eq!(status("POST", &comments, &[agent]), 401);
    assert_eq!(status("GET", &url, &[agent, ("Authorization", "Bearer wrong")]), 401);
    assert_eq!(status("GET", &url, &[("Authorization", &good)]), 403);
    fake.state().private = true;
    assert_eq!(status("GET", &url, &[agent]), 404);
    let other = url.replace("shop/orders", "shop/other");
    assert_eq!(status("GET", &other, &[agent, ("Authorization", &good)]), 404);
    fake.access(|access| access.requests_left = 1);
    let last = get(&fake, &format!("/pulls/{number}"));
    assert_eq!(last.header("x-ratelimit-remaining"), Some("0"));
    let refused = get(&fake, &format!("/pulls/{number}"));
    assert_eq!(
        (refused.status, refused.header("x-ratelimit-remaining")),
        (403, Some("0"))
    );
}

#[test]
fn a_token_that_may_only_read() {
    let (_repository, fake, number) = shop();
    fake.read_only();
    let sha = fake.head(number);
    let writes = [
        (format!("/issues/{number}/comments"), json!({ "body": "x" })),
        (
            format!("/pulls/{number}/reviews"),
            json!({ "body": "x", "event": "COMMENT" }),
        ),
        ("/check-runs".into(), json!({ "name": "envfence", "head_sha": sha })),
        (format!("/statuses/{sha}"), json!({ "state": "success" })),
    ];
    for (path, body) in writes {
        let reply = post(&fake, &path, &body);
        assert_eq!(reply.status, 403, "{path}");
        assert_eq!(reply.json()["message"], "Resource not accessible by integration");
    }
    assert_eq!(get(&fake, &format!("/pulls/{number}")).status, 200);
}
