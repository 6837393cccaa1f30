//! The whole action, the binary included, in workflows that act runs against the fake of GitHub.

use crate::fake::{Event, Fake, JOB_ACCOUNT, Repository};
use crate::flows::act;
use crate::release::action;
use crate::support::{Run, Tree, finish};
use serde_json::Value;
use std::collections::BTreeMap;
use std::process::{Command, Stdio};

const RIGHT: &str = "DB_HOST=orders.prod.shop.example\nDB_NAME=orders\n";
const WRONG: &str = "DB_HOST=orders.staging.shop.example\nDB_NAME=orders\n";
const CLEAN: &str = "DB_HOST=orders-2.prod.shop.example\nDB_NAME=orders\n";
const SAID: &str = "production would use staging's database";

/// One use of the action as the guide shows it, and a step after it that keeps the outputs and the summary.
const WORKFLOW: &str = r#"on: [pull_request, merge_group, push]
permissions:
  contents: read
  pull-requests: write
jobs:
  configuration:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v6
        with:
          fetch-depth: 2
      - id: envfence
        uses: example-org/envfence@v1
        with:
          binary-path: BINARY
      - if: always()
        env:
          OUTPUTS: ${{ toJSON(steps.envfence.outputs) }}
        run: |
          printf '%s' "$OUTPUTS" >"$RECORD.outputs"
          pwd >"$RECORD.workspace"
"#;

/// What a workflow run left.
struct Ran {
    run: Run,
    outputs: BTreeMap<String, String>,
    workspace: String,
}

/// A shop with the workflow, whose branch `move` changes production.
fn shop(production: &str) -> Repository {
    let repository = Repository::of(&[
        ("deploy/production.env", RIGHT),
        (
            "deploy/staging.env",
            "DB_HOST=orders.staging.shop.example\nDB_NAME=orders\n",
        ),
        (
            ".github/workflows/envfence.yml",
            &WORKFLOW.replace("BINARY", env!("CARGO_BIN_EXE_envfence")),
        ),
    ]);
    repository
        .branch("move")
        .write("deploy/production.env", production)
        .commit("Move");
    repository
}

/// Runs the workflow for an event, in a checkout of what the event is about. act takes the place of actions/checkout and
/// copies that into a workspace of its own; it is started somewhere else.
fn play(fake: &Fake, repository: &Repository, event: &Event) -> Option<Ran> {
    let act = act()?;
    let checkout = repository.checkout_for(event, Some(2));
    checkout.git(&[
        "remote",
        "set-url",
        "origin",
        &format!("https://github.com/{}.git", fake.full_name()),
    ]);
    let home = Tree::of(&[("event.json", &event.payload.to_string())]);
    let action = action("");
    let record = home.at("record");
    let mut variables = vec![
        format!("RECORD={}", record.display()),
        "NO_PROXY=127.0.0.1".to_owned(),
        format!("GITHUB_API_URL={}", fake.api_url()),
        format!("GITHUB_GRAPHQL_URL={}", fake.graphql_url()),
        format!("GITHUB_SERVER_URL={}", fake.server_url()),
        format!("GITHUB_SHA={}", event.sha),
    ];
    variables.push(format!("GITHUB_REF={}", event.reference));
    let mut command = Command::new(act);
    command
        .arg(event.name)
        .arg("--directory")
        .arg(checkout.path())
        .args([
            "-W",
            ".github/workflows/envfence.yml",
            "-P",
            "ubuntu-latest=-self-hosted",
        ])
        .args(["--container-daemon-socket", "-", "--pull=false", "--no-cache-server"])
        .arg("--local-repository")
        .arg(format!("example-org/envfence@v1={}", action.path().display()))
        .arg("-e")
        .arg(home.at("event.json"))
        .args(["-s", &format!("GITHUB_TOKEN={}", fake.token())])
        .args(variables.iter().flat_map(|variable| ["--env", variable.as_str()]))
        .current_dir(home.path())
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap())
        .env("HOME", home.path())
        .env("XDG_CACHE_HOME", home.at("cache"))
        .env("XDG_CONFIG_HOME", home.at("config"))
        .env("XDG_DATA_HOME", home.at("data"))
        .stdin(Stdio::null());
    let run = finish(&mut command);
    let recorded = |name: &str| std::fs::read_to_string(home.at(name)).unwrap_or_default();
    let outputs: Value =
        serde_json::from_str(&recorded("record.outputs")).unwrap_or_else(|error| panic!("{error}: {}", run.all()));
    let outputs = outputs.as_object().unwrap().iter();
    let workspace = recorded("record.workspace").trim_end().to_owned();
    assert_ne!(workspace, checkout.path().display().to_string());
    Some(Ran {
        outputs: outputs
            .map(|(name, value)| (name.clone(), value.as_str().unwrap_or_default().to_owned()))
            .collect(),
        workspace,
        run,
    })
}

impl Ran {
    /// The job failed, for the right reason.
    fn assert_failed(&self) {
        let said = self.run.all();
        assert_ne!(self.run.code, 0, "{said}");
        assert!(
            said.contains("::error file=deploy/production.env,line=1,col=9"),
            "{said}"
        );
        assert_eq!(
            (self.outputs["verdict"].as_str(), self.outputs["exit-code"].as_str()),
            ("violated", "1"),
            "{said}"
        );
        assert_eq!(self.outputs["errors"], "1");
        assert!(!self.workspace.is_empty());
    }

    fn assert_passed(&self) {
        let said = self.run.all();
        assert_eq!(self.run.code, 0, "{said}");
        assert_eq!(
            (self.outputs["verdict"].as_str(), self.outputs["exit-code"].as_str()),
            ("good", "0"),
            "{said}"
        );
        assert_ne!(self.outputs["checked"], "0", "{said}");
    }
}

#[test]
fn a_clean_pull_request() {
    let repository = shop(CLEAN);
    let fake = Fake::start(&repository);
    let number = fake.open_pull("move", "main");
    let Some(ran) = play(&fake, &repository, &fake.opened(number)) else {
        return;
    };
    ran.assert_passed();
    assert!(fake.comments(number).is_empty());
}

#[test]
fn a_faulty_pull_request_fails_its_job() {
    let repository = shop(WRONG);
    let fake = Fake::start(&repository);
    let number = fake.open_pull("move", "main");
    let Some(ran) = play(&fake, &repository, &fake.opened(number)) else {
        return;
    };
    ran.assert_failed();
    let comments = fake.comments(number);
    assert_eq!(comments.len(), 1, "{}", ran.run.all());
    assert!(comments[0].author == JOB_ACCOUNT && comments[0].body.contains(SAID));
    assert!(ran.outputs["comment-url"].ends_with(&comments[0].id.to_string()));
    assert_eq!(fake.review_comments(number).len(), 1);
    assert!(!ran.run.all().contains(&fake.token()), "the token is masked");
}

#[test]
fn a_fork_with_a_token_that_may_only_read() {
    for (production, fails) in [(WRONG, true), (CLEAN, false)] {
        let repository = shop(production);
        let fake = Fake::start(&repository);
        fake.read_only();
        let number = fake.open_fork_pull("somebody", "move", "main");
        let Some(ran) = play(&fake, &repository, &fake.opened(number)) else {
            return;
        };
        if fails {
            ran.assert_failed();
        } else {
            ran.assert_passed();
        }
        assert!(fake.comments(number).is_empty());
    }
}

#[test]
fn a_merge_queue() {
    for (production, fails) in [(WRONG, true), (CLEAN, false)] {
        let repository = shop(production);
        let fake = Fake::start(&repository);
        let event = fake.merge_group(fake.open_pull("move", "main"));
        let Some(ran) = play(&fake, &repository, &event) else {
            return;
        };
        if fails {
            ran.assert_failed();
        } else {
            ran.assert_passed();
        }
        assert!(fake.writes().is_empty());
    }
}

#[test]
fn a_push() {
    for (production, fails) in [(WRONG, true), (CLEAN, false)] {
        let repository = shop(production);
        let fake = Fake::start(&repository);
        let event = fake.pushed("move", &repository.sha("main"));
        let Some(ran) = play(&fake, &repository, &event) else {
            return;
        };
        if fails {
            ran.assert_failed();
        } else {
            ran.assert_passed();
        }
        assert!(fake.writes().is_empty());
    }
}

#[test]
fn a_github_that_is_gone_changes_nothing() {
    let repository = shop(WRONG);
    let fake = Fake::start(&repository);
    let number = fake.open_pull("move", "main");
    let event = fake.opened(number);
    fake.refuse_connections();
    let Some(ran) = play(&fake, &repository, &event) else {
        return;
    };
    ran.assert_failed();
    assert_eq!(ran.outputs["comment-url"], "");
}
