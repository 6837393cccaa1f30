//! From a request to what becomes of it: troubles, access, checks against the description, the answer.

use super::description::description;
use super::exchange::{Exchange, Reply, Request};
use super::operation::Operation;
use super::state::State;
use super::trouble::Trouble;
use super::urls::decoded;
use super::{compare, graphql, routes};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

/// What the connection is to do.
pub(crate) enum Outcome {
    Reply(Reply),
    /// The reply, after a while.
    Late(Reply, Duration),
    /// The reply, cut in the middle of its body.
    Torn(Reply),
    /// No reply: the connection is closed.
    Cut,
    /// No reply, and the connection stays open.
    Silence,
}

/// A request as it came in.
pub(crate) struct Incoming {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

/// What a path below the API's root asks for.
enum Target {
    Described(&'static Operation),
    GraphQl,
    Unknown,
}

/// Answers a request to the API.
pub(crate) fn api(state: &mut State, prefix: &str, incoming: Incoming) -> Outcome {
    let (target, request) = target(state, prefix, incoming);
    let operation = match &target {
        Target::Described(operation) => operation.id.to_owned(),
        Target::GraphQl => graphql::operation(&request.body),
        Target::Unknown => String::new(),
    };
    let index = record(&mut state.exchanges, &operation, &request);
    let trouble = strike(state, &operation);
    state.exchanges[index].trouble = trouble.as_ref().map(Trouble::name);
    let outcome = struck(trouble, || {
        let carry_out = AssertUnwindSafe(|| carry_out(state, &target, &request));
        let reply = catch_unwind(carry_out).unwrap_or_else(|panic| {
            let text = panic.downcast_ref::<String>().map(String::as_str);
            let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("");
            state
                .violations
                .push(format!("the fake panicked at {operation}: {text}"));
            Reply::refusal(500, "Server Error")
        });
        with_headers(state, reply, index)
    });
    state.exchanges[index].status = status(&outcome);
    outcome
}

/// Answers a request to the other host, where archives are.
pub(crate) fn download(state: &mut State, incoming: Incoming) -> Outcome {
    let request = Request {
        query: query(&incoming.query),
        method: incoming.method,
        canonical: String::new(),
        path: incoming.path,
        headers: incoming.headers,
        body: incoming.body,
        in_path: Default::default(),
    };
    let index = record(&mut state.downloads, "download", &request);
    let trouble = strike(state, "download");
    state.downloads[index].trouble = trouble.as_ref().map(Trouble::name);
    let outcome = struck(trouble, || compare::download(state, &request.path));
    state.downloads[index].status = status(&outcome);
    outcome
}

fn record(exchanges: &mut Vec<Exchange>, operation: &str, request: &Request) -> usize {
    exchanges.push(Exchange {
        operation: operation.to_owned(),
        method: request.method.clone(),
        path: request.path.clone(),
        query: request.query.clone(),
        headers: request.headers.clone(),
        body: request.body.clone(),
        status: None,
        trouble: None,
    });
    exchanges.len() - 1
}

fn status(outcome: &Outcome) -> Option<u16> {
    match outcome {
        Outcome::Reply(reply) | Outcome::Late(reply, _) | Outcome::Torn(reply) => Some(reply.status),
        Outcome::Cut | Outcome::Silence => None,
    }
}

/// The trouble that strikes an operation now. Every trouble that is about it counts the request.
fn strike(state: &mut State, operation: &str) -> Option<Trouble> {
    let mut struck = None;
    for scripted in &mut state.troubles {
        let family = scripted.operation == "graphql" && operation.starts_with("graphql");
        if (scripted.operation == "*" || family || scripted.operation == operation) && scripted.strikes() {
            struck = struck.or_else(|| Some(scripted.trouble.clone()));
        }
    }
    struck
}

fn struck(trouble: Option<Trouble>, carry_out: impl FnOnce() -> Reply) -> Outcome {
    match trouble {
        None => Outcome::Reply(carry_out()),
        Some(Trouble::Reply(reply)) => Outcome::Reply(reply),
        Some(Trouble::Slow(time)) => Outcome::Late(carry_out(), time),
        Some(Trouble::Silence) => Outcome::Silence,
        Some(Trouble::Cut) => Outcome::Cut,
        Some(Trouble::Lost) => {
            carry_out();
            Outcome::Cut
        }
        Some(Trouble::Torn) => Outcome::Torn(carry_out()),
    }
}

fn target(state: &State, prefix: &str, incoming: Incoming) -> (Target, Request) {
    let mut request = Request {
        query: query(&incoming.query),
        method: incoming.method,
        path: incoming.path,
        headers: incoming.headers,
        body: incoming.body,
        in_path: Default::default(),
        canonical: String::new(),
    };
    // As on GitHub Enterprise Server: /api/v3 beside /api/graphql.
    let beside = format!("{}/graphql", prefix.trim_end_matches("/v3"));
    if request.path == beside && request.method == "POST" {
        return (Target::GraphQl, request);
    }
    let Some(below) = request.path.strip_prefix(prefix).map(ToOwned::to_owned) else {
        return (Target::Unknown, request);
    };
    // Links between pages name the repository by its number.
    let numbered = format!("/repositories/{}", state.repository_id);
    let below = match below.strip_prefix(&numbered) {
        Some(rest) => format!("/repos/{}{rest}", state.full_name()),
        None => below,
    };
    request.canonical = below
        .splitn(5, '/')
        .nth(4)
        .map_or_else(String::new, |rest| format!("/{rest}"));
    match description().find(&request.method, &below) {
        Some((operation, in_path)) => {
            request.in_path = in_path;
            (Target::Described(operation), request)
        }
        None => (Target::Unknown, request),
    }
}

fn query(text: &str) -> Vec<(String, String)> {
    let pair = |pair: &str| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (decoded(&name.replace('+', " ")), decoded(&value.replace('+', " ")))
    };
    text.split('&').filter(|part| !part.is_empty()).map(pair).collect()
}

fn carry_out(state: &mut State, target: &Target, request: &Request) -> Reply {
    if request.header("user-agent").is_none_or(str::is_empty) {
        let message =
            "Request forbidden by administrative rules. Please make sure your request has a User-Agent header";
        return Reply::refusal(403, message);
    }
    if let Some(refusal) = unauthorized(state, target, request) {
        return refusal;
    }
    if state.access.requests_left == 0 {
        return Reply::refusal(403, "API rate limit exceeded for installation ID 4711.");
    }
    state.access.requests_left -= 1;
    let operation = match target {
        Target::Described(operation) => *operation,
        Target::GraphQl => {
            let (reply, faults) = graphql::answer(state, request);
            violate(state, request, "POST graphql", faults);
            return reply;
        }
        Target::Unknown => {
            violate(state, request, "unknown", vec!["no such operation is described".into()]);
            return Reply::not_found();
        }
    };
    let query = &request.query;
    let faults = description().faults_of_request(operation, &request.in_path, query, &request.body);
    if !faults.is_empty() {
        let message = format!("Invalid request.\n\n{}", faults.join("\n"));
        violate(state, request, operation.id, faults);
        return Reply::refusal(422, &message);
    }
    let name = format!("{}/{}", request.text("owner"), request.text("repo"));
    if !name.eq_ignore_ascii_case(&state.full_name()) {
        return Reply::not_found();
    }
    if request.method != "GET" && state.access.read_only {
        return Reply::refusal(403, "Resource not accessible by integration");
    }
    let Some(handler) = routes::handler(operation.id) else {
        return Reply::not_found();
    };
    let reply = handler(state, request);
    let kind = reply.header("content-type").unwrap_or_default().to_owned();
    let faults = description().faults_of_reply(operation, reply.status, &kind, &reply.body);
    let faults = faults
        .into_iter()
        .map(|fault| format!("the fake's reply {} {fault}", reply.status));
    violate(state, request, operation.id, faults.collect());
    reply
}

fn violate(state: &mut State, request: &Request, operation: &str, faults: Vec<String>) {
    for fault in faults {
        let line = format!("{} {} ({operation}): {fault}", request.method, request.path);
        state.violations.push(line);
    }
}

fn unauthorized(state: &State, target: &Target, request: &Request) -> Option<Reply> {
    let given = request
        .header("authorization")
        .and_then(|value| value.split_once(' '))
        .map(|(_, token)| token);
    let reads = request.method == "GET" && !matches!(target, Target::GraphQl);
    match given {
        Some(token) if token == state.access.token => None,
        Some(_) => Some(Reply::refusal(401, "Bad credentials")),
        None if !reads => Some(Reply::refusal(401, "Requires authentication")),
        None if state.private => Some(Reply::not_found()),
        None => None,
    }
}

/// The headers that GitHub adds to every reply.
fn with_headers(state: &State, reply: Reply, index: usize) -> Reply {
    let left = state.access.requests_left;
    let reset = Trouble::rate_limited(3600);
    let Trouble::Reply(model) = reset else { return reply };
    let reset = model.header("x-ratelimit-reset").unwrap_or_default().to_owned();
    reply
        .with("x-github-request-id", format!("FAKE:{index}"))
        .with("x-github-media-type", "github.v3; format=json")
        .with("x-ratelimit-limit", "1000")
        .with("x-ratelimit-remaining", left.to_string())
        .with("x-ratelimit-used", 1000_u64.saturating_sub(left).to_string())
        .with("x-ratelimit-reset", reset)
        .with("x-ratelimit-resource", "core")
}
