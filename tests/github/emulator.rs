//! The main flow a second time, against an emulator of GitHub by somebody else, with a branch that is protected for real.
//!
//! `scripts/tools` installs it into `target/tools`; without it the test says so and passes, except where
//! `ENVFENCE_REQUIRE_EMULATE=1` demands it, as `scripts/test` does. Its commits have the same ids as git's. It has no
//! GraphQL and lists no files of a pull request, so that git and the usual name of the job's account have to do.

use crate::fake::{Event, Fake, JOB_ACCOUNT, Job, Repository};
use crate::support::{Run, repository};
use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

const RIGHT: &str = "DB_HOST=orders.prod.shop.example\nDB_NAME=orders\n";
const WRONG: &str = "DB_HOST=orders.staging.shop.example\nDB_NAME=orders\n";
const SAID: &str = "production would use staging's database";
/// The name of the job, which branch protection asks for.
const CHECK: &str = "configuration";

/// The emulator, gone with its value.
struct Emulator {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    url: String,
}

impl Emulator {
    /// Starts it, unless it is missing and need not be there.
    fn start() -> Option<Self> {
        let api = repository("target/tools/node/node_modules/emulate/dist/api.js");
        if !api.exists() {
            let is_required = std::env::var_os("ENVFENCE_REQUIRE_EMULATE").is_some_and(|value| value == "1");
            assert!(!is_required, "emulate is not installed: scripts/tools installs it");
            eprintln!("skipped: emulate is not installed, scripts/tools installs it");
            return None;
        }
        let mut child = Command::new("node")
            .arg(repository("tests/github/emulator/serve.mjs"))
            .arg(api)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let input = child.stdin.take();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut url = String::new();
        output.read_line(&mut url).unwrap();
        let url = url.trim_end().to_owned();
        assert!(url.starts_with("http://127.0.0.1:"), "{url}");
        Some(Self {
            child,
            input,
            output,
            url,
        })
    }

    /// Makes a request as the repository's owner; the status and the reply.
    fn request(&mut self, method: &str, path: &str, body: &Value) -> (u64, Value) {
        let path = format!("/repos/shop/orders{path}");
        let line = json!({ "method": method, "path": path, "body": body });
        writeln!(self.input.as_mut().unwrap(), "{line}").unwrap();
        let mut reply = String::new();
        self.output.read_line(&mut reply).unwrap();
        let mut reply: Value = serde_json::from_str(&reply).unwrap();
        (reply["status"].as_u64().unwrap(), reply["body"].take())
    }

    /// A request that must succeed.
    fn ask(&mut self, method: &str, path: &str, body: &Value) -> Value {
        let (status, reply) = self.request(method, path, body);
        assert!((200..300).contains(&status), "{method} {path}: {status} {reply}");
        reply
    }

    /// Takes over the commits of a branch, and the branch.
    fn push(&mut self, repository: &Repository, branch: &str) {
        let commits = repository.git(&["rev-list", "--reverse", branch]);
        for commit in commits.lines() {
            let mut tree = Vec::new();
            for line in repository.git(&["ls-tree", "-r", commit]).lines() {
                let (about, path) = line.split_once('\t').unwrap();
                let [mode, kind, blob] = about.split(' ').collect::<Vec<_>>()[..] else {
                    panic!("{line}")
                };
                let content = repository.git(&["cat-file", "blob", blob]) + "\n";
                let made = self.ask("POST", "/git/blobs", &json!({ "content": content }));
                assert_eq!(made["sha"], blob, "{path}");
                tree.push(json!({ "path": path, "mode": mode, "type": kind, "sha": blob }));
            }
            let tree = self.ask("POST", "/git/trees", &json!({ "tree": tree }));
            let about = repository.git(&["show", "--no-patch", "--format=%P%n%an%n%ae%n%aI%n%s", commit]);
            let [parents, name, email, date, message] = about.lines().collect::<Vec<_>>()[..] else {
                panic!("{about}")
            };
            let person = json!({ "name": name, "email": email, "date": date });
            let parents: Vec<&str> = parents.split_whitespace().collect();
            let made = self.ask(
                "POST",
                "/git/commits",
                &json!({ "message": message, "tree": tree["sha"], "parents": parents, "author": person, "committer": person }),
            );
            assert_eq!(made["sha"], commit);
        }
        let tip = repository.sha(branch);
        let (status, _) = self.request(
            "PATCH",
            &format!("/git/refs/heads/{branch}"),
            &json!({ "sha": tip, "force": true }),
        );
        if status == 404 {
            let reference = format!("refs/heads/{branch}");
            self.ask("POST", "/git/refs", &json!({ "ref": reference, "sha": tip }));
        }
    }

    /// What the runner does around a job: the job's own conclusion becomes the check on the pull request's commit.
    fn conclude(&mut self, head: &str, run: &Run) {
        let conclusion = if run.code == 0 { "success" } else { "failure" };
        self.ask(
            "POST",
            "/check-runs",
            &json!({ "name": CHECK, "head_sha": head, "status": "completed", "conclusion": conclusion }),
        );
    }

    /// Opens a pull request, in the fake with the same number.
    fn open_pull(&mut self, fake: &Fake, branch: &str) -> u64 {
        let number = fake.open_pull(branch, "main");
        let pull = json!({ "title": branch, "head": branch, "base": "main" });
        assert_eq!(self.ask("POST", "/pulls", &pull)["number"], number);
        number
    }

    /// The branch's protection refuses the pull request, and nothing else does.
    fn assert_refused(&mut self, number: u64, why: &str) {
        let (status, reply) = self.merge(number);
        assert!((400..500).contains(&status), "{why}: {status} {reply}");
        let said = reply["message"].as_str().unwrap();
        assert!(said.contains("Required status check"), "{why}: {said}");
    }

    fn merge(&mut self, number: u64) -> (u64, Value) {
        self.request("PUT", &format!("/pulls/{number}/merge"), &json!({}))
    }

    /// The comments of the job's account.
    fn comments(&mut self, number: u64) -> Vec<Value> {
        let all = self.ask("GET", &format!("/issues/{number}/comments"), &Value::Null);
        let mut comments = all.as_array().unwrap().clone();
        comments.retain(|comment| comment["user"]["login"] == JOB_ACCOUNT);
        comments
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        self.input = None;
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs the step against the emulator.
fn step(emulator: &Emulator, fake: &Fake, repository: &Repository, event: &Event, run: &str) -> (Run, Job) {
    let checkout = repository.checkout_for(event, Some(2));
    let mut job = Job::new(fake, event, checkout.path());
    job.set_run(run, 1)
        .set("GITHUB_API_URL", &emulator.url)
        .set("GITHUB_GRAPHQL_URL", format!("{}/graphql", emulator.url))
        .set("GITHUB_SERVER_URL", &emulator.url)
        .input("token", "job")
        .input("check-run", "true")
        .input("review-comments", "false");
    let run = job.run(&checkout, &["action"]);
    (run, job)
}

#[test]
fn a_protected_branch_takes_no_pull_request_until_its_check_is_good() {
    let Some(mut emulator) = Emulator::start() else { return };
    let repository = Repository::of(&[
        ("deploy/production.env", RIGHT),
        (
            "deploy/staging.env",
            "DB_HOST=orders.staging.shop.example\nDB_NAME=orders\n",
        ),
    ]);
    repository
        .branch("move")
        .write("deploy/production.env", WRONG)
        .commit("Move");
    emulator.push(&repository, "main");
    emulator.push(&repository, "move");
    emulator.ask(
        "PUT",
        "/collaborators/github-actions[bot]",
        &json!({ "permission": "push" }),
    );
    let protection = json!({
        "required_status_checks": { "strict": false, "contexts": [CHECK] },
        "enforce_admins": true,
        "required_pull_request_reviews": null,
        "restrictions": null,
    });
    emulator.ask("PUT", "/branches/main/protection", &protection);
    // The events are as GitHub describes them; the requests go to the emulator.
    let fake = Fake::start(&repository);
    let number = emulator.open_pull(&fake, "move");
    emulator.assert_refused(number, "it has no check yet");

    let event = fake.opened(number);
    let (run, job) = step(&emulator, &fake, &repository, &event, "9001");
    assert_eq!(run.code, 1, "{}", run.all());
    emulator.conclude(&fake.head(number), &run);
    emulator.assert_refused(number, "its check failed");
    let first = emulator.comments(number);
    assert_eq!(first.len(), 1, "{}", run.all());
    assert!(first[0]["body"].as_str().unwrap().contains(SAID));
    assert!(
        job.outputs()["comment-url"].contains(&first[0]["id"].to_string()),
        "{:?}",
        job.outputs()
    );
    let runs = emulator.ask(
        "GET",
        &format!("/commits/{}/check-runs", fake.head(number)),
        &Value::Null,
    );
    let names: Vec<&Value> = runs["check_runs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["name"])
        .collect();
    assert!(names.contains(&&json!("configuration annotations")), "{names:?}");
    // A second run changes the comment in place.
    let (run, _) = step(&emulator, &fake, &repository, &event, "9002");
    assert_eq!(run.code, 1, "{}", run.all());
    emulator.conclude(&fake.head(number), &run);
    let last = emulator.comments(number);
    assert_eq!((last.len(), &last[0]["id"]), (1, &first[0]["id"]), "{last:#?}");
    assert!(last[0]["body"].as_str().unwrap().contains("run=9002"), "{last:#?}");
    emulator.assert_refused(number, "its check failed again");

    // The emulator's pull requests stay at the commit that they were opened with: the mended one is another.
    repository
        .branch("mend")
        .write("deploy/production.env", RIGHT)
        .write(
            "deploy/staging.env",
            "DB_HOST=orders-2.staging.shop.example\nDB_NAME=orders\n",
        )
        .commit("Mend");
    emulator.push(&repository, "mend");
    let number = emulator.open_pull(&fake, "mend");
    emulator.assert_refused(number, "it has no check yet");
    let (run, _) = step(&emulator, &fake, &repository, &fake.opened(number), "9003");
    assert_eq!(run.code, 0, "{}", run.all());
    emulator.conclude(&fake.head(number), &run);
    assert!(emulator.comments(number).is_empty());
    let (status, reply) = emulator.merge(number);
    assert_eq!((status, &reply["merged"]), (200, &json!(true)), "{reply}");
}
