//! What is said when a run is impossible.

use super::*;

#[test]
fn wrong_words_are_answered_with_the_nearest() {
    let tree = Tree::of(&[
        GOOD,
        (
            "envfence.yml",
            "rules:\n  other-environment-datastor: off\n  local-datastore: eror\n",
        ),
    ]);
    let cases: &[(&[&str], &[&str])] = &[
        (&["lint", "--chnged-since", "x"], &["--changed-since"]),
        (
            &["lint", "--output-format", "jsno"],
            &["did you mean `json`", "text, json"],
        ),
        (&["lint", "--fail-on", "eror"], &["error"]),
        (&["lint", "--min-level", "warnin"], &["warning"]),
        (&["lnt"], &["lint"]),
        (&["--color", "alway", "rules"], &["always"]),
        (
            &["explain", "other-environment-datastor"],
            &["did you mean other-environment-datastore?", "envfence rules"],
        ),
        (&["explain", "zzz"], &["there is no rule `zzz`", "envfence rules"]),
        (
            &["lint"],
            &[
                "envfence.yml:2:3",
                "did you mean `other-environment-datastore`",
                "envfence.yml:3:20",
                "did you mean `error`",
            ],
        ),
    ];
    for (arguments, expected) in cases {
        let run = tree.run(arguments);
        assert_eq!(run.code, 2, "{arguments:?}");
        for words in *expected {
            assert!(run.stderr.contains(words), "{arguments:?}: {words}\n{}", run.stderr);
        }
    }
}

#[test]
fn errors_say_where_and_what_to_do() {
    let plain = Tree::of(&[BAD]);
    let run = plain.run(&["lint", "--changed-since", "origin/main"]);
    assert!(
        run.code == 2 && run.stderr.contains("not in a git repository"),
        "{}",
        run.stderr
    );
    assert!(run.stderr.contains("help: "), "{}", run.stderr);

    let run = plain.run(&["lint", "no/such/path"]);
    assert!(run.stderr.contains("no/such/path"), "{}", run.stderr);

    let run = plain.run(&["lint", "--output-format", "json=no/such/directory/report.json"]);
    assert!(
        run.code == 2 && run.stderr.contains("no/such/directory/report.json"),
        "{}",
        run.stderr
    );

    let run = plain.run(&["lint", "--output-format", "json", "--output-format", "text"]);
    assert!(
        run.code == 2 && run.stderr.contains("two reports would go to standard output"),
        "{}",
        run.stderr
    );

    let run = plain.run(&["lint", "--changed-since", ""]);
    assert!(
        run.code == 2 && run.stderr.contains("--changed-since is empty"),
        "{}",
        run.stderr
    );

    plain.commit();
    let run = plain.run(&["lint", "--changed-since", "origin/main"]);
    assert!(
        run.code == 2 && run.stderr.contains("git fetch origin main"),
        "{}",
        run.stderr
    );
    let run = plain.run(&["lint", "--changed-since", "0000000000000000000000000000000000000000"]);
    assert!(
        run.code == 2 && run.stderr.contains("a new branch has no earlier commit"),
        "{}",
        run.stderr
    );
    let run = plain.run(&["lint", "--changed-since", "--output=x"]);
    assert!(run.code == 2 && !plain.at("x").exists(), "{}", run.stderr);
    assert_eq!(plain.run(&["lint", "--changed-since", "HEAD"]).code, 0);
}

#[test]
fn a_shallow_clone_says_how_to_deepen_it() {
    let origin = Tree::of(&[GOOD]);
    origin.commit();
    origin.write(BAD.0, BAD.1);
    origin.commit();
    let first = origin.git(&["rev-parse", "HEAD~1"]);
    let clone = Tree::new();
    let url = format!("file://{}", origin.path().display());
    clone.git(&["clone", "--quiet", "--depth", "1", &url, "."]);
    let run = clone.run(&["lint", "--changed-since", first.trim()]);
    assert_eq!(run.code, 2, "{}", run.all());
    for words in ["shallow", "fetch-depth: 0", "git fetch --unshallow"] {
        assert!(run.stderr.contains(words), "{words}: {}", run.stderr);
    }
    // The same in a whole clone.
    assert_eq!(origin.run(&["lint", "--changed-since", first.trim()]).code, 1);
}

#[test]
fn errors_of_the_policy_have_places() {
    let tree = Tree::of(&[
        GOOD,
        (
            "ci/fence.yml",
            "version: 1\nenvironments:\n  production:\n    tier: prodction\n    owns:\n      hosts: [a, [b]]\nexclud: []\n",
        ),
    ]);
    let run = tree.run(&["lint", "--policy", "ci/fence.yml"]);
    assert_eq!(run.code, 2);
    let places: Vec<&str> = run
        .stderr
        .lines()
        .filter_map(|line| line.trim().strip_prefix("--> "))
        .collect();
    assert_eq!(
        places,
        ["ci/fence.yml:4:11", "ci/fence.yml:6:18", "ci/fence.yml:7:1"],
        "{}",
        run.stderr
    );
    for words in ["did you mean `production`", "did you mean `exclude`"] {
        assert!(run.stderr.contains(words), "{words}: {}", run.stderr);
    }
    // JSON that was asked for is not half written.
    let run = tree.run(&["lint", "--policy", "ci/fence.yml", "--output-format", "json"]);
    assert!(run.code == 2 && run.stdout.is_empty());
}

/// A policy that is there but is no file is never passed over in silence, and nothing waits for its end.
#[cfg(unix)]
#[test]
fn a_policy_that_is_no_file_stops_the_run() {
    let refused = |tree: &Tree, arguments: &[&str], words: &str| {
        let run = tree.run(arguments);
        assert_eq!(run.code, 2, "{}", run.all());
        assert!(
            run.stderr.contains(words) && run.stderr.contains("help: "),
            "{}",
            run.stderr
        );
    };
    let tree = Tree::of(&[BAD]);
    let policy = tree.at("envfence.yml");
    std::os::unix::fs::symlink("nowhere.yml", &policy).unwrap();
    refused(&tree, &["lint"], "the policy cannot be read");
    refused(&tree, &["map"], "the policy cannot be read");
    std::fs::remove_file(&policy).unwrap();
    std::fs::create_dir(&policy).unwrap();
    refused(&tree, &["lint"], "the policy is no regular file");
    std::fs::remove_dir(&policy).unwrap();
    let made = std::process::Command::new("mkfifo").arg(&policy).status().unwrap();
    assert!(made.success());
    refused(&tree, &["lint"], "the policy is no regular file");
    refused(
        &tree,
        &["lint", "--policy", "/dev/zero"],
        "the policy is no regular file",
    );
    assert_eq!(tree.run(&["lint", "--no-policy"]).code, 1);
    std::fs::remove_file(&policy).unwrap();
    // A link that leads to a policy is one.
    tree.write("rules.yml", "rules: {other-environment-datastore: off}\n");
    std::os::unix::fs::symlink("rules.yml", &policy).unwrap();
    assert_eq!(tree.run(&["lint"]).code, 0);
}

#[cfg(target_os = "linux")]
#[test]
fn output_that_cannot_be_written_is_an_error() {
    let tree = Tree::of(&[BAD]);
    for arguments in [
        &["--help"][..],
        &["--version"],
        &["lint", "--help"],
        &["lint"],
        &["rules"],
    ] {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let output = tree.command(arguments).stdout(full).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.contains("standard output cannot be written"), "{said}");
    }
}
