//! What is checked out: all history, a commit or two, nothing.

use super::*;
use crate::fake::{Trouble, When};

#[test]
fn every_depth_of_a_checkout_gives_the_same() {
    let (repository, fake, number) = wrong_pull();
    // The target branch moves on, so that its tip is not what the branch came from.
    repository
        .switch("main")
        .write("charts/values.yaml", "replicas: 2\n")
        .commit("Charts");
    let event = fake.opened(number);
    for depth in [Some(1), Some(2), Some(10), None] {
        let (run, job) = step(&fake, &repository, &event, depth);
        assert_refused(&run, &job);
        let outputs = job.outputs();
        assert_eq!(
            (outputs["findings"].as_str(), outputs["checked"].as_str()),
            ("1", "4"),
            "{depth:?}"
        );
    }
    assert_eq!(fake.review_comments(number).len(), 1);
}

#[test]
fn git_is_asked_before_github() {
    let (repository, fake, number) = wrong_pull();
    let event = fake.opened(number);
    let checkout = repository.checkout_for(&event, Some(2));
    let (run, _) = step_in(&fake, &event, &checkout, |job| {
        job.input("comment", "off").input("review-comments", "false");
    });
    assert_eq!(run.code, 1);
    let asked: Vec<String> = fake.exchanges().into_iter().map(|one| one.operation).collect();
    assert!(!asked.iter().any(|one| one.starts_with("pulls/")), "{asked:?}");
    assert!(fake.downloads().is_empty());
}

#[test]
fn the_pull_requests_own_commit_can_be_checked_out() {
    let (repository, fake, number) = wrong_pull();
    repository
        .switch("main")
        .write("charts/values.yaml", "replicas: 2\n")
        .commit("Charts");
    let event = fake.opened(number);
    for depth in [Some(1), Some(2), None] {
        let checkout = repository.checkout(&fake.head(number), depth);
        assert_eq!(checkout.git(&["rev-parse", "HEAD"]).trim_end(), fake.head(number));
        let (run, job) = step_in(&fake, &event, &checkout, |_| {});
        assert_refused(&run, &job);
    }
}

#[test]
fn without_a_checkout_the_files_are_fetched() {
    let (_repository, fake, number) = wrong_pull();
    let event = fake.opened(number);
    let workspace = Tree::new();
    let (run, job) = step_in(&fake, &event, &workspace, |_| {});
    assert_refused(&run, &job);
    assert_eq!(fake.downloads().len(), 1);
    assert!(the_comment(&fake, number).body.contains(SAID));
    assert_eq!(fake.review_comments(number).len(), 1);
    // Nothing is left behind, neither there nor in the runner's own directory.
    assert_eq!(std::fs::read_dir(workspace.path()).unwrap().count(), 0);
    assert_eq!(std::fs::read_dir(job.temp()).unwrap().count(), 0);
}

#[test]
fn without_a_checkout_and_without_configuration_nothing_is_fetched() {
    let (_repository, fake, number) = pull_of(&[("README.md", "# The shop\n")]);
    let (run, job) = step_in(&fake, &fake.opened(number), &Tree::new(), |_| {});
    assert_passed(&run, &job);
    assert!(
        job.summary().contains("the change touches no configuration"),
        "{}",
        job.summary()
    );
    assert!(fake.downloads().is_empty());
    assert!(fake.writes().is_empty());
}

#[test]
fn without_a_checkout_what_was_wrong_before_is_not_this_changes_fault() {
    let repository = shop();
    repository.write("deploy/production.env", WRONG).commit("Sin");
    repository
        .branch("move")
        .write("deploy/production.env", format!("{WRONG}# why\n"))
        .commit("Say more");
    let fake = Fake::start(&repository);
    let event = fake.opened(fake.open_pull("move", "main"));
    let (run, job) = step_in(&fake, &event, &Tree::new(), |_| {});
    assert_passed(&run, &job);
    let (run, job) = step_in(&fake, &event, &Tree::new(), |job| {
        job.input("scope", "all");
    });
    assert_refused(&run, &job);
}

#[test]
fn without_a_checkout_and_without_its_files_nothing_passes() {
    for trouble in [Trouble::status(404), Trouble::status(403)] {
        let (_repository, fake, number) = wrong_pull();
        fake.trouble("repos/download-tarball-archive", When::Always, trouble);
        let (run, job) = step_in(&fake, &fake.opened(number), &Tree::new(), |_| {});
        assert_eq!(run.code, 2, "{}", run.all());
        assert_eq!(job.outputs()["verdict"], "error");
        assert!(job.summary().contains("actions/checkout"), "{}", job.summary());
        assert!(run.stdout.contains("::error "), "{}", run.stdout);
    }
}

#[test]
fn only_a_directory_of_the_repository() {
    let repository = Repository::of(&[
        ("shop/deploy/production.env", RIGHT),
        (
            "shop/deploy/staging.env",
            "DB_HOST=orders.staging.shop.example\nDB_NAME=orders\n",
        ),
        ("blog/deploy/production.env", RIGHT),
        (
            "blog/deploy/staging.env",
            "DB_HOST=orders.staging.shop.example\nDB_NAME=orders\n",
        ),
    ]);
    repository
        .branch("move")
        .write("shop/deploy/production.env", WRONG)
        .commit("Move");
    let fake = Fake::start(&repository);
    let number = fake.open_pull("move", "main");
    let event = fake.opened(number);
    for (directory, code) in [("shop", 1), ("blog", 0)] {
        for checkout in [
            repository.checkout_for(&event, Some(1)),
            repository.checkout_for(&event, Some(2)),
            Tree::new(),
        ] {
            let (run, job) = step_in(&fake, &event, &checkout, |job| {
                job.input("working-directory", directory).input("comment-id", directory);
            });
            assert_eq!(run.code, code, "{directory}: {}", run.all());
            let place = "::error file=shop/deploy/production.env,line=1";
            assert_eq!(run.stdout.contains(place), code == 1, "{}", run.stdout);
            assert_eq!(job.summary().contains("shop/deploy/production.env"), code == 1);
        }
    }
    assert_eq!(fake.review_comments(number).len(), 1);
    assert_eq!(fake.review_comments(number)[0].path, "shop/deploy/production.env");
}
