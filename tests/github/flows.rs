//! The action on pull requests and other events: what is judged, what people see, what GitHub is asked and told.

mod checkouts;
mod comments;
mod events;
mod large;
#[cfg(unix)]
mod names;
mod pages;
mod places;
mod policies;
mod pull_requests;
mod reviews;
mod tokens;
mod trees;
mod writing;

use crate::fake::events::Event;
use crate::fake::{Comment, Fake, Job, Repository};
use crate::support::{Run, Tree};

/// A repository with a good production and staging.
fn shop() -> Repository {
    Repository::of(&[
        ("deploy/production.env", RIGHT),
        (
            "deploy/staging.env",
            "DB_HOST=orders.staging.shop.example\nDB_NAME=orders\n",
        ),
        ("README.md", "# Shop\n"),
    ])
}

const RIGHT: &str = "DB_HOST=orders.prod.shop.example\nDB_NAME=orders\n";
const WRONG: &str = "DB_HOST=orders.staging.shop.example\nDB_NAME=orders\n";
/// What there is to say of it.
const SAID: &str = "production would use staging's database";
/// The annotation at its line.
const ANNOTATION: &str = "::error file=deploy/production.env,line=1,col=9";

/// A pull request of a branch `move` that gives production staging's database.
fn wrong_pull() -> (Repository, Fake, u64) {
    pull_of(&[("deploy/production.env", WRONG)])
}

/// A pull request of a branch `move` with these files.
fn pull_of(files: &[(&str, &str)]) -> (Repository, Fake, u64) {
    let repository = shop();
    repository.branch("move");
    for (path, text) in files {
        repository.write(path, text);
    }
    repository.commit("Move");
    let fake = Fake::start(&repository);
    let number = fake.open_pull("move", "main");
    (repository, fake, number)
}

/// Runs the step for an event, in a checkout of so much history.
fn step(fake: &Fake, repository: &Repository, event: &Event, depth: Option<u32>) -> (Run, Job) {
    let checkout = repository.checkout_for(event, depth);
    step_in(fake, event, &checkout, |_| {})
}

fn step_in(fake: &Fake, event: &Event, checkout: &Tree, set: impl FnOnce(&mut Job)) -> (Run, Job) {
    let mut job = Job::new(fake, event, checkout.path());
    set(&mut job);
    let run = job.run(checkout, &["action"]);
    (run, job)
}

/// Runs the step as this run and attempt, in a checkout as it comes without asking for more.
fn step_of_run(fake: &Fake, repository: &Repository, event: &Event, (run, attempt): (&str, u32)) -> (Run, Job) {
    let checkout = repository.checkout_for(event, Some(1));
    step_in(fake, event, &checkout, |job| {
        job.set_run(run, attempt);
    })
}

/// The comment that the action wrote, which must be the only one of its author.
fn the_comment(fake: &Fake, number: u64) -> Comment {
    let mut comments = fake.comments(number);
    comments.retain(|comment| comment.author == crate::fake::JOB_ACCOUNT);
    assert_eq!(comments.len(), 1, "{comments:#?}");
    comments.remove(0)
}

/// Whether the run and all that people see without GitHub's API say that production would use staging's database.
fn assert_refused(run: &Run, job: &Job) {
    assert_eq!(run.code, 1, "{}", run.all());
    assert!(run.stdout.contains(ANNOTATION), "{}", run.stdout);
    assert!(job.summary().contains(SAID), "{}", job.summary());
    let outputs = job.outputs();
    assert_eq!(
        (outputs["verdict"].as_str(), outputs["exit-code"].as_str()),
        ("violated", "1")
    );
}

/// Whether the run passes and says so.
fn assert_passed(run: &Run, job: &Job) {
    assert_eq!(run.code, 0, "{}", run.all());
    assert!(!run.stdout.contains("::error"), "{}", run.stdout);
    assert!(job.summary().starts_with("### ✅"), "{}", job.summary());
    assert_eq!(job.outputs()["exit-code"], "0");
}
