//! The objects that queries read and mutations change.

use super::super::reviews;
use super::super::shapes::account_id;
use super::super::state::{Comment, ReviewComment, State, timestamp};
use super::run::Refusal;
use serde_json::{Value, json};

type Found = Result<Value, Refusal>;

/// The value of a field that is more than a part of its object.
pub(crate) fn resolve(state: &mut State, of: &str, field: &str, arguments: &Value) -> Option<Found> {
    let root = matches!(of, "Query" | "Mutation");
    let mutation = of == "Mutation";
    if root && (state.access.forbidden_mutations.contains(field) || (mutation && state.access.read_only)) {
        return Some(Err(Refusal {
            kind: "FORBIDDEN",
            message: "Resource not accessible by integration".into(),
        }));
    }
    match (of, field) {
        ("Query", "viewer") => Some(Ok(account(state, &state.access.login, "User"))),
        ("Query", "repository") => Some(repository(state, arguments)),
        ("Query", "node") => Some(node(state, &arguments["id"])),
        ("Repository", "pullRequest") => {
            let number = arguments["number"].as_u64().unwrap_or(0);
            let missing = format!("Could not resolve to a PullRequest with the number of {number}.");
            Some(pull(state, number).ok_or(not_found(missing)))
        }
        ("Mutation", "resolveReviewThread") => Some(resolve_thread(state, &arguments["input"])),
        ("Mutation", "minimizeComment") => Some(minimize(state, &arguments["input"])),
        _ => None,
    }
}

fn not_found(message: String) -> Refusal {
    Refusal {
        kind: "NOT_FOUND",
        message,
    }
}

fn unknown_node(id: &Value) -> Refusal {
    let id = id.as_str().unwrap_or_default();
    not_found(format!("Could not resolve to a node with the global id of '{id}'"))
}

/// In GraphQL the names of apps have no `[bot]`, unless they are the viewer.
fn account(state: &State, login: &str, kind: &str) -> Value {
    let id = account_id(login);
    json!({
        "__typename": kind,
        "id": format!("{}_{id}", if kind == "Bot" { "BOT" } else { "U" }),
        "databaseId": id,
        "login": if kind == "Bot" { login.trim_end_matches("[bot]") } else { login },
        "url": format!("{}/{}", state.server, login.trim_end_matches("[bot]")),
    })
}

fn actor(state: &State, login: &str) -> Value {
    account(state, login, if login.ends_with("[bot]") { "Bot" } else { "User" })
}

fn repository(state: &State, arguments: &Value) -> Found {
    let name = |field: &str| arguments[field].as_str().unwrap_or_default().to_owned();
    let asked = format!("{}/{}", name("owner"), name("name"));
    if !asked.eq_ignore_ascii_case(&state.full_name()) {
        let message = format!("Could not resolve to a Repository with the name '{asked}'.");
        return Err(not_found(message));
    }
    Ok(json!({
        "__typename": "Repository",
        "id": format!("R_{}", state.repository_id),
        "databaseId": state.repository_id,
        "name": state.name,
        "nameWithOwner": state.full_name(),
        "url": state.page(),
    }))
}

fn pull(state: &State, number: u64) -> Option<Value> {
    let issue = state.issues.get(&number)?;
    let pull = issue.pull.as_ref()?;
    let (_, head) = state.tips(number)?;
    let comments = state.comments.iter().filter(|one| one.issue == number);
    Some(json!({
        "__typename": "PullRequest",
        "id": format!("PR_{}", issue.id),
        "fullDatabaseId": issue.id.to_string(),
        "number": number,
        "headRefOid": head,
        "state": if pull.merged.is_some() { "MERGED" } else if issue.open { "OPEN" } else { "CLOSED" },
        "title": issue.title,
        "locked": issue.locked,
        "url": format!("{}/pull/{number}", state.page()),
        "comments": comments.map(|one| comment(state, one)).collect::<Vec<_>>(),
        "reviewThreads": threads(state, number),
    }))
}

fn comment(state: &State, comment: &Comment) -> Value {
    let own = comment.author == state.access.login;
    json!({
        "__typename": "IssueComment",
        "id": format!("IC_{}", comment.id),
        "author": actor(state, &comment.author),
        "body": comment.body,
        "createdAt": timestamp(comment.created),
        "updatedAt": timestamp(comment.updated),
        "databaseId": comment.id,
        "fullDatabaseId": comment.id.to_string(),
        "isMinimized": comment.minimized.is_some(),
        "minimizedReason": comment.minimized,
        "url": format!("{}/pull/{}#issuecomment-{}", state.page(), comment.issue, comment.id),
        "viewerCanMinimize": true,
        "viewerDidAuthor": own,
    })
}

/// The threads of a pull request: each a comment with its replies.
fn threads(state: &State, number: u64) -> Vec<Value> {
    let comments = reviews::published(state, number);
    let firsts = comments.iter().filter(|one| one.in_reply_to.is_none());
    firsts.map(|first| thread(state, first, &comments)).collect()
}

fn thread(state: &State, first: &ReviewComment, all: &[ReviewComment]) -> Value {
    let line = reviews::line_now(state, first);
    let of_thread = all
        .iter()
        .filter(|one| one.id == first.id || one.in_reply_to == Some(first.id));
    json!({
        "__typename": "PullRequestReviewThread",
        "id": format!("PRRT_{}", first.id),
        "comments": of_thread.map(|one| review_comment(state, one)).collect::<Vec<_>>(),
        "diffSide": first.side.name(),
        "isCollapsed": first.resolved.is_some(),
        "isOutdated": line.is_none(),
        "isResolved": first.resolved.is_some(),
        "line": line,
        "originalLine": first.line,
        "path": first.path,
        "resolvedBy": first.resolved.as_ref().map(|login| account(state, login, "User")),
        "viewerCanReply": true,
        "viewerCanResolve": first.resolved.is_none(),
    })
}

fn review_comment(state: &State, comment: &ReviewComment) -> Value {
    let line = reviews::line_now(state, comment);
    let own = comment.author == state.access.login;
    json!({
        "__typename": "PullRequestReviewComment",
        "id": format!("PRRC_{}", comment.id),
        "author": actor(state, &comment.author),
        "body": comment.body,
        "createdAt": timestamp(comment.created),
        "updatedAt": timestamp(comment.updated),
        "databaseId": comment.id,
        "fullDatabaseId": comment.id.to_string(),
        "isMinimized": comment.minimized.is_some(),
        "minimizedReason": comment.minimized,
        "line": line,
        "originalLine": comment.line,
        "outdated": line.is_none(),
        "path": comment.path,
        "replyTo": comment.in_reply_to.map(|id| json!({ "__typename": "PullRequestReviewComment", "databaseId": id, "id": format!("PRRC_{id}") })),
        "url": format!("{}/pull/{}#discussion_r{}", state.page(), comment.pull, comment.id),
        "viewerCanMinimize": true,
        "viewerDidAuthor": own,
    })
}

/// The number in a global id of some kind.
fn number(id: &Value, prefix: &str) -> Option<u64> {
    id.as_str()?.strip_prefix(prefix)?.parse().ok()
}

fn node(state: &State, id: &Value) -> Found {
    let unknown = || unknown_node(id);
    if let Some(id) = number(id, "PRRT_") {
        let first = state
            .review_comments
            .iter()
            .find(|one| one.id == id)
            .ok_or_else(unknown)?;
        return Ok(thread(state, first, &reviews::published(state, first.pull)));
    }
    if let Some(id) = number(id, "PRRC_") {
        let found = state.review_comments.iter().find(|one| one.id == id);
        return found.map(|one| review_comment(state, one)).ok_or_else(unknown);
    }
    if let Some(id) = number(id, "IC_") {
        let found = state.comments.iter().find(|one| one.id == id);
        return found.map(|one| comment(state, one)).ok_or_else(unknown);
    }
    let found = number(id, "PR_").and_then(|id| state.issues.values().find(|one| one.id == id));
    found.and_then(|one| pull(state, one.number)).ok_or_else(unknown)
}

fn resolve_thread(state: &mut State, input: &Value) -> Found {
    let id = number(&input["threadId"], "PRRT_");
    let login = state.access.login.clone();
    let found = state
        .review_comments
        .iter_mut()
        .find(|one| Some(one.id) == id && one.in_reply_to.is_none());
    let Some(first) = found else {
        return Err(unknown_node(&input["threadId"]));
    };
    first.resolved = Some(login);
    Ok(json!({
        "__typename": "ResolveReviewThreadPayload",
        "clientMutationId": input["clientMutationId"],
        "thread": node(state, &input["threadId"])?,
    }))
}

fn minimize(state: &mut State, input: &Value) -> Found {
    let subject = &input["subjectId"];
    let reason = input["classifier"]
        .as_str()
        .map(|text| text.to_lowercase().replace('_', "-"));
    let comment = number(subject, "IC_");
    let on_line = number(subject, "PRRC_");
    if let Some(found) = state.comments.iter_mut().find(|one| Some(one.id) == comment) {
        found.minimized = reason;
    } else if let Some(found) = state.review_comments.iter_mut().find(|one| Some(one.id) == on_line) {
        found.minimized = reason;
    } else {
        return Err(unknown_node(subject));
    }
    Ok(json!({
        "__typename": "MinimizeCommentPayload",
        "clientMutationId": input["clientMutationId"],
        "minimizedComment": node(state, subject)?,
    }))
}
