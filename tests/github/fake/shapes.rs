//! What GitHub's JSON objects look like: accounts, repositories, pull requests, issues, commits.

use super::description::percent_encoded;
use super::diff::ChangedFile;
use super::git::Commit;
use super::state::{Issue, State, timestamp};
use serde_json::{Map, Value, json};

/// Addresses of an account, each with what follows its own.
const OF_ACCOUNTS: &[(&str, &str)] = &[
    ("events_url", "/events{/privacy}"),
    ("followers_url", "/followers"),
    ("following_url", "/following{/other_user}"),
    ("gists_url", "/gists{/gist_id}"),
    ("organizations_url", "/orgs"),
    ("received_events_url", "/received_events"),
    ("repos_url", "/repos"),
    ("starred_url", "/starred{/owner}{/repo}"),
    ("subscriptions_url", "/subscriptions"),
];

/// Addresses of a repository, each with what follows its own.
const OF_REPOSITORIES: &[(&str, &str)] = &[
    ("archive_url", "/{archive_format}{/ref}"),
    ("assignees_url", "/assignees{/user}"),
    ("blobs_url", "/git/blobs{/sha}"),
    ("branches_url", "/branches{/branch}"),
    ("collaborators_url", "/collaborators{/collaborator}"),
    ("comments_url", "/comments{/number}"),
    ("commits_url", "/commits{/sha}"),
    ("compare_url", "/compare/{base}...{head}"),
    ("contents_url", "/contents/{+path}"),
    ("contributors_url", "/contributors"),
    ("deployments_url", "/deployments"),
    ("downloads_url", "/downloads"),
    ("events_url", "/events"),
    ("forks_url", "/forks"),
    ("git_commits_url", "/git/commits{/sha}"),
    ("git_refs_url", "/git/refs{/sha}"),
    ("git_tags_url", "/git/tags{/sha}"),
    ("hooks_url", "/hooks"),
    ("issue_comment_url", "/issues/comments{/number}"),
    ("issue_events_url", "/issues/events{/number}"),
    ("issues_url", "/issues{/number}"),
    ("keys_url", "/keys{/key_id}"),
    ("labels_url", "/labels{/name}"),
    ("languages_url", "/languages"),
    ("merges_url", "/merges"),
    ("milestones_url", "/milestones{/number}"),
    ("notifications_url", "/notifications{?since,all,participating}"),
    ("pulls_url", "/pulls{/number}"),
    ("releases_url", "/releases{/id}"),
    ("stargazers_url", "/stargazers"),
    ("statuses_url", "/statuses/{sha}"),
    ("subscribers_url", "/subscribers"),
    ("subscription_url", "/subscription"),
    ("tags_url", "/tags"),
    ("teams_url", "/teams"),
    ("trees_url", "/git/trees{/sha}"),
];

/// The number of an account, always the same for the same name.
pub(crate) fn account_id(login: &str) -> u64 {
    if login == super::state::JOB_ACCOUNT {
        return 41_898_282;
    }
    login
        .bytes()
        .fold(1000, |id, byte| (id * 31 + u64::from(byte)) % 90_000_000)
}

pub(crate) fn user(state: &State, login: &str) -> Value {
    let name = percent_encoded(login);
    let url = format!("{}/users/{name}", state.api);
    let bot = login.ends_with("[bot]");
    let id = account_id(login);
    let mut user = json!({
        "login": login,
        "id": id,
        "node_id": if bot { format!("BOT_{id}") } else { format!("U_{id}") },
        "avatar_url": format!("https://avatars.example.com/u/{id}?v=4"),
        "gravatar_id": "",
        "html_url": format!("{}/{}", state.server, login.trim_end_matches("[bot]")),
        "type": if bot { "Bot" } else { "User" },
        "user_view_type": "public",
        "site_admin": false,
    });
    add_addresses(&mut user, &url, OF_ACCOUNTS);
    user
}

pub(crate) fn repository(state: &State, fork_of: Option<&str>) -> Value {
    let owner = fork_of.unwrap_or(&state.owner);
    let full_name = format!("{owner}/{}", state.name);
    let id = state.repository_id + u64::from(fork_of.is_some());
    let page = format!("{}/{full_name}", state.server);
    let mut repository = json!({
        "id": id,
        "node_id": format!("R_{id}"),
        "name": state.name,
        "full_name": full_name,
        "private": state.private,
        "visibility": if state.private { "private" } else { "public" },
        "owner": user(state, owner),
        "html_url": page,
        "description": null,
        "fork": fork_of.is_some(),
        "created_at": "2025-01-01T00:00:00Z",
        "updated_at": "2025-01-02T00:00:00Z",
        "pushed_at": "2025-01-02T00:00:00Z",
        "git_url": format!("git://github.example/{full_name}.git"),
        "ssh_url": format!("git@github.example:{full_name}.git"),
        "clone_url": format!("{page}.git"),
        "svn_url": page,
        "homepage": null,
        "language": null,
        "license": null,
        "mirror_url": null,
        "default_branch": state.default_branch,
        "allow_forking": true,
        "is_template": false,
        "web_commit_signoff_required": false,
        "topics": [],
    });
    for count in [
        "size",
        "stargazers_count",
        "watchers_count",
        "forks_count",
        "open_issues_count",
    ] {
        repository[count] = json!(0);
    }
    for count in ["forks", "open_issues", "watchers"] {
        repository[count] = json!(0);
    }
    for flag in ["has_issues", "has_projects", "has_downloads", "has_wiki"] {
        repository[flag] = json!(true);
    }
    for flag in ["has_pages", "has_discussions", "archived", "disabled"] {
        repository[flag] = json!(false);
    }
    add_addresses(
        &mut repository,
        &format!("{}/repos/{full_name}", state.api),
        OF_REPOSITORIES,
    );
    repository
}

fn add_addresses(object: &mut Value, url: &str, addresses: &[(&str, &str)]) {
    object["url"] = json!(url);
    for (name, rest) in addresses {
        object[*name] = json!(format!("{url}{rest}"));
    }
}

/// A label. GitHub makes those that it does not know.
pub(crate) fn label(state: &State, name: &str) -> Value {
    let id = account_id(name);
    json!({
        "id": id,
        "node_id": format!("LA_{id}"),
        "url": format!("{}/labels/{}", state.root(), percent_encoded(name)),
        "name": name,
        "color": "ededed",
        "default": false,
        "description": null,
    })
}

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

/// The app whose token a job has.
pub(crate) fn app(state: &State) -> Value {
    json!({
        "id": 15368,
        "slug": "github-actions",
        "node_id": "APP_15368",
        "client_id": "Iv1.0123456789abcdef",
        "owner": user(state, "github"),
        "name": "GitHub Actions",
        "description": "Automate your workflow from idea to production",
        "external_url": "https://help.example.com/actions",
        "html_url": format!("{}/apps/github-actions", state.server),
        "created_at": "2018-07-30T09:30:17Z",
        "updated_at": "2024-04-10T20:33:16Z",
        "permissions": { "contents": "read", "metadata": "read" },
        "events": [],
    })
}

/// What a request said of itself, with nulls where it said nothing.
pub(crate) fn said(fields: &Map<String, Value>, name: &str) -> Value {
    fields.get(name).cloned().unwrap_or_default()
}
