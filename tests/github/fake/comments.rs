//! Comments on issues and pull requests.

use super::exchange::{Reply, Request};
use super::pages;
use super::shapes;
use super::state::{Comment, State, timestamp};
use serde_json::{Value, json};

/// What GitHub takes for a body.
pub(crate) const LONGEST_BODY: usize = 65_536;

pub(crate) fn list(state: &mut State, request: &Request) -> Reply {
    let number = request.number("issue_number");
    if !state.issues.contains_key(&number) {
        return Reply::not_found();
    }
    let since = request.query("since");
    let late = |comment: &Comment| since.is_none_or(|since| *timestamp(comment.updated) >= *since);
    let fits = |comment: &&Comment| comment.issue == number && late(comment);
    let found: Vec<&Comment> = state.comments.iter().filter(fits).collect();
    pages::reply(state, request, &found, |comment| shape(state, comment))
}

pub(crate) fn create(state: &mut State, request: &Request) -> Reply {
    let number = request.number("issue_number");
    let Some(issue) = state.issues.get(&number) else {
        return Reply::not_found();
    };
    if issue.locked && !state.access.admin {
        return Reply::refusal(403, "Unable to create comment because issue is locked.");
    }
    let body = request.json()["body"].as_str().unwrap_or_default().to_owned();
    if let Some(refusal) = refused(&body, "IssueComment") {
        return refusal;
    }
    let author = state.access.login.clone();
    let comment = add(state, number, &author, &body);
    Reply::json(201, &shape(state, &comment))
}

/// Adds a comment, whoever writes it.
pub(crate) fn add(state: &mut State, issue: u64, author: &str, body: &str) -> Comment {
    let id = state.next_id();
    let comment = Comment {
        id,
        issue,
        author: author.to_owned(),
        body: body.to_owned(),
        created: id,
        updated: id,
        minimized: None,
    };
    state.comments.push(comment.clone());
    comment
}

pub(crate) fn get(state: &mut State, request: &Request) -> Reply {
    let id = request.number("comment_id");
    let found = state.comments.iter().find(|comment| comment.id == id);
    found.map_or_else(Reply::not_found, |comment| Reply::json(200, &shape(state, comment)))
}

pub(crate) fn update(state: &mut State, request: &Request) -> Reply {
    let id = request.number("comment_id");
    let Some(at) = state.comments.iter().position(|comment| comment.id == id) else {
        return Reply::not_found();
    };
    if let Some(refusal) = not_own(state, &state.comments[at].author) {
        return refusal;
    }
    let body = request.json()["body"].as_str().unwrap_or_default().to_owned();
    if let Some(refusal) = refused(&body, "IssueComment") {
        return refusal;
    }
    let now = state.next_id();
    let comment = &mut state.comments[at];
    comment.body = body;
    comment.updated = now;
    let comment = comment.clone();
    Reply::json(200, &shape(state, &comment))
}

pub(crate) fn delete(state: &mut State, request: &Request) -> Reply {
    let id = request.number("comment_id");
    let Some(at) = state.comments.iter().position(|comment| comment.id == id) else {
        return Reply::not_found();
    };
    if let Some(refusal) = not_own(state, &state.comments[at].author) {
        return refusal;
    }
    state.comments.remove(at);
    Reply::empty(204)
}

/// Refuses to change what somebody else wrote.
pub(crate) fn not_own(state: &State, author: &str) -> Option<Reply> {
    let may = state.access.admin || state.access.login == author;
    let message = if state.access.login.ends_with("[bot]") {
        "Resource not accessible by integration"
    } else {
        "Must have admin rights to Repository."
    };
    (!may).then(|| Reply::refusal(403, message))
}

/// Refuses an empty body and one that is too long.
pub(crate) fn refused(body: &str, resource: &str) -> Option<Reply> {
    let error = |message: &str| {
        let errors = json!([{ "resource": resource, "code": "unprocessable", "field": "data", "message": message }]);
        Some(Reply::invalid("Validation Failed", &errors))
    };
    if body.trim().is_empty() {
        return error("Body cannot be blank");
    }
    if body.chars().count() > LONGEST_BODY {
        return error(&format!("Body is too long (maximum is {LONGEST_BODY} characters)"));
    }
    None
}

fn shape(state: &State, comment: &Comment) -> Value {
    let url = format!("{}/issues/comments/{}", state.root(), comment.id);
    let kind = if state.pull(comment.issue).is_some() {
        "pull"
    } else {
        "issues"
    };
    json!({
        "url": url,
        "html_url": format!("{}/{kind}/{}#issuecomment-{}", state.page(), comment.issue, comment.id),
        "issue_url": format!("{}/issues/{}", state.root(), comment.issue),
        "id": comment.id,
        "node_id": format!("IC_{}", comment.id),
        "user": shapes::user(state, &comment.author),
        "created_at": timestamp(comment.created),
        "updated_at": timestamp(comment.updated),
        "author_association": shapes::association(state, &comment.author),
        "body": comment.body,
        "reactions": shapes::reactions(&url),
        "performed_via_github_app": comment.author.ends_with("[bot]").then(|| shapes::app(state)),
    })
}
