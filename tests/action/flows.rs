//! action.yml as a workflow runs it, by act, from another directory than the workspace.

use crate::mirror::{Answer, Mirror};
use crate::release::{STAND_IN, action, archive, checksums, executable, served, sha256};
use crate::support::{Run, Tree, finish, in_parallel, repository};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// The pull request, branch or queue that a workflow runs for.
struct Event {
    name: &'static str,
    payload: Value,
    token: &'static str,
}

/// What a run left: what it printed, the variables that reached the binary, and the outputs that reached the next step.
struct Ran {
    run: Run,
    variables: BTreeMap<String, String>,
    outputs: BTreeMap<String, String>,
}

impl Event {
    fn pull_request() -> Self {
        let payload = json!({
            "action": "synchronize",
            "number": 7,
            "pull_request": {
                "number": 7,
                "head": {"ref": "move", "sha": "1".repeat(40), "repo": {"full_name": "example-org/shop", "fork": false}},
                "base": {"ref": "main", "sha": "2".repeat(40), "repo": {"full_name": "example-org/shop", "fork": false}},
            },
            "repository": {"full_name": "example-org/shop", "default_branch": "main"},
        });
        Self {
            name: "pull_request",
            payload,
            token: "ghs_ofThisRepository",
        }
    }
}

/// act, unless it is missing and need not be there.
pub(crate) fn act() -> Option<PathBuf> {
    let act = repository("target/tools/python/bin/act");
    if act.exists() {
        return Some(act);
    }
    let is_required = std::env::var_os("ENVFENCE_REQUIRE_ACT").is_some_and(|value| value == "1");
    assert!(!is_required, "act is not installed: scripts/tools installs it");
    eprintln!("skipped: act is not installed, scripts/tools installs it");
    None
}

/// A workflow with one use of the action, and a step after it that shows the outputs.
fn workflow(event: &str, inputs: &str) -> String {
    let inputs: String = inputs.lines().map(|line| format!("          {line}\n")).collect();
    format!(
        "on: {event}
permissions:
  contents: read
jobs:
  envfence:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v6
      - id: envfence
        uses: example-org/envfence@v1
        with:
{inputs}
      - if: always()
        env:
          OUTPUTS: ${{{{ toJSON(steps.envfence.outputs) }}}}
        run: printf '%s' \"$OUTPUTS\" >\"$RECORD.outputs\"
"
    )
}

/// Runs a workflow for an event. The stand-in keeps its variables.
fn play(act: &PathBuf, event: &Event, inputs: &str, action: &Tree, variables: &[(&str, &str)]) -> Ran {
    let workspace = Tree::of(&[
        (".github/workflows/envfence.yml", &workflow(event.name, inputs)),
        ("deploy/production/shop.env", "DB_HOST=orders.prod.shop.example\n"),
        ("tools/envfence", STAND_IN),
    ]);
    executable(&workspace, "tools/envfence");
    workspace.commit();
    let home = Tree::of(&[("event.json", &event.payload.to_string())]);
    let record = home.at("record");
    let mut command = Command::new(act);
    command
        .arg(event.name)
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
        .args(["-s", &format!("GITHUB_TOKEN={}", event.token)])
        .args([
            "--env",
            &format!("RECORD={}", record.display()),
            "--env",
            "NO_PROXY=127.0.0.1",
        ])
        .args(
            variables
                .iter()
                .flat_map(|(name, value)| ["--env".to_owned(), format!("{name}={value}")]),
        )
        .current_dir(workspace.path())
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap())
        .env("HOME", home.path())
        .env("XDG_CACHE_HOME", home.at("cache"))
        .env("XDG_CONFIG_HOME", home.at("config"))
        .env("XDG_DATA_HOME", home.at("data"))
        .stdin(Stdio::null());
    let run = finish(&mut command);
    let recorded = std::fs::read(&record).unwrap_or_default();
    let variables = String::from_utf8(recorded).unwrap();
    let pairs = variables.split('\0').filter_map(|pair| pair.split_once('='));
    let outputs = std::fs::read_to_string(home.at("record.outputs")).unwrap_or_default();
    Ran {
        variables: pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        outputs: serde_json::from_str(&outputs).unwrap_or_else(|error| panic!("{error}: {}", run.all())),
        run,
    }
}

impl Ran {
    fn output(&self, name: &str) -> &str {
        &self.outputs[name]
    }
}

/// Every way to come by the binary, and every way not to: the job fails, with one annotation and outputs that say so.
#[test]
fn ways_to_the_binary() {
    let Some(act) = act() else { return };
    let mirror = Mirror::serving(served());
    let archive = archive(&format!("{}-unknown-linux-musl", std::env::consts::ARCH));
    let altered = Mirror::serving(BTreeMap::from([(archive.clone(), Answer::Whole(b"other".to_vec()))]));
    let from = |mirror: &Mirror| format!("download-url: {}/v1", mirror.url());
    let wrong = format!("{}  {archive}\n", sha256(b"other"));
    let cases: &[(&str, String, String, Result<(), &str>)] = &[
        ("a mirror", from(&mirror), checksums(), Ok(())),
        (
            "a binary of the job",
            "binary-path: tools/envfence".to_owned(),
            String::new(),
            Ok(()),
        ),
        (
            "no checksum",
            from(&mirror),
            String::new(),
            Err("is not in checksums.txt"),
        ),
        (
            "another checksum",
            from(&mirror),
            wrong,
            Err("is not what was released"),
        ),
        (
            "another archive",
            from(&altered),
            checksums(),
            Err("is not what was released"),
        ),
        (
            "no such release",
            format!("{}\nversion: 9.9.9", from(&mirror)),
            checksums(),
            Err("is not in checksums.txt"),
        ),
        (
            "no such file",
            "download-url: file:///nowhere".to_owned(),
            checksums(),
            Err("cannot be had"),
        ),
        (
            "no such binary",
            "binary-path: tools/nothing".to_owned(),
            checksums(),
            Err("there is no program"),
        ),
    ];
    in_parallel(cases, |(case, inputs, checksums, expected)| {
        let ran = play(&act, &Event::pull_request(), inputs, &action(checksums), &[]);
        let said = ran.run.all();
        match expected {
            Ok(()) => {
                assert_eq!(ran.run.code, 0, "{case}: {said}");
                assert!(said.contains("was called with: action"), "{case}: {said}");
                assert_eq!(ran.output("verdict"), "violated", "{case}");
            }
            Err(words) => {
                assert_ne!(ran.run.code, 0, "{case}: {said}");
                assert_eq!(
                    said.matches("::error title=envfence was not installed::").count(),
                    1,
                    "{case}: {said}"
                );
                assert!(said.contains(words), "{case}: {said}");
                assert!(!said.contains("stand-in"), "{case}: {said}");
                assert_eq!(
                    (ran.output("verdict"), ran.output("exit-code")),
                    ("error", "2"),
                    "{case}"
                );
            }
        }
    });
}

/// The job ends as the binary does, and the outputs are there in either case.
#[test]
fn exit_codes_and_outputs() {
    let Some(act) = act() else { return };
    let expected = [
        ("checked", "33"),
        ("comment-url", "https://git.example/1"),
        ("errors", "2"),
        ("exit-code", "1"),
        ("findings", "3"),
        ("json-file", "a.json"),
        ("sarif-file", "a.sarif"),
        ("suppressed", "4"),
        ("verdict", "violated"),
        ("version", "0.0.0"),
        ("warnings", "1"),
    ];
    in_parallel(&["0", "1", "2", "3", "4"], |code| {
        let inputs = "binary-path: tools/envfence";
        let ran = play(
            &act,
            &Event::pull_request(),
            inputs,
            &action(""),
            &[("STAND_IN_CODE", code)],
        );
        assert_eq!(ran.run.code == 0, *code == "0", "{code}: {}", ran.run.all());
        let outputs = ran.outputs.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        assert_eq!(outputs.collect::<Vec<_>>(), expected, "{code}");
    });
}

/// Inputs arrive as they were written: nothing of them is run, split or lost.
#[test]
fn inputs_arrive_as_they_are() {
    let Some(act) = act() else { return };
    let hostile = "a b; touch pwned $(touch pwned) `touch pwned` \"'\\ ${HOME} %0A ::error::x";
    let inputs = format!(
        "binary-path: tools/envfence\nscope: all\nfail-on: warning\nworking-directory: deploy\npaths: |\n  first dir\n  {hostile}\ncomment-id: >-\n  {hostile}\n"
    );
    let ran = play(&act, &Event::pull_request(), &inputs, &action(""), &[]);
    assert_eq!(ran.run.code, 0, "{}", ran.run.all());
    let paths = format!("first dir\n{hostile}\n");
    let expected = [
        ("ANNOTATIONS", "true"),
        ("CHECK_RUN", "false"),
        ("COMMENT", "auto"),
        ("COMMENT_ID", hostile),
        ("FAIL_ON", "warning"),
        ("GITLAB_FILE", ""),
        ("JOB_SUMMARY", "true"),
        ("JSON_FILE", ""),
        ("JUNIT_FILE", ""),
        ("MARKDOWN_FILE", ""),
        ("MIN_LEVEL", "note"),
        ("MODE", "lint"),
        ("PATHS", &paths),
        ("POLICY", ""),
        ("PR_NUMBER", ""),
        ("REVIEW_COMMENTS", "true"),
        ("SARIF_FILE", ""),
        ("SCOPE", "all"),
        ("TOKEN", "ghs_ofThisRepository"),
        ("WORKING_DIRECTORY", "deploy"),
    ];
    let arrived = ran
        .variables
        .iter()
        .filter_map(|(name, value)| Some((name.strip_prefix("ENVFENCE_INPUT_")?, value.as_str())));
    assert_eq!(arrived.collect::<Vec<_>>(), expected);
}

/// What an earlier step puts into the environment of the job does not run in the action's shells.
#[test]
fn an_earlier_step_cannot_slip_in_a_script() {
    let Some(act) = act() else { return };
    let evil = Tree::of(&[("evil.sh", "echo evil was here\n")]);
    let variables = [("BASH_ENV", evil.at("evil.sh").display().to_string())];
    let variables: Vec<(&str, &str)> = variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let ran = play(
        &act,
        &Event::pull_request(),
        "binary-path: tools/envfence",
        &action(""),
        &variables,
    );
    // The workflow's own last step is not the action's, and is where it does run.
    assert_eq!(ran.run.all().matches("evil was here").count(), 1, "{}", ran.run.all());
}

/// Whatever the workflow runs for, the binary learns the event, the payload and the token that it has to work with.
#[test]
fn events_reach_the_binary() {
    let Some(act) = act() else { return };
    let from_a_fork = {
        let mut event = Event::pull_request();
        event.payload["pull_request"]["head"]["repo"] = json!({"full_name": "somebody/shop", "fork": true});
        event.token = "ghs_thatMayOnlyRead";
        event
    };
    let sha = "3".repeat(40);
    let queue = json!({
        "action": "checks_requested",
        "merge_group": {
            "head_sha": sha, "head_ref": "refs/heads/gh-readonly-queue/main/pr-7", "base_sha": "2".repeat(40),
            "base_ref": "refs/heads/main",
        },
        "repository": {"full_name": "example-org/shop", "default_branch": "main"},
    });
    let push = json!({
        "ref": "refs/heads/main", "before": "2".repeat(40), "after": sha, "forced": false,
        "repository": {"full_name": "example-org/shop", "default_branch": "main"},
    });
    let other = |name, payload| Event {
        name,
        payload,
        token: "ghs_ofThisRepository",
    };
    let cases = [
        ("a pull request", Event::pull_request()),
        ("one from a fork", from_a_fork),
        ("a merge queue", other("merge_group", queue)),
        ("a push", other("push", push)),
        (
            "by hand",
            other("workflow_dispatch", json!({"inputs": {}, "ref": "refs/heads/main"})),
        ),
    ];
    in_parallel(&cases, |(case, event)| {
        let ran = play(&act, event, "binary-path: tools/envfence", &action(""), &[]);
        assert_eq!(ran.run.code, 0, "{case}: {}", ran.run.all());
        let variable = |name: &str| ran.variables.get(name).map_or("", String::as_str);
        assert_eq!(variable("GITHUB_EVENT_NAME"), event.name, "{case}");
        assert_eq!(variable("ENVFENCE_INPUT_TOKEN"), event.token, "{case}");
        assert_eq!(variable("GITHUB_JOB"), "envfence", "{case}");
        for name in [
            "GITHUB_EVENT_PATH",
            "GITHUB_SHA",
            "GITHUB_REPOSITORY",
            "GITHUB_API_URL",
            "GITHUB_STEP_SUMMARY",
            "GITHUB_RUN_ID",
        ] {
            assert!(!variable(name).is_empty(), "{case}: {name}");
        }
        assert!(!ran.run.all().contains(event.token), "{case}: the token is masked");
    });
}
