//! Pull requests: the main flow, from the first run to the merge.

use super::*;

#[test]
fn a_wrong_database_is_said_everywhere() {
    let (repository, fake, number) = wrong_pull();
    let (run, job) = step(&fake, &repository, &fake.opened(number), Some(2));
    assert_refused(&run, &job);
    let outputs = job.outputs();
    assert_eq!(outputs["errors"], "1");
    let comment = the_comment(&fake, number);
    assert!(comment.body.contains(SAID), "{}", comment.body);
    assert!(
        outputs["comment-url"].ends_with(&format!("#issuecomment-{}", comment.id)),
        "{outputs:?}"
    );
    let lines = fake.review_comments(number);
    assert_eq!(lines.len(), 1);
    assert_eq!((lines[0].path.as_str(), lines[0].line), ("deploy/production.env", 1));
    assert_eq!(lines[0].commit, fake.head(number));
    assert_eq!(fake.reviews(number)[0].state, "COMMENTED");
    assert!(fake.check_runs().is_empty(), "the job itself is the check");
}

#[test]
fn a_clean_pull_request_passes_without_a_word_on_it() {
    let (repository, fake, number) = pull_of(&[(
        "deploy/production.env",
        "DB_HOST=orders-2.prod.shop.example\nDB_NAME=orders\n",
    )]);
    let (run, job) = step(&fake, &repository, &fake.opened(number), Some(1));
    assert_passed(&run, &job);
    assert_eq!(job.outputs()["verdict"], "good");
    assert_eq!(fake.writes().len(), 0, "{:#?}", fake.writes());
}

#[test]
fn a_pull_request_without_configuration_passes_and_says_so() {
    let (repository, fake, number) = pull_of(&[("README.md", "# The shop\n")]);
    let (run, job) = step(&fake, &repository, &fake.opened(number), Some(1));
    assert_passed(&run, &job);
    assert_eq!(job.outputs()["findings"], "0");
    assert_eq!(fake.writes().len(), 0, "{:#?}", fake.writes());
}

#[test]
fn what_was_wrong_before_is_not_this_changes_fault() {
    let repository = shop();
    repository.write("deploy/production.env", WRONG).commit("Sin");
    repository
        .branch("move")
        .write("deploy/production.env", format!("{WRONG}# why\n"));
    repository.commit("Say more");
    let fake = Fake::start(&repository);
    let event = fake.opened(fake.open_pull("move", "main"));
    for depth in [Some(1), Some(2), None] {
        let (run, job) = step(&fake, &repository, &event, depth);
        assert_passed(&run, &job);
    }
    let checkout = repository.checkout_for(&event, Some(1));
    let (run, job) = step_in(&fake, &event, &checkout, |job| {
        job.input("scope", "all");
    });
    assert_refused(&run, &job);
}

#[test]
fn a_second_run_changes_the_comment_in_place_and_repeats_nothing() {
    let (repository, fake, number) = wrong_pull();
    let event = fake.opened(number);
    step_of_run(&fake, &repository, &event, ("9001", 1));
    let first = the_comment(&fake, number);
    let lines = fake.review_comments(number);
    for run in [("9001", 2), ("9002", 1)] {
        let (run, job) = step_of_run(&fake, &repository, &event, run);
        assert_refused(&run, &job);
    }
    let last = the_comment(&fake, number);
    assert_eq!((last.id, last.created), (first.id, first.created));
    assert!(last.updated > first.updated);
    assert!(last.body.contains("run=9002 attempt=1"), "{}", last.body);
    let again = fake.review_comments(number);
    assert_eq!(again.len(), 1);
    assert_eq!((again[0].id, &again[0].body), (lines[0].id, &lines[0].body));
    assert_eq!(fake.reviews(number).len(), 1);
    assert_eq!(fake.requests("issues/create-comment").len(), 1);
}

#[test]
fn once_fixed_the_comment_says_so_and_its_thread_is_resolved() {
    let (repository, fake, number) = wrong_pull();
    step_of_run(&fake, &repository, &fake.opened(number), ("9001", 1));
    let first = the_comment(&fake, number);
    let before = fake.head(number);
    repository.write("deploy/production.env", RIGHT).commit("Mend");
    let event = fake.synchronized(number, &before);
    let (run, job) = step_of_run(&fake, &repository, &event, ("9002", 1));
    assert_passed(&run, &job);
    let last = the_comment(&fake, number);
    assert_eq!(last.id, first.id);
    assert!(last.body.contains("✅") && !last.body.contains(SAID), "{}", last.body);
    let lines = fake.review_comments(number);
    assert_eq!(lines.len(), 1);
    assert!(lines[0].body.contains("Fixed in"), "{}", lines[0].body);
    assert!(lines[0].body.contains(&event.payload["after"].as_str().unwrap()[..7]));
    assert!(lines[0].resolved.is_some(), "the thread is resolved");
    // A third run finds nothing more to do there.
    let written = fake.writes().len();
    step_of_run(&fake, &repository, &event, ("9003", 1));
    let after = fake.writes().split_off(written);
    let operations: Vec<&str> = after.iter().map(|one| one.operation.as_str()).collect();
    assert_eq!(operations, ["issues/update-comment"]);
}

#[test]
fn a_force_push_in_between() {
    let (repository, fake, number) = wrong_pull();
    step_of_run(&fake, &repository, &fake.opened(number), ("9001", 1));
    let before = fake.head(number);
    let old = fake.review_comments(number);
    // The same fault, in another commit and two lines further down.
    repository
        .reset("main")
        .write("deploy/production.env", format!("# moved\n# again\n{WRONG}"))
        .commit("Move, better");
    let event = fake.synchronized(number, &before);
    let (run, job) = step_of_run(&fake, &repository, &event, ("9002", 1));
    assert_eq!(run.code, 1, "{}", run.all());
    assert!(job.summary().contains(SAID));
    let comment = the_comment(&fake, number);
    assert!(comment.body.contains("production.env#L3"), "{}", comment.body);
    let lines = fake.review_comments(number);
    let of_now: Vec<u64> = lines
        .iter()
        .filter(|line| line.body.contains("envfence:finding:"))
        .map(|line| line.line)
        .collect();
    assert_eq!(of_now.len(), 1, "one comment speaks of the fault: {lines:#?}");
    assert!(lines.len() <= old.len() + 1);
}

#[test]
fn a_renamed_file_is_judged_by_its_new_name() {
    let repository = shop();
    repository
        .write(
            "config/staging/settings.env",
            "DB_HOST=orders.staging.shop.example\nDB_NAME=orders\n",
        )
        .commit("More of staging");
    repository
        .branch("move")
        .rename("config/staging/settings.env", "config/production/settings.env")
        .commit("It is production now");
    let fake = Fake::start(&repository);
    let number = fake.open_pull("move", "main");
    let event = fake.opened(number);
    for depth in [Some(1), Some(2)] {
        let (run, job) = step(&fake, &repository, &event, depth);
        assert_eq!(run.code, 1, "{}", run.all());
        assert!(
            run.stdout
                .contains("::error file=config/production/settings.env,line=1"),
            "{}",
            run.stdout
        );
        assert!(
            job.summary().contains("config/production/settings.env"),
            "{}",
            job.summary()
        );
    }
}
