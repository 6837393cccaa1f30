//! The action on pull requests and other events: what is judged, what people see, what GitHub is asked and told.

mod pull_requests;
mod trees;

use crate::fake::events::Event;
use crate::fake::{Fake, Job, Repository, Trouble, When};
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

/// Runs the step for an event, in a checkout of so much history.
fn step(fake: &Fake, repository: &Repository, event: &Event, depth: Option<u32>) -> (Run, Job) {
    let checkout = repository.checkout(&event.sha, depth);
    step_in(fake, event, &checkout, |_| {})
}

fn step_in(fake: &Fake, event: &Event, checkout: &Tree, set: impl FnOnce(&mut Job)) -> (Run, Job) {
    let mut job = Job::new(fake, event, checkout.path());
    set(&mut job);
    let run = job.run(checkout, &["action"]);
    (run, job)
}
