//! Check runs, commit statuses, deployments.

use super::client::{get, patch, post};
use super::shop;
use serde_json::{Value, json};

fn annotations(count: usize) -> Vec<Value> {
    let annotation = |line| json!({ "path": "a.env", "start_line": line, "end_line": line, "annotation_level": "failure", "message": "Wrong" });
    (1..=count).map(annotation).collect()
}

fn check(sha: &str, count: usize) -> Value {
    json!({
        "name": "envfence", "head_sha": sha, "status": "completed", "conclusion": "failure",
        "output": { "title": "One error", "summary": "Text", "annotations": annotations(count) },
    })
}

#[test]
fn annotations_of_check_runs_are_added() {
    let (_repository, fake, number) = shop();
    let sha = fake.head(number);
    let made = post(&fake, "/check-runs", &check(&sha, 50));
    assert_eq!(made.status, 201, "{}", made.text());
    let id = made.json()["id"].as_u64().unwrap();
    let more = json!({ "output": { "title": "One error", "summary": "Other text", "annotations": annotations(3) } });
    let changed = patch(&fake, &format!("/check-runs/{id}"), &more).json();
    assert_eq!(changed["output"]["annotations_count"], 53);
    assert_eq!(changed["output"]["summary"], "Other text");
    assert_eq!(changed["conclusion"], "failure");
    assert_eq!(fake.check_runs()[0].annotations.len(), 53);
    let listed = get(&fake, &format!("/check-runs/{id}/annotations?per_page=100"));
    assert_eq!(listed.json().as_array().unwrap().len(), 53);
}

#[test]
fn check_runs_that_github_refuses() {
    let (_repository, fake, number) = shop();
    let sha = fake.head(number);
    let refused = post(&fake, "/check-runs", &check(&sha, 51));
    assert_eq!(refused.status, 422);
    assert!(refused.text().contains("more than 50 items"));
    let open = json!({ "name": "envfence", "head_sha": sha, "status": "completed" });
    assert_eq!(post(&fake, "/check-runs", &open).status, 422);
    assert_eq!(
        post(
            &fake,
            "/check-runs",
            &check("0123456789012345678901234567890123456789", 1)
        )
        .status,
        422
    );
    assert!(fake.check_runs().is_empty());
    let violations = fake.forgive();
    assert_eq!(violations.len(), 1, "{violations:?}");
    assert!(
        violations[0].contains("(checks/create): body /output/annotations"),
        "{violations:?}"
    );
}

#[test]
fn commit_statuses() {
    let (_repository, fake, number) = shop();
    let sha = fake.head(number);
    let path = format!("/statuses/{sha}");
    let asked = json!({ "state": "success", "context": "envfence/deploy", "description": "All good", "target_url": "https://ci.example/1" });
    assert_eq!(post(&fake, &path, &asked).status, 201);
    let long = json!({ "state": "success", "description": "x".repeat(141) });
    assert_eq!(post(&fake, &path, &long).status, 422);
    let one = fake.statuses()[0].clone();
    fake.state().statuses.resize(1000, one);
    assert_eq!(post(&fake, &path, &asked).status, 422);
    assert_eq!(fake.statuses().len(), 1000);
    let listed = get(&fake, &format!("/commits/{sha}/statuses"));
    assert_eq!(listed.json()[0]["context"], "envfence/deploy");
}

#[test]
fn deployments_and_their_statuses() {
    let (_repository, fake, number) = shop();
    let first = fake.deploy("main", "staging");
    let made = post(
        &fake,
        "/deployments",
        &json!({ "ref": "change", "environment": "staging" }),
    );
    assert_eq!(made.status, 201, "{}", made.text());
    assert_eq!(made.json()["sha"], fake.head(number));
    let second = made.json()["id"].as_u64().unwrap();
    let status = json!({ "state": "success", "description": "Verified", "environment_url": "https://shop.example" });
    let path = format!("/deployments/{second}/statuses");
    assert_eq!(post(&fake, &path, &status).status, 201);
    assert_eq!(fake.deployment_statuses(first)[0].state, "inactive");
    assert_eq!(get(&fake, &path).json()[0]["state"], "success");
    assert_eq!(
        get(&fake, "/deployments?environment=staging&ref=main").json()[0]["id"],
        first
    );
    assert_eq!(post(&fake, "/deployments/7/statuses", &status).status, 404);
    let long = json!({ "state": "failure", "description": "x".repeat(141) });
    assert_eq!(post(&fake, &path, &long).status, 422);
}

#[test]
fn the_pull_requests_of_a_commit() {
    let (repository, fake, number) = shop();
    let head = fake.head(number);
    let numbers = |sha: &str| -> Vec<u64> {
        let found = get(&fake, &format!("/commits/{sha}/pulls")).json();
        let found = found.as_array().unwrap().clone();
        found.iter().map(|pull| pull["number"].as_u64().unwrap()).collect()
    };
    assert_eq!(numbers(&head), [number]);
    assert!(numbers(&repository.sha("main")).is_empty());
    let merged = fake.merge(number);
    assert_eq!(numbers(&merged), [number]);
    assert_eq!(numbers(&head), [number]);
    let pull = get(&fake, &format!("/pulls/{number}")).json();
    assert_eq!((&pull["merged"], &pull["state"]), (&json!(true), &json!("closed")));
    assert_eq!(pull["merge_commit_sha"], merged);
    assert_eq!(repository.sha("main"), merged);
    assert_eq!(get(&fake, &format!("/commits/{}/pulls", "0".repeat(40))).status, 422);
}
