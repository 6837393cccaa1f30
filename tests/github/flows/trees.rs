//! Which files are judged, and by which policy, whatever lies in the workspace.

use super::*;
use crate::fake::{Reply, Trouble, When};

/// A pull request that points production at staging's database, beside other files.
fn wrong(files: &[(&str, &str)]) -> (Repository, Fake, u64) {
    let repository = shop();
    repository.branch("move").write("deploy/production.env", WRONG);
    for (path, text) in files {
        repository.write(path, text);
    }
    repository.commit("Move");
    let fake = Fake::start(&repository);
    let number = fake.open_pull("move", "main");
    (repository, fake, number)
}

fn is_found(run: &Run) {
    assert_eq!(run.code, 1, "{}", run.all());
    let place = "::error file=deploy/production.env,line=1,col=9";
    assert!(run.stdout.contains(place), "{}", run.all());
}

#[test]
fn a_checkout_of_something_else_is_not_judged() {
    let (repository, fake, number) = wrong(&[]);
    let event = fake.opened(number);
    let base = repository.checkout(&repository.sha("main"), None);
    let (run, _) = step_in(&fake, &event, &base, |_| {});
    is_found(&run);
    assert!(
        run.stdout.contains("which is not what the event is about"),
        "{}",
        run.all()
    );

    let stray = Tree::of(&[("result.json", "{}")]);
    let (run, _) = step_in(&fake, &event, &stray, |_| {});
    is_found(&run);
    assert!(
        run.stdout.contains("the working directory is in no clone"),
        "{}",
        run.all()
    );

    // Without access to the files nothing is said to be good.
    fake.trouble(
        "repos/download-tarball-archive",
        When::Always,
        Trouble::Reply(Reply::not_found()),
    );
    let (run, job) = step_in(&fake, &event, &stray, |_| {});
    assert_eq!(run.code, 2, "{}", run.all());
    assert_eq!(job.outputs()["verdict"], "error");
    assert!(run.stdout.contains("actions/checkout"), "{}", run.all());
}

#[test]
fn a_checkout_beside_others() {
    let (repository, fake, number) = wrong(&[]);
    let event = fake.opened(number);
    let workspace = Tree::of(&[("tools/a.txt", "x")]);
    let clone = repository.checkout(&event.sha, Some(2));
    std::fs::rename(clone.path(), workspace.at("shop")).unwrap();
    let (run, _) = step_in(&fake, &event, &workspace, |job| {
        job.input("working-directory", "shop");
    });
    is_found(&run);
    assert!(fake.downloads().is_empty());
    assert_eq!(fake.review_comments(number)[0].path, "deploy/production.env");
}

#[test]
fn an_empty_workspace() {
    let (_repository, fake, number) = wrong(&[]);
    let (run, _) = step_in(&fake, &fake.opened(number), &Tree::new(), |_| {});
    is_found(&run);
    assert_eq!(fake.review_comments(number).len(), 1);
    let (run, _) = step_in(&fake, &fake.scheduled(), &Tree::new(), |_| {});
    assert_eq!(run.code, 0, "main is good: {}", run.all());
    assert_eq!(fake.downloads().len(), 2, "a schedule is about the whole tree");
}

/// `export-ignore` takes files out of GitHub's archives, and a pull request can set it.
#[test]
fn an_archive_that_lacks_files() {
    let (_repository, fake, number) = wrong(&[
        (".gitattributes", "deploy export-ignore\n.gitattributes export-ignore\n"),
        ("deploy/a\"b c.env", "DB_HOST=orders.staging.shop.example\n"),
    ]);
    let (run, _) = step_in(&fake, &fake.opened(number), &Tree::new(), |_| {});
    is_found(&run);
}

/// What looks like a repository may be the pull request's own, with programs in its configuration.
#[test]
fn a_repository_in_the_repository() {
    let (repository, fake, number) = wrong(&[
        ("deploy/HEAD", "ref: refs/heads/main\n"),
        ("deploy/refs/heads/x", ""),
        ("deploy/objects/x", ""),
        ("deploy/.gitattributes", "* filter=x\n"),
        ("deploy/.gitignore", "*.env\n"),
        (
            "deploy/config",
            "[core]\nrepositoryformatversion = 0\nbare = false\nworktree = .\nfsmonitor = touch started\n\
             [filter \"x\"]\nclean = touch started; cat\n",
        ),
    ]);
    let event = fake.opened(number);
    let checkout = repository.checkout(&event.sha, Some(2));
    let (run, _) = step_in(&fake, &event, &checkout, |job| {
        job.input("working-directory", "deploy");
    });
    is_found(&run);
    assert!(!checkout.at("deploy/started").exists() && !checkout.at("started").exists());
    assert!(run.stdout.contains("a bare repository"), "{}", run.all());
}

#[test]
fn a_working_directory_that_is_none() {
    let (repository, fake, number) = wrong(&[]);
    let event = fake.opened(number);
    let checkout = repository.checkout(&event.sha, Some(2));
    std::os::unix::fs::symlink("deploy", checkout.at("link")).unwrap();
    for directory in ["link", "nope", "README.md"] {
        let (run, _) = step_in(&fake, &event, &checkout, |job| {
            job.input("working-directory", directory);
        });
        assert_eq!(run.code, 2, "{}", run.all());
        assert!(
            run.stdout.contains("the working directory is not there"),
            "{}",
            run.all()
        );
    }
}

#[test]
fn every_event_of_a_pull_request_is_judged_as_one() {
    let (repository, fake, number) = wrong(&[("envfence.yml", "rules:\n  other-environment-datastore: off\n")]);
    for name in ["pull_request_review", "pull_request_review_comment"] {
        let event = Event {
            name,
            ..fake.opened(number)
        };
        let checkout = repository.checkout(&event.sha, Some(2));
        let (run, _) = step_in(&fake, &event, &checkout, |_| {});
        is_found(&run);
    }
}

#[test]
fn a_policy_is_named_by_its_path_in_the_repository() {
    let repository = shop();
    repository.write("ops/fence.yml", "rules:\n  other-environment-datastore: warning\n");
    repository.commit("Policy");
    repository.branch("move").write("deploy/production.env", WRONG);
    repository.write("ops/fence.yml", "rules:\n  no-such-rule: off\n");
    repository.commit("Move");
    let fake = Fake::start(&repository);
    let event = fake.opened(fake.open_pull("move", "main"));
    let checkout = repository.checkout(&event.sha, Some(2));
    let run = |policy: &str| {
        let (run, _) = step_in(&fake, &event, &checkout, |job| {
            job.input("working-directory", "deploy").input("policy", policy);
        });
        run
    };
    let named = run("ops/fence.yml");
    assert!(
        named.stdout.contains("::warning file=deploy/production.env,line=1"),
        "{}",
        named.all()
    );
    assert!(
        named.stdout.contains("::error file=ops/fence.yml,line=2"),
        "{}",
        named.all()
    );
    assert_eq!(named.code, 2, "what the change proposes is no policy");
    let lost = run("ops/fense.yml");
    assert_eq!(lost.code, 2, "{}", lost.all());
    assert!(
        lost.stdout.contains("the input policy names no file of the repository"),
        "{}",
        lost.all()
    );
    assert!(lost.stdout.contains("file=ops/fense.yml"), "{}", lost.all());
}

#[test]
fn a_minimum_holds_without_a_checkout() {
    let repository = shop();
    repository
        .write("envfence.yml", "minimum:\n  settings: 100\n")
        .commit("Policy");
    repository
        .branch("words")
        .write("README.md", "# The shop\n")
        .commit("Words");
    let fake = Fake::start(&repository);
    let (run, job) = step_in(
        &fake,
        &fake.opened(fake.open_pull("words", "main")),
        &Tree::new(),
        |_| {},
    );
    assert_eq!(
        (run.code, job.outputs()["verdict"].as_str()),
        (3, "nothing"),
        "{}",
        run.all()
    );
    repository
        .switch("main")
        .write("envfence.yml", "{}\n")
        .commit("No policy");
    let (run, job) = step_in(&fake, &fake.opened(1), &Tree::new(), |_| {});
    assert_eq!(
        (run.code, job.outputs()["verdict"].as_str()),
        (0, "nothing"),
        "{}",
        run.all()
    );
    assert_eq!(fake.downloads().len(), 1, "nothing has to be fetched for words");
}

#[test]
fn reports_are_not_written_through_links() {
    let (repository, fake, number) = wrong(&[]);
    let outside = Tree::new();
    repository.switch("move");
    std::os::unix::fs::symlink(outside.path(), repository.path().join("out")).unwrap();
    repository.commit("A link");
    let event = fake.opened(number);
    let checkout = repository.checkout(&event.sha, Some(2));
    let (run, job) = step_in(&fake, &event, &checkout, |job| {
        job.input("json-file", "out/envfence.json")
            .input("sarif-file", "reports/envfence.sarif");
    });
    is_found(&run);
    assert!(!outside.at("envfence.json").exists());
    assert!(run.stdout.contains("a symbolic link is in its way"), "{}", run.all());
    assert!(checkout.at("reports/envfence.sarif").exists());
    let outputs = job.outputs();
    let written = ["sarif-file", "json-file"].map(|name| outputs.get(name).map_or("", String::as_str));
    assert_eq!(written, ["reports/envfence.sarif", ""]);
}

/// The list that GitHub gives later is of other commits.
#[test]
fn a_list_of_newer_commits_does_not_narrow_what_is_judged() {
    let (repository, fake, number) = wrong(&[]);
    let event = fake.opened(number);
    let checkout = repository.checkout(&event.sha, Some(1));
    repository
        .switch("move")
        .write("deploy/production.env", RIGHT)
        .commit("Back");
    let (run, _) = step_in(&fake, &event, &checkout, |_| {});
    is_found(&run);
    assert!(run.stdout.contains("has newer commits"), "{}", run.all());
    assert!(fake.comments(number).is_empty(), "the newer run speaks");
}
