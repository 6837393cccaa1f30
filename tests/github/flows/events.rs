//! The other events: what each of them judges. None of them speaks on a pull request.

use super::*;
use crate::fake::NO_COMMIT;
use serde_json::json;

/// A repository whose production has always been wrong, with a branch that says something else.
fn sinful() -> Repository {
    let repository = shop();
    repository.write("deploy/production.env", WRONG).commit("Sin");
    repository.branch("more").write(
        "deploy/staging.env",
        "DB_HOST=orders.staging.shop.example\nDB_NAME=orders\nLOG=1\n",
    );
    repository.commit("Log");
    repository
}

#[test]
fn a_merge_queue_judges_what_it_would_merge() {
    let (repository, fake, number) = wrong_pull();
    let event = fake.merge_group(number);
    for depth in [Some(1), Some(2), None] {
        let (run, job) = step(&fake, &repository, &event, depth);
        assert_refused(&run, &job);
    }
    let (run, job) = step_in(&fake, &event, &Tree::new(), |_| {});
    assert_refused(&run, &job);
    assert!(fake.writes().is_empty(), "{:#?}", fake.writes());
    let repository = sinful();
    let fake = Fake::start(&repository);
    let event = fake.merge_group(fake.open_pull("more", "main"));
    for depth in [Some(1), Some(2)] {
        let (run, job) = step(&fake, &repository, &event, depth);
        assert_passed(&run, &job);
    }
}

#[test]
fn a_push_judges_what_it_brings() {
    let repository = shop();
    let before = repository.sha("main");
    repository.write("deploy/production.env", WRONG).commit("Move");
    repository.write("README.md", "# Our shop\n").commit("Words");
    let fake = Fake::start(&repository);
    let event = fake.pushed("main", &before);
    for depth in [Some(1), Some(3), None] {
        let (run, job) = step(&fake, &repository, &event, depth);
        assert_refused(&run, &job);
    }
    let (run, job) = step_in(&fake, &event, &Tree::new(), |_| {});
    assert_refused(&run, &job);
    // The next push brings nothing wrong.
    let before = repository.sha("main");
    repository.write(
        "deploy/staging.env",
        "DB_HOST=orders.staging.shop.example\nDB_NAME=orders\nLOG=1\n",
    );
    repository.commit("Log");
    let event = fake.pushed("main", &before);
    for depth in [Some(1), Some(2)] {
        let (run, job) = step(&fake, &repository, &event, depth);
        assert_passed(&run, &job);
    }
    assert!(fake.writes().is_empty(), "{:#?}", fake.writes());
}

#[test]
fn a_forced_push_judges_what_differs_from_what_was_there() {
    let repository = shop();
    let start = repository.sha("main");
    repository.write("README.md", "# Our shop\n").commit("Words");
    let before = repository.sha("main");
    repository
        .reset(&start)
        .write("deploy/production.env", WRONG)
        .commit("Move");
    let fake = Fake::start(&repository);
    let event = fake.pushed("main", &before);
    assert_eq!(event.payload["forced"], true);
    for depth in [Some(1), None] {
        let (run, job) = step(&fake, &repository, &event, depth);
        assert_refused(&run, &job);
    }
}

#[test]
fn what_has_no_change_judges_the_whole_tree() {
    let repository = sinful();
    let fake = Fake::start(&repository);
    let unknown = Event {
        name: "repository_dispatch",
        payload: json!({ "action": "nightly", "client_payload": { "pull": [1] } }),
        ..fake.scheduled()
    };
    let empty = Event {
        name: "a_later_invention",
        payload: json!(null),
        ..fake.scheduled()
    };
    for event in [
        fake.pushed("more", NO_COMMIT),
        fake.dispatched("main", json!({})),
        fake.scheduled(),
        unknown,
        empty,
    ] {
        for checkout in [repository.checkout_for(&event, Some(1)), Tree::new()] {
            let (run, job) = step_in(&fake, &event, &checkout, |_| {});
            assert_refused(&run, &job);
        }
    }
    assert!(fake.writes().is_empty(), "{:#?}", fake.writes());
}

#[test]
fn a_pull_request_that_was_edited_goes_to_another_branch() {
    let repository = sinful();
    repository
        .switch("main")
        .branch("release")
        .write("README.md", "# Release\n")
        .commit("Release");
    repository.write("deploy/production.env", RIGHT).commit("Mend");
    let fake = Fake::start(&repository);
    // Onto main it brings nothing wrong; onto release, which is mended, git merges without the fault.
    let number = fake.open_pull("more", "main");
    let (run, job) = step(&fake, &repository, &fake.opened(number), Some(1));
    assert_passed(&run, &job);
    fake.change(number, |issue| issue.pull.as_mut().unwrap().base = "release".into());
    let event = fake.retargeted(number, "main");
    assert_eq!(event.base, "release");
    let (run, job) = step(&fake, &repository, &event, Some(2));
    assert_passed(&run, &job);
}

#[test]
fn a_run_for_the_target_branch_judges_the_pull_request_without_checking_it_out() {
    let (repository, fake, number) = wrong_pull();
    let base = repository.sha("main");
    let event = Event {
        name: "pull_request_target",
        sha: base,
        reference: "refs/heads/main".into(),
        ..fake.opened(number)
    };
    for depth in [Some(1), None] {
        let (run, job) = step(&fake, &repository, &event, depth);
        assert_refused(&run, &job);
    }
    assert!(the_comment(&fake, number).body.contains(SAID));
    assert_eq!(fake.review_comments(number).len(), 1);
}

#[test]
fn a_payload_that_is_none_stops_the_run() {
    let (repository, fake, number) = wrong_pull();
    let event = Event {
        payload: json!({ "pull_request": { "number": 1, "title": "s3cret" } }),
        ..fake.opened(number)
    };
    let (run, job) = step(&fake, &repository, &event, Some(1));
    assert_eq!(run.code, 2, "{}", run.all());
    assert!(
        run.stdout.starts_with("::error title=envfence could not run::"),
        "{}",
        run.stdout
    );
    assert!(!run.all().contains("s3cret"));
    assert_eq!(job.outputs()["verdict"], "error");
}
