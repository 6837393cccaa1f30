//! Tokens that may only read, or nothing at all: the verdict, the exit code, the summary and the annotations are the same.

use super::*;

/// What does not need GitHub's API to be seen, but for what differs with the run: its address and its file names.
fn seen(run: &Run, job: &Job) -> (i32, Vec<String>, String, String) {
    let commands = run
        .stdout
        .lines()
        .filter(|line| line.starts_with("::"))
        .map(str::to_owned);
    let outputs = job.outputs();
    let outputs = outputs.iter().filter(|(name, _)| *name != "comment-url");
    (
        run.code,
        commands.collect(),
        job.summary(),
        format!("{:?}", outputs.collect::<Vec<_>>()),
    )
}

/// Runs the step for a pull request, with another token or none.
fn with_token(fake: &Fake, repository: &Repository, event: &Event, token: &str) -> (Run, Job) {
    let checkout = repository.checkout_for(event, Some(2));
    step_in(fake, event, &checkout, |job| {
        job.input("token", token);
    })
}

#[test]
fn a_fork_is_judged_alike_and_told_where_its_token_reaches() {
    let (repository, fake, number) = wrong_pull();
    let event = fake.opened(number);
    let token = fake.token();
    let usual = with_token(&fake, &repository, &event, &token);
    assert_refused(&usual.0, &usual.1);
    fake.read_only();
    let written = fake.comments(number);
    let (run, job) = with_token(&fake, &repository, &event, &token);
    assert_eq!(seen(&run, &job), seen(&usual.0, &usual.1));
    assert!(run.stdout.contains("the token may not write here"), "{}", run.stdout);
    assert_eq!(job.outputs()["comment-url"], "");
    assert_eq!(fake.comments(number)[0].updated, written[0].updated);
}

#[test]
fn a_pull_request_from_a_fork() {
    let repository = shop();
    repository
        .branch("move")
        .write("deploy/production.env", WRONG)
        .commit("Move");
    let fake = Fake::start(&repository);
    let number = fake.open_fork_pull("somebody", "move", "main");
    fake.read_only();
    for depth in [Some(1), Some(2), None] {
        let (run, job) = step(&fake, &repository, &fake.opened(number), depth);
        assert_refused(&run, &job);
        assert_eq!(run.stdout.matches("::error").count(), 1, "{}", run.stdout);
    }
    assert!(fake.comments(number).is_empty() && fake.reviews(number).is_empty());
}

#[test]
fn a_clean_fork_passes() {
    let repository = shop();
    repository
        .branch("move")
        .write("README.md", "# Our shop\n")
        .commit("Words");
    let fake = Fake::start(&repository);
    let number = fake.open_fork_pull("somebody", "move", "main");
    fake.read_only();
    let (run, job) = step(&fake, &repository, &fake.opened(number), Some(1));
    assert_passed(&run, &job);
}

#[test]
fn a_token_that_is_refused_everywhere() {
    let (repository, fake, number) = wrong_pull();
    let event = fake.opened(number);
    let usual = with_token(&fake, &repository, &event, &fake.token());
    let (run, job) = with_token(&fake, &repository, &event, "ghs_ofAnotherTime");
    // With history enough in the checkout, git alone knows what changed and what the policy is.
    assert_eq!(seen(&run, &job), seen(&usual.0, &usual.1));
    assert!(!run.all().contains("ghs_ofAnotherTime"), "{}", run.all());
}

#[test]
fn nobody_is_mentioned_the_token_least() {
    let (repository, fake, number) = wrong_pull();
    let (run, job) = step(&fake, &repository, &fake.opened(number), Some(1));
    let token = fake.token();
    assert!(!run.all().contains(&token) && !job.summary().contains(&token));
    let comment = the_comment(&fake, number).body;
    assert!(!comment.contains(&token) && !comment.contains('@'), "{comment}");
}
