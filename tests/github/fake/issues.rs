//! Issues.

use super::comments::LONGEST_BODY;
use super::exchange::{Reply, Request};
use super::pages;
use super::shapes;
use super::state::{Issue, State, timestamp};
use serde_json::{Value, json};

pub(crate) fn create(state: &mut State, request: &Request) -> Reply {
    let asked = request.json();
    if let Some(refusal) = refused(&asked) {
        return refusal;
    }
    let author = state.access.login.clone();
    let number = add(state, &author, &text(&asked["title"]), asked["body"].as_str());
    change(state, number, &asked);
    Reply::json(201, &shapes::issue(state, &state.issues[&number]))
}

/// Adds an issue, whoever opens it.
pub(crate) fn add(state: &mut State, author: &str, title: &str, body: Option<&str>) -> u64 {
    let number = state.next_issue();
    let id = state.next_id();
    let issue = Issue {
        id,
        number,
        title: title.to_owned(),
        body: body.map(ToOwned::to_owned),
        author: author.to_owned(),
        open: true,
        state_reason: None,
        locked: false,
        labels: Vec::new(),
        assignees: Vec::new(),
        created: id,
        updated: id,
        pull: None,
    };
    state.issues.insert(number, issue);
    number
}

pub(crate) fn update(state: &mut State, request: &Request) -> Reply {
    let number = request.number("issue_number");
    if !state.issues.contains_key(&number) {
        return Reply::not_found();
    }
    let asked = request.json();
    if let Some(refusal) = refused(&asked) {
        return refusal;
    }
    change(state, number, &asked);
    Reply::json(200, &shapes::issue(state, &state.issues[&number]))
}

pub(crate) fn get(state: &mut State, request: &Request) -> Reply {
    let found = state.issues.get(&request.number("issue_number"));
    found.map_or_else(Reply::not_found, |issue| Reply::json(200, &shapes::issue(state, issue)))
}

/// GitHub lists pull requests among the issues.
pub(crate) fn list(state: &mut State, request: &Request) -> Reply {
    let wanted = request.query("state").unwrap_or("open");
    let labels: Vec<&str> = request
        .query("labels")
        .map_or_else(Vec::new, |text| text.split(',').collect());
    let creator = request.query("creator");
    let since = request.query("since").unwrap_or("");
    let fits = |issue: &&Issue| {
        (wanted == "all" || (wanted == "open") == issue.open)
            && labels
                .iter()
                .all(|label| issue.labels.iter().any(|one| one.eq_ignore_ascii_case(label)))
            && creator.is_none_or(|creator| creator == issue.author)
            && *timestamp(issue.updated) >= *since
    };
    let mut found: Vec<&Issue> = state.issues.values().filter(fits).collect();
    if request.query("sort") == Some("updated") {
        found.sort_by_key(|issue| issue.updated);
    }
    if request.query("direction") != Some("asc") {
        found.reverse();
    }
    pages::reply(state, request, &found, |issue| shapes::issue(state, issue))
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned)
}

fn refused(asked: &Value) -> Option<Reply> {
    let error = |field: &str, message: &str| {
        let errors = json!([{ "resource": "Issue", "code": "custom", "field": field, "message": message }]);
        Some(Reply::invalid("Validation Failed", &errors))
    };
    if asked["title"].as_str().is_some_and(|title| title.trim().is_empty()) {
        return error("title", "title can't be blank");
    }
    if asked["title"].as_str().is_some_and(|title| title.chars().count() > 256) {
        return error("title", "title is too long (maximum is 256 characters)");
    }
    let length = asked["body"].as_str().unwrap_or_default().chars().count();
    if length > LONGEST_BODY {
        return error(
            "body",
            &format!("body is too long (maximum is {LONGEST_BODY} characters)"),
        );
    }
    None
}

/// Takes over what a request says. Labels and assignees replace those that are there.
fn change(state: &mut State, number: u64, asked: &Value) {
    let now = state.next_id();
    let Some(issue) = state.issues.get_mut(&number) else {
        return;
    };
    issue.updated = now;
    if !asked["title"].is_null() {
        issue.title = text(&asked["title"]);
    }
    if let Some(body) = asked.get("body") {
        issue.body = body.as_str().map(ToOwned::to_owned);
    }
    match asked["state"].as_str() {
        Some("closed") => {
            issue.open = false;
            issue.state_reason = Some(asked["state_reason"].as_str().unwrap_or("completed").to_owned());
        }
        Some("open") if !issue.open => {
            issue.open = true;
            issue.state_reason = Some("reopened".into());
        }
        _ => {}
    }
    let names = |value: &Value, field: &str| -> Option<Vec<String>> {
        let name = |one: &Value| one.as_str().or(one[field].as_str()).unwrap_or_default().to_owned();
        Some(value.as_array()?.iter().map(name).collect())
    };
    if let Some(labels) = names(&asked["labels"], "name") {
        issue.labels = labels;
    }
    if let Some(assignees) = names(&asked["assignees"], "login") {
        issue.assignees = assignees;
    }
}
