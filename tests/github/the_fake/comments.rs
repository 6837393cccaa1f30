//! Comments and issues: limits, locks, pages, whose they are.

use super::client::{ask, get, patch, post};
use super::shop;
use crate::fake::JOB_ACCOUNT;
use serde_json::json;

#[test]
fn a_comment_is_written_found_and_changed() {
    let (_repository, fake, number) = shop();
    let made = post(
        &fake,
        &format!("/issues/{number}/comments"),
        &json!({ "body": "Hello" }),
    );
    assert_eq!(made.status, 201);
    assert_eq!(made.json()["user"]["login"], JOB_ACCOUNT);
    let id = made.json()["id"].as_u64().unwrap();
    assert!(id > u64::from(u32::MAX), "ids do not fit into 32 bits");
    let changed = patch(&fake, &format!("/issues/comments/{id}"), &json!({ "body": "Bye" }));
    assert_eq!(changed.status, 200);
    assert_eq!(get(&fake, &format!("/issues/comments/{id}")).json()["body"], "Bye");
    assert_eq!(fake.comments(number)[0].body, "Bye");
    assert!(changed.json()["updated_at"].as_str() > changed.json()["created_at"].as_str());
    assert_eq!(fake.requests("issues/create-comment")[0].json()["body"], "Hello");
    assert_eq!(fake.writes().len(), 2);
}

#[test]
fn bodies_have_a_limit_that_counts_characters() {
    let (_repository, fake, number) = shop();
    let path = format!("/issues/{number}/comments");
    let cases = [(65_536, "é", 201), (65_537, "é", 422), (1, " ", 422)];
    for (count, text, status) in cases {
        let reply = post(&fake, &path, &json!({ "body": text.repeat(count) }));
        assert_eq!(reply.status, status, "{count} of {text}");
    }
    let reply = post(&fake, &path, &json!({ "body": "x".repeat(65_537) })).json();
    assert_eq!(
        reply["errors"][0]["message"],
        "Body is too long (maximum is 65536 characters)"
    );
    let issue = post(
        &fake,
        "/issues",
        &json!({ "title": "Drift", "body": "x".repeat(65_537) }),
    );
    assert_eq!(issue.status, 422);
}

#[test]
fn locked_conversations_take_no_comments() {
    let (_repository, fake, number) = shop();
    fake.lock(number);
    let reply = post(
        &fake,
        &format!("/issues/{number}/comments"),
        &json!({ "body": "Hello" }),
    );
    assert_eq!(reply.status, 403);
    assert_eq!(
        reply.json()["message"],
        "Unable to create comment because issue is locked."
    );
    let review = json!({ "body": "Hello", "event": "COMMENT" });
    assert_eq!(post(&fake, &format!("/pulls/{number}/reviews"), &review).status, 422);
    assert!(fake.comments(number).is_empty());
}

#[test]
fn only_own_comments_can_be_changed() {
    let (_repository, fake, number) = shop();
    let id = fake.comment(number, "bob", "Mine");
    let path = format!("/issues/comments/{id}");
    assert_eq!(patch(&fake, &path, &json!({ "body": "Yours" })).status, 403);
    assert_eq!(fake.comments(number)[0].body, "Mine");
    fake.access(|access| access.admin = true);
    assert_eq!(patch(&fake, &path, &json!({ "body": "Yours" })).status, 200);
    assert_eq!(patch(&fake, "/issues/comments/1", &json!({ "body": "x" })).status, 404);
}

#[test]
fn four_thousand_comments_come_in_pages() {
    let (_repository, fake, number) = shop();
    for index in 0..4000 {
        fake.comment(number, "bob", &format!("Comment {index}"));
    }
    let first = get(&fake, &format!("/issues/{number}/comments?per_page=100"));
    assert!(first.link("prev").is_none());
    assert!(first.link("last").unwrap().ends_with("page=40"));
    let token = format!("Bearer {}", fake.token());
    let headers = [("Authorization", token.as_str()), ("User-Agent", "test")];
    let mut seen = first.json().as_array().unwrap().len();
    let mut next = first.link("next");
    while let Some(url) = next {
        assert!(
            url.contains("/repositories/"),
            "links name the repository by its number: {url}"
        );
        let page = ask("GET", &url, &headers, None).unwrap();
        let comments = page.json();
        assert_eq!(comments[0]["body"], format!("Comment {seen}"));
        seen += comments.as_array().unwrap().len();
        next = page.link("next");
    }
    assert_eq!(seen, 4000);
    let usual = get(&fake, &format!("/issues/{number}/comments"));
    assert_eq!(usual.json().as_array().unwrap().len(), 30);
    let beyond = get(&fake, &format!("/issues/{number}/comments?per_page=100&page=41"));
    assert_eq!(beyond.json(), json!([]));
}

#[test]
fn issues_are_opened_changed_and_listed_with_pull_requests() {
    let (_repository, fake, number) = shop();
    let asked = json!({ "title": "Drift", "body": "It drifts", "labels": ["envfence", "drift"] });
    let made = post(&fake, "/issues", &asked);
    assert_eq!(made.status, 201);
    let issue = made.json()["number"].as_u64().unwrap();
    let listed = get(&fake, "/issues?state=open&labels=envfence,drift").json();
    assert_eq!(listed.as_array().unwrap().len(), 1);
    assert_eq!(listed[0]["labels"][1]["name"], "drift");
    let all = get(&fake, "/issues").json();
    assert_eq!((&all[0]["number"], &all[1]["number"]), (&json!(issue), &json!(number)));
    assert!(all[1]["pull_request"].is_object());
    let closed = patch(
        &fake,
        &format!("/issues/{issue}"),
        &json!({ "state": "closed", "state_reason": "completed" }),
    );
    assert_eq!(closed.json()["state"], "closed");
    assert_eq!(get(&fake, "/issues?labels=drift").json(), json!([]));
    assert_eq!(fake.issues()[0].body.as_deref(), Some("It drifts"));
    assert_eq!(get(&fake, "/issues/99").status, 404);
}
