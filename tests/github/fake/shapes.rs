//! What GitHub's JSON objects look like: pull requests, issues, files, commits.

use super::diff::ChangedFile;
use super::git::Commit;
use super::state::{Issue, State, timestamp};
use super::urls::percent_encoded;
use serde_json::{Map, Value, json};

pub(crate) use super::accounts::{account_id, app, label, organization, repository, user};

/// How the author stands to the repository.
pub(crate) fn association(state: &State, login: &str) -> &'static str {
    if login == state.owner {
        "OWNER"
    } else if login.ends_with("[bot]") {
        "NONE"
    } else {
        "CONTRIBUTOR"
    }
}

pub(crate) fn reactions(url: &str) -> Value {
    let mut reactions = json!({ "url": format!("{url}/reactions"), "total_count": 0 });
    for name in ["+1", "-1", "laugh", "confused", "heart", "hooray", "eyes", "rocket"] {
        reactions[name] = json!(0);
    }
    reactions
}

pub(crate) fn issue(state: &State, issue: &Issue) -> Value {
    let url = format!("{}/issues/{}", state.root(), issue.number);
    let kind = if issue.pull.is_some() { "pull" } else { "issues" };
    let page = format!("{}/{kind}/{}", state.page(), issue.number);
    let assignees: Vec<Value> = issue.assignees.iter().map(|login| user(state, login)).collect();
    let mut shape = json!({
        "url": url,
        "repository_url": state.root(),
        "labels_url": format!("{url}/labels{{/name}}"),
        "comments_url": format!("{url}/comments"),
        "events_url": format!("{url}/events"),
        "timeline_url": format!("{url}/timeline"),
        "html_url": page,
        "id": issue.id,
        "node_id": format!("I_{}", issue.id),
        "number": issue.number,
        "title": issue.title,
        "user": user(state, &issue.author),
        "labels": issue.labels.iter().map(|name| label(state, name)).collect::<Vec<_>>(),
        "state": if issue.open { "open" } else { "closed" },
        "state_reason": issue.state_reason,
        "locked": issue.locked,
        "active_lock_reason": null,
        "assignee": assignees.first(),
        "assignees": assignees,
        "milestone": null,
        "comments": state.comments.iter().filter(|comment| comment.issue == issue.number).count(),
        "created_at": timestamp(issue.created),
        "updated_at": timestamp(issue.updated),
        "closed_at": (!issue.open).then(|| timestamp(issue.updated)),
        "author_association": association(state, &issue.author),
        "body": issue.body,
        "reactions": reactions(&url),
    });
    if let Some(pull) = &issue.pull {
        shape["draft"] = json!(pull.draft);
        shape["pull_request"] = json!({
            "url": format!("{}/pulls/{}", state.root(), issue.number),
            "html_url": page,
            "diff_url": format!("{page}.diff"),
            "patch_url": format!("{page}.patch"),
            "merged_at": pull.merged.as_ref().map(|_| timestamp(issue.updated)),
        });
    }
    shape
}

fn end(state: &State, branch: &str, sha: &str, fork: Option<&str>) -> Value {
    let owner = fork.unwrap_or(&state.owner);
    json!({
        "label": format!("{owner}:{branch}"),
        "ref": branch,
        "sha": sha,
        "user": user(state, owner),
        "repo": repository(state, fork),
    })
}

/// A pull request as lists and events give it; none if its branches are gone.
pub(crate) fn pull(state: &State, number: u64) -> Option<Value> {
    let issue = state.issues.get(&number)?;
    let pull = issue.pull.as_ref()?;
    let (base, head) = state.tips(number)?;
    let url = format!("{}/pulls/{number}", state.root());
    let page = format!("{}/pull/{number}", state.page());
    let issue_url = format!("{}/issues/{number}", state.root());
    let link = |address: String| json!({ "href": address });
    let assignees: Vec<Value> = issue.assignees.iter().map(|login| user(state, login)).collect();
    Some(json!({
        "url": url,
        "id": issue.id,
        "node_id": format!("PR_{}", issue.id),
        "html_url": page,
        "diff_url": format!("{page}.diff"),
        "patch_url": format!("{page}.patch"),
        "issue_url": issue_url,
        "number": number,
        "state": if issue.open { "open" } else { "closed" },
        "locked": issue.locked,
        "title": issue.title,
        "user": user(state, &issue.author),
        "body": issue.body,
        "created_at": timestamp(issue.created),
        "updated_at": timestamp(issue.updated),
        "closed_at": (!issue.open).then(|| timestamp(issue.updated)),
        "merged_at": pull.merged.as_ref().map(|_| timestamp(issue.updated)),
        "merge_commit_sha": state.test_merge(number),
        "assignee": assignees.first(),
        "assignees": assignees,
        "requested_reviewers": [],
        "requested_teams": [],
        "labels": issue.labels.iter().map(|name| label(state, name)).collect::<Vec<_>>(),
        "milestone": null,
        "draft": pull.draft,
        "commits_url": format!("{url}/commits"),
        "review_comments_url": format!("{url}/comments"),
        "review_comment_url": format!("{}/pulls/comments{{/number}}", state.root()),
        "comments_url": format!("{issue_url}/comments"),
        "statuses_url": format!("{}/statuses/{head}", state.root()),
        "head": end(state, &pull.head, &head, pull.fork.as_deref()),
        "base": end(state, &pull.base, &base, None),
        "_links": {
            "self": link(url.clone()),
            "html": link(page.clone()),
            "issue": link(issue_url.clone()),
            "comments": link(format!("{issue_url}/comments")),
            "review_comments": link(format!("{url}/comments")),
            "review_comment": link(format!("{}/pulls/comments{{/number}}", state.root())),
            "commits": link(format!("{url}/commits")),
            "statuses": link(format!("{}/statuses/{head}", state.root())),
        },
        "author_association": association(state, &issue.author),
        "auto_merge": null,
        "active_lock_reason": null,
    }))
}

/// A pull request with what is counted only for a single one.
pub(crate) fn full_pull(state: &State, number: u64) -> Option<Value> {
    let mut shape = pull(state, number)?;
    let (from, head) = state.range(number)?;
    let files = state.git.files_between(&from, &head);
    let commits = state.git.commits_between(&from, &head).len();
    let issue = state.issues.get(&number)?;
    let merged = issue.pull.as_ref().is_some_and(|pull| pull.merged.is_some());
    let mergeable = !shape["merge_commit_sha"].is_null();
    let more = json!({
        "merged": merged,
        "mergeable": issue.open.then_some(mergeable),
        "rebaseable": issue.open.then_some(mergeable),
        "mergeable_state": if !issue.open { "unknown" } else if mergeable { "clean" } else { "dirty" },
        "merged_by": merged.then(|| user(state, &state.owner)),
        "comments": state.comments.iter().filter(|comment| comment.issue == number).count(),
        "review_comments": state.review_comments.iter().filter(|comment| comment.pull == number).count(),
        "maintainer_can_modify": false,
        "commits": commits,
        "additions": files.iter().map(|file| file.additions).sum::<usize>(),
        "deletions": files.iter().map(|file| file.deletions).sum::<usize>(),
        "changed_files": files.len(),
    });
    extend(&mut shape, more);
    Some(shape)
}

/// Adds the fields of one object to another.
pub(crate) fn extend(shape: &mut Value, more: Value) {
    if let (Value::Object(shape), Value::Object(more)) = (shape, more) {
        shape.extend(more);
    }
}

pub(crate) fn file(state: &State, file: &ChangedFile, head: &str) -> Value {
    let path = percent_encoded(&file.path);
    let mut shape = json!({
        "sha": file.blob,
        "filename": file.path,
        "status": file.status,
        "additions": file.additions,
        "deletions": file.deletions,
        "changes": file.additions + file.deletions,
        "blob_url": format!("{}/blob/{head}/{path}", state.page()),
        "raw_url": format!("{}/raw/{head}/{path}", state.page()),
        "contents_url": format!("{}/contents/{path}?ref={head}", state.root()),
    });
    if let Some(patch) = &file.patch {
        shape["patch"] = json!(patch);
    }
    if let Some(previous) = &file.previous {
        shape["previous_filename"] = json!(previous);
    }
    shape
}

pub(crate) fn commit(state: &State, commit: &Commit) -> Value {
    let url = format!("{}/commits/{}", state.root(), commit.sha);
    let page = format!("{}/commit/{}", state.page(), commit.sha);
    let signature = |one: &super::git::Signature| json!({ "name": one.name, "email": one.email, "date": one.date });
    let parents = commit.parents.iter().map(|sha| {
        json!({
            "sha": sha,
            "url": format!("{}/commits/{sha}", state.root()),
            "html_url": format!("{}/commit/{sha}", state.page()),
        })
    });
    json!({
        "sha": commit.sha,
        "node_id": format!("C_{}", commit.sha),
        "url": url,
        "html_url": page,
        "comments_url": format!("{url}/comments"),
        "commit": {
            "url": format!("{}/git/commits/{}", state.root(), commit.sha),
            "author": signature(&commit.author),
            "committer": signature(&commit.committer),
            "message": commit.message,
            "comment_count": 0,
            "tree": { "sha": commit.tree, "url": format!("{}/git/trees/{}", state.root(), commit.tree) },
            "verification": {
                "verified": false, "reason": "unsigned", "signature": null, "payload": null, "verified_at": null,
            },
        },
        "author": null,
        "committer": null,
        "parents": parents.collect::<Vec<_>>(),
    })
}

/// What a request said of itself, with nulls where it said nothing.
pub(crate) fn said(fields: &Map<String, Value>, name: &str) -> Value {
    fields.get(name).cloned().unwrap_or_default()
}
