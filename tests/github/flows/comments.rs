//! The one comment on a pull request: found again, kept up to date, and nobody else's touched.

use super::*;
use crate::fake::JOB_ACCOUNT;
use serde_json::json;

#[test]
fn the_comment_is_found_among_four_thousand() {
    let (repository, fake, number) = wrong_pull();
    let event = fake.opened(number);
    for count in 0..2_500 {
        fake.comment(number, "alice", &format!("Comment {count}"));
    }
    step_of_run(&fake, &repository, &event, ("9001", 1));
    let first = the_comment(&fake, number);
    for count in 2_500..4_000 {
        fake.comment(number, "bob", &format!("Comment {count}"));
    }
    step_of_run(&fake, &repository, &event, ("9002", 1));
    let last = the_comment(&fake, number);
    assert_eq!(last.id, first.id);
    assert!(last.body.contains("run=9002"), "{}", last.body);
    assert_eq!(fake.comments(number).len(), 4_001);
}

#[test]
fn a_copied_marker_makes_nobody_elses_comment_ours() {
    let (repository, fake, number) = wrong_pull();
    step_of_run(&fake, &repository, &fake.opened(number), ("9001", 1));
    let body = the_comment(&fake, number).body;
    // Somebody was there first with a marker of a run that is long to come; another app was, too.
    let (repository, fake, number) = wrong_pull();
    let event = fake.opened(number);
    let copied = body.replace("run=9001", "run=999999999").replace(SAID, "all is well");
    for author in ["mallory", "other-app[bot]", "github-actions-bot"] {
        fake.comment(number, author, &copied);
    }
    let there = fake.comments(number);
    for run in [("9001", 1), ("9002", 1)] {
        let (run, job) = step_of_run(&fake, &repository, &event, run);
        assert_refused(&run, &job);
    }
    assert!(the_comment(&fake, number).body.contains("run=9002"));
    let bodies = |comments: &[Comment]| -> Vec<(u64, String, u64)> {
        comments
            .iter()
            .map(|one| (one.id, one.body.clone(), one.updated))
            .collect()
    };
    assert_eq!(bodies(&fake.comments(number)[..3]), bodies(&there));
}

#[test]
fn another_comment_of_the_same_account_is_not_taken_for_ours() {
    let (repository, fake, number) = wrong_pull();
    let event = fake.opened(number);
    let other = fake.comment(
        number,
        JOB_ACCOUNT,
        "Coverage went up.\n<!-- envfence:lint:configuration run=1 attempt=1 sha=0 -->",
    );
    step_of_run(&fake, &repository, &event, ("9001", 1));
    let comments = fake.comments(number);
    assert_eq!(comments.len(), 2);
    assert!(
        comments[0].id == other && comments[0].body.starts_with("Coverage"),
        "{comments:#?}"
    );
}

#[test]
fn the_older_of_two_runs_has_no_last_word() {
    // A re-run of the first run ends after the second run.
    let (repository, fake, number) = wrong_pull();
    let event = fake.opened(number);
    step_of_run(&fake, &repository, &event, ("9002", 1));
    let newer = the_comment(&fake, number);
    let written = fake.writes().len();
    let (run, job) = step_of_run(&fake, &repository, &event, ("9001", 3));
    assert_refused(&run, &job);
    assert_eq!(the_comment(&fake, number).body, newer.body);
    assert_eq!(fake.writes().len(), written, "{:#?}", fake.writes());
    // The first run was about a commit that is no longer the newest.
    let before = fake.head(number);
    repository.write("deploy/production.env", RIGHT).commit("Mend");
    let mended = fake.synchronized(number, &before);
    let (run, job) = step_of_run(&fake, &repository, &mended, ("9003", 1));
    assert_passed(&run, &job);
    let newest = the_comment(&fake, number);
    let written = fake.writes().len();
    for run in [("9001", 1), ("9004", 1)] {
        let (run, job) = step_of_run(&fake, &repository, &event, run);
        assert_refused(&run, &job);
    }
    assert_eq!(the_comment(&fake, number).body, newest.body);
    assert_eq!(fake.writes().len(), written, "{:#?}", fake.writes());
}

#[test]
fn a_locked_conversation_is_left_alone() {
    let (repository, fake, number) = wrong_pull();
    fake.lock(number);
    let (run, job) = step(&fake, &repository, &fake.opened(number), Some(1));
    assert_refused(&run, &job);
    assert!(run.stdout.contains("locked"), "{}", run.stdout);
    assert!(fake.comments(number).is_empty() && fake.review_comments(number).is_empty());
    assert!(fake.writes().len() <= 1, "{:#?}", fake.writes());
}

#[test]
fn a_closed_pull_request_can_still_be_spoken_on() {
    let (repository, fake, number) = wrong_pull();
    let event = fake.opened(number);
    fake.change(number, |issue| issue.open = false);
    let (run, job) = step(&fake, &repository, &event, Some(1));
    assert_refused(&run, &job);
    assert!(the_comment(&fake, number).body.contains(SAID));
}

#[test]
fn several_uses_keep_their_comments_apart() {
    let (repository, fake, number) = wrong_pull();
    let event = fake.opened(number);
    let checkout = repository.checkout_for(&event, Some(1));
    for run in ["9001", "9002"] {
        for id in ["deploy files", "charts"] {
            let (run, job) = step_in(&fake, &event, &checkout, |job| {
                job.set_run(run, 1).input("comment-id", id);
            });
            assert_refused(&run, &job);
        }
    }
    let comments = fake.comments(number);
    assert_eq!(comments.len(), 2);
    assert!(
        comments[0].body.contains("envfence: deploy-files"),
        "{}",
        comments[0].body
    );
    assert!(comments[1].body.contains("envfence: charts"), "{}", comments[1].body);
    assert!(comments.iter().all(|comment| comment.body.contains("run=9002")));
}

#[test]
fn when_there_is_a_comment() {
    let clean = "DB_HOST=orders-2.prod.shop.example\n";
    for (text, expected) in [
        (clean, [("always", 1), ("auto", 0), ("failures", 0), ("off", 0)]),
        (WRONG, [("always", 1), ("auto", 1), ("failures", 1), ("off", 0)]),
    ] {
        let (repository, fake, number) = pull_of(&[("deploy/production.env", text)]);
        let event = fake.opened(number);
        let checkout = repository.checkout_for(&event, Some(1));
        for (mode, count) in expected {
            let (run, _) = step_in(&fake, &event, &checkout, |job| {
                job.input("comment", mode).input("review-comments", "false");
            });
            assert_eq!(fake.comments(number).len(), count, "{mode}: {}", run.all());
            fake.state().comments.clear();
        }
        assert!(fake.reviews(number).is_empty());
    }
}

#[test]
fn the_pull_request_can_be_named_where_the_event_names_none() {
    let (repository, fake, number) = wrong_pull();
    let event = fake.dispatched("move", json!({}));
    let checkout = repository.checkout_for(&event, Some(1));
    let (run, job) = step_in(&fake, &event, &checkout, |job| {
        job.input("pr-number", number.to_string());
    });
    assert_refused(&run, &job);
    assert!(the_comment(&fake, number).body.contains(SAID));
}

/// With a token of another app whose name GitHub does not tell, the app's own comment looks like somebody else's.
#[test]
fn without_a_name_no_second_comment_is_written() {
    let (repository, fake, number) = wrong_pull();
    fake.access(|access| access.login = "fence-app[bot]".into());
    step_of_run(&fake, &repository, &fake.opened(number), ("9001", 1));
    fake.forbid("viewer");
    let (run, _) = step_of_run(&fake, &repository, &fake.opened(number), ("9002", 1));
    assert_eq!(run.code, 1);
    assert_eq!(fake.comments(number).len(), 1);
    assert!(run.stdout.contains("whom the token speaks for"), "{}", run.all());
    fake.access(|access| access.forbidden_mutations.clear());
    step_of_run(&fake, &repository, &fake.opened(number), ("9003", 1));
    let comments = fake.comments(number);
    assert_eq!(comments.len(), 1);
    assert!(comments[0].body.contains("run=9003"), "{}", comments[0].body);
}
