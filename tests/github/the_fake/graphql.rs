//! Queries and mutations of GraphQL.

use super::client::{post, query};
use super::shop;
use crate::fake::Fake;
use serde_json::{Value, json};

const THREADS: &str = "
    query($owner: String!, $name: String!, $number: Int!, $after: String) {
      repository(owner: $owner, name: $name) {
        pullRequest(number: $number) {
          reviewThreads(first: 100, after: $after) {
            pageInfo { hasNextPage endCursor }
            nodes { id isResolved isOutdated comments(first: 100) { nodes { databaseId author { __typename login } } } }
          }
        }
      }
    }";

fn review(fake: &Fake, number: u64, count: usize) {
    let comment = json!({ "path": "deploy/production.env", "line": 2, "side": "RIGHT", "body": "Wrong" });
    let review = json!({ "event": "COMMENT", "comments": vec![comment; count] });
    assert_eq!(post(fake, &format!("/pulls/{number}/reviews"), &review).status, 200);
}

fn threads(fake: &Fake, number: u64, after: Value) -> Value {
    let variables = json!({ "owner": "shop", "name": "orders", "number": number, "after": after });
    query(fake, THREADS, variables)["data"]["repository"]["pullRequest"]["reviewThreads"].clone()
}

#[test]
fn the_viewer_is_named_as_comments_are() {
    let (_repository, fake, _) = shop();
    let reply = query(&fake, "query { me: viewer { login } }", json!({}));
    assert_eq!(reply, json!({ "data": { "me": { "login": "github-actions[bot]" } } }));
    fake.access(|access| access.login = "alice".into());
    let reply = query(&fake, "{ viewer { __typename login } }", json!({}));
    assert_eq!(
        reply,
        json!({ "data": { "viewer": { "__typename": "User", "login": "alice" } } })
    );
    assert_eq!(fake.requests("graphql/viewer").len(), 2);
}

#[test]
fn threads_come_in_pages_and_name_apps_without_bot() {
    let (_repository, fake, number) = shop();
    review(&fake, number, 130);
    let first = fake.review_comments(number)[0].id;
    let answer = fake.answer(first, "bob", "No");
    let page = threads(&fake, number, Value::Null);
    assert_eq!(page["nodes"].as_array().unwrap().len(), 100);
    let comments = &page["nodes"][0]["comments"]["nodes"];
    assert_eq!(
        comments[0],
        json!({ "databaseId": first, "author": { "__typename": "Bot", "login": "github-actions" } })
    );
    assert_eq!(
        comments[1],
        json!({ "databaseId": answer, "author": { "__typename": "User", "login": "bob" } })
    );
    assert_eq!(page["pageInfo"]["hasNextPage"], true);
    let rest = threads(&fake, number, page["pageInfo"]["endCursor"].clone());
    assert_eq!(rest["nodes"].as_array().unwrap().len(), 30);
    assert_eq!(rest["pageInfo"]["hasNextPage"], false);
}

#[test]
fn a_thread_is_resolved_unless_that_is_forbidden() {
    let (_repository, fake, number) = shop();
    review(&fake, number, 1);
    let id = threads(&fake, number, Value::Null)["nodes"][0]["id"].clone();
    let text = "mutation($id: ID!) { resolveReviewThread(input: { threadId: $id }) { thread { isResolved } } }";
    fake.forbid("resolveReviewThread");
    let refused = query(&fake, text, json!({ "id": id }));
    assert_eq!(refused["data"], json!({ "resolveReviewThread": null }));
    assert_eq!(refused["errors"][0]["type"], "FORBIDDEN");
    assert_eq!(refused["errors"][0]["path"], json!(["resolveReviewThread"]));
    assert_eq!(
        refused["errors"][0]["message"],
        "Resource not accessible by integration"
    );
    assert!(fake.review_comments(number)[0].resolved.is_none());
    fake.access(|access| access.forbidden_mutations.clear());
    let done = query(&fake, text, json!({ "id": id }));
    assert_eq!(done["data"]["resolveReviewThread"]["thread"]["isResolved"], true);
    assert_eq!(threads(&fake, number, Value::Null)["nodes"][0]["isResolved"], true);
    let unknown = query(&fake, text, json!({ "id": "PRRT_1" }));
    assert_eq!(unknown["errors"][0]["type"], "NOT_FOUND");
}

#[test]
fn a_comment_is_folded_away() {
    let (_repository, fake, number) = shop();
    let id = fake.comment(number, "github-actions[bot]", "Old news");
    let text = "mutation($id: ID!, $why: ReportedContentClassifiers!) {
        minimizeComment(input: { subjectId: $id, classifier: $why }) {
          minimizedComment { isMinimized minimizedReason ... on IssueComment { databaseId } }
        }
      }";
    let reply = query(&fake, text, json!({ "id": format!("IC_{id}"), "why": "OUTDATED" }));
    let expected = json!({ "isMinimized": true, "minimizedReason": "outdated", "databaseId": id });
    assert_eq!(reply["data"]["minimizeComment"]["minimizedComment"], expected);
    assert_eq!(fake.comments(number)[0].minimized.as_deref(), Some("outdated"));
    fake.read_only();
    let reply = query(&fake, text, json!({ "id": format!("IC_{id}"), "why": "SPAM" }));
    assert_eq!(reply["errors"][0]["type"], "FORBIDDEN");
}

#[test]
fn queries_that_the_schema_does_not_know_violate_it() {
    let (_repository, fake, number) = shop();
    let cases = [
        (
            "{ viewer { name } }",
            json!({}),
            "Field 'name' doesn't exist on type 'User'",
        ),
        ("{ viewer }", json!({}), "Field must have selections"),
        (
            "{ viewer { login { x } } }",
            json!({}),
            "Selections can't be made on scalars",
        ),
        (
            "{ repository(owner: \"shop\") { id } }",
            json!({}),
            "missing required arguments: name",
        ),
        ("{ viewer(id: 1) { login } }", json!({}), "doesn't accept argument 'id'"),
        (
            "query($n: Int!) { viewer { login } }",
            json!({}),
            "Variable $n of type Int!",
        ),
        ("{ viewer { login }", json!({}), "Parse error"),
        (
            "{ viewer { login } }",
            json!({ "x": 1 }),
            "Variable $x is given but not declared",
        ),
        (
            "mutation($why: ReportedContentClassifiers!) { minimizeComment(input: { subjectId: \"a\", classifier: $why }) { clientMutationId } }",
            json!({ "why": "BORING" }),
            "Variable $why",
        ),
    ];
    for (text, variables, expected) in cases {
        let reply = query(&fake, text, variables);
        let message = reply["errors"][0]["message"].as_str().unwrap_or_default();
        assert!(message.contains(expected), "{text}: {reply}");
        assert!(reply["data"].is_null());
        assert_eq!(fake.forgive().len(), 1, "{text}");
    }
    let unbounded = format!(
        "{{ repository(owner: \"shop\", name: \"orders\") {{ pullRequest(number: {number}) {{ reviewThreads {{ totalCount }} }} }} }}"
    );
    let reply = query(&fake, &unbounded, json!({}));
    assert_eq!(reply["errors"][0]["type"], "MISSING_PAGINATION_BOUNDARIES");
    let missing = query(
        &fake,
        "{ repository(owner: \"shop\", name: \"none\") { id } }",
        json!({}),
    );
    assert_eq!(missing["errors"][0]["type"], "NOT_FOUND");
    assert!(missing["data"]["repository"].is_null());
}
