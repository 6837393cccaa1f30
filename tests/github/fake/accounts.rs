//! What GitHub's JSON objects look like: accounts, organizations, repositories, labels, the app.

use super::state::State;
use super::urls::percent_encoded;
use serde_json::{Value, json};

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

/// Addresses of an organization, each with what follows its own.
const OF_ORGANIZATIONS: &[(&str, &str)] = &[
    ("events_url", "/events"),
    ("hooks_url", "/hooks"),
    ("issues_url", "/issues"),
    ("members_url", "/members{/member}"),
    ("public_members_url", "/public_members{/member}"),
    ("repos_url", "/repos"),
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
    let kind = match login {
        _ if bot => "Bot",
        _ if login == state.owner => "Organization",
        _ => "User",
    };
    let mut user = json!({
        "login": login,
        "id": id,
        "node_id": if bot { format!("BOT_{id}") } else { format!("U_{id}") },
        "avatar_url": format!("https://avatars.example.com/u/{id}?v=4"),
        "gravatar_id": "",
        "html_url": format!("{}/{}", state.server, login.trim_end_matches("[bot]")),
        "type": kind,
        "user_view_type": "public",
        "site_admin": false,
    });
    add_addresses(&mut user, &url, OF_ACCOUNTS);
    user
}

/// The organization that owns the repository.
pub(crate) fn organization(state: &State) -> Value {
    let id = account_id(&state.owner);
    let mut organization = json!({
        "login": state.owner,
        "id": id,
        "node_id": format!("O_{id}"),
        "avatar_url": format!("https://avatars.example.com/u/{id}?v=4"),
        "description": "Sells things",
    });
    let url = format!("{}/orgs/{}", state.api, state.owner);
    add_addresses(&mut organization, &url, OF_ORGANIZATIONS);
    organization
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
