//! The command as people and workflows use it: flags, exit codes, streams, colours, help, and the JSON contract.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests work on real files"
)]

mod support;

use serde_json::Value;
use std::io::Read as _;
use std::process::Stdio;
use support::{Run, Tree};

const GOOD: (&str, &str) = ("deploy/production/good.env", "DB_HOST=orders.prod.shop.example\n");
const BAD: (&str, &str) = ("deploy/production/bad.env", "DB_HOST=orders.staging.shop.example\n");
const WARNING: (&str, &str) = (
    "deploy/production/warning.env",
    "REDIS_URL=${REDIS_URL:-redis://localhost}\n",
);

/// A file of production that ends in the middle.
const BROKEN: (&str, &str) = ("deploy/production/broken.json", "{\"a\": \"b\", \"c\": [1,\n");

fn json(run: &Run) -> Value {
    serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {}", run.all()))
}

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
fn help_is_what_it_was() {
    let tree = Tree::new();
    for (name, arguments) in [
        ("help", &["--help"][..]),
        ("lint-help", &["lint", "--help"]),
        ("rules", &["rules"]),
    ] {
        let run = tree.run_with(arguments, &[("COLUMNS", "100")]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        assert!(
            run.stdout.lines().all(|line| line.chars().count() <= 140),
            "{name}: a long line"
        );
        support::compare(&format!("tests/golden/{name}.txt"), &run.stdout);
    }
}

#[test]
fn every_rule_is_explained() {
    let tree = Tree::new();
    let listed = tree.run(&["rules"]).stdout;
    assert_eq!(listed.lines().count(), envfence::rules::RULES.len());
    let runs = support::in_parallel(envfence::rules::RULES, |rule| tree.run(&["explain", rule.id]));
    for (rule, run) in envfence::rules::RULES.iter().zip(runs) {
        assert!(listed.contains(rule.id));
        assert!(
            run.stdout.contains(rule.id) && run.stdout.contains(rule.summary),
            "{}",
            run.all()
        );
        assert!(
            run.stdout.contains(&format!("envfence: allow({})", rule.id)),
            "{}",
            run.stdout
        );
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
fn several_reports_at_once() {
    let tree = Tree::of(&[BAD]);
    let run = tree.run(&[
        "lint",
        "--output-format",
        "json=r.json",
        "--output-format",
        "text=r.txt",
    ]);
    assert_eq!(run.code, 1);
    assert!(
        run.stdout.contains("other-environment-datastore"),
        "text goes to standard output as well"
    );
    let file: Value = serde_json::from_slice(&std::fs::read(tree.at("r.json")).unwrap()).unwrap();
    assert_eq!(file["verdict"], "violated");
    assert_eq!(std::fs::read_to_string(tree.at("r.txt")).unwrap(), run.stdout);
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let tree = Tree::new();
    let many: String = (0..2_000)
        .map(|number| format!("DB{number}_HOST=orders.staging.shop.example\n"))
        .collect();
    tree.write("deploy/production/a.env", many);
    let mut child = tree
        .command(&["lint"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut few = [0; 16];
    let mut stdout = child.stdout.take().unwrap();
    stdout.read_exact(&mut few).unwrap();
    drop(stdout);
    let output = child.wait_with_output().unwrap();
    assert_eq!(
        output.status.code(),
        Some(1),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn colours() {
    let tree = Tree::of(&[BAD]);
    type Case<'a> = (&'a [&'a str], &'a [(&'a str, &'a str)], bool);
    let cases: &[Case<'_>] = &[
        (&["lint"], &[], false),
        (&["lint", "--color", "always"], &[], true),
        (&["lint", "--color", "always"], &[("NO_COLOR", "1")], true),
        (&["lint", "--color", "never"], &[("CLICOLOR_FORCE", "1")], false),
        (&["lint"], &[("CLICOLOR_FORCE", "1")], true),
        (&["lint"], &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")], false),
        (&["lint", "--color", "always", "--output-format", "json"], &[], false),
        (&["lint", "nonsense"], &[], false),
        (&["lint", "nonsense", "--color", "always"], &[], true),
        (&["--help"], &[], false),
        (&["lint", "--nonsense"], &[], false),
    ];
    for (arguments, variables, expected) in cases {
        let run = tree.run_with(arguments, variables);
        assert_eq!(run.all().contains('\u{1b}'), *expected, "{arguments:?} {variables:?}");
    }
    // A file is no terminal, whatever standard output is.
    tree.run(&["lint", "--color", "always", "--output-format", "text=report.txt"]);
    assert!(
        !std::fs::read_to_string(tree.at("report.txt"))
            .unwrap()
            .contains('\u{1b}')
    );
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

/// Every key of the contract with its type; nothing more, nothing less.
#[test]
fn the_json_contract() {
    let tree = Tree::of(&[
        GOOD,
        BAD,
        ("deploy/staging/bad.env", BAD.1),
        (
            "deploy/production/known.env",
            "DB_HOST=orders.staging.shop.example # envfence: allow(other-environment-datastore) until 2999-12-31: the move\n",
        ),
        BROKEN,
        ("tests/a.env", "A=b\n"),
    ]);
    let run = tree.run(&["lint", "--output-format", "json"]);
    let report = json(&run);
    let shape = |value: &Value| match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Number(number) if number.is_u64() => "count",
        Value::Number(_) => "number",
        Value::String(_) => "text",
        Value::Array(_) => "list",
        Value::Object(_) => "map",
    };
    let check = |what: &str, value: &Value, expected: &[(&str, &str)]| {
        let map = value
            .as_object()
            .unwrap_or_else(|| panic!("{what} is no map: {report:#}"));
        let mut keys: Vec<(&str, &str)> = map.iter().map(|(key, value)| (key.as_str(), shape(value))).collect();
        let mut expected = expected.to_vec();
        keys.sort_unstable();
        expected.sort_unstable();
        assert_eq!(keys, expected, "{what}");
    };
    let finding = [
        ("rule", "text"),
        ("level", "text"),
        ("confidence", "text"),
        ("path", "text"),
        ("line", "count"),
        ("column", "count"),
        ("end_line", "count"),
        ("end_column", "count"),
        ("environment", "text"),
        ("key", "text"),
        ("message", "text"),
        ("help", "text"),
        ("related", "list"),
        ("fingerprint", "text"),
        ("value_hash", "text"),
    ];
    check(
        "report",
        &report,
        &[
            ("schema", "text"),
            ("version", "text"),
            ("findings", "list"),
            ("suppressed", "list"),
            ("problems", "list"),
            ("coverage", "map"),
            ("map", "list"),
            ("verdict", "text"),
            ("exit_code", "count"),
        ],
    );
    assert_eq!(report["schema"], "envfence/report/v1");
    assert_eq!(report["version"], env!("CARGO_PKG_VERSION"));
    check("finding", &report["findings"][0], &finding);
    check(
        "related",
        &report["findings"][0]["related"][0],
        &[("path", "text"), ("line", "count"), ("message", "text")],
    );
    let mut suppressed = finding.to_vec();
    suppressed.extend([("reason", "text"), ("until", "text"), ("acknowledged_at", "text")]);
    check("suppressed", &report["suppressed"][0], &suppressed);
    check(
        "problem",
        &report["problems"][0],
        &[
            ("level", "text"),
            ("path", "text"),
            ("line", "count"),
            ("column", "count"),
            ("message", "text"),
            ("unread", "bool"),
            ("production", "bool"),
        ],
    );
    check(
        "coverage",
        &report["coverage"],
        &[
            ("files", "count"),
            ("files_without_environment", "count"),
            ("settings", "count"),
            ("references", "count"),
            ("environments", "list"),
            ("minimum", "count"),
            ("partly_read", "count"),
            ("partly_read_production", "count"),
            ("unreadable", "count"),
            ("skipped", "list"),
            ("rules", "count"),
        ],
    );
    check(
        "environment",
        &report["coverage"]["environments"][0],
        &[("name", "text"), ("tier", "text"), ("settings", "count")],
    );
    // Whose thing it is, is only known where a finding says so.
    let mut arrow = report["map"][0].clone();
    assert!(arrow["names"].is_null() || arrow["names"].is_string(), "{arrow}");
    arrow["names"] = Value::String(String::new());
    check(
        "arrow",
        &arrow,
        &[
            ("environment", "text"),
            ("tier", "text"),
            ("target", "text"),
            ("kind", "text"),
            ("names", "text"),
            ("wrong", "bool"),
        ],
    );
    check(
        "skipped",
        &report["coverage"]["skipped"][0],
        &[("reason", "text"), ("paths", "list")],
    );
    let found = &report["findings"][0];
    assert_eq!(
        (
            &found["path"],
            &found["line"],
            &found["column"],
            &found["end_line"],
            &found["end_column"]
        ),
        (&BAD.0.into(), &1.into(), &9.into(), &1.into(), &36.into())
    );
    assert_eq!(
        report["suppressed"][0]["acknowledged_at"],
        "deploy/production/known.env:1"
    );
    let names: Vec<&str> = report["coverage"]["environments"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["production", "staging"]);
    let hex = |value: &Value| {
        value
            .as_str()
            .is_some_and(|text| text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_hexdigit()))
    };
    assert!(hex(&found["fingerprint"]) && hex(&found["value_hash"]));
}

/// A fingerprint survives what does not touch the fault, and changes with the value.
#[test]
fn fingerprints() {
    let fingerprint = |text: &str| {
        let tree = Tree::of(&[(BAD.0, text)]);
        json(&tree.run(&["lint", "--output-format", "json"]))["findings"][0]["fingerprint"].clone()
    };
    let first = fingerprint("DB_HOST=orders.staging.shop.example\n");
    assert_eq!(
        first,
        fingerprint("# moved\nMODE=fast\n\nDB_HOST=\"orders.staging.shop.example\"\n")
    );
    assert_ne!(first, fingerprint("DB_HOST=orders.qa.shop.example\n"));
    assert_ne!(first, fingerprint("CART_DB_HOST=orders.staging.shop.example\n"));
    let with = |password: &str| {
        fingerprint(&format!(
            "DATABASE_URL=postgres://app:{password}@orders.staging.shop.example/orders\n"
        ))
    };
    assert_eq!(
        with("one"),
        with("two"),
        "a new password is no new fault, and its hash would betray it"
    );
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
fn the_examples_show_the_incident() {
    let mut command = Tree::new().command(&["lint", "examples"]);
    let run = support::finish(command.current_dir(support::repository("")));
    assert_eq!(run.code, 1, "{}", run.all());
    assert!(
        run.stdout.contains("temporary-datastore") && run.stdout.contains("orders_migration_tmp"),
        "{}",
        run.stdout
    );
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
            *production > 0,
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

#[test]
fn the_schema_is_the_file_of_the_repository() {
    let run = Tree::new().run(&["schema"]);
    support::compare("schema.json", &run.stdout);
}

/// Completions for each shell know the commands, the flags, and the words of tables.
#[test]
fn completions_know_every_word() {
    let tree = Tree::new();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let run = tree.run(&["completions", shell]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        let mut words = vec![
            "envfence",
            "lint",
            "explain",
            "completions",
            "changed-since",
            "min-level",
        ];
        // Not all of them complete the values of flags, or those of positions.
        if ["bash", "fish", "zsh"].contains(&shell) {
            words.extend(["never", "json"]);
        }
        if ["bash", "zsh"].contains(&shell) {
            words.extend(["temporary-datastore"]);
        }
        for word in words {
            assert!(run.stdout.contains(word), "{shell}: {word}");
        }
    }
}
