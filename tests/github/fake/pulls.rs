//! Pull requests, their files, and those of a commit.

use super::exchange::{Reply, Request};
use super::pages;
use super::shapes;
use super::state::State;
use serde_json::{Value, json};

/// The list of a pull request's files ends here, however many there are.
const MOST_FILES: usize = 3000;

pub(crate) fn repository(state: &mut State, _: &Request) -> Reply {
    let mut shape = shapes::repository(state, None);
    let more = json!({ "network_count": 0, "subscribers_count": 0, "has_discussions": false });
    shapes::extend(&mut shape, more);
    Reply::json(200, &shape)
}

pub(crate) fn get(state: &mut State, request: &Request) -> Reply {
    let shape = shapes::full_pull(state, request.number("pull_number"));
    shape.map_or_else(Reply::not_found, |shape| Reply::json(200, &shape))
}

pub(crate) fn list(state: &mut State, request: &Request) -> Reply {
    let wanted = request.query("state").unwrap_or("open");
    let head = request.query("head");
    let base = request.query("base");
    let fits = |number: &u64| {
        let issue = &state.issues[number];
        let Some(pull) = &issue.pull else { return false };
        let owner = pull.fork.as_deref().unwrap_or(&state.owner);
        let of_state = wanted == "all" || (wanted == "open") == issue.open;
        let of_head = head.is_none_or(|head| head == format!("{owner}:{}", pull.head));
        of_state && of_head && base.is_none_or(|base| base == pull.base)
    };
    let mut found: Vec<u64> = state.issues.keys().copied().filter(fits).collect();
    if request.query("direction") != Some("asc") {
        found.reverse();
    }
    pages::reply(state, request, &found, |number| {
        shapes::pull(state, *number).unwrap_or_default()
    })
}

pub(crate) fn files(state: &mut State, request: &Request) -> Reply {
    let number = request.number("pull_number");
    let Some((from, head)) = state.range(number) else {
        return Reply::not_found();
    };
    let files = state.git.files_between(&from, &head);
    let listed = &files[..files.len().min(MOST_FILES)];
    pages::reply(state, request, listed, |file| shapes::file(state, file, &head))
}

/// The pull requests that brought a commit in, or those that hold it and are not merged yet.
pub(crate) fn of_commit(state: &mut State, request: &Request) -> Reply {
    let asked = request.text("commit_sha");
    let Some(sha) = state.git.commit_id(asked) else {
        let message = format!("No commit found for SHA: {asked}");
        return Reply::refusal(422, &message);
    };
    let default = state.git.commit_id(&format!("refs/heads/{}", state.default_branch));
    let brought_in = default.is_some_and(|tip| state.git.contains(&tip, &sha));
    let holds = |number: &u64| {
        let Some(pull) = state.pull(*number) else { return false };
        if pull.merged.as_ref().is_some_and(|merged| merged.commit == sha) {
            return true;
        }
        if brought_in && pull.merged.is_none() {
            return false;
        }
        let range = state.range(*number);
        range.is_some_and(|(from, head)| state.git.contains(&head, &sha) && !state.git.contains(&from, &sha))
    };
    let found: Vec<u64> = state.issues.keys().copied().filter(holds).collect();
    let shape = |number: &u64| -> Value { shapes::pull(state, *number).unwrap_or_default() };
    pages::reply(state, request, &found, shape)
}
