//! What GitHub tells a workflow of the event that started it: the file of GITHUB_EVENT_PATH.

use super::description::description;
use super::shapes;
use super::urls::percent_encoded;
use super::{Fake, State};
use serde_json::{Value, json};
use std::sync::MutexGuard;

/// An event: its name, its payload, and what the variables of a job say of it.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    /// GITHUB_EVENT_NAME.
    pub(crate) name: &'static str,
    pub(crate) payload: Value,
    /// GITHUB_SHA.
    pub(crate) sha: String,
    /// GITHUB_REF.
    pub(crate) reference: String,
    /// GITHUB_BASE_REF; empty outside pull requests.
    pub(crate) base: String,
    /// GITHUB_HEAD_REF; empty outside pull requests.
    pub(crate) head: String,
    /// GITHUB_ACTOR.
    pub(crate) actor: String,
}

/// A commit that is not there: what a new branch comes from.
pub(crate) const NO_COMMIT: &str = "0000000000000000000000000000000000000000";

impl Fake {
    /// A pull request was opened.
    pub(crate) fn opened(&self, number: u64) -> Event {
        self.pull_request(number, "opened", json!({}))
    }

    /// Commits were pushed to a pull request, on top of `before` or instead of it.
    pub(crate) fn synchronized(&self, number: u64, before: &str) -> Event {
        let after = self.head(number);
        self.pull_request(number, "synchronize", json!({ "before": before, "after": after }))
    }

    /// The base of a pull request was changed from another branch.
    pub(crate) fn retargeted(&self, number: u64, old_base: &str) -> Event {
        let sha = self.state().git.commit_id(old_base);
        let changes = json!({ "base": { "ref": { "from": old_base }, "sha": { "from": sha } } });
        self.pull_request(number, "edited", json!({ "changes": changes }))
    }

    /// A pull request was merged or closed.
    pub(crate) fn closed(&self, number: u64) -> Event {
        self.pull_request(number, "closed", json!({}))
    }

    /// Any action of a pull request, with the fields that it adds to the payload.
    pub(crate) fn pull_request(&self, number: u64, action: &str, more: Value) -> Event {
        let state = self.state();
        let pull = shapes::full_pull(&state, number).unwrap();
        let actor = state.issues[&number].author.clone();
        let merged = pull["merged"] == true;
        let base = pull["base"]["ref"].as_str().unwrap().to_owned();
        let head = pull["head"]["sha"].as_str().unwrap().to_owned();
        let sha = state.test_merge(number).unwrap_or(head);
        let mut payload = common(&state, &actor);
        let told = json!({ "action": action, "number": number, "pull_request": pull });
        shapes::extend(&mut payload, told);
        shapes::extend(&mut payload, more);
        check(state, "pull_request", &payload);
        Event {
            name: "pull_request",
            reference: if merged {
                format!("refs/heads/{base}")
            } else {
                format!("refs/pull/{number}/merge")
            },
            head: payload["pull_request"]["head"]["ref"].as_str().unwrap().to_owned(),
            payload,
            sha,
            base,
            actor,
        }
    }

    /// A pull request is tried in the merge queue. The queue's branch is made.
    pub(crate) fn merge_group(&self, number: u64) -> Event {
        let state = self.state();
        let (base_sha, _) = state.tips(number).unwrap();
        let head_sha = state.test_merge(number).unwrap();
        let base = state.pull(number).unwrap().base.clone();
        let head_ref = format!("refs/heads/gh-readonly-queue/{base}/pr-{number}-{base_sha}");
        state.git.point(&head_ref, &head_sha);
        let actor = "github-merge-queue[bot]";
        let mut payload = common(&state, actor);
        let told = json!({
            "action": "checks_requested",
            "merge_group": {
                "head_sha": head_sha,
                "head_ref": head_ref,
                "base_sha": base_sha,
                "base_ref": format!("refs/heads/{base}"),
                "head_commit": pushed_commit(&state, &head_sha),
            },
        });
        shapes::extend(&mut payload, told);
        event(state, "merge_group", payload, head_sha, head_ref, actor)
    }

    /// Commits were pushed to a branch. `before` is [`NO_COMMIT`] for a new one.
    pub(crate) fn pushed(&self, branch: &str, before: &str) -> Event {
        let state = self.state();
        let after = state.git.commit_id(&format!("refs/heads/{branch}")).unwrap();
        let created = before == NO_COMMIT;
        let from = if created {
            state.default_branch.clone()
        } else {
            before.to_owned()
        };
        let commits = state.git.commits_between(&from, &after);
        let told: Vec<Value> = commits
            .iter()
            .rev()
            .take(20)
            .rev()
            .map(|sha| pushed_commit(&state, sha))
            .collect();
        let forced = !created && !state.git.contains(&after, before);
        let reference = format!("refs/heads/{branch}");
        let mut payload = common(&state, "alice");
        let compare = if created {
            format!("{}/commit/{}", state.page(), &after[..12])
        } else {
            format!("{}/compare/{}...{}", state.page(), &before[..12], &after[..12])
        };
        let pushed = json!({
            "ref": reference,
            "before": before,
            "after": after,
            "base_ref": null,
            "created": created,
            "deleted": false,
            "forced": forced,
            "compare": compare,
            "commits": told,
            "head_commit": pushed_commit(&state, &after),
            "pusher": { "name": "alice", "email": "alice@example.com" },
        });
        shapes::extend(&mut payload, pushed);
        event(state, "push", payload, after, reference, "alice")
    }

    /// Somebody started the workflow by hand.
    pub(crate) fn dispatched(&self, branch: &str, inputs: Value) -> Event {
        let state = self.state();
        let sha = state.git.commit_id(&format!("refs/heads/{branch}")).unwrap();
        let reference = format!("refs/heads/{branch}");
        let mut payload = common(&state, "alice");
        let told = json!({ "inputs": inputs, "ref": reference, "workflow": ".github/workflows/envfence.yml" });
        shapes::extend(&mut payload, told);
        event(state, "workflow_dispatch", payload, sha, reference, "alice")
    }

    /// The clock started the workflow, which then runs on the default branch.
    pub(crate) fn scheduled(&self) -> Event {
        let state = self.state();
        let reference = format!("refs/heads/{}", state.default_branch);
        let sha = state.git.commit_id(&reference).unwrap();
        let mut payload = common(&state, "alice");
        let told = json!({ "schedule": "17 3 * * *", "workflow": ".github/workflows/envfence.yml" });
        shapes::extend(&mut payload, told);
        event(state, "schedule", payload, sha, reference, "alice")
    }
}

/// Notes what the payload violates of GitHub's description.
fn check(mut state: MutexGuard<'_, State>, name: &str, payload: &Value) {
    let faults = description().faults_of_event(name, payload);
    let lines = faults.into_iter().map(|fault| format!("the event {name}: {fault}"));
    state.violations.extend(lines);
}

fn event(
    state: MutexGuard<'_, State>,
    name: &'static str,
    payload: Value,
    sha: String,
    reference: String,
    actor: &str,
) -> Event {
    check(state, name, &payload);
    Event {
        name,
        payload,
        sha,
        reference,
        base: String::new(),
        head: String::new(),
        actor: actor.to_owned(),
    }
}

/// What every event says.
fn common(state: &State, sender: &str) -> Value {
    json!({
        "repository": shapes::repository(state, None),
        "organization": shapes::organization(state),
        "sender": shapes::user(state, sender),
    })
}

fn pushed_commit(state: &State, sha: &str) -> Value {
    let commit = state.git.commit(sha).unwrap();
    let parent = commit.parents.first().cloned();
    let files = parent.map(|parent| state.git.files_between(&parent, sha));
    let paths = |status: &str| -> Vec<String> {
        let files = files.iter().flat_map(|files| files.iter());
        files
            .filter(|file| file.status == status)
            .map(|file| file.path.clone())
            .collect()
    };
    let person = |one: &super::git::Signature| json!({ "name": one.name, "email": one.email, "username": "alice" });
    json!({
        "id": commit.sha,
        "tree_id": commit.tree,
        "distinct": true,
        "message": commit.message,
        "timestamp": commit.committer.date,
        "url": format!("{}/commit/{}", state.page(), percent_encoded(&commit.sha)),
        "author": person(&commit.author),
        "committer": person(&commit.committer),
        "added": paths("added"),
        "removed": paths("removed"),
        "modified": paths("modified"),
    })
}
