//! Reviews and their comments on lines.

use super::comments::{LONGEST_BODY, not_own, refused};
use super::diff::{self, ChangedFile, Side};
use super::exchange::{Reply, Request};
use super::pages;
use super::shapes;
use super::state::{Review, ReviewComment, State, timestamp};
use serde_json::{Value, json};

/// Where a comment of a review is to stand.
struct Place {
    path: String,
    side: Side,
    line: u64,
    start_line: Option<u64>,
    position: usize,
    hunk: String,
}

pub(crate) fn create(state: &mut State, request: &Request) -> Reply {
    let number = request.number("pull_number");
    let Some((from, head)) = state.range(number) else {
        return Reply::not_found();
    };
    let asked = request.json();
    let comments = asked["comments"].as_array().cloned().unwrap_or_default();
    let body = asked["body"].as_str().unwrap_or_default().to_owned();
    if let Some(refusal) = refused_review(state, number, &asked, &body, &comments) {
        return refusal;
    }
    let commit = match asked["commit_id"].as_str() {
        Some(sha) if state.git.contains(&head, sha) && !state.git.contains(&from, sha) => sha.to_owned(),
        Some(_) => return unprocessable(&["Commit is not part of the pull request"]),
        None => head,
    };
    let files = state.git.files_between(&from, &commit);
    let mut places = Vec::new();
    for comment in &comments {
        // One that cannot be placed refuses all of them, and GitHub does not tell which it was.
        match place(&files, comment) {
            Ok(place) => places.push((place, comment["body"].as_str().unwrap_or_default().to_owned())),
            Err(errors) => return unprocessable(&errors),
        }
    }
    let id = state.next_id();
    let review = Review {
        id,
        pull: number,
        author: state.access.login.clone(),
        body,
        state: match asked["event"].as_str() {
            Some("APPROVE") => "APPROVED",
            Some("REQUEST_CHANGES") => "CHANGES_REQUESTED",
            Some("COMMENT") => "COMMENTED",
            _ => "PENDING",
        }
        .into(),
        commit: commit.clone(),
        submitted: id,
    };
    for (place, body) in places {
        add(state, &review, &commit, place, body);
    }
    state.reviews.push(review.clone());
    Reply::json(200, &shape(state, &review))
}

fn refused_review(state: &State, number: u64, asked: &Value, body: &str, comments: &[Value]) -> Option<Reply> {
    let issue = &state.issues[&number];
    if issue.locked && !state.access.admin {
        return Some(unprocessable(&["lock prevents review"]));
    }
    let own = |review: &&Review| review.pull == number && review.author == state.access.login;
    match asked["event"].as_str() {
        Some("APPROVE" | "REQUEST_CHANGES") if issue.author == state.access.login => {
            return Some(unprocessable(&["Can not approve your own pull request"]));
        }
        Some("REQUEST_CHANGES") if body.is_empty() => {
            return Some(unprocessable(&["Body can't be blank"]));
        }
        Some("COMMENT") if body.is_empty() && comments.is_empty() => {
            return Some(unprocessable(&["Body can't be blank"]));
        }
        None if state.reviews.iter().filter(own).any(|review| review.state == "PENDING") => {
            return Some(unprocessable(&[
                "User can only have one pending review per pull request",
            ]));
        }
        _ => {}
    }
    if body.chars().count() > LONGEST_BODY {
        let message = format!("Body is too long (maximum is {LONGEST_BODY} characters)");
        return Some(unprocessable(&[&message]));
    }
    for comment in comments {
        let body = comment["body"].as_str().unwrap_or_default();
        if body.trim().is_empty() {
            return Some(unprocessable(&["Body can't be blank"]));
        }
        if body.chars().count() > LONGEST_BODY {
            let message = format!("Body is too long (maximum is {LONGEST_BODY} characters)");
            return Some(unprocessable(&[&message]));
        }
    }
    None
}

fn unprocessable(errors: &[&str]) -> Reply {
    Reply::invalid("Unprocessable Entity", &json!(errors))
}

/// Where a comment stands in the difference, or why it cannot stand there.
fn place(files: &[ChangedFile], comment: &Value) -> Result<Place, Vec<&'static str>> {
    let path = comment["path"].as_str().unwrap_or_default();
    let Some(file) = files.iter().find(|file| file.path == path) else {
        return Err(vec!["Path could not be resolved"]);
    };
    let patch = file.patch.as_deref().unwrap_or_default();
    let lines = diff::lines(patch);
    let side = |name: &str| match comment[name].as_str() {
        Some("LEFT") => Some(Side::Left),
        Some("RIGHT") | None => Some(Side::Right),
        Some(_) => None,
    };
    let Some(on) = side("side") else {
        return Err(vec!["Side is not included in the list"]);
    };
    let found = match (comment["line"].as_u64(), comment["position"].as_u64()) {
        (Some(number), _) => lines.iter().find(|line| line.number(on) == Some(number)),
        (None, Some(position)) => lines.iter().find(|line| line.position as u64 == position),
        (None, None) => None,
    };
    let Some(line) = found else {
        return Err(vec!["Line could not be resolved"]);
    };
    let start_line = comment["start_line"].as_u64();
    if let Some(start) = start_line {
        let start_side = side("start_side").unwrap_or(on);
        let first = lines.iter().find(|line| line.number(start_side) == Some(start));
        match first {
            Some(first) if first.hunk != line.hunk => {
                return Err(vec![
                    "Pull request review thread start line must be part of the same hunk as the line.",
                ]);
            }
            Some(first) if first.position < line.position => {}
            Some(_) => return Err(vec!["Pull request review thread start line must precede the end line."]),
            None => return Err(vec!["Start line could not be resolved"]),
        }
    }
    Ok(Place {
        path: path.to_owned(),
        side: if line.number(on).is_some() { on } else { Side::Left },
        line: line.number(on).or(line.left).unwrap_or(0),
        start_line,
        position: line.position,
        hunk: diff::hunk_until(patch, line.position),
    })
}

fn add(state: &mut State, review: &Review, commit: &str, place: Place, body: String) {
    let id = state.next_id();
    state.review_comments.push(ReviewComment {
        id,
        pull: review.pull,
        review: review.id,
        author: review.author.clone(),
        body,
        path: place.path,
        side: place.side,
        line: place.line,
        start_line: place.start_line,
        position: place.position,
        hunk: place.hunk,
        commit: commit.to_owned(),
        created: id,
        updated: id,
        in_reply_to: None,
        resolved: None,
        minimized: None,
    });
}

pub(crate) fn list(state: &mut State, request: &Request) -> Reply {
    let number = request.number("pull_number");
    if state.pull(number).is_none() {
        return Reply::not_found();
    }
    let found: Vec<Review> = state.reviews.iter().filter(|one| one.pull == number).cloned().collect();
    pages::reply(state, request, &found, |review| shape(state, review))
}

pub(crate) fn list_comments(state: &mut State, request: &Request) -> Reply {
    let number = request.number("pull_number");
    if state.pull(number).is_none() {
        return Reply::not_found();
    }
    let since = request.query("since").unwrap_or("").to_owned();
    let mut found = published(state, number);
    found.retain(|comment| *timestamp(comment.updated) >= *since);
    if request.query("direction") == Some("desc") {
        found.reverse();
    }
    pages::reply(state, request, &found, |comment| comment_shape(state, comment))
}

/// The comments of a pull request that everybody sees.
pub(crate) fn published(state: &State, number: u64) -> Vec<ReviewComment> {
    let pending = |id: u64| state.reviews.iter().any(|one| one.id == id && one.state == "PENDING");
    let of_pull = state.review_comments.iter().filter(|one| one.pull == number);
    of_pull.filter(|one| !pending(one.review)).cloned().collect()
}

/// The line of a comment in the head of now; none once its line has changed: the comment is outdated.
pub(crate) fn line_now(state: &State, comment: &ReviewComment) -> Option<u64> {
    let (from, head) = state.range(comment.pull)?;
    if head == comment.commit {
        return Some(comment.line);
    }
    let files = state.git.files_between(&from, &head);
    let file = files.iter().find(|file| file.path == comment.path)?;
    let line = match comment.side {
        Side::Left => comment.line,
        Side::Right => {
            let since = state.git.files_between(&comment.commit, &head);
            match since.iter().find(|file| file.path == comment.path) {
                Some(changed) => diff::moved(changed.patch.as_deref()?, comment.line)?,
                None => comment.line,
            }
        }
    };
    let shown = diff::lines(file.patch.as_deref()?);
    shown
        .iter()
        .any(|one| one.number(comment.side) == Some(line))
        .then_some(line)
}

pub(crate) fn get_comment(state: &mut State, request: &Request) -> Reply {
    let id = request.number("comment_id");
    let found = state.review_comments.iter().find(|comment| comment.id == id);
    found.map_or_else(Reply::not_found, |comment| {
        Reply::json(200, &comment_shape(state, comment))
    })
}

pub(crate) fn update_comment(state: &mut State, request: &Request) -> Reply {
    let id = request.number("comment_id");
    let found = state.review_comments.iter().position(|comment| comment.id == id);
    let Some(at) = found else { return Reply::not_found() };
    if let Some(refusal) = not_own(state, &state.review_comments[at].author) {
        return refusal;
    }
    let body = request.json()["body"].as_str().unwrap_or_default().to_owned();
    if let Some(refusal) = refused(&body, "PullRequestReviewComment") {
        return refusal;
    }
    let now = state.next_id();
    let comment = &mut state.review_comments[at];
    comment.body = body;
    comment.updated = now;
    let comment = comment.clone();
    Reply::json(200, &comment_shape(state, &comment))
}

fn shape(state: &State, review: &Review) -> Value {
    let page = format!("{}/pull/{}#pullrequestreview-{}", state.page(), review.pull, review.id);
    let pull = format!("{}/pulls/{}", state.root(), review.pull);
    let mut shape = json!({
        "id": review.id,
        "node_id": format!("PRR_{}", review.id),
        "user": shapes::user(state, &review.author),
        "body": review.body,
        "state": review.state,
        "html_url": page,
        "pull_request_url": pull,
        "author_association": shapes::association(state, &review.author),
        "_links": { "html": { "href": page }, "pull_request": { "href": pull } },
        "commit_id": review.commit,
    });
    if review.state != "PENDING" {
        shape["submitted_at"] = json!(timestamp(review.submitted));
    }
    shape
}

fn comment_shape(state: &State, comment: &ReviewComment) -> Value {
    let line = line_now(state, comment);
    let url = format!("{}/pulls/comments/{}", state.root(), comment.id);
    let page = format!("{}/pull/{}#discussion_r{}", state.page(), comment.pull, comment.id);
    let pull = format!("{}/pulls/{}", state.root(), comment.pull);
    let shift = |number: u64| line.map(|line| (line + number).saturating_sub(comment.line));
    let mut shape = json!({
        "url": url,
        "pull_request_review_id": comment.review,
        "id": comment.id,
        "node_id": format!("PRRC_{}", comment.id),
        "diff_hunk": comment.hunk,
        "path": comment.path,
        "commit_id": state.tips(comment.pull).map_or_else(|| comment.commit.clone(), |(_, head)| head),
        "original_commit_id": comment.commit,
        "user": shapes::user(state, &comment.author),
        "body": comment.body,
        "created_at": timestamp(comment.created),
        "updated_at": timestamp(comment.updated),
        "html_url": page,
        "pull_request_url": pull,
        "author_association": shapes::association(state, &comment.author),
        "_links": { "self": { "href": url }, "html": { "href": page }, "pull_request": { "href": pull } },
        "original_position": comment.position,
        "original_line": comment.line,
        "original_start_line": comment.start_line,
        "line": line,
        "position": line.map(|_| comment.position),
        "start_line": comment.start_line.and_then(shift),
        "start_side": comment.start_line.map(|_| comment.side.name()),
        "side": comment.side.name(),
        "subject_type": "line",
        "reactions": shapes::reactions(&url),
    });
    if let Some(first) = comment.in_reply_to {
        shape["in_reply_to_id"] = json!(first);
    }
    shape
}
