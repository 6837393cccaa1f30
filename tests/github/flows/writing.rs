//! GitHub in trouble: the verdict is the same, nothing is said twice, and the job ends in time.
//!
//! The step runs in a process of its own, by a clock on which waiting takes no time: this program, started anew.

use super::*;
use crate::fake::{Trouble, When};
use crate::support::{finish, in_parallel};
use envfence::action::Patience;
use envfence::dates::Date;
use envfence::edges::github::Clock;
use std::cell::Cell;
use std::process::Command;
use std::rc::Rc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// The file that the other process notes its exit code and its waiting in.
const NOTE: &str = "ENVFENCE_TEST_NOTE";

/// A clock that goes forward at once where somebody waits.
struct Jumping {
    start: Instant,
    skipped: Cell<Duration>,
}

impl Clock for Jumping {
    fn now(&self) -> Duration {
        self.start.elapsed() + self.skipped.get()
    }

    fn unix(&self) -> u64 {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        (now + self.skipped.get()).as_secs()
    }

    fn sleep(&self, time: Duration) {
        self.skipped.set(self.skipped.get() + time);
    }
}

/// The other process; nothing where it is not asked for.
#[test]
fn the_step_by_a_clock_that_jumps() {
    let Some(note) = std::env::var_os(NOTE) else { return };
    let clock = Rc::new(Jumping {
        start: Instant::now(),
        skipped: Cell::new(Duration::ZERO),
    });
    let patience = Patience {
        clock: clock.clone(),
        request_timeout: Duration::from_millis(700),
    };
    let today = Date::new(2026, 1, 1).unwrap();
    let code = envfence::action::run_with(&envfence::edges::runner::variable, today, patience);
    std::fs::write(note, format!("{code} {}", clock.now().as_secs())).unwrap();
}

/// Runs the step by that clock; gives the seconds that it would have taken besides.
fn step_by_clock(fake: &Fake, event: &Event, checkout: &Tree, run: &str) -> (Run, Job, u64) {
    let mut job = Job::new(fake, event, checkout.path());
    job.set_run(run, 1);
    let note = job.temp().join("note");
    let usual = checkout.command(&[]);
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args([
            "--exact",
            "flows::writing::the_step_by_a_clock_that_jumps",
            "--nocapture",
            "--quiet",
        ])
        .current_dir(checkout.path())
        .env_clear()
        .envs(usual.get_envs().filter_map(|(name, value)| Some((name, value?))))
        .envs(job.environment())
        .env(NOTE, &note);
    let mut run = finish(&mut command);
    let noted = std::fs::read_to_string(&note).unwrap_or_else(|error| panic!("{error}: {}", run.all()));
    let (code, seconds) = noted.split_once(' ').unwrap();
    run.code = code.parse().unwrap();
    (run, job, seconds.parse().unwrap())
}

/// A wrong pull request with a checkout in which git knows all that there is to know.
struct World {
    repository: Repository,
    checkout: Tree,
}

impl World {
    fn new() -> Self {
        let (repository, fake, number) = wrong_pull();
        let checkout = repository.checkout_for(&fake.opened(number), Some(2));
        Self { repository, checkout }
    }

    /// Runs the step while GitHub is in trouble, then twice when all is well again.
    fn survives(&self, name: &str, trouble: impl FnOnce(&Fake)) {
        let fake = Fake::start(&self.repository);
        let number = fake.open_pull("move", "main");
        let event = fake.opened(number);
        trouble(&fake);
        let (run, job, seconds) = step_by_clock(&fake, &event, &self.checkout, "9001");
        println!("{name}: {seconds} s, {} requests", fake.exchanges().len());
        assert_refused(&run, &job);
        assert!(seconds <= 185, "{name}: it took {seconds} s");
        assert!(
            fake.exchanges().len() < 120,
            "{name}: {} requests",
            fake.exchanges().len()
        );
        assert!(fake.comments(number).len() <= 1, "{name}: {:#?}", fake.comments(number));
        assert!(
            fake.review_comments(number).len() <= 1,
            "{name}: {:#?}",
            fake.review_comments(number)
        );
        fake.no_more_troubles();
        fake.access(|access| access.forbidden_mutations.clear());
        fake.accept_connections();
        let (run, job) = step_in(&fake, &event, &self.checkout, |job| {
            job.set_run("9002", 1);
        });
        assert_refused(&run, &job);
        assert!(the_comment(&fake, number).body.contains("run=9002"), "{name}");
        assert_eq!(fake.review_comments(number).len(), 1, "{name}");
    }
}

#[test]
fn a_github_that_is_in_trouble_with_everything() {
    let world = World::new();
    let cases = [
        ("bad credentials", Trouble::status(401)),
        ("forbidden", Trouble::status(403)),
        ("not found", Trouble::status(404)),
        ("refused", Trouble::status(422)),
        ("server error", Trouble::status(500)),
        ("bad gateway", Trouble::status(502)),
        ("unavailable", Trouble::status(503)),
        ("the hour's requests are used up for long", Trouble::rate_limited(3_000)),
        (
            "the hour's requests are used up for a moment",
            Trouble::rate_limited(20),
        ),
        ("a secondary limit", Trouble::secondary(403, None)),
        ("a secondary limit with a time", Trouble::secondary(403, Some(30))),
        ("too many requests", Trouble::secondary(429, None)),
        ("too many requests with a time", Trouble::secondary(429, Some(5))),
        (
            "too many requests with a very long time",
            Trouble::secondary(429, Some(u64::MAX)),
        ),
        ("silence", Trouble::Silence),
        ("cut connections", Trouble::Cut),
        ("lost replies", Trouble::Lost),
        ("torn replies", Trouble::Torn),
        ("no JSON", Trouble::garbage(200)),
        ("a page", Trouble::html(200, "<html>Sign in</html>")),
        ("a large page", Trouble::huge_html(500, 3 << 20)),
        ("slow", Trouble::Slow(Duration::from_millis(20))),
    ];
    in_parallel(&cases, |(name, trouble)| {
        world.survives(name, |fake| fake.trouble("*", When::Always, trouble.clone()));
    });
}

#[test]
fn a_github_that_nobody_can_reach() {
    World::new().survives("refused connections", Fake::refuse_connections);
}

#[test]
fn a_github_that_is_in_trouble_in_places() {
    let world = World::new();
    let trouble = |operation: &'static str, when: When, trouble: Trouble| (operation, when, trouble);
    let cases = [
        trouble("issues/create-comment", When::Always, Trouble::status(500)),
        trouble("issues/create-comment", When::Nth(1), Trouble::status(502)),
        trouble("issues/create-comment", When::Nth(1), Trouble::Lost),
        trouble("issues/create-comment", When::Nth(1), Trouble::Torn),
        trouble("issues/create-comment", When::Nth(1), Trouble::Cut),
        trouble("issues/create-comment", When::Nth(1), Trouble::secondary(403, Some(10))),
        trouble("issues/create-comment", When::Nth(1), Trouble::secondary(429, None)),
        trouble("issues/create-comment", When::Always, Trouble::garbage(201)),
        trouble("issues/create-comment", When::Always, Trouble::status(422)),
        trouble("issues/list-comments", When::Always, Trouble::status(500)),
        trouble("issues/list-comments", When::First(2), Trouble::Cut),
        trouble("pulls/create-review", When::Always, Trouble::status(422)),
        trouble("pulls/create-review", When::Nth(1), Trouble::status(500)),
        trouble("pulls/create-review", When::Nth(1), Trouble::Lost),
        trouble("pulls/create-review", When::Nth(1), Trouble::secondary(403, None)),
        trouble("pulls/list-review-comments", When::Always, Trouble::status(502)),
        trouble("pulls/list-files", When::Always, Trouble::status(500)),
        trouble("pulls/get", When::Always, Trouble::status(503)),
        trouble("graphql", When::Always, Trouble::status(403)),
        trouble("graphql", When::Always, Trouble::secondary(200, None)),
        trouble("graphql", When::Always, Trouble::Silence),
        trouble("repos/get-content", When::Always, Trouble::status(500)),
    ];
    in_parallel(&cases, |(operation, when, trouble)| {
        let name = format!("{operation} {when:?} {}", trouble.name());
        world.survives(&name, |fake| fake.trouble(operation, *when, trouble.clone()));
    });
}

#[test]
fn a_token_that_may_ask_nothing_of_graphql() {
    World::new().survives("viewer", |fake| {
        fake.forbid("viewer");
        fake.forbid("resolveReviewThread");
    });
}

#[test]
fn without_a_checkout_an_outage_is_an_error_in_time() {
    for trouble in [Trouble::status(503), Trouble::secondary(429, None), Trouble::Silence] {
        let (_repository, fake, number) = wrong_pull();
        fake.trouble("*", When::Always, trouble);
        let (run, job, seconds) = step_by_clock(&fake, &fake.opened(number), &Tree::new(), "9001");
        assert_eq!(run.code, 2, "{}", run.all());
        assert!(seconds <= 185, "{seconds} s");
        assert_eq!(job.outputs()["verdict"], "error");
        assert!(run.stdout.contains("::error "), "{}", run.stdout);
    }
}

#[test]
fn what_changed_is_not_known_in_an_outage_and_all_is_judged() {
    let (repository, fake, number) = wrong_pull();
    let event = fake.opened(number);
    for trouble in [Trouble::status(502), Trouble::rate_limited(3_000)] {
        fake.trouble("pulls/list-files", When::Always, trouble);
        let checkout = repository.checkout_for(&event, Some(1));
        let (run, job, _) = step_by_clock(&fake, &event, &checkout, "9001");
        assert_refused(&run, &job);
        assert!(run.stdout.contains("the whole tree was judged"), "{}", run.stdout);
        fake.no_more_troubles();
    }
}
