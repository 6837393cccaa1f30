//! With which code a run ends.

use super::*;

#[test]
fn exit_codes() {
    let good = Tree::of(&[GOOD]);
    let bad = Tree::of(&[GOOD, BAD]);
    let warning = Tree::of(&[GOOD, WARNING]);
    let nothing = Tree::of(&[("README.md", "# Shop\n")]);
    let refused = Tree::of(&[BAD, ("envfence.yml", "nonsense: 1\n")]);
    let few = Tree::of(&[GOOD, ("envfence.yml", "minimum:\n  settings: 10\n")]);
    let broken = Tree::of(&[GOOD, BROKEN]);
    let flawed = Tree::of(&[GOOD, ("deploy/production/twice.yaml", "mode: a\nmode: b\n")]);
    let bad_and_few = Tree::of(&[BAD, ("envfence.yml", "minimum:\n  settings: 10\n")]);
    let cases: &[(&Tree, &[&str], i32)] = &[
        (&good, &["lint"], 0),
        (&bad, &["lint"], 1),
        (&bad, &["lint", "--fail-on", "never"], 0),
        (&bad, &["lint", "deploy/production/good.env"], 0),
        (&warning, &["lint"], 0),
        (&warning, &["lint", "--fail-on", "warning"], 1),
        (&warning, &["lint", "--fail-on", "note"], 1),
        (&nothing, &["lint"], 3),
        (&nothing, &["lint", "--fail-on", "never"], 3),
        (&few, &["lint"], 3),
        (&broken, &["lint"], 0),
        (&broken, &["lint", "--strict"], 2),
        (&broken, &["lint", "--strict", "--fail-on", "never"], 2),
        (&flawed, &["lint"], 0),
        (&flawed, &["lint", "--strict"], 2),
        (&good, &["lint", "--strict"], 0),
        (&bad, &["lint", "--strict"], 1),
        // What was found outweighs that little was there.
        (&bad_and_few, &["lint"], 1),
        // That the run is impossible outweighs everything.
        (&refused, &["lint"], 2),
        (&refused, &["lint", "--no-policy"], 1),
        (&good, &["lint", "no-such-directory"], 2),
        (&good, &["lint", "--policy", "no-such-file.yml"], 2),
        (&good, &["lint", "--nonsense"], 2),
        (&good, &[], 2),
        (&good, &["--help"], 0),
        (&good, &["--version"], 0),
        (&good, &["rules"], 0),
        (&good, &["schema"], 0),
        (&good, &["completions", "bash"], 0),
        (&good, &["completions", "nonsense"], 2),
        (&good, &["explain", "other-environment-datastore"], 0),
        (&good, &["explain", "nonsense"], 2),
    ];
    let runs = support::in_parallel(cases, |(tree, arguments, _)| tree.run(arguments));
    for ((_, arguments, expected), run) in cases.iter().zip(runs) {
        assert_eq!(run.code, *expected, "{arguments:?}: {}", run.all());
        if run.code == 2 && !arguments.contains(&"--strict") {
            assert!(
                run.stdout.is_empty() && !run.stderr.is_empty(),
                "{arguments:?}: {}",
                run.all()
            );
        } else {
            assert!(run.stderr.is_empty(), "{arguments:?}: {}", run.stderr);
        }
    }
}

/// The exit code does not depend on the format, and the JSON report holds it.
#[test]
fn the_exit_code_is_that_of_the_report() {
    let trees = [Tree::of(&[GOOD]), Tree::of(&[BAD]), Tree::of(&[("README.md", "")])];
    for tree in &trees {
        let (text, json_run) = (tree.run(&["lint"]), tree.run(&["lint", "--output-format", "json"]));
        assert_eq!(text.code, json_run.code);
        assert_eq!(json(&json_run)["exit_code"], json_run.code);
        let quiet = tree.run(&["lint", "--quiet"]);
        assert_eq!(quiet.code, text.code);
        assert_eq!(quiet.stdout.is_empty(), text.code == 0, "{}", quiet.stdout);
    }
}

/// `--min-level` hides findings from the report; it does not change the verdict.
#[test]
fn levels_that_are_left_out() {
    let tree = Tree::of(&[BAD, WARNING]);
    let all = json(&tree.run(&["lint", "--output-format", "json"]));
    let errors = json(&tree.run(&["lint", "--output-format", "json", "--min-level", "error"]));
    assert_eq!(all["findings"].as_array().unwrap().len(), 2);
    assert_eq!(errors["findings"].as_array().unwrap().len(), 1);
    assert_eq!(errors["findings"][0]["level"], "error");
    let run = tree.run(&["lint", "--min-level", "error", "--fail-on", "warning"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("--min-level error"), "{}", run.stderr);
}

/// What could be understood of a file is judged; that the rest was not is said, of production in every kind of report.
#[test]
fn files_that_were_not_fully_read() {
    let cases: &[(&str, &str, (u64, u64))] = &[
        (BROKEN.0, BROKEN.1, (1, 1)),
        // Its path says whom it speaks for, whatever stands in it.
        ("deploy/staging/broken.json", "{\"a\": [1,\n# of production", (1, 0)),
        // Its path says nothing; what was not read names production.
        (
            "config/shop.json",
            "{\"staging\": {\"a\": \"b\"}, \"x\": [1,\n\"production\": {\"a\"",
            (1, 1),
        ),
        // Nothing is lost where a key stands twice.
        ("deploy/production/twice.yaml", "mode: a\nmode: b\n", (0, 0)),
        (
            "deploy/production/twice.json",
            "{\"mode\": \"a\", \"mode\": \"b\"}",
            (0, 0),
        ),
    ];
    for (path, text, (partly, production)) in cases {
        let tree = Tree::of(&[GOOD, (path, text)]);
        let coverage = &json(&tree.run(&["lint", "--output-format", "json"]))["coverage"];
        assert_eq!(coverage["partly_read"], *partly, "{path}: {coverage}");
        assert_eq!(coverage["partly_read_production"], *production, "{path}: {coverage}");
        let normal = tree.run(&["lint"]).stdout;
        assert_eq!(
            normal.contains("not fully read: 1 file"),
            *partly > 0,
            "{path}: {normal}"
        );
        assert_eq!(
            normal.contains("of them 1 of production"),
            *production > 0,
            "{path}: {normal}"
        );
        assert_eq!(
            normal.contains("nothing found in what could be read"),
            *partly > 0,
            "{path}: {normal}"
        );
        let quiet = tree.run(&["lint", "--quiet"]).stdout;
        assert_eq!(quiet.is_empty(), *production == 0, "{path}: {quiet}");
    }
    // A file in a ConfigMap was meant to be one; a value that only looks like one was not.
    let config_map = |key: &str| format!("kind: ConfigMap\ndata:\n  {key}: |\n    {{\"a\": [1,\n    \"b\": {{\n");
    for (key, partly) in [("shop.json", 1), ("shop", 0)] {
        let tree = Tree::of(&[GOOD, ("deploy/production/map.yaml", &config_map(key))]);
        let report = json(&tree.run(&["lint", "--output-format", "json"]));
        assert_eq!(report["coverage"]["partly_read_production"], partly, "{report:#}");
    }
    // Bytes that are no text.
    let tree = Tree::of(&[GOOD]);
    tree.write("deploy/production/b.env", b"DB_HOST=orders.\xff.shop.example\n");
    let coverage = &json(&tree.run(&["lint", "--output-format", "json"]))["coverage"];
    assert_eq!(coverage["partly_read_production"], 1, "{coverage}");
}

#[test]
fn the_minimum_says_what_is_missing() {
    let tree = Tree::of(&[GOOD, ("envfence.yml", "minimum:\n  settings: 10\n")]);
    let run = tree.run(&["lint"]);
    let expected =
        "too little was checked: 1 setting of known environments; minimum.settings of the policy asks for 10 or more\n";
    assert!(run.stdout.ends_with(expected), "{}", run.stdout);
    let report = json(&tree.run(&["lint", "--output-format", "json"]));
    assert_eq!(
        (&report["verdict"], &report["coverage"]["minimum"]),
        (&"nothing".into(), &10.into())
    );
    assert_eq!(
        json(&Tree::of(&[GOOD]).run(&["lint", "--output-format", "json"]))["coverage"]["minimum"],
        1
    );
}

/// Production that nobody speaks for is no fault of a file, but nobody should take the run for a good one.
#[test]
fn production_that_is_unknown_is_said() {
    const HINT: &str = "no setting speaks for production: name it under environments in envfence.yml\n";
    let files = [
        ("deploy/sandbox/a.env", "DB_HOST=orders.sandbox.shop.example\n"),
        ("deploy/staging/a.env", "DB_HOST=orders.staging.shop.example\n"),
    ];
    let tree = Tree::of(&files);
    tree.commit();
    for (arguments, is_said) in [
        (&["lint"][..], true),
        (&["lint", "."], true),
        (&["lint", "--changed-since", "HEAD"], true),
        (&["lint", "deploy/staging"], false),
    ] {
        let run = tree.run(arguments);
        assert_eq!(run.code, 0, "{}", run.all());
        assert_eq!(run.stdout.contains(HINT), is_said, "{arguments:?}: {}", run.stdout);
    }
    tree.write("deploy/production/a.env", b"DB_HOST=orders.prod.shop.example\n");
    assert!(!tree.run(&["lint"]).stdout.contains("speaks for production"));
    // Under another name.
    let named = Tree::of(&[
        files[0],
        files[1],
        ("envfence.yml", "environments: {sandbox: {tier: production}}\n"),
    ]);
    assert!(!named.run(&["lint"]).stdout.contains("speaks for production"));
}

#[test]
fn the_report_says_what_was_judged_and_by_which_policy() {
    let tree = Tree::of(&[GOOD, (".github/envfence.yml", "rules: {empty-value: off}\n")]);
    tree.commit();
    let report = |arguments: &[&str]| json(&tree.run(&[arguments, &["--output-format", "json"]].concat()));
    let whole = report(&["lint"]);
    assert_eq!(
        whole["scope"],
        serde_json::json!({"changes_only": false, "changed_since": null, "paths": []})
    );
    assert_eq!(
        whole["policy"],
        serde_json::json!({"path": ".github/envfence.yml", "revision": null})
    );
    let change = report(&["lint", "--no-policy", "--changed-since", "HEAD", "deploy"]);
    assert_eq!(
        change["scope"],
        serde_json::json!({"changes_only": true, "changed_since": "HEAD", "paths": ["deploy"]})
    );
    assert_eq!(change["policy"], Value::Null);
    let shown = tree.run(&["lint", "--changed-since", "HEAD"]).stdout;
    assert!(
        shown.ends_with("good: nothing found in what changed since HEAD\n"),
        "{shown}"
    );
    let shown = tree.run(&["lint", "--verbose"]).stdout;
    assert!(shown.contains("\npolicy: .github/envfence.yml\n"), "{shown}");
}

/// What was found decides, and that too little was there is said as well.
#[test]
fn too_little_is_said_beside_what_was_found() {
    let tree = Tree::of(&[BAD, ("envfence.yml", "minimum:\n  settings: 10\n")]);
    let run = tree.run(&["lint"]);
    assert_eq!(run.code, 1);
    assert!(
        run.stdout.contains("\ntoo little was checked: 1 setting of"),
        "{}",
        run.stdout
    );
    assert!(run.stdout.ends_with("violated: 1 error\n"), "{}", run.stdout);
}

/// A finding says what was expected, and what to write in the policy where the file takes no comments.
#[test]
fn findings_say_what_to_do() {
    let tree = Tree::of(&[
        (
            "deploy/production/db.json",
            "{\"database\": {\"host\": \"db.prod.shop.example\", \"name\": \"shop_restore\"}}\n",
        ),
        (
            "deploy/staging/db.json",
            "{\"database\": {\"host\": \"db.staging.shop.example\", \"name\": \"shop\"}}\n",
        ),
        (
            "deploy/production/tmp.yaml",
            "redis_host: cache-tmp.prod.shop.example\n",
        ),
        ("deploy/staging/tmp.yaml", "redis_host: cache.staging.shop.example\n"),
        ("deploy/production/empty.yaml", "database:\n  host:\n  port: 1\n"),
        (
            "deploy/staging/empty.yaml",
            "database:\n  host: db.staging.shop.example\n  port: 1\n",
        ),
        (
            ".github/workflows/deploy-production.yml",
            "jobs:\n  deploy:\n    steps:\n      - run: x\n        working-directory: ./infra/environments/staging\n",
        ),
        (
            ".github/workflows/deploy-staging.yml",
            "jobs:\n  deploy:\n    steps:\n      - run: x\n        working-directory: ./infra/environments/staging\n",
        ),
    ]);
    let shown = tree.run(&["lint"]).stdout;
    let report = json(&tree.run(&["lint", "--output-format", "json"]));
    let hash = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .find(|finding| finding["path"] == "deploy/production/db.json")
        .map(|finding| {
            finding["value_hash"]
                .as_str()
                .unwrap()
                .chars()
                .take(8)
                .collect::<String>()
        })
        .unwrap();
    for text in [
        "production uses the database `shop_restore`, whose name says `restore`: a temporary or copied one gets \
         overwritten by a restore and has no backup; expected something like `shop`\n",
        "related: deploy/staging/db.json:1: staging uses `shop` here\n",
        &format!(
            "or acknowledge it in envfence.yml (value: {hash}) or, where comments are allowed, with one: envfence: allow("
        ),
        "production uses the datastore host `cache-tmp.prod.shop.example`, whose name says `tmp`",
        "staging uses `cache.staging.shop.example` here\n",
        "help: point it at the real datastore, or acknowledge it with a comment: envfence: allow(temporary-datastore)",
        "2 | host =\n  |        ^\n",
        "production uses the path `./infra/environments/staging`, which names staging",
        "help: use production's own path, or acknowledge",
    ] {
        assert!(shown.contains(text), "{text}\n{shown}");
    }
}

#[test]
fn a_repository_without_commits_says_so() {
    let tree = Tree::of(&[GOOD]);
    tree.git(&["init", "--quiet"]);
    for revision in ["HEAD", "origin/main"] {
        let run = tree.run(&["lint", "--changed-since", revision]);
        assert_eq!(run.code, 2);
        assert!(
            run.stderr.starts_with("error: this repository has no commit yet"),
            "{}",
            run.stderr
        );
    }
}
