//! Events, variables and files of a job.

use super::shop;
use crate::fake::{Fake, Job, NO_COMMIT, Repository, description, outputs};
use serde_json::{Value, json};
use std::collections::BTreeMap;

fn payload(job: &Job) -> Value {
    let environment: BTreeMap<String, String> = job.environment().into_iter().collect();
    serde_json::from_slice(&std::fs::read(&environment["GITHUB_EVENT_PATH"]).unwrap()).unwrap()
}

#[test]
fn a_job_of_a_pull_request() {
    let (repository, fake, number) = shop();
    let event = fake.opened(number);
    let checkout = repository.checkout(&event.sha, Some(1));
    let mut job = Job::new(&fake, &event, checkout.path());
    job.input("comment-id", "other").set_run("77", 2);
    let environment: BTreeMap<String, String> = job.environment().into_iter().collect();
    let expected = [
        ("ENVFENCE_INPUT_COMMENT_ID", "other"),
        ("GITHUB_BASE_REF", "main"),
        ("GITHUB_EVENT_NAME", "pull_request"),
        ("GITHUB_HEAD_REF", "change"),
        ("GITHUB_REF", "refs/pull/1/merge"),
        ("GITHUB_REF_NAME", "pull/1/merge"),
        ("GITHUB_REPOSITORY", "shop/orders"),
        ("GITHUB_RUN_ATTEMPT", "2"),
        ("GITHUB_RUN_ID", "77"),
        ("GITHUB_SHA", &fake.merge_commit(number)),
        ("GITHUB_API_URL", &fake.api_url()),
    ];
    for (name, value) in expected {
        assert_eq!(environment[name], value, "{name}");
    }
    let payload = payload(&job);
    assert_eq!(payload["action"], "opened");
    assert_eq!(payload["pull_request"]["head"]["sha"], fake.head(number));
    assert_eq!(payload["pull_request"]["head"]["repo"]["full_name"], "shop/orders");
    assert_eq!(payload["repository"]["default_branch"], "main");
    let run = job.run(&checkout, &["lint"]);
    assert_eq!(run.code, 1, "{}", run.all());
    std::fs::write(&environment["GITHUB_OUTPUT"], "a=1\nb<<END\nx\ny=2\nEND\n").unwrap();
    assert_eq!(job.outputs()["b"], "x\ny=2");
    std::fs::write(&environment["GITHUB_STEP_SUMMARY"], "# Good\n").unwrap();
    assert_eq!(job.summary(), "# Good\n");
    assert!(job.temp().is_dir());
}

#[test]
#[should_panic(expected = "Matching delimiter not found")]
fn outputs_that_the_runner_would_refuse() {
    outputs("a<<END\nx\n");
}

#[test]
fn pull_requests_change() {
    let (repository, fake, number) = shop();
    let before = fake.head(number);
    let was = fake.merge_commit(number);
    repository.reset("main").write("deploy/new.env", "A=1\n");
    let after = repository.commit("Force");
    let event = fake.synchronized(number, &before);
    assert_eq!(event.payload["before"], before);
    assert_eq!(event.payload["after"], after);
    assert_eq!(event.payload["pull_request"]["head"]["sha"], after);
    assert_ne!(event.sha, was);
    repository.switch("main").branch("release");
    let retargeted = fake.retargeted(number, "release");
    assert_eq!(retargeted.payload["action"], "edited");
    assert_eq!(retargeted.payload["changes"]["base"]["ref"]["from"], "release");
    let merged = fake.merge(number);
    let closed = fake.closed(number);
    assert_eq!((closed.sha, closed.reference.as_str()), (merged, "refs/heads/main"));
}

#[test]
fn a_pull_request_of_a_fork() {
    let (_repository, fake, _) = shop();
    let number = fake.open_fork_pull("mallory", "change", "main");
    let event = fake.opened(number);
    let head = &event.payload["pull_request"]["head"];
    assert_eq!(head["repo"]["full_name"], "mallory/orders");
    assert_eq!(
        (&head["repo"]["fork"], &head["label"]),
        (&json!(true), &json!("mallory:change"))
    );
    assert_eq!(event.payload["pull_request"]["base"]["repo"]["fork"], false);
    assert_eq!(event.actor, "mallory");
}

#[test]
fn pushes_queues_and_clocks() {
    let (repository, fake, number) = shop();
    let main = repository.sha("main");
    let head = fake.head(number);
    let push = fake.pushed("change", &main);
    assert_eq!(
        (&push.payload["before"], &push.payload["after"]),
        (&json!(main), &json!(head))
    );
    assert_eq!(
        (&push.payload["created"], &push.payload["forced"]),
        (&json!(false), &json!(false))
    );
    assert_eq!(push.payload["commits"][0]["modified"], json!(["deploy/production.env"]));
    assert_eq!(push.reference, "refs/heads/change");
    let new = fake.pushed("change", NO_COMMIT);
    assert_eq!(
        (&new.payload["created"], &new.payload["before"]),
        (&json!(true), &json!(NO_COMMIT))
    );
    repository.reset("main").write("x", "1");
    repository.commit("Instead");
    assert_eq!(fake.pushed("change", &head).payload["forced"], true);

    let queued = fake.merge_group(number);
    assert!(queued.reference.starts_with("refs/heads/gh-readonly-queue/main/pr-1-"));
    assert_eq!(queued.payload["merge_group"]["base_sha"], main);
    assert_eq!(repository.sha(&queued.reference), queued.sha);
    let dispatched = fake.dispatched("main", json!({ "why": "try" }));
    assert_eq!(
        (&dispatched.payload["inputs"]["why"], dispatched.sha.as_str()),
        (&json!("try"), main.as_str())
    );
    let scheduled = fake.scheduled();
    assert_eq!((scheduled.name, scheduled.sha.as_str()), ("schedule", main.as_str()));
}

#[test]
fn payloads_are_held_against_the_description() {
    let (_repository, fake, number) = shop();
    let mut payload = fake.opened(number).payload;
    assert!(description().faults_of_event("pull_request", &payload).is_empty());
    payload["pull_request"]["head"]["sha"] = json!(7);
    let faults = description().faults_of_event("pull_request", &payload);
    assert!(faults[0].contains("/pull_request/head/sha"), "{faults:?}");
    fake.pull_request(number, "opened", json!({ "sender": null }));
    assert!(fake.forgive()[0].starts_with("the event pull_request: /sender"));
}

#[test]
fn conflicts_leave_no_merge_commit() {
    let repository = Repository::of(&[("a.env", "A=1\n")]);
    repository.branch("change").write("a.env", "A=2\n").commit("Two");
    repository.switch("main").write("a.env", "A=3\n").commit("Three");
    let fake = Fake::start(&repository);
    let number = fake.open_pull("change", "main");
    let pull = super::client::get(&fake, &format!("/pulls/{number}")).json();
    assert_eq!(
        (&pull["mergeable"], &pull["mergeable_state"]),
        (&json!(false), &json!("dirty"))
    );
    assert!(pull["merge_commit_sha"].is_null());
}
