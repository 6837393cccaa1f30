//! The policy is that of the target branch, as it is now: no change loosens its own gate.

use super::*;
use crate::fake::{Trouble, When};

const STRICT: &str = "version: 1\nrules:\n  other-environment-datastore: error\n";

/// A policy that leaves out what is wrong.
const LOOSE: &str = "version: 1\nexclude: [deploy/**]\n";

/// A shop with a policy, and a branch `move` where production uses staging's database.
fn with_policy(policy: Option<&str>) -> Repository {
    let repository = shop();
    if let Some(policy) = policy {
        repository.write("envfence.yml", policy).commit("Policy");
    }
    repository.branch("move").write("deploy/production.env", WRONG);
    repository
}

/// Opens a pull request of `move` and runs the step in every kind of checkout.
fn judged(repository: &Repository, each: impl Fn(&Run, &Job, &Fake, u64)) {
    let fake = Fake::start(repository);
    let number = fake.open_pull("move", "main");
    let event = fake.opened(number);
    for checkout in [
        repository.checkout_for(&event, Some(1)),
        repository.checkout_for(&event, None),
        Tree::new(),
    ] {
        let (run, job) = step_in(&fake, &event, &checkout, |_| {});
        each(&run, &job, &fake, number);
    }
}

#[test]
fn a_change_that_loosens_the_policy_is_judged_by_the_old_one() {
    for (old, new, preview) in [
        (
            Some(STRICT),
            Some(LOOSE),
            "takes more files out after the merge: 1 pattern more",
        ),
        (
            None,
            Some(LOOSE),
            "takes more files out after the merge: 1 pattern more",
        ),
        (Some(STRICT), None, "takes the policy away after the merge"),
    ] {
        let repository = with_policy(old);
        match new {
            Some(text) => repository.write("envfence.yml", text),
            None => repository.remove("envfence.yml"),
        };
        repository.commit("Move and loosen");
        judged(&repository, |run, job, fake, number| {
            assert_refused(run, job);
            assert!(job.summary().contains(preview), "{}", job.summary());
            assert!(the_comment(fake, number).body.contains(preview));
        });
    }
}

#[test]
fn what_it_acknowledges_itself_waits_for_the_merge() {
    // In the policy.
    let repository = with_policy(Some(STRICT));
    let (entry, rule) = acknowledgement();
    repository
        .write("envfence.yml", format!("{STRICT}{entry}"))
        .commit("Move and acknowledge");
    judged(&repository, |run, job, _, _| {
        assert_refused(run, job);
        assert!(
            job.summary()
                .contains("adds 1 acknowledgement, in force after the merge"),
            "{}",
            job.summary()
        );
    });
    // In a comment.
    let repository = with_policy(None);
    repository
        .write(
            "deploy/production.env",
            format!("# envfence: allow({rule}): on purpose\n{WRONG}"),
        )
        .commit("Move and acknowledge");
    judged(&repository, |run, job, fake, number| {
        assert_eq!(run.code, 1, "{}", run.all());
        let preview = "adds 1 acknowledgement in comments (deploy/production.env:1), in force after the merge";
        let said = job.summary().replace(['\\', '`'], "");
        assert!(said.contains(preview), "{said}");
        assert!(the_comment(fake, number).body.contains("in force after the merge"));
    });
}

/// The policy's acknowledgement of what WRONG violates, and the rule.
fn acknowledgement() -> (String, String) {
    let tree = Tree::of(&[("deploy/production.env", WRONG)]);
    let report: serde_json::Value =
        serde_json::from_str(&tree.run(&["lint", "--output-format", "json"]).stdout).unwrap();
    let finding = &report["findings"][0];
    let text = |name: &str| finding[name].as_str().unwrap().to_owned();
    let (rule, value) = (text("rule"), text("value_hash"));
    let entry = format!(
        "acknowledge:\n  - rule: {rule}\n    environment: production\n    setting: DB_HOST\n    value: {value}\n    reason: on purpose\n"
    );
    (entry, rule)
}

#[test]
fn the_policy_of_the_tip_holds_not_the_one_of_the_branch_point() {
    let repository = with_policy(Some(STRICT));
    repository.commit("Move");
    let fake = Fake::start(&repository);
    let number = fake.open_pull("move", "main");
    let event = fake.opened(number);
    let (run, job) = step_of_run(&fake, &repository, &event, ("9001", 1));
    assert_refused(&run, &job);
    // Somebody with the right to do so acknowledges it on the target branch; the old run is started again.
    repository.switch("main");
    let policy = format!("{STRICT}{}", acknowledgement().0);
    repository.write("envfence.yml", policy).commit("Acknowledge");
    for checkout in [
        repository.checkout_for(&event, Some(1)),
        repository.checkout_for(&event, Some(2)),
        Tree::new(),
    ] {
        let (run, job) = step_in(&fake, &event, &checkout, |_| {});
        assert_eq!(run.code, 0, "{}", run.all());
        assert_eq!(job.outputs()["suppressed"], "1");
    }
}

#[test]
fn a_broken_policy_is_said_before_it_is_merged() {
    let repository = with_policy(Some(STRICT));
    repository
        .write("deploy/production.env", RIGHT)
        .write(
            "envfence.yml",
            "version: 1\nrules:\n  other-enviroment-datastore: error\n",
        )
        .commit("Break");
    judged(&repository, |run, job, _, _| {
        assert_eq!(run.code, 2, "{}", run.all());
        assert_eq!(job.outputs()["verdict"], "error");
        assert!(
            run.stdout.contains("::error file=envfence.yml,line=3"),
            "{}",
            run.stdout
        );
        assert!(job.summary().contains("envfence.yml:3"), "{}", job.summary());
    });
}

#[test]
fn a_policy_that_cannot_be_read_stops_the_run_but_not_where_git_has_it() {
    let repository = with_policy(Some(STRICT));
    repository.commit("Move");
    let fake = Fake::start(&repository);
    let number = fake.open_pull("move", "main");
    let event = fake.opened(number);
    fake.trouble("repos/get-content", When::Always, Trouble::status(403));
    let (run, job) = step(&fake, &repository, &event, Some(1));
    assert_eq!(run.code, 2, "{}", run.all());
    assert!(
        job.summary().contains("the policy of the target branch"),
        "{}",
        job.summary()
    );
    for depth in [Some(2), None] {
        let (run, job) = step(&fake, &repository, &event, depth);
        assert_refused(&run, &job);
    }
}

#[test]
fn a_minimum_that_the_policy_demands_is_kept_also_by_what_changes_nothing() {
    for (minimum, code) in [("minimum: {settings: 1000}\n", 3), ("", 0)] {
        let repository = shop();
        repository
            .write("envfence.yml", format!("version: 1\n{minimum}"))
            .commit("Policy");
        repository
            .branch("move")
            .write("README.md", "# Our shop\n")
            .commit("Words");
        judged(&repository, |run, job, _, _| {
            assert_eq!(run.code, code, "{}", run.all());
            assert_eq!(job.outputs()["exit-code"], code.to_string());
        });
    }
}

#[test]
fn a_merge_queue_is_judged_by_the_policy_of_its_branch() {
    let repository = with_policy(Some(STRICT));
    repository.write("envfence.yml", LOOSE).commit("Move and loosen");
    let fake = Fake::start(&repository);
    let event = fake.merge_group(fake.open_pull("move", "main"));
    for checkout in [
        repository.checkout_for(&event, Some(1)),
        repository.checkout_for(&event, Some(2)),
        Tree::new(),
    ] {
        let (run, job) = step_in(&fake, &event, &checkout, |_| {});
        assert_refused(&run, &job);
    }
}

#[test]
fn a_push_and_a_schedule_are_judged_by_their_own_policy() {
    let repository = shop();
    let before = repository.sha("main");
    repository
        .write("deploy/production.env", WRONG)
        .write("envfence.yml", LOOSE)
        .commit("Loosened long ago");
    let fake = Fake::start(&repository);
    for event in [fake.pushed("main", &before), fake.scheduled()] {
        let (run, _) = step(&fake, &repository, &event, Some(1));
        assert_eq!(run.code, 0, "{}", run.all());
    }
}
