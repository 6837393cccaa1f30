//! Which files are read, and what is told of them.

use super::*;

/// A change below a directory in which the run stands.
#[test]
fn a_run_below_the_root_of_its_repository() {
    let tree = Tree::of(&[("shop/deploy/production/a.env", "DB_HOST=orders.prod.shop.example\n")]);
    tree.commit();
    tree.write("shop/deploy/production/a.env", BAD.1);
    let mut command = tree.command(&["lint", "--changed-since", "HEAD", "--output-format", "json"]);
    let run = support::finish(command.current_dir(tree.at("shop")));
    assert_eq!(run.code, 1, "{}", run.all());
    assert_eq!(json(&run)["findings"][0]["path"], "deploy/production/a.env");
}

#[test]
fn an_asked_for_file_is_read_whatever_its_name() {
    let tree = Tree::of(&[("tests/production.env", BAD.1), GOOD]);
    assert_eq!(tree.run(&["lint"]).code, 0);
    assert_eq!(tree.run(&["lint", "tests/production.env"]).code, 1);
}

#[test]
fn what_git_ignores_is_left_alone_unless_it_is_tracked() {
    let tree = Tree::of(&[
        (".gitignore", "*.env\n"),
        BAD,
        ("deploy/production/other.yaml", "a: b\n"),
    ]);
    tree.git(&["init", "--quiet"]);
    assert_eq!(tree.run(&["lint"]).code, 0);
    tree.git(&["add", "--force", BAD.0]);
    assert_eq!(tree.run(&["lint"]).code, 1);
}

#[test]
fn what_the_policy_leaves_out_is_named() {
    let policy = "exclude: ['legacy/**', 'deploy/production/bad.env']\n";
    let tree = Tree::of(&[
        GOOD,
        BAD,
        ("legacy/a.yaml", "a: b\n"),
        ("legacy/b.png", "no configuration"),
        ("envfence.yml", policy),
    ]);
    let run = tree.run(&["lint", "--show-skipped"]);
    assert_eq!(run.code, 0, "{}", run.all());
    let expected = "left out by the policy (2):\n  deploy/production/bad.env\n  legacy/a.yaml\n";
    assert!(run.stdout.contains(expected), "{}", run.stdout);
    assert!(run.stdout.contains("2 files skipped"), "{}", run.stdout);
    let skipped = &json(&tree.run(&["lint", "--output-format", "json"]))["coverage"]["skipped"];
    assert_eq!(skipped[0]["reason"], "left out by the policy");
    // A file that somebody names is read all the same.
    assert_eq!(tree.run(&["lint", BAD.0]).code, 1);
}

#[test]
fn environments_are_listed_by_name() {
    let tree = Tree::of(&[
        GOOD,
        ("deploy/uat/a.env", "A=b\n"),
        ("deploy/dev/a.env", "A=b\n"),
        ("deploy/staging/a.env", "A=b\n"),
    ]);
    let report = json(&tree.run(&["lint", "--output-format", "json"]));
    let names: Vec<&str> = report["coverage"]["environments"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["dev", "production", "staging", "uat"]);
}
