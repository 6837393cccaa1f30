//! Reports of real trees: SARIF by its official schema, the page of the examples, and the map of where environments point.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "tests work on real files"
)]

mod support;

use envfence::LintOptions;
use envfence::finding::Level;
use envfence::report::Report;
use envfence::reporters::markdown::{self, LinkBase, MarkdownOptions};
use serde_json::Value;
use std::path::{Path, PathBuf};
use support::{Tree, repository};

fn lint(root: &Path, paths: &[&str], policy: Option<(&str, &str)>) -> Report {
    let report = envfence::lint(&LintOptions {
        root: root.to_path_buf(),
        paths: paths.iter().map(PathBuf::from).collect(),
        policy: policy.map(|(path, text)| (path.to_owned(), text.to_owned())),
        change: envfence::ChangeFrom::Nowhere,
        judges_all: false,
        is_proposal: false,
        fail_on: Some(Level::Error),
        today: "2026-06-01".parse().unwrap(),
    });
    report.unwrap_or_else(|errors| panic!("{errors:?}"))
}

/// What is wrong with a log by the schema, in lines.
fn faults(log: &Value) -> String {
    let text = std::fs::read_to_string(repository("tests/schemas/sarif-2.1.0.json")).unwrap();
    // A lone bracket, which JavaScript allows and the validator does not.
    let schema: Value = serde_json::from_str(&text.replace("{2}]?$", "{2}$")).unwrap();
    let validator = jsonschema::options()
        .should_validate_formats(true)
        .build(&schema)
        .unwrap();
    let faults = validator.iter_errors(log);
    faults
        .map(|fault| format!("{}: {fault}\n", fault.instance_path()))
        .collect()
}

fn sarif(tree: &Tree) -> Value {
    let run = tree.run(&["lint", "--output-format", "sarif"]);
    serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {}", run.all()))
}

#[test]
fn the_schema_refuses_what_is_wrong() {
    let tree = Tree::of(&[("deploy/production/a.env", "DB_HOST=orders.staging.shop.example\n")]);
    let log = sarif(&tree);
    assert_eq!(faults(&log), "");
    type Spoil = fn(&mut Value);
    let cases: &[(&str, Spoil)] = &[
        ("/version", |log| log["version"] = "2.0".into()),
        ("/level", |log| log["runs"][0]["results"][0]["level"] = "bad".into()),
        ("/uri", |log| {
            log["runs"][0]["tool"]["driver"]["informationUri"] = "not a uri".into()
        }),
        ("/startLine", |log| {
            log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]["startLine"] = 0.into();
        }),
    ];
    for (what, spoil) in cases {
        let mut spoilt = log.clone();
        spoil(&mut spoilt);
        assert_ne!(faults(&spoilt), "", "{what}");
    }
}

#[test]
fn sarif_is_valid() {
    let many: String = (0..5_010)
        .map(|number| format!("DB{number}_HOST=orders.staging.shop.example\n"))
        .collect();
    let hostile = "deploy/production/a b%20#?&'\u{202e}[x](y).env";
    let acknowledged =
        "DB_HOST=orders.staging.shop.example # envfence: allow(other-environment-datastore): \"the\" <move> {0}\n";
    let trees = [
        ("nothing", Tree::of(&[("README.md", "# Shop\n")])),
        (
            "good",
            Tree::of(&[("deploy/production.env", "DB_HOST=orders.prod.shop.example\n")]),
        ),
        ("many", Tree::of(&[("deploy/production/a.env", many.as_str())])),
        (
            "all",
            Tree::of(&[
                (hostile, "DB_HOST=orders.staging.shop.example\n\"A\\u0000\": [x](y)\n"),
                ("deploy/production/b.env", acknowledged),
                ("deploy/staging/b.env", "DB_HOST=orders.staging.shop.example\n"),
                ("deploy/production/c.json", "{\"a\": [1,\n"),
                (
                    "deploy/production/d.yaml",
                    "database:\n  host: |\n    orders.staging.shop.example\n",
                ),
                ("deploy/production/e.env", "# envfence: allow(nonsense)\nA=b\n"),
            ]),
        ),
    ];
    for (name, tree) in &trees {
        let log = sarif(tree);
        assert_eq!(faults(&log), "", "{name}");
        let run = &log["runs"][0];
        let results = run["results"].as_array().unwrap();
        let count = |field: &str| results.iter().filter(|result| result.get(field).is_some()).count();
        match *name {
            "nothing" => assert_eq!(run["invocations"][0]["executionSuccessful"], false),
            "good" => assert!(results.is_empty()),
            "many" => assert_eq!(results.len(), 5_000),
            _ => {
                assert_eq!(
                    (count("suppressions"), count("relatedLocations") > 0),
                    (1, true),
                    "{log:#}"
                );
                let uri = "deploy/production/a%20b%2520%23%3F%26%27%E2%80%AE%5Bx%5D%28y%29.env";
                assert!(log.to_string().contains(uri), "{log:#}");
                assert!(
                    !run["invocations"][0]["toolExecutionNotifications"]
                        .as_array()
                        .unwrap()
                        .is_empty()
                );
            }
        }
    }
}

/// The page of the examples, as a pull request shows it: tests/golden/examples.md can be looked at on GitHub.
#[test]
fn the_page_of_the_examples() {
    let report = Report {
        version: "0.0.0",
        ..lint(&repository(""), &["examples"], None)
    };
    let page = markdown::body(
        &report,
        &MarkdownOptions {
            link: Some(LinkBase {
                server_url: "https://github.example".into(),
                repository: "shop/shop".into(),
                sha: "0123456789abcdef0123456789abcdef01234567".into(),
            }),
            run_url: Some("https://github.example/shop/shop/actions/runs/1".into()),
            ..MarkdownOptions::default()
        },
    );
    assert!(
        page.starts_with("### ❌ envfence: production would use staging's database ("),
        "{page}"
    );
    support::compare("tests/golden/examples.md", &page);
}

/// Arrows as `environment -> target (kind)`, `!` where they are wrong, `=` with the environment that the target names.
fn arrows(files: &[(&str, &str)], policy: Option<&str>) -> Vec<String> {
    let report = lint(Tree::of(files).path(), &[], policy.map(|text| ("envfence.yml", text)));
    let arrow = |arrow: &envfence::map::Arrow| {
        let wrong = if arrow.wrong { " !" } else { "" };
        let names = arrow
            .names
            .as_deref()
            .map(|names| format!("={names}"))
            .unwrap_or_default();
        format!(
            "{} -> {} ({}){wrong}{names}",
            arrow.environment, arrow.target, arrow.kind
        )
    };
    report.map.iter().map(arrow).collect()
}

#[test]
fn where_environments_point() {
    type Case<'a> = (&'a [(&'a str, &'a str)], &'a [&'a str]);
    let cases: &[Case<'_>] = &[
        // Hosts with their databases, written as one or as two keys; production first.
        (
            &[
                (
                    "deploy/dev.env",
                    "DATABASE_URL=postgres://app:secret@DB.dev.shop.example:5432/shop_dev\n",
                ),
                (
                    "deploy/production.env",
                    "DB_HOST=db.prod.shop.example\nDB_NAME=shop\nDB_PASSWORD=secret\nREDIS_URL=redis://cache-1.prod.shop.example/0\n",
                ),
            ],
            &[
                "production -> cache-1.prod.shop.example/0 (datastore)",
                "production -> db.prod.shop.example/shop (datastore)",
                "dev -> db.dev.shop.example/shop_dev (datastore)",
            ],
        ),
        // Wrong because of the host, and because of the database that stands beside it.
        (
            &[(
                "deploy/production.env",
                "DB_HOST=db.staging.shop.example\nDB_NAME=shop\n",
            )],
            &["production -> db.staging.shop.example/shop (datastore) !=staging"],
        ),
        (
            &[
                (
                    "deploy/production.env",
                    "DB_HOST=db-1.shop.example\nDB_NAME=shop_staging\n",
                ),
                (
                    "deploy/staging.env",
                    "DB_HOST=db-2.shop.example\nDB_NAME=shop_staging\n",
                ),
            ],
            &[
                "production -> db-1.shop.example/shop_staging (datastore) !=staging",
                "staging -> db-2.shop.example/shop_staging (datastore)",
            ],
        ),
        // A database is its map's host's, however many keys stand between them.
        (
            &[
                (
                    "deploy/production.env",
                    "DB_HOST=db.shop.example\nA=1\nB=1\nC=1\nD=1\nE=1\nF=1\nG=1\nH=1\nI=1\nJ=1\nK=1\nL=1\nM=1\nN=1\nDB_NAME=shop\n",
                ),
                (
                    "deploy/staging.yaml",
                    "a:\n  db_host: db-a.shop.example\nb:\n  db_host: db-b.shop.example\n  c:\n    db_name: c\n  db_name: b\nd:\n  db_name: d\n",
                ),
            ],
            &[
                "production -> db.shop.example/shop (datastore)",
                "staging -> db-a.shop.example (datastore)",
                "staging -> db-b.shop.example/b (datastore)",
            ],
        ),
        // A database without a host, and what is no datastore, are drawn where they are wrong.
        (
            &[
                (
                    "infra/production.tfvars",
                    "state_bucket = \"shop-dev-tfstate\"\nlogs_bucket = \"shop-prod-logs\"\n",
                ),
                (
                    "infra/dev.tfvars",
                    "state_bucket = \"shop-dev-tfstate\"\nlogs_bucket = \"shop-dev-logs\"\n",
                ),
            ],
            &["production -> shop-dev-tfstate (storage) !=dev"],
        ),
        (
            &[(
                "deploy/production.env",
                "DB_NAME=shop_restore\nRABBITMQ_HOST=localhost\n",
            )],
            &[
                "production -> localhost (datastore) !",
                "production -> shop_restore (datastore) !",
            ],
        ),
        // What is acknowledged, filled in later, or of no environment, is not wrong or not there.
        (
            &[
                (
                    "deploy/production.env",
                    "# envfence: allow(other-environment-datastore): the move\nDB_HOST=db.staging.shop.example\n",
                ),
                (
                    "deploy/staging.env",
                    "DB_HOST=${HOST}.staging.shop.example\nX=postgres://app@$DB_HOST/shop\n",
                ),
                ("base.env", "DB_HOST=db.shop.example\n"),
            ],
            &["production -> db.staging.shop.example (datastore)"],
        ),
        // The same arrow of several settings stands once, and is wrong if one of them is.
        (
            &[
                (
                    "a/production.env",
                    "DB_HOST=db.staging.shop.example # envfence: allow(other-environment-datastore): the move\n",
                ),
                ("b/production.env", "DB_HOST=db.staging.shop.example\n"),
            ],
            &["production -> db.staging.shop.example (datastore) !=staging"],
        ),
        // Production inherits a base file's setting.
        (
            &[
                (
                    "config/application.yml",
                    "spring:\n  datasource:\n    url: jdbc:postgresql://db-staging.shop.example/shop\n",
                ),
                ("config/application-prod.yml", "server:\n  port: 80\n"),
                ("config/application-staging.yml", "server:\n  port: 81\n"),
            ],
            &["production -> db-staging.shop.example (datastore) !=staging"],
        ),
    ];
    for (files, expected) in cases {
        assert_eq!(arrows(files, None), *expected, "{files:?}");
    }
    let policy = "environments:\n  production:\n    owns:\n      hosts: ['*.core.shop.example']\n  staging: {}\n";
    let files = [
        ("deploy/staging.env", "DB_HOST=db.core.shop.example\n"),
        ("deploy/production.env", "DB_HOST=db.core.shop.example\n"),
    ];
    let expected = [
        "production -> db.core.shop.example (datastore)",
        "staging -> db.core.shop.example (datastore) !",
    ];
    assert_eq!(arrows(&files, Some(policy)), expected);
}

/// Some problems are of no file: no report shows a place for them.
#[test]
fn problems_of_the_whole_tree() {
    let tree = Tree::of(&[
        ("deploy/production.env", "DB_HOST=orders.prod.shop.example\n"),
        (".gitignore", "*.env\n"),
    ]);
    tree.git(&["init", "--quiet"]);
    tree.write(".git/index", "broken");
    let message = "git's ignore lists do not count";
    for (format, expected) in [
        ("text", format!("  warning: {message}")),
        (
            "github",
            format!("::warning title=envfence%3A could not be read::{message}"),
        ),
        ("markdown", format!("warning: {message}")),
        ("junit", "name=\"the tree\"".to_owned()),
        ("gitlab", "\"path\": \".\"".to_owned()),
    ] {
        let run = tree.run(&["lint", "--no-policy", "--output-format", format]);
        assert!(run.stdout.contains(&expected), "{format}: {}", run.all());
    }
    let report = lint(tree.path(), &[], None);
    assert_eq!(report.coverage.settings, 1, "what is hidden is read all the same");
    assert_eq!(faults(&sarif(&tree)), "");
}

/// What a page offers to be copied is an entry that covers the finding.
#[test]
fn the_entry_to_copy_covers_its_finding() {
    let key = "weird \"key\": `x`";
    let value = serde_json::to_string(key).unwrap();
    let tree = Tree::of(&[(
        "deploy/production/app.yaml",
        &format!("database:\n  {value}:\n    host: orders.staging.shop.example\n"),
    )]);
    let report = lint(tree.path(), &[], None);
    assert_eq!(report.findings.len(), 1, "{report:#?}");
    let page = markdown::body(&report, &MarkdownOptions::default());
    let start = page.find("acknowledge:\n").unwrap();
    let entry = page[start..]
        .split("\n```")
        .next()
        .unwrap()
        .replace("YYYY-MM-DD", "2026-07-01");
    let accepted = lint(tree.path(), &[], Some(("envfence.yml", &entry)));
    assert_eq!((accepted.findings.len(), accepted.suppressed.len()), (0, 1), "{entry}");
}

#[test]
fn the_map_is_drawn() {
    let tree = Tree::of(&[
        ("deploy/production.env", "DB_HOST=db.staging.shop.example\n"),
        ("deploy/staging.env", "DB_HOST=db.staging.shop.example\n"),
    ]);
    let run = tree.run(&["map"]);
    let expected = "\
%%{init: {\"flowchart\": {\"nodeSpacing\": 14, \"rankSpacing\": 110, \"padding\": 6, \"wrappingWidth\": 560}}}%%
flowchart LR
  e0([\"production\"])
  t0(\"db.staging.shop.example\")
  e1([\"staging\"])
  e0 ==>|\"wrong\"| t0
  e1 --> t0
  linkStyle 0 stroke:#cf222e,stroke-width:3px
";
    assert_eq!((run.code, run.stdout.as_str()), (0, expected), "{}", run.stderr);
    let run = tree.run(&["map", "deploy/staging.env"]);
    assert_eq!(
        (run.code, run.stdout.contains("e0 --> t0"), run.stdout.contains("wrong")),
        (0, true, false)
    );
    tree.write("envfence.yml", "nonsense: 1\n");
    assert_eq!(tree.run(&["map"]).code, 2);
    assert_eq!(tree.run(&["map", "--no-policy"]).code, 0);
    assert_eq!(tree.run(&["map", "nowhere"]).code, 2);
    assert_eq!(Tree::of(&[("README.md", "# Shop\n")]).run(&["map"]).code, 3);
}
