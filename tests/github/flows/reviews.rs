//! Comments on the lines of a pull request, and the optional check run.

use super::*;
use crate::fake::JOB_ACCOUNT;

#[test]
fn a_thread_that_somebody_answered_is_theirs() {
    let (repository, fake, number) = wrong_pull();
    step_of_run(&fake, &repository, &fake.opened(number), ("9001", 1));
    let first = fake.review_comments(number).remove(0);
    fake.answer(first.id, "alice", "This is on purpose until Friday.");
    let before = fake.head(number);
    repository.write("deploy/production.env", RIGHT).commit("Mend");
    let (run, job) = step_of_run(&fake, &repository, &fake.synchronized(number, &before), ("9002", 1));
    assert_passed(&run, &job);
    let lines = fake.review_comments(number);
    assert_eq!(lines.len(), 2);
    assert_eq!((&lines[0].body, lines[0].updated), (&first.body, first.updated));
    assert!(lines[0].resolved.is_none());
    // And if it comes back, nobody is told twice.
    let before = fake.head(number);
    repository.write("deploy/production.env", WRONG).commit("Move again");
    let (run, _) = step_of_run(&fake, &repository, &fake.synchronized(number, &before), ("9003", 1));
    assert_eq!(run.code, 1);
    assert_eq!(fake.review_comments(number).len(), 2);
}

#[test]
fn a_comment_says_fixed_where_the_token_may_not_resolve() {
    let (repository, fake, number) = wrong_pull();
    fake.forbid("resolveReviewThread");
    step_of_run(&fake, &repository, &fake.opened(number), ("9001", 1));
    let before = fake.head(number);
    repository.write("deploy/production.env", RIGHT).commit("Mend");
    let (run, job) = step_of_run(&fake, &repository, &fake.synchronized(number, &before), ("9002", 1));
    assert_passed(&run, &job);
    let lines = fake.review_comments(number);
    assert!(lines[0].body.contains("✅ Fixed in"), "{}", lines[0].body);
    assert!(lines[0].resolved.is_none());
}

#[test]
fn only_what_is_gone_is_resolved_and_what_is_new_is_added() {
    let files = ["web", "api", "jobs"].map(|name| format!("deploy/{name}/production.env"));
    let repository = shop();
    for file in &files {
        repository.write(file, RIGHT);
    }
    repository.commit("Services");
    repository
        .branch("move")
        .write(&files[0], WRONG)
        .write(&files[1], WRONG)
        .commit("Two");
    let fake = Fake::start(&repository);
    let number = fake.open_pull("move", "main");
    step_of_run(&fake, &repository, &fake.opened(number), ("9001", 1));
    assert_eq!(fake.review_comments(number).len(), 2);
    assert_eq!(fake.reviews(number).len(), 1, "one review for all");
    let before = fake.head(number);
    repository
        .write(&files[1], RIGHT)
        .write(&files[2], WRONG)
        .commit("Other two");
    step_of_run(&fake, &repository, &fake.synchronized(number, &before), ("9002", 1));
    let lines = fake.review_comments(number);
    let told: Vec<(&str, bool, bool)> = lines
        .iter()
        .map(|line| (line.path.as_str(), line.body.contains("Fixed"), line.resolved.is_some()))
        .collect();
    assert_eq!(
        told,
        [
            (files[1].as_str(), true, true),
            (files[0].as_str(), false, false),
            (files[2].as_str(), false, false)
        ]
    );
    assert_eq!(fake.reviews(number).len(), 2);
}

#[test]
fn a_finding_off_the_difference_is_said_in_the_comment_alone() {
    // What is wrong stands in a file that the change does not touch; staging's own database is what changes.
    let repository = Repository::of(&[("deploy/production.env", WRONG), ("deploy/staging.env", RIGHT)]);
    repository
        .branch("move")
        .write(
            "deploy/staging.env",
            "DB_HOST=orders.staging.shop.example\nDB_NAME=orders\n",
        )
        .commit("Mend staging");
    let fake = Fake::start(&repository);
    let number = fake.open_pull("move", "main");
    let event = fake.opened(number);
    let checkout = repository.checkout_for(&event, Some(1));
    let (run, job) = step_in(&fake, &event, &checkout, |job| {
        job.input("scope", "all");
    });
    assert_eq!(run.code, 1, "{}", run.all());
    assert!(job.summary().contains("deploy/production.env"));
    assert!(the_comment(&fake, number).body.contains("deploy/production.env"));
    let lines = fake.review_comments(number);
    assert!(
        lines.iter().all(|line| line.path != "deploy/production.env"),
        "{lines:#?}"
    );
}

#[test]
fn the_lines_are_those_of_the_head_where_the_target_moved_on() {
    let repository = shop();
    repository
        .write("deploy/production.env", format!("A=1\nB=2\nC=3\nD=4\nE=5\n{RIGHT}"))
        .commit("Room");
    repository
        .branch("move")
        .write("deploy/production.env", format!("A=1\nB=2\nC=3\nD=4\nE=5\n{WRONG}"))
        .commit("Move");
    repository
        .switch("main")
        .write(
            "deploy/production.env",
            format!("# one\n# two\nA=1\nB=2\nC=3\nD=4\nE=5\n{RIGHT}"),
        )
        .commit("Explain");
    let fake = Fake::start(&repository);
    let number = fake.open_pull("move", "main");
    let (run, _) = step(&fake, &repository, &fake.opened(number), Some(2));
    assert_eq!(run.code, 1, "{}", run.all());
    assert!(
        run.stdout.contains("file=deploy/production.env,line=8,"),
        "annotations are at the merge: {}",
        run.stdout
    );
    let lines = fake.review_comments(number);
    assert_eq!(lines.len(), 1);
    assert_eq!((lines[0].line, &lines[0].commit), (6, &fake.head(number)));
}

#[test]
fn a_check_run_has_every_finding_in_batches() {
    let mut files = Vec::new();
    for number in 0..120 {
        files.push((format!("deploy/s{number:03}/production.env"), WRONG));
    }
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), *text)).collect();
    let (repository, fake, number) = pull_of(&files);
    let event = fake.opened(number);
    let checkout = repository.checkout_for(&event, Some(1));
    let (run, job) = step_in(&fake, &event, &checkout, |job| {
        job.input("check-run", "true");
    });
    assert_eq!(run.code, 1, "{}", run.all());
    let runs = fake.check_runs();
    assert_eq!(runs.len(), 1);
    assert_eq!(runs[0].annotations.len().to_string(), job.outputs()["findings"]);
    assert!(runs[0].annotations.len() >= 120);
    assert_eq!(
        (&runs[0].head_sha, &runs[0].fields["conclusion"]),
        (&fake.head(number), &"failure".into())
    );
    assert_eq!(runs[0].fields["status"], "completed");
}

#[test]
fn what_others_wrote_on_lines_stays() {
    let (repository, fake, number) = wrong_pull();
    step_of_run(&fake, &repository, &fake.opened(number), ("9001", 1));
    let ours = fake.review_comments(number).remove(0);
    // Somebody copies the comment with its marker into a thread of their own.
    {
        let mut state = fake.state();
        let id = state.next_id();
        let mut copy = ours.clone();
        (copy.id, copy.author) = (id, "mallory".into());
        state.review_comments.push(copy);
    }
    let before = fake.head(number);
    repository.write("deploy/production.env", RIGHT).commit("Mend");
    step_of_run(&fake, &repository, &fake.synchronized(number, &before), ("9002", 1));
    let lines = fake.review_comments(number);
    assert_eq!(
        (lines[0].author.as_str(), lines[0].resolved.is_some()),
        (JOB_ACCOUNT, true)
    );
    assert_eq!(
        (lines[1].author.as_str(), lines[1].resolved.is_some()),
        ("mallory", false)
    );
    assert_eq!(lines[1].body, ours.body);
}
