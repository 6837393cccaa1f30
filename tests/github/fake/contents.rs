//! Files and directories at a commit.

use super::exchange::{Reply, Request};
use super::git::Entry;
use super::state::State;
use super::urls::percent_encoded;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

/// Larger files have no content in JSON.
const MOST_IN_JSON: usize = 1_000_000;
/// Larger files are not served at all.
const MOST: usize = 100_000_000;

pub(crate) fn get(state: &mut State, request: &Request) -> Reply {
    let reference = request.query("ref").unwrap_or(&state.default_branch);
    let Some(sha) = state.git.commit_id(reference) else {
        return Reply::refusal(404, &format!("No commit found for the ref {reference}"));
    };
    let path = request.text("path").trim_matches('/');
    let accept = request.header("accept").unwrap_or("");
    let media = |name: &str| accept.contains(&format!("vnd.github.{name}")) || accept.contains(&format!("v3.{name}"));
    let found = state.git.entries(&sha, path, false).into_iter().next();
    let directory = path.is_empty() || found.as_ref().is_some_and(|entry| entry.kind == "tree");
    if directory {
        let below = state.git.entries(&sha, path, true);
        let shapes: Vec<Value> = below.iter().map(|entry| shape(state, entry, reference)).collect();
        if !media("object") {
            return Reply::json(200, &Value::Array(shapes));
        }
        let root = Entry {
            mode: "040000".into(),
            kind: "tree".into(),
            sha: found.map_or(sha, |entry| entry.sha),
            path: path.to_owned(),
        };
        let mut object = shape(state, &root, reference);
        object["entries"] = Value::Array(shapes);
        return Reply::json(200, &object);
    }
    let Some(entry) = found else { return Reply::not_found() };
    if entry.kind == "commit" {
        return Reply::json(200, &shape(state, &entry, reference));
    }
    let bytes = state.git.blob(&entry.sha);
    if bytes.len() > MOST {
        let field = json!([{ "resource": "Blob", "field": "data", "code": "too_large" }]);
        let reply = Reply::invalid("This API returns blobs up to 100 MB in size.", &field);
        return Reply { status: 403, ..reply };
    }
    if media("raw") {
        return Reply::bytes("application/vnd.github.raw+json; charset=utf-8", bytes);
    }
    Reply::json(200, &file(shape(state, &entry, reference), &entry, &bytes))
}

/// The files of a commit, and of the directories in it where that is asked for.
pub(crate) fn tree(state: &mut State, request: &Request) -> Reply {
    let Some(sha) = state.git.commit_id(request.text("tree_sha")) else {
        return Reply::not_found();
    };
    let entries = state.git.tree(&sha, request.query("recursive").is_some());
    let root = state.root();
    let shapes = entries.iter().map(|entry| {
        let place = if entry.kind == "tree" { "trees" } else { "blobs" };
        let url = format!("{root}/git/{place}/{}", entry.sha);
        json!({ "path": entry.path, "mode": entry.mode, "type": entry.kind, "sha": entry.sha, "url": url })
    });
    let shapes: Vec<Value> = shapes.collect();
    let url = format!("{root}/git/trees/{sha}");
    Reply::json(
        200,
        &json!({ "sha": sha, "url": url, "truncated": false, "tree": shapes }),
    )
}

fn file(mut shape: Value, entry: &Entry, bytes: &[u8]) -> Value {
    shape["size"] = json!(bytes.len());
    if entry.mode == "120000" {
        shape["target"] = json!(String::from_utf8_lossy(bytes));
    } else if bytes.len() > MOST_IN_JSON {
        shape["encoding"] = json!("none");
        shape["content"] = json!("");
    } else {
        shape["encoding"] = json!("base64");
        shape["content"] = json!(in_lines(&STANDARD.encode(bytes)));
    }
    shape
}

/// GitHub breaks the lines of what it encodes.
fn in_lines(text: &str) -> String {
    let lines = text.as_bytes().chunks(60);
    lines
        .map(|line| format!("{}\n", String::from_utf8_lossy(line)))
        .collect()
}

fn shape(state: &State, entry: &Entry, reference: &str) -> Value {
    let path = percent_encoded(&entry.path);
    let reference = percent_encoded(reference);
    let url = format!("{}/contents/{path}?ref={reference}", state.root());
    let directory = entry.kind == "tree";
    let of_git = if directory { "trees" } else { "blobs" };
    let git_url = format!("{}/git/{of_git}/{}", state.root(), entry.sha);
    let of_page = if directory { "tree" } else { "blob" };
    let html_url = format!("{}/{of_page}/{reference}/{path}", state.page());
    let download_url = (entry.kind == "blob").then(|| format!("{}/raw/{reference}/{path}", state.page()));
    json!({
        "type": match (entry.kind.as_str(), entry.mode.as_str()) {
            ("tree", _) => "dir",
            ("commit", _) => "submodule",
            (_, "120000") => "symlink",
            _ => "file",
        },
        "name": entry.path.rsplit('/').next(),
        "path": entry.path,
        "sha": entry.sha,
        "size": 0,
        "url": url,
        "html_url": html_url,
        "git_url": git_url,
        "download_url": download_url,
        "_links": { "self": url, "git": git_url, "html": html_url },
    })
}
