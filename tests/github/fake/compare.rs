//! Two commits compared, and a commit's files as an archive.

use super::exchange::{Reply, Request};
use super::pages::{self, Page};
use super::shapes;
use super::state::State;
use super::urls::percent_encoded;
use serde_json::{Value, json};

/// A comparison lists no more files than these, all on its first page.
const MOST_FILES: usize = 300;

pub(crate) fn compare(state: &mut State, request: &Request) -> Reply {
    let Some((base, head)) = request.text("basehead").split_once("...") else {
        return Reply::not_found();
    };
    // `owner:branch` names a branch of a fork, whose commits are all here.
    let tip = |name: &str| state.git.commit_id(name.rsplit(':').next().unwrap_or(name));
    let (Some(from), Some(to)) = (tip(base), tip(head)) else {
        return Reply::not_found();
    };
    let Some(common) = state.git.merge_base(&from, &to) else {
        return Reply::refusal(404, &format!("No common ancestor between {base} and {head}."));
    };
    let ahead = state.git.commits_between(&from, &to);
    let behind = state.git.commits_between(&to, &from).len();
    let files = state.git.files_between(&common, &to);
    let page = Page::of(request);
    let shown = if page.number == 1 {
        &files[..files.len().min(MOST_FILES)]
    } else {
        &[]
    };
    let commit = |sha: &str| -> Value {
        let found = state.git.commit(sha);
        found.map_or(Value::Null, |commit| shapes::commit(state, &commit))
    };
    let range = format!("{}...{}", percent_encoded(base), percent_encoded(head));
    let page_of = format!("{}/compare/{range}", state.page());
    let shape = json!({
        "url": format!("{}/compare/{range}", state.root()),
        "html_url": page_of,
        "permalink_url": format!("{}/compare/{from}...{to}", state.page()),
        "diff_url": format!("{page_of}.diff"),
        "patch_url": format!("{page_of}.patch"),
        "base_commit": commit(&from),
        "merge_base_commit": commit(&common),
        "status": match (ahead.len(), behind) {
            (0, 0) => "identical",
            (_, 0) => "ahead",
            (0, _) => "behind",
            _ => "diverged",
        },
        "ahead_by": ahead.len(),
        "behind_by": behind,
        "total_commits": ahead.len(),
        "commits": page.of_items(&ahead).iter().map(|sha| commit(sha)).collect::<Vec<_>>(),
        "files": shown.iter().map(|file| shapes::file(state, file, &to)).collect::<Vec<_>>(),
    });
    pages::linked(state, request, Reply::json(200, &shape), ahead.len())
}

/// Points to another host, which must not be told the token.
pub(crate) fn tarball(state: &mut State, request: &Request) -> Reply {
    let reference = request.text("ref");
    let reference = if reference.is_empty() {
        state.default_branch.as_str()
    } else {
        reference
    };
    let address = format!("{}/legacy.tar.gz/{}", state.page(), percent_encoded(reference));
    Reply::empty(302).with("location", address)
}

/// What the other host serves: `/{owner}/{repo}/legacy.tar.gz/{ref}`.
pub(crate) fn download(state: &State, path: &str) -> Reply {
    let path = super::urls::decoded(path);
    let prefix = format!("/{}/legacy.tar.gz/", state.full_name());
    let Some(sha) = path
        .strip_prefix(&prefix)
        .and_then(|reference| state.git.commit_id(reference))
    else {
        return Reply {
            status: 404,
            ..Reply::bytes("text/plain; charset=utf-8", b"404: Not Found".to_vec())
        };
    };
    let name = format!("{}-{}-{}", state.owner, state.name, &sha[..7]);
    Reply::bytes("application/x-gzip", state.git.archive(&sha, &name))
        .with("content-disposition", format!("attachment; filename={name}.tar.gz"))
}
