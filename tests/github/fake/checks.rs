//! Check runs and their annotations.

use super::exchange::{Reply, Request};
use super::pages;
use super::shapes::{self, said};
use super::state::{CheckRun, State, timestamp};
use serde_json::{Map, Value, json};

pub(crate) fn create(state: &mut State, request: &Request) -> Reply {
    let asked = fields(request);
    let head_sha = said(&asked, "head_sha").as_str().unwrap_or_default().to_owned();
    if state.git.commit_id(&head_sha).as_deref() != Some(&head_sha) {
        return Reply::invalid("No commit found for SHA: head_sha", &json!([]));
    }
    if let Some(refusal) = refused(&asked) {
        return refusal;
    }
    let id = state.next_id();
    state.check_runs.push(CheckRun {
        id,
        head_sha,
        fields: Map::new(),
        annotations: Vec::new(),
        created: id,
    });
    say(state, state.check_runs.len() - 1, asked);
    Reply::json(201, &shape(state, &state.check_runs[state.check_runs.len() - 1]))
}

pub(crate) fn update(state: &mut State, request: &Request) -> Reply {
    let Some(at) = find(state, request) else {
        return Reply::not_found();
    };
    let asked = fields(request);
    if let Some(refusal) = refused(&asked) {
        return refusal;
    }
    say(state, at, asked);
    Reply::json(200, &shape(state, &state.check_runs[at]))
}

pub(crate) fn get(state: &mut State, request: &Request) -> Reply {
    let found = find(state, request);
    found.map_or_else(Reply::not_found, |at| {
        Reply::json(200, &shape(state, &state.check_runs[at]))
    })
}

pub(crate) fn annotations(state: &mut State, request: &Request) -> Reply {
    let Some(at) = find(state, request) else {
        return Reply::not_found();
    };
    let run = &state.check_runs[at];
    let empty = ["start_column", "end_column", "title", "raw_details"];
    pages::reply(state, request, &run.annotations, |annotation| {
        let path = annotation["path"].as_str().unwrap_or_default();
        let mut shape = json!({ "blob_href": format!("{}/blob/{}/{path}", state.page(), run.head_sha) });
        for name in empty {
            shape[name] = Value::Null;
        }
        shapes::extend(&mut shape, annotation.clone());
        shape
    })
}

fn fields(request: &Request) -> Map<String, Value> {
    match request.json() {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}

fn find(state: &State, request: &Request) -> Option<usize> {
    let id = request.number("check_run_id");
    state.check_runs.iter().position(|run| run.id == id)
}

fn refused(asked: &Map<String, Value>) -> Option<Reply> {
    let output = said(asked, "output");
    let columns = |one: &Value| !one["start_column"].is_null() || !one["end_column"].is_null();
    let several = |one: &Value| one["start_line"] != one["end_line"];
    let listed = output["annotations"].as_array().into_iter().flatten();
    if listed.clone().any(|one| several(one) && columns(one)) {
        return Some(Reply::refusal(
            422,
            "Invalid request.\n\nColumns need start_line and end_line to be equal.",
        ));
    }
    if said(asked, "status") == "completed" && said(asked, "conclusion").is_null() {
        return Some(Reply::refusal(
            422,
            "Invalid request.\n\n\"conclusion\" wasn't supplied.",
        ));
    }
    None
}

/// Takes what a request says: fields replace, annotations are added.
fn say(state: &mut State, at: usize, mut asked: Map<String, Value>) {
    let now = state.next_id();
    let run = &mut state.check_runs[at];
    if let Some(Value::Object(output)) = asked.get_mut("output")
        && let Some(Value::Array(annotations)) = output.remove("annotations")
    {
        run.annotations.extend(annotations);
    }
    if !said(&asked, "conclusion").is_null() {
        asked.insert("status".into(), json!("completed"));
        asked.entry("completed_at").or_insert_with(|| json!(timestamp(now)));
    }
    run.fields.extend(asked);
}

fn shape(state: &State, run: &CheckRun) -> Value {
    let url = format!("{}/check-runs/{}", state.root(), run.id);
    let output = said(&run.fields, "output");
    let or = |name: &str, other: Value| match said(&run.fields, name) {
        Value::Null => other,
        value => value,
    };
    json!({
        "id": run.id,
        "head_sha": run.head_sha,
        "node_id": format!("CR_{}", run.id),
        "external_id": or("external_id", json!("")),
        "url": url,
        "html_url": format!("{}/runs/{}", state.page(), run.id),
        "details_url": or("details_url", json!(format!("{}/runs/{}", state.page(), run.id))),
        "status": or("status", json!("queued")),
        "conclusion": said(&run.fields, "conclusion"),
        "started_at": or("started_at", json!(timestamp(run.created))),
        "completed_at": said(&run.fields, "completed_at"),
        "output": {
            "title": output["title"],
            "summary": output["summary"],
            "text": output["text"],
            "annotations_count": run.annotations.len(),
            "annotations_url": format!("{url}/annotations"),
        },
        "name": said(&run.fields, "name"),
        "check_suite": { "id": state.repository_id },
        "app": shapes::app(state),
        "pull_requests": [],
    })
}
