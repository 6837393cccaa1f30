//! Commit statuses, deployments and their statuses.

use super::exchange::{Reply, Request};
use super::pages;
use super::shapes::{self, said};
use super::state::{Deployment, DeploymentStatus, State, Status, timestamp};
use serde_json::{Map, Value, json};

/// What GitHub takes for a description.
const LONGEST_DESCRIPTION: usize = 140;
/// What GitHub takes of one context on one commit.
const MOST_STATUSES: usize = 1000;

pub(crate) fn create_status(state: &mut State, request: &Request) -> Reply {
    let sha = request.text("sha").to_owned();
    if state.git.commit_id(&sha).as_deref() != Some(&sha) {
        return Reply::invalid(&format!("No commit found for SHA: {sha}"), &json!([]));
    }
    let asked = request.json();
    let text = |name: &str| asked[name].as_str().map(ToOwned::to_owned);
    if let Some(refusal) = too_long(&asked["description"], "Status") {
        return refusal;
    }
    let context = text("context").unwrap_or_else(|| "default".into());
    let same = |one: &&Status| one.sha == sha && one.context == context;
    if state.statuses.iter().filter(same).count() >= MOST_STATUSES {
        let message = "This SHA and context has reached the maximum number of statuses.";
        let errors = json!([{ "resource": "Status", "code": "custom", "message": message }]);
        return Reply::invalid("Validation Failed", &errors);
    }
    let id = state.next_id();
    let status = Status {
        id,
        sha,
        author: state.access.login.clone(),
        state: text("state").unwrap_or_default(),
        context,
        description: text("description"),
        target_url: text("target_url"),
        created: id,
    };
    state.statuses.push(status.clone());
    Reply::json(201, &status_shape(state, &status))
}

pub(crate) fn list_statuses(state: &mut State, request: &Request) -> Reply {
    let Some(sha) = state.git.commit_id(request.text("ref")) else {
        return Reply::not_found();
    };
    let found: Vec<&Status> = state.statuses.iter().rev().filter(|one| one.sha == sha).collect();
    pages::reply(state, request, &found, |status| status_shape(state, status))
}

fn status_shape(state: &State, status: &Status) -> Value {
    json!({
        "url": format!("{}/statuses/{}", state.root(), status.sha),
        "avatar_url": "https://avatars.example.com/in/15368?v=4",
        "id": status.id,
        "node_id": format!("SC_{}", status.id),
        "state": status.state,
        "description": status.description,
        "target_url": status.target_url,
        "context": status.context,
        "created_at": timestamp(status.created),
        "updated_at": timestamp(status.created),
        "creator": shapes::user(state, &status.author),
    })
}

pub(crate) fn create(state: &mut State, request: &Request) -> Reply {
    let Value::Object(fields) = request.json() else {
        return Reply::not_found();
    };
    let reference = fields["ref"].as_str().unwrap_or_default().to_owned();
    let Some(sha) = state.git.commit_id(&reference) else {
        return Reply::invalid(&format!("No ref found for: {reference}"), &json!([]));
    };
    let author = state.access.login.clone();
    let deployment = add(state, &author, &reference, &sha, fields);
    Reply::json(201, &shape(state, &deployment))
}

/// Adds a deployment, whoever makes it.
pub(crate) fn add(
    state: &mut State,
    author: &str,
    reference: &str,
    sha: &str,
    fields: Map<String, Value>,
) -> Deployment {
    let id = state.next_id();
    let deployment = Deployment {
        id,
        reference: reference.to_owned(),
        sha: sha.to_owned(),
        author: author.to_owned(),
        fields,
        created: id,
    };
    state.deployments.push(deployment.clone());
    deployment
}

pub(crate) fn list(state: &mut State, request: &Request) -> Reply {
    let is = |name: &str, value: &str| request.query(name).is_none_or(|wanted| wanted == value);
    let fits = |one: &&Deployment| {
        let environment = environment(&one.fields);
        is("sha", &one.sha) && is("ref", &one.reference) && is("environment", &environment)
    };
    let found: Vec<&Deployment> = state.deployments.iter().rev().filter(fits).collect();
    pages::reply(state, request, &found, |deployment| shape(state, deployment))
}

pub(crate) fn get(state: &mut State, request: &Request) -> Reply {
    let id = request.number("deployment_id");
    let found = state.deployments.iter().find(|one| one.id == id);
    found.map_or_else(Reply::not_found, |deployment| {
        Reply::json(200, &shape(state, deployment))
    })
}

fn environment(fields: &Map<String, Value>) -> String {
    fields
        .get("environment")
        .and_then(Value::as_str)
        .unwrap_or("production")
        .to_owned()
}

fn shape(state: &State, deployment: &Deployment) -> Value {
    let fields = &deployment.fields;
    let url = format!("{}/deployments/{}", state.root(), deployment.id);
    let environment = environment(fields);
    let or = |name: &str, other: Value| match said(fields, name) {
        Value::Null => other,
        value => value,
    };
    json!({
        "url": url,
        "id": deployment.id,
        "node_id": format!("DE_{}", deployment.id),
        "sha": deployment.sha,
        "ref": deployment.reference,
        "task": or("task", json!("deploy")),
        "payload": or("payload", json!({})),
        "original_environment": environment,
        "environment": environment,
        "description": said(fields, "description"),
        "creator": shapes::user(state, &deployment.author),
        "created_at": timestamp(deployment.created),
        "updated_at": timestamp(deployment.created),
        "statuses_url": format!("{url}/statuses"),
        "repository_url": state.root(),
        "transient_environment": or("transient_environment", json!(false)),
        "production_environment": or("production_environment", json!(environment == "production")),
        "performed_via_github_app": null,
    })
}

pub(crate) fn create_deployment_status(state: &mut State, request: &Request) -> Reply {
    let id = request.number("deployment_id");
    let Some(of) = state.deployments.iter().find(|one| one.id == id).cloned() else {
        return Reply::not_found();
    };
    let Value::Object(fields) = request.json() else {
        return Reply::not_found();
    };
    if let Some(refusal) = too_long(&said(&fields, "description"), "DeploymentStatus") {
        return refusal;
    }
    let author = state.access.login.clone();
    let word = said(&fields, "state").as_str().unwrap_or_default().to_owned();
    if word == "success" && said(&fields, "auto_inactive") != false {
        deactivate_others(state, &of);
    }
    let status = add_status(state, &author, id, &word, fields);
    Reply::json(201, &deployment_status_shape(state, &status))
}

fn add_status(
    state: &mut State,
    author: &str,
    deployment: u64,
    word: &str,
    fields: Map<String, Value>,
) -> DeploymentStatus {
    let id = state.next_id();
    let status = DeploymentStatus {
        id,
        deployment,
        author: author.to_owned(),
        state: word.to_owned(),
        fields,
        created: id,
    };
    state.deployment_statuses.push(status.clone());
    status
}

/// A success makes the earlier deployments of the same environment inactive, unless they are of production.
fn deactivate_others(state: &mut State, of: &Deployment) {
    let place = environment(&of.fields);
    let inactive = |one: &&Deployment| {
        let spared = said(&one.fields, "production_environment") == true
            || said(&one.fields, "transient_environment") == true
            || place == "production";
        one.id < of.id && environment(&one.fields) == place && !spared
    };
    let others: Vec<u64> = state.deployments.iter().filter(inactive).map(|one| one.id).collect();
    for id in others {
        add_status(state, &of.author, id, "inactive", Map::new());
    }
}

pub(crate) fn list_deployment_statuses(state: &mut State, request: &Request) -> Reply {
    let id = request.number("deployment_id");
    if !state.deployments.iter().any(|one| one.id == id) {
        return Reply::not_found();
    }
    let of = state
        .deployment_statuses
        .iter()
        .rev()
        .filter(|one| one.deployment == id);
    let found: Vec<&DeploymentStatus> = of.collect();
    pages::reply(state, request, &found, |status| deployment_status_shape(state, status))
}

fn deployment_status_shape(state: &State, status: &DeploymentStatus) -> Value {
    let deployment_url = format!("{}/deployments/{}", state.root(), status.deployment);
    let text = |name: &str| said(&status.fields, name).as_str().unwrap_or_default().to_owned();
    let of = state.deployments.iter().find(|one| one.id == status.deployment);
    let mut shape = json!({
        "url": format!("{deployment_url}/statuses/{}", status.id),
        "id": status.id,
        "node_id": format!("DES_{}", status.id),
        "state": status.state,
        "creator": shapes::user(state, &status.author),
        "description": text("description"),
        "environment": of.map(|one| environment(&one.fields)),
        "created_at": timestamp(status.created),
        "updated_at": timestamp(status.created),
        "deployment_url": deployment_url,
        "repository_url": state.root(),
        "performed_via_github_app": null,
    });
    for name in ["environment_url", "log_url"] {
        if !text(name).is_empty() {
            shape[name] = json!(text(name));
        }
    }
    // The older name of the same.
    let target = [text("log_url"), text("target_url")]
        .into_iter()
        .find(|url| !url.is_empty());
    shape["target_url"] = json!(target.unwrap_or_else(|| format!("{}/deployments", state.page())));
    shape
}

fn too_long(description: &Value, resource: &str) -> Option<Reply> {
    let count = description.as_str().unwrap_or_default().chars().count();
    let message = format!("description is too long (maximum is {LONGEST_DESCRIPTION} characters)");
    let errors = json!([{ "resource": resource, "code": "custom", "field": "description", "message": message }]);
    (count > LONGEST_DESCRIPTION).then(|| Reply::invalid("Validation Failed", &errors))
}
